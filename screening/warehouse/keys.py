"""How rows are told apart: a hash of the key, a hash of the content.

DuckDB does not promise the same hashes from one version to the next. The warehouse therefore notes
which version made its hashes, and makes them again under another one.
"""

import duckdb

from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.schema import quoted

_FACT = "hashes made by"


def hashed(contract: Contract, rows: str, *, file: str, order: str) -> str:
    """SELECT of everything in ``rows`` with ``key_hash`` and ``content_hash``.

    Where a source may repeat a row (two equal lines of one invoice), the key counts them within
    ``file``, in ``order``.
    """
    key = ", ".join(quoted(name) for name in contract.key)
    values = ", ".join(quoted(name) for name in contract.value_columns)
    times = f"row_number() OVER (PARTITION BY base_hash, {file} ORDER BY {order})"
    key_hash = f"hash(base_hash, {times})" if contract.repeats else "base_hash"
    return (
        f"SELECT * EXCLUDE (base_hash), {key_hash} AS key_hash FROM ("
        f"SELECT *, hash({key}) AS base_hash, hash(origin, {values}) AS content_hash FROM {rows})"
    )


def _hash_again(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    table = f"history.{contract.source}"
    rows = (
        f"(SELECT held.* EXCLUDE (key_hash, content_hash), part.file_id FROM {table} AS held "
        "JOIN meta.parts AS part ON part.part_id = held.ref // 4294967296)"
    )
    connection.execute(
        f"UPDATE {table} AS held SET key_hash = made.key_hash, content_hash = made.content_hash "
        f"FROM ({hashed(contract, rows, file='file_id', order='ref')}) AS made "
        "WHERE held.ref = made.ref"
    )


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
