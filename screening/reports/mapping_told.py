"""What ``vaksam sources map`` says on the terminal."""

from screening import terminal
from screening.identity_numbers import mask_within
from screening.messages import Language, text
from screening.reports.dry_run_report import written_words
from screening.reports.quarantine_words import reason_in_words
from screening.sources.contracts import Contract, all_contracts
from screening.sources.proposing import Proposal
from screening.sources.proposing.assigning import Assigned
from screening.sources.proposing.drafting import question_text
from screening.sources.proposing.proposal import shape_of

_EXACT = 0.94
_SAYS = 0.6
_LIKE = 0.3
_MOSTLY = 0.95
_HARDLY = 0.05
#: Left-out columns that are named; the mapping has them all.
_MOST_UNMAPPED = 40


def _said(key: str, language: Language, **values: object) -> str:
    return text(f"mapping.{key}", language, **values)


def show_proposal(proposal: Proposal, language: Language, *, is_given: bool) -> None:
    """What the file is, where it belongs, which column becomes what and why, and the questions.

    Args:
        proposal: what was found out.
        language: of the words.
        is_given: the source was given and not found.
    """
    look = proposal.look
    origin = proposal.recognised.origin if proposal.recognised else ""
    written = written_words(look, origin, language)
    terminal.heading(_said("map_file", language, file=mask_within(proposal.file), written=written))
    if look.failure is not None:
        why = reason_in_words(look.failure.code, language)
        terminal.say(_said("map_unreadable", language, why=why))
        return
    if look.columns:
        terminal.say(_place(proposal, language))
    if proposal.source is None:
        terminal.say(
            _said("map_document" if look.format == "document" else "map_no_source", language)
        )
        return
    contract = all_contracts()[proposal.source]
    told = {"source": proposal.source, "title": contract.title[language]}
    terminal.say(_said("map_source_given" if is_given else "map_source", language, **told))
    if proposal.others:
        terminal.say(_said("map_others", language, others=", ".join(proposal.others)))
    if proposal.assigned:
        _show_columns(proposal, contract, language)
    _show_left(proposal, language)
    if proposal.questions and proposal.recognised is None:
        terminal.heading(_said("questions_title", language))
        for number, question in enumerate(proposal.questions, start=1):
            terminal.say(f"  {number}. {question_text(question, language)}")
    terminal.say("")
    if proposal.recognised is not None:
        terminal.say(_said("map_recognised", language, format=written, source=proposal.source))
    elif not proposal.needs_mapping:
        terminal.say(_said("map_not_needed", language, source=proposal.source))


def _place(proposal: Proposal, language: Language) -> str:
    look = proposal.look
    if not look.has_header:
        return _said("map_no_header", language)
    sheet = _said("map_sheet", language, sheet=look.sheet) if look.sheet else ""
    return _said("map_header", language, row=look.header_row, sheet=sheet)


def _show_columns(proposal: Proposal, contract: Contract, language: Language) -> None:
    names = [_said(f"column_{name}", language) for name in ("header", "column", "level", "why")]
    terminal.say("")
    terminal.show_table(
        names,
        [
            (
                mask_within(each.header),
                each.column
                + (f" {_said('required', language)}" if _is_required(each, contract) else ""),
                _said(f"level_{each.level}", language),
                _why(each, proposal, language),
            )
            for each in proposal.assigned
        ],
    )


def _is_required(each: Assigned, contract: Contract) -> bool:
    return contract.columns[each.column].required


def _why(each: Assigned, proposal: Proposal, language: Language) -> str:
    """The reason in words: what the header says, what the values say, what else it could be."""
    if each.resort is not None:
        header = "resort"
    elif each.by_header >= _EXACT:
        header = "header_exact"
    elif each.by_header >= _SAYS:
        header = "header"
    else:
        header = "header_weak" if each.by_header >= _LIKE else "values_only"
    parts = [_said(f"why_{header}", language)]
    if each.resort is None and header != "values_only":
        parts.append(_values(each, proposal, language))
    if each.runner_up is not None and each.level != "sure":
        parts.append(_said("why_runner_up", language, column=each.runner_up[0]))
    return "; ".join(parts)


def _values(each: Assigned, proposal: Proposal, language: Language) -> str:
    is_empty = any(
        question.code == "empty" and question.column == each.column
        for question in proposal.questions
    )
    if is_empty:
        return _said("why_empty", language)
    if (
        each.by_values >= _MOSTLY
        or all_contracts()[proposal.source or ""].columns[each.column].type == "text"
    ):
        return _said("why_values_fit", language)
    if each.by_values <= _HARDLY:
        return _said("why_values_not", language)
    return _said("why_values_partly", language, percent=round(100 * each.by_values))


def _show_left(proposal: Proposal, language: Language) -> None:
    if proposal.missing:
        terminal.say("")
        terminal.say(_said("missing_title", language, columns=", ".join(proposal.missing)))
    if proposal.unmapped:
        named = [
            f"{mask_within(each.header)} ({_said('shape_' + shape_of(each), language)})"
            for each in proposal.unmapped[:_MOST_UNMAPPED]
        ]
        more = " …" if len(proposal.unmapped) > _MOST_UNMAPPED else ""
        terminal.say("")
        told = {"count": len(proposal.unmapped), "columns": ", ".join(named) + more}
        terminal.say(_said("unmapped_title", language, **told))
