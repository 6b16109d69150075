"""Workbooks (xlsx) as tables of text, in the same written forms as a CSV."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import fastexcel
import polars as pl

from screening.sources.delimited import unique_names
from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.text_table import TextChunk, TextTable
from screening.sources.unpack import BAD_ARCHIVE, LARGEST_RATIO
from screening.sources.workbook_extent import check_extent

CHUNK_ROWS = 200_000
#: A workbook is held in memory whole, so it may not grow beyond this.
LARGEST_WORKBOOK_BYTES = 2 * 1000**3
_SMALL_WORKBOOK_BYTES = 100 * 1000**2
_MOST_SHEETS = 20
_HEADER_WITHIN_ROWS = 30
#: In place of a header's row: the first row holds data, and columns are called 1, 2, ...
NO_HEADER = 0
#: A number that would be read with a thousands separator if it were text.
_AMBIGUOUS = r"^-?\d{1,3}\.\d{3}$"


def is_panic(error: BaseException) -> bool:
    """Whether an error is a panic of Polars or the workbook reader, which is no ``Exception``."""
    return type(error).__name__ == "PanicException"


@contextmanager
def damage_told_as(code: str) -> Iterator[None]:
    """Whatever a damaged file does to its reader becomes ``UnreadableFileError``."""
    try:
        yield
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise UnreadableFileError(code) from error
    except BaseException as error:
        if is_panic(error):
            raise UnreadableFileError(code) from error
        raise


def read_workbook(
    path: Path, is_header: Callable[[list[str]], bool], chunk_rows: int = CHUNK_ROWS
) -> TextTable:
    """Read the first sheet of a workbook that has a header, all cells as text.

    Dates become ISO dates, numbers are written out without exponent, error cells are empty. Rows
    above the header (a title, blank rows) are passed over; ``row_no`` is the sheet's own.

    Args:
        path: the workbook.
        is_header: whether a row's texts are a header of the source. Where none near the top of
            a sheet is, the header is the first sheet's fullest row near the top.
        chunk_rows: rows at a time.

    Raises:
        UnreadableFileError: ``unreadable_workbook``, ``file_too_large``, ``empty_file``.
    """
    _check_size(path)
    fallback: tuple[str, pl.DataFrame] | None = None
    with damage_told_as("unreadable_workbook"):
        workbook = fastexcel.read_excel(path)
        for name in workbook.sheet_names[:_MOST_SHEETS]:
            cells = _cells(workbook, name)
            if cells.is_empty():
                continue
            header = _header_row(cells, is_header)
            if header is not None:
                return _sheet_table(workbook, name, cells, header, chunk_rows)
            fallback = fallback or (name, cells)
        if fallback is not None:
            name, cells = fallback
            return _sheet_table(workbook, name, cells, _fullest_row(cells), chunk_rows)
    raise UnreadableFileError("empty_file")


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets, in their order; none where it cannot be opened."""
    try:
        with damage_told_as("unreadable_workbook"):
            return list(fastexcel.read_excel(path).sheet_names)
    except UnreadableFileError:
        return []


def top_rows(path: Path, rows: int) -> dict[str, list[list[str]]]:
    """The first rows of each sheet as texts, "" where empty; sheets without cells are left out.

    Raises:
        UnreadableFileError: ``unreadable_workbook``, ``file_too_large``.
    """
    _check_size(path)
    with damage_told_as("unreadable_workbook"):
        workbook = fastexcel.read_excel(path)
        tops = {name: _cells(workbook, name, rows) for name in workbook.sheet_names[:_MOST_SHEETS]}
        return {
            name: [[cell or "" for cell in row] for row in cells.iter_rows()]
            for name, cells in tops.items()
            if not cells.is_empty()
        }


def cells_that_are_numbers(path: Path, sheet: str) -> pl.DataFrame:
    """Which cells of a sheet are numbers and not texts: Boolean columns, from its first row on.

    Raises:
        UnreadableFileError: ``unreadable_workbook``.
    """
    with damage_told_as("unreadable_workbook"):
        # Read as truth values, numbers are true or false and texts are nothing.
        loaded = fastexcel.read_excel(path).load_sheet(
            sheet, header_row=None, skip_rows=0, dtypes="boolean"
        )
        return pl.DataFrame(loaded).select(pl.all().is_not_null())


