"""Rows of files on their way into the warehouse, and what is counted for each file meanwhile.

The rows lie in the temporary table ``staging``: the source's columns, the row's reference, the file
and the day on which it came. All files of one staging belong to one source.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl

from screening.sources.contracts import SYSTEM_COLUMNS, Contract
from screening.sources.delivery import Batch, DocumentBatch, ReadWarning, UnreadableFileError
from screening.warehouse.exchange import as_table
from screening.warehouse.receiving import Arrival
from screening.warehouse.schema import REF_FACTOR, quoted

#: Columns of ``staging`` after the contract's own.
STAGED_COLUMNS: dict[str, str] = SYSTEM_COLUMNS | {
    "line_hash": "UBIGINT",
    "ref": "BIGINT",
    "file_id": "BIGINT",
    "seen_from": "DATE",
}

#: Batches of so few rows are stored together, so many of them at a time: storing one costs
#: nearly as much as storing a thousand.
_SMALL_ROWS = 2_000
_BATCHES_TOGETHER = 1_000


@dataclass
class IncomingFile:
    """One file being loaded. Rows: ``read == rows + quarantined + known``."""

    file_id: int
    arrival: Arrival
    read: int = 0
    rows: int = 0
    quarantined: int = 0
    known: int = 0
    warnings: list[ReadWarning] = field(default_factory=list)
    failure: UnreadableFileError | None = None
    parts: dict[str, int] = field(default_factory=dict)

    @property
    def received_on(self) -> date:
        """The day on which the file came."""
        return self.arrival.delivery.received_on


def incoming(
    connection: duckdb.DuckDBPyConnection, arrivals: Sequence[Arrival]
) -> list[IncomingFile]:
    """Files with new ids, in the order given."""
    ids = connection.execute(
        "SELECT nextval('meta.file_ids') FROM range(?)", [len(arrivals)]
    ).fetchall()
    return [
        IncomingFile(int(file_id), arrival)
        for (file_id,), arrival in zip(sorted(ids), arrivals, strict=True)
    ]


def make_staging(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """An empty table ``staging`` of the source's shape."""
    columns = contract.value_columns | STAGED_COLUMNS
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staging ({listed})")


def stage(connection: duckdb.DuckDBPyConnection, file: IncomingFile, batch: Batch) -> None:
    """Add a batch to the staging and to the file's counts."""
    part_id = count_batch(connection, file, batch)
    if batch.rows.height:
        with as_table(connection, "batch_rows", _without_empty(batch.rows)):
            connection.execute(
                "INSERT INTO staging BY NAME "
                f"SELECT *, {part_id * REF_FACTOR} + row_no AS ref, {file.file_id}::BIGINT AS "
                f"file_id, DATE '{file.received_on}' AS seen_from FROM batch_rows"
            )


def stage_all(
    connection: duckdb.DuckDBPyConnection, file: IncomingFile, batches: Iterable[Batch]
) -> None:
    """Add every batch to the staging. Small ones, such as documents of a zip, go in together.

    Raises:
        UnreadableFileError: the file cannot be read after all; some of it may be staged.
    """
    waiting: list[Batch] = []
    for batch in batches:
        is_small = batch.rows.height <= _SMALL_ROWS
        is_alike = not waiting or waiting[0].rows.schema == batch.rows.schema
        if waiting and not (is_small and is_alike and len(waiting) < _BATCHES_TOGETHER):
            _stage_together(connection, file, waiting)
            waiting = []
        if is_small:
            waiting.append(batch)
        else:
            stage(connection, file, batch)
    if waiting:
        _stage_together(connection, file, waiting)


def _stage_together(
    connection: duckdb.DuckDBPyConnection, file: IncomingFile, batches: Sequence[Batch]
) -> None:
    """Several batches with rows of the same columns."""
    if len(batches) == 1:
        stage(connection, file, batches[0])
        return
    _make_parts(connection, file, [batch.member for batch in batches])
    rows, held = [], []
    for batch in batches:
        _count(file, batch)
        part_id = file.parts[batch.member]
        if batch.rows.height:
            rows.append(batch.rows.with_columns(ref=part_id * REF_FACTOR + pl.col("row_no")))
        if batch.quarantine.height:
            held.append(batch.quarantine.with_columns(member=pl.lit(batch.member)))
    if rows:
        with as_table(connection, "batch_rows", _without_empty(pl.concat(rows))):
            connection.execute(
                f"INSERT INTO staging BY NAME SELECT *, {file.file_id}::BIGINT AS file_id, "
                f"DATE '{file.received_on}' AS seen_from FROM batch_rows"
            )
    if held:
        with as_table(connection, "batch_quarantine", pl.concat(held)):
            connection.execute(
                "INSERT INTO meta.quarantine BY NAME "
                "SELECT ?::BIGINT AS file_id, * FROM batch_quarantine",
                [file.file_id],
            )


def _make_parts(
    connection: duckdb.DuckDBPyConnection, file: IncomingFile, members: Sequence[str]
) -> None:
    """Parts of the file for those members that have none yet, in their order."""
    new = [member for member in dict.fromkeys(members) if member not in file.parts]
    ids = connection.execute("SELECT nextval('meta.part_ids') FROM range(?)", [len(new)]).fetchall()
    made = dict(zip(new, sorted(int(part_id) for (part_id,) in ids), strict=True))
    parts = pl.DataFrame(
        {"part_id": list(made.values()), "member": list(made)},
        schema={"part_id": pl.Int64(), "member": pl.String()},
    )
    with as_table(connection, "new_parts", parts):
        connection.execute(
            "INSERT INTO meta.parts SELECT part_id, ?::BIGINT, member FROM new_parts",
            [file.file_id],
        )
    file.parts |= made


