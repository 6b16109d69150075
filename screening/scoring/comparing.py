"""Two rule sets on the same day and data: which suppliers come, go and move, and by which rule."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from screening.rules.loading import RuleSet, content_hash
from screening.rules.stage import Screened
from screening.scoring.week import MONEY, ScoredWeek

#: How a supplier moves: on to the list, off it, more or fewer points, or the same points for
#: other reasons.
Move = Literal["comes", "goes", "up", "down", "other"]
MOVES: tuple[Move, ...] = ("comes", "goes", "up", "down", "other")

#: One row per supplier that moves. ``gained``, ``lost`` and ``changed`` are ids of rules: found
#: now, no longer found, found with other points, amount or words.
MOVED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "orgnr": pl.String,
    "name": pl.String,
    "is_sole_trader": pl.Boolean,
    "move": pl.Enum(MOVES),
    "band_before": pl.String,
    "band_after": pl.String,
    "points_before": pl.Int64,
    "points_after": pl.Int64,
    "rank_before": pl.Int64,
    "rank_after": pl.Int64,
    "spend_12m_sek": MONEY,
    "gained": pl.List(pl.String),
    "lost": pl.List(pl.String),
    "changed": pl.List(pl.String),
}

#: One row per rule of either set. ``change``: added, removed, edited, same. Statuses and counts are
#: null where the set does not have the rule. ``gained`` and ``lost`` count suppliers.
RULES_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "change": pl.String,
    "status_before": pl.String,
    "status_after": pl.String,
    "found_before": pl.Int64,
    "found_after": pl.Int64,
    "not_checked_before": pl.Int64,
    "not_checked_after": pl.Int64,
    "gained": pl.Int64,
    "lost": pl.Int64,
    "changed": pl.Int64,
}

_FOUND = ("points", "amount_sek", "match_confidence", "summary_sv", "summary_en")


@dataclass(frozen=True)
class Outcome:
    """What one rule set comes to: what it found, and the list made of it."""

    screened: Screened
    week: ScoredWeek


@dataclass(frozen=True)
class Comparison:
    """What a change of rules would do.

    Attributes:
        moved: ``MOVED_SCHEMA``: the suppliers that move, in the order of ``MOVES``, then by the
            points that they gain or lose, then by supplier_id. Who keeps points and reasons is not
            here, even where others pass it on the list.
        rules: ``RULES_SCHEMA``, by rule_id.
        listed_before: suppliers on the list.
        listed_after: suppliers on the list.
    """

    moved: pl.DataFrame
    rules: pl.DataFrame
    listed_before: int
    listed_after: int

    def count(self, move: Move) -> int:
        """Suppliers that move in this way."""
        return self.moved.filter(pl.col("move") == move).height


def compare(before: Outcome, after: Outcome) -> Comparison:
    """Which suppliers move when one rule set takes the place of another.

    Both outcomes are of the same day and data, each with its own rules and policy.
    """
    findings = _findings(before.week, after.week)
    return Comparison(
        moved=_moved(before, after, findings),
        rules=_rules(before.screened, after.screened, findings),
        listed_before=before.week.ranked.height,
        listed_after=after.week.ranked.height,
    )


def _findings(before: ScoredWeek, after: ScoredWeek) -> pl.DataFrame:
    """supplier_id, rule_id, what (gained, lost, changed) of each finding that is not the same."""
    key = ["supplier_id", "rule_id"]
    # A supplier may have several findings of one rule, one for each subject.
    told = [
        week.findings.sort(*key, "subject_id", "summary_sv")
        .group_by(key, maintain_order=True)
        .agg(pl.struct(_FOUND).alias("found"))
        for week in (before, after)
    ]
    both = told[0].join(told[1], on=key, how="full", coalesce=True, suffix="_after")
    what = (
        pl.when(pl.col("found").is_null())
        .then(pl.lit("gained"))
        .when(pl.col("found_after").is_null())
        .then(pl.lit("lost"))
        .when(pl.col("found") != pl.col("found_after"))
        .then(pl.lit("changed"))
    )
    return both.select(*key, what=what).drop_nulls("what").sort(*key)


def _everyone(week: ScoredWeek) -> pl.DataFrame:
    columns = ["supplier_id", "orgnr", "name", "is_sole_trader", "band", "points", "rank"]
    money = pl.col("exposure_sek_12m").alias("spend_12m_sek")
    return pl.concat([frame.select(*columns, money) for frame in (week.ranked, week.unlisted)])


def _moved(before: Outcome, after: Outcome, findings: pl.DataFrame) -> pl.DataFrame:
    reasons = findings.group_by("supplier_id").agg(
        pl.col("rule_id").filter(pl.col("what") == what).sort().alias(what)
        for what in ("gained", "lost", "changed")
    )
    points = pl.col("points_after") - pl.col("points_before")
    move = (
        pl.when(pl.col("rank_before").is_null() & pl.col("rank_after").is_not_null())
        .then(pl.lit("comes"))
        .when(pl.col("rank_before").is_not_null() & pl.col("rank_after").is_null())
        .then(pl.lit("goes"))
        .when(points > 0)
        .then(pl.lit("up"))
        .when(points < 0)
        .then(pl.lit("down"))
        .when(
            pl.col("band_before").ne_missing(pl.col("band_after")) | pl.col("gained").is_not_null()
        )
        .then(pl.lit("other"))
    )
    both = (
        _everyone(before.week)
        .rename({name: f"{name}_before" for name in ("band", "points", "rank")})
        .join(
            _everyone(after.week).select(
                "supplier_id",
                *(pl.col(name).alias(f"{name}_after") for name in ("band", "points", "rank")),
            ),
            on="supplier_id",
        )
        .join(reasons, on="supplier_id", how="left")
        .with_columns(pl.col("points_before", "points_after").fill_null(0))
    )
    return (
        both.with_columns(move=move.cast(pl.Enum(MOVES)), difference=points.abs())
        .drop_nulls("move")
        .sort("move", "difference", "supplier_id", descending=[False, True, False])
        .with_columns(pl.col("gained", "lost", "changed").fill_null([]))
        .select(pl.col(name).cast(dtype) for name, dtype in MOVED_SCHEMA.items())
    )


def _hashes(rules: RuleSet, name: str) -> pl.DataFrame:
    rows = [(rule.id, content_hash(rule)) for rule in rules.rules]
    rows += [(failed.id, failed.content_hash) for failed in rules.failed]
    return pl.DataFrame(rows, schema={"rule_id": pl.String, name: pl.String}, orient="row")


def _rules(before: Screened, after: Screened, findings: pl.DataFrame) -> pl.DataFrame:
    counted = findings.group_by("rule_id").agg(
        (pl.col("what") == what).sum().cast(pl.Int64).alias(what)
        for what in ("gained", "lost", "changed")
    )
    own = ["status", "found", "not_checked"]
    sides = [
        screened.result.rules.select(
            "rule_id", *(pl.col(name).alias(f"{name}_{side}") for name in own)
        ).join(_hashes(screened.rules, f"hash_{side}"), on="rule_id", how="left")
        for side, screened in (("before", before), ("after", after))
    ]
    change = (
        pl.when(pl.col("status_before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("status_after").is_null())
        .then(pl.lit("removed"))
        .when(pl.col("hash_before").ne_missing(pl.col("hash_after")))
        .then(pl.lit("edited"))
        .otherwise(pl.lit("same"))
    )
    return (
        sides[0]
        .join(sides[1], on="rule_id", how="full", coalesce=True)
        .join(counted, on="rule_id", how="left")
        .with_columns(pl.col("gained", "lost", "changed").fill_null(0), change=change)
        .sort("rule_id")
        .select(pl.col(name).cast(dtype) for name, dtype in RULES_SCHEMA.items())
    )
