"""Findings to a band, ``hög``, ``förhöjd`` or ``låg``, and the reason for it."""

import polars as pl

from screening.scoring.policy import BANDS, Policy

_HIGH, _ELEVATED, _LOW = BANDS
_GRAVE = ("critical", "high")
_MARKED = ("critical", "high", "medium")


def bands(findings: pl.DataFrame, policy: Policy, by: list[str]) -> pl.DataFrame:
    """The band of each group of ``by`` that has a risk finding.

    Args:
        findings: risk findings with area, severity, match_confidence and granted ``points``; other
            kinds are left out of account.
        policy: whose conditions count. Each only gets easier to meet with one finding more, so a
            further finding never lowers a band.
        by: the columns that make a group, usually the supplier.

    Returns:
        ``by``, ``points``, ``band``, ``band_reason`` (the first condition that holds, as a key in
        ``data/messages/scoring.yaml``), sorted by ``by``.
    """
    high, elevated = policy.bands.high, policy.bands.elevated
    sure = pl.col("match_confidence").fill_nan(None).fill_null(1.0) >= high.critical_confidence
    severity, area = pl.col("severity"), pl.col("area")
    known = (
        findings.filter(pl.col("kind") == "risk")
        .group_by(by)
        .agg(
            points=pl.col("points").sum(),
            sure_critical=((severity == "critical") & sure).any(),
            grave_areas=area.filter(severity.is_in(_GRAVE)).n_unique().cast(pl.Int64),
            marked_areas=area.filter(severity.is_in(_MARKED)).n_unique().cast(pl.Int64),
        )
    )
    reason = (
        pl.when(pl.col("sure_critical"))
        .then(pl.lit("high_by_critical"))
        .when(pl.col("grave_areas") >= high.high_areas)
        .then(pl.lit("high_by_areas"))
        .when(pl.col("points") >= high.points)
        .then(pl.lit("high_by_points"))
        .when(pl.col("grave_areas") >= elevated.high_areas)
        .then(pl.lit("elevated_by_grave"))
        .when(pl.col("marked_areas") >= elevated.medium_areas)
        .then(pl.lit("elevated_by_areas"))
        .when(pl.col("points") >= elevated.points)
        .then(pl.lit("elevated_by_points"))
        .otherwise(pl.lit("low_by_few"))
    )
    band = (
        pl.when(pl.col("band_reason").str.starts_with("high"))
        .then(pl.lit(_HIGH))
        .when(pl.col("band_reason").str.starts_with("elevated"))
        .then(pl.lit(_ELEVATED))
        .otherwise(pl.lit(_LOW))
    )
    return (
        known.with_columns(band_reason=reason)
        .with_columns(band=band)
        .select(*by, "points", "band", "band_reason")
        .sort(by)
    )
