"""How well each header of a file fits each column of each contract.

Three looks, the best of which counts: the very name (1), what the words are about, and how alike
the letters are (for slips). A header that says whose value it is (the buyer's number) does not fit
a column that holds somebody else's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from screening.sources.contracts import Contract, all_contracts
from screening.sources.folding import fold
from screening.sources.headers import contract_names
from screening.sources.proposing.header_words import compact, concepts_of, dictionary

_Matrix = npt.NDArray[np.float32]

#: Each further name of a column is a little less sure than the one before.
_STEP = 0.01
_MOST_STEPS = 5
#: A name from the dictionary and not from the contract.
_DICTIONARY = 0.96
_WEAK = 0.72
#: Letters must be so alike to count, in names that are long enough to be told apart.
_ALIKE = 86
_SHORTEST_ALIKE = 5
#: What need not be said counts little where it is said, and where it is not.
_CLEAR = 0.15
_UNKNOWN_WORD = 0.5
#: How much what a header says beyond a name counts against it.
_SAID_TOO_MUCH = 0.75
#: A header about another party, or another kind of thing.
_OTHER_PARTY = 0.25
_OTHER_KIND = 0.5
#: Words for a firm; where a column is about one of them, the others mean the same firm.
_FIRMS = frozenset({"supplier", "organisation", "provider", "bidder"})
_PERSONS = frozenset({"client", "worker", "employee", "owner", "orderer", "manager"})


@dataclass(frozen=True)
class _Spellings:
    """Every name of every contract column, one row each."""

    columns: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    trust: _Matrix
    source: npt.NDArray[np.intp]
    concepts: Mapping[str, int]
    weighted: _Matrix
    allowed: npt.NDArray[np.bool_]
    has_kind: npt.NDArray[np.bool_]
    clear: _Matrix


def _names_of(contract: Contract) -> list[tuple[str, str, float]]:
    """Column, name and how sure it is that the name means the column."""
    known = dictionary()
    found = []
    for column, spellings in contract_names(contract).items():
        for rank, name in enumerate(spellings):
            found.append((column, name, 1 - _STEP * min(rank, _MOST_STEPS)))
        others = known.names.get(f"{contract.source}.{column}", ())
        found += [(column, name, _DICTIONARY) for name in others]
        weak = known.weak_names.get(f"{contract.source}.{column}", ())
        found += [(column, name, _WEAK) for name in weak]
    return found


@cache
def _spellings() -> _Spellings:
    words, contracts = dictionary(), list(all_contracts().values())
    rows = [
        (place, contract, *named)
        for place, contract in enumerate(contracts)
        for named in _names_of(contract)
    ]
    about = [concepts_of(name) for _, _, _, name, _ in rows]
    concepts = {c: n for n, c in enumerate(sorted(set().union(*about, words.kinds, words.parties)))}
    clear = np.ones((len(contracts), len(concepts)), np.float32)
    for place, contract in enumerate(contracts):
        for concept in words.clear.get(contract.source, ()):
            if concept in concepts:
                clear[place, concepts[concept]] = _CLEAR
    source = np.array([place for place, *_ in rows], np.intp)
    held = _incidence(about, concepts)
    allowed = np.zeros((len(rows), len(concepts)), np.bool_)
    for row, (_, contract, column, _, _) in enumerate(rows):
        parties = (about[row] | words.clear.get(contract.source, frozenset())) & words.parties
        is_firms = contract.columns[column].type in ("orgnr", "vat", "bankgiro", "plusgiro")
        if "unit" in about[row]:
            parties -= _FIRMS  # units are our own
        elif parties & _FIRMS or is_firms:
            # A sole trader's number is a person's.
            parties |= _FIRMS | ({"person"} if is_firms else set())
        elif parties & _PERSONS:
            parties |= {"person"}
        allowed[row] = [c in parties or c not in words.parties for c in concepts]
    kinds = np.array([concept in words.kinds for concept in concepts], np.bool_)
    return _Spellings(
        columns=tuple((contract.source, column) for _, contract, column, _, _ in rows),
        texts=tuple(compact(name) for _, _, _, name, _ in rows),
        trust=np.array([trust for *_, trust in rows], np.float32),
        source=source,
        concepts=concepts,
        weighted=held * clear[source],
        allowed=allowed,
        has_kind=np.asarray((held[:, kinds] > 0).any(axis=1), np.bool_),
        clear=clear,
    )


def _incidence(about: Sequence[frozenset[str]], concepts: Mapping[str, int]) -> _Matrix:
    held = np.zeros((len(about), len(concepts)), np.float32)
    for row, found in enumerate(about):
        for concept in found:
            if concept in concepts:
                held[row, concepts[concept]] = 1
    return held


def header_scores(headers: Sequence[str]) -> dict[tuple[str, str], list[float]]:
    """For each contract column (source, column): how well each header fits its names, 0 to 1."""
    known = _spellings()
    if not headers:
        return {}
    about = [concepts_of(header) for header in headers]
    by_words = _by_words(about, known)
    by_letters = _by_letters(headers, known)
    texts = np.array(known.texts)
    exact = np.array([texts == compact(header) for header in headers])
    best = np.maximum(by_words * 0.97, by_letters) * known.trust
    best *= _same_party(about, known)
    best = np.where(exact & (texts != ""), known.trust, best)
    scores: dict[tuple[str, str], _Matrix] = {}
    for row, column in enumerate(known.columns):
        mine = best[:, row]
        scores[column] = np.maximum(scores[column], mine) if column in scores else mine
    return {column: [float(score) for score in found] for column, found in scores.items()}


def _by_words(about: Sequence[frozenset[str]], known: _Spellings) -> _Matrix:
    held = _incidence(about, known.concepts)
    unknown = np.array(
        [[_UNKNOWN_WORD * sum(1 for c in found if c not in known.concepts)] for found in about],
        np.float32,
    )
    common = held @ known.weighted.T
    said = (held @ known.clear.T + unknown)[:, known.source]
    asked = known.weighted.sum(axis=1)
    of_asked = common / np.maximum(asked, 1e-6)
    of_said = common / np.maximum(said, 1e-6)
    score: _Matrix = of_asked * np.minimum(of_said, 1) ** _SAID_TOO_MUCH
    kinds = [concept in dictionary().kinds for concept in known.concepts]
    shared_kind = held[:, kinds] @ known.weighted[:, kinds].T > 0
    both_have = (held[:, kinds].sum(axis=1) > 0)[:, None] & known.has_kind[None, :]
    return np.where(both_have & ~shared_kind, score * _OTHER_KIND, score)


def _by_letters(headers: Sequence[str], known: _Spellings) -> _Matrix:
    written = [compact(header) for header in headers]
    alike = process.cdist(
        written, known.texts, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32
    )
    long_enough = np.array([len(each) >= _SHORTEST_ALIKE for each in known.texts])
    found: _Matrix = np.where(long_enough[None, :], alike / 100 * 0.95, 0)
    return found


def _same_party(about: Sequence[frozenset[str]], known: _Spellings) -> _Matrix:
    parties = dictionary().parties
    held = _incidence([found & parties for found in about], known.concepts)
    others = held @ (~known.allowed).astype(np.float32).T
    return np.where(others > 0, _OTHER_PARTY, 1).astype(np.float32)


def is_known_name(header: str) -> bool:
    """Whether a text says what a column is about: every word of it is known, or it is a name."""
    about = concepts_of(header)
    return bool(about) and (
        not any(concept.startswith("?") for concept in about) or compact(header) in _every_name()
    )


@cache
def _every_name() -> frozenset[str]:
    return frozenset(fold(text) for text in _spellings().texts)


@cache
def _allowed_parties(source: str, column: str) -> frozenset[str]:
    words, known = dictionary(), _spellings()
    allowed = set(words.clear.get(source, ()))
    names = words.parties & known.concepts.keys()
    for row, named in enumerate(known.columns):
        if named == (source, column):
            allowed |= {c for c in names if known.allowed[row, known.concepts[c]]}
    return frozenset(allowed)


def is_of_other_party(header: str, source: str, column: str) -> bool:
    """Whether a header says that its values are somebody else's than the column's."""
    said = concepts_of(header) & dictionary().parties
    return bool(said - _allowed_parties(source, column))
