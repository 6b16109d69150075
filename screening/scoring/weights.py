"""What the points of each severity would be, had people's answers decided them.

Suppliers that somebody looked into are labelled: something was found, or nothing was. A logistic
regression on how many findings of each severity they had says what a finding is worth, held to two
promises of the policy: a graver severity never gives fewer points, and no severity gives none. It
is pulled towards the points of today, the more so the fewer labels there are. It is proposed, with
what it would change, and never written: a person decides, and says why in the policy.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from screening.scoring.bands import bands
from screening.scoring.points import weighed, with_granted
from screening.scoring.policy import BANDS, SEVERITIES, Policy
from screening.scoring.priority import with_priority

#: Fewer labelled suppliers than this, or fewer of either answer, say nothing.
LEAST_LABELLED = 30
LEAST_OF_EACH = 10
#: How many of the list's first are compared.
TOP = 20
#: The most points that a finding may give (see the model of rules).
_MOST_POINTS = 1000
#: How hard today's points pull: as many labels as would weigh as much.
_PULL = 10.0
#: Rounds of the fit; it stands still long before.
_ROUNDS = 200
#: From the mildest up, as they add up in the fit.
_MILDEST_FIRST = SEVERITIES[::-1]


class TooFewLabelsError(ValueError):
    """The labels are too few to propose anything from."""

    def __init__(self, labelled: int, confirmed: int) -> None:
        self.values = {
            "labelled": labelled,
            "confirmed": confirmed,
            "cleared": labelled - confirmed,
            "least": LEAST_LABELLED,
            "least_each": LEAST_OF_EACH,
        }
        super().__init__(", ".join(f"{name}={value}" for name, value in self.values.items()))


@dataclass(frozen=True)
class Proposal:
    """Points that fit the labels, beside those of today, and what they would change.

    Attributes:
        labelled: suppliers on the list that the fit rests on.
        confirmed: of them, those in which something was found.
        is_assumed_clear: the labels name no supplier in which nothing was found, so every one
            without a label was taken for such.
        points: severity, points, proposed, suppliers (labelled, with an open finding of it),
            confirmed (of them).
        rules: rule_id, severity, suppliers, confirmed, precision (smoothed towards the severity's).
        top: supplier_id, name (null for sole traders), rank, rank_proposed, points,
            points_proposed: who is among the first :data:`TOP` by only one of the two.
        bands: band, suppliers, proposed.
        precision: top, now, proposed: share confirmed among the labelled so far down.
    """

    labelled: int
    confirmed: int
    is_assumed_clear: bool
    points: pl.DataFrame
    rules: pl.DataFrame
    top: pl.DataFrame
    bands: pl.DataFrame
    precision: pl.DataFrame

    @property
    def is_change(self) -> bool:
        """Whether any severity would give other points."""
        return not self.points.get_column("points").equals(
            self.points.get_column("proposed"), check_names=False
        )

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        frames = ("points", "rules", "top", "bands", "precision")
        return {
            "labelled": self.labelled,
            "confirmed": self.confirmed,
            "is_assumed_clear": self.is_assumed_clear,
            "is_change": self.is_change,
            **{name: getattr(self, name).to_dicts() for name in frames},
        }


def propose_weights(
    ranked: pl.DataFrame, findings: pl.DataFrame, answers: pl.DataFrame, policy: Policy
) -> Proposal:
    """Points per severity that fit what people found out, and what they would change.

    Args:
        ranked: the list as published (``RANKED_SCHEMA``).
        findings: its findings (``FINDING_SCHEMA``); open risk findings that nobody put aside count.
        answers: supplier_id, is_confirmed: suppliers that somebody looked into. Where none is
            false, every other supplier on the list is taken for one in which nothing was found.
        policy: the points of today.

    Raises:
        TooFewLabelsError: too few labelled suppliers, or too few of one answer.
    """
    counted = findings.filter(
        (pl.col("kind") == "risk")
        & pl.col("still_open").fill_null(value=False)
        & (pl.col("points_raw") > 0)
    ).with_columns(sureness=pl.col("match_confidence").fill_nan(None).fill_null(1.0).clip(0, 1))
    on_list = ranked.filter(pl.col("rank").is_not_null()).sort("rank")
    known, is_assumed = _answered(on_list, answers)
    confirmed = int(known.get_column("is_confirmed").sum())
    if known.height < LEAST_LABELLED or min(confirmed, known.height - confirmed) < LEAST_OF_EACH:
        raise TooFewLabelsError(known.height, confirmed)
    proposed = _fitted_points(_patterns(counted, known), policy)
    changed = policy.model_copy(update={"points": proposed})
    after = _relisted(on_list, counted, policy, changed)
    both = on_list.select(
        "supplier_id",
        "rank",
        "points",
        "band",
        name=pl.when(~pl.col("is_sole_trader").fill_null(value=False)).then("name"),
    ).join(after, on="supplier_id", how="left")
    return Proposal(
        labelled=known.height,
        confirmed=confirmed,
        is_assumed_clear=is_assumed,
        points=_points_table(counted, known, policy, changed),
        rules=_rules_table(counted, known),
        top=_top_table(both),
        bands=_bands_table(both),
        precision=_precision_table(both, known),
    )


def _answered(on_list: pl.DataFrame, answers: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """supplier_id and is_confirmed of those on the list; and whether the clear are assumed."""
    given = answers.group_by("supplier_id").agg(pl.col("is_confirmed").any())
    listed = on_list.select("supplier_id").join(given, on="supplier_id", how="left")
    is_assumed = bool(given.get_column("is_confirmed").all())
    if is_assumed:
        return listed.with_columns(pl.col("is_confirmed").fill_null(value=False)), True
    return listed.drop_nulls("is_confirmed"), False


def _patterns(counted: pl.DataFrame, known: pl.DataFrame) -> list[tuple[list[float], int, int]]:
    """(findings by severity, mildest first; suppliers; confirmed) of those who look alike."""
    sums = [
        pl.col("sureness").filter(pl.col("severity") == severity).sum().round(2).alias(severity)
        for severity in _MILDEST_FIRST
    ]
    by_supplier = counted.group_by("supplier_id").agg(sums)
    alike = (
        known.join(by_supplier, on="supplier_id", how="left")
        .with_columns(pl.col(_MILDEST_FIRST).fill_null(0.0))
        .group_by(_MILDEST_FIRST)
        .agg(suppliers=pl.len(), confirmed=pl.col("is_confirmed").sum())
        .sort(_MILDEST_FIRST)
    )
    return [(list(row[:4]), int(row[4]), int(row[5])) for row in alike.iter_rows()]


def _fitted_points(
    patterns: Sequence[tuple[list[float], int, int]], policy: Policy
) -> dict[str, int]:
    """Points by severity: first what a point of today is worth, then what each severity is."""
    now = [policy.points[severity] / 100 for severity in _MILDEST_FIRST]
    totals = [([sum(x * w for x, w in zip(xs, now, strict=True))], n, k) for xs, n, k in patterns]
    _, (worth,) = _fit(totals, [0.0], lambda weights: ([0.01 * weights[0]], [0.01]))
    worth = max(worth, 0.1)  # where the list says nothing, today's points stay what they are
    prior = [worth * weight for weight in now]
    steps = [prior[0], *(graver - milder for milder, graver in pairwise(prior))]
    # A finding of a severity is worth the steps of all milder ones and its own: never less.
    stepped = [([sum(xs[i:]) for i in range(len(xs))], n, k) for xs, n, k in patterns]

    def pull(weights: Sequence[float]) -> tuple[list[float], list[float]]:
        slopes, bends = [], []
        for i in range(len(weights)):
            slope = bend = 0.0
            for severity in range(i, len(weights)):
                value = sum(weights[: severity + 1])
                slope += _PULL * (value - prior[severity]) / prior[severity] ** 2
                bend += _PULL / prior[severity] ** 2
            slopes.append(slope)
            bends.append(bend)
        return slopes, bends

    _, fitted = _fit(stepped, steps, pull)
    values = [sum(fitted[: i + 1]) for i in range(len(fitted))]
    rounded = [min(_MOST_POINTS, max(1, round(100 * value / worth))) for value in values]
    by_severity = dict(zip(_MILDEST_FIRST, rounded, strict=True))
    return {severity: by_severity[severity] for severity in SEVERITIES}


def _fit(
    patterns: Sequence[tuple[list[float], int, int]],
    start: Sequence[float],
    pull: Callable[[Sequence[float]], tuple[list[float], list[float]]],
) -> tuple[float, list[float]]:
    """Intercept and weights, none below nought, of a logistic regression.

    One after the other is moved by a damped Newton step, which needs no matrix and always ends in
    the same place, for what is minimised is convex.
    """
    intercept, weights = 0.0, list(start)
    for _ in range(_ROUNDS):
        for moved in range(-1, len(weights)):
            slope, bend = 0.0, 1e-6
            for xs, n, k in patterns:
                x = 1.0 if moved < 0 else xs[moved]
                if x:
                    odds = intercept + sum(w * v for w, v in zip(weights, xs, strict=True))
                    share = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
                    slope += x * (n * share - k)
                    bend += x * x * n * max(share * (1 - share), 1e-4)
            if moved < 0:
                intercept -= max(-2.0, min(2.0, slope / bend))
                continue
            slopes, bends = pull(weights)
            step = (slope + slopes[moved]) / (bend + bends[moved])
            weights[moved] = max(0.0, weights[moved] - max(-1.0, min(1.0, step)))
    return intercept, weights


def _relisted(
    on_list: pl.DataFrame, counted: pl.DataFrame, policy: Policy, changed: Policy
) -> pl.DataFrame:
    """supplier_id, rank, points and band as they would be; a rule's own points stay."""

    def by_severity(given: Policy) -> pl.Expr:
        points = {str(severity): value for severity, value in given.points.items()}
        base = pl.col("severity").replace_strict(points, default=0, return_dtype=pl.Int64)
        return weighed(base)

    raw = counted.with_columns(
        points_raw=pl.when(pl.col("points_raw") == by_severity(policy))
        .then(by_severity(changed))
        .otherwise("points_raw")
    )
    granted = with_granted(raw.drop("points"), changed, ["supplier_id"])
    scored = bands(granted, changed, ["supplier_id"]).select("supplier_id", "points", "band")
    money = on_list.select("supplier_id", "amount_sek", "exposure_sek_12m", "criticality")
    ordered = with_priority(money.join(scored, on="supplier_id"), changed).sort(
        ["priority", "points", "supplier_id"], descending=[True, True, False]
    )
    return ordered.select(
        "supplier_id",
        rank_proposed=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        points_proposed="points",
        band_proposed="band",
    )


def _points_table(
    counted: pl.DataFrame, known: pl.DataFrame, policy: Policy, changed: Policy
) -> pl.DataFrame:
    has = counted.select("supplier_id", "severity").unique().join(known, on="supplier_id")
    seen = has.group_by("severity").agg(
        suppliers=pl.len().cast(pl.Int64), confirmed=pl.col("is_confirmed").sum().cast(pl.Int64)
    )
    table = pl.DataFrame(
        {
            "severity": SEVERITIES,
            "points": [policy.points[severity] for severity in SEVERITIES],
            "proposed": [changed.points[severity] for severity in SEVERITIES],
        }
    )
    return table.join(seen, on="severity", how="left", maintain_order="left").with_columns(
        pl.col("suppliers", "confirmed").fill_null(0)
    )


def _rules_table(counted: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """By rule, how often something was found; with few labels, nearly what its severity says."""
    has = counted.select("supplier_id", "rule_id", "severity").unique()
    tied = has.join(known, on="supplier_id")
    share = pl.col("is_confirmed").mean()
    of_severity = tied.group_by("severity").agg(expected=share)
    return (
        tied.group_by("rule_id", "severity")
        .agg(
            suppliers=pl.len().cast(pl.Int64),
            confirmed=pl.col("is_confirmed").sum().cast(pl.Int64),
        )
        .join(of_severity, on="severity")
        .with_columns(
            precision=(
                (pl.col("confirmed") + _PULL * pl.col("expected")) / (pl.col("suppliers") + _PULL)
            ).round(3)
        )
        .drop("expected")
        .sort("precision", "rule_id")
    )


def _top_table(both: pl.DataFrame) -> pl.DataFrame:
    is_in, will_be = pl.col("rank") <= TOP, pl.col("rank_proposed") <= TOP
    columns = ("supplier_id", "name", "rank", "rank_proposed", "points", "points_proposed")
    return both.filter(is_in != will_be).select(columns).sort("rank_proposed", "supplier_id")


def _bands_table(both: pl.DataFrame) -> pl.DataFrame:
    table = pl.DataFrame({"band": BANDS}, schema={"band": pl.String})
    for name, column in (("suppliers", "band"), ("proposed", "band_proposed")):
        counts = both.group_by(pl.col(column).cast(pl.String).alias("band")).agg(
            pl.len().cast(pl.Int64).alias(name)
        )
        table = table.join(counts, on="band", how="left", maintain_order="left")
    return table.with_columns(pl.col("suppliers", "proposed").fill_null(0))


def _precision_table(both: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    tied = both.join(known, on="supplier_id")

    def share(depth: int, column: str) -> float | None:
        value = tied.filter(pl.col(column) <= depth).get_column("is_confirmed").mean()
        return round(value, 4) if isinstance(value, float) else None

    depths = (10, 20, 50, 100)
    return pl.DataFrame(
        {
            "top": depths,
            "now": [share(depth, "rank") for depth in depths],
            "proposed": [share(depth, "rank_proposed") for depth in depths],
        },
        schema={"top": pl.Int64, "now": pl.Float64, "proposed": pl.Float64},
    )
