"""What people decided about findings, on the page, in the workbook and in the files."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest

from screening.reports.run_record import findings_decided
from screening.reports.week_files import write_week
from screening.scoring import rank, read_policy
from screening.scoring.judgements import DECISIONS, STATES, Judgements
from tests.reports.report_weeks import (
    AS_OF,
    FACES,
    a_finding,
    a_manifest,
    as_previous,
    evidence_frame,
    findings_frame,
    quarantine_frame,
    suppliers_frame,
)

#: What a person may write; the number has a right check digit.
NASTY = "=1+1 <script>alert(1)</script> 811228-9874 {x} | \u202eslut\nrad"
BEFORE, LATER = AS_OF - timedelta(days=7), AS_OF + timedelta(days=30)


def decided(number, supplier, rule, said="explain", rows=("r",), **values):
    face = next(face for face in FACES if face.id == rule)
    base = dict.fromkeys(DECISIONS) | {
        "decision_id": number,
        "supplier_key": supplier,
        "rule_id": rule,
        "decision": said,
        "decided_on": BEFORE,
        "decided_by": "Rut Ek",
        "reason": "Plan finns",
        "rule_version": face.version,
        "rule_severity": face.severity,
        "subject": "",
        "amount_sek": Decimal(1000),
        "match_confidence": 1.0,
        "said_hash": "s",
        "rows": list(rows),
    }
    return base | values


def week_of(people, found, decisions, as_of, previous=None):
    states = [
        {"supplier_id": row["supplier_id"], "supplier_key": row["supplier_id"], "said_hash": "s"}
        | {"rule_id": row["rule_id"], "rows": ["r"]}
        for row in found
    ]
    return rank(
        people,
        findings_frame(found),
        people.select("supplier_id", found=pl.lit(2), clear=pl.lit(18), not_checked=pl.lit(5)),
        rules=FACES,
        policy=read_policy(),
        previous=previous,
        as_of=as_of,
        judgements=Judgements(
            pl.DataFrame(decisions, schema=DECISIONS), pl.DataFrame(states, schema=STATES)
        ),
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Four suppliers: one put aside, one back, one judged otherwise, one a sole trader at rest."""
    people = suppliers_frame(10, 3)
    aside, back, judged, _, *_, trader = people["supplier_id"].to_list()
    amount = {"amount_sek": Decimal(1000)}
    found = [
        a_finding("public-debt", aside, **amount),
        a_finding("public-debt", back, amount_sek=Decimal(90_000)),
        a_finding("public-debt", judged, **amount),
        a_finding("f-tax-lost", judged, **amount),
        a_finding("public-debt", trader, **amount),
    ]
    decisions = [
        decided(1, aside, "public-debt", reason=NASTY),
        decided(2, back, "public-debt"),
        decided(3, judged, "public-debt", "override", severity="high"),
        decided(4, judged, "f-tax-lost", "override", severity="low", until=LATER),
        decided(5, trader, "public-debt", "snooze", until=LATER),
    ]
    earlier = [*found[:1], a_finding("public-debt", back, **amount), *found[2:]]
    before = week_of(people, earlier, decisions, BEFORE)
    week = week_of(people, found, decisions, AS_OF, as_previous(before))
    manifest = a_manifest(
        decided_findings=findings_decided(week, pl.DataFrame(decisions, schema=DECISIONS))
    )
    folder = tmp_path_factory.mktemp("decided")
    for language in ("sv", "en"):
        write_week(
            folder / language,
            week,
            manifest=manifest,
            evidence=evidence_frame(),
            quarantine=quarantine_frame(),
            language=language,
            include_all=True,
        )
    return folder


def rows_of(path):
    content = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))


def test_every_decision_stands_in_the_files_with_who_why_and_until_when(written):
    rows = {row["case_decision"]: row for row in rows_of(written / "sv" / "findings.csv")}
    assert {number: row["case_status"] for number, row in rows.items()} == {
        "1": "explained",
        "2": "returned",
        "3": "overridden",
        "4": "overridden",
        "5": "snoozed",
    }
    assert {row["case_by"] for row in rows.values()} == {"Rut Ek"}
    assert [rows[number]["points"] for number in "12345"] == ["0", "15", "40", "5", "0"]
    assert rows["5"]["case_until"] == LATER.isoformat()
    assert "mot 1\u202f000\u00a0kr vid beslutet" in rows["2"]["case_note"]
    assert "från tydlig till allvarlig" in rows["3"]["case_note"]
    listed = rows_of(written / "sv" / "risk-list.csv")
    (back,) = [row for row in listed if row["case_status"] == "returned"]
    assert (back["change"], "Åter sedan 2026-11-20" in back["case_note"]) == ("back", True)
    aside = [row for row in listed if row["case_status"] in ("explained", "snoozed")]
    assert [row["rank"] for row in aside] == ["", ""]


def test_what_a_person_writes_can_do_no_harm(written):
    for language in ("sv", "en"):
        page = (written / language / "report.html").read_text(encoding="utf-8")
        text = (written / language / "findings.csv").read_text(encoding="utf-8-sig")
        for shown in (page, text):
            assert "811228-****" in shown
            assert "811228-9874" not in shown
            assert "\u202e" not in shown
        assert "<script>" not in page
    (row,) = [r for r in rows_of(written / "sv" / "findings.csv") if r["case_decision"] == "1"]
    assert row["case_reason"].startswith("'=1+1")
    assert "\n" not in row["case_reason"]


@pytest.mark.parametrize(
    ("language", "sheet", "heading", "statuses"),
    [
        ("sv", "Beslut", "Beslut", {"åter", "omvärderad", "förklarad", "vilar"}),
        ("en", "Decisions", "Decision", {"back", "judged otherwise", "explained", "snoozed"}),
    ],
)
def test_the_workbook_has_a_sheet_of_decisions_what_is_back_first(
    written, language, sheet, heading, statuses
):
    rows = pl.read_excel(written / language / "risk-list.xlsx", sheet_name=sheet)
    assert set(rows[heading]) == statuses
    assert rows[heading][0] in ("åter", "back")
    assert rows.height == 5


def test_the_page_tells_who_is_off_the_list_because_of_decisions(written):
    page = (written / "sv" / "report.html").read_text(encoding="utf-8")
    assert "2 lagda åt sidan utan poäng, 2 omvärderade, 1 tillbaka" in page
    assert "därför inte är på listan: 2." in page
    section = page[page.index('<section id="beslut">') :]
    assert section.count("inte på listan</td>") == 2
    assert "mer än 20\u00a0% respektive 20\u00a0%" in section


def test_a_week_without_decisions_says_nothing_of_them(tmp_path, ordinary_week):
    write_week(
        tmp_path,
        ordinary_week,
        manifest=a_manifest(),
        evidence=evidence_frame(),
        quarantine=quarantine_frame(),
    )
    assert 'id="beslut"' not in (tmp_path / "report.html").read_text(encoding="utf-8")
