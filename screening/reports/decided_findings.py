"""The section of what people decided about findings: on the page, in the workbook, in a line."""

from dataclasses import dataclass

import polars as pl

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.case_words import status_words
from screening.reports.manifest import DecidedFindings
from screening.reports.readable import ReadableWeek
from screening.scoring.judgements import STATUSES
from screening.scoring.policy import SEVERITIES

#: Findings shown on the page; all are in the workbook and in findings.csv.
SHOWN = 200


@dataclass(frozen=True)
class DecidedLine:
    """One finding that somebody decided about, in words."""

    place: str
    name: str
    title: str
    status: str
    style: str
    note: str


def decided_summary(decided: DecidedFindings, language: Language) -> str:
    """How many findings are put aside or back, and who is off the list for it; empty if none."""
    if not decided.is_any:
        return ""
    return text(
        "judgements.summary",
        language,
        aside=written.number(decided.snoozed + decided.explained, language),
        overridden=written.number(decided.overridden, language),
        suppliers=written.number(decided.suppliers_set_aside, language),
        returned=written.number(decided.returned, language),
    )


def decided_lines(week: ReadableWeek) -> tuple[list[DecidedLine], int]:
    """The first findings that somebody decided about, and how many more there are."""
    language = week.language
    rows = _decided(week)
    lines = [
        DecidedLine(
            place=str(row["rank"]) if row["rank"] else text("judgements.off_list", language),
            name=row["name"] or row["supplier_id"],
            title=row["title"],
            status=status_words(row["case_status"], language),
            style=row["case_status"],
            note=row["case_note"],
        )
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    return lines, max(0, rows.height - SHOWN)


def decided_table(week: ReadableWeek) -> pl.DataFrame:
    """All of them, with the words of the language, for a sheet."""
    language = week.language
    severities = {each: text(f"scoring.severity_{each}", language) for each in SEVERITIES}
    statuses = {each: status_words(each, language) for each in STATUSES}
    return _decided(week).with_columns(
        pl.coalesce("name", "supplier_id").alias("name"),
        pl.col("severity").replace(severities),
        pl.col("case_status").replace(statuses),
    )


def _decided(week: ReadableWeek) -> pl.DataFrame:
    """Those that are back first, then who is off the list because of decisions, then by rank."""
    order = {status: place for place, status in enumerate(STATUSES)}
    return (
        week.findings.drop_nulls("case_note")
        .with_columns(
            is_calm=pl.col("case_status") != "returned",
            status_place=pl.col("case_status").replace_strict(order, return_dtype=pl.Int64),
        )
        .sort(
            ["is_calm", "rank", "supplier_id", "status_place", "rule_id", "finding"],
            nulls_last=False,
        )
    )
