"""``quarantine.csv``: every row that was set aside, and why."""

from pathlib import Path

import polars as pl

from screening.messages import Language
from screening.reports.csv_files import write_csv
from screening.reports.privacy import without_personal_numbers
from screening.reports.quarantine_words import reason_in_words
from screening.scoring.week import fitted

#: The columns, in order. ``row`` is empty where a whole file could not be read.
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
    "raw": pl.String,
}


def quarantine_table(quarantine: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Quarantined rows as they go to file, by source, file and row.

    Args:
        quarantine: source, file, ``row_no`` (or ``row``), column, reason (a code), raw.
        language: of the reasons, which say what is wrong and what to do. A reason with no text in
            ``data/messages/quarantine.yaml`` stays a code: better a code than a lost row.

    Returns:
        ``SCHEMA``. Everything in ``raw`` with the look of a personal identity number is masked,
        whether its check digit is right or not.
    """
    frame = quarantine
    if "row" not in frame.columns and "row_no" in frame.columns:
        frame = frame.rename({"row_no": "row"})
    table = fitted(frame, SCHEMA)
    reasons = table.get_column("reason").unique().drop_nulls().to_list()
    worded = {reason: reason_in_words(reason, language) for reason in sorted(reasons)}
    return (
        without_personal_numbers(table, checked=False)
        .with_columns(pl.col("reason").replace(worded))
        .sort("source", "file", "row", "column", "reason", "raw", nulls_last=False)
    )


def write_quarantine(quarantine: pl.DataFrame, path: Path, language: Language) -> None:
    write_csv(quarantine_table(quarantine, language), path)
