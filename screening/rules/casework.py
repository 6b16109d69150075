"""Runs the test cases that a rule file carries: small tables in, findings out.

The query takes the same way as in a real run (the same checks, settings and merging); only the
tables are the case's own. The schema is made once, and each case is rolled back.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeGuard

import duckdb
import polars as pl

from screening.messages import Language
from screening.rules.catalog import SCREEN, Catalog, load_catalog
from screening.rules.examination import examine
from screening.rules.loading import FailedRule, RuleSet
from screening.rules.model import Case, Expected, Rule
from screening.rules.parameters import resolve_parameters
from screening.rules.problems import RuleProblem, unknown
from screening.rules.safety import CheckedQuery
from screening.rules.sandbox import ask, sandbox
from screening.rules.shaping import read_detail

#: Seconds for one case: its tables have a handful of rows.
CASE_TIME_LIMIT_S = 10.0
_CASE_MEMORY = "1GB"
_STATED_COLUMNS = ("subject_id", "amount_sek", "match_confidence", "evidence")


@dataclass(frozen=True)
class CaseResult:
    """How one case went. ``problems`` says what was wrong; an empty tuple is a pass."""

    rule_id: str
    case: str
    problems: tuple[RuleProblem, ...]

    @property
    def passed(self) -> bool:
        return not self.problems

    def sentences(self, language: Language = "sv") -> list[str]:
        """What was wrong, one sentence for each difference."""
        return [problem.sentence(language) for problem in self.problems]


@dataclass(frozen=True)
class CasesReport:
    """How all cases of a rule set went, and which rule files could not be read at all."""

    results: tuple[CaseResult, ...]
    failed: tuple[FailedRule, ...]

    @property
    def is_passed(self) -> bool:
        """Every file was read, and every case went as it says."""
        return not self.failed and all(result.passed for result in self.results)

    def as_json(self) -> dict[str, Any]:
        """Plain values: is_passed, cases[] (rule_id, case, passed, problems), failed[]."""
        return {
            "is_passed": self.is_passed,
            "cases": [
                {
                    "rule_id": result.rule_id,
                    "case": result.case,
                    "passed": result.passed,
                    "problems": result.sentences("en"),
                }
                for result in self.results
            ],
            "failed": [
                {"rule_id": failed.id, "files": list(failed.files), "reason": failed.reason}
                for failed in self.failed
            ],
        }


@contextmanager
def case_database(catalog: Catalog | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sandbox in memory with every view of the catalog as an empty table."""
    with sandbox(memory_limit=_CASE_MEMORY, threads=1) as connection:
        for statement in (catalog or load_catalog()).create_statements():
            connection.execute(statement)
        yield connection


def run_cases(rules: Iterable[Rule], catalog: Catalog | None = None) -> list[CaseResult]:
    """Every case of every rule, in the order of the rules and of their files."""
    views = catalog or load_catalog()
    with case_database(views) as connection:
        return [run_case(connection, rule, case, views) for rule in rules for case in rule.cases]


def run_all_cases(ruleset: RuleSet) -> CasesReport:
    """Every case of every rule in the set (``vaksam rules test``)."""
    return CasesReport(tuple(run_cases(ruleset.rules)), ruleset.failed)


def run_case(
    connection: duckdb.DuckDBPyConnection, rule: Rule, case: Case, catalog: Catalog | None = None
) -> CaseResult:
    """One case on a :func:`case_database`, which is left as it was."""
    views = catalog or load_catalog()
    try:
        query = examine(rule, views).query
        found = _findings_of(connection, rule, case, query, views)
    except RuleProblem as problem:
        return CaseResult(rule.id, case.name, (problem,))
    return CaseResult(rule.id, case.name, tuple(_differences(case.expect, found)))


def _findings_of(
    connection: duckdb.DuckDBPyConnection,
    rule: Rule,
    case: Case,
    query: CheckedQuery,
    catalog: Catalog,
) -> pl.DataFrame:
    connection.execute("BEGIN TRANSACTION")
    try:
        _fill(connection, case, catalog)
        return ask(
            connection,
            query,
            resolve_parameters(rule, case.as_of, case.parameters),
            time_limit_s=CASE_TIME_LIMIT_S,
            memory_limit=_CASE_MEMORY,
        ).rows
    finally:
        connection.execute("ROLLBACK")


