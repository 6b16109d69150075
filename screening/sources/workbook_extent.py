"""How large a workbook's sheets would be in memory, told before a reader makes room for them.

The reader of workbooks lays each sheet out as a full rectangle from its first to its last cell. Two
cells in opposite corners are a few bytes in the file and half a terabyte in memory, and a process
that asks for so much is ended, not told. So the cells' references are looked at first.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from screening.sources.delivery import UnreadableFileError

#: Cells of one sheet, empty ones included; each takes 32 bytes. A million rows of sixty columns.
MOST_CELLS = 64_000_000

_PIECE = 8 << 20
#: No tag of a cell is longer up to its reference.
_OVERLAP = 512
# Read by Polars, whose patterns are many times faster than Python's.
_REFERENCE = r"[\s\x22']r\s*=\s*[\x22']"
_FAR_COLUMN = rf"{_REFERENCE}([A-Za-z]{{2,}})[0-9]"
_ROW_OF_CELL = rf"{_REFERENCE}[A-Za-z]+0*([0-9]+)"
_DIGITS = [rf"{_REFERENCE}[A-Za-z]+0*[1-9][0-9]{{{more},}}" for more in range(7)]
_ROW = re.compile(r"<(?:[\w.-]+:)?row[\s/>]")
_ROW_NUMBER = rf"<(?:[\w.-]+:)?row\b[^>]*?{_REFERENCE}0*([0-9]+)"
_CELL = r"<(?:[\w.-]+:)?c[\s/>]"
_CELL_WITH_REFERENCE = rf"<(?:[\w.-]+:)?c\b[^>]*?{_REFERENCE}[A-Za-z]"


def check_extent(path: Path) -> None:
    """Refuse a workbook with a sheet that would not fit.

    Raises:
        UnreadableFileError: ``file_too_large`` with ``cells``; ``unreadable_workbook`` for the
            binary and the OpenDocument kind, whose cells cannot be looked at so.
        zipfile.BadZipFile, OSError, ValueError, NotImplementedError: a damaged archive.
    """
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if any(info.filename in ("xl/workbook.bin", "content.xml") for info in infos):
            raise UnreadableFileError("unreadable_workbook")
        for info in infos:
            # Which part is a sheet is said in another part, which may lie; so all are looked at.
            cells = _extent(_pieces(archive, info), is_exact=False)
            if cells > MOST_CELLS:
                cells = _extent(_pieces(archive, info), is_exact=True)
            if cells > MOST_CELLS:
                raise UnreadableFileError("file_too_large", cells=cells)


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[str]:
    """A part's text in pieces that overlap, so that no reference is cut in two."""
    with archive.open(info) as stream:
        tail = ""
        while piece := stream.read(_PIECE):
            text = tail + piece.decode("latin-1")
            yield text
            tail = text[-_OVERLAP:]


def _extent(pieces: Iterator[str], *, is_exact: bool) -> int:
    """Cells of a part's rectangle, or somewhat more; 0 where it is no sheet.

    Reading every reference takes long. Where that is not asked for, rows are told by the number of
    digits of the last one alone.
    """
    columns, digits, rows, counted, widest = 0, 0, 0, 0, 0
    for piece in pieces:
        text = pl.Series([piece])
        while digits < len(_DIGITS) and text.str.contains(_DIGITS[digits]).item():
            digits += 1
        columns = max([columns, *map(_number_of, _found(text, _FAR_COLUMN))])
        if is_exact or digits == len(_DIGITS):
            rows = max([rows, *map(int, _found(text, _ROW_OF_CELL))])
        cells = text.str.count_matches(_CELL).item()
        if cells > text.str.count_matches(_CELL_WITH_REFERENCE).item():
            # Cells without a reference follow one another, in rows that may have a number.
            parts = _ROW.split(piece)
            counted += len(parts) - 1
            widest = max(widest, *pl.Series(parts).str.count_matches(_CELL).to_list())
            rows = max([rows, *map(int, _found(text, _ROW_NUMBER))])
    if digits:
        columns = max(columns, 26)
    if not is_exact and digits < len(_DIGITS):
        rows = max(rows, 10**digits - 1)
    return max(rows, counted) * max(columns, widest)


def _found(text: pl.Series, pattern: str) -> list[str]:
    """The distinct texts of a pattern's group."""
    matches = text.str.extract_all(pattern).explode().drop_nulls()
    return matches.str.extract(pattern, 1).unique().to_list()


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
