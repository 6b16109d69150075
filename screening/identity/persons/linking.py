"""Linking tables of persons: the same persons in two tables, or the duplicates within one.

No labels are needed: how much each field weighs is learned from the tables themselves
(`person_weights`). `link` ties two tables one to one; `deduplicate` groups the rows of one table.

    fields = [Field("given_name", "name"), Field("surname", "name"), Field("born", "date")]
    linked = link(left, right, fields, swapped=("given_name", "surname"))
    linked.pairs.filter("is_match")

The order of rows never matters, and no row is ever in two one-to-one matches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.identity.persons.candidates import candidate_pairs, postings
from screening.identity.persons.fields import LEVELS, Field, Floats, Ints
from screening.identity.persons.grouping import groups, one_to_one
from screening.identity.persons.records import Records, compare, random_pairs, read_records
from screening.identity.persons.weights import (
    Compared,
    Weights,
    chance,
    contributions,
    evidence,
    fitted,
    usual_weights,
)

#: Pairs with less evidence than this are no candidates any more.
_HOPELESS = -9.0
#: A pair as sure as this is settled before the rest is searched more thoroughly.
_SURE = 0.999999


@dataclass(frozen=True)
class Linked:
    """What linking found.

    Attributes:
        pairs: every candidate pair, sorted: ``left`` and ``right`` (row numbers), ``probability``
            that both are one person, ``is_match``, and for each field ``level_<field>`` (how the
            values agree, null without evidence) and ``weight_<field>`` (log odds it adds).
            The weights and ``weights.prior_odds`` add up to the log odds of the probability.
        clusters: ``row`` and ``cluster`` (the lowest row number in it) of each row; empty for
            two tables.
        weights: the rates that were learned.
    """

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    weights: Weights


@dataclass(frozen=True)
class _Scored:
    """Candidate pairs with their evidence."""

    left: Ints
    right: Ints
    compared: list[Compared]
    log_odds: Floats

    def taken(self, pairs: Ints) -> "_Scored":
        return _Scored(
            self.left[pairs],
            self.right[pairs],
            [one.taken(pairs) for one in self.compared],
            self.log_odds[pairs],
        )

    def frame(self, weights: Weights, shift: int) -> pl.DataFrame:
        """Pairs as the caller sees them; ``shift`` is where the right table's rows begin."""
        columns: dict[str, object] = {
            "left": self.left,
            "right": self.right - shift,
            "probability": chance(self.log_odds),
        }
        for one, odds in zip(self.compared, contributions(weights, self.compared), strict=True):
            names = pl.Series(LEVELS[one.field.kind], dtype=pl.String)
            places = pl.Series(one.levels.astype(np.int64))
            columns[f"level_{one.field.name}"] = names.gather(places.set(places < 0, None))
            columns[f"weight_{one.field.name}"] = odds
        return pl.DataFrame(columns)


def _scored(left: Ints, right: Ints, compared: list[Compared], weights: Weights) -> _Scored:
    scored = _Scored(left, right, compared, evidence(weights, compared))
    return scored.taken(np.flatnonzero(scored.log_odds > _HOPELESS))


def _learned(
    records: Records,
    compared: list[Compared],
    sides: tuple[Ints, Ints],
    possible: int,
    most: int,
) -> Weights:
    """Weights fitted to compared candidate pairs; ``sides`` are all rows, as `Records.order`."""
    guess = min(0.5, max(1, min(sides[0].size, sides[1].size)) / max(possible, 2))
    random = compare(records, *random_pairs(*sides))
    weights = usual_weights(compared, random, guess)
    kept = np.flatnonzero(evidence(weights, compared) > _HOPELESS)
    return fitted(weights, [one.taken(kept) for one in compared], random, possible, most)


def _settled(scored: _Scored, threshold: float) -> Ints:
    likely = np.flatnonzero(chance(scored.log_odds) >= threshold)
    places = one_to_one(scored.left[likely], scored.right[likely], scored.log_odds[likely])
    return np.asarray(likely[places])


