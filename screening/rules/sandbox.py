"""The closed room in which a rule's query runs.

No file, no network, no extension, no setting that a query could change; a limit on memory; and a
clock that stops a query that takes too long. (DuckDB has no time limit of its own.)
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
from typing import Any

import duckdb

from screening.rules.catalog import SCREEN
from screening.rules.problems import RuleProblem
from screening.rules.safety import CheckedQuery
from screening.rules.shaping import MAX_ROWS, Found, answer_types, detail_fields, merge_rows
from screening.rules.summaries import FieldKind
from screening.warehouse.parsed_sql import parsed_one

#: Seconds that one rule may take, and memory that DuckDB may use, unless told otherwise.
TIME_LIMIT_S = 60.0
MEMORY_LIMIT = "2GB"
#: Room on disk for what does not fit in memory.
_SPILL_LIMIT = "4GB"

_ANSWER = "answer_of_the_rule"


@contextmanager
def sandbox(
    database: Path | None = None,
    *,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection to ``database`` (read-only), or to an empty one in memory.

    The in-memory one (for rules' cases) differs only in that its owner can write tables.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "enable_external_access": "false",
        "python_enable_replacements": "false",
        "memory_limit": memory_limit,
        "max_temp_directory_size": _SPILL_LIMIT,
    }
    if threads is not None:
        config["threads"] = str(threads)
    connection = (
        duckdb.connect(":memory:", config=config)
        if database is None
        else duckdb.connect(database, read_only=True, config=config)
    )
    try:
        if database is None:
            connection.execute(f"CREATE SCHEMA {SCREEN}")
        connection.execute(f"SET search_path = '{SCREEN}'")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def ask(
    connection: duckdb.DuckDBPyConnection,
    query: CheckedQuery,
    values: Mapping[str, Any],
    *,
    time_limit_s: float = TIME_LIMIT_S,
    memory_limit: str = MEMORY_LIMIT,
) -> Found:
    """What ``query`` finds, one row per supplier.

    Raises:
        RuleProblem: it failed, took too long, needed too much memory, or answered with something
            that is no finding. The sentence never holds data.
    """
    with _clock(connection, time_limit_s) as rang:
        try:
            return _answer(connection, query, values)
        except duckdb.Error as error:
            if rang.is_set() or isinstance(error, duckdb.InterruptException):
                raise RuleProblem("took_too_long", seconds=f"{time_limit_s:g}") from None
            raise _problem(error, memory_limit) from None
        except MemoryError:
            raise RuleProblem("needed_too_much_memory", limit=memory_limit) from None
        finally:
            _drop_answer(connection)


@dataclass(frozen=True)
class ReturnedFields:
    """What a query's findings hold: the fields of the detail, and whether there is evidence."""

    fields: dict[str, FieldKind]
    has_evidence: bool


def returned_fields(
    connection: duckdb.DuckDBPyConnection, query: CheckedQuery, values: Mapping[str, Any]
) -> ReturnedFields:
    """What ``query`` returns, found out without asking for a row.

    Raises:
        RuleProblem: DuckDB cannot make sense of the query, or it returns what is no finding.
    """
    try:
        _make_answer(connection, query, values, rows=0)
        types = answer_types(connection, _ANSWER)
    except duckdb.Error as error:
        raise _problem(error, MEMORY_LIMIT) from None
    finally:
        _drop_answer(connection)
    return ReturnedFields(detail_fields(types), "evidence" in types)


def _make_answer(
    connection: duckdb.DuckDBPyConnection,
    query: CheckedQuery,
    values: Mapping[str, Any],
    rows: int,
) -> None:
    used = {name: values[name] for name in sorted(query.parameters)}
    made = f"CREATE TEMP TABLE {_ANSWER} AS SELECT * FROM (\n{query.sql}\n) LIMIT {rows}"
    connection.execute(parsed_one(made), used)


def _answer(
    connection: duckdb.DuckDBPyConnection, query: CheckedQuery, values: Mapping[str, Any]
) -> Found:
    _make_answer(connection, query, values, rows=MAX_ROWS + 1)
    return merge_rows(connection, _ANSWER, answer_types(connection, _ANSWER))


def _drop_answer(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute(f"DROP TABLE IF EXISTS temp.{_ANSWER}")
    except duckdb.TransactionException:
        # Inside a transaction that already failed; its owner rolls it back, and the table with it.
        return


@contextmanager
def _clock(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[Event]:
    """Interrupts the connection after ``seconds``; the event says that it did."""
    rang = Event()

    def ring() -> None:
        rang.set()
        connection.interrupt()

    timer = Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield rang
    finally:
        timer.cancel()
        timer.join()


def _problem(error: duckdb.Error, memory_limit: str) -> RuleProblem:
    if isinstance(error, duckdb.OutOfMemoryException):
        return RuleProblem("needed_too_much_memory", limit=memory_limit)
    return RuleProblem("query_failed", reason=_without_data(error))


def _without_data(error: duckdb.Error) -> str:
    """The first line of DuckDB's message, values from rows taken out of it."""
    line = str(error).strip().split("\n", 1)[0]
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException):
        return line
    return re.sub(r"\d{4,}", "…", re.sub(r"(['\"]).*\1", "…", line))
