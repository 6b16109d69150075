"""Tables of decisions to which rows are only added: a withdrawal is a row of its own.

Every such table has ``decision_id``, ``decision`` (a word, or ``withdrawn``), ``withdraws``,
``evidence`` and the columns of ``stamps.Stamp``, and some that say what it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from screening.cases.database import Cases, CasesError, reading, writing
from screening.cases.stamps import stamped


@dataclass(frozen=True)
class DecisionTable:
    """A table of decisions.

    Attributes:
        table: the table.
        about: columns that say what a decision is about; a withdrawal repeats them.
        unknown: code of the error where there is no such decision.
        is_withdrawal: code of the error where it is a withdrawal itself.
    """

    table: sa.Table
    about: tuple[str, ...]
    unknown: str
    is_withdrawal: str


def add(connection: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> int:
    """Add a row. Returns its number."""
    key = connection.execute(table.insert().values(values)).inserted_primary_key
    assert key is not None  # noqa: S101 - an insert of one row has a key
    return int(key[0])


def take_back(
    cases: Cases,
    kept: DecisionTable,
    decision_id: int,
    decided_by: str,
    reason: str | None,
    moment: datetime,
) -> int:
    """Take a decision back, from the moment's day on. Returns the number of the withdrawal.

    Raises:
        CasesError: there is no such decision, it was withdrawn before, it is a withdrawal itself,
            or the database cannot be used.
    """
    table = kept.table
    if cases.is_missing:
        raise CasesError(kept.unknown, decision=decision_id)
    with writing(cases) as connection:
        asked = sa.select(table).where(table.c.decision_id == decision_id)
        if not cases.is_sqlite:
            asked = asked.with_for_update()
        held = connection.execute(asked).mappings().first()
        if held is None:
            raise CasesError(kept.unknown, decision=decision_id)
        if held["decision"] == "withdrawn":
            raise CasesError(kept.is_withdrawal, decision=decision_id)
        taken = sa.select(table.c.decision_id).where(table.c.withdraws == decision_id)
        if connection.execute(taken).first() is not None:
            raise CasesError("already_withdrawn", decision=decision_id)
        values = {
            **{column: held[column] for column in kept.about},
            "decision": "withdrawn",
            "withdraws": decision_id,
            "evidence": {},
            **stamped(decided_by, reason, moment),
        }
        return add(connection, table, values)


def all_rows(cases: Cases, table: sa.Table) -> Sequence[dict[str, Any]]:
    """Everything that was decided and withdrawn, oldest first.

    ``withdrawn_by`` is added: the number of what took a row back, or None.

    Raises:
        CasesError: the database cannot be used.
    """
    with reading(cases) as connection:
        if connection is None:
            return []
        rows = connection.execute(sa.select(table).order_by(table.c.decision_id)).mappings().all()
    withdrawn = {row["withdraws"]: row["decision_id"] for row in rows if row["withdraws"]}
    return [{**row, "withdrawn_by": withdrawn.get(row["decision_id"])} for row in rows]
