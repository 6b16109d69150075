"""How the columns of one file become the contract's columns, while they are still texts."""

from dataclasses import dataclass
from typing import Protocol

import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import ReadWarning, UnreadableFileError
from screening.sources.folding import fold
from screening.sources.mappings import Mapping, RowFilter

#: What publishers put in place of what they do not show.
_MASK_PATTERN = (
    r"^(?:\*+|[-\u2010-\u2014]+|(?i:[\[(].*(?:personuppgift|sekretess|maskerad|maskad).*[\])]))$"
)


class Texts(Protocol):
    """A frame of a file's columns -> a frame of contract columns, all texts."""

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame: ...


@dataclass(frozen=True)
class ColumnPlan:
    """What to do with each chunk of a file before its texts are read.

    Attributes:
        origin: name of the format, for the rows.
        contract: what the rows must be; a format may ask for less than the source's contract.
        texts: gives the contract's columns that the file has, stripped, null where empty.
        present: names of those columns.
        headers: contract column -> the file's header name, for quarantine.
        filters: rows to keep, with the header that each is about.
        hides_everywhere: masks such as ``-`` and ``*`` are empty in every column, not only in
            those that the contract says are masked.
        settled: columns whose texts are in their type's normal form already, where not null.
        warnings: about the header.
    """

    origin: str
    contract: Contract
    texts: Texts
    present: frozenset[str]
    headers: dict[str, str]
    filters: tuple[tuple[RowFilter, str], ...] = ()
    hides_everywhere: bool = False
    settled: frozenset[str] = frozenset()
    warnings: tuple[ReadWarning, ...] = ()

    def kept(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a chunk that the filters keep."""
        for each, header in self.filters:
            frame = frame.filter(each.keeps(header))
        return frame


def stripped(expr: pl.Expr) -> pl.Expr:
    """A text column without white space around; empty becomes null."""
    return expr.str.strip_chars().replace("", None)


def is_masked(texts: pl.Series) -> pl.Series:
    """Whether a text stands for something that the publisher does not show."""
    # Most columns have no such cell: a look at the first character is much cheaper.
    candidates = texts.str.contains(r"^[\[(*\-\u2010-\u2014]").fill_null(False)
    if not candidates.any():
        return candidates
    return candidates & texts.str.contains(_MASK_PATTERN).fill_null(False)


def filters_of(mapping: Mapping | None, columns: list[str]) -> tuple[tuple[RowFilter, str], ...]:
    """A mapping's filters with the file's header each is about.

    Raises:
        UnreadableFileError: ``filter_without_column``. Without its filter the file would be read as
            another: cancelled visits as visits that were made.
    """
    if mapping is None:
        return ()
    by_name = {fold(column): column for column in columns}
    for each in mapping.filters:
        if fold(each.column) not in by_name:
            raise UnreadableFileError(
                "filter_without_column", mapping=mapping.name, column=each.column
            )
    return tuple((each, by_name[fold(each.column)]) for each in mapping.filters)


def with_value_maps(frame: pl.DataFrame, mapping: Mapping | None) -> pl.DataFrame:
    """Texts replaced as the mapping says, where its spelling fits exactly."""
    if mapping is None or not mapping.value_maps:
        return frame
    return frame.with_columns(
        pl.col(column).replace(dict(values))
        for column, values in mapping.value_maps.items()
        if column in frame.columns
    )
