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
from screening.identity.pair_records import Rows, company_records, listed_records, party_records
from screening.identity.stage import resolved_day
from screening.identity.unsure_pairs import unsure_pairs
from screening.identity_numbers import is_personal_number, mask
from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.identity_words import Part, parts_of
from screening.reports.privacy import text_without_personal_numbers
from screening.reports.readback import NothingPublishedError
from screening.warehouse.connection import open_warehouse
from screening.warehouse.known import set_known_day
from screening.warehouse.lock import sole_writer
from screening.warehouse.state import State


@dataclass(frozen=True)
class Record:
    """One side of a pair as it may be shown: code of the field to text, in the order of showing."""

    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.fields.get("name", "–")

    @property
    def number(self) -> str:
        return self.fields.get("number", "")

    @property
    def title(self) -> str:
        """Name, and number where there is one."""
        return f"{self.name} ({self.number})" if self.number else self.name

    @property
    def line(self) -> str:
        """Name, number and address on one line."""
        told = (self.fields.get(code) for code in ("name", "number", "address"))
        return ", ".join(filter(None, told))


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
            "parts": [part.as_json() for part in self.parts],
            "doubted_by": self.doubted_by,
        }


@dataclass(frozen=True)
class Sheet:
    """Questions in the order in which they press, how many there are in all, and of which day."""

    as_of: date
    total: int
    questions: Sequence[Question] = field(default=())


def shown_number(number: str) -> str:
    """An organisationsnummer as people write it; a person's masked."""
    return mask(number) if is_personal_number(number) else written.orgnr(number)


def _address(row: Mapping[str, Any]) -> str:
    town = " ".join(filter(None, (row.get("postal_code"), row.get("city"))))
    return ", ".join(filter(None, (row.get("street"), town)))


def _record(fields: Mapping[str, object]) -> Record:
    told = {
        code: text_without_personal_numbers(str(value))
        for code, value in fields.items()
        if value not in (None, "")
    }
    return Record(told)


def company_record(orgnr: str, companies: Rows) -> Record:
    """A company of the register."""
    row = companies.get(orgnr, {})
    return _record(
        {
            "name": row.get("name"),
            "number": shown_number(orgnr),
            "address": _address(row),
            "legal_form": row.get("legal_form"),
            "registered_on": row.get("registered_on"),
            "deregistered_on": row.get("deregistered_on"),
            "proceeding": row.get("proceeding"),
        }
    )


def party_record(supplier_no: str | None, name: str | None, parties: Rows) -> Record:
    """A party that we know ourselves."""
    row = parties.get((supplier_no, None if supplier_no is not None else name), {})
    return _record(
        {
            "name": row.get("name") or name,
            "number": supplier_no,
            "address": _address(row),
            "vat_no": row.get("vat_no"),
            "account": row.get("account"),
            "email": row.get("email"),
            "invoice_lines": row.get("invoice_lines"),
            "last_invoice_on": row.get("last_invoice_on"),
        }
    )


def _listed_record(entry_id: str, row: Mapping[str, Any]) -> Record:
    period = f"{row.get('from_date') or ''} – {row.get('to_date') or ''}".strip(" –")
    return _record(
        {
            "name": row.get("entry_name"),
            "number": entry_id,
            "list": row.get("list_name"),
            "programme": row.get("programme"),
            "period": period,
        }
    )


def runner_up_of(features: str | None) -> str | None:
    """The organisationsnummer of the next best company, from the features of a match."""
    told = json.loads(features) if features else {}
    return told.get("runner_up")


def kept_evidence(
    kind: str, features: str | None, left: Record, right: Record, *, is_person: bool
) -> dict[str, Any]:
    """What an answer is kept with. Of persons only the figures: names add nothing to them."""
    told = json.loads(features) if features else {}
    told.pop("runner_up", None)
    kept: dict[str, Any] = {"features": told}
    if kind == "company" and not is_person:
        kept |= {"left": dict(left.fields), "right": dict(right.fields)}
    return kept


def _questions(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[Mapping[str, Any]],
    doubts: Mapping[tuple[str, str, str], str],
    language: Language,
) -> list[Question]:
    """The few pairs that are shown, each with both records."""
    ours = [(pair["supplier_no"], pair["name"]) for pair in pairs if pair["kind"] == "company"]
    others = [(pair["own_supplier_no"], None) for pair in pairs if pair["own_supplier_no"]]
    asked = [(no, None if no is not None else name) for no, name in (*ours, *others)]
    parties = party_records(connection, asked)
    runners = {pair["right_key"]: runner_up_of(pair["features"]) for pair in pairs}
    numbers = [pair["orgnr"] for pair in pairs] + list(runners.values())
    companies = company_records(connection, filter(None, numbers))
    subjects = [pair["left_key"] for pair in pairs if pair["kind"] == "listed"]
    entries = listed_records(connection, subjects) if subjects else {}
    questions = []
    for pair in pairs:
        orgnr, features = pair["orgnr"], pair["features"]
        runner = runner_up_of(features)
        if pair["kind"] == "listed":
            left = company_record(orgnr, companies) if orgnr else _record({"name": pair["name"]})
            if "name" not in left.fields:
                left = _record({"name": pair["name"], **left.fields})
            right = _listed_record(
                pair["right_key"], entries.get((pair["left_key"], pair["right_key"]), {})
            )
        else:
            left = party_record(pair["supplier_no"], pair["name"], parties)
            right = (
                company_record(orgnr, companies)
                if orgnr
                else party_record(pair["own_supplier_no"], None, parties)
            )
        is_person = bool(orgnr and is_personal_number(orgnr))
        keys = (pair["kind"], pair["left_key"], pair["right_key"])
        questions.append(
            Question(
                *keys,
                probability=pair["probability"],
                is_match=pair["is_match"],
                amount_sek=pair["amount_sek"],
                left=left,
                right=right,
                runner_up=company_record(runner, companies) if runner else None,
                parts=parts_of(pair["kind"], features, language),
                evidence=kept_evidence(pair["kind"], features, left, right, is_person=is_person),
                evidence_hash=pair["evidence_hash"],
                doubted_by=doubts.get(keys),
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
    state = State(folder)
    if not state.warehouse.is_file():
        raise NothingPublishedError("cli.doctor_no_warehouse", folder)
    cases = cases_of(state)
    decisions = known_decisions(cases)
    answers, doubts = _doubts(cases)
    with sole_writer(state.lock, 5.0), open_warehouse(state) as connection:
        as_of = resolved_day(connection)
        if as_of is None:
            raise NothingPublishedError("identity.not_resolved", folder)
        set_known_day(connection, as_of)
        pairs = unsure_pairs(connection, as_of, decisions, answers)
        if kind is not None:
            pairs = pairs.filter(pl.col("kind") == kind)
        chosen = pairs.head(pairs.height if limit is None else limit).to_dicts()
        questions = _questions(connection, chosen, doubts, language)
    return Sheet(as_of=as_of, total=pairs.height, questions=questions)


def heading(question: Question, language: Language) -> str:
    """What is asked, in one sentence."""
    return text(
        f"identity.ask_{question.kind}",
        language,
        left=question.left.title,
        right=question.right.title,
    )
