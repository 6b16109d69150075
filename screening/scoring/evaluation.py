"""Holding a list against labels: how much of its top is right, and what it misses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from screening.scoring.policy import BANDS
from screening.scoring.week import fitted

#: Depths of the list at which precision is taken.
DEPTHS = (10, 20, 50, 100)

#: What a labels file holds: who is planted, with which scheme (the id of the rule that should see
#: it), and from when.
LABEL_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "supplier_no": pl.String,
    "orgnr": pl.String,
    "scheme": pl.String,
    "from_date": pl.Date,
}


@dataclass(frozen=True)
class Evaluation:
    """A list's agreement with labels, as tables.

    ``precision``: top (depth asked for), listed (how many are on the list that far down), planted
    (how many of those are labelled), precision (planted / listed), attainable (the most that could
    be planted there: the smaller of top and all labelled suppliers), share_of_attainable.
    ``recall``: scheme, suppliers, listed, found_by_rule, recall_listed, recall_by_rule.
    ``false_positives``: rule_id, found (suppliers), honest, share_honest.
    ``honest_bands``: band, suppliers: listed suppliers without any label, by band.
    """

    planted: int
    listed: int
    precision: pl.DataFrame
    recall: pl.DataFrame
    false_positives: pl.DataFrame
    honest_bands: pl.DataFrame

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "planted": self.planted,
            "listed": self.listed,
            "precision": self.precision.to_dicts(),
            "recall": self.recall.to_dicts(),
            "false_positives": self.false_positives.to_dicts(),
            "honest_bands": self.honest_bands.to_dicts(),
        }


def evaluate(
    ranked: pl.DataFrame, findings: pl.DataFrame, labels: pl.DataFrame, as_of: date | None = None
) -> Evaluation:
    """Hold a list against labels.

    A label is tied to a supplier of the list by supplier_id, else organisationsnummer, else
    supplier number. Only open risk findings count; with ``as_of``, labels that begin later are
    left out, since nobody could have seen them. A label without scheme says that somebody looked
    and found nothing.

    Args:
        ranked: rank, supplier_id, orgnr, supplier_no, band.
        findings: supplier_id, rule_id, kind, still_open.
        labels: ``LABEL_SCHEMA``; from_date may be text (``YYYY-MM-DD``), empty or missing.
        as_of: the day of the list.

    Raises:
        polars.exceptions.InvalidOperationError: a from_date is not a date.
    """
    texts = pl.col("supplier_id", "orgnr", "supplier_no", "band").cast(pl.String)
    on_list = ranked.with_columns(texts).filter(pl.col("rank").is_not_null()).sort("rank")
    known = _tied(on_list, _in_force(labels, as_of)).drop_nulls("scheme")
    planted = known.select("supplier_id").unique()
    is_open = pl.col("still_open").fill_null(value=False)
    found = (
        findings.filter((pl.col("kind") == "risk") & is_open)
        .select(pl.col("supplier_id").cast(pl.String), "rule_id")
        .unique()
    )
    honest = on_list.join(planted, on="supplier_id", how="anti")
    return Evaluation(
        planted=planted.height,
        listed=on_list.height,
        precision=_precision(on_list, planted),
        recall=_recall(on_list, found, known),
        false_positives=_false_positives(found, planted),
        honest_bands=_bands(honest),
    )


def answers(ranked: pl.DataFrame, labels: pl.DataFrame, as_of: date | None = None) -> pl.DataFrame:
    """Labels as answers about suppliers of the list: supplier_id, is_confirmed.

    A label with a scheme confirms, one without says that nothing was found. Arguments as for
    :func:`evaluate`.
    """
    texts = pl.col("supplier_id", "orgnr", "supplier_no").cast(pl.String)
    on_list = ranked.with_columns(texts).filter(pl.col("rank").is_not_null())
    tied = _tied(on_list, _in_force(labels, as_of))
    return (
        tied.group_by("supplier_id")
        .agg(is_confirmed=pl.col("scheme").is_not_null().any())
        .sort("supplier_id")
    )


def _in_force(labels: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    days = labels
    if labels.schema.get("from_date") == pl.String:  # straight from a csv file
        days = labels.with_columns(pl.col("from_date").str.to_date("%Y-%m-%d"))
    known = fitted(days, LABEL_SCHEMA)
    if as_of is None:
        return known
    return known.filter(pl.col("from_date").is_null() | (pl.col("from_date") <= as_of))


def _tied(on_list: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Labels with the list's own supplier_id where the supplier is on it: supplier_id, scheme."""
    own = on_list.select("supplier_id", is_listed=pl.lit(value=True))
    numbered = labels.with_columns(orgnr=pl.col("orgnr").str.replace_all(r"[^0-9]", ""))
    tied = numbered.join(own, on="supplier_id", how="left").with_columns(
        same_id=pl.when(pl.col("is_listed")).then(pl.col("supplier_id"))
    )
    for column in ("orgnr", "supplier_no"):
        by_number = (
            on_list.select(column, pl.col("supplier_id").alias(f"same_{column}"))
            .drop_nulls()
            .unique(column, keep="none")
        )
        tied = tied.join(by_number, on=column, how="left")
    return tied.select(
        supplier_id=pl.coalesce("same_id", "same_orgnr", "same_supplier_no", "supplier_id"),
        scheme="scheme",
    ).unique()


