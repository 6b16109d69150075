"""The table in which rows in quarantine travel to a person and back.

Each row has leading columns that say where it came from and what is wrong, then the columns of its
file, cells as written. ``vaksam_ref`` alone ties a row to its entry; the rest of the leading
columns is for the person, and what becomes of it plays no part.
"""

import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from screening.sources.delimited import read_delimited
from screening.sources.delivery import UnreadableFileError
from screening.sources.encoding import detect
from screening.sources.sheets import cells_that_are_numbers, read_sheet, sheet_names
from screening.sources.text_table import TextTable
from screening.sources.unpack import BAD_ARCHIVE

REFERENCE = "vaksam_ref"
#: What stands before the file's own columns. ``vaksam_raw`` is the row as it was received, where it
#: could not be split into the file's columns.
LEADING = (
    REFERENCE,
    "vaksam_file",
    "vaksam_row",
    "vaksam_column",
    "vaksam_reason",
    "vaksam_raw",
)

#: A cell that some spreadsheet would run, behind any number of apostrophes; plain numbers are not.
_FORMULA = (
    r"^'*[\s\u{00ad}\u{200b}-\u{200f}\u{2060}\u{feff}]*"
    r"[=+\-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{2212}\u{fe62}\u{fe63}\u{fe66}\u{fe6b}]"
)
_TABBED = r"^'*[\t\r\n]"
_PLAIN_NUMBER = r"^[+\-\u{2212}]?[0-9][0-9 .,\u{00a0}\u{2009}\u{202f}]*$"
#: Where a workbook keeps its texts, and how much of a file is looked at.
_TEXTS_OF_A_WORKBOOK = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")
_LOOKED_AT = 1 << 16


def guarded(cell: pl.Expr) -> pl.Expr:
    """A text that no spreadsheet takes for a formula; ``unguarded`` gives it back to the letter."""
    is_formula = (cell.str.contains(_FORMULA) | cell.str.contains(_TABBED)) & ~cell.str.contains(
        _PLAIN_NUMBER
    )
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), cell)).otherwise(cell)


def unguarded(cell: pl.Expr) -> pl.Expr:
    """A guarded text as it was. One that a person wrote without the guard stays as it is."""
    bare = cell.str.slice(1)
    was_guarded = cell.str.starts_with("'") & (
        bare.str.contains(_FORMULA) | bare.str.contains(_TABBED)
    )
    return pl.when(was_guarded & ~bare.str.contains(_PLAIN_NUMBER)).then(bare).otherwise(cell)


@dataclass(frozen=True)
class MendedTable:
    """The rows of a file of mended rows.

    Attributes:
        rows: row_no, vaksam_ref (stripped; null where somebody emptied it) and the columns of the
            original files, all as text, null where empty.
        numbers: row_no, header of cells that were numbers in a workbook: a dot is their decimal
            sign.
    """

    rows: pl.DataFrame
    numbers: pl.DataFrame

    @property
    def columns(self) -> list[str]:
        """The columns of the original files."""
        return [name for name in self.rows.columns if name not in ("row_no", REFERENCE)]


def is_mending_table(path: Path) -> bool:
    """Whether a file is one of mended rows: its header has ``vaksam_ref``. Cheap for other files.

    Packed files are never one. A file that cannot be read is not one either: it is told as it is.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_LOOKED_AT)
        if head.startswith(b"PK\x03\x04"):
            return _is_mending_workbook(path)
    except OSError:
        return False
    return _names_reference(head.replace(b"\x00", b""))


def _names_reference(content: bytes) -> bool:
    return REFERENCE.encode() in content.lower()


def _is_mending_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in set(_TEXTS_OF_A_WORKBOOK) & set(archive.namelist()):
                with archive.open(name) as texts:
                    if _names_reference(texts.read(_LOOKED_AT)):
                        return True
    except BAD_ARCHIVE:
        return False
    return False


def read_mending_table(path: Path) -> MendedTable:
    """Read a file of mended rows, CSV or XLSX, whatever a spreadsheet made of it.

    Raises:
        UnreadableFileError: it cannot be read, or its header has no ``vaksam_ref``.
    """
    table, numbers = _table(path)
    names = {name: name.strip().lower() for name in table.columns}
    reference = next((name for name, bare in names.items() if bare == REFERENCE), None)
    if reference is None:
        raise UnreadableFileError("correction_without_rows")
    own = [name for name, bare in names.items() if bare not in LEADING]
    # A row that the person broke is one that cannot be used, and is counted as such.
    chunks = [
        pl.concat(
            [
                chunk.frame.select("row_no", reference, *own),
                chunk.broken.select("row_no"),
            ],
            how="diagonal",
        )
        for chunk in table.chunks
    ]
    rows = pl.concat(chunks).sort("row_no")
    texts = [pl.col(name).pipe(unguarded).alias(name) for name in own]
    marks = pl.col(reference).str.strip_chars(" '\u00a0\t").str.to_lowercase().alias(REFERENCE)
    return MendedTable(
        rows.select("row_no", pl.when(marks != "").then(marks).alias(REFERENCE), *texts),
        numbers.filter(pl.col("header").is_in(own)),
    )


def _table(path: Path) -> tuple[TextTable, pl.DataFrame]:
    """The table, and row_no and header of its cells that are numbers."""
    with path.open("rb") as stream:
        is_workbook = stream.read(4) == b"PK\x03\x04"
    if not is_workbook:
        none = pl.DataFrame(schema={"row_no": pl.Int64(), "header": pl.String()})
        return read_delimited(path, encoding=detect(path)), none
    for sheet in sheet_names(path):
        with suppress(UnreadableFileError):  # an empty sheet, or a chart: maybe the next one
            table = read_sheet(path, sheet, None, _has_reference)
            if _has_reference(table.columns):
                return table, _numbers(path, sheet, table.columns)
    raise UnreadableFileError("correction_without_rows")


def _numbers(path: Path, sheet: str, columns: list[str]) -> pl.DataFrame:
    cells = cells_that_are_numbers(path, sheet)
    cells = cells.select(cells.columns[: len(columns)])
    cells.columns = columns[: cells.width]
    return (
        cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row_no"))
        .unpivot(index="row_no", variable_name="header", value_name="is_number")
        .filter("is_number")
        .select("row_no", "header")
    )


def _has_reference(row: list[str]) -> bool:
    return any(cell.strip().lower() == REFERENCE for cell in row)
