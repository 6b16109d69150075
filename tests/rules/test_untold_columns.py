"""A rule that had nothing to look at says so: columns that nobody, or not a supplier, told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.messages import text
from screening.rules.coverage import check_needs, reason_in_words
from screening.rules.linting import lint
from screening.rules.loading import RuleSet
from screening.rules.model import Rule
from screening.rules.problems import RuleProblem
from screening.rules.running import run_rules
from screening.rules.untold_columns import (
    AskedColumns,
    asked_columns,
    fill_untold,
    named,
    untold_in_all,
)
from screening.sources.contracts import all_contracts
from tests.rules.rule_making import AS_OF, a_rule, asking, work_file

_QUERY = "SELECT supplier_id FROM suppliers WHERE supplier_id = 'found'"
_SUPPLIERS = ("clear", "found", "silent")


def _rule(need: Mapping[str, Any], **changes: Any) -> Rule:
    return asking(_QUERY, needs={"invoices": {"max_age_days": 45} | need}, **changes)


def _outcomes(
    path: Path, rules: Sequence[Rule], untold: Sequence[tuple[str, str, str | None]]
) -> tuple[pl.DataFrame, dict[tuple[str, str], str]]:
    """Rules of a run, and why a rule was not checked for a supplier."""
    tables = {
        "suppliers": [{"supplier_id": name} for name in _SUPPLIERS],
        "untold": [
            dict(zip(("source", "column_names", "supplier_id"), row, strict=True)) for row in untold
        ],
    }
    work = work_file(path, tables, {"invoices": AS_OF})
    told = run_rules(work, rules, AS_OF)
    rows = told.not_checked.select("rule_id", "supplier_id", "reason").rows()
    return told.rules, {(rule, supplier): reason for rule, supplier, reason in rows}


def test_a_column_that_nobody_told_stops_the_rule(tmp_path: Path) -> None:
    rules, why = _outcomes(
        tmp_path / "work.duckdb",
        [_rule({"columns": ["approver_id"]}, id="stopped"), _rule({}, id="goes-on")],
        [("invoices", "approver_id", None)],
    )
    assert why == {("stopped", supplier): "column_untold" for supplier in _SUPPLIERS}
    assert dict(rules.select("rule_id", "status").iter_rows()) == {
        "goes-on": "run",
        "stopped": "not_checked",
    }
    (reason,) = rules.filter(pl.col("rule_id") == "stopped")["reason_sv"]
    assert reason == reason_in_words("column_untold", "invoices", "approver_id", language="sv")
    assert "approver_id" in reason


def test_what_one_supplier_does_not_tell_stops_only_silence_about_it(tmp_path: Path) -> None:
    rule = _rule({"columns_per_supplier": ["approver_id"]}, id="rule")
    missing = [("invoices", "approver_id", name) for name in ("found", "silent", "stranger")]
    rules, why = _outcomes(tmp_path / "work.duckdb", [rule], missing)
    assert why == {("rule", "silent"): "column_untold_here"}
    assert rules.select("status", "found", "clear", "not_checked").row(0) == ("run", 1, 1, 1)


def test_what_is_found_stands_though_nobody_tells(tmp_path: Path) -> None:
    rule = _rule({"columns_per_supplier": ["approver_id"]}, id="rule")
    rules, why = _outcomes(tmp_path / "a.duckdb", [rule], [("invoices", "approver_id", None)])
    assert why == {("rule", name): "column_untold" for name in ("clear", "silent")}
    assert rules.select("status", "found", "not_checked").row(0) == ("run", 1, 2)
    nothing = rule.model_copy(update={"query": "SELECT supplier_id FROM suppliers WHERE false"})
    rules, why = _outcomes(tmp_path / "b.duckdb", [nothing], [("invoices", "approver_id", None)])
    assert len(why) == 3
    assert rules.select("status", "clear").row(0) == ("not_checked", 0)
    assert all(rules.select("reason_sv", "reason_en").row(0))


def test_a_source_that_is_missing_is_told_before_its_columns(tmp_path: Path) -> None:
    needs = {"permits": 9, "invoices": {"max_age_days": 9, "columns": ["unit"]}}
    rule = asking(_QUERY, id="rule", needs=needs)
    _, why = _outcomes(tmp_path / "work.duckdb", [rule], [("invoices", "unit", None)])
    assert set(why.values()) == {"source_missing"}


@pytest.mark.parametrize(
    ("need", "said"),
    [
        ({"columns": ["approver"]}, "need_column_unknown"),
        ({"columns": [["orderer_id", "nobody"]]}, "need_column_unknown"),
        ({"columns": ["amount_sek"]}, "need_column_needless"),
        ({"columns_per_supplier": [["unit", "invoice_no"]]}, "need_column_needless"),
        ({"columns": [["supplier_no", "unit", "orgnr", "supplier_name"]]}, "need_column_needless"),
    ],
)
def test_lint_refuses_columns_that_are_not_there_or_always_told(
    need: dict[str, Any], said: str
) -> None:
    query = "SELECT supplier_id, [ref] AS evidence FROM invoices WHERE amount_sek > 1"
    rule = asking(query, needs={"invoices": {"max_age_days": 45} | need})
    codes = {each.problem.code for each in lint(RuleSet((rule,))).problems}
    assert said in codes
    fine = asking(query, needs={"invoices": {"max_age_days": 45, "columns": ["unit"]}})
    left = {each.problem.code for each in lint(RuleSet((fine,))).problems}
    assert not {code for code in left if code.startswith("need_")}


def test_rows_of_nobody_cannot_be_lacking_for_one_supplier() -> None:
    rule = a_rule(needs={"employees": {"max_age_days": 9, "columns_per_supplier": ["street"]}})
    with pytest.raises(RuleProblem) as refused:
        check_needs(rule, all_contracts())
    assert refused.value.code == "need_column_of_none"
    assert text("rules.need_column_of_none", "en", source="employees") == str(refused.value)


def test_each_column_is_asked_for_once() -> None:
    some = _rule({"columns": ["unit", ["channel", "orderer_id"]]}, id="a")
    each = _rule({"columns": ["approver_id"], "columns_per_supplier": ["unit"]}, id="b")
    told = asked_columns([some, each])
    assert told == asked_columns([each, some])
    assert told == (
        AskedColumns("invoices", ("approver_id",), is_each=False),
        AskedColumns("invoices", ("channel", "orderer_id"), is_each=False),
        AskedColumns("invoices", ("unit",), is_each=True),
    )


_TABLES = """
CREATE SCHEMA prep; CREATE SCHEMA screen;
ATTACH ':memory:' AS warehouse; CREATE SCHEMA warehouse.known;
CREATE TABLE prep.lines (ref BIGINT, supplier_id VARCHAR, invoice_date DATE, unit VARCHAR,
    approver_id VARCHAR, orderer_id VARCHAR);
