"""Chance: repeatable, independent of order, within its bounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from screening.demo.draws import Draws


@given(st.integers(0, 10_000), st.integers(1, 200), st.integers(0, 199))
def test_a_rows_draw_does_not_depend_on_the_other_rows(seed: int, count: int, row: int) -> None:
    draws = Draws(seed)
    together = draws.uniform("name", max(count, row + 1))
    assert draws.uniform("name", np.array([row]))[0] == together[row]


def test_other_seeds_and_other_names_draw_otherwise() -> None:
    first = Draws(1).uniform("name", 100)
    assert not np.array_equal(first, Draws(2).uniform("name", 100))
    assert not np.array_equal(first, Draws(1).uniform("other", 100))
    assert np.array_equal(first, Draws(1).uniform("name", 100))


@given(st.integers(0, 99), st.integers(-1_000, 1_000), st.integers(0, 1_000))
def test_whole_numbers_lie_within_their_bounds(seed: int, low: int, span: int) -> None:
    drawn = Draws(seed).integers("n", 500, low, low + span)
    assert drawn.min() >= low
    assert drawn.max() <= low + span


@given(st.integers(0, 99), st.integers(1, 5_000))
def test_scattered_numbers_are_all_different(seed: int, size: int) -> None:
    scattered = Draws(seed).scatter("n", size, size)
    assert sorted(scattered.tolist()) == list(range(size))


def test_choices_follow_their_weights() -> None:
    picked = Draws(3).pick("p", 50_000, [1.0, 0.0, 3.0])
    shares = np.bincount(picked, minlength=3) / picked.size
    assert shares[1] == 0
    assert abs(shares[2] - 0.75) < 0.01


def test_normal_draws_have_mean_zero_and_spread_one() -> None:
    drawn = Draws(4).normal("x", 100_000)
    assert abs(drawn.mean()) < 0.02
    assert abs(drawn.std() - 1) < 0.02
