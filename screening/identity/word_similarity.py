"""How alike two words are: typing errors and abbreviations, scored in one call for all pairs."""

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Pairs that are handed to RapidFuzz at once; it wants Python strings, which take much memory.
_PAIRS_AT_ONCE = 500_000

#: Letters that the shorter word must have for one, two and three typing errors.
ONE_ERROR_FROM, TWO_ERRORS_FROM, THREE_ERRORS_FROM = 5, 8, 12

#: An abbreviation counts as this many typing errors, and is looked for in words that are common
#: enough to be abbreviated (weight in thousandths).
_ABBREVIATION_ERRORS = 1
_COMMON_WEIGHT = 600


def edit_distances(left: pl.Series, right: pl.Series) -> pl.Series:
    """Insertions, deletions, substitutions and swaps of neighbours between paired strings."""
    distances = [
        pl.Series(
            process.cpdist(
                left.slice(start, _PAIRS_AT_ONCE).to_list(),
                right.slice(start, _PAIRS_AT_ONCE).to_list(),
                scorer=OSA.distance,
                workers=-1,
            )
        ).cast(pl.Int32)
        for start in range(0, len(left), _PAIRS_AT_ONCE)
    ]
    return pl.concat(distances) if distances else pl.Series([], dtype=pl.Int32)


def errors_allowed(length: pl.Expr) -> pl.Expr:
    """Typing errors that a word of ``length`` letters may have and still be the same word."""
    return (
        pl.when(length < ONE_ERROR_FROM)
        .then(0)
        .when(length < TWO_ERRORS_FROM)
        .then(1)
        .when(length < THREE_ERRORS_FROM)
        .then(2)
        .otherwise(3)
        .cast(pl.Int32)
    )


def similar_words(pairs: pl.DataFrame) -> pl.DataFrame:
    """Which pairs of words are the same word.

    Args:
        pairs: ``left``, ``right`` (folded words), ``weight`` (of the longer one, thousandths).

    Returns:
        The pairs that are, with ``errors`` (0 for equal words). Words with figures are the same
        only if they are equal.
    """
    shorter = pl.min_horizontal(pl.col("left").str.len_chars(), pl.col("right").str.len_chars())
    longer = pl.max_horizontal(pl.col("left").str.len_chars(), pl.col("right").str.len_chars())
    equal = pairs.filter(pl.col("left") == pl.col("right")).with_columns(errors=pl.lit(0, pl.Int32))
    others = pairs.filter(
        (pl.col("left") != pl.col("right"))
        & ~pl.col("left").str.contains(r"\d")
        & ~pl.col("right").str.contains(r"\d")
    ).with_columns(shorter=shorter.cast(pl.Int32), longer=longer.cast(pl.Int32))
    near = others.filter(
        (pl.col("longer") - pl.col("shorter")) <= errors_allowed(pl.col("shorter"))
    )
    near = near.with_columns(edit_distances(near["left"], near["right"]).alias("errors"))
    near = near.filter(pl.col("errors") <= errors_allowed(pl.col("shorter")))
    shortened = others.filter(
        (pl.col("shorter") >= 3)
        & (pl.col("weight") < _COMMON_WEIGHT)
        & (
            pl.col("left").str.starts_with(pl.col("right"))
            | pl.col("right").str.starts_with(pl.col("left"))
        )
    ).with_columns(errors=pl.lit(_ABBREVIATION_ERRORS, pl.Int32))
    columns = ["left", "right", "errors"]
    return (
        pl.concat([equal.select(columns), near.select(columns), shortened.select(columns)])
        .group_by("left", "right")
        .agg(pl.col("errors").min())
    )
