"""A tabular file after bytes were made text and before texts are made values."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl


@dataclass
class TextChunk:
    """Some rows of a file.

    Attributes:
        frame: every column of the file as text (null where empty) and ``row_no`` (Int64), the
            number that a spreadsheet shows (the header is row 1).
        broken: rows that cannot be split into the file's columns, in the quarantine schema.
    """

    frame: pl.DataFrame
    broken: pl.DataFrame


@dataclass
class TextTable:
    """A file's header and its rows in file order.

    ``origin`` names the format: canonical, ledger, bolagsverket, scb, peppol, ...
    """

    origin: str
    columns: list[str]
    chunks: Iterator[TextChunk]
