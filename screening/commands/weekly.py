"""``vaksam weekly`` and ``vaksam schedule``: the main job, now or when it is due."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screening import terminal
from screening.commands.options import (
    AsJson,
    AsOf,
    Inbox,
    Lang,
    Language,
    Mappings,
    Out,
    Rules,
    State,
    check_apart,
    day,
    folders,
    rule_folders,
)
from screening.commands.telling import stop, told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

if TYPE_CHECKING:
    from flows.composition import WeeklyRequest
    from screening.reports.publish import Published


def _run_week(request: "WeeklyRequest", lang: Language) -> "Published":
    """Under Prefect where a server is configured, else in this process.

    A server that does not answer costs its history of the run, never the list.
    """
    from flows.composition import run_week
    from flows.server import answers, prefect_url

    url = prefect_url()
    if url is None:
        return run_week(request)
    if not answers(url):
        terminal.error(text("cli.server_silent", lang, url=url))
        return run_week(request)
    from flows.weekly import run_as_flow

    return run_as_flow(request)


def weekly(
    inbox: Inbox = Path("inbox"),
    out: Out = Path("out"),
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    rules: Rules = None,
    mappings: Mappings = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="List suppliers without findings too.")
    ] = False,
    lang: Lang = "sv",
    wait: Annotated[
        int, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait for another run.")
    ] = 0,
    json: AsJson = False,
) -> None:
    """Read the inbox, screen every supplier, publish the week's list.

    Example: vaksam weekly --inbox inbox --out lists --as-of 2026-11-20
    """
    from flows.composition import WeeklyRequest
    from screening.reports.week_told import show_week

    check_apart(inbox, out=out, state=state)
    with terminal.Progress(lang, is_quiet=json) as progress:
        request = WeeklyRequest(
            inbox=inbox,
            out=out,
            state=state,
            as_of=day(as_of),
            rules=rule_folders(rules),
            mappings=folders(mappings, "*.yaml"),
            language=lang,
            is_complete=everyone,
            wait_seconds=wait,
            progress=progress.step,
        )
        with told_plainly(lang):
            published = _run_week(request, lang)
    if json:
        terminal.say_json(published.as_json())
    else:
        with suppress(SystemExit):  # a reader that hung up changes nothing: the list is published
            show_week(published, lang)
    raise typer.Exit(published.exit_code)


def schedule(
    inbox: Inbox = Path("inbox"),
    out: Out = Path("out"),
    state: State = DEFAULT_STATE_DIR,
    cron: Annotated[
        str, typer.Option(help="When, in Europe/Stockholm. Default: Monday 06:00.")
    ] = "0 6 * * 1",
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the schedule active when this process stops.")
    ] = False,
    lang: Lang = "sv",
) -> None:
    """Run the week when it is due, through a Prefect server. Blocks until stopped.

    Needs a running server: prefect server start, and PREFECT_API_URL set to its address.

    Example: vaksam schedule --inbox inbox --out lists
    """
    check_apart(inbox, out=out, state=state)
    from flows.server import prefect_url

    if prefect_url() is None:
        stop(text("cli.no_server", lang))
    from flows.scheduling import serve_weekly

    serve_weekly(inbox.resolve(), out.resolve(), state.resolve(), cron, pause_on_shutdown=not keep)
