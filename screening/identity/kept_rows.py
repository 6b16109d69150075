"""Which rows of a source are others than last time: a hash of each row is kept from run to run.

A row has a ``unit`` (what is made of it hangs together), a ``family`` (units that are made again
together; mostly the unit itself) and a ``line`` (all that what is made of it may depend on, hashed,
its unit and family too). Nothing else is kept: no value of a row can be read from it.
"""

import duckdb

from screening.warehouse.connection import has_rows

_TABLE = "CREATE OR REPLACE TABLE {kept} (unit UBIGINT, family UBIGINT, line UBIGINT)"

#: ``row_changes``: a line that is new, or the ``place`` of one of last time that is gone.
_DIFFERENCE = """
CREATE OR REPLACE TEMP TABLE row_changes AS
SELECT coalesce(now.unit, held.unit) AS unit, coalesce(now.family, held.family) AS family, line,
    held.place
FROM (SELECT rowid AS place, * FROM {kept}) AS held FULL JOIN ({rows}) AS now USING (line)
WHERE now.line IS NULL OR held.line IS NULL
"""

_APPLY = """
DELETE FROM {kept} WHERE rowid IN (SELECT place FROM row_changes);
INSERT INTO {kept} SELECT unit, family, line FROM row_changes WHERE place IS NULL;
"""

_CHANGED_FAMILIES = """
INSERT INTO {changed}
    SELECT unit FROM {kept} WHERE family IN (SELECT family FROM row_changes)
    UNION SELECT unit FROM row_changes
"""

_CHANGED_UNITS = "INSERT INTO {changed} SELECT DISTINCT {told} FROM row_changes"


def unit(source: str) -> str:
    """SQL for the unit of a source's row ``ref``; ``source`` is a name in quotes, or a column."""
    return f"hash({source}, ref)"


def start_rows(connection: duckdb.DuckDBPyConnection, kept: str) -> None:
    """Make the table ``kept``, empty: then every row is another."""
    connection.execute(_TABLE.format(kept=kept))


def keep_all_rows(connection: duckdb.DuckDBPyConnection, kept: str, rows: str) -> None:
    """Keep the rows of a first run, when nobody needs to know which are others."""
    connection.execute(f"INSERT INTO {kept} SELECT unit, family, line FROM ({rows})")


def note_changed_rows(
    connection: duckdb.DuckDBPyConnection,
    kept: str,
    rows: str,
    changed: str,
    has_families: bool = False,
    told: str = "unit",
) -> bool:
    """Add what is to be made again to the table ``changed`` (``told``), and keep today's rows.

    Args:
        connection: the warehouse.
        kept: the table with the rows of last time.
        rows: a query that gives ``unit``, ``family`` and ``line`` of each row of today.
        changed: the table that is added to; a unit may be in it already.
        has_families: whether a unit's family is made again with it.
        told: what is told of each unit: itself, or (where families are not made again) also its
            ``family``, by which it may be found quickly: "unit, family".

    Returns:
        Whether any row is another, is new, or is gone.
    """
    connection.execute(_DIFFERENCE.format(rows=rows, kept=kept))
    is_other = has_rows(connection, "FROM row_changes")
    if is_other:
        statement = _CHANGED_FAMILIES if has_families else _CHANGED_UNITS
        connection.execute(
            _APPLY.format(kept=kept) + statement.format(kept=kept, changed=changed, told=told)
        )
    connection.execute("DROP TABLE temp.row_changes")
    return is_other
