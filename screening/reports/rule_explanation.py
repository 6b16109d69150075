"""Why a rule fired for a supplier, or why not, in words and with the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from rapidfuzz import process

from screening.identity_numbers import orgnr
from screening.messages import Language, text
from screening.reports import written_numbers
from screening.reports.case_words import note
from screening.reports.critical_judged import judging_by
from screening.reports.finding_states import finding_states
from screening.reports.privacy import (
    masked_orgnr,
    text_without_personal_numbers,
    without_personal_numbers,
)
from screening.reports.resolved_state import resolved_state
from screening.reports.source_rows import evidence_files
from screening.rules.coverage import reason_in_words
from screening.rules.explaining import Explanation, asked_together, explain
from screening.rules.loading import RuleSet, load_rules
from screening.rules.model import Rule
from screening.rules.stage import built_views
from screening.scoring import read_policy
from screening.scoring.judgements import Judgements, judged
from screening.warehouse.connection import memory_limit, open_warehouse

#: The column of a view that refers to a source row.
_REF = "ref"


class AskedForUnknownError(ValueError):
    """There is no such rule or supplier; ``sentence`` says what to give instead."""

    def __init__(self, message: str, name: str, nearest: str = "") -> None:
        self.message = message
        self.name = text_without_personal_numbers(name)
        self.nearest = nearest
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """What is unknown, for the person who asked."""
        hint = text("explain.nearest", language, name=self.nearest) if self.nearest else ""
        return text(f"explain.{self.message}", language, name=self.name, hint=hint).strip()


@dataclass(frozen=True)
class ToldExplanation:
    """An explanation with the supplier as it may be shown, and where the evidence lies.

    ``decided`` is the finding as it was judged (``judgements.CASE_SCHEMA``), if anybody decided.
    ``evidence``: ref, source, file, row_no. ``places``: reference of a row that the rule saw ->
    file and row.
    """

    explanation: Explanation
    as_of: date
    name: str
    number: str
    evidence: pl.DataFrame
    places: dict[int, str]
    decided: Mapping[str, Any] | None = None

    def decision(self, language: Language) -> str | None:
        """What somebody decided about the finding, and whether that holds."""
        if self.decided is None:
            return None
        return text_without_personal_numbers(note(self.decided, language))

    def answer(self, language: Language) -> str:
        """The first line: yes, no, or not checked."""
        title = self.explanation.rule.title[language]
        return text(f"explain.{self.explanation.outcome}", language, title=title)

    def reasons(self, language: Language) -> list[str]:
        """Why, in sentences: what was found, or what was missing."""
        told = self.explanation
        if told.outcome == "found":
            return [
                text_without_personal_numbers(summary)
                for summary in told.findings[f"summary_{language}"]
            ]
        if told.reason is not None:
            why = told.reason
            return [
                reason_in_words(
                    why["reason"] or "", why["source"], why["column_names"], language=language
                )
            ]
        if told.problem is not None:
            return [told.problem[f"reason_{language}"] or ""]
        if not told.unmet:
            return [text("explain.why_nothing", language)]
        return [text("explain.why_one" if told.is_each else "explain.why_all", language)]

    def match(self, language: Language) -> str:
        """How sure it is that the finding is about this supplier, and the amount."""
        row = self.explanation.findings.row(0, named=True)
        return text(
            "explain.confidence",
            language,
            confidence=written_numbers.percent(row["match_confidence"] or 0, language),
            amount=written_numbers.sek(row["amount_sek"], language) or "–",
        )

    def seen_rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows that the rule saw, with file and row in the place of their reference."""
        if _REF not in rows.columns:
            return rows
        place = pl.col(_REF).replace_strict(self.places, default=None, return_dtype=pl.String)
        return rows.with_columns(place)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        told = self.explanation
        return {
            "rule": told.rule.id,
            "rule_version": told.rule.version,
            "supplier_id": text_without_personal_numbers(told.supplier_id),
            "name": self.name,
            "as_of": self.as_of.isoformat(),
            "outcome": told.outcome,
            "reasons": {language: self.reasons(language) for language in ("sv", "en")},
            "unmet": list(told.unmet),
            "unmet_each_by_itself": told.is_each,
            "parameters": dict(told.parameters),
            "evidence": self.evidence.to_dicts(),
            "case_status": self.decided["case_status"] if self.decided else None,
            "case_note": {language: self.decision(language) for language in ("sv", "en")},
            "seen": [
                {
                    "view": seen.view,
                    "count": seen.count,
                    "rows": self.seen_rows(seen.rows).to_dicts(),
                }
                for seen in told.seen
            ],
        }


