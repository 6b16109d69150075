"""``vaksam identity …``: who is who, decided by a person, explained, listed, withdrawn."""

import io
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from screening import terminal
from screening.commands.decisions import (
    DecisionNumber,
    Export,
    WithdrawalReason,
    refuse_other_than_csv,
    withdraw_decision,
)
from screening.commands.options import AsJson, By, Lang, Language, State, signed
from screening.commands.telling import stop, told_plainly
from screening.messages import text
from screening.places import DEFAULT_STATE_DIR

if TYPE_CHECKING:
    from screening.cases.database import Cases
    from screening.reports.identity_questions import Question, Sheet

identity_app = typer.Typer(
    help="Who is who: decide the unsure pairs, explain a match, list and withdraw decisions.",
    no_args_is_help=True,
)


def _kept(cases: "Cases", question: "Question", answer: str, by: str, reason: str | None) -> int:
    from screening.cases.identity_decisions import Answer, record

    if answer == "runner_up" and question.runner_up_key is not None:
        told: dict[str, object] = {"instead_of": question.right_key}
        if "right" in question.evidence and question.runner_up is not None:
            told |= {"left": question.left.kept, "right": question.runner_up.kept}
        other = Answer(
            kind=question.kind,
            left_key=question.left_key,
            right_key=question.runner_up_key,
            decision="same",
            reason=reason,
            evidence=told,
        )
        return record(cases, other, by)
    return record(
        cases,
        Answer(
            kind=question.kind,
            left_key=question.left_key,
            right_key=question.right_key,
            decision=answer,
            reason=reason,
            probability=question.probability,
            evidence=question.evidence,
            evidence_hash=question.evidence_hash,
        ),
        by,
    )


def _walk(sheet: "Sheet", cases: "Cases", by: str, lang: Language) -> None:
    """Question by question, until the person or the input has had enough."""
    from screening.reports import identity_told
    from screening.reports.identity_session import Session, understood

    def keep(question: "Question", answer: str, reason: str | None) -> int:
        number = _kept(cases, question, answer, by, reason)
        identity_told.show_kept(answer, number, lang)
        return number

    if isinstance(sys.stdin, io.TextIOWrapper):  # letters of another encoding break no session
        sys.stdin.reconfigure(errors="replace")
    session = Session(sheet.questions, keep)
    identity_told.show_beginning(sheet, lang)
    try:
        while session.question is not None:
            identity_told.show_question(session, lang)
            said = None
            while said is None:
                terminal.ask(text("identity.prompt", lang))
                line = sys.stdin.readline()
                if not sys.stdin.isatty():  # nobody pressed Enter on this screen
                    terminal.say("")
                if not line:  # the input has ended
                    return
                said = session.allowed(understood(line))
                if said is None:
                    terminal.say(text("identity.not_understood", lang))
                    terminal.say(text("identity.keys", lang))
            session.take(said)
    except KeyboardInterrupt:
        pass
    finally:
        if sheet.questions:
            identity_told.show_end(session, sheet, lang)


@identity_app.command("review")
def review(
    state: State = DEFAULT_STATE_DIR,
    kind: Annotated[
        Literal["company", "person", "listed"] | None,
        typer.Option("--kind", help="Only pairs of companies, of persons, or with lists."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many pairs. Default: all.")
    ] = None,
    by: By = None,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Walk through the pairs that the machine is not sure of, and decide them one by one.

    Answers are kept at once and count from today on. They may also come line by line from a file or
    another program. With --json the pairs are listed and nothing is asked.

    Example: vaksam identity review --limit 10 --state data/var/demo/state
    """
    from screening.cases.database import CasesError, cases_of
    from screening.reports.identity_questions import ask
    from screening.warehouse.state import State as Folders

    with told_plainly(lang):
        sheet = ask(state, lang, kind=kind, limit=limit)
        if json:
            terminal.say_json(
                {
                    "as_of": sheet.as_of.isoformat(),
                    "total": sheet.total,
                    "pairs": [question.as_json() for question in sheet.questions],
                }
            )
            return
        who = signed(by).strip()
        if not who:
            raise CasesError("nobody")
        _walk(sheet, cases_of(Folders(state)), who, lang)


@identity_app.command("explain")
def explain(
    party: Annotated[
        str,
        typer.Argument(help="A supplier number, a supplier_id, an organisationsnummer or a name."),
    ],
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Say who a supplier is, what speaks for and against, and which rows that stands on.

    Example: vaksam identity explain 10041 --state data/var/demo/state
    """
    from screening.reports import identity_told
    from screening.reports.identity_explained import NobodyCalledThatError
    from screening.reports.identity_explained import explain as explained

    with told_plainly(lang):
        try:
            told = explained(state, party, lang)
        except NobodyCalledThatError as error:
            stop(error.sentence(lang))
    if json:
        terminal.say_json(told.as_json(lang))
    else:
        identity_told.show_explanation(told, lang)


@identity_app.command("decisions")
def decisions(
    export: Export = None,
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """List what people decided about who is who: what, who, when, why, and whether it counts.

    Example: vaksam identity decisions --export decisions.csv
    """
    from screening.cases.database import cases_of
    from screening.reports import identity_told
    from screening.reports.identity_decided import export_decisions, listed_decisions
    from screening.warehouse.state import State as Folders

    refuse_other_than_csv(export)
    with told_plainly(lang):
        listed = listed_decisions(cases_of(Folders(state)))
        if export is not None:
            export_decisions(listed, export)
    if json:
        terminal.say_json([each.as_json() for each in listed])
    elif export is not None:
        terminal.say(text("identity.exported", lang, count=len(listed), path=export))
    else:
        identity_told.show_decisions(listed, lang)


@identity_app.command("withdraw")
def withdraw(
    decision: DecisionNumber,
    reason: WithdrawalReason = None,
    by: By = None,
    state: State = DEFAULT_STATE_DIR,
    lang: Lang = "sv",
    json: AsJson = False,
) -> None:
    """Take a decision back from today on. It stays in the list; what was decided before it counts.

    Example: vaksam identity withdraw 12 --reason "another company after all"
    """
    from screening.cases.identity_decisions import withdraw as take_back

    withdraw_decision("identity", take_back, state, decision, reason, by, lang, as_json=json)
