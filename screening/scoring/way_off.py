"""What would take a supplier off the list, or below a band: which findings to resolve."""

import polars as pl

from screening.scoring.bands import bands
from screening.scoring.points import in_granting_order, with_granted
from screening.scoring.policy import BANDS, Policy
from screening.scoring.week import WAY_OFF_SCHEMA, fitted

#: Targets in the order in which they are reached: below ``hög``, below ``förhöjd``, off the list.
TARGETS = ("below_high", "below_elevated", "off_list")

_HIGH, _ELEVATED, _LOW = BANDS
_DEPTH = {_LOW: 1, _ELEVATED: 2, _HIGH: 3}


def way_off(findings: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """For each supplier and target, the findings whose resolution would reach it.

    Tried are each finding alone, and the weightiest ones together, one more at a time. The fewest
    that reach the target win; among equals the weightier. Points and band afterwards are reckoned
    with the same functions as the list, so the answer holds to the point.

    Args:
        findings: open risk findings with ``points_raw``.
        policy: caps and bands.

    Returns:
        supplier_id, target, rule_ids (to resolve, weightiest first), points_after, band_after
        (null when off the list), sorted by supplier_id and nearness of the target. A target that
        the supplier is below already is left out.
    """
    if findings.is_empty():
        return pl.DataFrame(schema=WAY_OFF_SCHEMA)
    numbered = in_granting_order(findings, ["supplier_id"]).with_columns(
        place=pl.int_range(pl.len()).over("supplier_id"),
        findings=pl.len().over("supplier_id"),
    )
    trials = _trials(numbered)
    keys = ["supplier_id", "first", "last"]
    left_open = numbered.join(trials, on="supplier_id", how="inner").filter(
        (pl.col("place") < pl.col("first")) | (pl.col("place") > pl.col("last"))
    )
    after = bands(with_granted(left_open.drop("points", strict=False), policy, keys), policy, keys)
    outcome = trials.join(after, on=keys, how="left").with_columns(
        points=pl.col("points").fill_null(0),
        depth=pl.col("band").replace_strict(_DEPTH, default=0, return_dtype=pl.Int64),
        resolved=pl.col("last") - pl.col("first") + 1,
    )
    now = bands(
        with_granted(numbered.drop("points", strict=False), policy, ["supplier_id"]),
        policy,
        ["supplier_id"],
    ).select(
        "supplier_id",
        depth_now=pl.col("band").replace_strict(_DEPTH, return_dtype=pl.Int64),
    )
    targets = pl.DataFrame(
        {"target": TARGETS, "depth_wanted": [2, 1, 0], "order": [0, 1, 2]},
        schema={"target": pl.String, "depth_wanted": pl.Int64, "order": pl.Int64},
    )
    best = (
        outcome.join(now, on="supplier_id")
        .join(targets, how="cross")
        .filter(
            (pl.col("depth_now") > pl.col("depth_wanted"))
            & (pl.col("depth") <= pl.col("depth_wanted"))
        )
        .sort("supplier_id", "order", "resolved", "first")
        .unique(["supplier_id", "order"], keep="first", maintain_order=True)
    )
    named = (
        best.join(numbered.select("supplier_id", "place", "rule_id"), on="supplier_id")
        .filter(pl.col("place").is_between(pl.col("first"), pl.col("last")))
        .sort("supplier_id", "order", "place")
        .group_by("supplier_id", "order", "target", "points", "band", maintain_order=True)
        .agg(rule_ids=pl.col("rule_id"))
    )
    return fitted(named.rename({"points": "points_after", "band": "band_after"}), WAY_OFF_SCHEMA)


def _trials(numbered: pl.DataFrame) -> pl.DataFrame:
    """What to try: a run of places ``first`` to ``last`` that would be resolved together."""
    alone = numbered.select("supplier_id", first=pl.col("place"), last=pl.col("place"))
    together = numbered.select("supplier_id", first=pl.col("place") * 0, last=pl.col("place"))
    return pl.concat([alone, together]).unique().sort("supplier_id", "first", "last")
