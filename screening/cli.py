"""The command line: ``vaksam …``, a thin face over the stages.

Exit codes of ``vaksam weekly``: 0 published; 3 published, and something needs a look; 1 nothing
published, the last list stands; 2 wrong usage.
"""

import atexit
import json as jsonlib
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn
from zoneinfo import ZoneInfo

import duckdb
import typer

from screening import __version__, terminal
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR, RULES_DIR
from screening.rules.loading import NOT_RULES
from screening.warehouse.lock import StateBusyError

if TYPE_CHECKING:
    from flows.composition import WeeklyRequest
    from screening.reports.publish import Published

Language = Literal["sv", "en"]

#: Years in which a demo may end: two years before it must be within the calendar of everything.
_DEMO_YEARS = range(2000, 2101)

app = typer.Typer(
    name="vaksam",
    help="Supplier risk screening against welfare crime: one short, explained list every week.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
rules_app = typer.Typer(help="Rule files: list, lint, test, document.", no_args_is_help=True)
sources_app = typer.Typer(help="What vaksam reads.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(sources_app, name="sources")


def _folder(written: str | Path) -> Path:
    """A folder, given or the default. An empty one (an unset variable) would mean the current."""
    if not str(written).strip():
        raise typer.BadParameter("is empty")
    return Path(written)


State = Annotated[
    Path,
    typer.Option(
        "--state",
        envvar="VAKSAM_STATE",
        help="State folder of this installation.",
        parser=_folder,
        metavar="FOLDER",
    ),
]
Inbox = Annotated[
    Path,
    typer.Option(
        "--inbox",
        envvar="VAKSAM_INBOX",
        help="Folder with one folder per source.",
        parser=_folder,
        metavar="FOLDER",
    ),
]
Out = Annotated[
    Path,
    typer.Option(
        "--out",
        envvar="VAKSAM_OUT",
        help="Folder that gets <ISO year>-W<week>/.",
        parser=_folder,
        metavar="FOLDER",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day the run is for. Default: today."),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Folder with rule files; may be repeated. Default: the shipped."),
]
Mappings = Annotated[
    list[Path] | None,
    typer.Option("--mappings", help="Folder with source mappings; may be repeated."),
]
Lang = Annotated[Language, typer.Option("--lang", envvar="VAKSAM_LANG", help="sv or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def _day(written: str | None) -> date:
    if written is None:
        return datetime.now(ZoneInfo("Europe/Stockholm")).date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written!r} is not a date like 2026-11-20") from error


def _folders(given: list[Path] | None, holds: str) -> tuple[Path, ...]:
    """The folders given, each of which must be there and hold what it is given for."""
    for folder in given or ():
        if not folder.is_dir():
            raise typer.BadParameter(f"there is no folder {folder}")
        if all(path.name in NOT_RULES for path in folder.glob(holds)):
            raise typer.BadParameter(f"the folder {folder} holds no {holds}")
    return tuple(given or ())


def _rule_folders(given: list[Path] | None) -> tuple[Path, ...]:
    return _folders(given, "**/*.y*ml") or (RULES_DIR,)


def _check_apart(inbox: Path, **made: Path) -> None:
    """Refuse to write into the inbox: the next run would read what this one wrote."""
    for name, folder in made.items():
        if folder.resolve().is_relative_to(inbox.resolve()):
            raise typer.BadParameter(f"--{name} {folder} lies in the inbox {inbox}")


def _stop(message: str) -> NoReturn:
    terminal.error(message)
    raise typer.Exit(1)


def _sentence_for(error: Exception, language: Language) -> str | None:
    """What went wrong from outside, in one sentence; None for what is nobody's fault but ours."""
    from screening.demo.inbox import InboxInUseError
    from screening.reports.readback import LabelsError, NothingPublishedError
    from screening.sources.mappings import MappingFileError
    from screening.warehouse.receiving import NoInboxError

    if isinstance(error, StateBusyError):
        owner = {name: error.owner.get(name, "?") for name in ("pid", "host", "since")}
        return text("cli.state_busy", language, folder=error.folder, **owner)
    if isinstance(error, NothingPublishedError):
        return error.sentence(language)
    if isinstance(error, NoInboxError):
        return text("cli.no_inbox", language, folder=error.filename)
    detail = terminal.first_line(error)
    if isinstance(error, MappingFileError | InboxInUseError | LabelsError):
        return text("cli.wrong_file", language, detail=detail)
    if isinstance(error, FileNotFoundError):
        return text("cli.no_file", language, detail=error.filename or detail)
    if isinstance(error, duckdb.Error):
        return text("cli.database", language, detail=detail.rstrip("."))
    return text("cli.system", language, detail=detail) if isinstance(error, OSError) else None


@contextmanager
def _told_plainly(language: Language) -> Iterator[None]:
    """What can go wrong from outside is told in one sentence, not as a traceback."""
    try:
        yield
    except Exception as error:
        sentence = _sentence_for(error, language)
        if sentence is None:
            raise
        _stop(sentence)


def _version(is_asked: bool) -> None:
    if is_asked:
        terminal.say(f"vaksam {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version
    terminal.keep_log_apart()


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


@app.command()
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

    _check_apart(inbox, out=out, state=state)
    with terminal.Progress(lang, is_quiet=json) as progress:
        request = WeeklyRequest(
            inbox=inbox,
            out=out,
            state=state,
            as_of=_day(as_of),
            rules=_rule_folders(rules),
            mappings=_folders(mappings, "*.yaml"),
            language=lang,
            is_complete=everyone,
            wait_seconds=wait,
            progress=progress.step,
        )
        with _told_plainly(lang):
            published = _run_week(request, lang)
    if json:
        terminal.say_json(published.as_json())
    else:
        with suppress(SystemExit):  # a reader that hung up changes nothing: the list is published
            terminal.show_week(published, lang)
    raise typer.Exit(published.exit_code)


@app.command()
def demo(
    inbox: Annotated[
        Path,
        typer.Argument(
            help="Folder to make; must be empty or a demo.", parser=_folder, metavar="FOLDER"
        ),
    ],
    labels: Annotated[
        Path | None, typer.Option("--labels", help="Where the planted schemes are listed.")
    ] = None,
    suppliers: Annotated[int, typer.Option(min=100, max=20_000)] = 600,
    invoices: Annotated[int, typer.Option(min=1_000, max=5_000_000)] = 40_000,
    companies: Annotated[
        int | None, typer.Option(help="Rows of the company register.", min=0, max=3_000_000)
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    as_of: AsOf = None,
    lang: Lang = "sv",
) -> None:
    """Make a demo inbox of a synthetic municipality, with planted schemes and their labels.

    Example: vaksam demo demo/inbox --labels demo/labels.csv --suppliers 600
    """
    from screening.demo.inbox import make_demo

    written = labels or inbox.parent / "labels.csv"
    day = _day(as_of)
    if day.year not in _DEMO_YEARS:
        raise typer.BadParameter(f"{day} lies outside {_DEMO_YEARS[0]}-{_DEMO_YEARS[-1]}")
    _check_apart(inbox, labels=written)
    with _told_plainly(lang):
        summary = make_demo(
            folder=inbox,
            labels=written,
            suppliers=suppliers,
            invoices=invoices,
            seed=seed,
            as_of=day,
            company_register_rows=companies,
        )
    terminal.show_demo(summary, inbox, written, lang)


@app.command()
def evaluate(
    labels: Annotated[Path, typer.Option("--labels", help="labels.csv of known cases.")],
    state: State = DEFAULT_STATE_DIR,
    week: Annotated[
        str | None, typer.Option(metavar="YYYY-Www", help="ISO week such as 2026-W47.")
    ] = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Hold the published list against labels: precision at the top, recall, false positives.

    Example: vaksam evaluate --labels demo/labels.csv --state data/var/demo/state
    """
    from screening.reports.readback import evaluate_published

    if week is not None and not re.fullmatch(r"[0-9]{4}-W[0-9]{2}", week):
        raise typer.BadParameter(f"{week!r} is not a week like 2026-W47")
    with _told_plainly(lang):
        evaluation = evaluate_published(state, labels, week)
    if json:
        terminal.say_json(evaluation.as_json())
    else:
        terminal.show_evaluation(evaluation, lang)


@app.command()
def check(
    orgnr: Annotated[list[str], typer.Argument(help="One or more organisationsnummer.")],
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Screen suppliers or bidders now, with what the warehouse knows.

    Example: vaksam check 550123-4567 --state data/var/demo/state
    """
    from screening.reports.check import UnknownNumberError, check_numbers

    with _told_plainly(lang):
        try:
            checked = check_numbers(state, orgnr, _day(as_of), _rule_folders(rules), lang)
        except UnknownNumberError as error:
            raise typer.BadParameter(str(error)) from error
    if json:
        terminal.say_json([each.as_json() for each in checked])
    else:
        terminal.show_checked(checked, lang)


@app.command()
def doctor(
    state: State = DEFAULT_STATE_DIR,
    as_of: AsOf = None,
    rules: Rules = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Say what is missing, old or broken, and which rules suffer. Exit code 3 if anything is.

    Example: vaksam doctor --state data/var/demo/state
    """
    from screening.reports.doctor import examine

    with _told_plainly(lang):
        health = examine(state, _day(as_of), _rule_folders(rules))
    if json:
        terminal.say_json(health.as_json())
    else:
        terminal.show_health(health, lang)
    raise typer.Exit(0 if health.is_well else 3)


@app.command()
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
    _check_apart(inbox, out=out, state=state)
    from flows.server import prefect_url

    if prefect_url() is None:
        _stop(text("cli.no_server", lang))
    from flows.scheduling import serve_weekly

    serve_weekly(inbox.resolve(), out.resolve(), state.resolve(), cron, pause_on_shutdown=not keep)


@rules_app.command("list")
def list_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """List the rules: what each asks, how heavy it weighs, what it needs.

    Example: vaksam rules list --lang en
    """
    from screening.rules.listing import rule_rows
    from screening.rules.loading import load_rules

    rows = rule_rows(load_rules(_rule_folders(rules)), lang)
    if json:
        terminal.say_json(rows)
    else:
        terminal.show_rules(rows, lang)


@rules_app.command("lint")
def lint_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Check rule files: schema, safe SQL, known columns, translations, cases, portability.

    Example: vaksam rules lint --rules rules
    """
    from screening.rules.linting import lint
    from screening.rules.loading import load_rules

    report = lint(load_rules(_rule_folders(rules)))
    if json:
        terminal.say_json(report.as_json())
    else:
        terminal.show_lint(report, lang)
    raise typer.Exit(0 if report.is_clean else 1)


@rules_app.command("test")
def test_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Run the cases that each rule file carries.

    Example: vaksam rules test
    """
    from screening.rules.casework import run_all_cases
    from screening.rules.loading import load_rules

    report = run_all_cases(load_rules(_rule_folders(rules)))
    if json:
        terminal.say_json(report.as_json())
    else:
        terminal.show_cases(report, lang)
    raise typer.Exit(0 if report.is_passed else 1)


@rules_app.command("docs")
def document_rules(
    out: Annotated[Path, typer.Option("--out", help="Folder of the documentation.")] = Path("docs"),
    rules: Rules = None,
    lang: Lang = "sv",
) -> None:
    """Write a page per rule and the public register of what is checked.

    Example: vaksam rules docs --out docs
    """
    from screening.rules.documenting import write_rule_documents
    from screening.rules.loading import load_rules

    with _told_plainly(lang):
        pages = write_rule_documents(load_rules(_rule_folders(rules)), out)
    terminal.say(text("cli.docs_done", lang, pages=pages, folder=out))


@sources_app.command("list")
def list_sources(lang: Lang = "sv", json: AsJson = False) -> None:
    """List the sources: folder, what a missing row means, how old it may be, columns.

    Example: vaksam sources list
    """
    from screening.sources.contracts import all_contracts

    contracts = list(all_contracts().values())
    if json:
        terminal.say_json([jsonlib.loads(each.model_dump_json()) for each in contracts])
    else:
        terminal.show_sources(contracts, lang)


_exit_code = 1


def _leave_quietly() -> None:
    """End without taking the interpreter apart.

    DuckDB's binding lists its types on standard error when it is taken apart after Polars has read
    from it, which tells a user nothing.
    """
    with suppress(OSError, AttributeError):  # closed, or never there
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(_exit_code)


def main() -> None:
    """Entry point of the ``vaksam`` command."""
    global _exit_code  # noqa: PLW0603 - the handler runs after everything else is gone
    atexit.register(_leave_quietly)
    terminal.write_whatever_comes()
    try:
        app()
    except SystemExit as leaving:
        _exit_code = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
        raise


if __name__ == "__main__":
    main()
