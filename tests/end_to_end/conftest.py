"""A small demo municipality, made once, and the command as a user runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from screening.demo.inbox import make_demo
from tests.duckdb_threads import all_threads
from tests.end_to_end.small_inbox import Town, Week, WeekMadeOnce
from tests.end_to_end.small_town import settle

AS_OF = date(2026, 11, 20)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return kept | quiet | {"PREFECT_HOME": str(folder / "prefect")}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing up."""
    return _environment(tmp_path)


#: Fills a folder that is not there yet.
Making = Callable[[Path], object]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Making], Path]:
    """A folder of a name, filled by the first worker that wants it: only to be looked at."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Making) -> Path:
        folder, whole = shared / name, shared / f"{name}.whole"
        with FileLock(shared / f"{name}.lock"):
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder)
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def week_made_once(made_once: Callable[[str, Making], Path]) -> WeekMadeOnce:
    """The week of a town of a name, run by the first worker that wants it: only to be looked at."""

    def made(name: str, make: Callable[[Town], Week]) -> Week:
        def run(folder: Path) -> None:
            week = make(Town(folder))
            (folder / "exit_code").write_text(str(week.exit_code), encoding="utf-8")

        folder = made_once(name, run)
        (listed,) = (folder / "out").glob("*-W*")
        return Week(listed, int((folder / "exit_code").read_text(encoding="utf-8")))

    return made


@pytest.fixture(scope="session")
def demo(made_once: Callable[[str, Making], Path]) -> Path:
    """A folder with ``inbox/`` and ``labels.csv``: 200 suppliers, 8,000 lines."""

    def make(folder: Path) -> None:
        make_demo(
            folder=folder / "inbox",
            labels=folder / "labels.csv",
            suppliers=200,
            invoices=8_000,
            seed=7,
            as_of=AS_OF,
        )

    return made_once("demo", make)


@pytest.fixture(scope="session")
def demo_week(week_made_once: WeekMadeOnce, demo: Path) -> Week:
    """The week of the demo, run with all threads: it has the most rows."""

    def make(town: Town) -> Week:
        shutil.copytree(demo / "inbox", town.inbox)
        with all_threads():
            return town.run(AS_OF)

    return week_made_once("demo week", make)


@pytest.fixture(scope="session")
def whole_week(week_made_once: WeekMadeOnce) -> Week:
    """The first week of the whole small town."""
    return week_made_once("the whole town", lambda town: settle(town).run())


@pytest.fixture(scope="module")
def whole_town(whole_week: Week, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A module's own copy of the whole small town after its first week."""
    folder = tmp_path_factory.mktemp("town") / "town"
    shutil.copytree(whole_week.town, folder)
    return Town(folder)


@pytest.fixture
def vaksam(
    tmp_path: Path, environment: dict[str, str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``vaksam`` with arguments, in an empty folder, with a user's environment."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "screening.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            check=False,
            timeout=300,
        )

    return run
