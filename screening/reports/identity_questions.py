"""The pairs that a person is asked about, each with all that one screen needs. Masked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from screening.cases.database import Cases, cases_of
from screening.cases.identity_decisions import history, known_decisions
from screening.identity.reviewed.pair_records import (
    Rows,
    company_records,
    listed_records,
    party_records,
    person_records,
)
from screening.identity.reviewed.unsure_pairs import tables_of_identity, unsure_pairs
from screening.identity_numbers import is_personal_number
from screening.messages import Language, text
from screening.reports.identity_shown import (
    Record,
    company_record,
    listed_record,
    party_record,
    person_record,
    record,
)
from screening.reports.identity_words import Part, parts_of
from screening.reports.resolved_state import resolved_state
from screening.warehouse.connection import open_warehouse


@dataclass(frozen=True)
class Question:
    """A pair to decide.

    Attributes:
        kind: company, person or listed.
        left_key: see ``identity.reviewed``.
        right_key: see ``identity.reviewed``.
        probability: the machine's, 0-1.
        is_match: whether the machine takes it for a match.
        amount_sek: money of twelve months that hangs on it.
        left: what we know ourselves.
        right: the company of the register, our other supplier, or the entry of a list.
        runner_up: the next best company, if there is one.
        runner_up_key: its key.
        parts: what speaks for and against.
        evidence: what is kept with the answer: the machine's figures and, of companies, both
            records.
        evidence_hash: of both records.
        doubted_by: who was unsure of the pair before, if the evidence has changed since.
    """

    kind: str
    left_key: str
    right_key: str
    probability: float
    is_match: bool
    amount_sek: float
    left: Record
    right: Record
    runner_up: Record | None
    parts: tuple[Part, ...]
    evidence: Mapping[str, Any]
    evidence_hash: str
    doubted_by: str | None = None
    runner_up_key: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "left_key": self.left_key,
            "right_key": self.right_key,
            "probability": self.probability,
            "is_match": self.is_match,
            "amount_sek": self.amount_sek,
            "left": dict(self.left.fields),
            "right": dict(self.right.fields),
            "runner_up": dict(self.runner_up.fields) if self.runner_up else None,
            "runner_up_key": self.runner_up_key,
            "parts": [part.as_json() for part in self.parts],
            "doubted_by": self.doubted_by,
        }


@dataclass(frozen=True)
class Sheet:
    """Questions in the order in which they press, how many there are in all, and of which day."""

    as_of: date
    total: int
    questions: Sequence[Question] = field(default=())


def runner_up_of(features: str | None) -> str | None:
    """The organisationsnummer of the next best company, from the features of a match."""
    told = json.loads(features) if features else {}
    return told.get("runner_up")


def _kept_evidence(
    pair: Mapping[str, Any], left: Record, right: Record, runner_up: str | None
) -> dict[str, Any]:
    """What an answer is kept with. Of persons only the figures: names add nothing to them."""
    told = json.loads(pair["features"]) if pair["features"] else {}
    told.pop("runner_up", None)
    kept: dict[str, Any] = {"features": told}
    orgnr = pair["orgnr"]
    if runner_up is not None and not is_personal_number(runner_up):
        kept["runner_up"] = runner_up
    if pair["kind"] == "company" and not (orgnr and is_personal_number(orgnr)):
        kept |= {"left": left.kept, "right": right.kept}
    return kept


@dataclass(frozen=True)
class _Sides:
    """Everything that is known of the sides of the few pairs that are shown."""

    parties: Rows
    companies: Rows
    persons: Rows
    entries: Rows
    language: Language

    def of(self, pair: Mapping[str, Any]) -> tuple[Record, Record]:
        """Both records of a pair."""
        left, right, orgnr = pair["left_key"], pair["right_key"], pair["orgnr"]
        if pair["kind"] == "person":
            one, other = (
                person_record(key, self.persons, self.companies, self.language)
                for key in (left, right)
            )
            return one, other
        if pair["kind"] == "listed":
            return self._subject(pair), listed_record(right, self.entries.get((left, right), {}))
        ours = party_record(pair["supplier_no"], pair["name"], self.parties)
        if orgnr is None:
            return ours, party_record(pair["own_supplier_no"], None, self.parties)
        return ours, company_record(orgnr, self.companies, self.language)

    def _subject(self, pair: Mapping[str, Any]) -> Record:
        """Who was held against a list: a person, or a company with or without a number."""
        if pair["left_key"] in self.persons:
            return person_record(pair["left_key"], self.persons, self.companies, self.language)
        told = {"name": pair["name"]}
        if pair["orgnr"]:
            told |= company_record(pair["orgnr"], self.companies, self.language).fields
        return record(told)


def _sides(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[Mapping[str, Any]], language: Language
) -> _Sides:
    ours = [
        (no, None if no is not None else pair["name"])
        for pair in pairs
        if pair["kind"] == "company"
        for no in {pair["supplier_no"], pair["own_supplier_no"] or pair["supplier_no"]}
    ]
    there = tables_of_identity(connection)
    keys = [pair[side] for pair in pairs for side in ("left_key", "right_key")]
    is_about_persons = "person_pairs" in there and any(pair["kind"] != "company" for pair in pairs)
    persons = person_records(connection, keys) if is_about_persons else {}
    subjects = [pair["left_key"] for pair in pairs if pair["kind"] == "listed"]
    numbers = [pair["orgnr"] for pair in pairs]
    numbers += [runner_up_of(pair["features"]) for pair in pairs]
    numbers += [tie["orgnr"] for row in persons.values() for tie in row["ties"]]
    return _Sides(
        parties=party_records(connection, ours),
        companies=company_records(connection, filter(None, numbers)),
        persons=persons,
        entries=listed_records(connection, subjects) if subjects else {},
        language=language,
    )


def questions_of(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[Mapping[str, Any]],
    doubts: Mapping[tuple[str, str, str], str],
    language: Language,
) -> list[Question]:
    """The few pairs that are shown, each with both records."""
    sides = _sides(connection, pairs, language)
    questions = []
    for pair in pairs:
        left, right = sides.of(pair)
        runner_up = runner_up_of(pair["features"])
        keys = (pair["kind"], pair["left_key"], pair["right_key"])
        questions.append(
            Question(
                *keys,
                probability=pair["probability"],
                is_match=pair["is_match"],
                amount_sek=pair["amount_sek"],
                left=left,
                right=right,
                runner_up=company_record(runner_up, sides.companies, language)
                if runner_up
                else None,
                parts=parts_of(pair["kind"], pair["features"], language),
                evidence=_kept_evidence(pair, left, right, runner_up),
                evidence_hash=pair["evidence_hash"],
                doubted_by=doubts.get(keys),
                runner_up_key=pair["runner_up_key"],
            )
        )
    return questions


def _doubts(cases: Cases) -> tuple[pl.DataFrame, dict[tuple[str, str, str], str]]:
    """Answers as they were (decision_id, probability, evidence_hash), and who was unsure."""
    kept = history(cases)
    answers = pl.DataFrame(
        [(each.decision_id, each.probability, each.evidence_hash) for each in kept],
        schema={
            "decision_id": pl.Int64,
            "probability": pl.Float64,
            "evidence_hash": pl.String,
        },
        orient="row",
    )
    doubted = {
        (each.kind, each.left_key, each.right_key): each.decided_by
        for each in kept
        if each.decision == "unsure" and each.withdrawn_by is None
    }
    return answers, doubted


def ask(
    folder: Path, language: Language, *, kind: str | None = None, limit: int | None = None
) -> Sheet:
    """The pairs that the machine is not sure of and nobody has decided, the most pressing first.

    The state folder is held for a moment only: runs go on while a person thinks.

    Raises:
        NothingPublishedError: nothing was resolved in this state folder yet.
        StateBusyError: a run is under way.
        CasesError: what was decided cannot be read.
    """
    with resolved_state(folder) as (state, as_of), open_warehouse(state) as connection:
        cases = cases_of(state)
        decisions = known_decisions(cases)
        answers, doubts = _doubts(cases)
        pairs = unsure_pairs(connection, as_of, decisions, answers)
        if kind is not None:
            pairs = pairs.filter(pl.col("kind") == kind)
        chosen = pairs.head(pairs.height if limit is None else limit).to_dicts()
        questions = questions_of(connection, chosen, doubts, language)
    return Sheet(as_of=as_of, total=pairs.height, questions=questions)


def heading(question: Question, language: Language) -> str:
    """What is asked, in one sentence."""
    return text(
        f"identity.ask_{question.kind}",
        language,
        left=question.left.title,
        right=question.right.title,
    )
