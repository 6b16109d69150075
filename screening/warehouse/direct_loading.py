"""The first large file of a source, straight into the history.

Nothing is there yet that its rows could repeat or follow, so they need not wait in the staging
until they are all read. What they repeat among themselves is put right at the end; the outcome is
that of the staging, row for row.
"""

import duckdb
import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import Batch, ReadWarning
from screening.warehouse.exchange import as_table
from screening.warehouse.keys import hash_expressions, key_of_repeat
from screening.warehouse.schema import REF_FACTOR
from screening.warehouse.staging import IncomingFile, count_batch
from screening.warehouse.versions import end_versions, listed, one


def append(
    connection: duckdb.DuckDBPyConnection, contract: Contract, file: IncomingFile, batch: Batch
) -> None:
    """Append a batch to the history and to the file's counts."""
    part_id = count_batch(connection, file, batch)
    rows = batch.rows if contract.repeats else _told_once(batch.rows)
    if not rows.height:
        return
    spelled = {
        name: f"CAST(NULL AS {kind})"
        for name, kind in contract.value_columns.items()
        if rows[name].null_count() == rows.height
    }
    for name in ("origin", "as_of"):
        if rows[name].n_unique() == 1:
            kind = "DATE" if name == "as_of" else "VARCHAR"
            value = str(rows[name][0]).replace("'", "''")
            spelled[name] = f"{kind} '{value}'"
    key_hash, content_hash = hash_expressions(contract, spelled)
    columns = list(contract.value_columns)
    line_hash = "line_hash" if "line_hash" in rows.columns else "NULL"
    origin, as_of = spelled.get("origin", "origin"), spelled.get("as_of", "as_of")
    values = ", ".join(spelled.get(name, listed([name])) for name in columns)
    carried = rows.select(name for name in rows.columns if name not in spelled)
    with as_table(connection, "batch_rows", carried):
        connection.execute(
            f"""
            INSERT INTO history.{contract.source} (key_hash, content_hash, ref, origin, row_no,
                as_of, true_from, seen_from, is_tangled, line_hash, {listed(columns)})
            SELECT {key_hash}, {content_hash}, {part_id * REF_FACTOR} + row_no, {origin}, row_no,
                {as_of}, {as_of}, DATE '{file.received_on}', false, {line_hash}, {values}
            FROM batch_rows
            """
        )


def _told_once(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without those that are the same to the letter as one before them.

    Rows that are not stored need not be taken out again, which would cost writing all anew.
    """
    told = [name for name in rows.columns if name != "row_no"]
    return rows.unique(told, keep="first", maintain_order=True)


def finish(connection: duckdb.DuckDBPyConnection, contract: Contract, file: IncomingFile) -> int:
    """Put right what the rows repeat among themselves; how many are left."""
    table = f"history.{contract.source}"
    if one(connection, f"SELECT count(*) - count(DISTINCT key_hash) FROM {table}"):
        if contract.repeats:
            _count_repeats(connection, contract)
        else:
            _end_repeated(connection, contract, file)
    later = one(connection, f"SELECT count(*) FROM {table} WHERE true_from > seen_from")
    if later:
        file.warnings.append(ReadWarning("rows_of_later_days", {"rows": later}))
    return one(connection, f"SELECT count(*) FROM {table}")


def _count_repeats(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Keys of rows that a source may repeat: they count, in the order of the file."""
    table = f"history.{contract.source}"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT ref, row_number() OVER (PARTITION BY key_hash ORDER BY ref) AS times
        FROM {table}
        WHERE key_hash IN (SELECT key_hash FROM {table} GROUP BY key_hash HAVING count(*) > 1)
        """
    )
    connection.execute(
        f"UPDATE {table} AS held SET key_hash = {key_of_repeat(contract, 'times')} "
        "FROM keyed WHERE held.ref = keyed.ref AND times > 1"
    )


def _end_repeated(
    connection: duckdb.DuckDBPyConnection, contract: Contract, file: IncomingFile
) -> None:
    """Of rows that are the same to the letter the first stays; of others each is a version."""
    table = f"history.{contract.source}"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT ref, key_hash, true_from, content_hash, row_number() OVER (
            PARTITION BY key_hash, content_hash, true_from ORDER BY ref) AS times
        FROM {table}
        WHERE key_hash IN (SELECT key_hash FROM {table} GROUP BY key_hash HAVING count(*) > 1)
        """
    )
    connection.execute(f"DELETE FROM {table} WHERE ref IN (SELECT ref FROM keyed WHERE times > 1)")
    contradicting = one(
        connection,
        "SELECT count(DISTINCT key_hash) FROM (SELECT key_hash FROM keyed "
        "GROUP BY key_hash, true_from HAVING count(DISTINCT content_hash) > 1)",
    )
    if contradicting:
        file.warnings.append(ReadWarning("contradicting_rows", {"rows": contradicting}))
    end_versions(connection, contract, "SELECT key_hash FROM keyed")
