"""Evidence on a card: per source how much there is, and where the first of it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.readable import ReadableWeek, source_title

#: Rows of evidence shown per file, and files per source; the rest is in findings.csv.
EVIDENCE_ROWS = 6
EVIDENCE_FILES = 12


@dataclass(frozen=True)
class Evidence:
    """The evidence from one source: how much there is, and where the first of it lies."""

    source: str
    count: str
    files: tuple[tuple[str, str], ...]
    more_files: str


def evidence_by_source(week: ReadableWeek) -> pl.DataFrame:
    """finding, evidence: per source a struct of source, rows, files, and the first files' lines."""
    # The catalogue's placeholders are filled from columns: one text per file, not per row.
    first, _, after = text("reports.evidence_rows", week.language).partition("{rows}")
    lead, _, tail = text("reports.evidence_more", week.language).partition("{count}")
    more = pl.concat_str(
        pl.lit(f" {lead}"), (pl.col("count") - EVIDENCE_ROWS).cast(pl.String), pl.lit(tail)
    )
    numbers = pl.col("row").sort().head(EVIDENCE_ROWS).cast(pl.String).str.join(", ")
    per_file = (
        week.evidence.group_by("finding", "source", "file")
        .agg(numbers=numbers, count=pl.len().cast(pl.Int64))
        .sort("finding", "source", "file")
        .with_columns(
            rows=pl.concat_str(
                pl.lit(first),
                "numbers",
                pl.lit(after),
                pl.when(pl.col("count") > EVIDENCE_ROWS).then(more).otherwise(pl.lit("")),
            )
        )
    )
    per_source = per_file.group_by("finding", "source", maintain_order=True).agg(
        rows=pl.col("count").sum(),
        files=pl.len().cast(pl.Int64),
        lines=pl.struct("file", "rows").head(EVIDENCE_FILES),
    )
    return per_source.group_by("finding", maintain_order=True).agg(
        evidence=pl.struct("source", "rows", "files", "lines")
    )


def evidence_in_words(held: Mapping[str, Any], language: Language) -> Evidence:
    """One struct of ``evidence_by_source`` in words."""
    beyond = held["files"] - len(held["lines"])
    return Evidence(
        source=source_title(held["source"], language),
        count=text(
            "reports.evidence_count",
            language,
            rows=written.number(held["rows"], language),
            files=written.number(held["files"], language),
        ),
        files=tuple((line["file"], line["rows"]) for line in held["lines"]),
        more_files=text("reports.evidence_more_files", language, count=beyond) if beyond else "",
    )
