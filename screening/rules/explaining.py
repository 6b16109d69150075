"""Why a rule fired for a supplier, or why not, or why it was not checked.

A rule that stays silent is asked again without one of its conditions at a time. Those without
which it would have fired are the reason; where no single one is, the smallest set that was found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
from sqlglot import exp

from screening.rules.catalog import SCREEN, Catalog, load_catalog
from screening.rules.conditions import Conditions, conditions
from screening.rules.critical_findings import Judging, feeds, offer, reads_findings
from screening.rules.examination import examine
from screening.rules.loading import RuleSet
from screening.rules.model import Rule
from screening.rules.parameters import resolve_parameters
from screening.rules.problems import RuleProblem
from screening.rules.running import run_rules
from screening.rules.safety import check_query
from screening.rules.sandbox import MEMORY_LIMIT, ask, sandbox
from screening.warehouse.exchange import to_polars

RuleOutcome = Literal["found", "clear", "not_checked", "failed"]

#: Seconds that the query may take each time it is asked again.
_TIME_LIMIT_S = 10.0
#: Rows of a view that are shown; the rest are counted.
SHOWN_ROWS = 8


@dataclass(frozen=True)
class SeenRows:
    """What a view that the rule reads holds about the supplier.

    Attributes:
        view: its name.
        count: rows about the supplier; null where the view says nothing of single suppliers.
        rows: the first ``SHOWN_ROWS``, with the columns that the query reads and that may be shown.
    """

    view: str
    count: int | None
    rows: pl.DataFrame


@dataclass(frozen=True)
class Explanation:
    """One rule and one supplier on one day.

    Attributes:
        rule: the rule.
        supplier_id: the supplier.
        outcome: found, clear, not_checked, failed.
        findings: ``results.FINDINGS_SCHEMA``, where something was found.
        reason: reason, source and column_names (``coverage.NOT_CHECKED_SCHEMA``) where it was not
            checked.
        problem: what is wrong with the rule, where it failed.
        parameters: their values on the day.
        unmet: conditions in SQL with values. Each by itself keeps the rule silent if ``is_each``,
            else all of them together.
        is_each: see ``unmet``.
        seen: what the rule could see of the supplier, view by view.
    """

    rule: Rule
    supplier_id: str
    outcome: RuleOutcome
    findings: pl.DataFrame
    reason: Mapping[str, str | None] | None
    problem: Mapping[str, str | None] | None
    parameters: Mapping[str, Any]
    unmet: tuple[str, ...]
    is_each: bool
    seen: tuple[SeenRows, ...]


def asked_together(rule: Rule, beside: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rule, after the critical ones of those beside it where it reads what they found."""
    if not reads_findings(rule):
        return (rule,)
    return (*(other for other in beside if feeds(other) and other.id != rule.id), rule)


def explain(
    database: Path,
    rule: Rule,
    supplier_id: str,
    as_of: date,
    *,
    beside: Sequence[Rule] = (),
    memory_limit: str = MEMORY_LIMIT,
    judging: Judging | None = None,
) -> Explanation:
    """Why ``rule`` said what it did about a supplier.

    Args:
        database: a run's work file, which is only read.
        rule: the rule.
        supplier_id: one of the suppliers there.
        as_of: the run's day.
        beside: the other rules; critical ones are asked first where the rule reads what they found.
        memory_limit: memory that DuckDB may use, such as ``2GB``.
        judging: what people decided about critical findings.
    """
    together = asked_together(rule, beside)
    result = run_rules(
        database, RuleSet(together), as_of, memory_limit=memory_limit, judging=judging
    )
    here = (pl.col("rule_id") == rule.id) & (pl.col("supplier_id") == supplier_id)
    findings = result.findings.filter(here)
    missed = result.not_checked.filter(here)
    status = result.rules.row(by_predicate=pl.col("rule_id") == rule.id, named=True)
    parameters = resolve_parameters(rule, as_of)
    outcome: RuleOutcome = "clear"
    if status["status"] == "failed":
        outcome = "failed"
    elif missed.height:
        outcome = "not_checked"
    elif findings.height:
        outcome = "found"
    unmet: tuple[str, ...] = ()
    is_each = True
    seen: tuple[SeenRows, ...] = ()
    if outcome != "failed":
        with sandbox(database, memory_limit=memory_limit) as connection:
            others = result.findings.filter(pl.col("rule_id") != rule.id)
            offer(connection, others, judging)
            seen = tuple(_seen(connection, rule, supplier_id))
            if outcome == "clear":
                asked = _Again(connection, rule, parameters, supplier_id, memory_limit)
                unmet, is_each = asked.unmet()
    return Explanation(
        rule=rule,
        supplier_id=supplier_id,
        outcome=outcome,
        findings=findings,
        reason=missed.select("reason", "source", "column_names").row(0, named=True)
        if missed.height
        else None,
        problem={key: status[key] for key in ("reason_sv", "reason_en")}
        if outcome == "failed"
        else None,
        parameters={name: value for name, value in parameters.items() if name in rule.parameters},
        unmet=unmet,
        is_each=is_each,
        seen=seen,
    )


