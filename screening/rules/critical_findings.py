"""What rules may know of what other rules found: the view ``critical_findings``.

Rules are asked in two rounds. Those whose query reads the view come in the second; the view holds
the critical findings of the first. So no rule feeds itself, or another one that reads the view,
and the order of rules within a round never matters. What people have explained is no ground for
another finding, and does not get into the view.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb
import polars as pl

from screening.rules.catalog import load_catalog
from screening.rules.coverage import CRITICAL_RULES_MISSING, NOT_CHECKED_SCHEMA, Missed
from screening.rules.model import Rule
from screening.rules.problems import RuleProblem
from screening.rules.results import Answer
from screening.rules.safety import CheckedQuery, check_query

VIEW = "critical_findings"

#: Whether all critical rules of the first round answered, some failed, or none was asked.
Standing = Literal["whole", "partial", "unknown"]


@dataclass(frozen=True)
class Judging:
    """What people decided about critical findings.

    Attributes:
        unexplained: takes critical findings (``results.FINDINGS_SCHEMA``) and gives those that
            still are critical ones.
        decided: a hash over the decisions, for who keeps what was found.
    """

    unexplained: Callable[[pl.DataFrame], pl.DataFrame]
    decided: str


def in_rounds(
    rules: Sequence[Rule], checked: Mapping[str, CheckedQuery | RuleProblem]
) -> tuple[list[Rule], list[Rule]]:
    """The rules of the first round, and those that read what it found.

    Args:
        rules: all of them.
        checked: by rule id, the query, or what is wrong with it.
    """
    later = {
        rule_id
        for rule_id, query in checked.items()
        if isinstance(query, CheckedQuery) and VIEW in query.views
    }
    return (
        [rule for rule in rules if rule.id not in later],
        [rule for rule in rules if rule.id in later],
    )


def reads_findings(rule: Rule) -> bool:
    """Whether a rule asks what others found; false for one that may not run."""
    try:
        return VIEW in check_query(rule.query, frozenset(rule.parameters)).views
    except RuleProblem:
        return False


def feeds(rule: Rule) -> bool:
    """Whether a rule of the first round is one whose findings get into the view."""
    return rule.kind == "risk" and rule.severity == "critical"


def critical_standing(first: Sequence[Answer]) -> Standing:
    """How much the view tells, by how the first round went."""
    critical = [answer for answer in first if answer.rule is not None and feeds(answer.rule)]
    if not any(answer.is_asked and answer.problem is None for answer in critical):
        return "unknown"
    return "partial" if any(answer.problem is not None for answer in critical) else "whole"


def offer(
    connection: duckdb.DuckDBPyConnection,
    findings: pl.DataFrame,
    judging: Judging | None = None,
) -> None:
    """Let the queries on this connection see the critical ones among ``findings``.

    The work file is only read, so the rows lie in a temporary table of the view's name, which
    DuckDB finds before the empty one in the work file.

    Args:
        connection: a sandbox.
        findings: ``results.FINDINGS_SCHEMA``, of the first round.
        judging: what people decided about critical ones; by default nothing.
    """
    types = load_catalog().types[VIEW]
    listed = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    unnested = ", ".join(f"unnest(${name}::{kind}[])" for name, kind in types.items())
    critical = findings.filter((pl.col("severity") == "critical") & (pl.col("kind") == "risk"))
    if judging is not None:
        critical = judging.unexplained(critical)
    critical = critical.sort("supplier_id", "rule_id").rename({"evidence": "refs"})
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {VIEW} ({listed})")
    connection.execute(
        f"INSERT INTO temp.{VIEW} SELECT {unnested}",
        {name: critical[name].to_list() for name in types},
    )


def with_not_told(missed: Missed, later: Sequence[Answer], suppliers: pl.DataFrame) -> Missed:
    """What was missed, and whom the second round cannot call clear, since the first is not whole.

    What was found stands: a fact is one however many others are unknown.

    Args:
        missed: what is known to be not checked already.
        later: the answers of the second round.
        suppliers: every supplier_id.
    """
    told = [
        answer.found.rows.select(pl.lit(answer.rule_id).alias("rule_id"), "supplier_id")
        for answer in later
    ]
    missing = (missed.pairs, missed.silent)
    settled = pl.concat([*told, *(frame.select("rule_id", "supplier_id") for frame in missing)])
    unsettled = (
        pl.DataFrame({"rule_id": [answer.rule_id for answer in later]})
        .join(suppliers.select("supplier_id"), how="cross")
        .join(settled, on=["rule_id", "supplier_id"], how="anti")
        .select(
            "rule_id",
            "supplier_id",
            pl.lit(CRITICAL_RULES_MISSING).alias("reason"),
            pl.lit(None).alias("source"),
            pl.lit(None).alias("column_names"),
        )
        .cast(NOT_CHECKED_SCHEMA)  # type: ignore[arg-type]
    )
    return Missed(pl.concat([missed.pairs, unsettled]), missed.unmet, missed.silent)
