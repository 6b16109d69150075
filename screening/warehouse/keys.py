"""How rows are told apart: a hash of the key, a hash of the content.

DuckDB does not promise the same hashes from one version to the next, and a contract may gain a
column. The warehouse therefore notes which version and which columns made its hashes, and makes
them again under others: the same row delivered again must be known as the same.
"""

import hashlib
from collections.abc import Mapping

import duckdb

from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.schema import REF_FACTOR, quoted

_FACT = "hashes made by"


def hash_expressions(
    contract: Contract, spelled: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """SQL for a row's ``key_hash`` and ``content_hash``.

    Where a source may repeat a row (two equal lines of one invoice), this is the key of the first
    of them; see ``key_of_repeat``. ``spelled`` has columns that are written otherwise in the query.
    """
    names = spelled or {}
    key = ", ".join(names.get(name, quoted(name)) for name in contract.key)
    values = ", ".join(names.get(name, quoted(name)) for name in contract.value_columns)
    key_hash = f"hash(hash({key}), 1::BIGINT)" if contract.repeats else f"hash({key})"
    return key_hash, f"hash({names.get('origin', 'origin')}, {values})"


def key_of_repeat(contract: Contract, times: str) -> str:
    """SQL for the ``key_hash`` of a row that comes for the ``times``-th time in its file."""
    key = ", ".join(quoted(name) for name in contract.key)
    return f"hash(hash({key}), {times})"


def key_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str, *, ref: str, file: str
) -> None:
    """Temporary table ``row_keys``: ref, file, key_hash, content_hash of everything in ``rows``.

    ``ref`` and ``file`` are expressions over ``rows``. Where a source may repeat a row, the key
    counts them within the file, in the order of ``ref``.
    """
    key = ", ".join(quoted(name) for name in contract.key)
    key_hash, content_hash = hash_expressions(contract)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE row_keys AS SELECT {ref} AS ref, {file} AS file, "
        f"hash({key}) AS base_hash, {key_hash} AS key_hash, {content_hash} AS content_hash "
        f"FROM {rows}"
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


def _makers(contract: Contract) -> str:
    """What a source's hashes are made of: the engine's version, the key, the columns."""
    columns = repr((contract.key, tuple(contract.value_columns), contract.repeats))
    return f"{duckdb.__version__} {hashlib.sha256(columns.encode()).hexdigest()[:16]}"


def keep_hashes_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make the hashes of a source again if another version of DuckDB, or a contract with another
    key or other columns, made them; True if that was needed.
    """
    held = dict(
        connection.execute(
            "SELECT name, content FROM meta.facts WHERE starts_with(name, ?)", [_FACT]
        ).fetchall()
    )
    made = {
        f"{_FACT} {contract.source}": (contract, _makers(contract))
        for contract in all_contracts().values()
    }
    stale = {name: each for name, each in made.items() if held.get(name) != each[1]}
    if not stale:
        return False
    connection.execute("BEGIN")
    if held:
        for contract, _ in stale.values():
            _hash_again(connection, contract)
    connection.execute(
        "INSERT OR REPLACE INTO meta.facts SELECT unnest(?), unnest(?)",
        [list(stale), [makers for _, makers in stale.values()]],
    )
    connection.execute("COMMIT")
    return bool(held)
