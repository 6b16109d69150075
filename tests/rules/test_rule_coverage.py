"""Found, clear or not checked: every supplier has one of the three for every rule."""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.rules.coverage import REASONS, Known, not_checked
from screening.rules.model import Rule
from screening.rules.running import run_rules
from screening.sources.contracts import all_contracts
from tests.rules.rule_making import AS_OF, asking, work_file

#: One source of each kind: own by supplier, own by orgnr, own by none, answers, complete.
_SOURCES = ("invoices", "time_reports", "employees", "debts", "tax_status", "companies", "permits")
_ASKED = ("debts", "tax_status")
_SUPPLIERS = ("a", "b", "c", "d")


def _known(
    sources: dict[str, date],
    answers: dict[tuple[str, str], date],
    orgnrs: dict[str, str | None],
) -> Known:
    return Known(
        suppliers=pl.DataFrame(
            {"supplier_id": list(orgnrs), "orgnr": list(orgnrs.values())},
            schema={"supplier_id": pl.String, "orgnr": pl.String},
        ),
        sources=pl.DataFrame(
            {"source": list(sources), "newest_as_of": list(sources.values())},
            schema={"source": pl.String, "newest_as_of": pl.Date},
        ),
        answers=pl.DataFrame(
            [(supplier, source, day) for (supplier, source), day in answers.items()],
            schema={"supplier_id": pl.String, "source": pl.String, "as_of": pl.Date},
            orient="row",
        ),
    )


def _days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def _reasons(
    needs: dict[str, int],
    sources: dict[str, date],
    answers: dict[tuple[str, str], date] | None = None,
    orgnrs: dict[str, str | None] | None = None,
) -> dict[str, tuple[str, str]]:
    rule = asking("SELECT supplier_id FROM suppliers", needs=needs)
    known = _known(sources, answers or {}, orgnrs or {"a": "a"})
    missed = not_checked([rule], known, AS_OF, all_contracts()).pairs
    return {
        supplier: (reason, source)
        for supplier, reason, source in missed.select("supplier_id", "reason", "source").rows()
    }


def test_a_complete_register_that_is_present_and_recent_is_an_answer_for_all() -> None:
    assert _reasons({"permits": 100}, {"permits": _days_ago(100)}) == {}


def test_a_missing_source_leaves_everyone_unchecked() -> None:
    orgnrs = {"a": "a", "b": None}
    missed = _reasons({"permits": 100}, {"debts": AS_OF}, orgnrs=orgnrs)
    assert missed == {"a": ("source_missing", "permits"), "b": ("source_missing", "permits")}


@pytest.mark.parametrize("source", ["permits", "debts", "invoices", "employees"])
def test_a_source_is_too_old_the_day_after_its_last_day(source: str) -> None:
    answers = {("a", source): _days_ago(100)}
    assert _reasons({source: 100}, {source: _days_ago(100)}, answers) == {}
    answers = {("a", source): _days_ago(101)}
    assert _reasons({source: 100}, {source: _days_ago(101)}, answers) == {
        "a": ("source_too_old", source)
    }


def test_where_answers_are_asked_for_each_supplier_needs_its_own_and_recent_enough() -> None:
    missed = _reasons(
        {"debts": 100},
        {"debts": _days_ago(1)},
        {("a", "debts"): _days_ago(100), ("b", "debts"): _days_ago(101)},
        {"a": "a", "b": "b", "c": "c"},
    )
    assert missed == {"b": ("answer_too_old", "debts"), "c": ("no_answer", "debts")}


@pytest.mark.parametrize("source", ["permits", "companies", "time_reports", "tax_status"])
def test_sources_by_number_need_a_number(source: str) -> None:
    answers = {("a", source): AS_OF}
    missed = _reasons({source: 100}, {source: AS_OF}, answers, {"a": "a", "b": None})
    assert missed == {"b": ("no_orgnr", source)}


@pytest.mark.parametrize("source", ["invoices", "contracts", "employees", "trading_prohibitions"])
def test_our_own_records_and_registers_of_persons_need_no_number(source: str) -> None:
    assert _reasons({source: 100}, {source: AS_OF}, orgnrs={"b": None}) == {}


def test_what_the_municipality_can_mend_is_told_before_what_hangs_on_the_supplier() -> None:
    needs = {"debts": 100, "tax_status": 100, "permits": 50}
    old = {"debts": AS_OF, "tax_status": AS_OF, "permits": _days_ago(60)}
    assert _reasons(needs, old) == {"a": ("source_too_old", "permits")}
    fresh = old | {"permits": AS_OF}
    assert _reasons(needs, fresh) == {"a": ("no_answer", "debts")}
    assert _reasons(needs, fresh, {("a", "debts"): AS_OF}) == {"a": ("no_answer", "tax_status")}


_DAYS = st.integers(0, 200).map(_days_ago)
_NEEDS = st.dictionaries(st.sampled_from(_SOURCES), st.integers(1, 200), min_size=1)


