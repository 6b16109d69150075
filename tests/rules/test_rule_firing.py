"""How often rules fire: shares of what could be checked, and rules that say the same."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.rules.firing import FIRING_SCHEMA, Firing, firing
from screening.rules.loading import RuleSet
from screening.rules.results import FINDINGS_SCHEMA, NOT_CHECKED_SCHEMA, OUTCOMES_SCHEMA, RunResult
from screening.rules.results import RULES_SCHEMA as RESULT_SCHEMA
from screening.rules.stage import Screened

SUPPLIERS = 40


def fired(found: dict[str, set[int]], not_checked: dict[str, int] | None = None) -> Firing:
    """Rules and the suppliers (by number) that each found; the rest were clear or not checked."""
    missed = not_checked or {}
    findings = pl.DataFrame(
        [
            {"rule_id": rule, "kind": "risk", "supplier_id": f"s{number:02d}"}
            for rule, numbers in found.items()
            for number in numbers
        ],
        schema=FINDINGS_SCHEMA,
    )
    rules = pl.DataFrame(
        [
            {
                "rule_id": rule,
                "status": "not_checked" if missed.get(rule) == SUPPLIERS else "run",
                "found": len(numbers),
                "not_checked": missed.get(rule, 0),
                "clear": SUPPLIERS - len(numbers) - missed.get(rule, 0),
                "seconds": 0.1,
            }
            for rule, numbers in found.items()
        ],
        schema=RESULT_SCHEMA,
    )
    suppliers = pl.DataFrame({"supplier_id": [f"s{number:02d}" for number in range(SUPPLIERS)]})
    result = RunResult(
        findings,
        rules,
        pl.DataFrame(schema=OUTCOMES_SCHEMA),
        pl.DataFrame(schema=NOT_CHECKED_SCHEMA),
    )
    return firing(Screened(RuleSet(()), result, suppliers, pl.DataFrame()))


def row(told: Firing, rule: str) -> dict[str, object]:
    return told.rules.row(by_predicate=pl.col("rule_id") == rule, named=True)


def test_a_share_is_of_the_suppliers_that_could_be_checked() -> None:
    told = fired({"a": {1, 2}}, {"a": 20})
    assert row(told, "a")["share"] == 0.1
    assert row(told, "a")["remark"] == ""
    assert row(fired({"a": {1, 2, 3}}, {"a": 20}), "a")["remark"] == "often"


@pytest.mark.parametrize(
    ("found", "missed", "remark"),
    [
        (set(), 0, "never"),
        (set(), SUPPLIERS, "not_checked"),
        # Two of two is a share of 100 per cent, and says nothing of the rule.
        ({1, 2}, SUPPLIERS - 2, ""),
        (set(range(5)), 0, "often"),
    ],
)
def test_what_is_worth_a_look(found: set[int], missed: int, remark: str) -> None:
    assert row(fired({"a": found}, {"a": missed}), "a")["remark"] == remark


def test_rules_that_point_at_the_same_suppliers_are_told() -> None:
    told = fired({"a": {1, 2, 3, 4, 5}, "b": {1, 2, 3, 4, 5, 6, 7, 8}, "c": {8, 9, 10, 11, 12}})
    assert told.overlaps.rows() == [("a", "b", 5, 8, 5, 1.0)]
    assert [row(told, rule)["alone"] for rule in "abc"] == [0, 2, 4]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sets(st.integers(0, SUPPLIERS - 1)), min_size=1)
)
def test_counts_hold_whatever_was_found(found: dict[str, set[int]]) -> None:
    told = fired(found)
    assert dict(told.rules.schema) == {
        k: pl.DataFrame(schema=FIRING_SCHEMA).schema[k] for k in FIRING_SCHEMA
    }
    assert set(told.rules["rule_id"]) == set(found)
    for rule, numbers in found.items():
        others = set().union(*(each for name, each in found.items() if name != rule))
        assert row(told, rule)["alone"] == len(numbers - others)
    for rule, other, one, two, both, share in told.overlaps.iter_rows():
        assert both == len(found[rule] & found[other])
        assert (one, two) == (len(found[rule]), len(found[other]))
        assert share == round(both / min(one, two), 6)
