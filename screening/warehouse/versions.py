"""Staged rows into the history: which are new, which versions they end.

The rows lie in the temporary table ``staging`` (see there); ``keyed`` holds what tells them apart:
ref, file_id, key_hash, content_hash, true_from, seen_from.
"""

from collections.abc import Iterator, Sequence

import duckdb

from screening.sources.contracts import Contract
from screening.sources.delivery import ReadWarning
from screening.warehouse.keys import key_rows
from screening.warehouse.schema import quoted


def listed(columns: Sequence[str]) -> str:
    """Column names as SQL takes them in a list."""
    return ", ".join(quoted(name) for name in columns)


def _key_versions(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Keys, content and day of every staged row: table ``keyed``. The values stay staged."""
    key_rows(connection, contract, "staging", ref="ref", file="file_id")
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT ref, file_id, key_hash, content_hash, as_of AS true_from, seen_from
        FROM row_keys JOIN staging USING (ref)
        """
    )


def _append(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Append the staged rows that are left in ``keyed`` to the history."""
    values = listed(list(contract.value_columns))
    connection.execute(
        f"""
        INSERT INTO history.{contract.source} (key_hash, content_hash, ref, origin, row_no, as_of,
            true_from, seen_from, is_tangled, line_hash, {values})
        SELECT key_hash, content_hash, keyed.ref, origin, row_no, as_of, true_from,
            keyed.seen_from, false, line_hash, {values}
        FROM staging JOIN keyed USING (ref)
        """
    )


def one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single number that a query gives, 0 for none."""
    (row,) = connection.execute(query).fetchall()
    return int(row[0] or 0)


def _drop_repeats_within_file(connection: duckdb.DuckDBPyConnection) -> None:
    """Of a file's rows that are the same to the letter, keep the first."""
    connection.execute(
        """
        DELETE FROM keyed WHERE ref IN (
            SELECT ref FROM keyed QUALIFY row_number() OVER (
                PARTITION BY file_id, key_hash, content_hash, true_from ORDER BY ref) > 1)
        """
    )


def _drop_already_loaded(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Drop rows that say what the version in force on their day says already.

    One that became known later than the row does not count: on the days between, nobody knew it.
    """
    connection.execute(
        f"""
        DELETE FROM keyed WHERE ref IN (
            SELECT keyed.ref FROM keyed JOIN history.{contract.source} AS old
            ON old.key_hash = keyed.key_hash AND old.content_hash = keyed.content_hash
            AND old.true_from <= keyed.true_from AND old.seen_from <= keyed.seen_from
            AND (old.true_to IS NULL OR old.true_to > keyed.true_from))
        """
    )


def _drop_told_before(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Where several files came together: drop what the version before says already.

    The files' rows are in the order of their days, so this gives what one file after another would.
    """
    connection.execute(
        f"""
        DELETE FROM keyed WHERE ref IN (
            SELECT ref FROM (
                SELECT ref, is_new, content_hash = lag(content_hash) OVER versions
                    AND lag(seen_from) OVER versions <= seen_from
                    AND lag(file_id) OVER versions < file_id AS is_told
                FROM (
                    SELECT ref, file_id, key_hash, content_hash, true_from, seen_from,
                        true AS is_new
                    FROM keyed
                    UNION ALL
                    SELECT ref, 0, key_hash, content_hash, true_from, seen_from, false
                    FROM history.{contract.source}
                    WHERE key_hash IN (SELECT key_hash FROM keyed))
                WINDOW versions AS (
                    PARTITION BY key_hash ORDER BY true_from, is_new, seen_from, file_id, ref))
            WHERE is_new AND is_told)
        """
    )


def end_versions(connection: duckdb.DuckDBPyConnection, contract: Contract, keys: str) -> None:
    """Set when each version of the ``keys`` (a query) was followed by another."""
    table = f"history.{contract.source}"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE ended AS
        SELECT ref, lead(true_from) OVER versions AS true_to,
            CASE WHEN lead(seen_from) OVER versions IS NOT NULL
                THEN greatest(seen_from, lead(seen_from) OVER versions) END AS next_seen,
            bool_or(is_late) OVER (PARTITION BY key_hash) AS is_tangled
        FROM (
            SELECT key_hash, ref, true_from, seen_from,
                coalesce(seen_from < lag(seen_from) OVER versions, false) AS is_late
            FROM {table}
            WHERE key_hash IN ({keys})
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


def _contradictions(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> Iterator[tuple[int, ReadWarning]]:
    """For each file, keys of which it says something else than a row before about the same day."""
    rows = connection.execute(
        f"""
        SELECT file_id, count(DISTINCT key_hash) FROM (
            SELECT file_id, key_hash, content_hash <> first_value(content_hash) OVER (
                PARTITION BY key_hash, true_from ORDER BY file_id, ref) AS is_other
            FROM (
                SELECT ref, file_id, key_hash, content_hash, true_from FROM keyed
                UNION ALL
                SELECT ref, 0, key_hash, content_hash, true_from
                FROM history.{contract.source}
                WHERE key_hash IN (SELECT key_hash FROM keyed)))
        WHERE is_other AND file_id > 0 GROUP BY file_id ORDER BY file_id
        """
    ).fetchall()
    for file_id, count in rows:
        yield int(file_id), ReadWarning("contradicting_rows", {"rows": int(count)})


def _rows_ahead(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, ReadWarning]]:
    rows = connection.execute(
        "SELECT file_id, count(*) FROM keyed WHERE true_from > seen_from GROUP BY file_id "
        "ORDER BY file_id"
    ).fetchall()
    for file_id, count in rows:
        yield int(file_id), ReadWarning("rows_of_later_days", {"rows": int(count)})


def _keep_answers(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Note for whom an answer came, and of which day, also where it says nothing new."""
    if contract.absence != "answers" or "orgnr" not in contract.columns:
        return
    day = quoted(contract.as_of_column)
    if contract.columns.get(contract.as_of_column, None) is not None:
        kind = contract.columns[contract.as_of_column].type
        day = f"last_day({day})" if kind == "month" else day
    connection.execute(
        "INSERT INTO meta.answers SELECT DISTINCT ?, orgnr, CASE WHEN as_of > seen_from "
        f"THEN {day} ELSE least({day}, seen_from) END, seen_from "
        "FROM staging WHERE orgnr IS NOT NULL",
        [contract.source],
    )


def store_versions(
    connection: duckdb.DuckDBPyConnection, contract: Contract
) -> tuple[dict[int, int], list[tuple[int, ReadWarning]]]:
    """Move the staged rows into the history.

    Returns:
        how many rows were new for each file that had any, and warnings with their file.
    """
    _keep_answers(connection, contract)
    _key_versions(connection, contract)
    files, rows, keys, keys_in_files = connection.execute(
        "SELECT count(DISTINCT file_id), count(*), count(DISTINCT key_hash), "
        "count(DISTINCT hash(key_hash, file_id)) FROM keyed"
    ).fetchall()[0]
    if keys_in_files < rows:
        _drop_repeats_within_file(connection)
    is_first = one(connection, f"SELECT count(*) FROM history.{contract.source}") == 0
    if files > 1 and keys < keys_in_files:
        _drop_told_before(connection, contract)
    elif not is_first:
        _drop_already_loaded(connection, contract)
    is_news_only = is_first and keys == rows
    warnings = [] if is_news_only else list(_contradictions(connection, contract))
    warnings += _rows_ahead(connection)
    _append(connection, contract)
    if not is_news_only:
        end_versions(connection, contract, "SELECT key_hash FROM keyed")
    loaded = connection.execute(
        "SELECT file_id, count(*) FROM keyed GROUP BY file_id ORDER BY file_id"
    ).fetchall()
    return {int(file_id): int(count) for file_id, count in loaded}, warnings
