"""Delimited text files (CSV and its relatives) as tables of text, in blocks of flat memory."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from screening.sources.block_reading import lines_of
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import BLOCK_BYTES, TextEncoding, detect, text_blocks
from screening.sources.known_lines import KnownLines
from screening.sources.layout import Layout
from screening.sources.records import split_block
from screening.sources.text_table import TextChunk, TextTable

#: Separators that are looked for, in order of preference where two fit equally well.
SEPARATORS = (";", "\t", ",", "|")
#: More than a sheet can have; a header with more of them is a run of separators.
MOST_COLUMNS = 20_000
_SAMPLE_BYTES = 1 << 16
_SAMPLE_LINES = 200


def read_delimited(
    path: Path,
    *,
    origin: str = "canonical",
    encoding: TextEncoding | None = None,
    has_quotes: bool = True,
    block_bytes: int = BLOCK_BYTES,
) -> TextTable:
    """Read a delimited file as text.

    Args:
        path: the file.
        origin: name of the format.
        encoding: if it is known already.
        has_quotes: whether quotes enclose fields; if not, they are text.
        block_bytes: how much is read at a time.

    Raises:
        UnreadableFileError: ``empty_file``, ``unreadable_binary``.
    """
    known = encoding or detect(path)
    head = sample(path, known)
    layout, header = lay_out(head, has_quotes=has_quotes)

    def rows() -> Iterator[TextChunk]:
        blocks = lines_below(text_blocks(path, known, block_bytes), header)
        return read_rows(blocks, layout, header.row_no + 1)

    return TextTable(origin, list(layout.columns), rows(), reopen=rows)


def sample(path: Path, encoding: TextEncoding) -> str:
    """The first 64 kB of a file's text, whole lines where it has several."""
    for block in text_blocks(path, encoding, _SAMPLE_BYTES):
        return block.decode("utf-8", "replace")
    raise UnreadableFileError("empty_file")


@dataclass(frozen=True)
class Header:
    """Where a file's header is: its fields, its number as a row, and the line that it ends on."""

    fields: tuple[str, ...]
    row_no: int
    last_line: int

    @property
    def named(self) -> int:
        """How many of the fields have a name."""
        return sum(1 for field in self.fields if field.strip())


def lay_out(head: str, *, has_quotes: bool = True) -> tuple[Layout, Header]:
    """The layout that the first lines of a file show, and its header.

    The separator is the one that gives the header most fields and most rows as many as it.
    Single cells above the header are a title and are passed over, as are blank lines and the
    ``sep=;`` that Excel understands.

    Raises:
        UnreadableFileError: ``not_a_known_format`` for more columns than any table has.
    """
    lines = head.split("\n")[:_SAMPLE_LINES]
    hint = re.fullmatch(r"sep=(.)", next((line for line in lines if line.strip()), ""))
    candidates = (hint.group(1),) if hint else SEPARATORS
    rated = [
        (*_rate(_rows(lines, separator, has_quotes=has_quotes)), separator)
        for separator in candidates
    ]
    _, header, separator = max(rated, key=lambda each: each[0])
    if len(header.fields) > MOST_COLUMNS:
        raise UnreadableFileError("not_a_known_format")
    columns = unique_names(header.fields)
    fewest = max((n for n, name in enumerate(header.fields, start=1) if name.strip()), default=1)
    return Layout(separator, tuple(columns), fewest, has_quotes=has_quotes), header


def _rate(rows: list[Header]) -> tuple[float, Header]:
    """How well a separator fits, and the header if it is the one."""
    if not rows:
        return 0.0, Header(("",), 1, 1)
    # A title above the header is the rarer case, so it takes more to believe in one: names have
    # letters, and there are twice as many of them.
    below_title = (row for row in rows if sum(map(_has_letter, row.fields)) > 1)
    header = rows[0] if rows[0].named > 1 else next(below_title, rows[0])
    fitting = sum(
        1 for row in rows if row.row_no > header.row_no and len(row.fields) == len(header.fields)
    )
    if header is not rows[0] and rows[-1] is not header and not fitting:
        return 0.0, header  # one long list inside a cell, not a header under a title
    trust = 1.0 if header is rows[0] else 0.5
    return trust * (header.named - 1) * (fitting + 1) / len(rows), header


