"""``vaksam demo`` and ``vaksam evaluate``: a synthetic municipality, and how its list does."""

import re
from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import AsJson, AsOf, Lang, State, check_apart, day, named_folder
from screening.commands.scoring_policy import show_proposal
from screening.commands.telling import told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

#: Years in which a demo may end: two years before it must be within the calendar of everything.
_DEMO_YEARS = range(2000, 2101)


def demo(
    inbox: Annotated[
        Path,
        typer.Argument(
            help="Folder to make; must be empty or a demo.", parser=named_folder, metavar="FOLDER"
        ),
    ],
    labels: Annotated[
        Path | None, typer.Option("--labels", help="Where the planted schemes are listed.")
    ] = None,
    suppliers: Annotated[int, typer.Option(min=100, max=20_000)] = 600,
    invoices: Annotated[int, typer.Option(min=1_000, max=20_000_000)] = 40_000,
    companies: Annotated[
        int | None, typer.Option(help="Rows of the company register.", min=0, max=4_000_000)
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
    last_day = day(as_of)
    if last_day.year not in _DEMO_YEARS:
        raise typer.BadParameter(f"{last_day} lies outside {_DEMO_YEARS[0]}-{_DEMO_YEARS[-1]}")
    check_apart(inbox, labels=written)
    with told_plainly(lang):
        summary = make_demo(
            folder=inbox,
            labels=written,
            suppliers=suppliers,
            invoices=invoices,
            seed=seed,
            as_of=last_day,
            company_register_rows=companies,
        )
    terminal.say(
        text(
            "cli.demo_made",
            lang,
            inbox=inbox,
            suppliers=summary.suppliers,
            invoices=summary.invoice_lines,
            planted=summary.planted_suppliers,
            labels=written,
        )
    )


def evaluate(
    labels: Annotated[Path, typer.Option("--labels", help="labels.csv of known cases.")],
    state: State = DEFAULT_STATE_DIR,
    week: Annotated[
        str | None, typer.Option(metavar="YYYY-Www", help="ISO week such as 2026-W47.")
    ] = None,
    propose_weights: Annotated[
        bool,
        typer.Option(
            "--propose-weights",
            help="Propose points per severity that fit the labels, beside those of today.",
        ),
    ] = False,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Hold the published list against labels: precision at the top, recall, false positives.

    A label without scheme says that somebody looked and found nothing. With --propose-weights, the
    points that would fit the labels are shown beside those of today, with what they would change;
    no file is touched, and exit code 1 says that the labels are too few.

    Example: vaksam evaluate --labels demo/labels.csv --state data/var/demo/state
    """
    from screening.reports.readback import evaluate_published, proposed_weights
    from screening.reports.week_told import show_evaluation

    if week is not None and not re.fullmatch(r"[0-9]{4}-W[0-9]{2}", week):
        raise typer.BadParameter(f"{week!r} is not a week like 2026-W47")
    if propose_weights:
        with told_plainly(lang):
            proposal = proposed_weights(state, labels, week)
        if json:
            terminal.say_json(proposal.as_json())
        else:
            show_proposal(proposal, lang)
        return
    with told_plainly(lang):
        evaluation = evaluate_published(state, labels, week)
    if json:
        terminal.say_json(evaluation.as_json())
    else:
        show_evaluation(evaluation, lang)
