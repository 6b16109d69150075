"""``kill -9`` at random moments of a run: the last list stands, the next run is as undisturbed.

    python -m benchmarks.killed [--times 30]

Publishes one week, then for the next week kills a run at a random moment, checks that every file of
the last list reads as before, runs again to the end, and compares the list and the findings byte by
byte with those of a run that nobody disturbed.
"""

import argparse
import filecmp
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.machine import describe_machine

_FILES = ("risk-list.csv", "findings.csv", "quarantine.csv", "risk-list.xlsx", "report.html")


def _week(folder: Path, inbox: Path, state: str, as_of: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "screening.cli",
        "weekly",
        "--inbox",
        str(inbox),
        "--out",
        str(folder / f"out-{state}"),
        "--state",
        str(folder / state),
        "--as-of",
        as_of,
        "--json",
    ]


def _run(command: list[str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return time.perf_counter() - started


def _same(left: Path, right: Path) -> list[str]:
    return [name for name in _FILES if not filecmp.cmp(left / name, right / name, shallow=False)]


def main() -> None:
    """Kill, run again, compare; exit code 1 at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--suppliers", type=int, default=200)
    parser.add_argument("--invoices", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, default=Path("data/var/killed"))
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    shutil.rmtree(asked.folder, ignore_errors=True)
    inbox = asked.folder / "inbox"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "screening.cli",
            "demo",
            str(inbox),
            "--suppliers",
            str(asked.suppliers),
            "--invoices",
            str(asked.invoices),
            "--as-of",
            "2026-11-13",
        ],
        check=True,
        capture_output=True,
    )
    later = asked.folder / "later"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "screening.cli",
            "demo",
            str(later),
            "--suppliers",
            str(asked.suppliers),
            "--invoices",
            str(asked.invoices),
            "--as-of",
            "2026-11-20",
            "--seed",
            "2",
        ],
        check=True,
        capture_output=True,
    )
    _run(_week(asked.folder, inbox, "undisturbed", "2026-11-13"))
    shutil.copytree(asked.folder / "undisturbed", asked.folder / "before")
    length = _run(_week(asked.folder, later, "undisturbed", "2026-11-20"))
    truth = asked.folder / "out-undisturbed"
    print(describe_machine())
    print(f"an undisturbed run takes {length:.1f} s; killing {asked.times} at random moments")
    wrong = 0
    for attempt in range(asked.times):
        state = asked.folder / "killed"
        out = asked.folder / "out-killed"
        for left in (state, out):
            shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(asked.folder / "before", state)
        shutil.copytree(truth / "2026-W46", out / "2026-W46")
        moment = chance.uniform(0, length)
        command = _week(asked.folder, later, "killed", "2026-11-20")
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        reached = sorted(path.name for path in (out / "2026-W47").glob("*"))
        broken = _same(truth / "2026-W46", out / "2026-W46")
        broken += [
            name
            for name in reached
            if name in _FILES
            and not filecmp.cmp(out / "2026-W47" / name, truth / "2026-W47" / name, False)
        ]
        _run(command)
        broken += _same(truth / "2026-W47", out / "2026-W47")
        wrong += bool(broken)
        told = f"differs: {', '.join(broken)}" if broken else "as undisturbed"
        print(f"{attempt + 1:3}  killed after {moment:5.2f} s, {len(reached)} files there: {told}")
    print(f"{asked.times - wrong} of {asked.times} as undisturbed")
    shutil.rmtree(asked.folder)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
