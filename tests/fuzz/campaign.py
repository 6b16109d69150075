"""Many mutated files, each read in a worker process that may die or hang without harm.

The worker says so after each file. Where it says nothing for too long it is stopped, and the file
it was at is the finding.
"""

import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

#: A file may take so long, on a machine that does other things as well.
LONGEST_SECONDS = 10.0
#: A worker may need so long until it is ready for its first file.
_STARTING_SECONDS = 120.0
#: One file may add so much to the most memory that its process held.
MOST_GROWTH_BYTES = 700 << 20


@dataclass(frozen=True)
class Finding:
    """A law that a file broke. The number makes the file again."""

    number: int
    seed: str
    steps: tuple[str, ...]
    problem: str

    def __str__(self) -> str:
        return f"file {self.number} ({self.seed}: {', '.join(self.steps)}): {self.problem}"


@dataclass
class Report:
    """What a campaign found."""

    files: int = 0
    loaded_files: int = 0
    rows: int = 0
    slowest_seconds: float = 0.0
    slowest_number: int = -1
    peak_bytes: int = 0
    seconds: float = 0.0
    unreadable: Counter[str] = field(default_factory=Counter)
    counted: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Told:
    """What a worker says of one file."""

    number: int
    seconds: float
    read: int
    loaded: int
    unreadable: str | None
    is_counted: bool
    peak: int
    seed: str
    steps: tuple[str, ...]
    problems: tuple[str, ...]


def run(
    numbers: Sequence[int],
    *,
    campaign: int = 0,
    workers: int = 1,
    tell: Callable[[Report], None] = lambda _: None,
    mischief: Mapping[int, Callable[[], None]] | None = None,
) -> Report:
    """Read the files of some numbers and report.

    Args:
        numbers: of the files.
        campaign: other files for the same numbers.
        workers: processes at a time.
        tell: called after each file.
        mischief: what a worker does while it is at a file, to see that it is seen.
    """
    report = Report()
    start = time.monotonic()
    lanes = [_Lane(numbers[lane::workers], campaign, mischief or {}) for lane in range(workers)]
    try:
        while running := [lane for lane in lanes if not lane.is_done]:
            ready = wait([lane.ear for lane in running], timeout=0.5)
            for lane in running:
                for told in lane.listen(is_ready=lane.ear in ready):
                    _note(report, told)
                    tell(report)
                report.findings += lane.take_findings()
    finally:
        for lane in lanes:
            lane.stop()
    report.findings.sort(key=lambda finding: finding.number)
    report.seconds = time.monotonic() - start
    return report


def _note(report: Report, told: _Told) -> None:
    report.files += 1
    report.rows += told.read
    report.counted += told.is_counted
    report.peak_bytes = max(report.peak_bytes, told.peak)
    if told.unreadable is None:
        report.loaded_files += told.loaded > 0
    else:
        report.unreadable[told.unreadable] += 1
    if told.seconds > report.slowest_seconds:
        report.slowest_seconds, report.slowest_number = told.seconds, told.number
    report.findings += [
        Finding(told.number, told.seed, told.steps, problem) for problem in told.problems
    ]


class _Lane:
    """One worker after another for some numbers, in order."""

    def __init__(
        self, numbers: Sequence[int], campaign: int, mischief: Mapping[int, Callable[[], None]]
    ) -> None:
        self._numbers = list(numbers)
        self._campaign = campaign
        self._mischief = mischief
        self._done = 0
        self._findings: list[Finding] = []
        self._process: SpawnProcess | None = None
        self.ear: Connection
        self._start()

    @property
    def is_done(self) -> bool:
        return self._done >= len(self._numbers)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.ear, mouth = context.Pipe(duplex=False)
        left = self._numbers[self._done :]
        self._process = context.Process(
            target=_work, args=(left, self._campaign, self._mischief, mouth), daemon=True
        )
        self._process.start()
        mouth.close()
        self._deadline = time.monotonic() + _STARTING_SECONDS

    def listen(self, *, is_ready: bool) -> Iterator[_Told]:
        """What the worker said; it is replaced where it died or hangs."""
        if is_ready:
            try:
                while not self.is_done and self.ear.poll():
                    told = self.ear.recv()
                    self._deadline = time.monotonic() + LONGEST_SECONDS
                    if told is not None:
                        self._done += 1
                        yield told
            except EOFError:
                self._give_up("the process died")
        elif time.monotonic() > self._deadline:
            self._give_up(f"no end after {LONGEST_SECONDS:.0f} s")

    def _give_up(self, why: str) -> None:
        from tests.fuzz.mutated_files import mutated_file

        assert self._process is not None
        number = self._numbers[self._done]
        made = mutated_file(number, self._campaign)
        if self._process.is_alive() and why.startswith("no end"):
            self._process.kill()
        self._process.join(10)
        code = self._process.exitcode
        self._findings.append(Finding(number, made.seed.name, made.steps, f"{why} (exit {code})"))
        self._done += 1
        if not self.is_done:
            self._start()

    def take_findings(self) -> list[Finding]:
        found, self._findings = self._findings, []
        return found

    def stop(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.join(2 if self.is_done else 0)
            self._process.kill()


def _nothing() -> None:
    """The worker reads its file and that is all."""


def _work(
    numbers: list[int],
    campaign: int,
    mischief: Mapping[int, Callable[[], None]],
    mouth: Connection,
) -> None:
    """Read each file and say what came of it. Runs in a process of its own."""
    # Many small files are read faster by one thread, and two workers share two cores.
    os.environ["POLARS_MAX_THREADS"] = "1"
    from tests.fuzz.confinement import Confinement, peak_bytes
    from tests.fuzz.laws import SECRET, outcome_of
    from tests.fuzz.mutated_files import mutated_file

    with tempfile.TemporaryDirectory(prefix="vaksam-fuzz-") as name:
        folder = Path(name).resolve()
        tempfile.tempdir = str(folder)
        watch = Confinement(folder, SECRET)
        path = folder / "raw"
        work_dir = folder / "work"
        work_dir.mkdir()
        # What is imported late or read once, such as the catalogues, is no doing of the first file.
        for warming in range(3):
            path.write_bytes(mutated_file(warming).seed.content)
            outcome_of(path, "x", mutated_file(warming).seed.source, work_dir)
        mouth.send(None)
        for number in numbers:
            made = mutated_file(number, campaign)
            path.write_bytes(watch.baited(made.content))
            before, start = peak_bytes(), time.perf_counter()
            with watch.on() as seen:
                mischief.get(number, _nothing)()
                outcome = outcome_of(
                    path, made.seed.file_name, made.seed.source, work_dir, made.rows
                )
            seconds = time.perf_counter() - start
            problems = [*outcome.problems, *dict.fromkeys(seen)]
            if peak_bytes() - before > MOST_GROWTH_BYTES:
                problems.append(f"memory: {(peak_bytes() - before) >> 20} MiB more")
            if any(work_dir.iterdir()):
                problems.append("left files behind")
            mouth.send(
                _Told(
                    number,
                    seconds,
                    outcome.read,
                    outcome.loaded,
                    outcome.unreadable,
                    made.rows is not None,
                    peak_bytes(),
                    made.seed.name,
                    made.steps,
                    tuple(problems),
                )
            )
        mouth.close()
    # Libraries say much when an interpreter ends, and nothing that matters here.
    os._exit(0)
