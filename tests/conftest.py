"""Settings for all tests."""

import atexit
import gc
import os
import sys
from collections.abc import Generator, Iterator
from functools import cache

import pytest
import typer.testing
from hypothesis import settings

from tests.duckdb_threads import all_threads, use_one_thread

# A machine that does other things as well must not make a property look broken. `make thorough`
# tries many times as many examples where a test does not say how many it needs.
settings.register_profile("patient", deadline=None, max_examples=15)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("patient")

# Typer reads every command's signature anew for each call of a runner; a user's call does it once.
typer.testing._get_command = cache(typer.testing._get_command)

use_one_thread()


@pytest.fixture(name="all_threads")
def _all_threads() -> Iterator[None]:
    """DuckDB works with as many threads as a user's does."""
    with all_threads():
        yield


_status = [1]


def _leave_quietly() -> None:
    """End without DuckDB's binding listing its types after the last line of the tests."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status[0])


atexit.register(_leave_quietly)


#: They wait for a server most of the time, and would keep everybody waiting at the end.
_FIRST = ("test_schedule.py", "test_prefect_server.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait; all others keep their order."""
    items.sort(key=lambda item: item.path.name not in _FIRST)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Hardly anything of what is collected is ever given back: looking for that takes seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    _status[0] = int(exitstatus)
