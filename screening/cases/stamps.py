"""Who decided, when and why: what every decision is signed with."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from screening.cases.database import CasesError
from screening.identity_numbers import mask_within

#: Letters of a reason that are kept.
_LONGEST_REASON = 2000
_LONGEST_NAME = 200


class Stamp(TypedDict):
    """Columns that every table of decisions has."""

    decided_on: date
    recorded_at: datetime
    decided_by: str
    reason: str | None


def now() -> datetime:
    """The moment, with its time zone. The only clock of this room."""
    return datetime.now(UTC)


def day_in_sweden(moment: datetime) -> date:
    """The day on which a decision begins to count."""
    return moment.astimezone(ZoneInfo("Europe/Stockholm")).date()


def masked(value: object) -> object:
    """The same, with personal numbers in every text masked."""
    if isinstance(value, str):
        return mask_within(value)
    if isinstance(value, Mapping):
        return {str(key): masked(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each) for each in value]
    return value


def stamped(decided_by: str, reason: str | None, moment: datetime) -> Stamp:
    """The columns that say who decided, when and why. Personal numbers are masked.

    Raises:
        CasesError: nobody signs.
    """
    who = decided_by.strip()
    if not who:
        raise CasesError("nobody")
    why = mask_within((reason or "").strip())[:_LONGEST_REASON]
    return {
        "decided_on": day_in_sweden(moment),
        "recorded_at": moment,
        "decided_by": mask_within(who)[:_LONGEST_NAME],
        "reason": why or None,
    }
