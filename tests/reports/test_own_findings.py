"""What is about ourselves stands apart: no points, no places, none of a supplier's reasons."""

import re
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from screening.reports.cards import cards
from screening.reports.own_findings import FINDINGS_SHOWN, own_sections
from screening.reports.page import render_page
from screening.reports.readable import readable
from tests.reports.report_weeks import (
    AS_OF,
    BEFORE,
    FACES,
    RuleRun,
    a_finding,
    a_manifest,
    as_previous,
    evidence_frame,
    findings_frame,
    quarantine_frame,
    scored,
    suppliers_frame,
)

SUPPLIERS = suppliers_frame(30, 1)
IDS = SUPPLIERS["supplier_id"].to_list()
OVERDUE = [
    a_finding("overdue-followup", each, amount_sek=Decimal(1_000 * place), evidence=[place + 1])
    for place, each in enumerate(IDS[:14])
]


def a_week(found, before=None, not_checked=None):
    previous = None
    if before is not None:
        previous = as_previous(scored(findings_frame(before), SUPPLIERS, None, BEFORE))
    return scored(findings_frame(found), SUPPLIERS, previous, AS_OF, not_checked)


def shown(week, language="sv"):
    return readable(week, evidence_frame(), language)


def test_who_has_nothing_but_own_findings_is_on_no_list_and_has_no_card():
    week = a_week([*OVERDUE, a_finding("no-number", IDS[20]), a_finding("phoenix", IDS[0])])
    assert week.ranked["supplier_id"].to_list() == [IDS[0]]
    (card,) = cards(shown(week), 100)
    assert card.reasons == ("Företrädare för tidigare konkursbolag",)
    assert [line.title for line in card.findings] == list(card.reasons)
    own = week.findings.filter(pl.col("kind") != "risk")
    assert (own.height, own["points"].sum()) == (15, 0)


def test_a_section_for_each_kind_says_how_many_and_shows_the_largest_first():
    control, quality = own_sections(shown(a_week(OVERDUE)), a_manifest())
    assert control.answer == "Öppna iakttagelser: 14, från 1 av 1 regler."
    assert quality.answer == "Inga öppna iakttagelser."
    (rule,) = control.rules
    assert (rule.found, rule.new, rule.gone, len(rule.findings)) == (14, 0, 0, FINDINGS_SHOWN)
    assert rule.more == "Ytterligare 4 finns i risk-list.xlsx."
    assert [re.sub(r"\s", " ", each.amount) for each in rule.findings[:2]] == [
        "13 000 kr",
        "12 000 kr",
    ]
    assert rule.action == "Boka en uppföljning."
    assert rule.findings[0].evidence[0].files[0][0] == "invoices/reskontra 2026-11.csv"


def test_what_has_come_and_gone_since_the_last_list_is_told():
    week = a_week(OVERDUE[:12], before=OVERDUE[4:])
    control, _ = own_sections(shown(week), a_manifest())
    assert control.answer.endswith("Sedan förra listan: 4 nya, 2 borta.")
    (rule,) = control.rules
    assert (rule.found, rule.new, rule.gone) == (12, 4, 2)
    # The new ones stand first, however small.
    assert [each.is_new for each in rule.findings] == [True] * 4 + [False] * 6


def test_own_findings_that_could_not_be_checked_are_neither_gone_nor_the_suppliers_matter():
    before = [*OVERDUE[:1], a_finding("phoenix", IDS[0])]
    pair = pl.DataFrame({"supplier_id": [IDS[0]], "rule_id": ["overdue-followup"]})
    week = a_week([a_finding("phoenix", IDS[1])], before=before, not_checked=pair)
    (left,) = week.left.rows(named=True)
    assert (left["supplier_id"], left["is_cleared"]) == (IDS[0], True)
    control, _ = own_sections(shown(week), a_manifest())
    assert control.answer == "Inga öppna iakttagelser. Sedan förra listan: 0 nya, 0 borta."


def test_what_people_put_aside_is_counted_and_not_shown():
    week = a_week(OVERDUE)
    first = pl.col("supplier_id") == IDS[13]
    snoozed = week.findings.with_columns(case_status=pl.when(first).then(pl.lit("snoozed")))
    control, _ = own_sections(shown(replace(week, findings=snoozed)), a_manifest())
    assert control.answer == (
        "Öppna iakttagelser: 13, från 1 av 1 regler. Lagda åt sidan av en handläggare: 1."
    )
    (rule,) = control.rules
    assert re.sub(r"\s", " ", rule.findings[0].amount) == "12 000 kr"


def test_silence_is_no_good_news_where_a_rule_could_not_be_checked():
    silent = RuleRun(id="no-number", version=1, status="not_checked", not_checked=30)
    control, quality = own_sections(shown(a_week([]), "en"), a_manifest(rules=(silent,)))
    assert control.unchecked == ""
    assert quality.unchecked == "Could not be checked: Has no organisation number."


def test_without_rules_of_a_kind_there_is_no_section():
    week = a_week([])
    risk_only = {face.id: face for face in FACES if face.kind == "risk"}
    week.rules.clear()
    week.rules.update(risk_only)
    assert own_sections(shown(week), a_manifest()) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_has_them_after_the_suppliers_and_never_in_a_card(language):
    week = a_week([*OVERDUE, a_finding("no-number", IDS[3]), a_finding("phoenix", IDS[0])])
    page = render_page(shown(week, language), a_manifest(), quarantine_frame())
    card = re.search(r"<article.*</article>", page, re.DOTALL)
    assert card
    sections = {
        kind: re.search(rf'<section id="egen-{kind}".*?</section>', page, re.DOTALL)
        for kind in ("control", "quality")
    }
    for rule_id, kind in (("overdue-followup", "control"), ("no-number", "quality")):
        title = next(face.title[language] for face in FACES if face.id == rule_id)
        assert title not in card.group()
        assert title in sections[kind].group()
        assert f'href="#egen-{kind}"' in page
        assert "points" not in sections[kind].group().replace("no points", "")
        assert sections[kind].start() > card.end()
