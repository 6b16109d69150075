"""``vaksam check`` and ``vaksam doctor``: looking at suppliers, and at the installation."""

from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import AsJson, AsOf, Lang, Rules, State, day, rule_folders
from screening.commands.telling import told_plainly
from screening.places import DEFAULT_STATE_DIR


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
    from screening.cases.database import cases_of
    from screening.cases.finding_decisions import known_finding_decisions
    from screening.reports.check import UnknownNumberError, check_numbers
    from screening.reports.week_told import show_checked
    from screening.warehouse.state import State as Folders

    with told_plainly(lang):
        decisions = known_finding_decisions(cases_of(Folders(state)))
        try:
            checked = check_numbers(state, orgnr, day(as_of), rule_folders(rules), lang, decisions)
        except UnknownNumberError as error:
            raise typer.BadParameter(str(error)) from error
    if json:
        terminal.say_json([each.as_json() for each in checked])
    else:
        show_checked(checked, lang)


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
    from screening.reports.health_told import show_health

    with told_plainly(lang):
        health = examine(state, day(as_of), rule_folders(rules))
    if json:
        terminal.say_json(health.as_json())
    else:
        show_health(health, lang)
    raise typer.Exit(0 if health.is_well else 3)
