"""The table of sources as the list shows it: rows of texts, and a line for the top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from screening.messages import Language, text
from screening.reports.freshness import counted
from screening.reports.manifest import Manifest, SourceState
from screening.reports.written_numbers import number
from screening.scoring.rule_face import RuleFace

SOURCES_SCHEMA: dict[str, pl.DataType] = {
    "title": pl.String(),
    "status": pl.String(),
    "newest": pl.String(),
    "age": pl.Int64(),
    "limit": pl.Int64(),
    "files": pl.Int64(),
    "rows": pl.Int64(),
    "rules": pl.String(),
    "suppliers": pl.Int64(),
    "text": pl.String(),
}


@dataclass(frozen=True)
class SourceRow:
    """One source for the page. ``style`` is that of a band: high, elevated or low."""

    title: str
    status: str
    style: str
    newest: str
    age: str
    limit: str
    files: str
    rows: str
    suppliers: str
    text: str


def summary(states: Sequence[SourceState], language: Language) -> str:
    """The line for the top of a list; empty where nothing is old or missing."""
    bad = [each for each in states if each.rules]
    soon = [each for each in states if each.rules_soon and not each.rules]
    said = []
    if bad:
        needed = sum(bool(each.needed_by) for each in states)
        rules = counted("rules", len({rule for each in bad for rule in each.rules}), language)
        said.append(text("freshness.summary", language, bad=len(bad), needed=needed, rules=rules))
    if soon:
        said.append(
            text("freshness.summary_soon", language, soon=counted("sources", len(soon), language))
        )
    return " ".join(said)


def source_rows(states: Sequence[SourceState], language: Language) -> list[SourceRow]:
    """The sources that are there or needed, the worst first."""
    return [
        SourceRow(
            title=each.title,
            status=text(f"freshness.status_{each.status}", language),
            style=_style(each),
            newest=each.newest_as_of.isoformat() if each.newest_as_of else "–",
            age="–" if each.age_days is None else number(each.age_days, language),
            limit=number(each.limit_days, language),
            files=number(each.files, language),
            rows=number(each.rows, language),
            suppliers=number(each.suppliers_not_checked, language),
            text=each.text,
        )
        for each in states
        if not each.is_idle
    ]


def _style(each: SourceState) -> str:
    if each.rules:
        return "high"
    return "low" if each.status == "fresh" else "elevated"


def idle_sources(states: Sequence[SourceState], language: Language) -> str:
    """The sources that are not there and that no rule needs, in a sentence."""
    titles = sorted(each.title for each in states if each.is_idle)
    if not titles:
        return ""
    return text("freshness.unneeded", language, titles=", ".join(titles))


def sources_frame(
    manifest: Manifest, faces: Mapping[str, RuleFace], language: Language
) -> pl.DataFrame:
    """The same for the workbook (``SOURCES_SCHEMA``), with every rule by name, a line each."""
    rows = [
        {
            "title": each.title,
            "status": text(f"freshness.status_{each.status}", language),
            "newest": each.newest_as_of.isoformat() if each.newest_as_of else None,
            "age": each.age_days,
            "limit": each.limit_days,
            "files": each.files,
            "rows": each.rows,
            "rules": "\n".join(_title(rule, faces, language) for rule in each.rules),
            "suppliers": each.suppliers_not_checked,
            "text": each.text,
        }
        for each in manifest.sources
    ]
    return pl.DataFrame(rows, schema=SOURCES_SCHEMA)


def _title(rule_id: str, faces: Mapping[str, RuleFace], language: Language) -> str:
    face = faces.get(rule_id)
    return face.title.get(language, rule_id) if face else rule_id
