"""Why a supplier is who it is: the answer, the reason, the evidence. Masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from screening.cases.database import cases_of
from screening.identity.reviewed.pair_records import company_records, party_records
from screening.identity.reviewed.party_keys import party_key_sql
from screening.identity_numbers import mask_within, orgnr
from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.identity_decided import Listed, listed_decisions
from screening.reports.identity_questions import runner_up_of
from screening.reports.identity_shown import (
    Record,
    company_record,
    party_record,
    shown_number,
)
from screening.reports.identity_words import Part, parts_of
from screening.reports.privacy import text_without_personal_numbers
from screening.reports.resolved_state import resolved_state
from screening.reports.source_rows import evidence_files
from screening.sources.contracts import all_contracts
from screening.warehouse.connection import open_warehouse
from screening.warehouse.exchange import to_polars

#: Rows of sources that are named, and suppliers to choose from.
_ROWS_SHOWN, _CHOICES_SHOWN = 6, 12

#: Every way in which a supplier is named, with how it was tied.
_TIES = f"""
WITH held AS (
    SELECT supplier_no, name FROM known.suppliers
    QUALIFY row_number() OVER (
        PARTITION BY supplier_no ORDER BY as_of DESC NULLS LAST, ref DESC) = 1
), named AS (
    SELECT supplier_no, arg_max(supplier_name, ref) AS name FROM known.invoices
    WHERE supplier_no IS NOT NULL AND supplier_name IS NOT NULL GROUP BY supplier_no
), ties AS (
    SELECT numbered.supplier_no, coalesce(held.name, named.name) AS name, numbered.supplier_id,
        numbered.orgnr, numbered.match_method, numbered.match_confidence
    FROM identity.supplier_numbers AS numbered
    LEFT JOIN held USING (supplier_no) LEFT JOIN named USING (supplier_no)
    UNION ALL
    SELECT NULL, party.supplier_name, party.supplier_id, coalesce(party.orgnr, supplier.orgnr),
        party.match_method, party.match_confidence
    FROM identity.parties AS party LEFT JOIN identity.suppliers AS supplier USING (supplier_id)
    WHERE party.supplier_no IS NULL AND party.supplier_id IS NOT NULL
)
SELECT DISTINCT ties.*, {party_key_sql("ties.supplier_no", "ties.name")} AS party_key,
    supplier.name AS supplier_name, supplier.supplier_no AS first_supplier_no
FROM ties LEFT JOIN identity.suppliers AS supplier USING (supplier_id)
WHERE CASE $way
    WHEN 'number' THEN ties.supplier_no = $asked
    WHEN 'id' THEN ties.supplier_id = $asked OR ties.orgnr = $orgnr
    WHEN 'name' THEN lower(ties.name) = lower($asked) OR lower(supplier.name) = lower($asked)
    ELSE contains(lower(ties.name), lower($asked)) END
ORDER BY ties.match_confidence, ties.supplier_no NULLS LAST, ties.name NULLS LAST
"""

_FEATURES = """
SELECT orgnr, probability, features::VARCHAR AS features, is_match FROM identity.match_features
WHERE supplier_no IS NOT DISTINCT FROM $supplier_no
    AND ($supplier_no IS NOT NULL OR supplier_name = $name)
