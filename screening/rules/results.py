"""Puts together what a run's rules found, found nothing of, and could not check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from screening.rules.coverage import NOT_CHECKED_SCHEMA, Missed, all_not_checked, reasons_of
from screening.rules.model import Rule
from screening.rules.problems import RuleProblem
from screening.rules.shaping import FOUND_SCHEMA, Found
from screening.rules.summaries import summary

#: One row per rule and supplier for which the rule found something.
FINDINGS_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "rule_version": pl.Int64(),
    "area": pl.String(),
    "kind": pl.String(),
    "severity": pl.String(),
    **FOUND_SCHEMA,
    "summary_sv": pl.String(),
    "summary_en": pl.String(),
}

#: One row per rule. found + clear + not_checked = all suppliers. ``rule_version`` is null for a
#: file that could not be read; ``reason_sv`` and ``reason_en`` for a rule that ran.
RULES_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "rule_version": pl.Int64(),
    "status": pl.String(),
    "found": pl.Int64(),
    "clear": pl.Int64(),
    "not_checked": pl.Int64(),
    "seconds": pl.Float64(),
    "reason_sv": pl.String(),
    "reason_en": pl.String(),
}

#: One row per supplier. found + clear + not_checked = all rules.
OUTCOMES_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "found": pl.Int64(),
    "clear": pl.Int64(),
    "not_checked": pl.Int64(),
}


@dataclass(frozen=True)
class RunResult:
    """What the rules found. Every frame is ordered, so that the same run gives the same bytes.

    Attributes:
        findings: ``FINDINGS_SCHEMA``, by rule and supplier. ``evidence`` is sorted and unique,
            ``detail`` is JSON with sorted keys.
        rules: ``RULES_SCHEMA``, one row per rule, by id. ``status``: run, not_checked (no supplier
            could be checked), failed.
        outcomes: ``OUTCOMES_SCHEMA``, one row per supplier, by id.
        not_checked: ``coverage.NOT_CHECKED_SCHEMA``, by rule and supplier, with the reason.
    """

    findings: pl.DataFrame
    rules: pl.DataFrame
    outcomes: pl.DataFrame
    not_checked: pl.DataFrame


@dataclass(frozen=True)
class Answer:
    """How one rule went: what it found, or the problem that stopped it.

    ``rule`` is None for a file that could not be read; ``is_asked`` is false where the query was
    not run, since no supplier could be checked.
    """

    rule_id: str
    rule: Rule | None
    found: Found = field(default_factory=Found)
    seconds: float = 0.0
    problem: RuleProblem | None = None
    is_asked: bool = True

    @cached_property
    def told(self) -> pl.DataFrame:
        """What was found (``FINDINGS_SCHEMA``), with the rule's own columns and the sentences."""
        if self.rule is None or self.found.rows.is_empty():
            return pl.DataFrame(schema=FINDINGS_SCHEMA)
        return _told(self.rule, self.found)


def assemble(answers: Sequence[Answer], suppliers: pl.DataFrame, missed: Missed) -> RunResult:
    """The result of a run.

    Args:
        answers: one per rule.
        suppliers: every supplier_id, once.
        missed: what could not be checked, as ``coverage.not_checked`` tells; rules that failed are
            added here, for every supplier.
    """
    failed = [answer.rule_id for answer in answers if answer.problem is not None]
    has_run = ~pl.col("rule_id").is_in(failed)
    barred = pl.concat(
        [
            missed.pairs.filter(has_run),
            *(all_not_checked(rule_id, suppliers) for rule_id in failed),
        ]
    )
    findings = _findings(answers, suppliers, barred)
    silent = missed.silent.filter(has_run).join(findings, on=["rule_id", "supplier_id"], how="anti")
    unchecked = pl.concat([barred, silent]).sort("rule_id", "supplier_id")
    return RunResult(
        findings=findings,
        rules=_rule_rows(answers, findings, unchecked, suppliers.height, missed),
        outcomes=_outcomes(suppliers, findings, unchecked, len(answers)),
        not_checked=unchecked.select(NOT_CHECKED_SCHEMA.keys()),
    )


