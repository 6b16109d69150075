"""Which source a file belongs to: the one whose columns explain it best.

Columns that few sources have weigh most (many have an organisationsnummer, one has a care
recipient); each column that a source must have and the file lacks weighs against it. Words in the
headers and in the names of file, sheet and folder add a little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

from screening.sources.contracts import Contract, all_contracts
from screening.sources.proposing.assigning import Assigned, assign
from screening.sources.proposing.column_profile import ColumnProfile
from screening.sources.proposing.header_words import concepts_of, dictionary

_REQUIRED_MORE = 1.4
_MISSING = 0.8
_MISSING_COULD_BE_CONSTANT = 0.45
_WORD_IN_HEADER = 0.25
_MOST_WORDS = 3
_WORD_IN_NAME = 0.5
_SUPPLIERS = frozenset({"supplier", "provider", "bidder"})


@dataclass(frozen=True)
class SourceFit:
    """How well a file fits a source.

    Attributes:
        source: its name.
        weight: how well, to be compared only with that of other sources for the same file.
        assigned: the columns found.
        missing: columns that the source must have and that were not found; of a group of which one
            is enough, its names joined by `` / ``.
    """

    source: str
    weight: float
    assigned: tuple[Assigned, ...]
    missing: tuple[str, ...]


def rank_sources(
    profiles: Sequence[ColumnProfile],
    header_scores: Mapping[tuple[str, str], Sequence[float]],
    names: Sequence[str] = (),
) -> list[SourceFit]:
    """Every source, the one that fits best first.

    Args:
        profiles: of the file's columns.
        header_scores: by source and column, how well each header fits.
        names: of the file, its folder and its sheet.
    """
    headers = [concepts_of(profile.header) for profile in profiles]
    named = frozenset().union(*(concepts_of(name) for name in names)) if names else frozenset()
    fits = [
        source_fit(contract, profiles, header_scores, headers, named)
        for contract in all_contracts().values()
    ]
    return sorted(fits, key=lambda each: (-each.weight, each.source))


def source_fit(
    contract: Contract,
    profiles: Sequence[ColumnProfile],
    header_scores: Mapping[tuple[str, str], Sequence[float]],
    headers: Sequence[frozenset[str]] = (),
    named: frozenset[str] = frozenset(),
) -> SourceFit:
    """How well a file fits one source; ``headers`` and ``named`` are what their words are about."""
    assigned = assign(contract, profiles, header_scores)
    found = {each.column for each in assigned}
    missing = missing_columns(contract, found)
    weight = sum(
        each.score
        * _rarity(each.column)
        * (_REQUIRED_MORE if contract.columns[each.column].required else 1)
        for each in assigned
    )
    for name in missing:
        column = contract.columns.get(name)
        could_be_constant = column is not None and column.type in ("text", "code")
        weight -= _MISSING_COULD_BE_CONSTANT if could_be_constant else _MISSING
    if not _knows_firms(contract) and any(about & _SUPPLIERS for about in headers):
        weight -= _MISSING
    words = dictionary().source_words.get(contract.source, frozenset())
    said = sum(1 for word in words if any(word in about for about in headers))
    weight += _WORD_IN_HEADER * min(said, _MOST_WORDS)
    weight += _WORD_IN_NAME * bool(words & named)
    return SourceFit(contract.source, weight, tuple(assigned), missing)


def _knows_firms(contract: Contract) -> bool:
    """Whether a source says anything about suppliers."""
    return contract.keyed_by != "none" or "orgnr" in contract.columns


def missing_columns(contract: Contract, found: set[str]) -> tuple[str, ...]:
    """What a contract must have and is not found; ``as_of`` is the file's day where it lacks."""
    present = found | {"as_of"}
    missing = [n for n, c in contract.columns.items() if c.required and n not in present]
    missing += [" / ".join(group) for group in contract.required_any if not present & set(group)]
    return tuple(missing)


@cache
def _rarity(column: str) -> float:
    """1 for a column of one source only, less for one that many have."""
    having = sum(column in contract.columns for contract in all_contracts().values())
    return 1 / sqrt(max(having, 1))
