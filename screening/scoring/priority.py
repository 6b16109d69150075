"""Priority: the order of the list. The score, weighed by money and by how critical the contract is.

All three parts are kept beside the product, so that a reader can reckon it again with the numbers
that are shown: everything is in whole numbers of hundredths and thousandths.
"""

import math

import polars as pl

from screening.scoring.points import score_hundredths
from screening.scoring.policy import Policy


def with_priority(suppliers: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Add score, money_factor, criticality_factor and priority to suppliers.

    Args:
        suppliers: ``points`` (Int64), ``amount_sek`` (at stake in its findings, nullable),
            ``exposure_sek_12m`` (nullable) and ``criticality`` (1-4, nullable: counts as 1).
        policy: its score curve and priority weights.
    """
    score = score_hundredths(pl.col("points"), policy)
    money = _money_thousandths(policy)
    criticality = _criticality_hundredths(policy)
    # hundredths x thousandths x hundredths -> hundredths
    product = (score * money * criticality + 50_000) // 100_000
    return suppliers.with_columns(
        score=_decimal(score, 100, pl.Decimal(5, 2)),
        money_factor=_decimal(money, 1000, pl.Decimal(5, 3)),
        criticality_factor=_decimal(criticality, 100, pl.Decimal(4, 2)),
        priority=_decimal(product, 100, pl.Decimal(9, 2)),
    )


def _money_thousandths(policy: Policy) -> pl.Expr:
    """The money factor in thousandths: even steps per tenfold, flat outside the two ends.

    Rounded to thousandths because the last digits of a logarithm differ between processors.
    """
    money = policy.priority.money
    span = math.log10(money.to_sek) - math.log10(money.from_sek)
    largest = (
        pl.max_horizontal("amount_sek", "exposure_sek_12m")
        .cast(pl.Float64)
        .fill_null(0.0)
        .clip(float(money.from_sek), float(money.to_sek))
    )
    share = (largest.log(10) - math.log10(money.from_sek)) / span
    lowest, highest = int(money.lowest * 1000), int(money.highest * 1000)
    return (lowest + (highest - lowest) * share).round().cast(pl.Int64)


def _criticality_hundredths(policy: Policy) -> pl.Expr:
    factors = {int(step): int(factor * 100) for step, factor in policy.priority.criticality.items()}
    return (
        pl.col("criticality").fill_null(1).clip(1, 4).replace_strict(factors, return_dtype=pl.Int64)
    )


def _decimal(whole: pl.Expr, parts: int, dtype: pl.Decimal) -> pl.Expr:
    """A whole number of ``parts`` as an exact decimal, by way of its shortest written form."""
    return (whole.cast(pl.Float64) / parts).round(int(math.log10(parts))).cast(dtype)