def _fill(connection: duckdb.DuckDBPyConnection, case: Case, catalog: Catalog) -> None:
    """Put the case's rows into the tables, with ``ref`` numbered across the case."""
    next_ref = 1
    for view, rows in case.given.items():
        if view not in catalog.views:
            raise unknown("case_unknown_view", view, catalog.views)
        types = catalog.types[view]
        refs = range(next_ref, next_ref + len(rows))
        next_ref += len(rows)
        whole = [_defaults(types, ref) | row for ref, row in zip(refs, rows, strict=True)]
        if whole:
            _insert(connection, view, types, whole)


def _defaults(types: Mapping[str, str], ref: int) -> dict[str, Any]:
    given: dict[str, Any] = {"ref": ref, "match_confidence": 1.0}
    return {column: value for column, value in given.items() if column in types}


def _value(cell: object) -> object:
    """A cell as DuckDB takes it: a column of references holds a list."""
    return list(cell) if isinstance(cell, tuple) else cell


def _insert(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    columns = sorted({column for row in rows for column in row})
    for column in columns:
        if column not in types:
            raise unknown("case_unknown_column", column, types, view=view)
    names = ", ".join(f'"{column}"' for column in columns)
    row_of_marks = ", ".join(f"CAST(? AS {types[column]})" for column in columns)
    marks = ", ".join(f"({row_of_marks})" for _ in rows)
    values = [_value(row.get(column)) for row in rows for column in columns]
    try:
        connection.execute(f'INSERT INTO {SCREEN}."{view}" ({names}) VALUES {marks}', values)
    except duckdb.Error:
        column = _unreadable(types, rows)
        raise RuleProblem(
            "case_wrong_value", view=view, column=column, type=types[column]
        ) from None


def _unreadable(types: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> str:
    """The first column that has a value which does not fit its type."""
    with duckdb.connect() as probe:
        for row in rows:
            for column, value in row.items():
                try:
                    probe.execute(f"SELECT CAST(? AS {types[column]})", [value]).fetchall()
                except duckdb.Error:
                    return column
    return next(iter(types))


def _differences(expected: Sequence[Expected], found: pl.DataFrame) -> list[RuleProblem]:
    """What separates the findings from those that the case expects, ordered by supplier."""
    findings = {row["supplier_id"]: row for row in found.iter_rows(named=True)}
    wanted = {finding.supplier_id: finding.values for finding in expected}
    problems = [
        RuleProblem("case_missing_finding", supplier_id=supplier_id)
        for supplier_id in sorted(set(wanted) - set(findings))
    ]
    problems += [
        RuleProblem("case_unexpected_finding", supplier_id=supplier_id)
        for supplier_id in sorted(set(findings) - set(wanted))
    ]
    for supplier_id in sorted(set(wanted) & set(findings)):
        problems += _different_values(supplier_id, wanted[supplier_id], findings[supplier_id])
    return problems


def _different_values(
    supplier_id: str, wanted: Mapping[str, Any], finding: Mapping[str, Any]
) -> list[RuleProblem]:
    detail = read_detail(finding["detail"])
    available: dict[str, Any] = {name: finding[name] for name in _STATED_COLUMNS} | detail
    stated = dict(wanted)
    if isinstance(inside := stated.get("detail"), Mapping) and "detail" not in detail:
        del stated["detail"]
        stated |= inside
    problems = []
    for column, value in sorted(stated.items()):
        if column not in available:
            known = ", ".join(sorted(available))
            problems.append(
                RuleProblem(
                    "case_no_such_column", supplier_id=supplier_id, column=column, known=known
                )
            )
        elif not _same(value, available[column]):
            problems.append(
                RuleProblem(
                    "case_different_value",
                    supplier_id=supplier_id,
                    column=column,
                    found=_shown(available[column]),
                    wanted=_shown(value),
                )
            )
    return problems


def _same(wanted: object, found: object) -> bool:
    """Equal as a reader sees it: numbers of any type, dates as ISO text, lists in order."""
    if isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        pairs = zip(wanted, found, strict=False)
        return len(wanted) == len(found) and all(_same(one, other) for one, other in pairs)
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(key in found and _same(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if _is_number(wanted) and _is_number(found):
        return math.isclose(float(wanted), float(found), rel_tol=1e-9, abs_tol=1e-6)
    return bool(_as_text(wanted) == _as_text(found))


def _is_number(value: object) -> TypeGuard[int | float | Decimal]:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _as_text(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: object) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return _as_text(value)
