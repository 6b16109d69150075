"""Files in a publisher's own format, which need no mapping: found by letting the readers try."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery, UnreadableFileError
from screening.sources.format_descriptions import formats
from screening.sources.ledger import is_ledger
from screening.sources.proposing.looking import Look
from screening.sources.reading import read_delivery

_TABLE = "table"
_CANONICAL = "canonical"
#: So much of a text is enough to see what it is.
_ENOUGH_BYTES = 1 << 18
#: A format is the file's if at least so many of the rows first read are rows of it.
_SHARE_THAT_DECIDES = 0.5


@dataclass(frozen=True)
class Recognised:
    """A publisher's format, by the name that its rows bear, and the source it belongs to."""

    source: str
    origin: str


def recognise(path: Path, look: Look, as_of: date, source: str | None = None) -> Recognised | None:
    """The publisher's format that a file is in, if it is in one.

    Args:
        path: the file.
        look: what a first look showed.
        as_of: the day by which days are held plausible.
        source: look at the formats of this source only.
    """
    if look.format in ("workbook", "parquet", "json") and not is_ledger(look.columns):
        candidates = []
    else:
        candidates = [c.source for c in all_contracts().values() if set(c.formats) - {_TABLE}]
        if look.columns and not is_ledger(look.columns):
            candidates.remove("invoices")
    candidates = [each for each in candidates if source in (None, each)]
    with _head(path, look) as start:
        for each in candidates:
            is_document = look.format == "document"
            if origin := _origin(start, path.name, each, as_of, is_document=is_document):
                return Recognised(each, origin)
    return None


@contextmanager
def _head(path: Path, look: Look) -> Iterator[Path]:
    """The start of a long text, which is enough to try; any other file as it is."""
    if look.format != "delimited" or look.packed or path.stat().st_size <= _ENOUGH_BYTES:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="vaksam-") as folder:
        start = Path(folder) / "start"
        with path.open("rb") as stream:
            head = stream.read(_ENOUGH_BYTES)
        last_line_end = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1
        # In UTF-16 a line end has a second byte.
        is_wide = look.encoding is not None and look.encoding.name == "utf-16-le"
        start.write_bytes(head[: last_line_end + is_wide] or head)
        yield start


def _origin(path: Path, name: str, source: str, as_of: date, *, is_document: bool) -> str | None:
    """What the first rows that a source's readers give say they came from."""
    contract = all_contracts()[source]
    delivery = Delivery(path, f"{source}/{name}", source, "", as_of, as_of)
    try:
        with closing(read_delivery(delivery, contract, ())) as batches:  # type: ignore[type-var]
            batch = next(iter(batches), None)
    except UnreadableFileError:
        return None
    if batch is None:
        return None
    origin = str(batch.rows["origin"][0]) if batch.rows.height else ""
    if origin == _CANONICAL:
        return None
    if is_document:
        # No table can be read from it, so whoever reads it knows its format, even where no record
        # of it becomes a row.
        return origin or next(formats()[each].origin for each in contract.formats)
    if not batch.rows.height or batch.rows.height < _SHARE_THAT_DECIDES * batch.rows_read:
        return None
    return origin
