"""The four pictures of the week: bands, areas, money, change."""

from decimal import Decimal

import polars as pl
from markupsafe import Markup

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.charts import Bar, bar_chart, described
from screening.reports.readable import ReadableWeek, area_name, band_name
from screening.scoring.changes import CHANGES
from screening.scoring.judgements import is_put_aside
from screening.scoring.policy import BANDS

_STYLES: dict[str, str] = dict(zip(BANDS, ("high", "elevated", "low"), strict=True))


def pictures(week: ReadableWeek) -> list[tuple[str, Markup]]:
    """Title and SVG of each picture that has something to show."""
    drawn = [
        ("bands", _bands(week)),
        ("change", _changes(week) if week.week.previous_week else []),
        ("money", _money(week)),
        ("areas", _areas(week)),
    ]
    titled = [(name, text(f"reports.chart_{name}", week.language), bars) for name, bars in drawn]
    return [
        (title, bar_chart(name, title, described(bars), bars))
        for name, title, bars in titled
        if any(bar.value for bar in bars)
    ]


def _bands(week: ReadableWeek) -> list[Bar]:
    counts = _counts(week.suppliers, "band")
    return [
        Bar(
            band_name(band, week.language),
            counts.get(band, 0),
            written.number(counts.get(band, 0), week.language),
            _STYLES[band],
        )
        for band in BANDS
    ]


def _areas(week: ReadableWeek) -> list[Bar]:
    is_open = pl.col("still_open").fill_null(value=False)
    is_risk = (pl.col("kind") == "risk") & is_open & ~is_put_aside()
    counts = _counts(week.findings.filter(is_risk), "area")
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        Bar(area_name(area, week.language), count, written.number(count, week.language))
        for area, count in ordered
    ]


def _money(week: ReadableWeek) -> list[Bar]:
    by_band = week.suppliers.group_by("band").agg(pl.col("exposure_sek_12m").sum())
    sums: dict[str, Decimal] = dict(by_band.iter_rows())
    return [_money_bar(band, sums.get(band) or Decimal(0), week.language) for band in BANDS]


def _money_bar(band: str, amount: Decimal, language: Language) -> Bar:
    return Bar(
        band_name(band, language),
        max(float(amount), 0.0),
        written.million_sek(amount, language),
        _STYLES[band],
    )


def _changes(week: ReadableWeek) -> list[Bar]:
    """None where nothing changed: the words above the pictures say that already."""
    counts = _counts(week.suppliers, "change") | {"left": week.left.height}
    if sum(counts.values()) == counts.get("same", 0):
        return []
    return [
        Bar(
            text(f"scoring.change_{change}", week.language),
            counts.get(change, 0),
            written.number(counts.get(change, 0), week.language),
            "worse" if change in {"new", "back", "up"} else "plain",
        )
        for change in (*CHANGES, "left")
    ]


def _counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame.group_by(column).agg(pl.len()).iter_rows())
