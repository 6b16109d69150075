"""The weekly run under Prefect: each stage of ``flows.composition`` is one task.

Scheduled for Monday 06:00 Europe/Stockholm by ``prefect.yaml`` or ``vaksam schedule``. A run is
idempotent per ISO week: made up late or twice, it replaces that week's list with the same list.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from prefect import State, Task, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun

from flows.composition import WeeklyRequest, run_week
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR, RULES_DIR
from screening.reports.publish import Published
from screening.reports.summary import markdown_summary

Result = TypeVar("Result")

#: Stages that read or write shared folders, where a second try may find the folder back.
_RETRIED = {"ingest": 3, "publish": 3}
_RETRY_SECONDS = 20.0


def _is_passing(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Only trouble of the file system can pass by itself; anything else would fail again."""
    failure = state.result(raise_on_failure=False)
    return isinstance(failure, OSError) and not isinstance(failure, NotADirectoryError)


def call_as_task(name: str, function: Callable[..., Result], *arguments: object) -> Result:
    """Run a stage as a Prefect task."""
    stage: Task[..., Result] = task(
        name=name,
        retries=_RETRIED.get(name, 0),
        retry_delay_seconds=_RETRY_SECONDS,
        retry_condition_fn=_is_passing,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(function)
    return stage(*arguments)


def today_in_stockholm() -> date:
    """The day on which a run without a date counts."""
    return datetime.now(ZoneInfo("Europe/Stockholm")).date()


def _record(published: Published, language: Literal["sv", "en"]) -> None:
    """Leave the top of the list where the run's history shows it."""
    create_markdown_artifact(
        key="vaksam-weekly-list",
        markdown=markdown_summary(published, language),
        description=text("flows.artifact", language, week=published.week),
    )
    logger = get_run_logger()
    logger.info("published %s: %d suppliers on the list", published.week, published.listed)
    if published.exit_code:
        logger.warning("published, and %d warnings need a look", published.warning_count)


@flow(name="vaksam-weekly", persist_result=False, validate_parameters=True)
def weekly(
    inbox: str = "inbox",
    out: str = "out",
    state: str = str(DEFAULT_STATE_DIR),
    as_of: date | None = None,
    rules: list[str] | None = None,
    mappings: list[str] | None = None,
    language: Literal["sv", "en"] = "sv",
    is_complete: bool = False,
    wait_seconds: float = 600.0,
) -> Published:
    """Read the inbox, screen every supplier, publish the week's list.

    Args:
        inbox: folder with one folder per source.
        out: folder that gets ``<ISO year>-W<week>/``.
        state: the installation's state folder.
        as_of: the day the run is for; today in Stockholm by default.
        rules: folders with rule files; the shipped rules by default.
        mappings: further folders with source mappings.
        language: language of the list.
        is_complete: list suppliers without findings too.
        wait_seconds: how long to wait for another run to finish.

    Returns:
        Where the list is, how many suppliers are on it, and what needs a look.
    """
    request = WeeklyRequest(
        inbox=Path(inbox),
        out=Path(out),
        state=Path(state),
        as_of=as_of or today_in_stockholm(),
        rules=tuple(Path(folder) for folder in rules or ()) or (RULES_DIR,),
        mappings=tuple(Path(folder) for folder in mappings or ()),
        language=language,
        is_complete=is_complete,
        wait_seconds=wait_seconds,
    )
    published = run_week(request, call_as_task)
    _record(published, request.language)
    return published


def run_as_flow(request: WeeklyRequest) -> Published:
    """Run the week now, as a flow run that the configured Prefect server records."""
    return weekly(
        inbox=str(request.inbox),
        out=str(request.out),
        state=str(request.state),
        as_of=request.as_of,
        rules=[str(folder) for folder in request.rules],
        mappings=[str(folder) for folder in request.mappings],
        language=request.language,
        is_complete=request.is_complete,
        wait_seconds=request.wait_seconds,
    )
