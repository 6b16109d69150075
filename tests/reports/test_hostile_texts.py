"""Names and descriptions from outside: formulas, markup, personal numbers."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.reports.spreadsheet_safety import safe_cells
from screening.reports.week_files import write_week
from tests.reports.report_weeks import (
    AS_OF,
    a_finding,
    a_manifest,
    evidence_frame,
    findings_frame,
    quarantine_frame,
    scored,
    suppliers_frame,
)

FORMULAS = [
    "=HYPERLINK(1)",
    "+46 8 123",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    " =1+1",
    "\u200b=1",
    "\ufeff=1",
    "−1",
]
MARKUP = "<script>alert(1)</script> & \"Son\" 'AB'"
#: A well-known number for tests (Skatteverket's) and the same with a wrong check digit.
PERSON, MISTYPED = "811228-9874", "811228-9875"


def safe(text):
    return safe_cells(pl.DataFrame({"cell": [text]})).item()


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(formula):
    assert safe(formula) == f"'{formula}"


@pytest.mark.parametrize("text", ["Omsorg & Co", "1-2", "a=b", "'quoted", "", "Å", "5566778899"])
def test_other_texts_stay_as_they_are(text):
    assert safe(text) == text


@given(st.text())
def test_a_safe_cell_is_safe_and_still_says_the_same(text):
    once = safe(text)
    assert safe(once) == once
    assert once.removeprefix("'") == text.removeprefix("'")
    assert not once.lstrip().startswith(("=", "+", "-", "@"))


def test_numbers_stay_numbers():
    frame = pl.DataFrame({"amount": [-1.5], "count": [-3]})
    assert safe_cells(frame).equals(frame)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A week where every text is from someone who means harm or was careless."""
    people = suppliers_frame(2, 1).with_columns(
        name=pl.Series(["=cmd|'/c calc'!A1", f"{MARKUP} {PERSON}"]),
        supplier_no=pl.Series(["@SUM(1)", "20001"]),
    )
    ids = people.get_column("supplier_id").to_list()
    rows = [
        a_finding(
            "phoenix",
            supplier_id,
            summary_sv=f"+Ägaren {PERSON} och 19{PERSON} {MARKUP}\n=2",
            amount_sek=-5,
            evidence=[1, 2],
        )
        for supplier_id in ids
    ]
    folder = tmp_path_factory.mktemp("hostile")
    files = evidence_frame(2).with_columns(file=pl.lit(f"permits/=svar {PERSON}.csv"))
    raw = [("permits", f"x {PERSON}.csv", 3, "person_id", "wrong_check", f"=x;{MISTYPED};{PERSON}")]
    write_week(
        folder,
        scored(findings_frame(rows), people, None, AS_OF),
        manifest=a_manifest(),
        evidence=files,
        quarantine=quarantine_frame(raw),
    )
    return folder


@pytest.mark.parametrize("name", ["risk-list.csv", "findings.csv", "quarantine.csv"])
def test_no_cell_of_a_csv_file_is_a_formula(hostile, name):
    content = (hostile / name).read_text(encoding="utf-8-sig")
    cells = [
        cell
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=";")
        for cell in row
        if not cell.replace(".", "", 1).lstrip("-").isdigit()
    ]
    assert any(cell.startswith(("'=", "'+", "'@")) for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_no_cell_of_the_workbook_is_a_formula(hostile):
    sheets = pl.read_excel(hostile / "risk-list.xlsx", sheet_id=0)
    texts = [
        value
        for sheet in sheets.values()
        for column in sheet.select(pl.col(pl.String)).iter_columns()
        for value in column.drop_nulls()
    ]
    assert any(text.startswith("'=cmd") for text in texts)
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]


def test_amounts_stay_negative_numbers(hostile):
    content = pl.read_csv(hostile / "findings.csv", separator=";")
    assert content.get_column("amount_sek").to_list() == [-5.0, -5.0]


@pytest.mark.parametrize(
    "name", ["risk-list.csv", "findings.csv", "quarantine.csv", "report.html", "run.json"]
)
def test_no_file_holds_a_whole_personal_number(hostile, name):
    content = (hostile / name).read_text(encoding="utf-8-sig")
    for number in (PERSON, PERSON.replace("-", ""), MISTYPED, "9874", "9875"):
        assert number not in content
    if name != "run.json":
        assert "811228-****" in content


def test_no_sheet_holds_a_whole_personal_number(hostile):
    sheets = pl.read_excel(hostile / "risk-list.xlsx", sheet_id=0)
    said = "\n".join(sheet.write_csv() for sheet in sheets.values())
    assert "811228-****" in said
    assert "9874" not in said


def test_markup_in_a_name_is_shown_and_not_run(hostile):
    page = (hostile / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_row_stays_one_line(hostile):
    """Line breaks in a summary are made blanks, so that a line tool sees whole rows."""
    lines = (hostile / "findings.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
