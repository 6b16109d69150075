"""The workbook for people, read back by a program."""

import re
import zipfile
from dataclasses import replace

import fastexcel
import polars as pl
import pytest

from screening.reports.week_files import write_week
from tests.reports.report_weeks import (
    a_manifest,
    evidence_frame,
    quarantine_frame,
)


@pytest.fixture(scope="module")
def book(written):
    return fastexcel.read_excel(written / "sv" / "risk-list.xlsx")


def sheet(book, name):
    return book.load_sheet(name).to_polars()


def parts_of(path, pattern):
    with zipfile.ZipFile(path) as archive:
        return {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if re.search(pattern, name)
        }


def test_sheets_are_the_list_the_areas_and_what_explains_them(book):
    areas = ["Fakturor", "Skatt", "Tillstånd", "Ägande"]
    own = ["Egen kontroll", "Egna uppgifter"]
    assert book.sheet_names == [
        *("Lista", *areas, *own, "Underlag", "Källor", "Ej kontrollerat", "Om listan")
    ]


def test_the_list_says_the_same_as_the_csv_file(book, written):
    csv_file = pl.read_csv(written / "sv" / "risk-list.csv", separator=";")
    shown = sheet(book, "Lista")
    assert shown.height == csv_file.height
    assert shown["Poäng"].to_list() == csv_file["points"].to_list()
    assert shown["Risktal"].to_list() == pytest.approx(csv_file["score"].to_list())
    assert shown["Nivå"].str.to_lowercase().to_list() == csv_file["band"].to_list()
    reasons = shown["Skäl"].str.replace_all("\n", " | ", literal=True).to_list()
    assert reasons == csv_file["reasons"].to_list()


def test_area_sheets_hold_every_open_finding_of_the_area(book, ordinary_week):
    open_findings = ordinary_week.findings.filter(pl.col("still_open"))
    for area, name in (("tax", "Skatt"), ("permits", "Tillstånd")):
        expected = open_findings.filter(pl.col("area") == area)
        shown = sheet(book, name)
        assert shown["Poäng"].sum() == expected["points"].sum()
        assert shown.height == expected.height
        assert shown["Underlag"].null_count() == 0


@pytest.mark.parametrize(
    ("kind", "name"), [("control", "Egen kontroll"), ("quality", "Egna uppgifter")]
)
def test_what_is_about_ourselves_has_sheets_without_points_or_places(
    book, ordinary_week, kind, name
):
    expected = ordinary_week.findings.filter((pl.col("kind") == kind) & pl.col("still_open"))
    shown = sheet(book, name)
    assert shown.height == expected.height > 0
    assert not {"Poäng", "Plats", "Nivå"} & set(shown.columns)
    assert shown["Nästa steg"].n_unique() == 1
    others = [sheet(book, area)["Iakttagelse"] for area in ("Fakturor", "Skatt", "Tillstånd")]
    assert not set(shown["Iakttagelse"]) & set(pl.concat(others))


def test_evidence_names_supplier_finding_file_and_row(book, ordinary_week):
    shown = sheet(book, "Underlag")
    open_findings = ordinary_week.findings.filter(pl.col("still_open"))
    assert shown.height == open_findings["evidence"].list.len().clip(0, 20).sum()
    assert shown.columns == ["Plats", "Leverantör", "Iakttagelse", "Källa", "Fil", "Rad"]


def test_not_checked_puts_failed_rules_first_and_says_why(book):
    rows = sheet(book, "Ej kontrollerat").rows(named=True)
    assert rows[0]["Status"] == "Regeln misslyckades"
    assert rows[0]["Varför"] == "Frågan tog för lång tid"
    assert rows[1]["Leverantörer"] == 190


def test_sources_stand_with_the_worst_first_and_what_it_means(book):
    rows = sheet(book, "Källor").rows(named=True)
    assert [row["Läge"] for row in rows] == ["för gammal", "aktuell"]
    assert rows[0]["Källa"] == "Skulder hos Kronofogden"
    assert rows[0]["Ålder (dagar)"] == 112
    assert rows[0]["Regler som drabbas"] == "Skulder till staten"
    assert "112 dagar" in rows[0]["Vad det betyder"]


def test_what_is_old_stands_above_each_printed_page_of_the_list(written):
    (first,) = parts_of(written / "sv" / "risk-list.xlsx", r"worksheets/sheet1\.xml$").values()
    assert "1 av 2 källor som reglerna behöver" in first


def test_every_column_of_the_list_is_explained(book):
    explained = set(sheet(book, "Om listan")["Kolumn"])
    assert set(sheet(book, "Lista").columns) <= explained


def test_headers_are_frozen_and_filtered_on_every_sheet(written):
    sheets = parts_of(written / "sv" / "risk-list.xlsx", r"worksheets/sheet\d+\.xml$")
    assert len(sheets) == 11
    for content in sheets.values():
        assert 'state="frozen"' in content
        assert "<autoFilter" in content
        assert "<f>" not in content


def test_the_date_of_creation_is_the_day_of_the_list(written):
    (core,) = parts_of(written / "sv" / "risk-list.xlsx", r"core\.xml$").values()
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core) == ["2026-11-20T00:00:00Z"] * 2


def test_a_text_longer_than_a_cell_is_cut_and_not_lost(ordinary_week, tmp_path):
    long_name = ordinary_week.ranked.with_columns(reasons_sv=pl.lit("å" * 40_000))
    write_week(
        tmp_path,
        replace(ordinary_week, ranked=long_name),
        manifest=a_manifest(),
        evidence=evidence_frame(),
        quarantine=quarantine_frame(),
    )
    shown = pl.read_excel(tmp_path / "risk-list.xlsx", sheet_name="Lista")
    assert set(shown["Skäl"].str.len_chars()) == {32_000}
