"""How large a workbook's sheets would be in memory, told before a reader makes room for them.

The reader of workbooks lays each sheet out as a full rectangle from its first to its last cell. Two
cells in opposite corners are a few bytes in the file and half a terabyte in memory, and a process
that asks for so much is ended, not told. So the cells' references are looked at first.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from screening.sources.delivery import UnreadableFileError

#: Cells of one sheet, empty ones included; each takes 32 bytes. A million rows of sixty columns.
MOST_CELLS = 64_000_000

_PIECE = 4 << 20
#: No tag of a cell is longer up to its reference.
_OVERLAP = 512
_REFERENCE = rb"\br\s*=\s*[\"']"
_FAR_COLUMN = re.compile(_REFERENCE + rb"([A-Za-z]{2,})[0-9]")
_ROW_OF_CELL = re.compile(_REFERENCE + rb"[A-Za-z]+0*([0-9]+)")
_DIGITS = [re.compile(_REFERENCE + rb"[A-Za-z]+0*[1-9][0-9]{%d,}" % more) for more in range(7)]
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"']0*([0-9]+)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_BARE_CELL = re.compile(rb"<(?:\w+:)?c(?:\s+(?!r\s*=)[\w:]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")


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


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's text in pieces that overlap, so that no reference is cut in two."""
    with archive.open(info) as stream:
        tail = b""
        while piece := stream.read(_PIECE):
            text = tail + piece
            yield text
            tail = text[-_OVERLAP:]


def _extent(pieces: Iterator[bytes], *, is_exact: bool) -> int:
    """Cells of a part's rectangle, or somewhat more; 0 where it is no sheet.

    Reading every reference takes long. Where that is not asked for, rows are told by the number of
    digits of the last one alone.
    """
    columns, digits, rows, counted, widest = 0, 0, 0, 0, 0
    for piece in pieces:
        while digits < len(_DIGITS) and _DIGITS[digits].search(piece):
            digits += 1
        columns = max([columns, *map(_number_of, set(_FAR_COLUMN.findall(piece)))])
        if is_exact or digits == len(_DIGITS):
            rows = max([rows, *map(int, set(_ROW_OF_CELL.findall(piece)))])
        if _BARE_CELL.search(piece):
            # Cells without a reference follow one another, in rows that may have a number.
            parts = _ROW.split(piece)
            counted += len(parts) - 1
            widest = max(widest, *(len(_CELL.findall(part)) for part in parts))
            rows = max([rows, *map(int, set(_ROW_NUMBER.findall(piece)))])
    if digits:
        columns = max(columns, 26)
    if not is_exact and digits < len(_DIGITS):
        rows = max(rows, 10**digits - 1)
    return max(rows, counted) * max(columns, widest)


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - ord("A") + 1
    return number
