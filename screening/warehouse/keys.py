"""How rows are told apart: a hash of the key, a hash of the content.

DuckDB does not promise the same hashes from one version to the next. The warehouse therefore notes
which version made its hashes, and makes them again under another one.
"""

import duckdb

from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.schema import REF_FACTOR, quoted

_FACT = "hashes made by"


def key_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str, *, ref: str, file: str
) -> None:
    """Temporary table ``row_keys``: ref, file, key_hash, content_hash of everything in ``rows``.

    ``ref`` and ``file`` are expressions over ``rows``. Where a source may repeat a row (two equal
    lines of one invoice), the key counts them within the file, in the order of ``ref``.
    """
    key = ", ".join(quoted(name) for name in contract.key)
    values = ", ".join(quoted(name) for name in contract.value_columns)
    key_hash = f"hash(hash({key}), 1::BIGINT)" if contract.repeats else f"hash({key})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE row_keys AS SELECT {ref} AS ref, {file} AS file, "
        f"hash({key}) AS base_hash, {key_hash} AS key_hash, "
        f"hash(origin, {values}) AS content_hash FROM {rows}"
    )
    if contract.repeats:
        connection.execute(
            """
            UPDATE row_keys SET key_hash = hash(base_hash, counted.times)
            FROM (
                SELECT ref AS counted_ref,
                    row_number() OVER (PARTITION BY base_hash, file ORDER BY ref) AS times
                FROM row_keys
                WHERE base_hash IN (
                    SELECT base_hash FROM row_keys GROUP BY base_hash, file HAVING count(*) > 1)
            ) AS counted
            WHERE row_keys.ref = counted.counted_ref AND counted.times > 1
            """
        )


def _hash_again(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    table = f"history.{contract.source}"
    rows = f"{table} AS held JOIN meta.parts AS part ON part.part_id = held.ref // {REF_FACTOR}"
    key_rows(connection, contract, rows, ref="held.ref", file="part.file_id")
    connection.execute(
        f"UPDATE {table} AS held SET key_hash = made.key_hash, content_hash = made.content_hash "
        "FROM row_keys AS made WHERE held.ref = made.ref"
    )
    connection.execute("DROP TABLE row_keys")


def keep_hashes_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make all hashes again if another version of DuckDB made them; True if that was needed."""
    version = duckdb.__version__
    held = connection.execute("SELECT content FROM meta.facts WHERE name = ?", [_FACT]).fetchall()
    if held == [(version,)]:
        return False
    connection.execute("BEGIN")
    if held:
        for contract in all_contracts().values():
            _hash_again(connection, contract)
    connection.execute("INSERT OR REPLACE INTO meta.facts VALUES (?, ?)", [_FACT, version])
    connection.execute("COMMIT")
    return bool(held)