def _has_letter(field: str) -> bool:
    return any(character.isalpha() for character in field)


def _rows(lines: list[str], separator: str, *, has_quotes: bool) -> list[Header]:
    """The rows of a sample that are not blank, each as if it were the header."""
    reader = csv.reader(
        (line + "\n" for line in lines),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if has_quotes else csv.QUOTE_NONE,
    )
    rows = []
    try:
        for row_no, fields in enumerate(reader, start=1):
            is_hint = row_no == 1 and re.fullmatch("sep=.?", fields[0] if fields else "")
            if any(field.strip() for field in fields) and not is_hint:
                rows.append(Header(tuple(fields), row_no, reader.line_num))
    except csv.Error:  # a field that is too long: what came before is sample enough
        pass
    return rows


def unique_names(header: Sequence[str]) -> list[str]:
    """Header names without padding; a name that comes again or is missing gets its number."""
    names: list[str] = []
    taken: set[str] = {"row_no"}
    numbers: dict[str, int] = {}
    for place, raw in enumerate(header, start=1):
        name = raw.strip().strip("\ufeff").strip() or f"column_{place}"
        candidate = name
        while candidate in taken:
            # Numbered on from where the name was left: a header may be one name many times.
            numbers[name] = numbers.get(name, 1) + 1
            candidate = f"{name}_{numbers[name]}"
        taken.add(candidate)
        names.append(candidate)
    return names


def lines_below(blocks: Iterator[bytes], header: Header) -> Iterator[bytes]:
    """The blocks without the lines down to the header."""
    left = header.last_line
    for block in blocks:
        start = 0
        while left and start < len(block):
            end = block.find(b"\n", start)
            start = end + 1 if end >= 0 else len(block)
            left -= 1
        if start < len(block):
            yield block[start:] if start else block


def read_rows(blocks: Iterator[bytes], layout: Layout, row_no: int) -> Iterator[TextChunk]:
    """Rows of blocks of whole lines; ``row_no`` is the number of the first."""
    rest = b""
    held: bytes | None = None
    for block in blocks:
        if held is not None:
            split = split_block(rest + held, layout, row_no, is_last=False)
            rest, row_no = split.rest, split.next_row_no
            yield split.chunk
        held = block
    if held is not None or rest:
        yield split_block(rest + (held or b""), layout, row_no, is_last=True).chunk


def read_unknown_rows(
    blocks: Iterator[bytes], layout: Layout, row_no: int, known: KnownLines
) -> Iterator[TextChunk]:
    """As `read_rows`, for a file in which quotes are text, without the lines that are known.

    Its rows have ``line_hash``.
    """
    for block in blocks:
        lines = lines_of(block)["text"].fill_null("")
        hashes = known.of(lines)
        unknown, left = ~known.holds(hashes), block
        numbers = pl.int_range(row_no, row_no + lines.len(), dtype=pl.Int64, eager=True)
        row_no += lines.len()
        if not unknown.all():
            left = "\n".join(lines.filter(unknown)).encode()
            numbers, hashes = numbers.filter(unknown), hashes.filter(unknown)
        chunk = split_block(left, layout, 0, is_last=True).chunk
        places = chunk.frame["row_no"]
        yield TextChunk(
            chunk.frame.with_columns(
                numbers.gather(places).alias("row_no"), hashes.gather(places).alias("line_hash")
            ),
            chunk.broken.with_columns(numbers.gather(chunk.broken["row_no"]).alias("row_no")),
            known=lines.len() - numbers.len(),
        )
