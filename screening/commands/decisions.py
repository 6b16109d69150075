"""What commands about decisions share, whatever was decided: reasons, files, taking back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screening import terminal
from screening.commands.options import LAST_NUMBER, Language, signed
from screening.commands.telling import told_plainly
from screening.messages import text

if TYPE_CHECKING:
    from screening.cases.database import Cases

#: Two words for one thing: whoever remembers the other one is understood.
_REASON = ("--reason", "--why")

Reason = Annotated[
    str, typer.Option(*_REASON, metavar="TEXT", help="Why, in words. It is shown with the finding.")
]
WithdrawalReason = Annotated[
    str | None, typer.Option(*_REASON, metavar="TEXT", help="Why it is taken back.")
]
DecisionNumber = Annotated[
    int, typer.Argument(min=1, max=LAST_NUMBER, help="The number of the decision, as listed.")
]
Export = Annotated[
    Path | None,
    typer.Option("--export", metavar="FILE.csv", help="Write them to a csv file instead."),
]

#: Takes back a decision: cases, its number, by whom, why. Gives the number of the withdrawal.
TakeBack = Callable[["Cases", int, str, str | None], int]


def refuse_other_than_csv(export: Path | None) -> None:
    """Raise typer.BadParameter where the file to write to is a folder, or no .csv."""
    if export is not None and (export.is_dir() or export.suffix.lower() != ".csv"):
        raise typer.BadParameter(f"--export {export} must be a file that ends in .csv")


def withdraw_decision(
    topic: str,
    take_back: TakeBack,
    state: Path,
    decision: int,
    reason: str | None,
    by: str | None,
    lang: Language,
    *,
    as_json: bool,
) -> None:
    """Take a decision back and say so; ``topic`` is the catalogue with the words for it."""
    from screening.cases.database import cases_of
    from screening.warehouse.state import State

    with told_plainly(lang):
        number = take_back(cases_of(State(state)), decision, signed(by), reason)
    if as_json:
        terminal.say_json({"decision": decision, "withdrawn_by": number})
    else:
        terminal.say(text(f"{topic}.withdrawn", lang, decision=decision, number=number))
