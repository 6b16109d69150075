"""Small files as tables of text, for the tests of what becomes of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import QUARANTINE_SCHEMA, Batch, Delivery
from screening.sources.text_table import TextChunk, TextTable

RECEIVED = date(2026, 11, 20)


def delivery(source: str, name: str = "file.csv", as_of: date = RECEIVED) -> Delivery:
    return Delivery(Path("raw"), f"{source}/{name}", source, "0" * 64, RECEIVED, as_of)


def contract(source: str = "invoices", **columns: dict[str, object]) -> Contract:
    """A contract of a test's own: column=dict(type=...)."""
    return Contract.model_validate(
        {
            "source": source,
            "title": {"sv": "Prov", "en": "Trial"},
            "absence": "own",
            "keyed_by": "none",
            "max_age_days": 30,
            "key": [],
            "columns": columns,
        }
    )


def table(
    text: str,
    *,
    rows_per_chunk: int = 1_000,
    origin: str = "canonical",
    can_reopen: bool = True,
    typed_columns: Sequence[str] = (),
) -> TextTable:
    """A table written with `|` between cells and one line per row, the header first."""
    lines = [line.split("|") for line in text.strip("\n").split("\n")]
    header, rows = lines[0], lines[1:]
    frame = pl.DataFrame(
        {name: [row[i] or None for row in rows] for i, name in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    ).with_columns(row_no=pl.int_range(2, len(rows) + 2, dtype=pl.Int64))

    def chunks() -> Iterator[TextChunk]:
        for start in range(0, frame.height, rows_per_chunk):
            yield TextChunk(
                frame.slice(start, rows_per_chunk), pl.DataFrame(schema=QUARANTINE_SCHEMA)
            )

    return TextTable(
        origin, header, chunks(), chunks if can_reopen else None, frozenset(typed_columns)
    )


def everything(batches: Iterator[Batch]) -> Batch:
    """All batches as one; the law of counts is checked for each."""
    read = list(batches)
    for batch in read:
        assert batch.rows_read == batch.rows.height + batch.quarantine.height
        numbers = pl.concat([batch.rows["row_no"], batch.quarantine["row_no"]])
        assert numbers.is_duplicated().sum() == 0
    return Batch(
        pl.concat([batch.rows for batch in read]),
        pl.concat([batch.quarantine for batch in read]),
        sum(batch.rows_read for batch in read),
        [warning for batch in read for warning in batch.warnings],
    )


def reasons(batch: Batch) -> dict[int, tuple[str, str]]:
    """Row number -> column and reason."""
    told = batch.quarantine.select("row_no", "column", "reason")
    return {row: (column, reason) for row, column, reason in told.iter_rows()}
