"""Addresses of synthetic companies and persons."""

import numpy as np
import polars as pl

from benchmarks.labelled.vocabulary import WordDraws, commonness, glued
from screening.demo.draws import Ints

#: Every so many-th company sits in one of few big office buildings, where many sit.
_BIG_HOUSES = 400


def addresses(
    words: WordDraws, purpose: str, rows: Ints, boxes: float = 0.08, shared: float = 0.05
) -> pl.DataFrame:
    """An address for each row.

    Args:
        words: what is drawn from.
        purpose: names the draws: the same purpose and row give the same address.
        rows: row numbers.
        boxes: share of box addresses.
        shared: share of companies in big office buildings.

    Returns:
        ``street``, ``postal_code`` (five digits), ``city``.
    """
    draws = words.draws
    if shared:
        many = draws.chance(purpose + "/shared", rows, shared)
        rows = np.where(many, draws.integers(purpose + "/house", rows, 0, _BIG_HOUSES), rows)
    vocabulary = words.words
    town = draws.pick(purpose + "/town", rows, commonness(len(vocabulary.towns), 0.8))
    first = np.array([start for _, start in vocabulary.towns])[town]
    region = first + np.where(town < 12, draws.integers(purpose + "/region", rows, 0, 5), 0)
    code = region * 100 + draws.integers(purpose + "/code", rows, 10, 60)
    single = glued(
        words.common(purpose + "/street", rows, vocabulary.streets, 0.4),
        words.even(purpose + "/street end", rows, vocabulary.street_ends),
    )
    double = glued(words.even(purpose + "/double", rows, vocabulary.double_streets), " ", single)
    street = double.zip_with(pl.Series(draws.chance(purpose + "/is double", rows, 0.1)), single)
    # House numbers fall off: low ones are in every street.
    number = 1 + (draws.uniform(purpose + "/number", rows) ** 2 * 120).astype(np.int64)
    letter = words.even(purpose + "/letter", rows, ["", "", "", "", " A", " B", "C"])
    box = draws.chance(purpose + "/box", rows, boxes)
    box_number = pl.Series(draws.integers(purpose + "/box number", rows, 1, 900)).cast(pl.String)
    house = glued(street, " ", pl.Series(number).cast(pl.String), letter)
    return pl.DataFrame(
        {
            "street": glued("Box ", box_number).zip_with(pl.Series(box), house),
            "postal_code": pl.Series(np.where(box, region * 100 + 1, code)).cast(pl.String),
            "city": pl.Series(vocabulary.town_names).gather(pl.Series(town)),
        }
    )