def count_batch(connection: duckdb.DuckDBPyConnection, file: IncomingFile, batch: Batch) -> int:
    """Count a batch and keep what of it goes to quarantine; the id of its part of the file."""
    part_id = _part(connection, file, batch.member)
    _count(file, batch)
    if batch.quarantine.height:
        with as_table(connection, "batch_quarantine", batch.quarantine):
            connection.execute(
                "INSERT INTO meta.quarantine BY NAME "
                "SELECT ?::BIGINT AS file_id, ? AS member, * FROM batch_quarantine",
                [file.file_id, batch.member],
            )
    return part_id


def _count(file: IncomingFile, batch: Batch) -> None:
    file.read += batch.rows_read
    file.rows += batch.rows.height
    file.quarantined += batch.quarantine.height
    file.known += batch.rows_known
    file.warnings += batch.warnings


def stage_documents(
    connection: duckdb.DuckDBPyConnection, files: Sequence[IncomingFile], batch: DocumentBatch
) -> None:
    """Add documents, each of which is a file, to the staging and to their files' counts."""
    told = [files[outcome.document] for outcome in batch.documents]
    for file, outcome in zip(told, batch.documents, strict=True):
        file.warnings += outcome.warnings
        file.failure = outcome.failure
    part_ids = connection.execute(
        "SELECT nextval('meta.part_ids') FROM range(?)", [len(told)]
    ).fetchall()
    places = pl.DataFrame(
        {
            "document": [outcome.document for outcome in batch.documents],
            "part_id": sorted(int(part_id) for (part_id,) in part_ids),
            "file_id": [file.file_id for file in told],
            "seen_from": [file.received_on for file in told],
            "failed": [file.failure is not None for file in told],
        },
        schema_overrides={"seen_from": pl.Date()},
    )
    with as_table(connection, "documents", places):
        connection.execute("INSERT INTO meta.parts SELECT part_id, file_id, '' FROM documents")
    ref = (pl.col("part_id") * REF_FACTOR + pl.col("row_no")).alias("ref")
    rows = batch.rows.join(places, on="document", how="left").with_columns(ref)
    held = batch.quarantine.join(places, on="document", how="left")
    if rows.height:
        with as_table(connection, "batch_rows", _without_empty(rows)):
            connection.execute(
                "INSERT INTO staging BY NAME SELECT * EXCLUDE (document, part_id, failed) "
                "FROM batch_rows"
            )
    if held.height:
        with as_table(connection, "batch_quarantine", held):
            connection.execute(
                "INSERT INTO meta.quarantine BY NAME SELECT file_id, '' AS member, row_no, "
                '"column", reason, raw FROM batch_quarantine WHERE NOT failed'
            )
    _count_documents(told, batch)


def _count_documents(told: Sequence[IncomingFile], batch: DocumentBatch) -> None:
    for attribute, frame in (("rows", batch.rows), ("quarantined", batch.quarantine)):
        counted = dict(frame.group_by("document").len().iter_rows())
        for file, outcome in zip(told, batch.documents, strict=True):
            setattr(file, attribute, counted.get(outcome.document, 0))
    for file, outcome in zip(told, batch.documents, strict=True):
        file.read = outcome.rows_read


def _without_empty(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that are empty throughout: they need not be carried over."""
    return rows.select(
        name for name in rows.columns if rows[name].null_count() < rows.height or name == "row_no"
    )


def _part(connection: duckdb.DuckDBPyConnection, file: IncomingFile, member: str) -> int:
    if member not in file.parts:
        ((part_id,),) = connection.execute(
            "INSERT INTO meta.parts VALUES (nextval('meta.part_ids'), ?, ?) RETURNING part_id",
            [file.file_id, member],
        ).fetchall()
        file.parts[member] = int(part_id)
    return file.parts[member]


def quarantine_whole(connection: duckdb.DuckDBPyConnection, failed: Sequence[IncomingFile]) -> None:
    """Files that cannot be read: each counts as one row, read and in quarantine."""
    for file in failed:
        file.read, file.rows, file.quarantined, file.known = 1, 0, 1, 0
    rows = pl.DataFrame(
        {
            "file_id": [file.file_id for file in failed],
            "reason": [file.failure.code if file.failure else "" for file in failed],
            "raw": [_details(file.failure) for file in failed],
        },
        schema={"file_id": pl.Int64(), "reason": pl.String(), "raw": pl.String()},
    )
    with as_table(connection, "failed", rows):
        connection.execute(
            "DELETE FROM meta.quarantine WHERE file_id IN (SELECT file_id FROM failed)"
        )
        connection.execute("DELETE FROM staging WHERE file_id IN (SELECT file_id FROM failed)")
        connection.execute(
            "INSERT INTO meta.quarantine BY NAME SELECT file_id, '' AS member, reason, raw "
            "FROM failed"
        )


def _details(error: UnreadableFileError | None) -> str | None:
    """What a file's failure says about it, as JSON; nothing where it says nothing."""
    if error is None or not error.values:
        return None
    return json.dumps(error.values, ensure_ascii=False, default=str)
