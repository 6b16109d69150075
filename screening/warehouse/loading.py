"""Deliveries into the warehouse: typed rows in, versions kept, everything counted.

Files are loaded in one transaction: they are in the warehouse whole, with their quarantine and
their counts, or not at all.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import Batch, ReadWarning, UnreadableFileError
from screening.sources.invoice_xml.stored_documents import ReadContent
from screening.sources.mappings import Mapping
from screening.sources.reading import list_member_names, read_delivery, read_documents
from screening.warehouse import direct_loading
from screening.warehouse.connection import little_memory, single_threaded
from screening.warehouse.corrections import (
    date_rows,
    leave_out_mended,
    was_worked_on,
    with_mended_rows,
)
from screening.warehouse.exchange import as_table
from screening.warehouse.late_arrivals import has_newer, take_out_newer
from screening.warehouse.prefetching import prefetched
from screening.warehouse.receiving import Arrival
from screening.warehouse.staging import (
    IncomingFile,
    incoming,
    make_staging,
    quarantine_whole,
    stage_all,
    stage_documents,
)
from screening.warehouse.state import State
from screening.warehouse.unchanged_lines import with_known_lines
from screening.warehouse.versions import one, store_versions

#: From this size on it pays to read ahead, and to do without the staging where that can be.
_LARGE_BYTES = 8 << 20
_FEW_MEMBERS = 50


def _is_large(file: IncomingFile) -> bool:
    return file.arrival.delivery.path.stat().st_size >= _LARGE_BYTES


def _batches(
    file: IncomingFile, contract: Contract, mappings: Sequence[Mapping]
) -> Iterator[Batch]:
    batches = read_delivery(file.arrival.delivery, contract, mappings)
    return prefetched(batches) if _is_large(file) else batches


def _collect_warnings(collected: list[ReadWarning]) -> list[ReadWarning]:
    """One warning per code and column: numbers of rows add up over the parts of a file."""
    merged: dict[tuple[str, str], dict[str, object]] = {}
    for warning in collected:
        steady = {key: value for key, value in warning.values.items() if key != "rows"}
        place = (warning.code, json.dumps(steady, sort_keys=True, default=str))
        known = merged.setdefault(place, dict(steady))
        rows = warning.values.get("rows")
        if isinstance(rows, int):
            before = known.get("rows", 0)
            known["rows"] = (before if isinstance(before, int) else 0) + rows
    return [ReadWarning(code, values) for (code, _), values in merged.items()]


def _load_staged(
    connection: duckdb.DuckDBPyConnection, contract: Contract, files: Sequence[IncomingFile]
) -> None:
    """Move what is staged of the files into the history and note the files."""
    failed = [file for file in files if file.failure is not None]
    if failed:
        quarantine_whole(connection, failed)
    loaded: dict[int, int] = {}
    if any(file.rows for file in files):
        loaded, warnings = store_versions(connection, contract)
        by_id = {file.file_id: file for file in files}
        for file_id, warning in warnings:
            by_id[file_id].warnings.append(warning)
    _note_files(connection, files, loaded, days_of="staging")


def load_file(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
    settle: Callable[[IncomingFile], None] | None = None,
) -> IncomingFile:
    """Load one file, with the rows of it that were mended since. In the caller's transaction.

    ``settle`` is called when the file is read and nothing of it is in the history yet.
    """
    (file,) = incoming(connection, [arrival])
    make_staging(connection, contract)
    is_worked_on = settle is not None or was_worked_on(connection, arrival.delivery)
    if is_worked_on:
        # Read whole: lines that are known were maybe read with other mappings.
        delivery = with_mended_rows(connection, arrival.delivery)
    else:
        delivery = with_known_lines(connection, arrival.delivery, contract)
    mended = replace(arrival, delivery=delivery)
    batches = _batches(replace(file, arrival=mended), contract, mappings)
    try:
        stage_all(connection, file, batches)
    except UnreadableFileError as error:
        file.failure = error
    if settle is not None:
        settle(file)
    if is_worked_on:
        date_rows(connection, file.file_id, arrival.delivery)
    _load_staged(connection, contract, [file])
    if is_worked_on:
        leave_out_mended(connection, file.file_id, arrival.delivery)
    return file


def _load_directly(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
) -> None:
    """Load a file into a history that is empty. Nothing of it stays where it cannot be read.

    Raises:
        UnreadableFileError: the caller then rolls back.
    """
    (file,) = incoming(connection, [arrival])
    hashed = with_known_lines(connection, arrival.delivery, contract)
    read = replace(file, arrival=replace(arrival, delivery=hashed))
    with little_memory(connection):
        with single_threaded(connection):
            for batch in _batches(read, contract, mappings):
                direct_loading.append(connection, contract, file, batch)
        left = direct_loading.finish(connection, contract, file)
    _note_files(
        connection,
        [file],
        {file.file_id: left},
        days_of=f"(SELECT as_of, seen_from, {file.file_id} AS file_id "
        f"FROM history.{contract.source})",
    )


def load(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
) -> None:
    """Load one file. Whatever is in it, the transaction ends with the file counted.

    A register that comes late, after newer ones, is put in its place: the newer ones are taken out
    and loaded again after it, for a row of theirs that said nothing new may say something now. A
    file that has no rows to put anywhere disturbs nobody.
    """
    is_late = has_newer(connection, arrival, contract)
    with Transaction(connection) as transaction:
        if _goes_directly(connection, arrival, contract):
            try:
                _load_directly(connection, arrival, contract, mappings)
            except UnreadableFileError:
                transaction.start_over()
            else:
                return
        file = load_file(connection, arrival, contract, mappings)
        if is_late and file.rows + file.known:
            transaction.start_over()
            newer = take_out_newer(connection, arrival, contract, state)
            load_file(connection, arrival, contract, mappings)
            for each in newer:
                file = load_file(connection, each.arrival, contract, mappings)
                connection.execute(
                    "UPDATE meta.files SET is_published = ? WHERE file_id = ?",
                    [each.is_published, file.file_id],
                )


def load_documents(
    connection: duckdb.DuckDBPyConnection,
    arrivals: Sequence[Arrival],
    contract: Contract,
    contents: Iterator[ReadContent] | None = None,
) -> None:
    """Load files that are one document each, together: as one after another, but faster.

    They belong to a source whose rows may repeat, so that none of them can be late. What they hold
    is taken from ``contents`` where it is given.
    """
    with Transaction(connection):
        files = incoming(connection, arrivals)
        make_staging(connection, contract)
        deliveries = [arrival.delivery for arrival in arrivals]
        for batch in read_documents(deliveries, contract, contents):
            stage_documents(connection, files, batch)
        _load_staged(connection, contract, files)


def _goes_directly(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, contract: Contract
) -> bool:
    """Whether a file is large and the first of its source, and no answer to anybody's question.

    An archive of many files is none: what each of them holds is little.
    """
    path = arrival.delivery.path
    return (
        contract.absence != "answers"
        and path.stat().st_size >= _LARGE_BYTES
        and one(connection, f"SELECT count(*) FROM history.{contract.source}") == 0
        and _members_of(path) <= _FEW_MEMBERS
    )


def _members_of(path: Path) -> int:
    """How many files an archive holds; none where it cannot be opened, as reading it will tell."""
    try:
        return len(list_member_names(path))
    except UnreadableFileError:
        return 0


class Transaction:
    """A transaction that leaves no temporary tables behind."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __enter__(self) -> "Transaction":
        self._connection.execute("BEGIN")
        return self

    def start_over(self) -> None:
        """Forget what was done and begin again."""
        self._connection.execute("ROLLBACK")
        self._connection.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
        for table in ("staging", "row_keys", "keyed", "ended"):
            self._connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _days_of_rows(connection: duckdb.DuckDBPyConnection, table: str) -> dict[int, object]:
    """For each file, the newest day of its rows that had come by then."""
    # One row of a later day, a slip of the pen maybe, must not make the others look fresh.
    rows = connection.execute(
        "SELECT file_id, coalesce(max(as_of) FILTER (as_of <= seen_from), min(as_of)) "
        f"FROM {table} GROUP BY file_id"
    ).fetchall()
    return dict(rows)


