"""DuckDB with one thread for the small tables of tests, and with all where that is looked at.

On such tables a second thread is only woken and waits, which costs a tenth of the time and more
where every core has a worker. What is run as a process of its own has all threads, as a user has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

_connect_as_users_do = duckdb.connect


def _connect(
    database: str | Path = ":memory:",
    read_only: bool = False,
    config: dict[str, Any] | None = None,
) -> duckdb.DuckDBPyConnection:
    return _connect_as_users_do(database, read_only, {"threads": 1} | (config or {}))


def use_one_thread() -> None:
    """From now on connections have one thread, unless they ask for another number."""
    duckdb.connect = _connect


@contextmanager
def all_threads() -> Iterator[None]:
    """Connections within the block have as many threads as a user's."""
    duckdb.connect = _connect_as_users_do
    try:
        yield
    finally:
        use_one_thread()
