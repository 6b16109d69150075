"""What a file could be: its source, a mapping for it, and what is unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from screening.identity_numbers import mask_within
from screening.messages import Language
from screening.sources.contracts import Contract, all_contracts
from screening.sources.folding import fold
from screening.sources.headers import contract_names, match_headers
from screening.sources.proposing.assigning import Assigned
from screening.sources.proposing.column_profile import ColumnProfile, profiles
from screening.sources.proposing.drafting import (
    Draft,
    mapping_name,
    name_pattern,
    question_text,
)
from screening.sources.proposing.header_similarity import header_scores
from screening.sources.proposing.header_words import concepts_of
from screening.sources.proposing.looking import Look, header_found_in, look_at, total_row
from screening.sources.proposing.questions import (
    Question,
    date_order,
    questions_about,
    redacted,
    value_map,
)
from screening.sources.proposing.recognising import Recognised, recognise
from screening.sources.proposing.source_ranking import (
    SourceFit,
    rank_sources,
    source_fit,
)

#: Sources so near in weight to the best are named as a question.
_NEAR_SOURCE = 0.85
_MOST_OTHERS = 3
#: A file that fits its best source no better than this fits none.
_LEAST_WEIGHT = 0.3
#: With a column missing that must be there, so many others must be sure.
_FEWEST_SURE = 2
_SHAPES = (
    "orgnr",
    "person_id",
    "vat",
    "iban",
    "mail",
    "datetime",
    "date",
    "month",
    "boolean",
    "number",
    "company",
    "letters",
)


@dataclass(frozen=True)
class Proposal:
    """What was found out about a file.

    Attributes:
        file: its name.
        look: how it is written.
        recognised: the publisher's format that it is in, if it is in one.
        source: where it belongs; None where nothing fits.
        others: the next best sources.
        assigned: its columns, in the contract's order.
        missing: what the source must have and the file lacks.
        unmapped: the columns that are left out.
        questions: what to decide.
        draft: the mapping; None where there is nothing to map.
        needs_mapping: whether the file is not read right without one.
    """

    file: str
    look: Look
    recognised: Recognised | None
    source: str | None
    others: tuple[str, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    missing: tuple[str, ...] = ()
    unmapped: tuple[ColumnProfile, ...] = ()
    questions: tuple[Question, ...] = ()
    draft: Draft | None = None
    needs_mapping: bool = False

    def as_json(self, language: Language) -> dict[str, Any]:
        """The same as plain values. No cell of the file is in it."""
        look = self.look
        return {
            "file": mask_within(self.file),
            "format": look.format,
            "encoding": look.encoding.name if look.encoding else None,
            "separator": look.separator,
            "sheet": look.sheet,
            "header_row": look.header_row or None,
            "publisher_format": self.recognised.origin if self.recognised else None,
            "unreadable": look.failure.code if look.failure else None,
            "source": self.source,
            "other_sources": list(self.others),
            "needs_mapping": self.needs_mapping,
            "columns": [
                {
                    "header": mask_within(each.header),
                    "column": each.column,
                    "confidence": round(each.score, 2),
                    "level": each.level,
                    "is_read": self.draft is None or self.draft.is_read(each),
                    "by_header": round(each.by_header, 2),
                    "by_values": round(each.by_values, 2),
                    "runner_up": each.runner_up[0] if each.runner_up else None,
                    "rival": mask_within(each.rival) if each.rival else None,
                }
                for each in self.assigned
            ],
            "missing": list(self.missing),
            "unmapped": [mask_within(each.header) for each in self.unmapped],
            "questions": [
                {
                    "code": each.code,
                    "about": each.column,
                    "text": question_text(each, language),
                }
                for each in self.questions
            ],
            "mapping": self.draft.yaml(language) if self.draft else None,
        }


def propose(path: Path, as_of: date, source: str | None = None, folder: str = "") -> Proposal:
    """Propose a source and a mapping for a file.

    Args:
        path: the file, in any format that the readers take, packed or not.
        as_of: the day by which days are held plausible.
        source: the source, if it is known.
        folder: name of the folder that it lies in: it may say what the file is about.
    """
    look = look_at(path)
    name = look.member or path.name
    if look.failure is not None:
        return Proposal(path.name, look, None, source)
    recognised = recognise(path, look, as_of, source)
    if look.format == "document" or (recognised is not None and recognised.origin != "ledger"):
        found = recognised.source if recognised else source
        return Proposal(path.name, look, recognised, found)
    headers = list(look.columns)
    known = profiles(look.frame, headers, as_of)
    names_none = [""] * len(headers) if not look.has_header else headers
    scores = header_scores(names_none)
    if recognised is not None:
        source = recognised.source
    if source is not None:
        about = [concepts_of(header) for header in headers]
        ranked = [source_fit(all_contracts()[source], known, scores, about)]
    else:
        ranked = rank_sources(known, scores, (name, look.sheet or "", folder))
    best = ranked[0]
    if source is None and not _is_plausible(best):
        return Proposal(path.name, look, None, None, unmapped=tuple(known))
    return _proposal(path, look, recognised, ranked, known)


def _is_plausible(best: SourceFit) -> bool:
    """Whether a file fits its best source well enough to be taken for one of its files."""
    sure = sum(each.level == "sure" for each in best.assigned)
    return best.weight >= _LEAST_WEIGHT and (not best.missing or sure >= _FEWEST_SURE)


def _proposal(
    path: Path,
    look: Look,
    recognised: Recognised | None,
    ranked: Sequence[SourceFit],
    known: Sequence[ColumnProfile],
) -> Proposal:
    best = ranked[0]
    contract = all_contracts()[best.source]
    by_header = {profile.header: profile for profile in known}
    used = {each.header for each in best.assigned}
    unmapped = tuple(profile for profile in known if profile.header not in used)
    near = [
        each.source for each in ranked[1:] if each.weight >= _NEAR_SOURCE * max(best.weight, 0.1)
    ]
    questions = []
    if near:
        questions.append(Question("source", "source", {"others": ", ".join(near[:_MOST_OTHERS])}))
    if not look.has_header:
        questions.append(Question("no_header", "source", {}))
    if look.members > 1:
        questions.append(Question("members", "source", {"members": look.members}))
    if (marked := total_row(look)) is not None:
        header, cell = marked
        questions.append(Question("total_row", "total", {"header": header, "text": cell}))
    questions += questions_about(contract, best.assigned, best.missing, by_header)
    draft = _draft(path, look, contract, best.assigned, unmapped, by_header, questions)
    needs = recognised is None and not _reads_itself(look, contract, best.assigned, draft)
    return Proposal(
        file=path.name,
        look=look,
        recognised=recognised,
        source=best.source,
        others=tuple(each.source for each in ranked[1 : 1 + _MOST_OTHERS] if each.weight > 0),
        assigned=best.assigned,
        missing=best.missing,
        unmapped=unmapped,
        questions=tuple(questions),
        draft=draft,
        needs_mapping=needs,
    )


def _draft(
    path: Path,
    look: Look,
    contract: Contract,
    assigned: Sequence[Assigned],
    unmapped: Sequence[ColumnProfile],
    by_header: dict[str, ColumnProfile],
    questions: Sequence[Question],
) -> Draft:
    keys = _placement(look, contract, assigned)
    order, _ = date_order(contract, assigned, by_header)
    if order is not None:
        keys["date_order"] = order
    units = {q.column: str(q.values["factor"]) for q in questions if q.code == "unit"}
    if units:
        keys["units"] = units
    for question in questions:
        if question.code == "total_row":
            told = {"column": question.values["header"], "not_equals": question.values["text"]}
            keys["filters"] = [told]
    hidden = {
        each.column: said
        for each in assigned
        if contract.columns[each.column].masked
        and (said := redacted(by_header[each.header])) is not None
    }
    file_name = look.member or path.name
    return Draft(
        contract=contract,
        name=mapping_name(file_name),
        file_name=name_pattern(path.name),
        has_header=look.has_header,
        assigned=assigned,
        ignored=[each.header for each in unmapped] if look.has_header else [],
        keys=keys,
        redacted=hidden,
        value_maps={
            each.column: value_map(each, contract, by_header[each.header]) for each in assigned
        },
        questions=questions,
    )


def _placement(look: Look, contract: Contract, assigned: Sequence[Assigned]) -> dict[str, Any]:
    """``sheet`` and ``header``, where readers would look elsewhere by themselves."""
    if not look.has_header:
        return {**({"sheet": look.sheet} if len(look.sheets) > 1 else {}), "header": "none"}
    if look.format == "workbook":
        names = {name for held in contract_names(contract).values() for name in held}
        names |= {each.header for each in assigned} | set(look.columns)
        found = header_found_in(look.top, frozenset(map(fold, names)))
        if found != (look.sheet, look.header_row):
            return {"sheet": look.sheet, "header": look.header_row}
    elif look.format == "delimited" and look.header_row != look.reader_row:
        return {"header": look.header_row}
    return {}


def _reads_itself(
    look: Look, contract: Contract, assigned: Sequence[Assigned], draft: Draft
) -> bool:
    """Whether the file is read the same without a mapping."""
    told = {column: codes for column, codes in draft.value_maps.items() if codes.guessed}
    if draft.keys or draft.redacted or told or not look.has_header:
        return False
    found = match_headers(look.columns, contract_names(contract)).columns
    return found == {each.column: each.header for each in assigned}


def shape_of(profile: ColumnProfile) -> str:
    """What most of a column's values look like, as a code: ``mapping.shape_<code>``."""
    if profile.is_empty:
        return "empty"
    if profile.is_constant:
        return "constant"
    return next((shape for shape in _SHAPES if profile.share(shape) >= 0.8), "mixed")
