"""A schedule fires on a running Prefect server, and the list is there afterwards.

Some versions of the libraries below Prefect start and register everything, and then never fire:
only seeing it fire proves the pins.
"""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.small_inbox import Town
from tests.end_to_end.small_town import TABLES, file_of

_START_SECONDS = 120
_FIRE_SECONDS = 240


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("w") as output:
        process = subprocess.Popen(
            arguments, stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=log.parent
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ask(url: str, content: dict[str, object] | None = None) -> object:
    body = json.dumps(content).encode() if content is not None else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def _wait_for_server(api: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            _ask(f"{api}/health")
        except (urllib.error.URLError, OSError):
            time.sleep(1)
        else:
            return
    raise TimeoutError("the Prefect server did not start")


def _small_inbox(folder: Path) -> Path:
    town = Town(folder)
    for source in ("invoices", "suppliers", "companies"):
        header, rows = TABLES[source]
        town.put(file_of(source), header, *rows)
    return town.inbox


def test_the_schedule_fires_and_leaves_the_list(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    inbox = _small_inbox(tmp_path)
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment |= {
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
        "PREFECT_RUNNER_POLL_FREQUENCY": "3",
    }
    prefect = str(Path(sys.executable).with_name("prefect"))
    server = [prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    schedule = [sys.executable, "-m", "screening.cli", "schedule", "--inbox", str(inbox)]
    schedule += ["--out", str(tmp_path / "out"), "--state", str(tmp_path / "state")]
    schedule += ["--cron", "* * * * *"]
    with _running(server, environment, tmp_path / "server.log"):
        _wait_for_server(api)
        with _running(schedule, environment, tmp_path / "schedule.log"):
            until = time.monotonic() + _FIRE_SECONDS
            finished: list[dict[str, object]] = []
            while not finished and time.monotonic() < until:
                time.sleep(3)
                runs = _ask(f"{api}/flow_runs/filter", {"sort": "START_TIME_ASC"})
                assert isinstance(runs, list)
                finished = [run for run in runs if run["state_type"] in ("COMPLETED", "FAILED")]
            log = (tmp_path / "schedule.log").read_text()
            assert finished, f"no run was fired\n{log[-3000:]}"
            assert finished[0]["state_type"] == "COMPLETED", log[-3000:]
            assert finished[0]["auto_scheduled"] is True
            artifacts = _ask(f"{api}/artifacts/filter", {})
            assert isinstance(artifacts, list)
            assert any(artifact["key"] == "vaksam-weekly-list" for artifact in artifacts)
    (week,) = [path for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")]
    assert (week / "risk-list.csv").stat().st_size > 0
    manifest = json.loads((week / "run.json").read_text(encoding="utf-8"))
    assert set(manifest["timings"]) >= {"ingest", "resolve", "screen"}
