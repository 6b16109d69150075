"""The files of a week: which, with which columns, and always the same bytes."""

import csv
import io
import json

import polars as pl
import pytest

from screening.reports.week_files import write_week
from tests.reports.report_weeks import (
    a_manifest,
    an_ordinary_week,
    evidence_frame,
    findings_frame,
    quarantine_frame,
    scored,
    suppliers_frame,
)

FILES = {
    "risk-list.csv",
    "risk-list.xlsx",
    "findings.csv",
    "report.html",
    "quarantine.csv",
    "run.json",
}
HEADERS = {
    "risk-list.csv": "rank;supplier_id;orgnr;supplier_no;name;band;score;points;change;reasons;"
    "amount_sek;exposure_sek_12m;rules_found;rules_clear;rules_not_checked;action;case_status;case_note",
    "findings.csv": "supplier_id;rule_id;rule_version;kind;severity;points;amount_sek;"
    "match_confidence;summary;evidence;first_seen;still_open;"
    "case_status;case_decision;case_by;case_until;case_reason;case_note",
    "quarantine.csv": "source;file;row;column;reason;raw",
}


def rows_of(path):
    """The rows as a plain csv reader takes them, with no guess at types."""
    content = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))


def test_a_week_is_six_files(written):
    assert {path.name for path in (written / "sv").iterdir()} == FILES


@pytest.mark.parametrize("name", HEADERS)
def test_csv_files_have_a_bom_semicolons_and_these_columns(written, name):
    content = (written / "sv" / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0] == HEADERS[name]


def test_numbers_are_plain_decimal_with_a_dot(written):
    for row in rows_of(written / "sv" / "risk-list.csv"):
        assert row["exposure_sek_12m"].replace(".", "", 1).isdigit()
        assert row["score"].partition(".")[2].isdigit()
        assert len(row["score"].partition(".")[2]) == 2


def test_points_of_the_findings_sum_to_those_of_the_list(written):
    shown: dict[str, int] = {}
    for row in rows_of(written / "sv" / "findings.csv"):
        shown[row["supplier_id"]] = shown.get(row["supplier_id"], 0) + int(row["points"])
    for row in rows_of(written / "sv" / "risk-list.csv"):
        assert shown[row["supplier_id"]] == int(row["points"])


def test_the_list_is_in_order_and_gives_its_reasons(written):
    rows = rows_of(written / "sv" / "risk-list.csv")
    assert [row["rank"] for row in rows] == [str(place) for place in range(1, len(rows) + 1)]
    open_counts: dict[str, int] = {}
    for row in rows_of(written / "sv" / "findings.csv"):
        is_reason = row["kind"] == "risk" and row["still_open"] == "true"
        open_counts[row["supplier_id"]] = open_counts.get(row["supplier_id"], 0) + is_reason
    assert all(len(row["reasons"].split(" | ")) == open_counts[row["supplier_id"]] for row in rows)
    assert all(row["action"] for row in rows)
    assert {row["change"] for row in rows} <= {"new", "up", "same", "down", "back"}


def test_evidence_is_json_of_source_file_and_row_in_order(written):
    seen = 0
    for row in rows_of(written / "sv" / "findings.csv"):
        evidence = json.loads(row["evidence"])
        assert evidence == sorted(evidence, key=lambda e: (e["source"], e["file"], e["row"]))
        assert all(list(entry) == ["source", "file", "row"] for entry in evidence)
        seen += len(evidence)
    assert seen > 500


def test_closed_findings_stay_in_the_file_with_no_points(written):
    closed = [r for r in rows_of(written / "sv" / "findings.csv") if r["still_open"] == "false"]
    assert closed
    assert {row["points"] for row in closed} == {"0"}
    assert {row["first_seen"] for row in closed} == {"2026-11-13"}


def test_the_texts_are_in_the_language_and_the_columns_are_not(written):
    swedish, english = (rows_of(written / each / "risk-list.csv") for each in ("sv", "en"))
    assert list(swedish[0]) == list(english[0])
    assert swedish[0]["action"].startswith("Begär")
    assert english[0]["action"].startswith("Ask")
    assert [row["band"] for row in swedish] == [row["band"] for row in english]


def test_the_same_week_gives_the_same_bytes(written, tmp_path):
    """Made again from the start, with the rows of every frame the other way round."""
    week = an_ordinary_week()
    again = tmp_path / "again"
    write_week(
        again,
        week,
        manifest=a_manifest(),
        evidence=evidence_frame().reverse(),
        quarantine=quarantine_frame().reverse(),
        language="sv",
    )
    for name in FILES:
        assert (again / name).read_bytes() == (written / "sv" / name).read_bytes(), name


def test_all_gives_the_rest_too(ordinary_week, tmp_path):
    write_week(
        tmp_path,
        ordinary_week,
        manifest=a_manifest(),
        evidence=evidence_frame(),
        quarantine=quarantine_frame(),
        include_all=True,
    )
    rows = rows_of(tmp_path / "risk-list.csv")
    listed = ordinary_week.ranked.height
    assert len(rows) == 120
    assert [bool(row["rank"]) for row in rows] == [True] * listed + [False] * (120 - listed)
    book = pl.read_excel(tmp_path / "risk-list.xlsx", sheet_name="Lista")
    assert book.height == 120


def test_a_week_with_nothing_found_is_written_whole(tmp_path):
    week = scored(findings_frame([]), suppliers_frame(3, 1), None, an_ordinary_week().as_of)
    write_week(
        tmp_path,
        week,
        manifest=a_manifest(warnings=(), rules=()),
        evidence=evidence_frame(0),
        quarantine=quarantine_frame([]),
    )
    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert rows_of(tmp_path / "risk-list.csv") == []
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Ingen leverantör har några öppna iakttagelser." in page
    assert "Alla regler kunde kontrolleras" in page