def _findings(
    answers: Sequence[Answer], suppliers: pl.DataFrame, unchecked: pl.DataFrame
) -> pl.DataFrame:
    """All findings; those for suppliers that are unknown or not checked are left out."""
    nothing = pl.DataFrame(schema=FINDINGS_SCHEMA)
    return (
        pl.concat([nothing, *(answer.told for answer in answers if answer.found.rows.height)])
        .join(suppliers, on="supplier_id", how="semi")
        .join(unchecked, on=["rule_id", "supplier_id"], how="anti")
        .sort("rule_id", "supplier_id")
    )


def _told(rule: Rule, found: Found) -> pl.DataFrame:
    return found.rows.with_columns(
        rule_id=pl.lit(rule.id),
        rule_version=pl.lit(rule.version, dtype=pl.Int64),
        area=pl.lit(rule.area),
        kind=pl.lit(rule.kind),
        severity=pl.lit(rule.severity),
        summary_sv=summary(rule, found.fields, "sv"),
        summary_en=summary(rule, found.fields, "en"),
    ).select(FINDINGS_SCHEMA.keys())


def _rule_rows(
    answers: Sequence[Answer],
    findings: pl.DataFrame,
    unchecked: pl.DataFrame,
    suppliers: int,
    missed: Missed,
) -> pl.DataFrame:
    rows = [
        {
            "rule_id": answer.rule_id,
            "rule_version": answer.rule.version if answer.rule else None,
            "status": _status(answer),
            "seconds": answer.seconds,
            "problem_sv": answer.problem.sentence("sv") if answer.problem else None,
            "problem_en": answer.problem.sentence("en") if answer.problem else None,
        }
        for answer in answers
    ]
    schema = {
        "rule_id": pl.String(),
        "rule_version": pl.Int64(),
        "status": pl.String(),
        "seconds": pl.Float64(),
        "problem_sv": pl.String(),
        "problem_en": pl.String(),
    }
    return (
        pl.DataFrame(rows, schema=schema)
        .join(_counted(findings, "rule_id", "found"), on="rule_id", how="left")
        .join(_counted(unchecked, "rule_id", "not_checked"), on="rule_id", how="left")
        .join(reasons_of(missed), on="rule_id", how="left")
        .with_columns(pl.col("found", "not_checked").fill_null(0))
        .with_columns(clear=suppliers - pl.col("found") - pl.col("not_checked"))
        .with_columns(
            status=pl.when(pl.col("status") == "run", pl.col("not_checked") == suppliers)
            .then(pl.lit("not_checked" if suppliers else "run"))
            .otherwise("status")
        )
        .with_columns(
            pl.coalesce(
                f"problem_{language}",
                pl.when(pl.col("status") == "not_checked").then(f"reasons_{language}"),
            ).alias(f"reason_{language}")
            for language in ("sv", "en")
        )
        .sort("rule_id")
        .select(pl.col(name).cast(kind) for name, kind in RULES_SCHEMA.items())
    )


def _status(answer: Answer) -> str:
    if answer.problem is not None:
        return "failed"
    return "run" if answer.is_asked else "not_checked"


def _outcomes(
    suppliers: pl.DataFrame, findings: pl.DataFrame, unchecked: pl.DataFrame, rules: int
) -> pl.DataFrame:
    return (
        suppliers.select("supplier_id")
        .join(_counted(findings, "supplier_id", "found"), on="supplier_id", how="left")
        .join(_counted(unchecked, "supplier_id", "not_checked"), on="supplier_id", how="left")
        .with_columns(pl.col("found", "not_checked").fill_null(0))
        .with_columns(clear=rules - pl.col("found") - pl.col("not_checked"))
        .sort("supplier_id")
        .select(pl.col(name).cast(kind) for name, kind in OUTCOMES_SCHEMA.items())
    )


def _counted(rows: pl.DataFrame, by: str, name: str) -> pl.DataFrame:
    return rows.group_by(by).agg(pl.len().cast(pl.Int64).alias(name))