def _reason_by_hand(
    needs: dict[str, int],
    supplier: str,
    sources: dict[str, date],
    answers: dict[tuple[str, str], date],
    orgnrs: dict[str, str | None],
) -> str | None:
    """The same question for one supplier, answered one need at a time."""
    contracts = all_contracts()
    found = set()
    for source, days in needs.items():
        oldest = _days_ago(days)
        answer = answers.get((supplier, source))
        if source not in sources:
            found.add("source_missing")
        elif sources[source] < oldest:
            found.add("source_too_old")
        elif contracts[source].keyed_by == "orgnr" and orgnrs[supplier] is None:
            found.add("no_orgnr")
        elif contracts[source].absence == "answers" and answer is None:
            found.add("no_answer")
        elif contracts[source].absence == "answers" and answer is not None and answer < oldest:
            found.add("answer_too_old")
    return min(found, key=REASONS.index, default=None)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(_NEEDS, min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(_SOURCES), _DAYS),
    st.dictionaries(st.tuples(st.sampled_from(_SUPPLIERS), st.sampled_from(_ASKED)), _DAYS),
    st.fixed_dictionaries({name: st.sampled_from([name, None]) for name in _SUPPLIERS}),
)
def test_each_supplier_and_rule_has_the_reason_that_one_would_find_by_hand(
    needs: list[dict[str, int]],
    sources: dict[str, date],
    answers: dict[tuple[str, str], date],
    orgnrs: dict[str, str | None],
) -> None:
    rules = [
        asking("SELECT supplier_id FROM suppliers", id=f"rule-{place}", needs=each)
        for place, each in enumerate(needs)
    ]
    known = _known(sources, answers, orgnrs)
    missed = not_checked(rules, known, AS_OF, all_contracts()).pairs
    told = {
        (rule_id, supplier): reason
        for rule_id, supplier, reason in missed.select("rule_id", "supplier_id", "reason").rows()
    }
    wanted = {
        (f"rule-{place}", supplier): reason
        for place, each in enumerate(needs)
        for supplier in _SUPPLIERS
        if (reason := _reason_by_hand(each, supplier, sources, answers, orgnrs))
    }
    assert told == wanted
    assert missed.height == len(told)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(_NEEDS, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(_SOURCES), _DAYS),
    st.dictionaries(st.tuples(st.sampled_from(_SUPPLIERS), st.sampled_from(_ASKED)), _DAYS),
    st.fixed_dictionaries({name: st.sampled_from([name, None]) for name in _SUPPLIERS}),
    st.lists(st.sets(st.sampled_from([*_SUPPLIERS, "unknown"])), min_size=3, max_size=3),
    st.booleans(),
)
def test_found_clear_and_not_checked_are_all_suppliers_and_all_rules(
    needs: list[dict[str, int]],
    sources: dict[str, date],
    answers: dict[tuple[str, str], date],
    orgnrs: dict[str, str | None],
    suspected: list[set[str]],
    with_broken: bool,
) -> None:
    rules = [_finding(place, each, suspected[place]) for place, each in enumerate(needs)]
    if with_broken:
        rules.append(asking("SELECT supplier_id FROM nowhere", id="broken"))
    with tempfile.TemporaryDirectory() as folder:
        work = work_file(
            Path(folder) / "work.duckdb",
            {"suppliers": [{"supplier_id": k, "orgnr": v} for k, v in orgnrs.items()]},
            sources,
            [(supplier, source, day) for (supplier, source), day in answers.items()],
        )
        result = run_rules(work, rules, AS_OF)
    failed = result.rules.filter(pl.col("status") == "failed")["rule_id"].to_list()
    assert failed == (["broken"] if with_broken else [])
    by_rule = result.rules.with_columns(
        total=pl.col("found") + pl.col("clear") + pl.col("not_checked")
    )
    assert by_rule["total"].to_list() == [len(_SUPPLIERS)] * len(rules)
    assert by_rule.filter(pl.col("clear") < 0).is_empty()
    by_supplier = result.outcomes.with_columns(
        total=pl.col("found") + pl.col("clear") + pl.col("not_checked")
    )
    assert by_supplier["total"].to_list() == [len(rules)] * len(_SUPPLIERS)
    for column in ("found", "clear", "not_checked"):
        assert result.outcomes[column].sum() == result.rules[column].sum()
    assert result.findings.height == result.rules["found"].sum()
    assert result.not_checked.height == result.rules["not_checked"].sum()
    both = result.findings.join(result.not_checked, on=["rule_id", "supplier_id"], how="semi")
    assert both.is_empty()


def _finding(place: int, needs: dict[str, int], suspects: set[str]) -> Rule:
    """A rule that finds something about exactly these, whether or not they are suppliers."""
    rows = ", ".join(f"('{supplier}')" for supplier in sorted(suspects)) or "(NULL)"
    return asking(
        f"SELECT v.supplier_id FROM (VALUES {rows}) AS v(supplier_id)",
        id=f"rule-{place}",
        needs=needs,
    )


def test_a_supplier_with_a_row_in_quarantine_is_not_accused_of_having_none() -> None:
    rule = asking("SELECT supplier_id FROM suppliers", needs={"permits": 100})
    known = replace(
        _known({"permits": AS_OF}, {}, {"a": "1", "b": "2"}),
        set_aside=pl.DataFrame({"supplier_id": ["a"], "source": ["permits"]}),
    )
    missed = not_checked([rule], known, AS_OF, all_contracts()).pairs
    assert missed.select("supplier_id", "reason").rows() == [("a", "row_set_aside")]
