"""One run at a time has the state folder, and a dead one leaves nothing to clean up."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.warehouse.lock import StateBusyError, lock_owner, sole_writer

_HOLD = """
import sys, time
from pathlib import Path
from screening.warehouse.lock import sole_writer
with sole_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "warehouse.lock")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_is_refused_and_told_who_has_it(tmp_path: Path, holder) -> None:
    with pytest.raises(StateBusyError) as refused, sole_writer(tmp_path / "warehouse.lock"):
        pass
    assert refused.value.owner["pid"] == holder.pid
    assert str(holder.pid) in str(refused.value)


def test_a_second_run_may_wait(tmp_path: Path, holder) -> None:
    started = time.monotonic()
    with pytest.raises(StateBusyError), sole_writer(tmp_path / "warehouse.lock", wait_seconds=0.5):
        pass
    assert time.monotonic() - started >= 0.5


def test_a_killed_run_frees_the_folder(tmp_path: Path, holder) -> None:
    holder.kill()
    holder.wait()
    with sole_writer(tmp_path / "warehouse.lock", wait_seconds=5):
        assert lock_owner(tmp_path / "warehouse.lock")["pid"] != holder.pid
    assert lock_owner(tmp_path / "warehouse.lock") == {}
