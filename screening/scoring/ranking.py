"""Findings to the week's list: the top of the scoring stage."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from screening.rules.model import Rule
from screening.scoring.bands import bands
from screening.scoring.changes import (
    left_since,
    next_history,
    no_longer_found,
    with_change,
    with_first_seen,
)
from screening.scoring.judgements import STATUSES, Judgements, is_put_aside, judged
from screening.scoring.points import in_granting_order, with_points
from screening.scoring.policy import Policy
from screening.scoring.priority import with_priority
from screening.scoring.rule_face import RuleFace, faces_by_id, rule_texts
from screening.scoring.way_off import way_off
from screening.scoring.week import (
    FINDING_SCHEMA,
    FOUND_SCHEMA,
    MONEY,
    OUTCOME_SCHEMA,
    RANKED_SCHEMA,
    SUPPLIER_SCHEMA,
    PreviousWeek,
    ScoredWeek,
    fitted,
)
from screening.warehouse.publishing import iso_week

#: Between the reasons of a supplier in one cell.
REASON_JOINER = " | "


def rank(
    suppliers: pl.DataFrame,
    findings: pl.DataFrame,
    outcomes: pl.DataFrame,
    *,
    rules: Iterable[Rule | RuleFace],
    policy: Policy,
    previous: PreviousWeek | None,
    as_of: date,
    not_checked: pl.DataFrame | None = None,
    judgements: Judgements | None = None,
) -> ScoredWeek:
    """The week's list from a run's findings.

    Every supplier with at least one risk finding that nobody put aside is on it, by priority, then
    points, then supplier_id. Neither the order of rows nor of rules matters.

    Args:
        suppliers: ``SUPPLIER_SCHEMA``, one row per supplier.
        findings: ``FOUND_SCHEMA``, what the rules found in this run.
        outcomes: ``OUTCOME_SCHEMA``, counts of rules per supplier.
        rules: the rules that ran, as read from their files or as faces of them.
        policy: points, caps, bands, weights.
        previous: the last list of an earlier week; None where there is none.
        as_of: the day for which the run was made.
        not_checked: pairs (supplier_id, rule_id) that could not be checked in this run. Without
            it, last week's findings that are gone all count as closed.
        judgements: what people decided about findings, and what is behind these; by default
            nobody decided anything.

    Raises:
        PolicyGapError: a finding's area or severity is not in the policy.
    """
    faces = faces_by_id(rules)
    found = fitted(findings, FOUND_SCHEMA).with_columns(
        pl.col("evidence").list.unique().list.sort()
    )
    known = judged(found, judgements or Judgements(), policy.casework, as_of)
    scored = with_first_seen(with_points(known, faces, policy), previous, as_of)
    risk = scored.filter((pl.col("kind") == "risk") & ~is_put_aside())

    everyone = _with_totals(_everyone(suppliers, scored), outcomes, risk, policy)
    everyone = everyone.join(_case_status(scored), on="supplier_id", how="left").with_columns(
        pl.col("findings_set_aside").fill_null(0)
    )
    everyone = everyone.join(
        _in_words(risk, faces, as_of), on="supplier_id", how="left", maintain_order="left"
    )
    listed = _in_order(with_priority(everyone.filter(pl.col("band").is_not_null()), policy))
    unlisted = with_priority(everyone.filter(pl.col("band").is_null()), policy)

    ranked = fitted(with_change(listed, previous, as_of), RANKED_SCHEMA)
    gone = no_longer_found(scored, previous, not_checked)
    return ScoredWeek(
        as_of=as_of,
        week=iso_week(as_of),
        previous_week=previous.week if previous else None,
        policy=policy,
        rules=faces,
        ranked=ranked,
        unlisted=fitted(unlisted, RANKED_SCHEMA).sort("supplier_id"),
        findings=_in_order_of_list(scored, gone, ranked),
        supplier_history=next_history(ranked, previous, as_of),
        left=left_since(ranked, unlisted, gone, previous),
        way_off=way_off(risk, policy),
    )


def _everyone(suppliers: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """All suppliers, and any that a finding names although no supplier row does.

    A finding is never lost for want of a supplier row.
    """
    known = fitted(suppliers, SUPPLIER_SCHEMA).sort(pl.all()).unique("supplier_id", keep="first")
    strangers = findings.select("supplier_id").unique().join(known, on="supplier_id", how="anti")
    return pl.concat([known, fitted(strangers, SUPPLIER_SCHEMA)]).rename(
        {"spend_12m_sek": "exposure_sek_12m"}
    )


def _with_totals(
    suppliers: pl.DataFrame, outcomes: pl.DataFrame, risk: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    """Add points, band, band_reason, amount_sek and the three outcome counts."""
    at_stake = risk.group_by("supplier_id").agg(pl.col("amount_sek").max())
    counts = fitted(outcomes, OUTCOME_SCHEMA).rename(
        {"found": "rules_found", "clear": "rules_clear", "not_checked": "rules_not_checked"}
    )
    return (
        suppliers.join(bands(risk, policy, ["supplier_id"]), on="supplier_id", how="left")
        .join(at_stake, on="supplier_id", how="left")
        .join(counts, on="supplier_id", how="left")
        .with_columns(
            pl.col("points", "rules_found", "rules_clear", "rules_not_checked").fill_null(0),
            pl.col("exposure_sek_12m").fill_null(pl.lit(0).cast(MONEY)),
        )
    )


def _case_status(findings: pl.DataFrame) -> pl.DataFrame:
    """Per supplier: each status that a finding of it has by a decision, and how many are aside."""
    order = {status: place for place, status in enumerate(STATUSES)}
    return (
        findings.drop_nulls("case_status")
        .sort(pl.col("case_status").replace_strict(order, return_dtype=pl.Int64), "supplier_id")
        .group_by("supplier_id", maintain_order=True)
        .agg(
            case_status=pl.col("case_status").unique(maintain_order=True).str.join(REASON_JOINER),
            findings_set_aside=((pl.col("kind") == "risk") & is_put_aside()).sum().cast(pl.Int64),
        )
    )


def _in_words(risk: pl.DataFrame, faces: Mapping[str, RuleFace], as_of: date) -> pl.DataFrame:
    """Per supplier: its reasons joined, the action of its weightiest finding, how many are new."""
    told = in_granting_order(
        risk.join(rule_texts(faces), on="rule_id", how="left"), ["supplier_id"]
    ).with_columns(
        reason_sv=pl.coalesce("summary_sv", "title_sv", "rule_id"),
        reason_en=pl.coalesce("summary_en", "title_en", "rule_id"),
    )
    return told.group_by("supplier_id", maintain_order=True).agg(
        reasons_sv=pl.col("reason_sv").str.join(REASON_JOINER),
        reasons_en=pl.col("reason_en").str.join(REASON_JOINER),
        action_sv=pl.col("action_sv").first(),
        action_en=pl.col("action_en").first(),
        findings_open=pl.len().cast(pl.Int64),
        findings_new=(pl.col("first_seen") == as_of).sum().cast(pl.Int64),
    )


def _in_order(listed: pl.DataFrame) -> pl.DataFrame:
    ordered = listed.sort(["priority", "points", "supplier_id"], descending=[True, True, False])
    return ordered.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))


def _in_order_of_list(
    scored: pl.DataFrame, gone: pl.DataFrame, ranked: pl.DataFrame
) -> pl.DataFrame:
    """Findings as the list has their suppliers; for each the open ones first, weightiest first."""
    together = pl.concat([fitted(scored, FINDING_SCHEMA), fitted(gone, FINDING_SCHEMA)])
    placed = together.join(
        ranked.select("supplier_id", "rank"), on="supplier_id", how="left"
    ).with_columns(openness=pl.col("still_open").cast(pl.Int8))
    keys = ["rank", "supplier_id", "openness", "points_raw", "rule_id", "subject_id", "detail"]
    falls = [key in {"openness", "points_raw"} for key in keys]
    return fitted(placed.sort(keys, descending=falls, nulls_last=True), FINDING_SCHEMA)
