"""``risk-list.xlsx``: the list for people who work in a spreadsheet.

Sheets: the list; one for each area with findings; what was found about our own control and our own
data; the evidence; how recent the sources were; what was not checked; how to read.
"""

from datetime import UTC, datetime, time
from pathlib import Path

import polars as pl

from screening.identity_numbers import written_orgnr_expr
from screening.messages import text
from screening.reports.case_words import status_words
from screening.reports.decided_findings import decided_table
from screening.reports.freshness_table import sources_frame, summary
from screening.reports.manifest import Manifest
from screening.reports.own_findings import OWN_KINDS, own_open
from screening.reports.readable import ReadableWeek, area_name, band_name
from screening.reports.reading_guide import reading_guide
from screening.reports.sheets import Book, SheetColumn, open_book
from screening.reports.unchecked import unchecked_rules
from screening.reports.written_numbers import day
from screening.scoring.changes import CHANGES
from screening.scoring.judgements import STATUSES
from screening.scoring.policy import BANDS, SEVERITIES

#: Rows of evidence per finding on the evidence sheet; all of them are in findings.csv.
EVIDENCE_PER_FINDING = 20
#: Rows that the evidence sheet holds at most: more makes a workbook that opens slowly.
EVIDENCE_AT_MOST = 200_000
#: Rows of evidence written out in a cell.
EVIDENCE_IN_CELL = 5

_LIST = (
    SheetColumn("rank", "col_rank", 7, "whole"),
    SheetColumn("supplier_id", "col_supplier_id", 15),
    SheetColumn("orgnr", "col_orgnr", 14),
    SheetColumn("supplier_no", "col_supplier_no", 11),
    SheetColumn("name", "col_name", 34, "wrapped"),
    SheetColumn("band", "col_band", 10, "band"),
    SheetColumn("score", "col_score", 9, "score"),
    SheetColumn("points", "col_points", 8, "whole"),
    SheetColumn("change", "col_change", 13),
    SheetColumn("reasons", "col_reasons", 64, "wrapped"),
    SheetColumn("amount_sek", "col_amount", 14, "money"),
    SheetColumn("exposure_sek_12m", "col_exposure", 14, "money"),
    SheetColumn("rules_found", "col_found", 8, "whole"),
    SheetColumn("rules_clear", "col_clear", 9, "whole"),
    SheetColumn("rules_not_checked", "col_not_checked", 13, "whole"),
    SheetColumn("action", "col_action", 48, "wrapped"),
    SheetColumn("case_status", "col_case", 12),
    SheetColumn("case_note", "judgements.col_note", 48, "wrapped"),
)
_AREA = (
    SheetColumn("rank", "col_rank", 7, "whole"),
    SheetColumn("name", "col_name", 30, "wrapped"),
    SheetColumn("title", "col_finding", 30, "wrapped"),
    SheetColumn("summary", "col_summary", 56, "wrapped"),
    SheetColumn("severity", "col_severity", 10),
    SheetColumn("amount_sek", "col_amount", 14, "money"),
    SheetColumn("points", "col_points", 8, "whole"),
    SheetColumn("points_raw", "col_points_raw", 10, "whole"),
    SheetColumn("match_confidence", "col_confidence", 9, "share"),
    SheetColumn("evidence", "col_evidence", 44, "wrapped"),
    SheetColumn("first_seen", "col_first_seen", 11, "day"),
    SheetColumn("action", "col_action", 48, "wrapped"),
)
_OWN = (
    SheetColumn("title", "col_finding", 34, "wrapped"),
    SheetColumn("name", "own_where", 30, "wrapped"),
    SheetColumn("supplier_id", "col_supplier_id", 15),
    SheetColumn("summary", "col_summary", 60, "wrapped"),
    SheetColumn("amount_sek", "col_amount", 14, "money"),
    SheetColumn("evidence", "col_evidence", 44, "wrapped"),
    SheetColumn("first_seen", "col_first_seen", 11, "day"),
    SheetColumn("action", "col_action", 60, "wrapped"),
)
_DECIDED = (
    SheetColumn("rank", "col_rank", 7, "whole"),
    SheetColumn("name", "col_name", 30, "wrapped"),
    SheetColumn("title", "col_finding", 30, "wrapped"),
    SheetColumn("case_status", "judgements.col_status", 14),
    SheetColumn("severity", "col_severity", 10),
    SheetColumn("points", "col_points", 8, "whole"),
    SheetColumn("points_by_rule", "judgements.col_points_by_rule", 10, "whole"),
    SheetColumn("case_decision", "judgements.col_decision", 7, "whole"),
    SheetColumn("case_by", "judgements.col_by", 18),
    SheetColumn("case_on", "judgements.col_on", 11, "day"),
    SheetColumn("case_until", "judgements.col_until", 12, "day"),
    SheetColumn("case_reason", "judgements.col_reason", 44, "wrapped"),
    SheetColumn("case_note", "judgements.col_note", 64, "wrapped"),
)
_EVIDENCE = (
    SheetColumn("rank", "col_rank", 7, "whole"),
    SheetColumn("name", "col_name", 34),
    SheetColumn("title", "col_finding", 38),
    SheetColumn("source", "col_source", 16),
    SheetColumn("file", "col_file", 48),
    SheetColumn("row", "col_row", 10, "whole"),
)
_NOT_CHECKED = (
    SheetColumn("title", "col_rule", 46, "wrapped"),
    SheetColumn("rule_id", "col_supplier_id", 34),
    SheetColumn("status", "col_status", 16),
    SheetColumn("suppliers", "col_suppliers", 13, "whole"),
    SheetColumn("reason", "col_why", 70, "wrapped"),
)
_SOURCES = (
    SheetColumn("title", "freshness.col_source", 34, "wrapped"),
    SheetColumn("status", "freshness.col_status", 17),
    SheetColumn("newest", "freshness.col_newest", 13),
    SheetColumn("age", "freshness.col_age", 9, "whole"),
    SheetColumn("limit", "freshness.col_limit", 9, "whole"),
    SheetColumn("files", "freshness.col_files", 7, "whole"),
    SheetColumn("rows", "freshness.col_rows", 11, "whole"),
    SheetColumn("rules", "freshness.col_rules", 48, "wrapped"),
    SheetColumn("suppliers", "freshness.col_suppliers", 15, "whole"),
    SheetColumn("text", "freshness.col_text", 64, "wrapped"),
)
_ABOUT = (
    SheetColumn("column", "col_column", 24),
    SheetColumn("meaning", "col_meaning", 90, "wrapped"),
)