CREATE TABLE warehouse.known.invoices (ref BIGINT, invoice_date DATE, due_date DATE,
    unit VARCHAR, approver_id VARCHAR, orderer_id VARCHAR);
CREATE TABLE warehouse.known.employees (bank_account VARCHAR, street VARCHAR);
CREATE TABLE warehouse.known.tax_status (orgnr VARCHAR, as_of DATE, f_tax BOOLEAN);
CREATE TABLE warehouse.known.time_reports (orgnr VARCHAR, as_of DATE, source VARCHAR);
CREATE TABLE warehouse.known.payroll (orgnr VARCHAR, as_of DATE, declared_pay_sek BIGINT);
CREATE TABLE warehouse.known.contracts (orgnr VARCHAR, supplier_no VARCHAR, value_sek BIGINT);
CREATE TABLE prep.who (orgnr VARCHAR, supplier_id VARCHAR);
INSERT INTO prep.who VALUES ('1', 'a'), ('2', 'b');
CREATE TABLE prep.numbers (number VARCHAR, supplier_id VARCHAR);
INSERT INTO prep.numbers VALUES ('orgnr 1', 'a'), ('no 22', 'b');
"""
_APPROVER = AskedColumns("invoices", ("approver_id",), is_each=True)


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(_TABLES)
        yield connection


def _untold(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[str]], *asked: AskedColumns
) -> set[tuple[str, str, str | None]]:
    """What ``screen.untold`` says of tables with these rows, written as SQL."""
    for table, written in rows.items():
        connection.execute(f"DELETE FROM {table}")
        if written:
            connection.execute(f"INSERT INTO {table} VALUES {', '.join(written)}")
    connection.execute("DROP TABLE IF EXISTS screen.untold")
    fill_untold(connection, AS_OF, asked)
    return set(connection.execute("FROM screen.untold").fetchall())


def test_lines_of_the_past_year_tell(tables: duckdb.DuckDBPyConnection) -> None:
    day, old = f"DATE '{AS_OF}'", f"DATE '{AS_OF}' - 367"
    rows = [
        f"(1, 'a', {day}, NULL, 'B1', NULL)",
        f"(2, 'a', {day}, NULL, NULL, NULL)",
        f"(3, 'b', {day}, NULL, NULL, 'B2')",
        f"(4, 'b', {old}, NULL, 'B1', NULL)",
        f"(5, 'c', {old}, NULL, NULL, NULL)",
    ]
    unit = AskedColumns("invoices", ("unit",), is_each=False)
    either = AskedColumns("invoices", ("orderer_id", "approver_id"), is_each=True)
    assert _untold(tables, {"prep.lines": rows}, _APPROVER, unit, either) == {
        ("invoices", "approver_id", "b"),
        ("invoices", "unit", None),
    }


def test_a_column_that_no_view_has_is_read_where_it_is(tables: duckdb.DuckDBPyConnection) -> None:
    day = f"DATE '{AS_OF}'"
    due = AskedColumns("invoices", ("due_date",), is_each=True)
    rows = {
        "prep.lines": [f"(1, 'a', {day}, NULL, NULL, NULL)", f"(2, 'b', {day}, NULL, NULL, NULL)"],
        "warehouse.known.invoices": [
            f"(1, {day}, {day}, NULL, NULL, NULL)",
            f"(2, {day}, NULL, NULL, NULL, NULL)",
        ],
    }
    assert _untold(tables, rows, due) == {("invoices", "due_date", "b")}


def test_each_kind_of_source_is_tied_to_suppliers_in_its_way(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    rows = {
        "warehouse.known.employees": ["(NULL, NULL)"],
        "warehouse.known.contracts": ["('1', NULL, 5)", "(NULL, '22', NULL)", "('9', NULL, NULL)"],
        # Of answers the newest counts; months are read together, and so are our own records.
        "warehouse.known.payroll": ["('1', '2026-01-31', 9)", "('1', '2026-02-28', NULL)"],
        "warehouse.known.tax_status": [
            "('1', '2026-01-01', true)",
            "('1', '2026-02-01', NULL)",
            "('2', '2026-01-01', NULL)",
            "('2', '2026-02-01', false)",
        ],
        "warehouse.known.time_reports": [
            "('1', '2026-01-01', 'tagg')",
            "('1', '2026-02-01', NULL)",
        ],
    }
    asked = [
        AskedColumns("employees", ("bank_account", "street"), is_each=False),
        AskedColumns("contracts", ("value_sek",), is_each=True),
        AskedColumns("tax_status", ("f_tax",), is_each=True),
        AskedColumns("time_reports", ("source",), is_each=True),
        AskedColumns("payroll", ("declared_pay_sek",), is_each=True),
    ]
    assert _untold(tables, rows, *asked) == {
        ("employees", "bank_account / street", None),
        ("contracts", "value_sek", "b"),
        ("tax_status", "f_tax", "a"),
    }
    empty = dict.fromkeys(rows, ())
    assert _untold(tables, empty, *asked) == set()


_CELLS = st.one_of(st.none(), st.just("x"))


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), _CELLS, _CELLS, _CELLS), max_size=8),
    group=st.lists(st.sampled_from(["unit", "approver_id", "orderer_id"]), min_size=1, unique=True),
)
def test_whoever_has_lines_and_no_value_is_named(
    rows: list[tuple[str, str | None, str | None, str | None]], group: list[str]
) -> None:
    names = ("unit", "approver_id", "orderer_id")
    told: dict[str, bool] = {}
    for supplier, *cells in rows:
        has = any(cell for name, cell in zip(names, cells, strict=True) if name in group)
        told[supplier] = told.get(supplier, False) or has
    asked = AskedColumns("invoices", tuple(group), is_each=True)
    expected: set[tuple[str, str, str | None]] = {
        ("invoices", named(asked.columns), supplier) for supplier, has in told.items() if not has
    }
    if told and not any(told.values()):
        expected.add(("invoices", named(asked.columns), None))
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(_TABLES)
        for place, row in enumerate(rows):
            connection.execute(
                "INSERT INTO prep.lines VALUES (?, ?, ?, ?, ?, ?)", [place, row[0], AS_OF, *row[1:]]
            )
        fill_untold(connection, AS_OF, [asked])
        assert set(connection.execute("FROM screen.untold").fetchall()) == expected


def test_the_doctor_asks_the_whole_source(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute("USE warehouse.known")
    staff = AskedColumns("employees", ("bank_account", "street"), is_each=False)
    unit = replace(_APPROVER, columns=("unit",))
    asked = (staff, _APPROVER, unit)
    assert untold_in_all(tables, AS_OF, asked) == ()  # nothing was delivered: another matter
    old, new = date(2020, 1, 1), AS_OF
    tables.execute("INSERT INTO known.employees VALUES (NULL, NULL)")
    tables.execute("INSERT INTO known.invoices VALUES (1, ?, NULL, 'st', 'B1', NULL)", [old])
    assert untold_in_all(tables, AS_OF, asked) == (staff,)
    tables.execute("INSERT INTO known.invoices VALUES (2, ?, NULL, 'st', NULL, NULL)", [new])
    assert untold_in_all(tables, AS_OF, asked) == (staff, _APPROVER)
