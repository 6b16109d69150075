"""The week, written once: the stages in the order in which data passes through them.

``run_week`` is called by the Prefect flow, each stage a task, and by the command line in-process
when no Prefect server is configured. Both leave the same list and the same manifest.
"""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import polars as pl

from screening.cases.database import cases_of
from screening.cases.finding_decisions import known_finding_decisions
from screening.cases.identity_decisions import known_decisions
from screening.identity.stage import resolve_stage
from screening.reports.critical_judged import judging_by
from screening.reports.publish import Published, WeekRun, publish_week
from screening.rules.stage import Screened, screen
from screening.warehouse.ingesting import Progress, ingest, silent
from screening.warehouse.lock import sole_writer
from screening.warehouse.state import State

Result = TypeVar("Result")


class StageCaller(Protocol):
    """Calls the function of a stage: directly, or as a Prefect task."""

    def __call__(
        self, name: str, function: Callable[..., Result], *arguments: object
    ) -> Result: ...


@dataclass(frozen=True)
class WeeklyRequest:
    """What a weekly run is asked to do."""

    inbox: Path
    out: Path
    state: Path
    as_of: date
    rules: tuple[Path, ...]
    mappings: tuple[Path, ...] = ()
    language: Literal["sv", "en"] = "sv"
    is_complete: bool = False
    wait_seconds: float = 0.0
    progress: Progress = field(default=silent, compare=False)


def call_directly(name: str, function: Callable[..., Result], *arguments: object) -> Result:  # noqa: ARG001
    """Run a stage in this process."""
    return function(*arguments)


def peak_rss_mb() -> float:
    """The most memory this process has held so far, in MB (10**6 bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def run_week(request: WeeklyRequest, call: StageCaller = call_directly) -> Published:
    """Ingest the inbox, resolve who is who, screen with the rules, publish the list.

    One run at a time has the state folder. Until the last step of publishing, the last list
    stands; a run that dies leaves nothing that the next one does not put right.

    Raises:
        StateBusyError: another run has the state folder.
        NotADirectoryError: there is no such inbox.
        CasesError: what people decided cannot be read; without it no list is made.
    """
    state = State(request.state).make()
    timings: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Result], *arguments: object) -> Result:
        request.progress(name, 0, 0)
        started = time.perf_counter()
        try:
            return call(name, function, *arguments)
        finally:
            timings[name] = round(time.perf_counter() - started, 3)

    with sole_writer(state.lock, request.wait_seconds):
        # Read before anything else: a list that ignores what people decided would accuse again.
        cases = cases_of(state)
        decisions, about_findings = known_decisions(cases), known_finding_decisions(cases)
        ingested = timed(
            "ingest",
            ingest,
            request.inbox,
            state,
            request.as_of,
            request.mappings,
            request.progress,
        )
        resolved = timed("resolve", resolve_stage, state, request.as_of, decisions)
        screened = timed("screen", _screen, state, request.as_of, request.rules, about_findings)
        week = WeekRun(
            as_of=request.as_of,
            ingested=ingested,
            resolved=resolved,
            screened=screened,
            timings=timings,
            language=request.language,
            is_complete=request.is_complete,
            peak_rss_mb=peak_rss_mb,
            decisions=about_findings,
        )
        return timed("publish", publish_week, state, request.out, week)


def _screen(state: State, as_of: date, rules: Sequence[Path], decisions: pl.DataFrame) -> Screened:
    """What the rules find, beside what people decided about critical findings."""
    return screen(state, as_of, rules, judging=judging_by(state, decisions, as_of))


def rule_folders(extra: Sequence[Path], shipped: Path) -> tuple[Path, ...]:
    """The folders whose rule files apply: those asked for, else the shipped ones."""
    return tuple(extra) or (shipped,)
