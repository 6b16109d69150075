"""A Prefect server that is gone costs the history of the run, never the list."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.small_inbox import Town, only_rules
from tests.end_to_end.small_town import settle


def test_a_silent_server_is_named_and_the_week_runs_without_it(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    town = settle(Town(tmp_path, only_rules(tmp_path / "rules", "company/046")), is_whole=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "screening.cli", "weekly", "--as-of", "2026-11-20"]
    command += ["--inbox", str(town.inbox), "--rules", str(town.rules)]
    command += ["--out", str(tmp_path / "out")]
    command += ["--state", str(tmp_path / "state"), "--lang", "en"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment | {"PREFECT_API_URL": url},
        check=False,
        timeout=300,
    )
    assert done.returncode in (0, 3), done.stderr
    assert f"{url} does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "2026-W47" / "risk-list.csv").is_file()
