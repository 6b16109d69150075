"""What was known on a day: one view per source over its history.

A version is left out on a day only if what replaced it was both true and known by then. Where
versions became known in another order than they were true, the newest of those known that day
stands. Facts of later days are unknown on an earlier one, even if they are in the warehouse today.
"""

import hashlib
from datetime import date

import duckdb

from screening.sources.contracts import Contract, all_contracts
from screening.warehouse.parsed_sql import parsed
from screening.warehouse.schema import fact, note_fact, quoted

_FACT = "known views made by"


def _view(contract: Contract, day: str, is_tangled: bool) -> str:
    columns = ", ".join(quoted(name) for name in contract.value_columns)
    kept = f"ref, origin, row_no, as_of, true_from, {columns}"
    seen = f"seen_from <= {day} AND true_from <= {day}"
    current = f"(true_to IS NULL OR true_to > {day} OR seen_to > {day})"
    newest = "row_number() OVER (PARTITION BY key_hash ORDER BY true_from DESC, seen_from DESC, "
    table = f"history.{contract.source}"
    tangled = f"""
        AND is_tangled IS NOT TRUE
        UNION ALL
        SELECT {kept} FROM (SELECT * FROM {table} WHERE {seen} AND is_tangled IS TRUE
            QUALIFY {newest} ref DESC) = 1)
    """
    return f"""
        CREATE OR REPLACE VIEW known.{contract.source} AS
        SELECT {kept} FROM {table} WHERE {seen} AND {current}
        {tangled if is_tangled else ""};
        CREATE OR REPLACE VIEW known.{contract.source}_versions AS
        SELECT {kept}, key_hash FROM {table} WHERE {seen};
    """


def _tangled(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Sources in which versions became known in another order than they were true: hardly any.

    DuckDB takes three times as long to make ready for a query what looks at both kinds of versions,
    and hundreds of small queries read these views.
    """
    asked = " UNION ALL ".join(
        f"(SELECT '{source}' FROM history.{source} WHERE is_tangled LIMIT 1)"
        for source in all_contracts()
    )
    return {source for (source,) in connection.execute(asked).fetchall()}


def set_known_day(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Point the views of schema ``known`` at ``as_of``.

    ``known.<source>`` has the versions in force, ``known.<source>_versions`` those before too.
    To be called after rows were loaded: the views fit what is in the history.
    """
    day = f"DATE '{as_of.isoformat()}'"
    tangled = _tangled(connection)
    views = "".join(
        _view(contract, day, source in tangled) for source, contract in all_contracts().items()
    )
    made_by = hashlib.sha256(views.encode()).hexdigest()
    if fact(connection, _FACT) == made_by:
        return
    connection.execute("BEGIN")
    for statement in parsed(views):
        connection.execute(statement)
    note_fact(connection, _FACT, made_by)
    connection.execute("COMMIT")