def _note_files(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[IncomingFile],
    loaded: dict[int, int],
    *,
    days_of: str,
) -> None:
    """Rows of ``meta.files`` and ``meta.warnings``: what was loaded, and the newest day of it."""
    days = _days_of_rows(connection, days_of)
    noted, warned = [], []
    for file in files:
        delivery, count = file.arrival.delivery, loaded.get(file.file_id, 0)
        day = days.get(file.file_id)
        if day is None and file.known:
            day = delivery.as_of
        noted.append(
            {
                "file_id": file.file_id,
                "sha256": delivery.sha256,
                "source": delivery.source,
                "name": delivery.name,
                "received_on": delivery.received_on,
                "as_of": delivery.as_of,
                "as_of_origin": file.arrival.as_of_origin,
                "status": "loaded" if file.failure is None else "quarantined",
                "rows_read": file.read,
                "rows_loaded": count,
                "rows_quarantined": file.quarantined,
                "rows_skipped": file.rows + file.known - count,
                "rows_as_of": day,
                "is_published": False,
            }
        )
        warned += [
            (file.file_id, each.code, json.dumps(dict(each.values), default=str))
            for each in _collect_warnings(file.warnings)
        ]
    rows = pl.DataFrame(noted, schema_overrides={"rows_as_of": pl.Date()}, infer_schema_length=None)
    with as_table(connection, "noted", rows):
        connection.execute("INSERT INTO meta.files BY NAME SELECT * FROM noted")
    if warned:
        names = ["file_id", "code", "details"]
        told = pl.DataFrame(warned, schema=names, orient="row")
        with as_table(connection, "warned", told):
            connection.execute("INSERT INTO meta.warnings BY NAME SELECT * FROM warned")
