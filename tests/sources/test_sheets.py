"""Workbooks give the same texts as a CSV would."""

import datetime as dt
import zipfile

import polars as pl
import pytest
import xlsxwriter

from screening.sources import sheets
from screening.sources.delivery import UnreadableFileError
from screening.sources.sheets import read_workbook

MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - cells have no time zone


def is_header(row):
    return {"Leverantör", "Belopp"} <= set(row)


@pytest.fixture
def workbook(tmp_path):
    """Write a workbook from cells per sheet and give its path."""

    def write(**content):
        path = tmp_path / "book"
        book = xlsxwriter.Workbook(str(path))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in content.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(r, c, cell, day)
                    elif cell == "#error":
                        sheet.write_formula(r, c, "=1/0", None, "#DIV/0!")
                    elif cell is not None:
                        sheet.write(r, c, cell)
        book.close()
        return path

    return write


def rows_of(table):
    return pl.concat([chunk.frame for chunk in table.chunks])


def test_cells_become_texts(workbook):
    path = workbook(
        Data=[
            ["Leverantör", "Orgnr", "Belopp", "Datum", "Tid", "Ja", "Fel"],
            ["Å", 5560000019, 1302.03, dt.date(2026, 1, 2), MOMENT],
            ["B", "556000-0019", -0.0000001, "2026-01", None, True, "#error"],
            ["C", 165560000019, 0.1 + 0.2, dt.date(2026, 1, 3), None, False, " "],
            ["D", None, 1e15],
        ]
    )
    frame = rows_of(read_workbook(path, is_header))
    assert frame.drop("row_no").rows() == [
        ("Å", "5560000019", "1302.03", "2026-01-02", "2026-01-02 03:04:05", None, None),
        ("B", "556000-0019", "-0.0000001", "2026-01", None, "true", None),
        ("C", "165560000019", "0.3", "2026-01-03", None, "false", None),
        ("D", None, "1000000000000000", None, None, None, None),
    ]
    assert frame["row_no"].to_list() == [2, 3, 4, 5]


def test_the_first_sheet_with_a_header_is_read_from_there(workbook):
    path = workbook(
        Omslag=[["Rapport", "för", "2026"], ["x"]],
        Data=[[], ["Reskontra"], [], ["Leverantör", "Belopp", None], ["A", 1], [], ["B", 2]],
        Annat=[["Leverantör", "Belopp"], ["C", 3]],
    )
    frame = rows_of(read_workbook(path, is_header))
    assert frame["Leverantör"].to_list() == ["A", "B"]
    assert frame["row_no"].to_list() == [5, 7]


def test_without_a_known_header_the_fullest_row_is_it(workbook):
    path = workbook(Data=[["Titel"], ["a", "b", "c"], [1, 2, 3]])
    table = read_workbook(path, is_header)
    assert table.columns == ["a", "b", "c"]
    assert rows_of(table)["row_no"].to_list() == [3]


def test_columns_of_numbers_are_told_from_texts_that_look_the_same(workbook):
    path = workbook(
        Data=[["Leverantör", "Belopp", "Antal"], ["A", 1.234, "1.234"], ["B", 2.5, "2.500"]]
    )
    table = read_workbook(path, is_header)
    assert table.typed_columns == {"Belopp"}


def test_chunks_follow_each_other(workbook):
    path = workbook(Data=[["Leverantör", "Belopp"], *(["A", i] for i in range(25))])
    table = read_workbook(path, is_header, chunk_rows=10)
    assert [chunk.frame.height for chunk in table.chunks] == [10, 10, 5]
    assert table.reopen is not None
    assert pl.concat([c.frame for c in table.reopen()])["row_no"].to_list() == list(range(2, 27))


def test_damaged_and_foreign_workbooks(workbook, tmp_path):
    path = workbook(Data=[["a"]])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(UnreadableFileError) as caught:
        read_workbook(path, is_header)
    assert caught.value.code == "unreadable_workbook"
    document = tmp_path / "document"
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(UnreadableFileError) as caught:
        read_workbook(document, is_header)
    assert caught.value.code == "unreadable_workbook"


def test_empty_and_too_large_workbooks(workbook, monkeypatch):
    path = workbook(Data=[], Mer=[])
    with pytest.raises(UnreadableFileError) as caught:
        read_workbook(path, is_header)
    assert caught.value.code == "empty_file"
    monkeypatch.setattr(sheets, "LARGEST_WORKBOOK_BYTES", 100)
    with pytest.raises(UnreadableFileError) as caught:
        read_workbook(path, is_header)
    assert caught.value.code == "file_too_large"
