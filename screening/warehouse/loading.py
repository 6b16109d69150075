"""One delivery into the warehouse: typed rows in, versions kept, everything counted.

A file is loaded in one transaction: it is in the warehouse whole, with its quarantine and its
counts, or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from screening.sources.contracts import Contract
from screening.sources.delivery import Batch, Delivery, ReadWarning, UnreadableFileError
from screening.sources.mappings import Mapping
from screening.sources.reading import read_delivery
from screening.warehouse.exchange import as_table
from screening.warehouse.keys import key_rows
from screening.warehouse.late_arrivals import take_out_newer
from screening.warehouse.receiving import Arrival
from screening.warehouse.schema import VERSION_COLUMNS, quoted
from screening.warehouse.state import State

REF_FACTOR = 2**32


@dataclass(frozen=True)
class FileCounts:
    """Rows of one file. Always ``read == loaded + quarantined + skipped``."""

    read: int
    loaded: int
    quarantined: int
    skipped: int


def _list(columns: Sequence[str], prefix: str = "") -> str:
    return ", ".join(prefix + quoted(name) for name in columns)


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


_REF = f"(part_id * {REF_FACTOR} + row_no)"


def _key_versions(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Keys, content and day of every staged row: table ``keyed``. The values stay staged."""
    key_rows(connection, contract, "staging", ref=_REF, file="1")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT ref, key_hash, content_hash, staging.as_of AS true_from
        FROM row_keys JOIN staging ON row_keys.ref = {_REF}
        """
    )


def _append(connection: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery) -> None:
    """Append the staged rows that are left in ``keyed`` to the history."""
    columns = _list(list(VERSION_COLUMNS | contract.value_columns))
    values = _list(list(contract.value_columns))
    connection.execute(
        f"""
        INSERT INTO history.{contract.source} ({columns})
        SELECT key_hash, content_hash, keyed.ref, origin, row_no, as_of, true_from, NULL,
            ?::DATE, NULL, false, {values}
        FROM staging JOIN keyed ON keyed.ref = {_REF}
        """,
        [delivery.received_on],
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (row,) = connection.execute(query).fetchall()
    return int(row[0] or 0)


def _drop_repeats_within_file(connection: duckdb.DuckDBPyConnection) -> bool:
    """Of rows that are the same to the letter, keep the first. True where keys still repeat."""
    repeated = _one(connection, "SELECT count(*) - count(DISTINCT key_hash) FROM keyed") > 0
    if repeated:
        connection.execute(
            """
            DELETE FROM keyed WHERE ref IN (
                SELECT ref FROM keyed QUALIFY row_number() OVER (
                    PARTITION BY key_hash, content_hash, true_from ORDER BY ref) > 1)
            """
        )
    return repeated


def _drop_already_loaded(
    connection: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery
) -> None:
    """Drop rows that say what the version in force on their day says already.

    One that became known later than the row does not count: on the days between, nobody knew it.
    """
    connection.execute(
        f"""
        DELETE FROM keyed WHERE ref IN (
            SELECT keyed.ref FROM keyed JOIN history.{contract.source} AS old
            ON old.key_hash = keyed.key_hash AND old.content_hash = keyed.content_hash
            AND old.true_from <= keyed.true_from AND old.seen_from <= ?::DATE
            AND (old.true_to IS NULL OR old.true_to > keyed.true_from))
        """,
        [delivery.received_on],
    )


def _end_versions(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Set when each version of the keys that just came was followed by another."""
    table = f"history.{contract.source}"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE ended AS
        SELECT ref, lead(true_from) OVER versions AS true_to,
            greatest(seen_from, lead(seen_from) OVER versions) AS next_seen,
            bool_or(is_late) OVER (PARTITION BY key_hash) AS is_tangled
        FROM (
            SELECT key_hash, ref, true_from, seen_from,
                coalesce(seen_from < lag(seen_from) OVER versions, false) AS is_late
            FROM {table}
            WHERE key_hash IN (SELECT key_hash FROM keyed)
            WINDOW versions AS (PARTITION BY key_hash ORDER BY true_from, seen_from, ref))
        WINDOW versions AS (PARTITION BY key_hash ORDER BY true_from, seen_from, ref)
        """
    )
    connection.execute(
        f"""
        UPDATE {table} AS version
        SET true_to = ended.true_to, seen_to = ended.next_seen, is_tangled = ended.is_tangled
        FROM ended
        WHERE version.ref = ended.ref
        AND (version.true_to IS DISTINCT FROM ended.true_to
             OR version.seen_to IS DISTINCT FROM ended.next_seen
             OR version.is_tangled IS DISTINCT FROM ended.is_tangled)
        """
    )


def _contradictions(connection: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Keys for which this file and an earlier row say different things about the same day."""
    return _one(
        connection,
        f"""
        SELECT count(DISTINCT keyed.key_hash) FROM keyed JOIN history.{contract.source} AS old
        ON old.key_hash = keyed.key_hash AND old.true_from = keyed.true_from
        AND old.content_hash <> keyed.content_hash
        """,
    )


def _keep_answers(
    connection: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery
) -> None:
    """Note for whom an answer came, and of which day, also where it says nothing new."""
    if contract.absence != "answers" or "orgnr" not in contract.columns:
        return
    day = quoted(contract.as_of_column)
    if contract.columns.get(contract.as_of_column, None) is not None:
        kind = contract.columns[contract.as_of_column].type
        day = f"last_day({day})" if kind == "month" else day
    came = delivery.received_on
    connection.execute(
        "INSERT INTO meta.answers SELECT DISTINCT ?, orgnr, "
        f"CASE WHEN as_of > ?::DATE THEN {day} ELSE least({day}, ?::DATE) END, ?::DATE "
        "FROM staging WHERE orgnr IS NOT NULL",
        [contract.source, came, came, came],
    )


def _store(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery: Delivery,
    warnings: list[ReadWarning],
) -> int:
    """Move the staged rows into the history; how many were new."""
    _keep_answers(connection, contract, delivery)
    _key_versions(connection, contract)
    several = _drop_repeats_within_file(connection)
    is_first = _one(connection, f"SELECT count(*) FROM history.{contract.source}") == 0
    if not is_first:
        _drop_already_loaded(connection, contract, delivery)
    contradicting = 0 if is_first else _contradictions(connection, contract)
    if several:
        contradicting += _one(
            connection,
            "SELECT count(*) FROM (SELECT key_hash FROM keyed GROUP BY key_hash, true_from "
            "HAVING count(*) > 1)",
        )
    if contradicting:
        warnings.append(ReadWarning("contradicting_rows", {"rows": contradicting}))
    received_on = delivery.received_on.isoformat()
    ahead = _one(connection, f"SELECT count(*) FROM keyed WHERE true_from > DATE '{received_on}'")
    if ahead:
        warnings.append(ReadWarning("rows_of_later_days", {"rows": ahead}))
    _append(connection, contract, delivery)
    if several or not is_first:
        _end_versions(connection, contract)
    return _one(connection, "SELECT count(*) FROM keyed")


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
        loaded = _store(connection, contract, delivery, warnings) if staging.rows else 0
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


def load(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
) -> None:
    """Load one file. Whatever is in it, the transaction ends with the file counted.

    A register that comes late, after newer ones, is put in its place: the newer ones are taken out
    and loaded again after it, for a row of theirs that said nothing new may say something now.
    """
    connection.execute("BEGIN")
    try:
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
