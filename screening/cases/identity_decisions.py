"""What people decided about who is who: recorded, withdrawn, listed, handed to runs.

Nothing is ever changed or removed. A withdrawal is a row of its own, so that the list of any past
day can be made again with what was decided by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from screening.cases.append_only import DecisionTable, add, all_rows, take_back
from screening.cases.database import Cases, reading, writing
from screening.cases.stamps import masked, now, stamped
from screening.cases.tables import identity_decisions as table
from screening.identity.reviewed.pairs import DECISIONS, no_decisions
from screening.identity.reviewed.party_keys import shows_a_person

#: What a person may say of a pair.
ANSWERS = ("same", "not_same", "unsure")

_KEPT = DecisionTable(table, ("kind", "left_key", "right_key"), "no_decision", "is_withdrawal")


@dataclass(frozen=True)
class Answer:
    """What somebody says of a pair, and what the machine said of it then.

    Attributes:
        kind: company, person or listed.
        left_key: see ``identity.reviewed``.
        right_key: see ``identity.reviewed``.
        decision: one of ``ANSWERS``.
        reason: why, in the person's words.
        probability: the machine's, 0-1.
        evidence: what the machine stood on: the parts and what they weigh, the records. Personal
            numbers in it are masked.
        evidence_hash: of the records; a pair of unsure answer is asked again when it changes.
    """

    kind: str
    left_key: str
    right_key: str
    decision: str
    reason: str | None = None
    probability: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    evidence_hash: str | None = None


@dataclass(frozen=True)
class Decision:
    """A row of the history. ``withdrawn_by`` is the number of what took it back."""

    decision_id: int
    kind: str
    left_key: str
    right_key: str
    decision: str
    withdraws: int | None
    decided_on: date
    recorded_at: datetime
    decided_by: str
    reason: str | None
    probability: float | None
    evidence: Mapping[str, Any]
    evidence_hash: str | None
    withdrawn_by: int | None


def record(cases: Cases, answer: Answer, decided_by: str, moment: datetime | None = None) -> int:
    """Keep an answer. Returns its number.

    Raises:
        ValueError: there is no such answer or kind, or a key shows a person's number.
        CasesError: the database cannot be used, or nobody signs.
    """
    if answer.decision not in ANSWERS:
        raise ValueError(f"{answer.decision!r} is no answer: {', '.join(ANSWERS)}")
    if shows_a_person(answer.left_key) or shows_a_person(answer.right_key):
        raise ValueError("a key shows what could be a person's number")
    values = {
        "kind": answer.kind,
        "left_key": answer.left_key,
        "right_key": answer.right_key,
        "decision": answer.decision,
        "probability": answer.probability,
        "evidence": masked(answer.evidence),
        "evidence_hash": answer.evidence_hash,
        **stamped(decided_by, answer.reason, moment or now()),
    }
    with writing(cases) as connection:
        return add(connection, table, values)


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


def history(cases: Cases) -> list[Decision]:
    """Everything that was decided and withdrawn, oldest first.

    Raises:
        CasesError: the database cannot be used.
    """
    return [Decision(**row) for row in all_rows(cases, table)]


def known_decisions(cases: Cases) -> pl.DataFrame:
    """Every decision as runs take it: columns ``identity.reviewed.DECISIONS``.

    Raises:
        CasesError: the database cannot be used. A run must not go on without it: it would tie
            together what people parted.
    """
    with reading(cases) as connection:
        if connection is None:
            return no_decisions()
        columns = [table.c[name] for name in DECISIONS]
        rows = connection.execute(sa.select(*columns).order_by(table.c.decision_id)).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=DECISIONS, orient="row")
