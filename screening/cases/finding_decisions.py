"""What people decided about findings: recorded, withdrawn, listed, handed to runs.

What a decision means stands in ``scoring.judgements``. Nothing is ever changed or removed. A
withdrawal is a row of its own, so that the list of any past day can be made again with what was
decided by then.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import polars as pl
import sqlalchemy as sa

from screening.cases.append_only import DecisionTable, add, all_rows, take_back
from screening.cases.database import Cases, CasesError, writing
from screening.cases.stamps import day_in_sweden, masked, now, stamped
from screening.cases.tables import finding_decisions as table
from screening.identity.reviewed.party_keys import shows_a_person
from screening.scoring.judgements import DECISIONS, no_decisions
from screening.scoring.policy import SEVERITIES

Said = Literal["snooze", "explain", "override"]

#: A reason says something: at least one letter.
_LETTER = re.compile(r"[^\W\d_]")

_KEPT = DecisionTable(
    table, ("supplier_key", "rule_id"), "no_finding_decision", "is_finding_withdrawal"
)


@dataclass(frozen=True)
class OnFinding:
    """A finding as it was when somebody decided about it.

    Attributes:
        supplier_key: what decisions call the supplier (``judgements.STATES``).
        rule_id: of the rule.
        rule_version: of the rule.
        severity: the rule's own.
        subject: what it is about, ``judgements.subject``.
        amount_sek: kronor, or None.
        match_confidence: 0-1.
        said_hash: of the finding's detail.
        rows: hashes of the rows of evidence.
        shown: what a reader saw: run_id, name, summary. Personal numbers in it are masked.
    """

    supplier_key: str
    rule_id: str
    rule_version: int
    severity: str
    subject: str
    amount_sek: Decimal | None
    match_confidence: float
    said_hash: str
    rows: tuple[str, ...]
    shown: Mapping[str, Any] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        """What later runs compare with, as plain values."""
        return {
            "rule_version": self.rule_version,
            "severity": self.severity,
            "subject": self.subject,
            "amount_sek": None if self.amount_sek is None else str(self.amount_sek),
            "match_confidence": self.match_confidence,
            "said_hash": self.said_hash,
            "rows": sorted(set(self.rows)),
        }


@dataclass(frozen=True)
class Judgement:
    """What somebody says of a finding. ``until`` is the last day; ``severity`` of an override."""

    on: OnFinding
    said: Said
    reason: str
    until: date | None = None
    severity: str | None = None


@dataclass(frozen=True)
class FindingDecision:
    """A row of the history. ``withdrawn_by`` is the number of what took it back."""

    decision_id: int
    supplier_key: str
    rule_id: str
    decision: str
    withdraws: int | None
    until: date | None
    severity: str | None
    decided_on: date
    recorded_at: datetime
    decided_by: str
    reason: str | None
    evidence: Mapping[str, Any]
    evidence_hash: str | None
    withdrawn_by: int | None


def _checked(judgement: Judgement, today: date, longest_days: int) -> None:
    if not _LETTER.search(judgement.reason):
        raise CasesError("no_reason")
    last = today + timedelta(days=longest_days)
    if judgement.said == "snooze" and judgement.until is None:
        raise CasesError("no_until", last=last)
    if judgement.until is not None and judgement.until <= today:
        raise CasesError("until_past", until=judgement.until)
    if judgement.said == "snooze" and judgement.until is not None and judgement.until > last:
        raise CasesError("until_far", until=judgement.until, days=longest_days, last=last)
    if judgement.said == "override":
        if judgement.severity not in SEVERITIES:
            raise ValueError(f"{judgement.severity!r} is no severity: {', '.join(SEVERITIES)}")
        if judgement.severity == judgement.on.severity:
            raise CasesError("same_severity")


def record(
    cases: Cases,
    judgement: Judgement,
    decided_by: str,
    *,
    longest_snooze_days: int,
    moment: datetime | None = None,
) -> tuple[int, int | None]:
    """Keep what somebody decided. Returns its number, and that of the decision that it replaces.

    Two who decide at once are both kept; the newer number counts.

    Raises:
        CasesError: it has no reason, nobody signs, it ends in the past or too late, an override
            changes nothing, or the database cannot be used.
        ValueError: there is no such severity, or a key shows a person's number.
    """
    at = moment or now()
    _checked(judgement, day_in_sweden(at), longest_snooze_days)
    on = judgement.on
    if shows_a_person(on.supplier_key):
        raise ValueError("a key shows what could be a person's number")
    state = on.state()
    canonical = json.dumps(state, sort_keys=True, ensure_ascii=True)
    values = {
        "supplier_key": on.supplier_key,
        "rule_id": on.rule_id,
        "decision": judgement.said,
        "until": judgement.until,
        "severity": judgement.severity if judgement.said == "override" else None,
        # Hashes are left as they are: figures in them could look like a person's number.
        "evidence": state | {"shown": masked(on.shown)},
        "evidence_hash": hashlib.sha256(canonical.encode()).hexdigest(),
        **stamped(decided_by, judgement.reason, at),
    }
    with writing(cases) as connection:
        earlier = _in_force(connection, on.supplier_key, on.rule_id)
        return add(connection, table, values), earlier


def _in_force(connection: sa.Connection, supplier_key: str, rule_id: str) -> int | None:
    """The number of the newest decision on a supplier and rule that was not withdrawn."""
    taken = sa.select(table.c.withdraws).where(table.c.withdraws.is_not(None))
    number = connection.execute(
        sa.select(sa.func.max(table.c.decision_id)).where(
            table.c.supplier_key == supplier_key,
            table.c.rule_id == rule_id,
            table.c.decision != "withdrawn",
            table.c.decision_id.not_in(taken),
        )
    ).scalar()
    return None if number is None else int(number)


def withdraw(
    cases: Cases,
    decision_id: int,
    decided_by: str,
    reason: str | None = None,
    moment: datetime | None = None,
) -> int:
    """Take a decision back, from today on. Returns the number of the withdrawal.

    Raises:
        CasesError: there is no such decision, it was withdrawn before, it is a withdrawal itself,
            or the database cannot be used.
    """
    return take_back(cases, _KEPT, decision_id, decided_by, reason, moment or now())


def history(cases: Cases) -> list[FindingDecision]:
    """Everything that was decided and withdrawn, oldest first.

    Raises:
        CasesError: the database cannot be used.
    """
    return [FindingDecision(**row) for row in all_rows(cases, table)]


def known_finding_decisions(cases: Cases) -> pl.DataFrame:
    """Every decision as runs take it: columns ``scoring.judgements.DECISIONS``.

    Raises:
        CasesError: the database cannot be used. A run must not go on without it: it would accuse
            again whom people cleared.
    """
    kept = history(cases)
    if not kept:
        return no_decisions()
    return pl.DataFrame([_as_row(each) for each in kept], schema=DECISIONS)


def _as_row(kept: FindingDecision) -> dict[str, Any]:
    """One decision, decided by hand, as a row of ``DECISIONS``."""
    state = kept.evidence
    amount = state.get("amount_sek")
    return {
        "decision_id": kept.decision_id,
        "supplier_key": kept.supplier_key,
        "rule_id": kept.rule_id,
        "decision": kept.decision,
        "withdraws": kept.withdraws,
        "decided_on": kept.decided_on,
        "until": kept.until,
        "severity": kept.severity,
        "decided_by": kept.decided_by,
        "reason": kept.reason,
        "rule_version": state.get("rule_version"),
        "rule_severity": state.get("severity"),
        "subject": state.get("subject"),
        "amount_sek": None if amount is None else Decimal(amount),
        "match_confidence": state.get("match_confidence"),
        "said_hash": state.get("said_hash"),
        "rows": state.get("rows"),
    }