def explain_rule(
    folder: Path,
    rule_folders: Sequence[Path],
    rule_name: str,
    supplier: str,
    decisions: pl.DataFrame | None = None,
) -> ToldExplanation:
    """Ask one rule about one supplier, on what the last run knew. Nothing is published.

    Args:
        folder: state folder.
        rule_folders: where the rule lies.
        rule_name: the rule's id or number.
        supplier: supplier_id, organisationsnummer or supplier number.
        decisions: what people decided about findings (``scoring.judgements.DECISIONS``).

    Raises:
        AskedForUnknownError: there is no such rule or supplier.
        NothingPublishedError: nothing was resolved in this state folder yet.
        StateBusyError: a run is under way.
    """
    rules = load_rules(rule_folders)
    rule = _rule_called(rules, rule_name)
    with resolved_state(folder) as (state, day):
        together = asked_together(rule, rules.rules)
        with built_views(state, day, "explained", together) as views:
            row = _supplier_called(views.suppliers, supplier)
            told = explain(
                views.database,
                rule,
                row["supplier_id"],
                day,
                beside=rules.rules,
                memory_limit=memory_limit(),
                judging=None if decisions is None else judging_by(state, decisions, day),
            )
        with open_warehouse(state, read_only=True) as connection:
            evidence = _without_numbers(evidence_files(connection, told.findings))
            states = finding_states(connection, told.findings)
            places = _without_numbers(evidence_files(connection, _references(told)))
    return ToldExplanation(
        explanation=told,
        as_of=day,
        name=text_without_personal_numbers(row["name"] or row["supplier_id"]),
        number=_number(row),
        evidence=evidence,
        places={
            ref: f"{file}:{row_no}"
            for ref, file, row_no in places.select("ref", "file", "row_no").iter_rows()
        },
        decided=_decided(told, Judgements(decisions, states), day)
        if decisions is not None
        else None,
    )


def _decided(told: Explanation, judgements: Judgements, day: date) -> dict[str, Any] | None:
    rows = judged(told.findings, judgements, read_policy().casework, day)
    decided = rows.drop_nulls("case_status").with_columns(case_since=pl.lit(day))
    return decided.row(0, named=True) if decided.height else None


def _number(row: Mapping[str, Any]) -> str:
    if row["orgnr"] and not row["is_sole_trader"]:
        return written_numbers.orgnr(row["orgnr"])
    return text_without_personal_numbers(row["shown_orgnr"] or row["supplier_id"])


def _without_numbers(files: pl.DataFrame) -> pl.DataFrame:
    return files.with_columns(without_personal_numbers(files.select("file")).to_series())


def _references(told: Explanation) -> pl.DataFrame:
    """References of the rows that the rule saw, as ``evidence_files`` takes them."""
    refs = [seen.rows[_REF] for seen in told.seen if _REF in seen.rows.columns]
    together = pl.concat(refs) if refs else pl.Series(_REF, [], dtype=pl.Int64)
    return pl.DataFrame({"evidence": [together.to_list()]}, schema={"evidence": pl.List(pl.Int64)})


def _rule_called(rules: RuleSet, name: str) -> Rule:
    wanted = name.strip()
    for rule in rules.rules:
        if rule.id == wanted or str(rule.number) == wanted.lstrip("0"):
            return rule
    nearest = process.extractOne(wanted, [rule.id for rule in rules.rules], score_cutoff=50)
    raise AskedForUnknownError("unknown_rule", wanted, nearest[0] if nearest else "")


def _supplier_called(suppliers: pl.DataFrame, name: str) -> dict[str, Any]:
    wanted = name.strip()
    named = suppliers.with_columns(shown_orgnr=masked_orgnr())
    number = orgnr(wanted)
    ways = [
        pl.col("supplier_id") == wanted,
        pl.col("orgnr") == (number or ""),
        pl.col("supplier_no") == wanted,
    ]
    for way in ways:
        found = named.filter(way)
        if found.height == 1:
            return found.row(0, named=True)
    raise AskedForUnknownError("unknown_supplier", wanted)
