"""What would take a supplier off the list."""

from screening.scoring import RuleFace
from tests.scoring.scoring_tables import SUPPLIERS, finding, week

ONE = SUPPLIERS[0]


def rule(rule_id, severity, area):
    return RuleFace(rule_id, 1, {"sv": rule_id}, {"sv": "Gör något"}, severity, area)


def ways(*rules):
    scored = week([finding(ONE, each) for each in rules], rules=rules)
    return {row["target"]: row for row in scored.way_off.to_dicts()}


def test_the_one_bold_sign_is_what_stands_between_high_and_low():
    found = ways(rule("no-permit", "critical", "permits"), rule("debt", "low", "tax"))
    assert found["below_high"]["rule_ids"] == ["no-permit"]
    assert found["below_high"]["band_after"] == "låg"
    assert found["below_elevated"]["points_after"] == 5
    assert found["off_list"]["rule_ids"] == ["no-permit", "debt"]
    assert found["off_list"]["band_after"] is None


def test_one_finding_is_named_where_one_is_enough_though_it_is_not_the_first():
    """Two grave signs in tax and one in company: the one in company alone leaves one area."""
    found = ways(
        rule("a-tax", "high", "tax"),
        rule("b-tax", "high", "tax"),
        rule("c-firm", "high", "company"),
    )
    assert found["below_high"]["rule_ids"] == ["c-firm"]


def test_a_supplier_in_the_lowest_band_has_only_the_way_off():
    assert set(ways(rule("debt", "low", "tax"))) == {"off_list"}