def link(
    left: pl.DataFrame,
    right: pl.DataFrame,
    fields: Sequence[Field],
    swapped: tuple[str, str] | None = None,
    threshold: float = 0.5,
) -> Linked:
    """Tie the rows of two tables that are about one person, each row once at most.

    Rows with a rare value in common are compared first; what is certain then is settled, and only
    the rest is searched more thoroughly.

    Args:
        left: one table, without duplicates of its own.
        right: the other one.
        fields: what is compared; both tables have each ``column``.
        swapped: names of the two fields of given name and surname, where they may be swapped.
        threshold: probability from which on a pair may be a match.
    """
    columns = [field.source for field in fields]
    records = read_records(
        pl.concat([left.select(columns), right.select(columns)]), fields, swapped
    )
    shift = left.height
    order = records.order
    sides = order[order < shift], order[order >= shift]
    lefts, rights = np.arange(shift), np.arange(shift, order.size)
    pairs = candidate_pairs(
        postings(records.values, lefts, is_thorough=False),
        postings(records.values, rights, is_thorough=False),
        is_first_look=True,
    )
    compared = compare(records, *pairs)
    most = min(left.height, right.height)
    weights = _learned(records, compared, sides, left.height * right.height, most)
    first = _scored(*pairs, compared, weights)
    chosen = _settled(first, threshold)
    sure = chosen[chance(first.log_odds[chosen]) > _SURE]
    open_left = np.setdiff1d(lefts, first.left[sure])
    open_right = np.setdiff1d(rights, first.right[sure])
    pairs = candidate_pairs(
        postings(records.values, open_left, is_thorough=True),
        postings(records.values, open_right, is_thorough=True),
    )
    second = _scored(*pairs, compare(records, *pairs), weights)
    found = [_with_matches(first, sure, weights, shift)]
    found.append(_with_matches(second, _settled(second, threshold), weights, shift))
    both = pl.concat(found).sort("left", "right", "is_match", descending=[False, False, True])
    unique = both.unique(["left", "right"], keep="first", maintain_order=True)
    return Linked(unique, pl.DataFrame(schema={"row": pl.Int64, "cluster": pl.Int64}), weights)


def _with_matches(scored: _Scored, chosen: Ints, weights: Weights, shift: int) -> pl.DataFrame:
    is_match = np.zeros(scored.left.size, dtype=bool)
    is_match[chosen] = True
    return scored.frame(weights, shift).with_columns(is_match=is_match)


def deduplicate(
    table: pl.DataFrame,
    fields: Sequence[Field],
    swapped: tuple[str, str] | None = None,
    threshold: float = 0.5,
) -> Linked:
    """Find the rows of one table that are about one person.

    Args:
        table: rows of persons.
        fields: what is compared.
        swapped: names of the two fields of given name and surname, where they may be swapped.
        threshold: mean probability from which on two groups of rows are one person.
    """
    records = read_records(table, fields, swapped)
    rows = np.arange(table.height)
    pairs = candidate_pairs(postings(records.values, rows, is_thorough=True))
    possible = table.height * (table.height - 1) // 2
    sides = records.order, records.order
    compared = compare(records, *pairs)
    weights = _learned(records, compared, sides, possible, possible)
    scored = _scored(*pairs, compared, weights)
    nothing = np.zeros(0, dtype=np.int64)
    labels = groups(
        scored.left,
        scored.right,
        scored.log_odds,
        rows,
        [],
        (nothing, nothing),
        threshold=float(np.log(threshold / (1 - threshold))),
    )
    is_match = labels[scored.left] == labels[scored.right]
    pairs_found = scored.frame(weights, 0).with_columns(is_match=is_match)
    return Linked(pairs_found, pl.DataFrame({"row": rows, "cluster": labels}), weights)