def write_workbook(
    week: ReadableWeek,
    manifest: Manifest,
    not_checked: pl.DataFrame | None,
    path: Path,
    *,
    include_all: bool = False,
) -> None:
    """Write the workbook. The same week gives the same bytes: its date of creation is the as-of.

    Args:
        week: masked and in the language of the workbook.
        manifest: of the run, for what was not checked.
        not_checked: rule_id, supplier_id, reason, source; see ``unchecked_rules``.
        path: of the file to write.
        include_all: also the suppliers without findings, at the end of the list.
    """
    language = week.language
    created = datetime.combine(week.week.as_of, time(), UTC).replace(tzinfo=None)
    title = text("reports.book_title", language, week=week.week.week)
    with open_book(path, title, created, language) as book:
        listed = _list(week, include_all=include_all)
        top = summary(manifest.sources, language)
        book.sheet(text("reports.sheet_list", language), _LIST, listed, top)
        _write_areas(book, week)
        _write_own(book, week)
        _write_decided(book, week)
        _write_evidence(book, week)
        _write_sources(book, week, manifest)
        _write_not_checked(book, week, manifest, not_checked)
        _write_about(book, week)


def _list(week: ReadableWeek, *, include_all: bool) -> pl.DataFrame:
    language = week.language
    bands = {band: band_name(band, language) for band in BANDS}
    changes = {change: text(f"scoring.change_{change}", language) for change in CHANGES}
    frames = [week.suppliers, week.unlisted] if include_all else [week.suppliers]
    return pl.concat(frames).with_columns(
        pl.col("band").replace(bands),
        pl.col("change").replace(changes),
        pl.col("reasons", "case_note").str.replace_all(" | ", "\n", literal=True),
        case_status=_status_words(week),
        orgnr=written_orgnr_expr(pl.col("orgnr")),
    )


def _status_words(week: ReadableWeek) -> pl.Expr:
    """What the list has as codes, joined, in words."""
    words = {each: status_words(each, week.language) for each in STATUSES}
    return pl.col("case_status").str.replace_many(words).str.replace_all(" | ", ", ", literal=True)


def _write_decided(book: Book, week: ReadableWeek) -> None:
    """What people decided, where anybody did: a week without decisions has no such sheet."""
    rows = decided_table(week)
    if rows.height:
        book.sheet(text("judgements.sheet", week.language), _DECIDED, rows)


