"""From scored pairs to who is who: one-to-one assignment of two tables, groups within one.

Groups are made of the surest pairs first (average linkage): two groups become one where all their
records together speak for it, not where one pair alone does, so that no chain of half-alike
records ties strangers. What must not be together never is.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from screening.identity.persons.fields import Floats, Ints

#: What a pair within a group counts that was no candidate: it shared next to nothing.
UNCOMPARED = -3.0
_BOUNDS = (-6.0, 6.0)
_MOST_ROUNDS = 500


def _first_of_each(keys: Ints, order: Ints) -> Ints:
    """Positions of the first entry of each key in ``order``."""
    _, first = np.unique(keys[order], return_index=True)
    return order[first]


def _mixed(low: Ints, high: Ints) -> Ints:
    """A number for each pair that decides between equals, the same in every run."""
    mixed = low.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= high.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    return (mixed * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(1)).astype(np.int64)


def _mutual_best(left: Ints, right: Ints, score: Floats, mixed: Ints) -> Ints:
    """Positions of pairs that are the best one for both sides. A row number is a key of a side."""
    order = np.lexsort((mixed, -score))
    best_of_left = np.zeros(left.size, dtype=bool)
    best_of_right = np.zeros(left.size, dtype=bool)
    best_of_left[_first_of_each(left, order)] = True
    best_of_right[_first_of_each(right, order)] = True
    return np.flatnonzero(best_of_left & best_of_right)


def one_to_one(
    left: Ints, right: Ints, score: Floats, names: tuple[Ints, Ints] | None = None
) -> Ints:
    """Positions of the pairs that are chosen so that each row stands in one pair at most.

    The surest pair first, then the surest of what is left, and so on.

    Args:
        left: rows of the scored pairs.
        right: the other rows.
        score: how sure each pair is.
        names: numbers of both rows that decide between equally sure pairs; the rows themselves,
            if not given.
    """
    mixed = _mixed(*(names or (left, right)))
    open_pairs = np.arange(left.size)
    chosen: list[Ints] = []
    while open_pairs.size:
        at = open_pairs
        best = at[_mutual_best(left[at], right[at], score[at], mixed[at])]
        chosen.append(best)
        taken = np.isin(left[open_pairs], left[best]) | np.isin(right[open_pairs], right[best])
        open_pairs = open_pairs[~taken]
    return np.sort(np.concatenate(chosen)) if chosen else open_pairs


def joined(count: int, left: Ints, right: Ints) -> Ints:
    """Label of each of ``count`` rows when every given pair is together: its lowest row."""
    labels = np.arange(count)
    while True:
        lowest = labels.copy()
        np.minimum.at(lowest, left, labels[right])
        np.minimum.at(lowest, right, labels[left])
        np.minimum.at(lowest, labels, lowest)
        lowest = lowest[lowest]
        if np.array_equal(lowest, labels):
            return labels
        labels = lowest


def _members(labels: Ints, owners: Ints) -> Ints:
    """For each label the owner of its rows, -1 where none has one; rows agree by construction."""
    owner = np.full(labels.size, -1, dtype=np.int64)
    np.maximum.at(owner, labels, owners)
    return owner


def _clash(owners: Sequence[Ints], low: Ints, high: Ints) -> npt.NDArray[np.bool_]:
    clash = np.zeros(low.size, dtype=bool)
    for owner in owners:
        clash |= (owner[low] >= 0) & (owner[high] >= 0) & (owner[low] != owner[high])
    return clash


def groups(
    left: Ints,
    right: Ints,
    log_odds: Floats,
    labels: Ints,
    owners: Sequence[Ints],
    never: tuple[Ints, Ints],
    threshold: float = 0.0,
    uncompared: float | None = UNCOMPARED,
    names: Ints | None = None,
) -> Ints:
    """Label of each row: the lowest row of its group.

    Args:
        left: rows of the scored pairs.
        right: the other rows.
        log_odds: evidence of each pair.
        labels: groups to start from (`joined`).
        owners: kinds of owners: rows of different owners of one kind (not -1) are never together.
        never: pairs that are never together.
        threshold: mean log odds between two groups from which on they become one.
        uncompared: log odds of a pair that is not among the scored ones; None: it does not count.
        names: a number of each row that decides between equals; its place, if not given.
    """
    count = labels.size
    names = np.arange(count) if names is None else names
    labels = labels.copy()
    scores = np.clip(log_odds, *_BOUNDS)
    pairs_left = np.concatenate([left, never[0]])
    pairs_right = np.concatenate([right, never[1]])
    weights = np.concatenate([scores, np.zeros(never[0].size)])
    banned = np.concatenate([np.zeros(left.size), np.ones(never[0].size)])
    for _ in range(_MOST_ROUNDS):
        one, two = labels[pairs_left], labels[pairs_right]
        apart = one != two
        low, high = np.minimum(one, two)[apart], np.maximum(one, two)[apart]
        packed, back = np.unique(low * count + high, return_inverse=True)
        low, high = np.divmod(packed, count)
        size = np.bincount(labels, minlength=count)
        possible = (size[low] * size[high]).astype(np.float64)
        compared = np.bincount(back, weights=1 - banned[apart], minlength=packed.size)
        total = np.bincount(back, weights=weights[apart], minlength=packed.size)
        if uncompared is None:
            mean = total / np.maximum(compared, 1)
        else:
            mean = (total + uncompared * np.maximum(possible - compared, 0)) / possible
        clash = _clash([_members(labels, kind) for kind in owners], low, high)
        clash |= np.bincount(back, weights=banned[apart], minlength=packed.size) > 0
        good = np.flatnonzero((mean > threshold) & ~clash)
        if not good.size:
            break
        low, high, mean = low[good], high[good], np.round(mean[good], 9)
        # Each group may stand on either side: both directions compete.
        ends, others = np.concatenate([low, high]), np.concatenate([high, low])
        mixed = np.tile(_mixed(names[low], names[high]), 2)
        order = np.lexsort((mixed, -np.tile(mean, 2)))
        best = np.full(count, -1, dtype=np.int64)
        first = _first_of_each(ends, order)
        best[ends[first]] = others[first]
        merged = (best[low] == high) & (best[high] == low)
        target = np.arange(count)
        target[high[merged]] = low[merged]
        labels = target[labels]
    return labels
