"""Findings to points: a finding's own, what its area's cap leaves of them, and the total."""

from collections.abc import Mapping

import polars as pl

from screening.scoring.judgements import is_put_aside
from screening.scoring.policy import Policy
from screening.scoring.rule_face import RuleFace, rule_texts

#: Confidence is reckoned in ten-thousandths, so that no rounding depends on binary fractions.
_CONFIDENCE_STEPS = 10_000


class PolicyGapError(ValueError):
    """The policy has no word for an area or a severity that a risk finding has."""


def with_points(
    findings: pl.DataFrame, faces: Mapping[str, RuleFace], policy: Policy
) -> pl.DataFrame:
    """Add ``points_raw`` and ``points`` to findings, in the order in which they were granted.

    ``points_raw`` = severity's (or the rule's own) points x match confidence, rounded half up, at
    least 1; no confidence given counts as sure. Within an area the findings of a supplier are
    taken by ``points_raw`` from the top, then by rule, and granted ``points`` until the cap is
    reached. Findings of kind control and quality are about ourselves: they get 0.

    Findings carry what people decided (``judgements.judged``). One that is put aside gets 0. One
    that a person gave another severity weighs what that severity does, but never more than the rule
    says where it was lowered, nor less where it was raised. ``points_by_rule`` is added too:
    ``points_raw`` had nobody decided anything, null where nobody did.

    Raises:
        PolicyGapError: a risk finding's area has no cap, or its severity no points.
    """
    _refuse_gaps(findings, policy)
    of_severity = {str(severity): points for severity, points in policy.points.items()}

    def points_of(severity: pl.Expr) -> pl.Expr:
        return severity.replace_strict(of_severity, default=0, return_dtype=pl.Int64)

    own = rule_texts(faces).select("rule_id", "own_points")

    def rounded(base: str) -> pl.Expr:
        return pl.when(pl.col("kind") == "risk").then(weighed(pl.col(base))).otherwise(0)

    severity, by_rule = pl.col("severity"), pl.col("severity_by_rule")
    is_raised = points_of(severity) > points_of(by_rule)
    with_raw = (
        findings.join(own, on="rule_id", how="left", maintain_order="left")
        .with_columns(ruled=pl.coalesce("own_points", points_of(pl.coalesce(by_rule, severity))))
        .with_columns(
            counted=pl.when(by_rule.is_null())
            .then("ruled")
            .when(is_raised)
            .then(pl.max_horizontal("ruled", points_of(severity)))
            .otherwise(pl.min_horizontal("ruled", points_of(severity)))
        )
        .with_columns(
            points_raw=pl.when(is_put_aside()).then(0).otherwise(rounded("counted")),
            points_by_rule=pl.when(pl.col("case_status").is_not_null()).then(rounded("ruled")),
        )
        .drop("own_points", "ruled", "counted")
    )
    return with_granted(with_raw, policy, ["supplier_id"])


def weighed(points: pl.Expr) -> pl.Expr:
    """``points`` x ``match_confidence`` (none given is sure), rounded half up, at least 1."""
    sure = pl.col("match_confidence").fill_nan(None).fill_null(1.0).clip(0.0, 1.0)
    steps = (sure * _CONFIDENCE_STEPS).round().cast(pl.Int64)
    whole = (2 * points * steps + _CONFIDENCE_STEPS) // (2 * _CONFIDENCE_STEPS)
    return whole.clip(lower_bound=1)


def with_granted(findings: pl.DataFrame, policy: Policy, by: list[str]) -> pl.DataFrame:
    """Add ``points``: what the cap of the area leaves of ``points_raw``, per group of ``by``."""
    cap = pl.col("area").replace_strict(policy.area_caps, default=0, return_dtype=pl.Int64)
    taken_before = pl.col("points_raw").cum_sum().over([*by, "area"]) - pl.col("points_raw")
    return in_granting_order(findings, by).with_columns(
        points=pl.min_horizontal("points_raw", (cap - taken_before).clip(lower_bound=0))
    )


def in_granting_order(findings: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Findings per group of ``by`` from the weightiest down, in an order that is total.

    Rows that still tie after rule and subject are told apart by what they say, so that the order
    in which they came can never matter.
    """
    said = [name for name in ("subject_id", "detail", "summary_sv") if name in findings.columns]
    keys = [*by, "points_raw", "rule_id", *said]
    falls = [name == "points_raw" for name in keys]
    return findings.sort(keys, descending=falls, nulls_last=True, maintain_order=True)


def totals(findings: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Total ``points`` of each group of ``by``: the exact sum of what its findings show."""
    return findings.group_by(by).agg(pl.col("points").sum()).sort(by)


def score_hundredths(points: pl.Expr, policy: Policy) -> pl.Expr:
    """The score in hundredths, as ``ScoreCurve.hundredths`` has it, for a column of points."""
    whole = points + policy.score.half_at
    return (20_000 * points + whole) // (2 * whole)


def _refuse_gaps(findings: pl.DataFrame, policy: Policy) -> None:
    risk = findings.filter(pl.col("kind") == "risk")
    for column, known, where in (
        ("area", set(policy.area_caps), "area_caps"),
        ("severity", set(policy.points), "points"),
    ):
        missing = sorted(set(risk.get_column(column).unique().to_list()) - known, key=str)
        if missing:
            rules = risk.filter(pl.col(column).is_in(missing, nulls_equal=True))
            named = ", ".join(rules.get_column("rule_id").unique().sort().to_list())
            raise PolicyGapError(
                f"the policy has no {column} {missing} that findings of {named} need: "
                f"add it under {where} in rules/policy.yaml"
            )
