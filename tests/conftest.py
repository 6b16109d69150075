"""Settings for all tests."""

import atexit
import os
import sys

import pytest
from hypothesis import settings

# A machine that does other things as well must not make a property look broken.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

_status = [1]


def _leave_quietly() -> None:
    """End without DuckDB's binding listing its types after the last line of the tests."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status[0])


atexit.register(_leave_quietly)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    _status[0] = int(exitstatus)
