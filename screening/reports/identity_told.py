"""What ``vaksam identity`` shows on the terminal: one screen for each pair or match."""

from collections.abc import Sequence
from decimal import Decimal

from screening import terminal
from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.identity_decided import Listed
from screening.reports.identity_explained import Explanation
from screening.reports.identity_questions import Question, Sheet, heading
from screening.reports.identity_session import Session
from screening.reports.identity_shown import Record

#: Parts that are shown; what weighs less tells a tired person nothing.
_PARTS_SHOWN = 8
_NAMES_SHOWN = 6


def _said(key: str, language: Language, **values: object) -> str:
    return text(f"identity.{key}", language, **values)


def show_beginning(sheet: Sheet, language: Language) -> None:
    """How many pairs there are."""
    key = "begin" if sheet.total else "nothing_to_ask"
    terminal.say(_said(key, language, total=sheet.total, day=sheet.as_of))


def show_question(session: Session, language: Language) -> None:
    """One pair: what is asked, both records, what speaks for and against, the runner-up, keys."""
    question = session.question
    if question is None:
        return
    total = len(session.questions)
    terminal.heading(_said("place", language, place=session.place + 1, total=total))
    terminal.say(heading(question, language))
    terminal.say(_stake(question, language))
    if question.doubted_by:
        terminal.say(_said("doubted", language, who=question.doubted_by))
    terminal.say("")
    _show_sides(question, language)
    _show_reasons(question, language)
    if question.kind == "company" and question.parts:
        runner_up = question.runner_up
        terminal.say(
            _said("runner_up", language, record=runner_up.line)
            if runner_up
            else _said("no_runner_up", language)
        )
    if session.place in session.said:
        answer, decision = session.said[session.place]
        told = _said(f"answer_{answer}", language)
        terminal.say(_said("said_before", language, answer=told, decision=decision))
    terminal.say("")
    if question.runner_up_key:
        terminal.say(_said("key_runner_up", language))
    terminal.say(_said("keys", language))


def _stake(question: Question, language: Language) -> str:
    verdict = "verdict_match" if question.is_match else "verdict_no_match"
    return _said(
        "stake",
        language,
        amount=written.sek(Decimal(str(question.amount_sek)), language),
        percent=written.percent(question.probability, language),
        verdict=_said(verdict, language),
    )


def _show_sides(question: Question, language: Language) -> None:
    sides = (question.left, question.right)
    codes = [code for side in sides for code in side.fields]
    rows = [
        (_said(f"field_{code}", language), *(side.fields.get(code, "") for side in sides))
        for code in dict.fromkeys(codes)
    ]
    titles = [_said(f"side_{side}_{question.kind}", language) for side in ("left", "right")]
    terminal.show_table(["", *titles], rows)


def _show_reasons(question: Question, language: Language) -> None:
    terminal.say("")
    terminal.say(_said("reasons", language))
    if not question.parts:
        terminal.say("  " + _said("own_name", language))
    for part in question.parts[:_PARTS_SHOWN]:
        terminal.say("  " + part.line)


def show_kept(answer: str, decision: int, language: Language) -> None:
    """That an answer is kept, and under which number."""
    told = _said(f"answer_{answer}", language)
    terminal.say(_said("kept", language, decision=decision, answer=told))


def show_end(session: Session, sheet: Sheet, language: Language) -> None:
    """What was done, what is left, when it counts."""
    counts = session.counts()
    answered = sum(counts.values())
    names = ("same", "not_same", "unsure")
    told = {name: counts[name] for name in names}
    terminal.say("")
    terminal.say(
        _said("session_over", language, answered=answered, left=sheet.total - answered, **told)
    )
    if answered:
        terminal.say(_said("session_counts", language))


def show_decisions(listed: Sequence[Listed], language: Language) -> None:
    """Every decision and how it stands, oldest first."""
    if not listed:
        terminal.say(_said("no_decisions", language))
        return
    names = ("decision_id", "decided_on", "answer", "left", "right", "decided_by", "standing")
    columns = [_said(f"col_{name}", language) for name in (*names, "reason")]
    rows = [
        (
            each.decision.decision_id,
            each.decision.decided_on,
            _said(f"answer_{each.decision.decision}", language),
            each.left,
            each.right,
            each.decision.decided_by,
            each.standing_words(language),
            each.decision.reason or "",
        )
        for each in listed
    ]
    terminal.show_table(columns, rows, figures=columns[:1])


def show_explanation(explained: Explanation, language: Language) -> None:
    """One match: the answer, the reason, the evidence."""
    terminal.heading(explained.answer(language))
    terminal.say(explained.how(language))
    for line in explained.decided_lines(language):
        terminal.say(line)
    candidate = explained.candidate
    if candidate is not None:
        terminal.say("")
        percent = written.percent(candidate.probability, language)
        told = _said("best_candidate", language, record=candidate.record.line, percent=percent)
        terminal.say(told)
        for part in candidate.parts[:_PARTS_SHOWN]:
            terminal.say("  " + part.line)
        runner_up: Record | None = candidate.runner_up
        terminal.say(
            _said("runner_up", language, record=runner_up.line)
            if runner_up
            else _said("no_runner_up", language)
        )
    elif explained.method in ("none", "reviewed"):
        terminal.say(_said("no_candidate", language))
    if explained.others:
        shown = ", ".join(explained.others[:_NAMES_SHOWN])
        shown += " …" if len(explained.others) > _NAMES_SHOWN else ""
        terminal.say("")
        terminal.say(_said("more_names", language, count=len(explained.others), listed=shown))
    if explained.evidence:
        terminal.say("")
        terminal.say(_said("sources", language))
        for row in explained.evidence:
            terminal.say("  " + _said("source_line", language, **row))
