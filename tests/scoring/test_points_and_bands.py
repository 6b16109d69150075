"""Points of single findings, and which band they lead to."""

import pytest

from screening.scoring import RuleFace
from screening.scoring.points import PolicyGapError
from tests.scoring.scoring_tables import FACES, SUPPLIERS, finding, week

ONE = SUPPLIERS[0]


def a_rule(severity, area="tax", kind="risk", points=None, rule_id="a-rule"):
    return RuleFace(rule_id, 1, {"sv": "T", "en": "T"}, {"sv": "G"}, severity, area, kind, points)


def scored(*rules, confidence=1.0):
    rows = [finding(ONE, rule, match_confidence=confidence) for rule in rules]
    return week(rows, rules=rules)


@pytest.mark.parametrize(
    ("severity", "own", "confidence", "points"),
    [
        ("critical", None, 1.0, 100),
        ("high", None, None, 40),
        ("medium", None, 0.9, 14),  # 13.5 is rounded up
        ("medium", None, 0.5, 8),  # 7.5 likewise
        ("low", None, 0.7, 4),  # 3.5 likewise, though 0.7 has no exact binary form
        ("critical", None, 0.285, 29),  # 28.5, which binary fractions take for less
        ("low", None, 0.01, 1),  # a finding is never worth nothing
        ("low", 70, 0.5, 35),
        ("high", None, 1.7, 40),  # no more than sure
        ("high", None, float("nan"), 40),
    ],
)
def test_points_are_severity_times_confidence_rounded_half_up(severity, own, confidence, points):
    week_of_one = scored(a_rule(severity, points=own), confidence=confidence)
    assert week_of_one.findings["points"].to_list() == [points]


def test_findings_about_ourselves_give_no_points_and_put_no_one_on_the_list():
    week_of_one = scored(a_rule("critical", "purchasing", "control"))
    assert week_of_one.ranked.is_empty()
    assert week_of_one.findings["points"].to_list() == [0]
    assert ONE in week_of_one.unlisted["supplier_id"].to_list()


@pytest.mark.parametrize(
    ("rules", "confidence", "band", "reason"),
    [
        ([("critical", "permits")], 0.8, "hög", "high_by_critical"),
        ([("critical", "permits")], 0.79, "förhöjd", "elevated_by_grave"),
        ([("high", "tax"), ("high", "company")], 1.0, "hög", "high_by_areas"),
        ([("high", "tax"), ("high", "tax")], 1.0, "förhöjd", "elevated_by_grave"),
        # A critical finding that is unsure still counts as a grave one in its area.
        ([("critical", "permits"), ("high", "tax")], 0.5, "hög", "high_by_areas"),
        ([("high", "tax"), ("high", "tax"), ("high", "tax")], 1.0, "hög", "high_by_points"),
        ([("medium", "tax"), ("medium", "company")], 1.0, "förhöjd", "elevated_by_areas"),
        ([("medium", "tax")] * 3, 1.0, "förhöjd", "elevated_by_points"),
        ([("medium", "tax")] * 2, 1.0, "låg", "low_by_few"),
        ([("low", "tax"), ("low", "company"), ("low", "permits")], 1.0, "låg", "low_by_few"),
    ],
)
def test_bands_follow_the_policy_and_name_their_reason(rules, confidence, band, reason):
    faces = [a_rule(*rule, rule_id=f"rule-{place}") for place, rule in enumerate(rules)]
    row = scored(*faces, confidence=confidence).ranked.row(0, named=True)
    assert (row["band"], row["band_reason"]) == (band, reason)


def test_an_area_without_a_cap_is_refused_by_name():
    with pytest.raises(PolicyGapError, match=r"weather.*a-rule.*area_caps"):
        scored(a_rule("high", area="weather"))


def test_reasons_and_action_come_weightiest_first():
    light, heavy = a_rule("low", rule_id="light"), a_rule("high", rule_id="heavy")
    rows = [
        finding(ONE, light, summary_sv="Litet tecken."),
        finding(ONE, heavy, summary_sv="Stort tecken."),
    ]
    row = week(rows, rules=[light, heavy]).ranked.row(0, named=True)
    assert row["reasons_sv"] == "Stort tecken. | Litet tecken."
    assert row["reasons_en"] == "T | T"
    assert row["action_sv"] == "G"


def test_the_amount_in_question_is_the_largest_and_not_the_sum():
    rows = [
        finding(ONE, FACES[0], amount_sek=400),
        finding(ONE, FACES[1], amount_sek=1500),
        finding(ONE, FACES[2], amount_sek=None),
    ]
    assert week(rows).ranked["amount_sek"].to_list() == [1500]


def test_a_finding_about_a_supplier_that_no_table_holds_is_not_lost():
    scored_week = week([finding("lev:nobody", FACES[0])])
    assert scored_week.ranked["supplier_id"].to_list() == ["lev:nobody"]
