"""How alike two words are: typing errors and abbreviations, scored in one call for all pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

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


#: Letters beside each other on a Swedish keyboard (folded), and ones that ears and eyes mistake.
_ROWS_OF_KEYS = ("qwertyuiopa", "asdfghjkloa", "zxcvbnm")
_HEARD_OR_SEEN = (
    "ck kc cs sc zs sz vw wv yi iy xk kx qk kq ea ae oa ao il li mn nm hb bh uv vu jg gj"
)


def _mistaken_letters() -> frozenset[str]:
    """Two letters, of which the first may be written for the second."""
    pairs = set(_HEARD_OR_SEEN.split())
    for row in _ROWS_OF_KEYS:
        pairs |= {one + two for one, two in pairwise(row)}
    for upper, lower in pairwise(_ROWS_OF_KEYS):
        for place, letter in enumerate(lower):
            pairs |= {letter + above for above in upper[place : place + 2]}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


_MISTAKEN = _mistaken_letters()


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

#: Letters of a word that may have two of them written for one: "aes" is not "as".
SPELLED_FROM = 4


def spelled(word: pl.Expr, spelling: Spelling = SWEDISH) -> pl.Expr:
    """Folded words with one letter for those that are written for it."""
    return (
        pl.when(word.str.len_chars() >= SPELLED_FROM)
        .then(word.str.replace_many(spelling.letters, leftmost=True))
        .otherwise(word)
    )


def _scored(
    left: pl.Series, right: pl.Series, scorer: Callable[..., float], dtype: type[np.generic]
) -> pl.Series:
    """The scores of paired strings, a part at a time, in as many threads as there are cores."""
    parts = [
        process.cpdist(
            left.slice(start, _PAIRS_AT_ONCE).to_list(),
            right.slice(start, _PAIRS_AT_ONCE).to_list(),
            scorer=scorer,
            dtype=dtype,
            workers=-1,
        )
        for start in range(0, len(left), _PAIRS_AT_ONCE)
    ]
    return pl.Series(np.concatenate(parts) if parts else np.empty(0, dtype))


def edit_distances(left: pl.Series, right: pl.Series) -> pl.Series:
    """Insertions, deletions, substitutions and swaps of neighbours between paired strings."""
    return _scored(left, right, OSA.distance, np.int32)


def likeness(left: pl.Series, right: pl.Series) -> pl.Series:
    """How alike paired strings are, 0-1: letters in common, in order, by the longer of the two."""
    return _scored(left, right, OSA.normalized_similarity, np.float64)


def is_odd_error(pairs: pl.DataFrame) -> pl.Series:
    """Whether the one error of ``left``, the word as somebody wrote it, is an unlikely one.

    Likely are: a letter left out; one doubled, or hit beside its neighbour; two swapped; a letter
    for one beside it on the keyboard, that sounds like it, or that a scanner takes for it.

    Args:
        pairs: ``left``, ``right``, ``errors``.
    """
    alike = process.cpdist(
        pairs["left"].to_list(), pairs["right"].to_list(), scorer=Prefix.similarity
    )
    at = pl.Series(alike, dtype=pl.Int64) if pairs.height else pl.Series([], dtype=pl.Int64)
    left, right = pl.col("left"), pl.col("right")
    told = pairs.with_columns(at=at).with_columns(
        more=left.str.len_chars().cast(pl.Int64) - right.str.len_chars().cast(pl.Int64),
        before=left.str.slice(pl.col("at") - 1, 1),
        wrong=left.str.slice("at", 1),
        after=left.str.slice(pl.col("at") + 1, 1),
        meant=right.str.slice("at", 1),
        meant_next=right.str.slice(pl.col("at") + 1, 1),
    )

    def may_be(one: str, other: str) -> pl.Expr:
        both = pl.concat_str(one, other)
        return (pl.col(one) == pl.col(other)) | both.is_in(sorted(_MISTAKEN))

    swapped = (pl.col("wrong") == pl.col("meant_next")) & (pl.col("after") == pl.col("meant"))
    likely = (
        pl.when(pl.col("more") == 0)
        .then(swapped | may_be("wrong", "meant"))
        .when(pl.col("more") > 0)
        .then(((pl.col("at") > 0) & may_be("wrong", "before")) | may_be("wrong", "after"))
        .otherwise(pl.lit(True))
    )
    return told.select((pl.col("errors") == 1) & ~likely).to_series()


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
        as in "malmoe"), alike (typing errors), genitive (an s more), abbreviated, cut (a rare
        word), initial; and ``is_odd``: the one error is none that fingers, ears or scanners make,
        or the word on the left is the longer one of a word cut off. Words with figures are the same
        only if they are equal.
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
    written = near.select(left=spelled(left, spelling), right=spelled(right, spelling))
    near = near.with_columns(
        errors=pl.min_horizontal(
            edit_distances(near["left"], near["right"]),
            edit_distances(written["left"], written["right"]),
        )
    ).filter(pl.col("errors") <= most)
    near = near.with_columns(is_odd=is_odd_error(near))
    genitive = (left + "s" == right) | (right + "s" == left)
    begins = left.str.starts_with(right) | right.str.starts_with(left)
    begun = others.filter(begins)
    abbreviated = begun.filter(
        ((pl.col("shorter") >= _SHORTEST_ABBREVIATION) & (pl.col("weight") < _COMMON_WEIGHT))
        | (
            pl.lit(spelling.abbreviation_from > 0)
            & (pl.col("shorter") >= spelling.abbreviation_from)
        )
    )
    cut = begun.filter(
        (pl.col("weight") >= _COMMON_WEIGHT)
        & (pl.col("shorter") >= _SHORTEST_CUT)
        & (pl.col("longer") - pl.col("shorter") >= _CUT_LETTERS)
    )
    initial = begun.filter((pl.col("shorter") == 1) & (pl.col("longer") >= 3))
    kinds = {
        "equal": equal,
        "genitive": others.filter(genitive & (pl.col("shorter") >= 2)),
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
            is_odd=pl.col("is_odd")
            if kind == "alike"
            else pl.lit(kind == "cut") & (left.str.len_chars() > right.str.len_chars()),
        )
        for kind, rows in kinds.items()
    ]
    # A word that is both misspelled and cut off is taken as cut off.
    return (
        pl.concat(found)
        .sort("left", "right", "errors", "kind")
        .unique(["left", "right"], keep="first", maintain_order=True)
    )
