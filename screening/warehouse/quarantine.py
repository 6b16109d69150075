"""What stands in quarantine on a day.

``meta.quarantine`` has what the newest reading of each file set aside. ``meta.quarantine_closed``
has what stood before: an entry is never taken away, it ends, on a day and through a file or a new
reading. Together they say what stood on any day, so that a past list comes out as it was.

Entries are told apart by the content of their file and not by its number in the warehouse, for a
file that is read again gets a new one.
"""

from datetime import date
from typing import Literal

import duckdb
import polars as pl

from screening.warehouse.exchange import to_polars

#: How an entry ended: a person mended the row; the file was read again with other mappings or a
#: newer vaksam; a later file has the row.
How = Literal["mended", "read again", "replaced"]

#: What tells an entry apart, in ``meta.quarantine_closed`` and ``meta.corrections``.
ENTRY_KEY = ("source", "sha256", "as_of", "member", "row_no")


def _same_entry(left: str, right: str) -> str:
    return " AND ".join(f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in ENTRY_KEY)


def standing_query(day: date, catalog: str = "") -> str:
    """A SELECT of what stands in quarantine on ``day``.

    What a file had when it was first read stands from the beginning: a run for an earlier day than
    the file came on still says what is wrong with it.

    Args:
        day: the day.
        catalog: prefix of the warehouse where it is attached, such as ``warehouse.``.

    Returns:
        SQL with the columns source, file_id, file, sha256, as_of (of the file), received_on,
        member, row_no, column, reason, raw, since.
    """
    on = f"DATE '{day.isoformat()}'"
    key = ", ".join(ENTRY_KEY)
    entry = 'held.member, held.row_no, held."column", held.reason, held.raw'
    file = "file.source, file.file_id, file.name AS file, file.sha256, file.as_of, file.received_on"
    return f"""
        WITH read_again AS (
            SELECT {key}, max(seen_to) AS since FROM {catalog}meta.quarantine_closed
            WHERE how <> 'replaced' GROUP BY ALL
        ), replaced AS (
            SELECT {key}, min(seen_to) AS until FROM {catalog}meta.quarantine_closed
            WHERE how = 'replaced' GROUP BY ALL
        ), now AS (
            SELECT {file}, {entry} FROM {catalog}meta.quarantine AS held
            JOIN {catalog}meta.files AS file USING (file_id)
        ), earlier AS (
            SELECT {file}, {entry}, held.seen_from AS since
            FROM {catalog}meta.quarantine_closed AS held
            JOIN {catalog}meta.files AS file
            ON file.source = held.source AND file.sha256 = held.sha256 AND file.as_of = held.as_of
            WHERE held.how <> 'replaced' AND held.seen_to > {on}
            AND (held.seen_from <= {on} OR held.seen_from <= file.received_on)
        )
        SELECT now.*, coalesce(read_again.since, now.received_on) AS since FROM now
        LEFT JOIN read_again ON {_same_entry("read_again", "now")}
        LEFT JOIN replaced ON {_same_entry("replaced", "now")}
        WHERE coalesce(read_again.since <= {on}, true) AND coalesce(replaced.until > {on}, true)
        UNION ALL BY NAME SELECT * FROM earlier
    """


def files_query(day: date, catalog: str = "") -> str:
    """A SELECT of ``meta.files`` as it was on ``day``, whatever was mended or read again since.

    ``rows_as_of`` and ``status`` are those of the day; ``rows_usable`` (BIGINT) is how many rows
    were read and did not stand in quarantine.

    Args:
        day: the day.
        catalog: prefix of the warehouse where it is attached, such as ``warehouse.``.
    """
    on = f"DATE '{day.isoformat()}'"
    return f"""
        WITH held AS (
            SELECT file_id, count(*) AS entries,
                bool_or(row_no IS NULL AND member = '') AS is_whole
            FROM ({standing_query(day, catalog)}) GROUP BY file_id
        ), before AS (
            SELECT source, sha256, as_of, true AS is_later,
                arg_min_null(rows_as_of_before, seen_from) AS rows_as_of
            FROM {catalog}meta.read_again WHERE seen_from > {on} GROUP BY ALL
        )
        SELECT file.* REPLACE (
                CASE WHEN before.is_later THEN before.rows_as_of ELSE file.rows_as_of END
                    AS rows_as_of,
                CASE WHEN held.is_whole THEN 'quarantined' ELSE file.status END AS status),
            CASE WHEN held.is_whole THEN 0 ELSE file.rows_read - coalesce(held.entries, 0) END
                AS rows_usable
        FROM {catalog}meta.files AS file
        LEFT JOIN held USING (file_id)
        LEFT JOIN before ON before.source = file.source AND before.sha256 = file.sha256
            AND before.as_of = file.as_of
    """


def standing(connection: duckdb.DuckDBPyConnection, day: date) -> pl.DataFrame:
    """What stands in quarantine on ``day``, by source, file, member and row.

    Columns as ``standing_query`` has them.
    """
    return to_polars(
        connection.sql(
            f"SELECT * FROM ({standing_query(day)}) "
            'ORDER BY source, file, as_of, member, row_no NULLS FIRST, "column", reason, raw'
        )
    )


def standing_counts(connection: duckdb.DuckDBPyConnection, day: date) -> dict[int, int]:
    """How many entries stand on ``day`` for each file that has any: file_id to number."""
    query = f"SELECT file_id, count(*) FROM ({standing_query(day)}) GROUP BY file_id"
    return {int(file_id): int(entries) for file_id, entries in connection.execute(query).fetchall()}


def close_entries(
    connection: duckdb.DuckDBPyConnection,
    entries: str,
    day: date,
    how: How,
    by_sha256: str | None,
) -> None:
    """Note that entries ended on ``day``.

    ``entries`` is a table or a query with the columns of ``standing_query``. An entry never ends
    before it began.
    """
    connection.execute(
        f"""
        INSERT INTO meta.quarantine_closed
        SELECT source, sha256, as_of, member, row_no, "column", reason, raw,
            since, greatest(since, ?::DATE), ?, ?
        FROM ({entries})
        """,
        [day, how, by_sha256],
    )
