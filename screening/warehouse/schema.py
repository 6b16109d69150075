"""The warehouse's tables, made from the contracts.

``history.<source>`` holds every version of every row that was ever received; ``meta`` holds what
was received. The history is append-only but for the two dates that end a version.
"""

import hashlib
from functools import cache

import duckdb

from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.parsed_sql import parsed, parsed_one

#: Columns before the contract's own in each ``history`` table.
#: ``is_tangled``: versions of this key became known in another order than they were true.
#: ``ref`` is the row's reference everywhere: ``part_id`` * 2**32 + ``row_no``.
#: ``line_hash`` is of the text that the row was read from, where its format tells (null elsewhere).
VERSION_COLUMNS: dict[str, str] = {
    "key_hash": "UBIGINT",
    "content_hash": "UBIGINT",
    "ref": "BIGINT",
    "origin": "VARCHAR",
    "row_no": "BIGINT",
    "as_of": "DATE",
    "true_from": "DATE",
    "true_to": "DATE",
    "seen_from": "DATE",
    "seen_to": "DATE",
    "is_tangled": "BOOLEAN",
    "line_hash": "UBIGINT",
}

#: A row's reference: the part of the delivery times this, plus the row's number in it.
REF_FACTOR = 2**32

_FACT = "tables made by"

_META = """
CREATE SCHEMA IF NOT EXISTS meta;
CREATE SCHEMA IF NOT EXISTS history;
CREATE SCHEMA IF NOT EXISTS known;
CREATE SCHEMA IF NOT EXISTS identity;
CREATE SEQUENCE IF NOT EXISTS meta.file_ids;
CREATE SEQUENCE IF NOT EXISTS meta.part_ids;
CREATE TABLE IF NOT EXISTS meta.facts (name VARCHAR PRIMARY KEY, content VARCHAR);
CREATE TABLE IF NOT EXISTS meta.files (
    file_id BIGINT, sha256 VARCHAR, source VARCHAR, name VARCHAR, received_on DATE, as_of DATE,
    as_of_origin VARCHAR, status VARCHAR, rows_read BIGINT, rows_loaded BIGINT,
    rows_quarantined BIGINT, rows_skipped BIGINT, rows_as_of DATE,
    is_published BOOLEAN
);
CREATE TABLE IF NOT EXISTS meta.parts (part_id BIGINT, file_id BIGINT, member VARCHAR);
CREATE TABLE IF NOT EXISTS meta.quarantine (
    file_id BIGINT, member VARCHAR, row_no BIGINT, "column" VARCHAR, reason VARCHAR, raw VARCHAR
);
CREATE TABLE IF NOT EXISTS meta.quarantine_closed (
    source VARCHAR, sha256 VARCHAR, as_of DATE, member VARCHAR, row_no BIGINT, "column" VARCHAR,
    reason VARCHAR, raw VARCHAR, seen_from DATE, seen_to DATE, how VARCHAR, by_sha256 VARCHAR
);
CREATE TABLE IF NOT EXISTS meta.corrections (
    source VARCHAR, sha256 VARCHAR, as_of DATE, member VARCHAR, row_no BIGINT, header VARCHAR,
    cell VARCHAR, is_number BOOLEAN, is_wrong BOOLEAN, seen_from DATE, by_sha256 VARCHAR
);
CREATE TABLE IF NOT EXISTS meta.read_again (
    source VARCHAR, sha256 VARCHAR, as_of DATE, seen_from DATE, how VARCHAR, by_sha256 VARCHAR
);
ALTER TABLE meta.read_again ADD COLUMN IF NOT EXISTS rows_as_of_before DATE;
CREATE TABLE IF NOT EXISTS meta.warnings (file_id BIGINT, code VARCHAR, details VARCHAR);
CREATE TABLE IF NOT EXISTS meta.answers (source VARCHAR, orgnr VARCHAR, as_of DATE, seen_from DATE);
"""


def quoted(name: str) -> str:
    """A column name as SQL takes it, reserved words included."""
    return '"' + name.replace('"', '""') + '"'


def _create_history(contract: Contract) -> str:
    columns = VERSION_COLUMNS | contract.value_columns
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    return f"CREATE TABLE IF NOT EXISTS history.{contract.source} ({listed});"


def _has_history(connection: duckdb.DuckDBPyConnection) -> bool:
    rows = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'history'"
    ).fetchall()
    return bool(rows[0][0])


def _columns_there(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'history'"
    ).fetchall()
    there: dict[str, set[str]] = {}
    for table, column in rows:
        there.setdefault(table, set()).add(column)
    return there


@cache
def made_by() -> str:
    """What decides how the tables look: the statements here and the columns of every contract."""
    contracts = [_create_history(contract) for contract in all_contracts().values()]
    return hashlib.sha256("".join([_META, *contracts]).encode()).hexdigest()


def fact(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """What the warehouse notes of itself under a name; None in one without notes."""
    try:
        rows = connection.execute(
            "SELECT content FROM meta.facts WHERE name = ?", [name]
        ).fetchall()
    except duckdb.CatalogException:
        return None
    return rows[0][0] if rows else None


def note_fact(connection: duckdb.DuckDBPyConnection, name: str, content: str) -> None:
    """Note it for the next run; what stood there before is replaced."""
    connection.execute("INSERT OR REPLACE INTO meta.facts VALUES (?, ?)", [name, content])


def make_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing; a contract that gained a column gains it in the warehouse too."""
    wanted = made_by()
    if fact(connection, _FACT) == wanted:
        return
    # As one transaction: to commit each table by itself takes three times as long.
    connection.execute("BEGIN")
    for statement in parsed(_META):
        connection.execute(statement)
    # DuckDB takes its time to list columns; in a new warehouse there are none.
    there = _columns_there(connection) if _has_history(connection) else {}
    for contract in all_contracts().values():
        if contract.source not in there:
            connection.execute(parsed_one(_create_history(contract)))
            continue
        for name, kind in (VERSION_COLUMNS | contract.value_columns).items():
            if name not in there[contract.source]:
                connection.execute(
                    f"ALTER TABLE history.{contract.source} ADD COLUMN {quoted(name)} {kind}"
                )
    note_fact(connection, _FACT, wanted)
    connection.execute("COMMIT")
