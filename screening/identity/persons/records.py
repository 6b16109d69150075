"""Rows of person tables in the form in which they are compared, and pairs of them compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.identity.persons.fields import Field, Ints, Levels, Values, code_levels, coded
from screening.identity.persons.weights import RANDOM_PAIRS, Compared


@dataclass(frozen=True)
class Records:
    """All rows of one or two tables, coded.

    Attributes:
        values: values of each field.
        names: places in ``values`` of the two names that may be swapped, or None.
        order: rows sorted by what stands in them; equal rows are interchangeable.
    """

    values: tuple[Values, ...]
    names: tuple[int, int] | None
    order: Ints


def read_records(
    rows: pl.DataFrame, fields: Sequence[Field], swapped: tuple[str, str] | None
) -> Records:
    together = [field for field in fields if swapped and field.name in swapped]
    values = (
        {field.name: one for field, one in zip(together, coded(rows, together), strict=True)}
        if together
        else {}
    )
    values |= {field.name: coded(rows, [field])[0] for field in fields if field.name not in values}
    listed = tuple(values[field.name] for field in fields)
    names = [field.name for field in fields]
    places = (names.index(swapped[0]), names.index(swapped[1])) if swapped else None
    order = np.lexsort(tuple(one.codes for one in reversed(listed)))
    return Records(listed, places, order)


#: Which way round two names agree better, before weights are known: by level, then MISSING.
_ROUGH = np.array([3.0, 2.2, 2.0, 1.0, 0.5, -2.0, 0.0])


def _equal(levels: Levels, codes: Ints) -> Ints:
    return np.where(levels == 0, codes, -1)


def _plain(values: Values, left: Ints, right: Ints) -> Compared:
    codes = values.codes[left]
    levels = code_levels(values, codes, values.codes[right])
    return Compared(
        values.field, levels, _equal(levels, codes), values.counts.astype(np.float64), values.known
    )


def _crossed(first: Values, second: Values, left: Ints, right: Ints) -> list[Compared]:
    """Two names that may have changed places: compared the way round that agrees better."""
    one, two = (first.codes[left], second.codes[left]), (first.codes[right], second.codes[right])
    straight = [code_levels(first, one[i], two[i]) for i in (0, 1)]
    cross = [code_levels(first, one[i], two[1 - i]) for i in (0, 1)]
    turned = _ROUGH[cross[0]] + _ROUGH[cross[1]] > _ROUGH[straight[0]] + _ROUGH[straight[1]] + 1
    pooled = first.counts + second.counts
    found = []
    for i, values in enumerate((first, second)):
        levels = np.where(turned, cross[i], straight[i])
        # Values of turned pairs stand behind the others: they are as frequent as in both fields.
        value = np.where(turned & (levels == 0), one[i] + pooled.size, _equal(levels, one[i]))
        rows = np.concatenate([values.counts, pooled]).astype(np.float64)
        found.append(Compared(values.field, levels, value, rows, values.known))
    order = Field("order", "order")
    nowhere = np.full(left.size, -1)
    return [*found, Compared(order, turned.astype(np.int8), nowhere, np.zeros(0), 1)]


def compare(records: Records, left: Ints, right: Ints) -> list[Compared]:
    """Levels of every field over pairs of rows, and whether the two names are swapped."""
    found = {}
    if records.names is not None:
        names = [records.values[place] for place in records.names]
        for one in _crossed(names[0], names[1], left, right):
            found[one.field.name] = one
    for values in records.values:
        if values.field.name not in found:
            found[values.field.name] = _plain(values, left, right)
    return [found[name] for name in sorted(found)]


def random_pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Pairs of rows that have nothing to do with each other, the same in every run."""
    if min(left.size, right.size) == 0:
        return left[:0], right[:0]
    turn = np.arange(RANDOM_PAIRS // 2)
    one, two = turn * 7919, turn * 104729 + turn // left.size * 31 + 1
    a, b = left[one % left.size], right[two % right.size]
    two = turn * 104729 + turn // right.size * 31 + 1
    c, d = left[two % left.size], right[one % right.size]
    pairs = np.concatenate([a, c]), np.concatenate([b, d])
    apart = pairs[0] != pairs[1]
    return pairs[0][apart], pairs[1][apart]
