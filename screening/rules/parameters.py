"""The values that a rule's parameters have on a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from screening.rules.model import AS_OF, DatedValue, ParameterValue, Rule


def value_on(given: ParameterValue | tuple[DatedValue, ...], as_of: date) -> ParameterValue:
    """The value in force on ``as_of``: the one with the latest ``from`` not after that day.

    Before the first ``from`` the earliest value holds: a rule that asks about last year should
    neither fall silent nor fail because nobody wrote down what the limit was then. The order in
    which the values are written does not matter.
    """
    if not isinstance(given, tuple):
        return given
    dated = sorted(
        (entry for entry in given if isinstance(entry, DatedValue)),
        key=lambda entry: entry.valid_from,
    )
    if not dated:
        return tuple(entry for entry in given if not isinstance(entry, DatedValue))
    started = [entry for entry in dated if entry.valid_from <= as_of]
    return (started[-1] if started else dated[0]).value


def resolve_parameters(
    rule: Rule, as_of: date, overrides: Mapping[str, ParameterValue] | None = None
) -> dict[str, Any]:
    """Every parameter of ``rule`` with its value on ``as_of``, and ``as_of`` itself.

    ``overrides`` are values that win (a test case's own). Lists come as Python lists, as DuckDB
    takes them.
    """
    values = {name: value_on(given, as_of) for name, given in rule.parameters.items()}
    values |= dict(overrides or {})
    plain = {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
    return plain | {AS_OF: as_of}
