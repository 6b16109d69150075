"""One delivery into the warehouse: typed rows in, versions kept, everything counted.

A file is loaded in one transaction: it is in the warehouse whole, with its quarantine and its
counts, or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from screening.sources.contracts import Contract
from screening.sources.delivery import Batch, ReadWarning, UnreadableFileError
from screening.sources.mappings import Mapping
from screening.sources.reading import read_delivery
from screening.warehouse.exchange import as_table
from screening.warehouse.late_arrivals import has_newer, take_out_newer
from screening.warehouse.receiving import Arrival
from screening.warehouse.schema import quoted
from screening.warehouse.state import State
from screening.warehouse.versions import store_versions


@dataclass(frozen=True)
class FileCounts:
    """Rows of one file. Always ``read == loaded + quarantined + skipped``."""

    read: int
    loaded: int
    quarantined: int
    skipped: int


class _Staging:
    """The rows of one file on their way in: a temporary table of the source's shape."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, contract: Contract, file_id: int
    ) -> None:
        self._connection = connection
        self._contract = contract
        self._file_id = file_id
        self._parts: dict[str, int] = {}
        self.read = 0
        self.rows = 0
        self.quarantined = 0
        columns = contract.value_columns | {
            "origin": "VARCHAR",
            "row_no": "BIGINT",
            "as_of": "DATE",
            "part_id": "BIGINT",
        }
        listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE OR REPLACE TEMP TABLE staging ({listed})")

    def _part(self, member: str) -> int:
        if member not in self._parts:
            (part_id,) = self._connection.execute(
                "INSERT INTO meta.parts VALUES (nextval('meta.part_ids'), ?, ?) RETURNING part_id",
                [self._file_id, member],
            ).fetchall()[0]
            self._parts[member] = int(part_id)
        return self._parts[member]

    def add(self, batch: Batch) -> None:
        part_id = self._part(batch.member)
        self.read += batch.rows_read
        self.rows += batch.rows.height
        self.quarantined += batch.quarantine.height
        if batch.rows.height:
            with as_table(self._connection, "batch_rows", batch.rows):
                self._connection.execute(
                    "INSERT INTO staging BY NAME "
                    f"SELECT *, {part_id}::BIGINT AS part_id FROM batch_rows"
                )
        if batch.quarantine.height:
            with as_table(self._connection, "batch_quarantine", batch.quarantine):
                self._connection.execute(
                    "INSERT INTO meta.quarantine "
                    'SELECT ?, ?, row_no, "column", reason, raw FROM batch_quarantine',
                    [self._file_id, batch.member],
                )


def _details(error: UnreadableFileError) -> str | None:
    """What a file's failure says about it, as JSON; nothing where it says nothing."""
    if not error.values:
        return None
    return json.dumps(error.values, ensure_ascii=False, default=str)


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


def _quarantine_whole(
    connection: duckdb.DuckDBPyConnection, file_id: int, error: UnreadableFileError
) -> FileCounts:
    """The file counts as one row, read and in quarantine."""
    connection.execute("DELETE FROM meta.quarantine WHERE file_id = ?", [file_id])
    connection.execute(
        "INSERT INTO meta.quarantine VALUES (?, '', NULL, NULL, ?, ?)",
        [file_id, error.code, _details(error)],
    )
    return FileCounts(read=1, loaded=0, quarantined=1, skipped=0)


def _load_file(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
) -> int:
    delivery = arrival.delivery
    ((file_id,),) = connection.execute("SELECT nextval('meta.file_ids')").fetchall()
    staging = _Staging(connection, contract, file_id)
    warnings: list[ReadWarning] = []
    status = "loaded"
    try:
        for batch in read_delivery(delivery, contract, mappings):
            staging.add(batch)
            warnings += batch.warnings
    except UnreadableFileError as error:
        status = "quarantined"
        counts = _quarantine_whole(connection, file_id, error)
    else:
        loaded = store_versions(connection, contract, delivery, warnings) if staging.rows else 0
        counts = FileCounts(
            read=staging.read,
            loaded=loaded,
            quarantined=staging.quarantined,
            skipped=staging.rows - loaded,
        )
    _note_file(connection, arrival, file_id, status, counts)
    for warning in _collect_warnings(warnings):
        connection.execute(
            "INSERT INTO meta.warnings VALUES (?, ?, ?)",
            [file_id, warning.code, json.dumps(dict(warning.values), default=str)],
        )
    return int(file_id)


def _has_rows(connection: duckdb.DuckDBPyConnection, file_id: int) -> bool:
    ((rows,),) = connection.execute(
        "SELECT rows_loaded + rows_skipped FROM meta.files WHERE file_id = ?", [file_id]
    ).fetchall()
    return int(rows) > 0


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
    connection.execute("BEGIN")
    try:
        file_id = _load_file(connection, arrival, contract, mappings)
        if is_late and _has_rows(connection, file_id):
            connection.execute("ROLLBACK")
            connection.execute("BEGIN")
            newer = take_out_newer(connection, arrival, contract, state)
            _load_file(connection, arrival, contract, mappings)
            for each in newer:
                file_id = _load_file(connection, each.arrival, contract, mappings)
                connection.execute(
                    "UPDATE meta.files SET is_published = ? WHERE file_id = ?",
                    [each.is_published, file_id],
                )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        for table in ("staging", "row_keys", "keyed", "ended"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")


def _note_file(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    file_id: int,
    status: str,
    counts: FileCounts,
) -> None:
    delivery = arrival.delivery
    # One row of a later day, a slip of the pen maybe, must not make the others look fresh.
    (rows_as_of,) = connection.execute(
        "SELECT coalesce(max(as_of) FILTER (as_of <= ?::DATE), min(as_of)) FROM staging",
        [delivery.received_on],
    ).fetchall()[0]
    if status == "quarantined":
        rows_as_of = None
    connection.execute(
        "INSERT INTO meta.files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false)",
        [
            file_id,
            delivery.sha256,
            delivery.source,
            delivery.name,
            delivery.received_on,
            delivery.as_of,
            arrival.as_of_origin,
            status,
            counts.read,
            counts.loaded,
            counts.quarantined,
            counts.skipped,
            rows_as_of,
        ],
    )