def _open(week: ReadableWeek) -> pl.DataFrame:
    return week.findings.filter(pl.col("still_open").fill_null(value=False))


def _write_areas(book: Book, week: ReadableWeek) -> None:
    """A sheet per area with open findings about suppliers, by the area's name in the language."""
    language = week.language
    severities = {each: text(f"scoring.severity_{each}", language) for each in SEVERITIES}
    told = (
        _open(week)
        .filter(pl.col("kind") == "risk")
        .join(_evidence_in_cells(week), on="finding", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("name", "supplier_id").alias("name"),
            pl.col("severity").replace(severities),
        )
    )
    names = {area: area_name(area, language) for area in told.get_column("area").unique()}
    for area, name in sorted(names.items(), key=lambda entry: entry[1]):
        book.sheet(name, _AREA, told.filter(pl.col("area") == area))


def _write_own(book: Book, week: ReadableWeek) -> None:
    """A sheet for each kind of finding about ourselves, where there are any; never any points."""
    for kind in OWN_KINDS:
        found = own_open(week, kind)
        if found.is_empty():
            continue
        told = found.join(
            _evidence_in_cells(week), on="finding", how="left", maintain_order="left"
        ).with_columns(pl.coalesce("name", "supplier_id").alias("name"))
        book.sheet(text(f"reports.sheet_{kind}", week.language), _OWN, told)


def _evidence_in_cells(week: ReadableWeek) -> pl.DataFrame:
    """finding, evidence: ``file: 12, 14 (+3)`` per file, a line each."""
    more = pl.col("count") - EVIDENCE_IN_CELL
    return (
        week.evidence.group_by("finding", "file")
        .agg(
            rows=pl.col("row").sort().head(EVIDENCE_IN_CELL).cast(pl.String).str.join(", "),
            count=pl.len().cast(pl.Int64),
        )
        .sort("finding", "file")
        .with_columns(
            line=pl.concat_str(
                "file",
                pl.lit(": "),
                "rows",
                pl.when(more > 0).then(pl.format(" (+{})", more)).otherwise(pl.lit("")),
            )
        )
        .group_by("finding", maintain_order=True)
        .agg(evidence=pl.col("line").str.join("\n"))
    )


def _write_evidence(book: Book, week: ReadableWeek) -> None:
    language = week.language
    first = pl.int_range(pl.len()).over("finding") < EVIDENCE_PER_FINDING
    shown = (
        _open(week)
        .select("finding", "rank", pl.coalesce("name", "supplier_id").alias("name"), "title")
        .join(week.evidence.filter(first), on="finding", how="inner", maintain_order="left_right")
        .head(EVIDENCE_AT_MOST)
    )
    book.sheet(text("reports.sheet_evidence", language), _EVIDENCE, shown)


def _write_sources(book: Book, week: ReadableWeek, manifest: Manifest) -> None:
    """How recent each source was, the worst first."""
    rows = sources_frame(manifest, week.week.rules, week.language)
    book.sheet(text("freshness.sheet", week.language), _SOURCES, rows)


def _write_not_checked(
    book: Book, week: ReadableWeek, manifest: Manifest, not_checked: pl.DataFrame | None
) -> None:
    language = week.language
    rules = unchecked_rules(manifest, not_checked, week.week.rules, language)
    rows = pl.DataFrame(
        [vars(rule) for rule in rules],
        schema={
            "rule_id": pl.String,
            "title": pl.String,
            "status": pl.String,
            "suppliers": pl.Int64,
            "reason": pl.String,
        },
    )
    book.sheet(text("reports.sheet_not_checked", language), _NOT_CHECKED, rows)


def _write_about(book: Book, week: ReadableWeek) -> None:
    """How to read, then what each column of the list means."""
    language = week.language
    how = text("reports.how_to_read", language)
    notes = [
        text("reports.as_of", language, day=day(week.week.as_of, language)) + ".",
        *reading_guide(week.week.policy, language),
        text("reports.not_checked_note", language),
        text("reports.book_evidence_cut", language, per_finding=EVIDENCE_PER_FINDING),
    ]
    rows = [(how, note) for note in notes] + [
        (text(_key(column.heading), language), text(_key(_meaning(column)), language))
        for column in _LIST
    ]
    about = pl.DataFrame(rows, schema=["column", "meaning"], orient="row")
    book.sheet(text("reports.sheet_about", language), _ABOUT, about)


def _key(heading: str) -> str:
    return heading if "." in heading else f"reports.{heading}"


def _meaning(column: SheetColumn) -> str:
    return column.heading.replace("col_", "about_", 1)
