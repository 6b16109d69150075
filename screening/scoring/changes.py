"""What changed since the last list.

Suppliers are new, up, same, down or back; findings are first seen now, still open, or gone.
"""

from datetime import date

import polars as pl

from screening.scoring.judgements import CASE_SCHEMA
from screening.scoring.week import (
    FINDING_SCHEMA,
    HISTORY_SCHEMA,
    LEFT_SCHEMA,
    RANKED_SCHEMA,
    PreviousWeek,
    fitted,
)

#: Every change, in the order in which a reader wants to hear of it.
CHANGES = ("new", "back", "up", "same", "down")


def with_change(listed: pl.DataFrame, previous: PreviousWeek | None, as_of: date) -> pl.DataFrame:
    """Add change, rank_before, points_before and first_listed to the suppliers of this week's list.

    ``up`` and ``down`` compare points, not places: a supplier does not get worse because another
    one left. ``back`` was on some earlier list and not on the last, or has a finding that is back
    after somebody had put it aside; ``new`` is none of these.
    """
    last = _last_list(previous).select(
        "supplier_id", rank_before=pl.col("rank"), points_before=pl.col("points")
    )
    history = _history(previous).select("supplier_id", "first_listed")
    is_returned = pl.col("case_status").str.contains("returned").fill_null(value=False)
    change = (
        pl.when(pl.col("rank_before").is_not_null())
        .then(
            pl.when(pl.col("points") > pl.col("points_before"))
            .then(pl.lit("up"))
            .when(pl.col("points") < pl.col("points_before"))
            .then(pl.lit("down"))
            .otherwise(pl.lit("same"))
        )
        .when(pl.col("first_listed").is_not_null() | is_returned)
        .then(pl.lit("back"))
        .otherwise(pl.lit("new"))
    )
    return (
        listed.join(last, on="supplier_id", how="left", maintain_order="left")
        .join(history, on="supplier_id", how="left", maintain_order="left")
        .with_columns(change=change)
        .with_columns(first_listed=pl.col("first_listed").fill_null(pl.lit(as_of, dtype=pl.Date)))
    )


def left_since(
    listed: pl.DataFrame,
    unlisted: pl.DataFrame,
    gone: pl.DataFrame,
    previous: PreviousWeek | None,
) -> pl.DataFrame:
    """Suppliers of the last list that are not on this one, by their old rank (``LEFT_SCHEMA``).

    ``gone`` are the findings of :func:`no_longer_found`: they tell who was cleared. ``unlisted``
    says, with ``findings_set_aside``, who is gone only because of what people decided.
    """
    left = _last_list(previous).join(listed, on="supplier_id", how="anti")
    is_unknown = pl.col("still_open").is_null() & (pl.col("kind") == "risk")
    unknown = gone.filter(is_unknown).select("supplier_id").unique()
    aside = unlisted.filter(pl.col("findings_set_aside") > 0).select(
        "supplier_id", is_set_aside=pl.lit(value=True)
    )
    renamed = (
        left.join(
            unknown.with_columns(is_cleared=pl.lit(value=False)), on="supplier_id", how="left"
        )
        .join(aside, on="supplier_id", how="left")
        .with_columns(pl.col("is_set_aside").fill_null(value=False))
    ).select(
        "supplier_id",
        "name",
        "is_sole_trader",
        band_before="band",
        rank_before="rank",
        points_before="points",
        is_cleared=pl.col("is_cleared").fill_null(value=True) & ~pl.col("is_set_aside"),
        is_set_aside="is_set_aside",
    )
    return fitted(renamed, LEFT_SCHEMA).sort("rank_before", "supplier_id")


