"""How much each level of agreement weighs: Fellegi and Sunter's model, weights in log odds.

A pair's evidence is ``prior + sum(ln(m / u))``: *m* is how often one person's two records stand at
a level, *u* how often two random persons' do. *u* is counted over random pairs, and for equal
values it is how often that value comes, so that rare values weigh more. *m* starts at usual rates
and is then fitted to the data (expectation and maximisation), without any labels; the usual rates
stay in it as a few pairs seen before, so that small data do not run away.

Source: Fellegi & Sunter, A Theory for Record Linkage, JASA 64 (1969); term frequencies after
Winkler (1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from screening.identity.persons.fields import (
    LEVELS,
    USUAL_RATES,
    Field,
    Floats,
    Ints,
    Levels,
)

#: Random pairs over which *u* is counted; what they never show has half a pair.
RANDOM_PAIRS = 12_000
#: The usual rates count as this many pairs.
_SEEN_BEFORE = 25.0
_ROUNDS = 12
#: A value that nobody else has is still taken to be had by this many other rows.
_FEWEST_OTHERS = 0.5
#: No single level weighs more than this for or against: a model is never surer than its data.
_MOST = 14.0


@dataclass(frozen=True)
class Compared:
    """Levels of one field over pairs.

    Attributes:
        field: what was compared.
        levels: level of each pair, ``MISSING`` without evidence.
        value: for equal values, the place of the value in ``rows``; else -1.
        rows: how many rows have each value.
        known: how many rows have any value.
    """

    field: Field
    levels: Levels
    value: Ints
    rows: Floats
    known: int

    def taken(self, pairs: Ints) -> "Compared":
        """Only the pairs at these places."""
        return replace(self, levels=self.levels[pairs], value=self.value[pairs])


@dataclass(frozen=True)
class Weights:
    """Rates of a model: for each field one array over its levels.

    Attributes:
        prior: share of matches among all possible pairs.
        match: *m* of each field.
        random: *u* of each field.
        others: for each field and value, the share of other persons' rows that have it.
    """

    prior: float
    match: tuple[Floats, ...]
    random: tuple[Floats, ...]
    others: tuple[Floats, ...]

    @property
    def prior_odds(self) -> float:
        """Log odds of a pair of which nothing is known."""
        return float(np.log(self.prior / (1 - self.prior)))


def _counted(one: Compared, pairs: Floats) -> Floats:
    there = one.levels >= 0
    levels = len(LEVELS[one.field.kind])
    counts = np.bincount(one.levels[there], weights=pairs[there], minlength=levels)
    return counts.astype(np.float64)


def random_rates(compared: Sequence[Compared], pairs: Floats) -> tuple[Floats, ...]:
    """*u* of each level of each field, from random pairs that count ``pairs`` each.

    A level that was never seen is taken for half a pair.
    """
    counts = [_counted(one, pairs) + 0.5 for one in compared]
    return tuple(count / count.sum() for count in counts)


def _others(one: Compared, probability: Floats) -> Floats:
    """Share of rows of other persons that have each value: the person's own rows do not count."""
    equal = one.value >= 0
    own = np.bincount(one.value[equal], weights=probability[equal], minlength=one.rows.size)
    others = one.rows - 1 - 2 * own / np.maximum(one.rows, 1)
    return np.maximum(others, _FEWEST_OTHERS) / max(one.known, 2)


def contributions(weights: Weights, compared: Sequence[Compared]) -> list[Floats]:
    """Log odds of each pair from each field, 0 without evidence."""
    found = []
    for match, random, others, one in zip(
        weights.match, weights.random, weights.others, compared, strict=True
    ):
        table = np.append(np.log(match / random), 0.0)
        odds = table[one.levels]
        equal = one.value >= 0
        odds[equal] = np.log(match[0] / others[one.value[equal]])
        found.append(np.clip(odds, -_MOST, _MOST))
    return found


def evidence(weights: Weights, compared: Sequence[Compared]) -> Floats:
    """Log odds that each pair is one person."""
    return np.asarray(sum(contributions(weights, compared), np.float64(weights.prior_odds)))


def chance(log_odds: Floats) -> Floats:
    """Log odds as probability."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -60, 60))))


def usual_weights(
    compared: Sequence[Compared], random: Sequence[Compared], prior: float
) -> Weights:
    """Weights before the data say more.

    Args:
        compared: levels of the candidate pairs.
        random: levels of random pairs.
        prior: share of matches among all possible pairs, as a guess.
    """
    match = tuple(np.array(USUAL_RATES[one.field.kind]) for one in compared)
    everyone = random_rates(random, np.ones(random[0].levels.size))
    nobody = np.zeros(compared[0].levels.size)
    others = tuple(_others(one, nobody) for one in compared)
    return Weights(prior, match, everyone, others)


def fitted(
    weights: Weights,
    compared: Sequence[Compared],
    random: Sequence[Compared],
    possible_pairs: int,
    most_matches: int,
) -> Weights:
    """``weights`` fitted to candidate pairs.

    Candidates are taken for all pairs that could be matches; pairs that are no candidates count
    as no match. So what the candidates were chosen by does not bend the rates.

    Args:
        weights: where to start.
        compared: levels of the candidate pairs.
        random: levels of random pairs.
        possible_pairs: all pairs there are, candidates or not.
        most_matches: no more matches than this can be.
    """
    for _ in range(_ROUNDS):
        probability = chance(evidence(weights, compared))
        match = []
        for one in compared:
            usual = np.array(USUAL_RATES[one.field.kind])
            seen = _counted(one, probability)
            match.append((seen + _SEEN_BEFORE * usual) / (seen.sum() + _SEEN_BEFORE))
        matches = min(float(probability.sum()), float(most_matches))
        weights = Weights(
            min(max(matches, 1.0) / max(possible_pairs, 2), 0.5),
            tuple(match),
            random_rates(random, 1 - chance(evidence(weights, random))),
            tuple(_others(one, probability) for one in compared),
        )
    return weights
