"""A tabular file after bytes were made text and before texts are made values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from screening.sources.delivery import ReadWarning

#: Chunks are put together up to so many rows: typing a few costs as much as typing many.
_WORTH_TYPING = 20_000


@dataclass
class TextChunk:
    """Some rows of a file.

    Attributes:
        frame: every column of the file as text (null where empty) and ``row_no`` (Int64), the
            number that a spreadsheet shows (the header is row 1).
            Some formats add ``line_hash`` (UInt64), of the text that the row comes from.
        broken: rows that cannot be split into the file's columns, in the quarantine schema.
        known: how many rows are in neither, for they say what is known already.
        aside: the texts of rows in ``broken`` where the format knows them, as in ``frame``.
    """

    frame: pl.DataFrame
    broken: pl.DataFrame
    known: int = 0
    aside: pl.DataFrame | None = None


@dataclass
class TextTable:
    """A file's header and its rows in file order.

    Attributes:
        origin: name of the format: canonical, ledger, bolagsverket, scb, peppol, ...
        columns: header names as in the file, made unique.
        chunks: the rows, read once.
        reopen: reads the rows again from the start. Some texts can only be read when the whole
            column is known (``1.234``, a column of crosses); without ``reopen`` the rest of the
            file is then held in memory. It must give the same rows as ``chunks``.
        typed_columns: columns whose cells were numbers and not texts in the file (a workbook, a
            Parquet file); their texts have a decimal dot and nothing else.
        warnings: what the format's reader noticed before its rows were typed.
    """

    origin: str
    columns: list[str]
    chunks: Iterator[TextChunk]
    reopen: Callable[[], Iterator[TextChunk]] | None = None
    typed_columns: frozenset[str] = frozenset()
    warnings: list[ReadWarning] = field(default_factory=list)


def put_together(chunks: Iterator[TextChunk]) -> Iterator[TextChunk]:
    """The same rows in the same order, in fewer chunks where most of them are known."""
    held: list[TextChunk] = []
    rows = 0
    for chunk in chunks:
        held.append(chunk)
        rows += chunk.frame.height + chunk.broken.height
        if rows >= _WORTH_TYPING:
            yield _as_one(held)
            held, rows = [], 0
    if held:
        yield _as_one(held)


def _as_one(chunks: list[TextChunk]) -> TextChunk:
    if len(chunks) == 1:
        return chunks[0]
    return TextChunk(
        pl.concat([chunk.frame for chunk in chunks]),
        pl.concat([chunk.broken for chunk in chunks]),
        known=sum(chunk.known for chunk in chunks),
    )