def with_first_seen(
    findings: pl.DataFrame, previous: PreviousWeek | None, as_of: date
) -> pl.DataFrame:
    """Add first_seen, case_since and still_open (true) to this week's findings.

    A finding keeps the day on which its supplier first had it from its rule, as long as it was
    open, or could not be checked, on the list before; after a break it is new again. So it is with
    the day on which it got its status by a decision.
    """
    before = _open_before(previous)
    seen = before.group_by("supplier_id", "rule_id").agg(pl.col("first_seen").min())
    by_decision = ["supplier_id", "rule_id", "case_decision", "case_status"]
    decided = before.drop_nulls("case_status").group_by(by_decision).agg(pl.col("case_since").min())
    today = pl.lit(as_of, dtype=pl.Date)
    return (
        findings.join(seen, on=["supplier_id", "rule_id"], how="left", maintain_order="left")
        .join(decided, on=by_decision, how="left", maintain_order="left")
        .with_columns(
            first_seen=pl.min_horizontal(pl.col("first_seen").fill_null(today), today),
            case_since=pl.when(pl.col("case_status").is_not_null()).then(
                pl.min_horizontal(pl.col("case_since").fill_null(today), today)
            ),
            still_open=pl.lit(value=True),
        )
    )


def no_longer_found(
    findings: pl.DataFrame, previous: PreviousWeek | None, not_checked: pl.DataFrame | None
) -> pl.DataFrame:
    """Last week's open findings that this week's run did not make (``FINDING_SCHEMA``), 0 points.

    ``still_open`` is false where the rule was checked and the supplier is clear. Where the rule
    could not be checked (pairs supplier_id, rule_id in ``not_checked``) nobody knows: null. Such a
    finding gives no points, but it must never look as if it had been cleared.
    """
    gone = _open_before(previous).join(findings, on=["supplier_id", "rule_id"], how="anti")
    zero = pl.lit(0, dtype=pl.Int64)
    undecided = [
        pl.lit(None).alias(name) for name in (*CASE_SCHEMA, "points_by_rule", "case_since")
    ]
    closed = gone.with_columns(
        *undecided,
        # What a person decided is about what was found; nothing is any more.
        severity=pl.coalesce("severity_by_rule", "severity"),
        points=zero,
        points_raw=zero,
        still_open=pl.lit(value=False),
    )
    if not_checked is None:
        return closed
    unknown = not_checked.select("supplier_id", "rule_id").unique().with_columns(unknown=True)
    return (
        closed.join(unknown, on=["supplier_id", "rule_id"], how="left", maintain_order="left")
        .with_columns(still_open=pl.when(pl.col("unknown").is_null()).then(pl.col("still_open")))
        .drop("unknown")
    )


def next_history(listed: pl.DataFrame, previous: PreviousWeek | None, as_of: date) -> pl.DataFrame:
    """``supplier_history`` with this week's list added (``HISTORY_SCHEMA``), by supplier_id."""
    day = pl.lit(as_of, dtype=pl.Date)
    now = listed.select("supplier_id", first_listed=day, last_listed=day)
    return (
        pl.concat([_history(previous), fitted(now, HISTORY_SCHEMA)])
        .group_by("supplier_id")
        .agg(pl.col("first_listed").min(), pl.col("last_listed").max())
        .sort("supplier_id")
    )


def _last_list(previous: PreviousWeek | None) -> pl.DataFrame:
    frame = previous.ranked if previous else pl.DataFrame(schema=RANKED_SCHEMA)
    return fitted(frame, RANKED_SCHEMA).filter(pl.col("rank").is_not_null())


def _open_before(previous: PreviousWeek | None) -> pl.DataFrame:
    """Findings that were open, or not known to be closed, on the last list."""
    frame = previous.findings if previous else pl.DataFrame(schema=FINDING_SCHEMA)
    return fitted(frame, FINDING_SCHEMA).filter(pl.col("still_open").fill_null(value=True))


def _history(previous: PreviousWeek | None) -> pl.DataFrame:
    frame = previous.supplier_history if previous else pl.DataFrame(schema=HISTORY_SCHEMA)
    return fitted(frame, HISTORY_SCHEMA)
