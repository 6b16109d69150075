"""From pairs to groups: no chains, nobody with two owners, nothing that was said not to be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.persons.grouping import groups, joined, one_to_one

_NONE = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)


def _grouped(count, pairs, owners=(), never=_NONE, uncompared=-3.0):
    left, right, odds = (np.array(side) for side in zip(*pairs, strict=True))
    return groups(
        left, right, odds.astype(float), np.arange(count), owners, never, uncompared=uncompared
    ).tolist()  # fmt: skip


def test_pairs_that_agree_are_one_group():
    assert _grouped(4, [(0, 1, 5.0), (1, 2, 5.0), (0, 2, 4.0)]) == [0, 0, 0, 3]


def test_a_chain_of_half_alike_rows_is_no_group():
    chain = [(place, place + 1, 2.0) for place in range(9)]
    labels = _grouped(10, chain)
    assert max(labels.count(label) for label in labels) <= 3


def test_what_speaks_against_a_group_counts():
    assert _grouped(3, [(0, 1, 6.0), (1, 2, 3.0), (0, 2, -8.0)]) == [0, 0, 2]


def test_two_owners_are_never_in_one_group():
    owners = [np.array([7, -1, 8])]
    assert _grouped(3, [(0, 1, 5.0), (1, 2, 5.5), (0, 2, 9.0)], owners) == [0, 1, 1]


def test_owners_of_another_kind_may_be():
    owners = [np.array([7, -1]), np.array([-1, 8])]
    assert _grouped(2, [(0, 1, 5.0)], owners) == [0, 0]


def test_what_must_not_be_is_not():
    never = np.array([2]), np.array([0])
    assert _grouped(3, [(0, 1, 5.0), (1, 2, 4.0), (0, 2, 9.0)], never=never) == [0, 0, 2]


def test_pairs_that_nobody_compared_may_be_left_out_of_account():
    star = [(0, leaf, 4.0) for leaf in range(1, 6)]
    assert set(_grouped(6, star, uncompared=None)) == {0}


def test_one_to_one_takes_the_surest_first():
    left, right = np.array([0, 0, 1]), np.array([0, 1, 0])
    assert one_to_one(left, right, np.array([3.0, 2.9, 2.95])).tolist() == [0]
    assert one_to_one(left, right, np.array([2.9, 3.0, 2.95])).tolist() == [1, 2]


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_long_chains_of_certain_pairs_are_joined(count):
    rows = np.arange(count)
    assert set(joined(count + 1, rows, rows + 1).tolist()) == {0}


_PAIRS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(-9, 9)).filter(
        lambda pair: pair[0] < pair[1]
    ),
    min_size=1,
    unique_by=lambda pair: pair[:2],
)


@settings(max_examples=40, deadline=None)
@given(_PAIRS, st.lists(st.integers(-1, 2), min_size=8, max_size=8))
def test_more_pairs_never_join_two_owners(pairs, owners):
    labels = np.array(_grouped(8, pairs, [np.array(owners)]))
    held = np.array(owners)
    for label in set(labels.tolist()):
        assert len({int(owner) for owner in held[labels == label] if owner >= 0}) <= 1


@settings(max_examples=40, deadline=None)
@given(_PAIRS)
def test_one_to_one_leaves_no_better_pair(pairs):
    left, right, score = (np.array(side) for side in zip(*pairs, strict=True))
    chosen = one_to_one(left, right, score.astype(float))
    assert len(set(left[chosen].tolist())) == len(chosen) == len(set(right[chosen].tolist()))
    for place in set(range(len(pairs))) - set(chosen.tolist()):
        rivals = [c for c in chosen if left[c] == left[place] or right[c] == right[place]]
        assert max(score[rivals]) >= score[place]