def _precision(on_list: pl.DataFrame, planted: pl.DataFrame) -> pl.DataFrame:
    hits = on_list.select("supplier_id").with_columns(
        hit=pl.col("supplier_id").is_in(planted.get_column("supplier_id").implode())
    )
    depths = pl.DataFrame({"top": DEPTHS}, schema={"top": pl.Int64})
    counted = depths.with_columns(
        listed=pl.min_horizontal("top", pl.lit(on_list.height, dtype=pl.Int64)),
        planted=pl.Series(
            [hits.head(depth).get_column("hit").sum() for depth in DEPTHS], dtype=pl.Int64
        ),
        attainable=pl.min_horizontal("top", pl.lit(planted.height, dtype=pl.Int64)),
    )
    return counted.select(
        "top",
        "listed",
        "planted",
        precision=_share("planted", "listed"),
        attainable="attainable",
        share_of_attainable=_share("planted", "attainable"),
    )


def _recall(on_list: pl.DataFrame, found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    listed = on_list.select("supplier_id", listed=pl.lit(1, dtype=pl.Int64))
    by_rule = found.rename({"rule_id": "scheme"}).with_columns(hit=pl.lit(1, dtype=pl.Int64))
    return (
        known.join(listed, on="supplier_id", how="left")
        .join(by_rule, on=["supplier_id", "scheme"], how="left")
        .group_by("scheme")
        .agg(
            suppliers=pl.len().cast(pl.Int64),
            listed=pl.col("listed").sum(),
            found_by_rule=pl.col("hit").sum(),
        )
        .with_columns(
            recall_listed=_share("listed", "suppliers"),
            recall_by_rule=_share("found_by_rule", "suppliers"),
        )
        .sort("scheme")
    )


def _false_positives(found: pl.DataFrame, planted: pl.DataFrame) -> pl.DataFrame:
    honest = found.join(planted, on="supplier_id", how="anti")
    counts = honest.group_by("rule_id").agg(honest=pl.len().cast(pl.Int64))
    return (
        found.group_by("rule_id")
        .agg(found=pl.len().cast(pl.Int64))
        .join(counts, on="rule_id", how="left")
        .with_columns(pl.col("honest").fill_null(0))
        .with_columns(share_honest=_share("honest", "found"))
        .sort("honest", "rule_id", descending=[True, False])
    )


def _bands(honest: pl.DataFrame) -> pl.DataFrame:
    counts = honest.group_by("band").agg(suppliers=pl.len().cast(pl.Int64))
    every = pl.DataFrame({"band": BANDS}, schema={"band": pl.String})
    return every.join(counts, on="band", how="left", maintain_order="left").with_columns(
        pl.col("suppliers").fill_null(0)
    )


def _share(part: str, whole: str) -> pl.Expr:
    """``part`` / ``whole`` with four decimals; null where there is nothing to divide by."""
    return pl.when(pl.col(whole) > 0).then((pl.col(part) / pl.col(whole)).round(4))
