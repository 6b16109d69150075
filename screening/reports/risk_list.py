"""``risk-list.csv``: the week's list, one row per supplier."""

from pathlib import Path

import polars as pl

from screening.reports.csv_files import write_csv
from screening.reports.readable import ReadableWeek

#: The columns, in order. Other programs read them: add at the end, never rename.
COLUMNS = (
    "rank",
    "supplier_id",
    "orgnr",
    "supplier_no",
    "name",
    "band",
    "score",
    "points",
    "change",
    "reasons",
    "amount_sek",
    "exposure_sek_12m",
    "rules_found",
    "rules_clear",
    "rules_not_checked",
    "action",
    "case_status",
    "case_note",
)


def risk_list(week: ReadableWeek, *, include_all: bool = False) -> pl.DataFrame:
    """The list as it goes to file; with ``include_all`` the suppliers without findings follow."""
    frames = [week.suppliers, week.unlisted] if include_all else [week.suppliers]
    return pl.concat(frames).select(COLUMNS)


def write_risk_list(week: ReadableWeek, path: Path, *, include_all: bool = False) -> None:
    write_csv(risk_list(week, include_all=include_all), path)
