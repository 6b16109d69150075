"""Rules' queries on small tables, and queries with one condition taken away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from screening.rules.catalog import SCREEN, load_catalog
from screening.rules.model import Case, Rule
from screening.rules.parameters import resolve_parameters

Rows = list[dict[str, Any]]
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


@contextmanager
def empty_views(*, is_plain: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with every view of the catalog as an empty table.

    A plain one carries queries out as they are written, which is quicker where each is asked of a
    handful of rows.
    """
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(f"CREATE SCHEMA {SCREEN}; SET search_path = '{SCREEN}'")
        for statement in load_catalog().create_statements():
            connection.execute(statement)
        if is_plain:
            connection.execute("PRAGMA disable_optimizer")
        yield connection


@contextmanager
def filled(connection: duckdb.DuckDBPyConnection, tables: Tables) -> Iterator[None]:
    """The tables hold these rows for the length of the block; ``ref`` numbers them."""
    connection.execute("BEGIN TRANSACTION")
    try:
        ref = 0
        for view, rows in tables.items():
            types = load_catalog().types[view]
            whole = [
                {"ref": number, "match_confidence": 1.0, **row}
                for number, row in enumerate(rows, start=ref + 1)
            ]
            ref += len(whole)
            values = [{name: row[name] for name in row if name in types} for row in whole]
            for names, alike in groupby(values, key=tuple):
                _insert(connection, view, {name: types[name] for name in names}, list(alike))
        yield
    finally:
        connection.execute("ROLLBACK")


def _insert(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    names = ", ".join(f'"{name}"' for name in types)
    marks = ", ".join(f"CAST(? AS {kind})" for kind in types.values())
    together = ", ".join(f"({marks})" for _ in rows)
    values = [value for row in rows for value in row.values()]
    connection.execute(_read(f'INSERT INTO "{view}" ({names}) VALUES {together}'), values)


@cache
def _read(query: str) -> duckdb.Statement:
    """What is asked of many tables is parsed once: that is a third of what asking costs."""
    (statement,) = duckdb.extract_statements(query)
    return statement


def answers(
    connection: duckdb.DuckDBPyConnection,
    rule: Rule,
    as_of: date,
    parameters: Mapping[str, Any] | None = None,
    query: str | None = None,
) -> Rows:
    """What the rule's query (or another with its parameters) answers, by supplier."""
    statement = _read(query or rule.query)
    values = resolve_parameters(rule, as_of, parameters)
    used = {name: value for name, value in values.items() if name in statement.named_parameters}
    found = connection.execute(statement, used)
    columns = [column[0] for column in found.description or []]
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return sorted(rows, key=lambda row: str(row["supplier_id"]))


def stated(case: Case, rows: Rows) -> object:
    """The part of an answer that the case makes statements about."""
    wanted = {
        finding.supplier_id: [
            *finding.values,
            *(finding.values["detail"] if isinstance(finding.values.get("detail"), dict) else ()),
        ]
        for finding in case.expect
    }
    return [
        (
            row["supplier_id"],
            [_in_order(row.get(name)) for name in wanted.get(row["supplier_id"], [])],
        )
        for row in rows
    ]


def _in_order(value: object) -> object:
    return sorted(set(value) - {None}) if isinstance(value, list) else value


def without_a_condition(query: str) -> list[tuple[str, str]]:
    """The query once for each condition in it, with that condition made true.

    Conditions stand in WHERE, HAVING, QUALIFY, FILTER and ON. Gives (the condition, the query). A
    condition that joins others by AND or OR is taken away as a whole, and each of its parts by
    itself.
    """
    return list(_changed(query, _always))


def with_a_negation(query: str) -> list[tuple[str, str]]:
    """The query once for each condition in it, with that condition turned into its opposite.

    Gives (NOT the condition, the query), for each condition in WHERE, HAVING and QUALIFY that must
    hold: one of several joined by OR may be hidden by the others, and what ties tables together or
    says what is counted has no opposite that means anything.
    """
    changed = _changed(query, lambda condition: exp.not_(exp.paren(condition.copy())), _is_single)
    return [(f"NOT {told}", mutant) for told, mutant in changed]


def _is_single(condition: exp.Expr) -> bool:
    clause = condition.find_ancestor(exp.Or, exp.Where, exp.Having, exp.Qualify, exp.Join)
    is_asked = not isinstance(clause, exp.Or | exp.Join)
    is_shown_only = clause is not None and isinstance(clause.parent, exp.Filter)
    return is_asked and not is_shown_only and not isinstance(condition.unnest(), exp.Connector)


def _always(condition: exp.Expr) -> exp.Expr:
    """True; a QUALIFY has to look at a window even then."""
    if isinstance(condition.parent, exp.Qualify):
        return sqlglot.parse_one("count(*) OVER () > 0", dialect="duckdb")
    return exp.true()


def _changed(
    query: str,
    change: Callable[[exp.Expr], exp.Expr],
    is_wanted: Callable[[exp.Expr], bool] = lambda _: True,
) -> Iterator[tuple[str, str]]:
    root = sqlglot.parse_one(query, dialect="duckdb")
    for node in list(root.walk()):
        if isinstance(node, exp.Where | exp.Having | exp.Qualify) or (
            isinstance(node, exp.Join) and node.args.get("on")
        ):
            key = "on" if isinstance(node, exp.Join) else "this"
            for path in _paths(node.args[key]):
                if is_wanted(_at(node, key, path)):
                    yield _with_change(root, _at(node, key, path), change)


def round_trip(query: str) -> str:
    """The query as sqlglot writes it, with nothing taken away."""
    return sqlglot.parse_one(query, dialect="duckdb").sql("duckdb")


def _paths(condition: exp.Expr, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(condition, exp.Paren):
        yield from _paths(condition.this, (*path, "this"))
    elif isinstance(condition, exp.And | exp.Or):
        yield from _paths(condition.left, (*path, "this"))
        yield from _paths(condition.right, (*path, "expression"))


def _at(node: exp.Expr, key: str, path: tuple[str, ...]) -> exp.Expr:
    condition: exp.Expr = node.args[key]
    for step in path:
        condition = condition.args[step]
    return condition


def _with_change(
    root: exp.Expr, condition: exp.Expr, change: Callable[[exp.Expr], exp.Expr]
) -> tuple[str, str]:
    text, instead = condition.sql("duckdb"), change(condition)
    condition.replace(instead)
    changed = root.sql("duckdb")
    instead.replace(condition)
    return text, changed
