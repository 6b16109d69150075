"""Rows of a file put right by a person, put in the place of those that were delivered.

This happens where the file is text still: mapping, conventions and checks then treat a mended row
as if it had stood in the file from the start.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import polars as pl

from screening.sources.delivery import QUARANTINE_SCHEMA, Delivery
from screening.sources.text_table import TextChunk, TextTable

#: Mended cells, one row each: member, row_no, header, cell (null where emptied), whether the cell
#: was a number in the person's workbook, and whether its column is the one that was wrong.
CELLS_SCHEMA: dict[str, pl.DataType] = {
    "member": pl.String(),
    "row_no": pl.Int64(),
    "header": pl.String(),
    "cell": pl.String(),
    "is_number": pl.Boolean(),
    "is_wrong": pl.Boolean(),
}


class Onlooker(Protocol):
    """Sees a delivery's tables while they are text, and may change them."""

    def over(self, table: TextTable, member: str) -> TextTable:
        """The table that is read instead."""
        ...


@dataclass(frozen=True)
class WatchedDelivery(Delivery):
    """A delivery whose tables pass by onlookers before their texts are read."""

    onlookers: tuple[Onlooker, ...] = field(default=(), compare=False)


def as_watched(table: TextTable, delivery: Delivery, member: str) -> TextTable:
    """A member's table after it passed by the delivery's onlookers, in their order."""
    if isinstance(delivery, WatchedDelivery):
        for onlooker in delivery.onlookers:
            table = onlooker.over(table, member)
    return table


def watched(delivery: Delivery, *onlookers: Onlooker) -> WatchedDelivery:
    """The delivery with onlookers, after those that it has."""
    before = delivery.onlookers if isinstance(delivery, WatchedDelivery) else ()
    return WatchedDelivery(
        path=delivery.path,
        name=delivery.name,
        source=delivery.source,
        sha256=delivery.sha256,
        received_on=delivery.received_on,
        as_of=delivery.as_of,
        onlookers=(*before, *onlookers),
    )


@dataclass(frozen=True, eq=False)
class MendedRows:
    """The mended cells of one delivery (``CELLS_SCHEMA``)."""

    cells: pl.DataFrame

    def over(self, table: TextTable, member: str) -> TextTable:
        """The table of a member with its mended rows in place.

        A mended cell of a column that the file does not have is left out, and a cell of a column
        that the person took away stays as delivered.
        """
        cells = self.cells.filter(
            (pl.col("member") == member) & pl.col("header").is_in(table.columns)
        )
        rows = self.cells.filter(pl.col("member") == member)["row_no"].unique()
        if rows.is_empty():
            return table
        written = _as_the_file_writes(cells, table.typed_columns)
        by_column = {
            str(header): frame.select("row_no", "cell", "is_wrong")
            for (header,), frame in written.partition_by("header", as_dict=True).items()
        }

        def mended(chunks: Iterator[TextChunk]) -> Iterator[TextChunk]:
            for chunk in chunks:
                yield _mended_chunk(chunk, rows, by_column, table.columns)

        reopen = table.reopen
        return replace(
            table,
            chunks=mended(table.chunks),
            reopen=None if reopen is None else lambda: mended(reopen()),
        )


def _as_the_file_writes(cells: pl.DataFrame, number_columns: frozenset[str]) -> pl.DataFrame:
    """Numbers such that nobody takes the decimal sign for a thousands separator.

    Where the file's cells are numbers, so is what a person writes: a dot for the comma. Where they
    are texts and the person's are numbers, ``1.234`` gets a zero more.
    """
    cell = pl.col("cell")
    is_number_there = pl.col("header").is_in(list(number_columns))
    bare = cell.str.replace_all(r"[ \u{00a0}\u{2009}\u{202f}]", "").str.replace(",", ".")
    return cells.with_columns(
        pl.when(is_number_there & bare.str.contains(r"^[+\-]?[0-9]+(\.[0-9]+)?$"))
        .then(bare)
        .when(~is_number_there & pl.col("is_number") & cell.str.contains(r"^-?[0-9]+\.[0-9]{3}$"))
        .then(cell + "0")
        .otherwise(cell)
        .alias("cell")
    )


def _mended_chunk(
    chunk: TextChunk, rows: pl.Series, by_column: dict[str, pl.DataFrame], columns: list[str]
) -> TextChunk:
    asked = rows.implode()
    whole = chunk.broken.filter(pl.col("row_no").is_in(asked))
    frame = chunk.frame
    broken = chunk.broken
    if whole.height:
        # A row that could not be split into columns has those that the person gave it.
        empty = whole.select("row_no").with_columns(
            pl.lit(None, pl.String).alias(name) for name in columns
        )
        if chunk.aside is not None:
            empty = chunk.aside.filter(pl.col("row_no").is_in(whole["row_no"].implode()))
        frame = pl.concat([frame, empty], how="diagonal").sort("row_no")
        broken = broken.filter(~pl.col("row_no").is_in(asked))
    is_mended = frame["row_no"].is_in(asked)
    if not is_mended.any():
        return replace(chunk, frame=frame, broken=broken)
    if "line_hash" in frame.columns:  # the row is no longer what its line says
        frame = frame.with_columns(frame["line_hash"].set(is_mended, None))
    for name, cells in by_column.items():
        given = cells.select(
            "row_no",
            pl.col("cell").alias("\x00cell"),
            pl.col("is_wrong").alias("\x00is_wrong"),
        )
        frame = (
            frame.join(given, on="row_no", how="left", maintain_order="left")
            .with_columns(_mended(pl.col(name)).alias(name))
            .drop("\x00cell", "\x00is_wrong")
        )
    return replace(chunk, frame=frame, broken=broken)


