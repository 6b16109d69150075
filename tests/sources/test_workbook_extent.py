"""Workbooks that are small in the file and huge in memory are refused before they are opened."""

import io
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from screening.sources import workbook_extent
from screening.sources.delivery import UnreadableFileError
from screening.sources.sheets import read_workbook
from screening.sources.workbook_extent import check_extent


def workbook(rows: int = 3, columns: int = 2) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_row(row, 0, [f"k{column}" for column in range(columns)])
    book.close()
    return stream.getvalue()


def changed(path: Path, *swaps: tuple[str, str], rows: int = 3, columns: int = 2) -> Path:
    """A workbook whose first sheet's XML has patterns replaced."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(rows, columns))) as given,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            part = given.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for pattern, by in swaps:
                    assert re.search(pattern, part)
                    part = re.sub(pattern, by, part)
            made.writestr(name, part)
    path.write_bytes(stream.getvalue())
    return path


def header(row: list[str]) -> bool:
    return row[:1] == ["k0"]


@pytest.mark.parametrize(
    "swaps",
    [
        [('r="B3"', 'r="XFD1048576"')],
        [('r="B3"', "r='XFD1048576'")],
        [('r="B3"', 'r = "xfd1048576"')],
        [('r="B3"', 'r="AB0004294967295"')],
        [('r="B3"', 'r="ZZZZZZ3"'), ('r="A2"', 'r="A99999"')],
        [('r="B3"', 'r="A9999999999999999999"')],
        # A row of many cells without references, and a row far below.
        [(r' r="[A-C][0-9]"', ""), ('<row r="3"', '<row r="99000000"')],
        [
            (r' r="[A-C][0-9]"', ""),
            ("<c[^>]*>(.*?)</c>", "<c/>" * 9_000),
            ("</row>", "</row>" + "<row/>" * 8_000),
        ],
        [
            ("<(/?)(row|c|v|f)([ />])", r"<\1x:\2\3"),
            ("<worksheet", '<worksheet xmlns:x="y"'),
            ('r="B3"', 'r="XFD1048576"'),
        ],
    ],
)
def test_a_rectangle_that_no_memory_holds_is_refused(swaps, tmp_path: Path) -> None:
    path = changed(tmp_path / "raw", *swaps)
    for read in (check_extent, lambda each: read_workbook(each, header)):
        with pytest.raises(UnreadableFileError) as refused:
            read(path)
        assert refused.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("swaps", "rows"),
    [
        ([], 2),
        ([('r="B3"', 'r="CX3"')], 2),
        ([('r="B3"', 'r="B120000"')], 3),
        ([('r="B3"', 'r="XFD3"')], 2),
        ([(r' r="[A-C][0-9]"', "")], 2),
    ],
)
def test_what_fits_is_read(swaps, rows, tmp_path: Path) -> None:
    path = changed(tmp_path / "raw", *swaps)
    check_extent(path)
    frame = pl.concat([chunk.frame for chunk in read_workbook(path, header).chunks])
    assert frame.height == rows


def test_wide_and_long_sheets_are_counted_exactly_where_a_guess_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "raw"
    path.write_bytes(workbook(rows=120, columns=40))
    # 120 rows look like 999 at first: 39,960 cells instead of 4,800.
    monkeypatch.setattr(workbook_extent, "MOST_CELLS", 5_000)
    check_extent(path)
    monkeypatch.setattr(workbook_extent, "MOST_CELLS", 4_000)
    with pytest.raises(UnreadableFileError):
        check_extent(path)


def test_references_across_pieces_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = changed(tmp_path / "raw", ('r="B3"', 'r="XFD1048576"'))
    for size in range(1, 60, 7):
        monkeypatch.setattr(workbook_extent, "_PIECE", size)
        with pytest.raises(UnreadableFileError):
            check_extent(path)


def test_other_kinds_of_workbooks_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.bin", b"\x00")
    with pytest.raises(UnreadableFileError) as refused:
        read_workbook(path, header)
    assert refused.value.code == "unreadable_workbook"
