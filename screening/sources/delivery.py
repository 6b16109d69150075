"""What was delivered, and what reading it gives: batches of typed rows, quarantine, warnings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from screening.sources.known_lines import KnownLines
from screening.sources.stored_bytes import StoredBytes

#: Columns of a quarantine frame. ``row_no`` is null where the whole file is meant; ``reason`` is a
#: code whose text is ``quarantine.<code>`` in the message catalogues.
QUARANTINE_SCHEMA: dict[str, pl.DataType] = {
    "row_no": pl.Int64(),
    "column": pl.String(),
    "reason": pl.String(),
    "raw": pl.String(),
}


@dataclass(frozen=True)
class Delivery:
    """One file as received.

    Attributes:
        path: the stored raw copy; its name says nothing. Not there where ``packed`` is given.
        name: the path inside the inbox as delivered, such as ``invoices/2026/ledger.csv``.
        source: name of the source whose folder it lay in.
        sha256: hash of the file's bytes.
        received_on: day on which it was first received.
        as_of: day on which its rows were true unless a row says otherwise.
        known_lines: lines that some formats need not read again.
        packed: where the raw copy lies if it has no file of its own.
    """

    path: Path
    name: str
    source: str
    sha256: str
    received_on: date
    as_of: date
    known_lines: KnownLines | None = field(default=None, compare=False, repr=False)
    packed: StoredBytes | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ReadWarning:
    """Something worth a look that cost no row. Text: ``warnings.<code>`` in the catalogues."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Batch:
    """Rows of one file, or of a part of it.

    ``rows`` has the contract's ``value_columns`` in their types, then ``origin``, ``row_no`` and
    ``as_of``, and for some formats ``line_hash``. Always
    ``rows_read == rows.height + quarantine.height + rows_known``: a row is quarantined at most
    once, with its first bad column, and is not read again where it says what is known already
    (``rows_known``). ``member`` is the name of the file inside a zip that the rows came from,
    empty for a plain file; ``row_no`` counts within the member.
    """

    rows: pl.DataFrame
    quarantine: pl.DataFrame
    rows_read: int
    warnings: list[ReadWarning] = field(default_factory=list)
    member: str = ""
    rows_known: int = 0


class UnreadableFileError(Exception):
    """The file as a whole cannot be read and goes to quarantine.

    ``code`` names the reason (``quarantine.<code>`` in the catalogues), ``values`` its details.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class DocumentOutcome:
    """What reading one document of several gave.

    Attributes:
        document: its place in the sequence of deliveries.
        rows_read: rows of it in the batch's ``rows`` and ``quarantine``.
        warnings: worth a look.
        failure: why it cannot be read at all; it then has one row in ``quarantine``, and
            ``rows_read`` is 1.
    """

    document: int
    rows_read: int
    warnings: list[ReadWarning] = field(default_factory=list)
    failure: UnreadableFileError | None = None


@dataclass
class DocumentBatch:
    """Rows of several documents, typed together.

    ``rows`` has the columns of a `Batch` and ``document`` (Int64), the place of each row's
    document in the sequence that was asked for; ``quarantine`` has ``document`` too. ``row_no``
    counts within the document. A document is in one batch only, and every document is in one.

    Always, for each document: ``rows_read`` is the number of its rows plus that of its rows in
    quarantine. A document that cannot be read has one row there, with neither ``row_no`` nor
    ``column``; ``raw`` holds the failure's details as JSON where it has any.
    """

    rows: pl.DataFrame
    quarantine: pl.DataFrame
    documents: list[DocumentOutcome]
