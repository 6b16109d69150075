"""A small demo municipality, made once, and the command as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from screening.demo.inbox import make_demo

AS_OF = date(2026, 11, 20)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return kept | quiet | {"PREFECT_HOME": str(folder / "prefect")}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing up."""
    return _environment(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``inbox/`` and ``labels.csv``: 200 suppliers, 8,000 lines."""
    folder = tmp_path_factory.mktemp("demo")
    make_demo(
        folder=folder / "inbox",
        labels=folder / "labels.csv",
        suppliers=200,
        invoices=8_000,
        seed=7,
        as_of=AS_OF,
    )
    return folder


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
