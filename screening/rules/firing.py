"""How often each rule fires, what it costs, and which rules say the same of the same suppliers."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from screening.rules.stage import Screened

#: A rule that fires for a larger share of the suppliers that it could check says little of any.
OFTEN_SHARE = 0.10
#: Fewer suppliers than this say nothing about a share.
_ENOUGH_SUPPLIERS = 20
#: From this share of the smaller rule's suppliers on, two rules overlap.
OVERLAP_SHARE = 0.8
#: Suppliers that both rules must have for an overlap to be more than chance.
_ENOUGH_SHARED = 5

#: What is worth a look at a rule.
Remark = Literal["failed", "not_checked", "often", "never", ""]

#: One row per rule. ``share``: of the suppliers that could be checked, null where none could.
#: ``alone``: suppliers for which no other rule of its kind found anything.
FIRING_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "kind": pl.String,
    "status": pl.String,
    "found": pl.Int64,
    "clear": pl.Int64,
    "not_checked": pl.Int64,
    "share": pl.Float64,
    "alone": pl.Int64,
    "seconds": pl.Float64,
    "remark": pl.String,
}

#: Pairs of rules with suppliers in common. ``share``: of the suppliers of the rule with fewer.
OVERLAP_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "other_id": pl.String,
    "found": pl.Int64,
    "found_other": pl.Int64,
    "both": pl.Int64,
    "share": pl.Float64,
}


@dataclass(frozen=True)
class Firing:
    """``rules`` (``FIRING_SCHEMA``) by share, the highest first; ``overlaps`` likewise."""

    rules: pl.DataFrame
    overlaps: pl.DataFrame
    suppliers: int


def firing(screened: Screened, often_share: float = OFTEN_SHARE) -> Firing:
    """How a run's rules fire.

    Args:
        screened: a run's result.
        often_share: share of the checked suppliers above which a rule fires too often.
    """
    result = screened.result
    kinds = pl.DataFrame(
        [(rule.id, rule.kind) for rule in screened.rules.rules],
        schema={"rule_id": pl.String, "kind": pl.String},
        orient="row",
    )
    found = result.findings.select("rule_id", "kind", "supplier_id").unique()
    checked = pl.col("found") + pl.col("clear")
    rules = (
        result.rules.join(kinds, on="rule_id", how="left")
        .join(_alone(found), on="rule_id", how="left")
        .with_columns(
            pl.col("alone").fill_null(0),
            share=pl.when(checked > 0).then((pl.col("found") / checked).round(6)),
        )
        .with_columns(remark=_remark(checked, often_share))
        .sort("share", "rule_id", descending=[True, False], nulls_last=True)
        .select(pl.col(name).cast(dtype) for name, dtype in FIRING_SCHEMA.items())
    )
    return Firing(rules, _overlaps(found), screened.suppliers.height)


def _remark(checked: pl.Expr, often_share: float) -> pl.Expr:
    return (
        pl.when(pl.col("status") == "failed")
        .then(pl.lit("failed"))
        .when(checked == 0)
        .then(pl.lit("not_checked"))
        .when((pl.col("share") > often_share) & (checked >= _ENOUGH_SUPPLIERS))
        .then(pl.lit("often"))
        .when(pl.col("found") == 0)
        .then(pl.lit("never"))
        .otherwise(pl.lit(""))
    )


def _alone(found: pl.DataFrame) -> pl.DataFrame:
    return (
        found.filter(pl.len().over("kind", "supplier_id") == 1)
        .group_by("rule_id")
        .agg(alone=pl.len().cast(pl.Int64))
    )


def _overlaps(found: pl.DataFrame) -> pl.DataFrame:
    counts = found.group_by("rule_id").agg(found=pl.len().cast(pl.Int64))
    pairs = (
        found.join(found, on=["supplier_id", "kind"], suffix="_other")
        .filter(pl.col("rule_id") < pl.col("rule_id_other"))
        .group_by("rule_id", other_id="rule_id_other")
        .agg(both=pl.len().cast(pl.Int64))
    )
    return (
        pairs.join(counts, on="rule_id")
        .join(counts, left_on="other_id", right_on="rule_id", suffix="_other")
        .with_columns(share=(pl.col("both") / pl.min_horizontal("found", "found_other")).round(6))
        .filter((pl.col("share") >= OVERLAP_SHARE) & (pl.col("both") >= _ENOUGH_SHARED))
        .sort("share", "both", "rule_id", "other_id", descending=[True, True, False, False])
        .select(pl.col(name).cast(dtype) for name, dtype in OVERLAP_SCHEMA.items())
    )
