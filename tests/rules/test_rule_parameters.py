"""A parameter has the value of the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.rules.model import DatedValue
from screening.rules.parameters import resolve_parameters, value_on
from tests.rules.rule_making import a_rule

_LIMITS = [
    {"from": date(2022, 2, 1), "value": 700_000},
    {"from": date(2018, 1, 1), "value": 586_907},
    {"from": date(2020, 1, 1), "value": 615_312},
]


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2018, 1, 1), 586_907),
        (date(2019, 12, 31), 586_907),
        (date(2020, 1, 1), 615_312),
        (date(2022, 1, 31), 615_312),
        (date(2022, 2, 1), 700_000),
        (date(2030, 1, 1), 700_000),
        (date(2000, 1, 1), 586_907),
    ],
)
def test_the_latest_value_that_has_begun_holds_and_before_all_the_earliest(
    day: date, value: int
) -> None:
    rule = a_rule(parameters={"limit_sek": _LIMITS})
    assert resolve_parameters(rule, day)["limit_sek"] == value


def test_the_day_itself_is_always_there_and_a_case_may_override() -> None:
    rule = a_rule(parameters={"limit_sek": _LIMITS, "forms": ["AB", "HB"]})
    values = resolve_parameters(rule, date(2026, 1, 1), {"limit_sek": 5})
    assert values == {"limit_sek": 5, "forms": ["AB", "HB"], "as_of": date(2026, 1, 1)}


_DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(st.dictionaries(_DAYS, st.integers(), min_size=1), _DAYS, st.randoms())
def test_the_order_in_which_values_are_written_does_not_matter(
    values: dict[date, int], day: date, shuffle: object
) -> None:
    entries = [DatedValue(valid_from=start, value=value) for start, value in values.items()]
    before = value_on(tuple(entries), day)
    shuffle.shuffle(entries)  # type: ignore[attr-defined]
    assert value_on(tuple(entries), day) == before


@given(st.dictionaries(_DAYS, st.integers(), min_size=1), _DAYS)
def test_a_value_only_changes_on_a_day_from_which_one_holds(
    values: dict[date, int], day: date
) -> None:
    entries = tuple(DatedValue(valid_from=start, value=value) for start, value in values.items())
    if day not in values:
        assert value_on(entries, day) == value_on(entries, day - timedelta(days=1))
