"""A rule file is read strictly, and says which field is wrong."""

import re
from datetime import date

import pytest

from screening.rules.loading import read_rule
from screening.rules.model import DatedValue, Need
from tests.rules.rule_making import a_rule, rule_fields, rule_text


def test_a_whole_rule_is_read() -> None:
    rule = a_rule()
    assert rule.id == "public-debt"
    assert rule.title["sv"] == "Skuld till staten"
    assert rule.needs == {"debts": Need(max_age_days=100)}
    assert rule.law[0].verified is False
    assert rule.cases[2].expect[0].supplier_id == "5560000019"


def test_the_day_on_which_a_law_was_checked_is_kept() -> None:
    rule = a_rule(law=[{"text": "LOU 13 kap.", "verified": date(2026, 10, 1)}])
    assert rule.law[0].verified == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"colour": "red"}, "colour: no such field"),
        ({"severity": "huge"}, "severity"),
        ({"kind": "gossip"}, "kind"),
        ({"area": "weather"}, "area"),
        ({"subject": "person"}, "subject"),
        ({"version": 0}, "version"),
        ({"number": 0}, "number"),
        ({"points": -5}, "points"),
        ({"id": "Not Kebab"}, "id"),
        ({"id": None}, "id: is missing"),
        ({"action": None}, "action: is missing"),
        ({"title": {"sv": "Bara svenska"}}, "title.en: is missing"),
        ({"why": {"sv": "a", "en": "b", "no": "c"}}, "why.no: no such field"),
        ({"needs": {}}, "needs"),
        ({"needs": {"debts": 0}}, "needs.debts"),
        ({"needs": {"debts": {"columns": ["a"]}}}, "needs.debts.max_age_days"),
        ({"needs": {"debts": {"max_age_days": 9, "rows": 1}}}, "needs.debts.rows"),
        ({"needs": {"debts": {"max_age_days": 9, "columns": [[]]}}}, "without any column"),
        ({"needs": {"debts": {"max_age_days": 9, "columns": ["a", ["a"]]}}}, "'a' stands"),
        ({"law": [{"text": "x", "verified": True}]}, "law.0.verified"),
        ({"law": [{"text": "x"}]}, "law.0.verified"),
        ({"parameters": {"as_of": 1}}, "as_of"),
        ({"parameters": {"Limit": 1}}, "parameters"),
        ({"parameters": {"limit_sek": []}}, "parameters.limit_sek"),
        ({"parameters": {"limit_sek": [{"from": date(2020, 1, 1), "value": 1}, 5]}}, "mixes"),
        ({"parameters": {"limit_sek": {"value": 1}}}, "parameters.limit_sek"),
        (
            {
                "parameters": {
                    "limit_sek": [
                        {"from": date(2020, 1, 1), "value": 1},
                        {"from": date(2020, 1, 1), "value": 2},
                    ]
                }
            },
            "two values from the same day",
        ),
        (
            {
                "parameters": {
                    "limit_sek": [
                        {"from": date(2020, 1, 1), "value": 1},
                        {"from": date(2021, 1, 1), "value": "two"},
                    ]
                }
            },
            "different types",
        ),
        ({"parameters": {"limit_sek": [{"from": date(2020, 1, 1), "valu": 1}]}}, "valu"),
        ({"parameters": {"kinds": ["a", 1]}}, "different types"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        a_rule(**changes)


def test_a_case_may_only_set_declared_parameters() -> None:
    cases = rule_fields()["cases"]
    cases[0]["parameters"] = {"limit_skr": 5}
    with pytest.raises(ValueError, match="limit_skr"):
        a_rule(cases=cases)


def test_a_case_expects_a_supplier_once() -> None:
    cases = rule_fields()["cases"]
    cases[0]["expect"] = ["5560000019", {"supplier_id": "5560000019", "amount_sek": 1}]
    with pytest.raises(ValueError, match="5560000019"):
        a_rule(cases=cases)


def test_two_cases_have_two_names() -> None:
    cases = rule_fields()["cases"]
    cases[1]["name"] = cases[0]["name"]
    with pytest.raises(ValueError, match="above the limit"):
        a_rule(cases=cases)


def test_a_list_of_plain_values_is_one_parameter() -> None:
    rule = a_rule(parameters={"limit_sek": 1, "forms": ["AB", "HB"]})
    assert rule.parameters["forms"] == ("AB", "HB")


def test_dated_values_are_read_with_their_days() -> None:
    rule = a_rule(parameters={"limit_sek": [{"from": date(2022, 2, 1), "value": 700000}]})
    assert rule.parameters["limit_sek"] == (DatedValue(valid_from=date(2022, 2, 1), value=700000),)


def test_truth_values_stay_truth_values_and_numbers_numbers() -> None:
    rule = a_rule(parameters={"limit_sek": 1.5, "is_strict": True, "count": 1})
    assert rule.parameters == {"limit_sek": 1.5, "is_strict": True, "count": 1}
    assert rule.parameters["is_strict"] is True


@pytest.mark.parametrize(
    "text", ["- a\n- list\n", "just text", "", "id: [unclosed", "id: !!python/object:os.system x"]
)
def test_what_is_no_rule_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"rule file|YAML"):
        read_rule(text)


def test_only_the_first_five_errors_are_told_and_the_rest_counted() -> None:
    with pytest.raises(ValueError, match="and 2 more"):
        a_rule(**dict.fromkeys(("a", "b", "c", "d", "e", "f", "g"), 1))


def test_the_text_of_a_rule_reads_back_as_the_same_rule() -> None:
    assert read_rule(rule_text()) == a_rule()
