"""One or more suppliers, or bidders, screened now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from screening.identity.stage import resolved_day
from screening.identity_numbers import is_personal_number, mask, orgnr
from screening.messages import Language, text
from screening.reports.case_words import note
from screening.reports.critical_judged import judging_by
from screening.reports.finding_states import finding_states
from screening.reports.own_findings import OWN_KINDS, OwnKind
from screening.reports.privacy import text_without_personal_numbers
from screening.reports.readback import NothingPublishedError
from screening.rules.coverage import reason_in_words
from screening.rules.stage import Screened, screen
from screening.scoring import ScoredWeek, rank, read_policy
from screening.scoring.judgements import Judgements
from screening.warehouse.connection import open_warehouse
from screening.warehouse.known import set_known_day
from screening.warehouse.lock import sole_writer
from screening.warehouse.state import State


class UnknownNumberError(ValueError):
    """What was asked about is not an organisationsnummer."""


@dataclass(frozen=True)
class Checked:
    """What the rules say about one number. Sole traders' numbers are shown masked.

    ``findings`` are about the supplier, ``own`` (by kind: control, quality) about ourselves.
    ``as_of`` is the day asked about; ``resolved_on`` that of the last run, for which it was worked
    out who is who and who is behind whom (None before the first).
    """

    as_of: date
    resolved_on: date | None

    shown_number: str
    name: str | None
    band: str | None
    points: int
    counts: dict[str, int]
    findings: tuple[dict[str, Any], ...]
    own: dict[OwnKind, tuple[dict[str, Any], ...]]
    not_checked: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "orgnr": self.shown_number,
            "name": self.name,
            "as_of": self.as_of.isoformat(),
            "identity_as_of": self.resolved_on.isoformat() if self.resolved_on else None,
            "band": self.band,
            "points": self.points,
            **self.counts,
            "findings": list(self.findings),
            **{kind: list(findings) for kind, findings in self.own.items()},
            "not_checked": [{"rule": rule, "reason": reason} for rule, reason in self.not_checked],
        }


def other_day(checked: Sequence[Checked], language: Language) -> str | None:
    """That who is who is of another day than the one asked about; None where it is of that day."""
    days = {(each.as_of, each.resolved_on) for each in checked}
    for as_of, resolved_on in sorted(days, key=str):
        if resolved_on is not None and resolved_on != as_of:
            return text("cli.check_other_day", language, day=as_of, resolved=resolved_on)
    return None


def _numbers(written: Sequence[str], language: Language) -> list[str]:
    numbers = []
    for each in written:
        number = orgnr(each)
        if number is None:
            raise UnknownNumberError(text("cli.check_unknown", language, number=each))
        if number not in numbers:
            numbers.append(number)
    return numbers


def _checked(
    number: str,
    screened: Screened,
    week: ScoredWeek,
    resolved_on: date | None,
    language: Language,
) -> Checked:
    supplier = screened.suppliers.row(by_predicate=pl.col("orgnr") == number, named=True)
    supplier_id = supplier["supplier_id"]
    listed = week.ranked.filter(week.ranked["supplier_id"] == supplier_id).to_dicts()
    counts = screened.result.outcomes.row(
        by_predicate=pl.col("supplier_id") == supplier_id, named=True
    )
    found = week.findings.filter(week.findings["supplier_id"] == supplier_id)
    missed = screened.result.not_checked.filter(
        screened.result.not_checked["supplier_id"] == supplier_id
    )
    titles = {rule.id: rule.title[language] for rule in screened.rules.rules}
    return Checked(
        as_of=week.as_of,
        resolved_on=resolved_on,
        shown_number=mask(number) if is_personal_number(number) else f"{number[:6]}-{number[6:]}",
        name=_shown(supplier["name"]),
        band=listed[0]["band"] if listed else None,
        points=listed[0]["points"] if listed else 0,
        counts={key: counts[key] for key in ("found", "clear", "not_checked")},
        findings=_told(found, "risk", week, language),
        own={kind: _told(found, kind, week, language) for kind in OWN_KINDS},
        not_checked=tuple(
            (
                titles.get(row["rule_id"], row["rule_id"]),
                reason_in_words(
                    row["reason"], row["source"], row["column_names"], language=language
                ),
            )
            for row in missed.iter_rows(named=True)
        ),
    )


def _told(
    found: pl.DataFrame, kind: str, week: ScoredWeek, language: Language
) -> tuple[dict[str, Any], ...]:
    """Findings of a kind; those about ourselves have no points to show."""
    points = ["points"] if kind == "risk" else []
    return tuple(
        {
            "rule": row["rule_id"],
            "severity": row["severity"],
            **{name: row[name] for name in points},
            "summary": _shown(row[f"summary_{language}"]),
            "action": week.rules[row["rule_id"]].action[language],
            "case_status": row["case_status"],
            "case_note": _shown(note(row, language)) if row["case_status"] else None,
        }
        for row in found.filter(pl.col("kind") == kind).iter_rows(named=True)
    )


def _shown(written: str | None) -> str | None:
    return None if written is None else text_without_personal_numbers(written)


def check_numbers(
    folder: Path,
    written: Sequence[str],
    as_of: date,
    rule_folders: Sequence[Path],
    language: Language,
    decisions: pl.DataFrame,
) -> list[Checked]:
    """Screen each number with what the warehouse knows on ``as_of``; nothing is published.

    Who is who, and who is behind whom, is as the last run worked it out: doing that again for
    another day would take the place of what the list rests on. ``other_day`` says so.

    What people decided about findings (``decisions``: ``scoring.judgements.DECISIONS``) counts as
    it does in the weekly list.

    Raises:
        UnknownNumberError: one of them is not an organisationsnummer.
        NothingPublishedError: nothing was ever read into this state folder.
        StateBusyError: a run is under way.
    """
    numbers = _numbers(written, language)
    state = State(folder)
    if not state.warehouse.is_file():
        raise NothingPublishedError("cli.doctor_no_warehouse", folder)
    with sole_writer(state.lock, 1.0):
        with open_warehouse(state) as connection:
            set_known_day(connection, as_of)
            resolved_on = resolved_day(connection)
        judging = judging_by(state, decisions, as_of)
        screened = screen(state, as_of, rule_folders, numbers, judging)
        asked = screened.suppliers.filter(pl.col("orgnr").is_in(numbers)).select("supplier_id")
        found = screened.result.findings.join(asked, on="supplier_id", how="semi")
        with open_warehouse(state, read_only=True) as connection:
            states = finding_states(connection, found)
    week = rank(
        screened.suppliers,
        screened.result.findings,
        screened.result.outcomes,
        rules=screened.rules.rules,
        policy=read_policy(),
        previous=None,
        as_of=as_of,
        judgements=Judgements(decisions, states),
    )
    return [_checked(number, screened, week, resolved_on, language) for number in numbers]
