"""Which rows of a source are others than last time: a hash of each row is kept from run to run.

A row has a ``unit`` (what is made of it hangs together), a ``family`` (units that are made again
together; mostly the unit itself) and a ``line`` (all that what is made of it may depend on, hashed,
its unit and family too). Nothing else is kept: no value of a row can be read from it.
"""

import duckdb

_TABLE = "CREATE OR REPLACE TABLE {kept} (unit UBIGINT, family UBIGINT, line UBIGINT)"

_NOW = "CREATE OR REPLACE TEMP TABLE rows_now AS SELECT unit, family, line FROM ({rows})"

_IS_SAME = """
SELECT (SELECT (count(*), bit_xor(line), sum(line)) FROM rows_now)
    IS NOT DISTINCT FROM (SELECT (count(*), bit_xor(line), sum(line)) FROM {kept})
"""

#: ``row_changes``: a line that is new, or one that is gone.
_DIFFERENCE = """
CREATE OR REPLACE TEMP TABLE row_changes AS
SELECT coalesce(now.unit, held.unit) AS unit, coalesce(now.family, held.family) AS family, line,
    held.line IS NULL AS is_new
FROM rows_now AS now FULL JOIN {kept} AS held USING (line)
WHERE now.line IS NULL OR held.line IS NULL
"""

_CHANGED_FAMILIES = """
CREATE OR REPLACE TEMP TABLE changed_families AS SELECT DISTINCT family FROM row_changes;
INSERT INTO {changed}
    SELECT unit FROM rows_now SEMI JOIN changed_families USING (family)
    UNION SELECT unit FROM row_changes;
DROP TABLE temp.changed_families
"""

_CHANGED_UNITS = "INSERT INTO {changed} SELECT DISTINCT unit FROM row_changes"

_APPLY = """
DELETE FROM {kept} WHERE line IN (SELECT line FROM row_changes WHERE NOT is_new);
INSERT INTO {kept} SELECT unit, family, line FROM row_changes WHERE is_new;
DROP TABLE temp.row_changes
"""


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
) -> bool:
    """Add to the table ``changed`` (unit) what is to be made again; keep the rows for next time.

    Args:
        connection: the warehouse.
        kept: the table with the rows of last time.
        rows: a query that gives ``unit``, ``family`` and ``line`` of each row of today.
        changed: the table that is added to; a unit may be in it already.
        has_families: whether a unit's family may be another than itself.

    Returns:
        Whether any row is another, is new, or is gone.
    """
    connection.execute(_NOW.format(rows=rows))
    ((is_same,),) = connection.execute(_IS_SAME.format(kept=kept)).fetchall()
    if not is_same:
        connection.execute(_DIFFERENCE.format(kept=kept))
        statement = _CHANGED_FAMILIES if has_families else _CHANGED_UNITS
        connection.execute(statement.format(changed=changed))
        connection.execute(_APPLY.format(kept=kept))
    connection.execute("DROP TABLE temp.rows_now")
    return not is_same
