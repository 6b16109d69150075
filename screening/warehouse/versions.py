"""Staged rows into the history: which are new, which versions they end.

The rows of one file lie in the temporary table ``staging``; ``keyed`` holds what tells them apart.
"""

from collections.abc import Sequence

import duckdb

from screening.sources.contracts import Contract
from screening.sources.delivery import Delivery, ReadWarning
from screening.warehouse.keys import key_rows
from screening.warehouse.schema import REF_FACTOR, VERSION_COLUMNS, quoted


def _list(columns: Sequence[str], prefix: str = "") -> str:
    return ", ".join(prefix + quoted(name) for name in columns)


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


def store_versions(
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
