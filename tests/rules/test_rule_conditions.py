"""The conditions of a query, one by one, and the query without them."""

from datetime import date

import pytest

from screening.places import RULES_DIR
from screening.rules.conditions import conditions
from screening.rules.loading import load_rules
from screening.rules.model import Rule
from screening.rules.safety import check_query

QUERY = """
WITH late AS (SELECT orgnr, max(as_of) AS as_of FROM debts WHERE as_of <= $as_of GROUP BY orgnr
  HAVING count(*) > 1)
SELECT s.supplier_id FROM suppliers AS s
JOIN late AS l ON l.orgnr = s.orgnr AND l.as_of > s.created_on
WHERE (s.spend_12m_sek > $least AND s.name IN ($names)) AND (s.is_public_body OR s.orgnr IS NULL)
"""


def test_conditions_are_told_one_by_one_with_their_values() -> None:
    asked = conditions(QUERY)
    values = {"least": 100, "as_of": date(2026, 11, 20), "names": ["a", "b"]}
    assert {asked.sql(number, values) for number in range(len(asked))} == {
        "as_of <= 2026-11-20",
        "COUNT(*) > 1",
        "l.as_of > s.created_on",
        "s.spend_12m_sek > 100",
        "s.name IN (a, b)",
        "s.is_public_body OR s.orgnr IS NULL",
    }


def test_what_ties_tables_is_never_taken_away() -> None:
    asked = conditions(QUERY)
    everything = asked.without(range(len(asked)))
    assert "l.orgnr = s.orgnr" in everything
    assert "$least" not in everything
    assert asked.without([]) == asked.root.sql("duckdb")


@pytest.mark.parametrize("rule", load_rules([RULES_DIR]).rules, ids=lambda rule: rule.id)
def test_a_shipped_query_without_a_condition_is_still_a_sound_query(rule: Rule) -> None:
    asked = conditions(rule.query)
    assert len(asked)
    for number in range(len(asked)):
        check_query(asked.without([number]), frozenset(rule.parameters))
