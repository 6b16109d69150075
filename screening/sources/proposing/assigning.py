"""Which column of a file holds which column of a contract.

Each pair has a score from what the header says and what the values look like. The best pair is
taken first, then the best of what is left, each column at most once: so every choice can be told
in a sentence (*the header fits best, and so do the values*), which the optimum of a sum cannot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from screening.sources.contracts import Contract
from screening.sources.proposing.column_fit import can_tell, fit, telling
from screening.sources.proposing.column_profile import ColumnProfile
from screening.sources.proposing.header_similarity import is_of_other_party
from screening.sources.proposing.header_words import concepts_of

Level = Literal["sure", "likely", "unsure"]

#: Below this a pair is not proposed.
LOWEST = 0.5
_SURE = 0.8
_LIKELY = 0.6
#: Another candidate so near makes the choice a question.
_NEAR = 0.08
#: What the header alone is worth where the values do not fit at all.
_HEADER_ALONE = 0.4
_VALUES_ADD = 0.5
#: Values whose header speaks of another party tell next to nothing.
_OTHERS_VALUES = 0.2
#: How sure a last resort is: the values fit, and nothing else is left.
_LAST_RESORT = 0.5
_FITS = 0.9


@dataclass(frozen=True)
class Assigned:
    """A column of the file and the contract's column that it is taken for.

    Attributes:
        header: in the file.
        column: of the contract.
        score: how sure it is, 0 to 1.
        by_header: how well the header fits.
        by_values: the share of values that the column can hold.
        rival: another header of the file that fits the column nearly as well.
        runner_up: the contract's column that the header fits next best, with its score.
        resort: why it was chosen though the header says something else: ``only_date``,
            ``name_for_number``, ``booked_for_dated``.
    """

    header: str
    column: str
    score: float
    by_header: float
    by_values: float
    rival: str | None = None
    runner_up: tuple[str, float] | None = None
    resort: str | None = None

    @property
    def level(self) -> Level:
        """How sure, in a word; a near rival makes it less."""
        if self.score >= _SURE and self.rival is None and self.resort is None:
            return "sure"
        if self.score >= _LIKELY and self.resort is None:
            return "likely"
        return "unsure"


@dataclass(frozen=True)
class _Pair:
    score: float
    header: str
    column: str
    by_header: float
    by_values: float


def assign(
    contract: Contract,
    profiles: Sequence[ColumnProfile],
    header_scores: Mapping[tuple[str, str], Sequence[float]],
) -> list[Assigned]:
    """Columns of a file for columns of a contract, in the contract's order.

    Args:
        contract: of the source that the file is taken for.
        profiles: of the file's columns, in order.
        header_scores: by source and column, how well each header fits.
    """
    pairs = _pairs(contract, profiles, header_scores)
    taken: dict[str, _Pair] = {}
    used: set[str] = set()
    for pair in pairs:
        if pair.column not in taken and pair.header not in used:
            taken[pair.column] = pair
            used.add(pair.header)
    found = {column: _told(pair, pairs, taken) for column, pair in taken.items()}
    found |= _last_resorts(contract, profiles, found)
    return [found[column] for column in contract.columns if column in found]


def _pairs(
    contract: Contract,
    profiles: Sequence[ColumnProfile],
    header_scores: Mapping[tuple[str, str], Sequence[float]],
) -> list[_Pair]:
    """Every pair worth proposing, best first; of equals the contract's, then the file's first."""
    found: list[tuple[float, int, int, _Pair]] = []
    for order, (name, column) in enumerate(contract.columns.items()):
        by_headers = header_scores.get((contract.source, name), ())
        has_hope = can_tell(name, column)
        for place, profile in enumerate(profiles):
            by_header = by_headers[place] if place < len(by_headers) else 0.0
            if by_header < LOWEST and not has_hope:
                continue
            by_values = fit(profile, name, column)
            told = telling(profile, name, column)
            if told and is_of_other_party(profile.header, contract.source, name):
                told *= _OTHERS_VALUES
            said = by_header * (_HEADER_ALONE + (1 - _HEADER_ALONE) * by_values)
            score = max(told, 1 - (1 - said) * (1 - _VALUES_ADD * told))
            if score >= LOWEST:
                pair = _Pair(score, profile.header, name, by_header, by_values)
                found.append((-round(score, 4), order, place, pair))
    return [pair for *_, pair in sorted(found, key=lambda each: each[:3])]


def _told(pair: _Pair, pairs: Sequence[_Pair], taken: Mapping[str, _Pair]) -> Assigned:
    used = {each.header for each in taken.values()}
    rival = next(
        (
            other.header
            for other in pairs
            if other.column == pair.column
            and other.header != pair.header
            and other.header not in used
            and other.score >= pair.score - _NEAR
        ),
        None,
    )
    runner_up = next(
        (
            (other.column, other.score)
            for other in pairs
            if other.header == pair.header
            and other.column != pair.column
            and other.column not in taken
        ),
        None,
    )
    return Assigned(
        pair.header, pair.column, pair.score, pair.by_header, pair.by_values, rival, runner_up
    )


def _last_resorts(
    contract: Contract, profiles: Sequence[ColumnProfile], found: Mapping[str, Assigned]
) -> dict[str, Assigned]:
    """Columns that the contract must have, for want of better ones; each of them is a question."""
    used = {each.header for each in found.values()}
    free = [
        profile
        for profile in profiles
        if profile.header not in used and "birth" not in concepts_of(profile.header)
    ]
    resorts: dict[str, Assigned] = {}
    for name, column in contract.columns.items():
        if not column.required or name in found or column.type not in ("date", "datetime", "month"):
            continue
        fitting = [each for each in free if not each.is_empty and fit(each, name, column) >= _FITS]
        if len(fitting) == 1:
            resorts[name] = Assigned(
                fitting[0].header, name, _LAST_RESORT, 0.0, 1.0, resort="only_date"
            )
            free.remove(fitting[0])
    if (
        "booking_date" in found
        and "invoice_date" in contract.columns.keys() - found.keys() - resorts.keys()
    ):
        header = found["booking_date"].header
        resorts["invoice_date"] = Assigned(
            header, "invoice_date", _LAST_RESORT, 0.0, 1.0, resort="booked_for_dated"
        )
    return resorts | _name_for_number(contract, profiles, found)


def _name_for_number(
    contract: Contract, profiles: Sequence[ColumnProfile], found: Mapping[str, Assigned]
) -> dict[str, Assigned]:
    """The supplier's name in place of its number, where there is neither number nor orgnr.

    A supplier is then known by the way its name is written, until its numbers come.
    """
    lacks_party = contract.columns.get("supplier_no") is not None and (
        contract.columns["supplier_no"].required
        or any("supplier_no" in group for group in contract.required_any)
    )
    parties = {"supplier_no", "orgnr", "supplier_name"}
    if not lacks_party or parties & found.keys():
        return {}
    for profile in profiles:
        about = concepts_of(profile.header)
        if {"supplier", "name"} <= about or about == {"supplier"}:
            return {
                "supplier_no": Assigned(
                    profile.header,
                    "supplier_no",
                    _LAST_RESORT,
                    0.0,
                    1.0,
                    resort="name_for_number",
                )
            }
    return {}
