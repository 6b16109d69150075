"""What the documentation shows is what the program does."""

import re
from pathlib import Path

import pytest

from screening.rules import allowed
from screening.rules.casework import run_all_cases
from screening.rules.coverage import REASONS
from screening.rules.linting import lint
from screening.rules.loading import MAX_FILE_BYTES, RuleSet, read_rule
from screening.rules.model import Rule
from screening.rules.sandbox import MEMORY_LIMIT, TIME_LIMIT_S
from screening.rules.shaping import DECIMALS, OWN_COLUMNS

_PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def _example() -> Rule:
    found = re.search(r"<!-- example: .* -->\n```yaml\n(.*?)```", _PAGE, re.DOTALL)
    assert found
    return read_rule(found.group(1))


def test_the_example_is_a_good_rule_and_its_cases_pass() -> None:
    ruleset = RuleSet((_example(),))
    assert lint(ruleset).problems == ()
    assert run_all_cases(ruleset).is_passed


def test_what_a_failing_case_says_is_as_shown() -> None:
    rule = _example()
    lower = rule.model_copy(update={"parameters": {"limit_sek": 1}})
    said = [
        f"{result.rule_id}, {result.case}: {sentence}"
        for result in run_all_cases(RuleSet((lower,))).results
        for sentence in result.sentences("en")
    ]
    assert len(said) == 1
    assert said[0] in _PAGE


@pytest.mark.parametrize("field", Rule.model_fields)
def test_every_field_is_explained(field: str) -> None:
    assert f"`{field}`" in _PAGE


@pytest.mark.parametrize("word", [*OWN_COLUMNS, *REASONS])
def test_every_returned_column_and_reason_is_explained(word: str) -> None:
    assert f"| `{word}` |" in _PAGE


def test_the_limits_are_those_that_hold() -> None:
    assert f"at most {TIME_LIMIT_S:g} seconds and {MEMORY_LIMIT.replace('GB', ' GB')}" in _PAGE
    assert f"{MAX_FILE_BYTES // 1024} kB" in _PAGE
    assert {6: "six"}[DECIMALS] in _PAGE


def test_the_functions_that_it_recommends_are_allowed() -> None:
    advised = {"date_diff", "list_sort", "list", "string_agg", "row_number", "max", "arg_max"}
    assert advised <= allowed.FUNCTIONS
    assert all(name in _PAGE for name in advised)
