"""``findings.csv``: every finding of the week with its evidence, one row each."""

from pathlib import Path

import polars as pl

from screening.reports.csv_files import write_csv
from screening.reports.readable import ReadableWeek

#: The columns, in order. Other programs read them: add at the end, never rename.
COLUMNS = (
    "supplier_id",
    "rule_id",
    "rule_version",
    "kind",
    "severity",
    "points",
    "amount_sek",
    "match_confidence",
    "summary",
    "evidence",
    "first_seen",
    "still_open",
    "case_status",
    "case_decision",
    "case_by",
    "case_until",
    "case_reason",
    "case_note",
)


def findings_table(week: ReadableWeek) -> pl.DataFrame:
    """Findings as they go to file, in the order of the list.

    ``points`` are those granted under the cap of the area: a supplier's sum to its total.
    ``evidence`` is a JSON list of source, file and row. ``still_open`` is false, and ``points`` 0,
    for what was open on the last list and is not found any more; it is empty where the rule could
    not be checked this week. ``case_status`` (snoozed, explained, overridden, returned) and the
    columns after it say what a person decided; snoozed and explained findings give 0 points.
    """
    as_text = (
        week.evidence.with_columns(one=pl.struct("source", "file", "row").struct.json_encode())
        .group_by("finding", maintain_order=True)
        .agg(evidence=pl.col("one").str.join(","))
        .with_columns(evidence=pl.format("[{}]", "evidence"))
    )
    return (
        week.findings.join(as_text, on="finding", how="left", maintain_order="left")
        .with_columns(pl.col("evidence").fill_null("[]"), pl.col("match_confidence").round(4))
        .select(COLUMNS)
    )


def write_findings(week: ReadableWeek, path: Path) -> None:
    write_csv(findings_table(week), path)