def read_sheet(
    path: Path,
    sheet: str | None,
    header_row: int | None,
    is_header: Callable[[list[str]], bool],
    chunk_rows: int = CHUNK_ROWS,
) -> TextTable:
    """Read one sheet of a workbook as `read_workbook` does, from a header row that is known.

    Args:
        path: the workbook.
        sheet: its name; by default the first that has cells.
        header_row: the header's row as the sheet counts it, ``NO_HEADER`` where there is none, or
            None to find it.
        is_header: whether a row's texts are a header of the source.
        chunk_rows: rows at a time.

    Raises:
        UnreadableFileError: ``unreadable_workbook``, ``file_too_large``, ``empty_file``.
    """
    _check_size(path)
    with damage_told_as("unreadable_workbook"):
        workbook = fastexcel.read_excel(path)
        for name in workbook.sheet_names[:_MOST_SHEETS] if sheet is None else [sheet]:
            cells = _cells(workbook, name)
            if cells.is_empty():
                continue
            if header_row is not None:
                place = header_row - 1
            else:
                found = _header_row(cells, is_header)
                place = _fullest_row(cells) if found is None else found
            if place < cells.height:
                return _sheet_table(workbook, name, cells, place, chunk_rows)
    raise UnreadableFileError("empty_file")


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except BAD_ARCHIVE as error:
        raise UnreadableFileError("unreadable_workbook") from error
    is_bomb = unpacked > _SMALL_WORKBOOK_BYTES and unpacked > LARGEST_RATIO * path.stat().st_size
    if unpacked > LARGEST_WORKBOOK_BYTES or is_bomb:
        raise UnreadableFileError("file_too_large", bytes=unpacked)
    try:
        check_extent(path)
    except (*BAD_ARCHIVE, OverflowError) as error:
        raise UnreadableFileError("unreadable_workbook") from error


def _cells(workbook: fastexcel.ExcelReader, sheet: str, rows: int | None = None) -> pl.DataFrame:
    """All cells of a sheet as text, from its first row on, or its first rows; null where empty."""
    try:
        loaded = workbook.load_sheet(
            sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string"
        )
    except fastexcel.FastExcelError:
        return pl.DataFrame()  # a chart, or a sheet that is damaged: maybe the next one
    cells = pl.DataFrame(loaded)
    if cells.is_empty():
        return pl.DataFrame()
    # A day comes with a midnight that nobody wrote.
    day = pl.all().str.replace(r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?$", "$1")
    return cells.with_columns(day).with_columns(
        pl.when(pl.all().str.strip_chars() != "").then(pl.all())
    )


def _header_row(cells: pl.DataFrame, is_header: Callable[[list[str]], bool]) -> int | None:
    for place, row in enumerate(cells.head(_HEADER_WITHIN_ROWS).iter_rows()):
        if is_header([cell for cell in row if cell]):
            return place
    return None


def _fullest_row(cells: pl.DataFrame) -> int:
    filled = [sum(map(bool, row)) for row in cells.head(_HEADER_WITHIN_ROWS).iter_rows()]
    return filled.index(max(filled))


def _sheet_table(
    workbook: fastexcel.ExcelReader, sheet: str, cells: pl.DataFrame, header: int, chunk_rows: int
) -> TextTable:
    if header < 0:
        columns = [str(place) for place in range(1, cells.width + 1)]
    else:
        columns = _columns(cells.row(header))
    rows = cells.slice(header + 1)
    rows.columns = columns
    row_no = pl.int_range(header + 2, header + 2 + rows.height, dtype=pl.Int64, eager=True)
    frame = rows.with_columns(row_no.alias("row_no")).filter(
        pl.any_horizontal(pl.col(columns).is_not_null())
    )
    typed = _number_columns(workbook, sheet, frame, columns, header)

    def chunks() -> Iterator[TextChunk]:
        for chunk in frame.iter_slices(chunk_rows):
            yield TextChunk(chunk, pl.DataFrame(schema=QUARANTINE_SCHEMA))

    return TextTable("canonical", columns, chunks(), reopen=chunks, typed_columns=typed)


def _columns(header: Sequence[str | None]) -> list[str]:
    return unique_names([cell or "" for cell in header])


def _number_columns(
    workbook: fastexcel.ExcelReader,
    sheet: str,
    frame: pl.DataFrame,
    columns: list[str],
    header: int,
) -> frozenset[str]:
    """Columns whose cells are numbers, where that decides how their texts are read.

    ``1.234`` is one and a bit if the cell is a number, and may be a thousand if it is text.
    """
    asked = [
        name
        for name in columns
        if frame[name].str.contains(_AMBIGUOUS).fill_null(value=False).any()
    ]
    if not asked:
        return frozenset()
    places = [columns.index(name) for name in asked]
    loaded = workbook.load_sheet(
        sheet,
        header_row=None,
        skip_rows=header + 1,
        use_columns=places,
        schema_sample_rows=None,
    )
    types = pl.DataFrame(loaded).dtypes
    return frozenset(name for name, kind in zip(asked, types, strict=True) if kind.is_numeric())
