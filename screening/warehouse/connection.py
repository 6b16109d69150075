"""Connections to the warehouse, with the limits that a municipal machine needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from screening.warehouse.keys import keep_hashes_current
from screening.warehouse.schema import make_schema
from screening.warehouse.state import State

#: Memory that DuckDB may hold before it spills to the state folder; Polars and Python come on top.
DEFAULT_MEMORY_LIMIT = "1500MB"
#: The same while views are built and rules run: both hold what they group, and millions of invoices
#: would otherwise go to disk and back.
WORK_MEMORY_LIMIT = "2500MB"
#: Enough to append the rows of a file of any length.
_TO_APPEND = "300MB"

#: DuckDB begins a file with three headers of 4 KiB; a shorter file never held anything.
_HEADERS_BYTES = 3 * 4096


def memory_limit(otherwise: str = DEFAULT_MEMORY_LIMIT) -> str:
    """DuckDB's memory limit: ``VAKSAM_MEMORY_LIMIT`` such as ``2GB``, else the default."""
    return os.environ.get("VAKSAM_MEMORY_LIMIT", otherwise)


def _configuration(state: State) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": memory_limit(),
        "temp_directory": str(state.work / "spill"),
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,
        # A commit per file must not rewrite the database per file.
        "checkpoint_threshold": "512MB",
    }


@contextmanager
def joins_as_written(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within the block, tables are joined from left to right, what stands on the right held.

    Where DuckDB's guess of how many rows a join leaves may be far off, what is quick and small in
    the order written may take minutes and gigabytes in another.
    """
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        yield
    finally:
        connection.execute("RESET disabled_optimizers")


def has_rows(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether ``query``, such as ``FROM known.companies``, gives any row."""
    return bool(connection.execute(f"SELECT EXISTS ({query})").fetchall()[0][0])


def _clear_stub(path: Path) -> None:
    """Take away what a run left that was killed while it made the file: no whole header yet."""
    if path.is_file() and path.stat().st_size < _HEADERS_BYTES:
        for left in (path, path.with_name(path.name + ".wal")):
            left.unlink(missing_ok=True)


def _be_quiet(connection: duckdb.DuckDBPyConnection) -> None:
    """Progress is ours to show: DuckDB's own bar would run into answers on standard output."""
    connection.execute("SET enable_progress_bar = false")


@contextmanager
def open_warehouse(state: State, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, created on first use.

    Raises:
        duckdb.IOException: another process has the file, or it is damaged.
    """
    state.make()
    if not read_only:
        _clear_stub(state.warehouse)
    connection = duckdb.connect(
        str(state.warehouse), read_only=read_only, config=_configuration(state)
    )
    _be_quiet(connection)
    try:
        if not read_only:
            make_schema(connection)
            keep_hashes_current(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def open_work(state: State, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A work file of the run under way, with the warehouse attached read-only as ``warehouse``."""
    limits = {"memory_limit": memory_limit(WORK_MEMORY_LIMIT)}
    connection = duckdb.connect(str(path), config=_configuration(state) | limits)
    _be_quiet(connection)
    try:
        escaped = str(state.warehouse).replace("'", "''")
        connection.execute(f"ATTACH '{escaped}' AS warehouse (READ_ONLY)")
        yield connection
    finally:
        connection.close()


@contextmanager
def little_memory(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """DuckDB holds no more than it needs to append: nothing of a large file is read again soon.

    A limit that the operator set stays.
    """
    if "VAKSAM_MEMORY_LIMIT" in os.environ:
        yield
        return
    connection.execute(f"SET memory_limit = '{_TO_APPEND}'")
    try:
        yield
    finally:
        connection.execute(f"SET memory_limit = '{memory_limit()}'")


@contextmanager
def single_threaded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """DuckDB works with one thread, and leaves the others to what is read meanwhile.

    Many small inserts gain nothing from more: its threads would wait for each other, busily.
    """
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    connection.execute("SET threads = 1")
    try:
        yield
    finally:
        connection.execute(f"SET threads = {int(threads)}")
