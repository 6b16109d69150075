"""``report.html``: the week for a reader, in one file that needs nothing else.

No script, no font, no picture from elsewhere: it can be mailed, filed and opened in ten years.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.cards import Card, cards
from screening.reports.decided_findings import decided_lines, decided_summary
from screening.reports.freshness_table import idle_sources, source_rows, summary
from screening.reports.manifest import Manifest
from screening.reports.own_findings import own_sections
from screening.reports.pictures import pictures
from screening.reports.readable import ReadableWeek, band_name, source_title
from screening.reports.reading_guide import decisions_guide, reading_guide
from screening.reports.unchecked import unchecked_rules
from screening.scoring.policy import BANDS

#: Suppliers shown in full. A unit has time for a few dozen in a week; the rest is in the workbook.
SUPPLIERS_SHOWN = 100
#: Suppliers shown under *New and worse*.
NEWS_SHOWN = 12
_WORSE = ("new", "back", "up")


@cache
def _environment() -> Environment:
    """The page's templates; the texts of a week come with each rendering."""
    return Environment(
        loader=PackageLoader("screening.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_page(
    week: ReadableWeek,
    manifest: Manifest,
    quarantine: pl.DataFrame,
    not_checked: pl.DataFrame | None = None,
) -> str:
    """The page as HTML.

    Args:
        week: masked and in the language of the page.
        manifest: of the run, for what was not checked and what to look at.
        quarantine: with a ``source`` per row; only counts are shown.
        not_checked: rule_id, supplier_id, reason, source; see ``unchecked_rules``.
    """
    language = week.language
    shown = cards(week, SUPPLIERS_SHOWN)
    decided, decided_beyond = decided_lines(week)
    news = [] if week.week.previous_week is None else [c for c in shown if _is_worse(c)]
    return (
        _environment()
        .get_template("report.html")
        .render(
            lang=language,
            t=lambda key, **values: text(f"reports.{key}", language, **values),
            week_number=_week_number(week.week.week),
            previous_number=_week_number(week.week.previous_week),
            as_of=written.day(week.week.as_of, language),
            answer=_answer(week),
            news=news[:NEWS_SHOWN],
            news_beyond=_count(week, "change", *_WORSE) - min(len(news), NEWS_SHOWN),
            has_previous=week.week.previous_week is not None,
            pictures=pictures(week),
            cards=shown,
            listed=week.suppliers.height,
            gone=_gone(week),
            decided=decided_summary(manifest.decided_findings, language),
            decided_rule=decisions_guide(week.week.policy, language),
            decided_lines=decided,
            decided_beyond=decided_beyond,
            j=lambda key, **values: text(f"judgements.{key}", language, **values),
            own=own_sections(week, manifest),
            freshness=summary(manifest.sources, language),
            sources=source_rows(manifest.sources, language),
            idle_sources=idle_sources(manifest.sources, language),
            f=lambda key, **values: text(f"freshness.{key}", language, **values),
            unchecked=unchecked_rules(manifest, not_checked, week.week.rules, language),
            notices=_notices(manifest, quarantine, week),
            guide=reading_guide(week.week.policy, language),
            run=_about(manifest, week),
        )
    )


def write_page(
    week: ReadableWeek,
    manifest: Manifest,
    quarantine: pl.DataFrame,
    not_checked: pl.DataFrame | None,
    path: Path,
) -> None:
    page = render_page(week, manifest, quarantine, not_checked)
    path.write_text(page, encoding="utf-8", newline="\n")


def _is_worse(card: Card) -> bool:
    return card.change_style in _WORSE


def _week_number(week: str | None) -> str:
    return str(int(week.partition("-W")[2])) if week else ""


def _count(week: ReadableWeek, column: str, *values: str) -> int:
    return week.suppliers.filter(pl.col(column).is_in(values)).height


def _answer(week: ReadableWeek) -> dict[str, str]:
    """The first lines of the page: how many, how bad, what is new, how much money."""
    language, listed = week.language, week.suppliers.height
    if listed == 0:
        return {"head": text("reports.answer_none", language), "bands": "", "news": "", "money": ""}
    if listed == 1:
        head = text("reports.answer_one", language)
    else:
        head = text("reports.answer_many", language, count=written.number(listed, language))
    high, elevated, low = (_count(week, "band", band) for band in BANDS)
    return {
        "head": head,
        "bands": text("reports.answer_bands", language, high=high, elevated=elevated, low=low),
        "news": _news(week),
        "money": _money(week),
    }


def _news(week: ReadableWeek) -> str:
    if week.week.previous_week is None:
        return text("reports.answer_first", week.language)
    counts = {
        "new": _count(week, "change", "new"),
        "back": _count(week, "change", "back"),
        "up": _count(week, "change", "up"),
        "down": _count(week, "change", "down"),
        "left": week.left.height,
    }
    said = [
        text(f"reports.news_{name}", week.language, count=count)
        for name, count in counts.items()
        if count
    ]
    if not said:
        return text("reports.answer_no_news", week.language)
    return text("reports.answer_news", week.language, news=", ".join(said))


def _money(week: ReadableWeek) -> str:
    on_list, others = _exposure(week.suppliers), _exposure(week.unlisted)
    total = on_list + others
    if total <= 0:
        return ""
    return text(
        "reports.answer_money",
        week.language,
        listed=written.million_sek(on_list, week.language),
        share=written.percent(on_list / total, week.language),
        suppliers=written.number(week.suppliers.height + week.unlisted.height, week.language),
    )


def _exposure(suppliers: pl.DataFrame) -> Decimal:
    """What the suppliers invoiced in twelve months, together."""
    return Decimal(str(suppliers.get_column("exposure_sek_12m").sum() or 0))


def _gone(week: ReadableWeek) -> list[Mapping[str, Any]]:
    language = week.language
    return [
        {
            "name": row["name"] or row["supplier_id"],
            "before": _stood(row, language),
            "why": _gone_why(row, language),
        }
        for row in week.left.to_dicts()
    ]


def _gone_why(row: Mapping[str, Any], language: Language) -> str:
    if row["is_set_aside"]:
        return text("judgements.gone", language)
    return text(f"reports.{'gone_cleared' if row['is_cleared'] else 'gone_unknown'}", language)


def _stood(row: Mapping[str, Any], language: Language) -> str:
    """Where a supplier stood on the last list; an older list may not say its band."""
    points = text("reports.points_only", language, points=row["points_before"])
    if row["band_before"] not in BANDS:
        return points
    return f"{band_name(row['band_before'], language)}, {points}"


def _notices(manifest: Manifest, quarantine: pl.DataFrame, week: ReadableWeek) -> list[str]:
    counts = quarantine.group_by("source").agg(pl.len()).sort("source").iter_rows()
    rows = [
        text(
            "reports.quarantined",
            week.language,
            count=written.number(count, week.language),
            source=source_title(source, week.language),
        )
        for source, count in counts
    ]
    return [each.text for each in manifest.without_personal_numbers().warnings] + rows


def _about(manifest: Manifest, week: ReadableWeek) -> list[tuple[str, str]]:
    """What the page was made from. Nothing of the clock: the same inputs give the same page."""
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    return [
        ("run_id", manifest.run_id),
        ("as_of", week.week.as_of.isoformat()),
        ("versions", versions),
        ("inputs_hash", manifest.inputs_hash),
        ("rules_hash", manifest.rules_hash),
    ]
