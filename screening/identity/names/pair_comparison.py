"""What two names of companies have in common, and what each has beside it: pairs of normal names.

The words are set against each other one to one; what is left over on either side is counted by what
it is: a place, a number, a word that any company may have.
"""

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from screening.identity.names.company_names import compact
from screening.identity.names.international import (
    international_lexicon,
    place_words,
    subsidiary_words,
)
from screening.identity.names.readable_text import in_order
from screening.identity.names.word_alignment import align_words
from screening.identity.names.word_similarity import Spelling

#: Words of this weight bind others together and are passed over.
_BINDING_WEIGHT = 20

#: Words that so many names have are known words; the listed ones count as a million.
_KNOWN_FROM = 1_000

_NUMBER = r"\d"

#: Letters as they are heard: transliterations of one name differ in these.
_AS_HEARD = {
    "sch": "s", "shch": "s", "tsch": "c", "sh": "s", "zh": "z", "kh": "h", "ch": "c", "gh": "g",
    "ph": "f", "th": "t", "dj": "j", "dzh": "j", "ts": "c", "tz": "c", "ck": "k", "cz": "c",
    "sz": "s", "qu": "k", "ks": "x", "aa": "a", "ae": "a", "oe": "o", "ue": "u", "oo": "u",
    "ee": "i", "ou": "u", "iy": "i", "yy": "i", "yi": "i", "ij": "i", "ii": "i", "ya": "a",
    "ia": "a", "ja": "a", "yu": "u", "iu": "u", "ju": "u", "yo": "o", "io": "o", "ye": "e",
    "ie": "e", "je": "e", "w": "v", "q": "k", "c": "k", "y": "i", "j": "i", "z": "s", "bb": "b",
    "dd": "d", "ff": "f", "gg": "g", "kk": "k", "cc": "k", "ll": "l", "mm": "m", "nn": "n",
    "pp": "p", "rr": "r", "ss": "s", "tt": "t", "vv": "v", "zz": "s",
}  # fmt: skip


_SPELLING = Spelling(_AS_HEARD, letters_per_error=4, wrong_at_both_ends=True, abbreviation_from=4)


def _sides(over: pl.DataFrame, words: pl.DataFrame, side: str) -> pl.DataFrame:
    told = words.select(
        "word",
        "weight",
        "is_telling",
        is_number=pl.col("text").str.contains(_NUMBER),
        is_place=pl.col("text").is_in(place_words()),
    )
    weight = pl.col("weight")
    return (
        over.join(told, on="word")
        .group_by("pair")
        .agg(
            weight.sum().alias(f"{side}"),
            weight.max().alias(f"{side}_most"),
            (pl.col("is_telling") & ~pl.col("is_place")).sum().alias(f"{side}_telling"),
            pl.col("is_number").sum().alias(f"{side}_numbers"),
            pl.col("is_place").sum().alias(f"{side}_places"),
            pl.len().alias(f"{side}_words"),
        )
    )


def _shared(aligned: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("kind")
    rate = pl.col("errors") / pl.col("letters")
    moved = pl.col("place_2").diff().fill_null(1) < 0
    return (
        aligned.sort("pair", "place", "place_2")
        .group_by("pair", maintain_order=True)
        .agg(
            shared=pl.col("weight").sum(),
            shared_most=pl.col("weight").max(),
            shared_words=pl.len(),
            error_rate=(rate * pl.col("weight") / 1000).sum(),
            worst_error_rate=rate.max(),
            # A short word is sooner a misspelled one where a word of the name's own agrees.
            short_errors=pl.when(((pl.col("weight") >= 1000) & (pl.col("errors") == 0)).any())
            .then(0)
            .otherwise(((pl.col("errors") > 0) & (pl.col("letters") <= 4)).sum()),
            abbreviated=(kind == "abbreviated").sum(),
            initials=(kind == "initial").sum(),
            translated=(kind == "translated").sum(),
            acronym=(kind == "acronym").sum(),
            compounds=kind.is_in(["compound", "genitive"]).sum(),
            moved=moved.any(),
            known_pairs=(pl.col("are_both_known") & kind.is_in(["alike", "abbreviated"])).sum(),
        )
    )


def _similarities(pairs: pl.DataFrame) -> pl.DataFrame:
    """How alike the letters of whole names are, spaces gone and words sorted (0-1)."""

    def scored(left: pl.Series, right: pl.Series) -> pl.Series:
        if not len(left):
            return pl.Series([], dtype=pl.Float64)
        scores = process.cpdist(
            left.to_list(), right.to_list(), scorer=JaroWinkler.similarity, workers=-1,
            dtype=np.float64,
        )  # fmt: skip
        return pl.Series(scores).round(6)

    sort = pairs.select(
        *(compact(in_order(pl.col(side))).alias(side) for side in ("left", "right"))
    )
    plain = pairs.select(left=compact(pl.col("left")), right=compact(pl.col("right")))
    return pairs.select("pair").with_columns(
        alike=pl.max_horizontal(
            scored(plain["left"], plain["right"]), scored(sort["left"], sort["right"])
        ),
        same_letters=plain["left"] == plain["right"],
        same_letters_sorted=sort["left"] == sort["right"],
        heard_alike=_as_heard(plain["left"]) == _as_heard(plain["right"]),
    )


def _as_heard(text: pl.Series) -> pl.Series:
    return text.str.replace_many(_AS_HEARD, leftmost=True)


def compare_normal_names(pairs: pl.DataFrame) -> pl.DataFrame:
    """Features of distinct pairs of normal names (pair, left, right)."""
    telling = (
        pl.col("text").is_in(subsidiary_words())
        | pl.col("text").is_in(place_words())
        | pl.col("text").str.contains(_NUMBER)
    )
    alignment = align_words(
        pairs,
        international_lexicon(),
        telling,
        filler_weight=_BINDING_WEIGHT,
        known_from=_KNOWN_FROM,
        spelling=_SPELLING,
    )
    joined = (
        pairs.join(_shared(alignment.shared), on="pair", how="left")
        .join(_sides(alignment.left_over, alignment.words, "one"), on="pair", how="left")
        .join(_sides(alignment.right_over, alignment.words, "two"), on="pair", how="left")
        .join(_similarities(pairs), on="pair", how="left")
    )
    return joined.with_columns(
        pl.selectors.exclude("pair", "left", "right").cast(pl.Float64).fill_null(0.0)
    )
