"""Runs rules on a run's work file."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from screening.rules.catalog import SCREEN
from screening.rules.coverage import Known, check_needs, not_checked
from screening.rules.critical_findings import (
    Judging,
    critical_standing,
    in_rounds,
    offer,
    with_not_told,
)
from screening.rules.examination import examine
from screening.rules.loading import FailedRule, RuleSet
from screening.rules.model import Rule
from screening.rules.parameters import resolve_parameters
from screening.rules.problems import RuleProblem
from screening.rules.results import Answer, RunResult, assemble
from screening.rules.safety import CheckedQuery
from screening.rules.sandbox import MEMORY_LIMIT, TIME_LIMIT_S, ask, sandbox
from screening.rules.shaping import Found
from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.exchange import to_polars

__all__ = ["RunResult", "read_known", "run_rules"]


def run_rules(
    database: Path,
    rules: RuleSet | Iterable[Rule],
    as_of: date,
    sources_known: Mapping[str, Contract] | None = None,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
    judging: Judging | None = None,
    answered: dict[str, Answer] | None = None,
) -> RunResult:
    """Run every rule on the views in schema ``screen`` of ``database``, which is only read.

    Besides the views of the catalog the schema holds ``coverage`` (supplier_id, source, as_of),
    ``sources`` (source, newest_as_of), ``set_aside`` (supplier_id, source) and ``untold`` (source,
    column_names, supplier_id). A rule that fails is reported as failed, and the others go on. A
    finding for a supplier that the rule cannot be checked for is dropped: the supplier counts as
    not checked; but where only a column of its rows has no value, what is found stands. Rules
    that read what others found are asked last; see :mod:`.critical_findings`.

    Args:
        database: a run's work file. No one may be writing to it.
        rules: a rule set (its unreadable files are reported as failed), or rules alone.
        as_of: the day for which the run is made.
        sources_known: contract per source; by default all that ship.
        time_limit_s: seconds that each rule may take.
        memory_limit: memory that DuckDB may use, such as ``2GB``.
        threads: threads that DuckDB may use; by default all.
        judging: what people decided about critical findings, for rules that build on them.
        answered: what rules answered on the same views and day, by rule id. A rule that is there as
            it is now is not asked again; what the others answer is added.

    Raises:
        duckdb.Error: the work file itself cannot be read.
    """
    contracts = all_contracts() if sources_known is None else sources_known
    ruleset = rules if isinstance(rules, RuleSet) else RuleSet(tuple(rules))
    checked = {rule.id: _examined(rule, contracts) for rule in ruleset.rules}
    sound = [rule for rule in ruleset.rules if not isinstance(checked[rule.id], RuleProblem)]
    answers = [_failed_file(failed) for failed in ruleset.failed]
    with sandbox(database, memory_limit=memory_limit, threads=threads) as connection:
        known = read_known(connection)
        missed = not_checked(sound, known, as_of, contracts)
        limited = partial(ask, connection, time_limit_s=time_limit_s, memory_limit=memory_limit)
        unasked = missed.unasked(known.suppliers.height)

        def answer_of(rule: Rule) -> Answer:
            query = checked[rule.id]
            if isinstance(query, RuleProblem):
                return Answer(rule.id, rule, problem=query)
            if rule.id in unasked:
                return Answer(rule.id, rule, is_asked=False)
            return _run(rule, as_of, partial(limited, query=query))

        def known_answer_of(rule: Rule) -> Answer:
            before = None if answered is None else answered.get(rule.id)
            if before is not None and before.is_asked and before.rule == rule:
                return before
            return answer_of(rule)

        first, later = in_rounds(ruleset.rules, checked)
        # Those of the second round hang on what all others found.
        answers += [known_answer_of(rule) for rule in first]
        if answered is not None:
            answered |= {each.rule_id: each for each in answers}
        if later:
            offer(connection, assemble(answers, known.suppliers, missed).findings, judging)
            standing = critical_standing(answers)
            told = [
                Answer(rule.id, rule, is_asked=False) if standing == "unknown" else answer_of(rule)
                for rule in later
            ]
            if standing != "whole":
                missed = with_not_told(missed, told, known.suppliers)
            answers += told
    return assemble(answers, known.suppliers, missed)


def _examined(rule: Rule, contracts: Mapping[str, Contract]) -> CheckedQuery | RuleProblem:
    """The rule's query if it may run, else what is wrong with it."""
    try:
        check_needs(rule, contracts)
        return examine(rule).query
    except RuleProblem as problem:
        return problem


def read_known(connection: duckdb.DuckDBPyConnection) -> Known:
    """Suppliers, sources and answers as schema ``screen`` tells of them."""
    return Known(
        suppliers=to_polars(
            connection.sql(
                f"SELECT supplier_id, max(orgnr) AS orgnr FROM {SCREEN}.suppliers "
                "WHERE supplier_id IS NOT NULL GROUP BY supplier_id ORDER BY supplier_id"
            )
        ),
        sources=to_polars(
            connection.sql(
                f"SELECT source, max(newest_as_of) AS newest_as_of FROM {SCREEN}.sources "
                "GROUP BY source ORDER BY source"
            )
        ),
        answers=to_polars(
            connection.sql(
                f"SELECT supplier_id, source, max(as_of) AS as_of FROM {SCREEN}.coverage "
                "GROUP BY supplier_id, source ORDER BY supplier_id, source"
            )
        ),
        set_aside=to_polars(
            connection.sql(
                f"SELECT DISTINCT supplier_id, source FROM {SCREEN}.set_aside ORDER BY ALL"
            )
        ),
        untold=to_polars(connection.sql(f"SELECT * FROM {SCREEN}.untold ORDER BY ALL")),
    )


def _run(rule: Rule, as_of: date, answer: Callable[..., Found]) -> Answer:
    started = time.perf_counter()
    try:
        found = answer(values=resolve_parameters(rule, as_of))
    except RuleProblem as problem:
        return Answer(rule.id, rule, seconds=time.perf_counter() - started, problem=problem)
    return Answer(rule.id, rule, found, time.perf_counter() - started)


def _failed_file(failed: FailedRule) -> Answer:
    return Answer(failed.id, None, problem=RuleProblem("file_failed", reason=failed.reason))