def _mended(delivered: pl.Expr) -> pl.Expr:
    """What the person wrote, but for what only a spreadsheet did to cells nobody meant to change.

    That is: a number cut short (``5,56E+09``), leading zeros gone, a day written in another order.
    In the column that was wrong, what is written there counts.
    """
    written, is_wrong = pl.col("\x00cell"), pl.col("\x00is_wrong")
    is_spreadsheets = _is_cut_short(written, delivered) | _is_without_zeros(written, delivered)
    is_spreadsheets |= _is_turned_day(written, delivered)
    return (
        pl.when(is_wrong.is_null() | (~is_wrong & is_spreadsheets.fill_null(value=False)))
        .then(delivered)
        .otherwise(written)
    )


def _is_cut_short(written: pl.Expr, delivered: pl.Expr) -> pl.Expr:
    """``5,56E+09`` for ``5560000019``: the digits shown are those of the number, rounded."""
    bare = written.str.replace(",", ".").str.to_uppercase()
    shown = pl.when(bare.str.contains(r"^-?[0-9](\.[0-9]+)?E\+[0-9]+$")).then(bare)
    digits = delivered.str.replace_all(r"[ \-]", "")
    number = pl.when(digits.str.contains(r"^[0-9]+$")).then(digits.cast(pl.Float64, strict=False))
    decimals = shown.str.extract(r"\.([0-9]+)E", 1).str.len_chars().fill_null(0)
    unit = 10.0 ** (shown.str.extract(r"E\+([0-9]+)$", 1).cast(pl.Float64) - decimals)
    return (shown.cast(pl.Float64, strict=False) - number).abs() <= unit


def _is_without_zeros(written: pl.Expr, delivered: pl.Expr) -> pl.Expr:
    """``123`` for ``00123``."""
    return delivered.str.contains(r"^0[0-9]+$") & (
        delivered.str.strip_chars_start("0") == written.str.strip_chars()
    )


def _is_turned_day(written: pl.Expr, delivered: pl.Expr) -> pl.Expr:
    """``03/10/2026`` or ``10/3/26`` for ``2026-10-03`` or ``20261003``."""
    day = delivered.str.extract_groups(r"^([0-9]{4})-?([0-9]{2})-?([0-9]{2})$")
    parts = written.str.extract_groups(r"^([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{2,4})$")
    first, second, last = (
        parts.struct.field(str(place)).str.zfill(2 if place < 3 else 0) for place in (1, 2, 3)
    )
    year, month, number = (day.struct.field(str(place)) for place in (1, 2, 3))
    is_year = (last == year) | (last == year.str.slice(2))
    is_day = ((first == month) & (second == number)) | ((first == number) & (second == month))
    return is_year & is_day


class RowTexts:
    """Collects the texts of some rows of a delivery while it is read.

    ``collected`` has member, columns (as in the file), rows (their texts and row_no) and broken
    (rows that could not be split, in the quarantine's form).
    """

    def __init__(self, wanted: pl.DataFrame) -> None:
        """``wanted``: member, row_no."""
        self._wanted = wanted
        self.columns: dict[str, list[str]] = {}
        self._rows: dict[str, list[pl.DataFrame]] = {}
        self._broken: dict[str, list[pl.DataFrame]] = {}

    def over(self, table: TextTable, member: str) -> TextTable:
        """The table as it is; its wanted rows are noted as they pass."""
        rows = self._wanted.filter(pl.col("member") == member)["row_no"]
        if rows.is_empty():
            return table
        self.columns[member] = table.columns
        asked = rows.implode()
        kept, broken = self._rows.setdefault(member, []), self._broken.setdefault(member, [])

        def noted(chunks: Iterator[TextChunk]) -> Iterator[TextChunk]:
            for chunk in chunks:
                frames = [chunk.frame] if chunk.aside is None else [chunk.frame, chunk.aside]
                kept.extend(each.filter(pl.col("row_no").is_in(asked)) for each in frames)
                broken.append(chunk.broken.filter(pl.col("row_no").is_in(asked)))
                yield chunk

        reopen = table.reopen
        return replace(
            table,
            chunks=noted(table.chunks),
            reopen=None if reopen is None else lambda: noted(reopen()),
        )

    def rows(self, member: str) -> pl.DataFrame:
        """Texts of the wanted rows of a member: its columns and row_no, in file order."""
        schema = dict.fromkeys(self.columns.get(member, []), pl.String()) | {"row_no": pl.Int64()}
        frames = [pl.DataFrame(schema=schema), *self._rows.get(member, [])]
        return pl.concat(frames, how="diagonal").unique("row_no", keep="first").sort("row_no")

    def broken(self, member: str) -> pl.DataFrame:
        """The wanted rows of a member that are no rows, in the quarantine's form."""
        frames = [pl.DataFrame(schema=QUARANTINE_SCHEMA), *self._broken.get(member, [])]
        return pl.concat(frames).unique("row_no", keep="first").sort("row_no")