"""


class NobodyCalledThatError(LookupError):
    """No supplier, or several, answer to what was asked; ``sentence`` says so."""

    def __init__(self, asked: str, choices: Sequence[str] = ()) -> None:
        super().__init__("nobody, or several")
        # Whoever mistypes a personal number sees it no more than whoever does not.
        self.asked = mask_within(asked)
        self.choices = tuple(choices)

    def sentence(self, language: Language) -> str:
        """What was found, with the suppliers to choose from."""
        if not self.choices:
            return text("identity.asked_nobody", language, asked=self.asked)
        count = len(self.choices)
        first = text("identity.asked_several", language, count=count, asked=self.asked)
        shown = "; ".join(self.choices[:_CHOICES_SHOWN])
        return f"{first} {shown}" + (" …" if count > _CHOICES_SHOWN else "")


@dataclass(frozen=True)
class Candidate:
    """The company of the register that fits best, whether it is a match or not."""

    record: Record
    probability: float
    is_match: bool
    parts: tuple[Part, ...]
    runner_up: Record | None


@dataclass(frozen=True)
class Explanation:
    """Who a supplier is and why.

    Attributes:
        name: as we call it.
        supplier_id: as the list has it.
        supplier_no: our number of it, None for a name on invoices.
        company: the company that it is; None without an organisationsnummer.
        method: number, register, reviewed, name or none.
        confidence: 0-1.
        candidate: best company of the register, where name and address were asked.
        decisions: what people said of it, as it stands; pending ones count from the next run on.
        pending: numbers of decisions that the run did not know yet.
        others: other numbers and names of the same supplier.
        evidence: source, file and row of what this stands on.
    """

    name: str
    supplier_id: str
    supplier_no: str | None
    company: Record | None
    method: str
    confidence: float
    candidate: Candidate | None
    decisions: tuple[Listed, ...]
    pending: frozenset[int]
    others: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]

    def answer(self, language: Language) -> str:
        """Who it is, in one sentence."""
        values: dict[str, object] = {"name": self.name}
        if self.company is None:
            own = self.supplier_id.startswith("lev:") and self.method == "name"
            values["number"] = self.supplier_id.removeprefix("lev:")
            return text(f"identity.{'is_own' if own else 'is_nobody'}", language, **values)
        values["number"] = self.company.number
        if self.method in ("number", "register") or "name" not in self.company.fields:
            return text("identity.is_numbered", language, **values)
        return text("identity.is_company", language, company=self.company.name, **values)

    def how(self, language: Language) -> str:
        """How that is known."""
        percent = written.percent(self.confidence, language)
        is_own = self.method == "name" and not (self.candidate and self.candidate.is_match)
        key = "by_own_name" if is_own else f"by_{self.method}"
        return text(f"identity.{key}", language, percent=percent)

    def decided_lines(self, language: Language) -> list[str]:
        """What people decided, and whether the run knew it."""
        lines = []
        for each in self.decisions:
            kept = each.decision
            line = text(
                "identity.decided_line",
                language,
                decision=kept.decision_id,
                answer=text(f"identity.answer_{kept.decision}", language),
                who=kept.decided_by,
                day=kept.decided_on,
                reason=kept.reason or "",
            ).rstrip()
            if kept.decision_id in self.pending:
                line += " " + text("identity.decision_pending", language)
            lines.append(line)
        return lines

    def as_json(self, language: Language) -> dict[str, Any]:
        candidate = self.candidate
        return {
            "supplier_id": self.supplier_id,
            "supplier_no": self.supplier_no,
            "name": self.name,
            "answer": self.answer(language),
            "how": self.how(language),
            "company": dict(self.company.fields) if self.company else None,
            "match_method": self.method,
            "match_confidence": self.confidence,
            "candidate": candidate
            and {
                "record": dict(candidate.record.fields),
                "probability": candidate.probability,
                "is_match": candidate.is_match,
                "parts": [part.as_json() for part in candidate.parts],
                "runner_up": dict(candidate.runner_up.fields) if candidate.runner_up else None,
            },
            "decisions": [each.as_json() for each in self.decisions],
            "pending": sorted(self.pending),
            "others": list(self.others),
            "evidence": [dict(row) for row in self.evidence],
        }


def _shown(written_text: str) -> str:
    return text_without_personal_numbers(written_text)


def _tied(connection: duckdb.DuckDBPyConnection, asked: str) -> list[dict[str, Any]]:
    """The ties that answer to what was asked; of one supplier, or it is an error."""
    number = orgnr(asked)
    for way in ("number", "id", "name", "part of a name"):
        values = {"way": way, "asked": asked, "orgnr": number}
        ties = to_polars(connection.sql(_TIES, params=values)).to_dicts()
        suppliers = {tie["supplier_id"]: tie for tie in ties}
        if len(suppliers) > 1:
            choices = [
                f"{_shown(tie['supplier_name'] or tie['name'] or '–')} ({supplier_id})"
                for supplier_id, tie in sorted(suppliers.items())
            ]
            raise NobodyCalledThatError(asked, choices)
        if ties:
            return ties
    raise NobodyCalledThatError(asked)


def _candidate(
    connection: duckdb.DuckDBPyConnection, tie: Mapping[str, Any], language: Language
) -> tuple[Candidate | None, list[int]]:
    """The best company of the register, and the rows that say so."""
    values = {"supplier_no": tie["supplier_no"], "name": tie["name"]}
    rows = to_polars(connection.sql(_FEATURES, params=values)).to_dicts()
    if not rows:
        return None, []
    (row,) = rows
    runner_up = runner_up_of(row["features"])
    companies = company_records(connection, filter(None, (row["orgnr"], runner_up)))
    candidate = Candidate(
        record=company_record(row["orgnr"], companies, language),
        probability=row["probability"],
        is_match=row["is_match"],
        parts=parts_of("company", row["features"], language),
        runner_up=company_record(runner_up, companies, language) if runner_up else None,
    )
    return candidate, list(companies.get(row["orgnr"], {}).get("refs", ()))


def _evidence(
    connection: duckdb.DuckDBPyConnection, refs: Sequence[int], language: Language
) -> tuple[Mapping[str, Any], ...]:
    asked = pl.DataFrame({"evidence": [list(refs)]}, schema={"evidence": pl.List(pl.Int64)})
    contracts = all_contracts()
    return tuple(
        {
            "source": contracts[row["source"]].title[language],
            "file": _shown(row["file"]),
            "row": row["row_no"],
        }
        for row in evidence_files(connection, asked).head(_ROWS_SHOWN).to_dicts()
    )


def explain(folder: Path, asked: str, language: Language) -> Explanation:
    """Who a supplier is, and why.

    Args:
        folder: the state folder.
        asked: a supplier number, a supplier_id, an organisationsnummer, or a name or part of one.
        language: of the words.

    Raises:
        NobodyCalledThatError: no supplier, or several, answer to it.
        NothingPublishedError: nothing was resolved in this state folder yet.
        StateBusyError: a run is under way.
        CasesError: what was decided cannot be read.
    """
    with resolved_state(folder) as (state, as_of), open_warehouse(state) as connection:
        decided = listed_decisions(cases_of(state))
        ties = _tied(connection, asked.strip())
        tie = ties[0]
        number = tie["orgnr"]
        key = (tie["supplier_no"], None if tie["supplier_no"] else tie["name"])
        parties = party_records(connection, [key])
        companies = company_records(connection, filter(None, (number,)))
        candidate, candidate_refs = _candidate(connection, tie, language)
        refs = [
            *parties.get(key, {}).get("refs", ()),
            *companies.get(number, {}).get("refs", ()),
            *candidate_refs,
        ]
        evidence = _evidence(connection, refs, language)
    about = tuple(
        each
        for each in decided
        if tie["party_key"] in (each.decision.left_key, each.decision.right_key)
        and each.standing in ("in_force", "set_aside")
    )
    return Explanation(
        name=party_record(tie["supplier_no"], tie["name"] or tie["supplier_name"], parties).name,
        supplier_id=tie["supplier_id"],
        supplier_no=tie["supplier_no"] and _shown(tie["supplier_no"]),
        company=company_record(number, companies, language) if number else None,
        method=tie["match_method"],
        confidence=tie["match_confidence"],
        candidate=candidate,
        decisions=about,
        pending=frozenset(
            each.decision.decision_id for each in about if each.decision.decided_on > as_of
        ),
        others=tuple(
            _shown(other["supplier_no"] or other["name"] or shown_number(other["orgnr"]))
            for other in ties[1:]
        ),
        evidence=evidence,
    )
