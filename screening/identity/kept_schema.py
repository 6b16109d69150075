"""What a schema that is kept from run to run was made from: noted once all of it is whole.

Such a schema has a table ``made`` (made_from VARCHAR), empty while a run changes what is kept: what
a run left that was killed half way is made anew.
"""

import duckdb

_THERE = """
SELECT count(*) FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database()
    AND list_contains($tables, schema_name || '.' || table_name)
"""


def made_from(connection: duckdb.DuckDBPyConnection, schema: str, *others: str) -> str | None:
    """What ``schema`` was made from; None where nothing stands, or not all of it.

    Args:
        connection: the warehouse.
        schema: the schema that is kept.
        others: tables elsewhere, such as ``identity.ties``, without which it is worth nothing.
    """
    tables = [f"{schema}.made", *others]
    if connection.execute(_THERE, {"tables": tables}).fetchall() != [(len(tables),)]:
        return None
    made = connection.execute(f"SELECT made_from FROM {schema}.made").fetchall()
    return str(made[0][0]) if made else None


def take_note_away(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Before the first change: from now on not all of it stands."""
    connection.execute(f"DELETE FROM {schema}.made")


def note_made_from(connection: duckdb.DuckDBPyConnection, schema: str, made: str) -> None:
    """After the last change: note what all of it was made from."""
    take_note_away(connection, schema)
    connection.execute(f"INSERT INTO {schema}.made VALUES (?)", [made])
