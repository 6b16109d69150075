"""A warehouse in memory whose schema ``known`` holds what a test puts into it."""

from functools import cache

import duckdb
import polars as pl

from screening.sources.contracts import all_contracts
from screening.warehouse.exchange import as_table
from screening.warehouse.parsed_sql import parsed

_SYSTEM = {
    "ref": "BIGINT", "origin": "VARCHAR", "row_no": "BIGINT", "as_of": "DATE", "true_from": "DATE",
}  # fmt: skip


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Schema ``known`` with an empty table for each source, as the contracts describe it."""
    connection = duckdb.connect(":memory:")
    for statement in _making():
        connection.execute(statement)
    return connection


@cache
def _making() -> tuple[duckdb.Statement, ...]:
    made = ["CREATE SCHEMA known", "CREATE SCHEMA identity"]
    for source, contract in all_contracts().items():
        columns = _SYSTEM | contract.value_columns
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        made.append(f"CREATE TABLE known.{source} ({listed})")
    return parsed(f"BEGIN; {'; '.join(made)}; COMMIT")


def fill(connection: duckdb.DuckDBPyConnection, source: str, rows: pl.DataFrame) -> None:
    """Put ``rows`` into ``known.<source>``; rows without ``ref`` get one in their order."""
    if "ref" not in rows.columns:
        ((there,),) = connection.execute(f"SELECT count(*) FROM known.{source}").fetchall()
        rows = rows.with_row_index("ref", offset=there + 1)
    # A column of nothing but nulls has no type that DuckDB takes.
    rows = rows.cast({pl.Null: pl.String})
    with as_table(connection, "given_rows", rows):
        listed = ", ".join(f'"{name}"' for name in rows.columns)
        connection.execute(f"INSERT INTO known.{source} ({listed}) SELECT {listed} FROM given_rows")


def put(connection: duckdb.DuckDBPyConnection, source: str, *rows: dict[str, object]) -> None:
    """Put a few ``rows`` into ``known.<source>``."""
    fill(connection, source, pl.DataFrame(list(rows), infer_schema_length=None))