@dataclass(frozen=True)
class _Again:
    """Asks a silent rule again, with less to ask."""

    connection: duckdb.DuckDBPyConnection
    rule: Rule
    parameters: Mapping[str, Any]
    supplier_id: str
    memory_limit: str

    def unmet(self) -> tuple[tuple[str, ...], bool]:
        """The conditions that keep the rule silent; whether each of them does so by itself."""
        asked = conditions(self.rule.query)
        alone = [number for number in range(len(asked)) if self._fires(asked, [number])]
        if alone:
            return self._told(asked, alone), True
        taken = set(range(len(asked)))
        if not self._fires(asked, taken):
            return (), True
        for number in range(len(asked)):
            if self._fires(asked, taken - {number}):
                taken.discard(number)
        return self._told(asked, sorted(taken)), False

    def _fires(self, asked: Conditions, without: Iterable[int]) -> bool:
        try:
            query = check_query(asked.without(list(without)), frozenset(self.rule.parameters))
            found = ask(
                self.connection,
                query,
                self.parameters,
                time_limit_s=_TIME_LIMIT_S,
                memory_limit=self.memory_limit,
            )
        except RuleProblem:  # without the condition it finds too much, or is no sound query
            return False
        return self.supplier_id in found.rows["supplier_id"]

    def _told(self, asked: Conditions, numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asked.sql(number, self.parameters) for number in numbers))


def _seen(
    connection: duckdb.DuckDBPyConnection, rule: Rule, supplier_id: str
) -> Iterable[SeenRows]:
    catalog = load_catalog()
    examined = examine(rule)
    named = {column.name for column in examined.qualified.find_all(exp.Column)}
    (orgnr,) = connection.execute(
        f"SELECT max(orgnr) FROM {SCREEN}.suppliers WHERE supplier_id = ?", [supplier_id]
    ).fetchone() or (None,)
    for view in sorted(examined.query.views):
        key, value = _key_of(catalog, view, supplier_id, orgnr)
        if key is None:
            yield SeenRows(view, None, pl.DataFrame())
            continue
        shown = [
            column
            for column in catalog.views[view].columns
            if column in named and catalog.privacy_of(view, column) == "ordinary" and column != key
        ]
        where = f'FROM "{view}" WHERE "{key}" = $value'
        ((count,),) = connection.execute(f"SELECT count(*) {where}", {"value": value}).fetchall()
        listed = ", ".join(f'"{column}"' for column in shown) or "count(*) AS rows"
        rows = to_polars(
            connection.sql(
                f"SELECT {listed} {where} ORDER BY ALL LIMIT {SHOWN_ROWS}", params={"value": value}
            )
        )
        yield SeenRows(view, int(count), rows)


def _key_of(
    catalog: Catalog, view: str, supplier_id: str, orgnr: str | None
) -> tuple[str | None, str | None]:
    columns = catalog.views[view].columns
    if "supplier_id" in columns:
        return "supplier_id", supplier_id
    return ("orgnr", orgnr) if "orgnr" in columns else (None, None)
