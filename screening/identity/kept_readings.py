"""What a text was read as is kept from run to run, so that a week reads only what it brings.

A reading is a pure function of a few columns: the same address has the same normal form, whoever
has it and whenever. Nothing that is kept can therefore be wrong or out of date, and nobody has to
work out what a change touches: what was asked before is there, what is new is read, and what nobody
asks for any longer is forgotten (an address is personal data). A run from nothing is the same
statements over an empty table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.fingerprint import fingerprint

#: Rows that are read at once, so that memory stays small however large a register is.
_ROWS_AT_ONCE = 500_000

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS identity_readings;
CREATE TABLE IF NOT EXISTS identity_readings.made (name VARCHAR, made_from VARCHAR)
"""

_START = """
CREATE OR REPLACE TABLE identity_readings.{name} (key UBIGINT, {columns});
DELETE FROM identity_readings.made WHERE name = '{name}';
INSERT INTO identity_readings.made VALUES ('{name}', '{made_from}')
"""

_ASKED = """
CREATE OR REPLACE TEMP TABLE asked_readings AS SELECT DISTINCT {key} AS key FROM ({rows});
CREATE OR REPLACE TEMP TABLE fresh_readings AS
    FROM asked_readings ANTI JOIN identity_readings.{name} USING (key)
"""

_COUNTS = """
SELECT (SELECT count(*) FROM asked_readings), (SELECT count(*) FROM fresh_readings),
    (SELECT count(*) FROM identity_readings.{name})
"""

_FORGET = """
DELETE FROM identity_readings.{name} WHERE key NOT IN (FROM asked_readings)
"""

_TO_READ = """
SELECT DISTINCT {key} AS key, {inputs} FROM ({rows}) WHERE {which}
"""


@dataclass(frozen=True)
class Reading:
    """How some columns are read.

    Attributes:
        name: of the table in schema ``identity_readings``.
        inputs: columns that are read; texts.
        outputs: column -> DuckDB type of what they are read as.
        read: adds the outputs to a frame of distinct inputs; a row's depend on nothing but its own
            inputs.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: Mapping[str, str]
    read: Callable[[pl.DataFrame], pl.DataFrame]

    def key(self, row: str = "") -> str:
        """SQL for the key of a row's inputs; ``row`` is the alias of its table."""
        prefix = f"{row}." if row else ""
        return f"hash({', '.join(prefix + name for name in self.inputs)})"

    @property
    def _made_from(self) -> str:
        return fingerprint(pl.__version__, self.name, *self.inputs)

    def stands(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether there is a table that was read by this code."""
        connection.execute(_SCHEMA)
        made = connection.execute(
            "SELECT made_from FROM identity_readings.made WHERE name = ?", [self.name]
        ).fetchall()
        return made == [(self._made_from,)]

    def start(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the table, empty."""
        columns = ", ".join(f"{name} {kind}" for name, kind in self.outputs.items())
        connection.execute(
            _START.format(name=self.name, columns=columns, made_from=self._made_from)
        )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    (counts,) = connection.execute(query).fetchall()
    return tuple(counts)


def keep_read(connection: duckdb.DuckDBPyConnection, reading: Reading, rows: str) -> None:
    """Make ``identity_readings.<name>`` (key, outputs) hold what ``rows`` are read as, no more.

    What was read by other code, or by another version of Polars, is read again.

    Args:
        connection: the warehouse.
        reading: how the rows are read.
        rows: a query that gives the reading's inputs, each as often as it likes.
    """
    told = {"name": reading.name, "key": reading.key(), "rows": rows}
    stands = reading.stands(connection)
    if stands:
        connection.execute(_ASKED.format(**told))
        asked, fresh, held = _count(connection, _COUNTS.format(**told))
        if held > asked - fresh:
            connection.execute(_FORGET.format(**told))
    else:
        reading.start(connection)
        (fresh,) = _count(connection, f"SELECT count(*) FROM ({rows})")
    parts = -(-fresh // _ROWS_AT_ONCE)
    for part in range(parts):
        which = [f"{told['key']} % {parts} = {part}"] if parts > 1 else []
        which += [f"{told['key']} IN (FROM fresh_readings)"] if stands else []
        query = _TO_READ.format(
            inputs=", ".join(reading.inputs), which=" AND ".join(which) or "true", **told
        )
        read = reading.read(to_polars(connection.sql(query)))
        with as_table(connection, "read_rows", read.select("key", *reading.outputs)):
            connection.execute(f"INSERT INTO identity_readings.{reading.name} FROM read_rows")
    if stands:
        connection.execute("DROP TABLE temp.asked_readings; DROP TABLE temp.fresh_readings")


def read_nothing(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Forget all that was kept of a reading: nobody asks for it. The table is empty."""
    connection.execute(_SCHEMA)
    reading.start(connection)
