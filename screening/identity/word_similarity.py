"""How alike two words are: typing errors and abbreviations, scored in one call for all pairs."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Pairs that are handed to RapidFuzz at once; it wants Python strings, which take much memory.
_PAIRS_AT_ONCE = 500_000

#: Letters that the shorter word must have for one, two and three typing errors.
ONE_ERROR_FROM, TWO_ERRORS_FROM, THREE_ERRORS_FROM = 4, 8, 12

#: An abbreviation is looked for in words that are common enough to be abbreviated (weight in
#: thousandths), and has so many letters at least.
_COMMON_WEIGHT = 600
_SHORTEST_ABBREVIATION = 2

#: Letters that are left of a rare word that is cut off, and letters that are cut off at least.
_SHORTEST_CUT, _CUT_LETTERS = 5, 3


@dataclass(frozen=True)
class Spelling:
    """How one word may be written in two ways.

    Attributes:
        letters: letters that are written for others; words equal but for them have no error.
        letters_per_error: typing errors are allowed for so many letters each, where that is more
            than ``errors_allowed``; 0 if it never is.
        wrong_at_both_ends: whether words are compared whose first and last two letters differ.
        abbreviation_from: letters from which rare words may be abbreviated as well; 0 for never.
    """

    letters: Mapping[str, str]
    letters_per_error: int = 0
    wrong_at_both_ends: bool = False
    abbreviation_from: int = 0


#: Letters that are written for one with a mark: "Malmoe" is "Malmö", "Aakesson" is "Åkesson".
SWEDISH = Spelling({"aa": "a", "ae": "a", "oe": "o", "ue": "u"})


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


def similar_words(pairs: pl.DataFrame, spelling: Spelling = SWEDISH) -> pl.DataFrame:
    """Which pairs of words are the same word.

    Args:
        pairs: ``left``, ``right`` (folded words), ``weight`` (of the longer one, thousandths).
        spelling: how one word may be written in two ways.

    Returns:
        The pairs that are, with ``errors`` and ``kind``: equal (also where marks are written out,
        as in "malmoe"), alike (typing errors), abbreviated, cut (a rare word), initial. Words with
        figures are the same only if they are equal.
    """
    left, right = pl.col("left"), pl.col("right")
    measured = pairs.with_columns(
        shorter=pl.min_horizontal(left.str.len_chars(), right.str.len_chars()).cast(pl.Int32),
        longer=pl.max_horizontal(left.str.len_chars(), right.str.len_chars()).cast(pl.Int32),
    )
    equal = measured.filter(left == right).with_columns(errors=pl.lit(0, pl.Int32))
    others = measured.filter(
        (left != right) & ~left.str.contains(r"\d") & ~right.str.contains(r"\d")
    )
    most = errors_allowed(pl.col("shorter"))
    if spelling.letters_per_error:
        most = pl.max_horizontal(most, pl.col("shorter") // spelling.letters_per_error)
    near = others.filter((pl.col("longer") - pl.col("shorter")) <= most + 1)
    spelled = near.select(
        left=left.str.replace_many(spelling.letters, leftmost=True),
        right=right.str.replace_many(spelling.letters, leftmost=True),
    )
    near = near.with_columns(
        errors=pl.min_horizontal(
            edit_distances(near["left"], near["right"]),
            edit_distances(spelled["left"], spelled["right"]),
        )
    ).filter(pl.col("errors") <= most)
    begins = left.str.starts_with(right) | right.str.starts_with(left)
    begun = others.filter(begins)
    abbreviated = begun.filter(
        ((pl.col("shorter") >= _SHORTEST_ABBREVIATION) & (pl.col("weight") < _COMMON_WEIGHT))
        | (
            pl.lit(spelling.abbreviation_from > 0)
            & (pl.col("shorter") >= spelling.abbreviation_from)
        )
    )
    cut = begun.filter((pl.col("weight") >= _COMMON_WEIGHT) & (pl.col("shorter") >= _SHORTEST_CUT))
    initial = begun.filter((pl.col("shorter") == 1) & (pl.col("longer") >= 3))
    kinds = {
        "equal": equal,
        "alike": near,
        "abbreviated": abbreviated,
        "cut": cut,
        "initial": initial,
    }
    found = [
        rows.select(
            "left",
            "right",
            errors=pl.col("errors") if "errors" in rows.columns else pl.lit(0, pl.Int32),
            kind=pl.lit(kind),
        )
        for kind, rows in kinds.items()
    ]
    # A word that is both misspelled and cut off is taken as cut off.
    return (
        pl.concat(found)
        .sort("left", "right", "errors", "kind")
        .unique(["left", "right"], keep="first", maintain_order=True)
    )
