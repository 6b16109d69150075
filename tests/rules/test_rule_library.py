"""The rules that ship: complete, and each condition needed.

That the linter has nothing to say and each rule passes its own cases, `make test` sees before these
tests: by ``vaksam rules lint`` and ``vaksam rules test``.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.places import RULES_DIR
from screening.rules import critical_findings
from screening.rules.catalog import load_catalog
from screening.rules.loading import RuleSet, load_rules
from screening.rules.model import Rule
from screening.rules.safety import check_query
from screening.sources.contracts import all_contracts
from tests.rules.rule_tables import (
    answers,
    empty_views,
    filled,
    round_trip,
    stated,
    with_a_negation,
    without_a_condition,
)

#: The rule library's ids, from its files: every rule is held to the same.
IDS = sorted(rule.id for rule in load_rules([RULES_DIR]).rules)

#: Conditions that only spare the machine work: without them the answer is the same.
ONLY_FASTER = {
    "worker-at-two-clients": {"b.day = a.day", "last_day > first_day"},
    "paid-without-contract": {"s.spend_12m_sek > $limit_sek"},
}

#: What a query reads beyond its needs, for there it only adds or spares: without it the rule holds.
READS_BESIDES = {
    "owner-shared-same-contract-area": {"bidders"},
    "officer-shared-same-contract-area": {"bidders", "company_groups"},
    "new-company-inherits": {"contracts"},
    "tied-to-critical-finding": {"critical_findings"},
    "front-person": {"financials", "company_groups"},
    "permit-held-by-other-company": {"companies", "company_people"},
    "owner-or-officer-is-staff": {"company_owners"},
    "bank-account-shared": {"company_owners", "company_groups"},
    "split-invoices": {"contracts"},
    "undeclared-subcontractor": {"company_groups"},
    # It asks how old answers are: were they needed, old ones would leave it not checked.
    "register-answer-too-old": {"register_answers"},
    "foreign-account": {"companies"},
    "amounts-jump": {"contracts"},
}


@cache
def library() -> RuleSet:
    return load_rules([RULES_DIR])


@cache
def rule_called(rule_id: str) -> Rule:
    return next(rule for rule in library().rules if rule.id == rule_id)


@pytest.fixture(scope="module")
def views() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_views() as connection:
        yield connection


@pytest.fixture(scope="module")
def plain_views() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_views(is_plain=True) as connection:
        yield connection


def test_each_rule_has_a_number_of_its_own() -> None:
    """The numbers of the rule library are how people speak of the rules."""
    assert not library().failed
    numbers = [rule.number for rule in library().rules]
    assert sorted(set(numbers), key=str) == sorted(numbers, key=str)
    assert all(number is not None and 1 <= number <= 94 for number in numbers)


@pytest.mark.parametrize("rule_id", IDS)
def test_each_rule_explains_itself(rule_id: str) -> None:
    rule = rule_called(rule_id)
    assert (rule.area == "quality") == (rule.kind == "quality")
    assert rule.area != "purchasing" or rule.kind == "control"
    assert rule.law
    assert rule.summary is not None
    assert 2 <= len(rule.false_positives) <= 4
    assert len(rule.cases) >= 4
    assert any(not case.expect for case in rule.cases)
    for text in (rule.title, rule.why, rule.action, *rule.false_positives):
        assert text.sv != text.en
        # People read this, who need not know what a parameter is called.
        assert not [name for name in rule.parameters if name in f"{text.sv} {text.en}"]


@pytest.mark.parametrize("rule_id", IDS)
def test_each_rule_needs_the_sources_that_it_reads(rule_id: str) -> None:
    rule = rule_called(rule_id)
    read = check_query(rule.query, frozenset(rule.parameters)).views - {"suppliers"}
    for view in read - READS_BESIDES.get(rule_id, set()):
        assert set(load_catalog().views[view].sources) & set(rule.needs), view


def test_every_view_names_the_sources_behind_it() -> None:
    for name, view in load_catalog().views.items():
        assert bool(view.sources) == (name != critical_findings.VIEW), name
        assert set(view.sources) <= set(all_contracts()), name


@pytest.mark.parametrize("rule_id", IDS)
def test_one_finding_a_supplier_with_evidence_from_the_tables(
    views: duckdb.DuckDBPyConnection, rule_id: str
) -> None:
    rule = rule_called(rule_id)
    for case in rule.cases:
        with filled(views, case.given):
            rows = answers(views, rule, case.as_of, case.parameters)
        refs = {
            row.get(name)
            for given in case.given.values()
            for row in given
            for name in ("ref", "other_ref")
        }
        refs |= {
            ref
            for given in case.given.values()
            for row in given
            for name, value in row.items()
            if name.endswith("refs") and isinstance(value, list | tuple)
            for ref in value
        }
        numbered = set(range(1, 1 + sum(len(given) for given in case.given.values())))
        assert max(Counter(row["supplier_id"] for row in rows).values(), default=1) == 1
        for row in rows:
            shown = [ref for ref in row["evidence"] if ref is not None]
            assert shown, case.name
            assert set(shown) <= refs | numbered
            assert 0 <= row.get("match_confidence", 1) <= 1


@pytest.mark.parametrize("rule_id", IDS)
def test_the_order_of_rows_does_not_matter(views: duckdb.DuckDBPyConnection, rule_id: str) -> None:
    rule = rule_called(rule_id)
    for case in rule.cases:
        numbered = _numbered(case.given)
        backwards = {view: rows[::-1] for view, rows in reversed(numbered.items())}
        with filled(views, numbered):
            forth = answers(views, rule, case.as_of, case.parameters)
        with filled(views, backwards):
            back = answers(views, rule, case.as_of, case.parameters)
        assert _sorted_lists(forth) == _sorted_lists(back), case.name


def _numbered(given: Any) -> dict[str, list[dict[str, Any]]]:
    refs = iter(range(10_000, 20_000))
    return {view: [{"ref": next(refs), **row} for row in rows] for view, rows in given.items()}


def _sorted_lists(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            name: sorted(map(str, value)) if isinstance(value, list) else value
            for name, value in row.items()
        }
        for row in rows
    ]


@pytest.mark.parametrize("rule_id", IDS)
def test_every_condition_is_needed_for_some_case(
    plain_views: duckdb.DuckDBPyConnection, rule_id: str
) -> None:
    rule = rule_called(rule_id)
    remaining = without_a_condition(rule.query) + with_a_negation(rule.query)
    assert remaining
    same = round_trip(rule.query)
    # Cases in which something is found tell most changed queries from the rule's own.
    for case in sorted(rule.cases, key=lambda case: not case.expect):
        with filled(plain_views, case.given):
            told = stated(case, answers(plain_views, rule, case.as_of, case.parameters))
            assert (
                stated(case, answers(plain_views, rule, case.as_of, case.parameters, same)) == told
            )
            remaining = [
                (condition, query)
                for condition, query in remaining
                if stated(case, answers(plain_views, rule, case.as_of, case.parameters, query))
                == told
            ]
    survivors = {condition for condition, _ in remaining}
    assert survivors == ONLY_FASTER.get(rule_id, set())


PERMIT_RULES = (
    "no-active-permit",
    "permit-ended-payments-continue",
    "permit-for-other-service",
    "permit-not-started",
)
AS_OF = date(2026, 6, 30)
DAYS = st.integers(-400, 60).map(lambda days: AS_OF + timedelta(days=days))
SOME_PERMITS = st.lists(
    st.fixed_dictionaries(
        {
            "orgnr": st.sampled_from(["5560000001", "5560000001", "5560000002"]),
            "permit_type": st.sampled_from(["hvb", "stodboende"]),
            "status": st.sampled_from(["aktiv", "ej_startad", "nedlagd", "aterkallad"]),
            "valid_from": st.one_of(st.none(), DAYS),
            "valid_to": st.one_of(st.none(), DAYS),
            "decided_on": st.one_of(st.none(), DAYS),
            "as_of": st.one_of(st.none(), st.just(date(2026, 6, 1))),
        }
    ),
    max_size=4,
)
SOME_SERVICES = st.lists(
    st.fixed_dictionaries(
        {
            "supplier_id": st.just("a"),
            "orgnr": st.just("5560000001"),
            "permit_type": st.just("hvb"),
            "service_date": st.integers(0, 360).map(lambda days: AS_OF - timedelta(days=days)),
            "is_month_only": st.booleans(),
            "amount_sek": st.just(50_000),
        }
    ),
    min_size=1,
    max_size=4,
)


def _finding(views: duckdb.DuckDBPyConnection, rule_id: str) -> set[str]:
    return {row["supplier_id"] for row in answers(views, rule_called(rule_id), AS_OF)}


@settings(max_examples=20, deadline=None)
@given(permits=SOME_PERMITS, services=SOME_SERVICES)
def test_a_service_without_permit_is_asked_about_by_one_rule(
    views: duckdb.DuckDBPyConnection,
    permits: list[dict[str, Any]],
    services: list[dict[str, Any]],
) -> None:
    suppliers = [{"supplier_id": "a", "orgnr": "5560000001"}]
    tables = {"suppliers": suppliers, "permits": permits, "service_days": services}
    ever_active = {"orgnr": "5560000001", "permit_type": "hvb", "status": "aktiv"}
    with filled(views, tables):
        found = [rule_id for rule_id in PERMIT_RULES if _finding(views, rule_id)]
    with filled(views, {**tables, "permits": [*permits, ever_active]}):
        covered = [rule_id for rule_id in PERMIT_RULES if _finding(views, rule_id)]
    assert len(found) <= 1
    assert covered == []
    if not any(permit["orgnr"] == "5560000001" for permit in permits):
        assert found == ["no-active-permit"]


SOME_ANSWERS = st.lists(
    st.fixed_dictionaries(
        {
            "orgnr": st.just("5560000001"),
            "f_tax": st.sampled_from([True, False, None]),
            "changed_on": st.one_of(st.none(), DAYS),
            "as_of": st.integers(0, 700).map(lambda days: AS_OF - timedelta(days=days)),
        }
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda answer: answer["as_of"],
)


@settings(max_examples=20, deadline=None)
@given(history=SOME_ANSWERS)
def test_missing_f_tax_is_either_lost_or_was_never_there(
    views: duckdb.DuckDBPyConnection, history: list[dict[str, Any]]
) -> None:
    latest = max(history, key=lambda answer: answer["as_of"])
    tables = {
        "suppliers": [{"supplier_id": "a", "orgnr": "5560000001"}],
        "tax_status": [latest],
        "tax_status_history": history,
    }
    with filled(views, tables):
        found = [rule_id for rule_id in ("no-f-tax", "f-tax-lost") if _finding(views, rule_id)]
    assert len(found) == (1 if latest["f_tax"] is False else 0)


AMOUNTS = st.integers(0, 120_000)


@settings(max_examples=20, deadline=None)
@given(newest_first=st.lists(AMOUNTS, min_size=3, max_size=6))
def test_debt_grows_where_the_newest_answers_rise_by_enough(
    views: duckdb.DuckDBPyConnection, newest_first: list[int]
) -> None:
    history = [
        {
            "orgnr": "5560000001",
            "answer_no": number,
            "as_of": AS_OF - timedelta(days=30 * number),
            "public_debt_sek": amount,
        }
        for number, amount in enumerate(newest_first, start=1)
    ]
    run = 1
    while run < len(newest_first) and newest_first[run - 1] > newest_first[run]:
        run += 1
    grown = newest_first[0] - newest_first[run - 1]
    tables = {
        "suppliers": [{"supplier_id": "a", "orgnr": "5560000001"}],
        "debt_history": history,
    }
    with filled(views, tables):
        rows = answers(views, rule_called("debt-growing"), AS_OF)
    assert bool(rows) == (run >= 3 and grown >= 25_000)
    if rows:
        assert (rows[0]["answers"], rows[0]["growth_sek"]) == (run, grown)
