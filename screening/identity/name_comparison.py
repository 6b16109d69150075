"""How alike two company names are, word by word: what they share, and what speaks against them.

Words are weighed by how rare they are in the register. A word that stands in one name only is
missing; words that stand against each other are replaced, which says much more: "Solgården Syd"
is not "Solgården Nord", however much they share.
"""

import polars as pl

from screening.identity.name_words import name_words
from screening.identity.names import compact
from screening.identity.register_index import FILLER_WEIGHT
from screening.identity.word_similarity import edit_distances, similar_words

#: What speaks against two names being the same, in units of log odds.
COST_FIRST_ERROR = 1.4
COST_NEXT_ERROR = 1.0
COST_BOTH_WORDS_KNOWN = 2.5
COST_REPLACED, COST_REPLACED_PER_WEIGHT = 2.5, 7.0
COST_MISSING, COST_MISSING_PER_WEIGHT = 3.0, 8.0
COST_TELLING_WORD = 3.0
COST_SPACES = 0.2
COST_NOTHING_SHARED = 12.0

#: Two words that differ are both right, not one a misspelling, if both are in so many rows.
_KNOWN_FROM_ROWS = 3

#: Letters per typing error where whole names are compared without their spaces.
_LETTERS_PER_ERROR = 7


def _words(pairs: pl.DataFrame, side: str, weights: pl.DataFrame) -> pl.DataFrame:
    return (
        pairs.select("pair", word=pl.col(side).str.split(" "))
        .with_columns(place=pl.int_ranges(0, pl.col("word").list.len()))
        .explode("word", "place")
        .join(weights, on="word", how="left")
        .with_columns(pl.col("weight").fill_null(1000), pl.col("rows").fill_null(0))
        .filter(pl.col("weight") > FILLER_WEIGHT)
        .with_columns(
            is_telling=pl.col("word").is_in(sorted(name_words().tells_apart))
            | pl.col("word").str.contains(r"\d|^[ivx]+$")
        )
    )


def _aligned(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Words that stand for each other: pair, place, place_2, errors, weight, are_both_known."""
    crossed = left.join(right, on="pair", suffix="_2").with_columns(
        common=pl.min_horizontal("weight", "weight_2"),
        longer=pl.when(pl.col("word").str.len_chars() > pl.col("word_2").str.len_chars())
        .then("weight")
        .otherwise("weight_2"),
        are_both_known=(pl.col("rows") >= _KNOWN_FROM_ROWS)
        & (pl.col("rows_2") >= _KNOWN_FROM_ROWS),
    )
    # A telling word may be misspelled, but never stands for another word that is known.
    told_apart = (pl.col("is_telling") & pl.col("is_telling_2")) | (
        (pl.col("is_telling") | pl.col("is_telling_2")) & pl.col("are_both_known")
    )
    distinct = (
        crossed.filter((pl.col("word") == pl.col("word_2")) | ~told_apart)
        .group_by(left="word", right="word_2")
        .agg(weight=pl.col("longer").min())
    )
    alike = crossed.join(
        similar_words(distinct), left_on=["word", "word_2"], right_on=["left", "right"]
    ).sort("pair", "errors", "place", "place_2")
    # One to one: each word goes to the first that it is most like, if that goes to it as well.
    return alike.filter(
        pl.int_range(pl.len()).over("pair", "place").eq(0)
        & pl.int_range(pl.len()).over("pair", "place_2").eq(0)
    ).select(
        "pair",
        "place",
        "place_2",
        "errors",
        weight="common",
        are_both_known=(pl.col("errors") > 0) & pl.col("are_both_known"),
    )


def _left_over(words: pl.DataFrame, aligned: pl.DataFrame, place: str, name: str) -> pl.DataFrame:
    rest = words.join(
        aligned.select("pair", place),
        left_on=["pair", "place"],
        right_on=["pair", place],
        how="anti",
    )
    return rest.group_by("pair").agg(
        pl.col("weight").sum().alias(name), pl.col("is_telling").sum().alias(f"{name}_telling")
    )


def _letters_apart(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs that differ in few letters once spaces are gone: pair, letters_apart."""
    closed = pairs.select(
        "pair",
        left=compact(pl.col("left")),
        right=compact(pl.col("right")),
    ).filter(
        pl.col("left").str.replace_all(r"\D", "") == pl.col("right").str.replace_all(r"\D", "")
    )
    length = pl.min_horizontal(pl.col("left").str.len_chars(), pl.col("right").str.len_chars())
    closed = closed.with_columns(
        edit_distances(closed["left"], closed["right"]).alias("letters_apart")
    )
    allowed = (length // _LETTERS_PER_ERROR).clip(0, 3)
    return closed.filter(pl.col("letters_apart") <= allowed).select("pair", "letters_apart")


def _cost() -> pl.Expr:
    """What speaks against a pair, in units of log odds, from the columns of ``compare_names``."""
    errors = (
        pl.col("errors").clip(0, 1) * COST_FIRST_ERROR
        + (pl.col("errors") - 1).clip(0) * COST_NEXT_ERROR
        + pl.col("known_pairs") * COST_BOTH_WORDS_KNOWN
    )
    replaced = pl.when(pl.col("replaced") > 0).then(
        COST_REPLACED + COST_REPLACED_PER_WEIGHT * pl.col("replaced") / 1000
    )
    missing = pl.when(pl.col("missing") > 0).then(
        COST_MISSING + COST_MISSING_PER_WEIGHT * pl.col("missing") / 1000
    )
    telling = pl.when(pl.col("telling") > 0).then(COST_TELLING_WORD)
    by_words = errors + replaced.fill_null(0.0) + missing.fill_null(0.0) + telling.fill_null(0.0)
    by_letters = (
        pl.when(pl.col("letters_apart") == 0)
        .then(COST_SPACES)
        # Names of as many words are compared word by word: Alfa is not Alma.
        .when((pl.col("letters_apart") > 0) & (pl.col("telling") == 0) & pl.col("is_respaced"))
        .then(COST_SPACES + COST_FIRST_ERROR + (pl.col("letters_apart") - 1) * COST_NEXT_ERROR)
    )
    nothing = pl.when(pl.col("shared") == 0).then(COST_NOTHING_SHARED)
    by_words = pl.max_horizontal(by_words, nothing)
    return (
        pl.when(pl.col("left") == pl.col("right"))
        .then(0.0)
        .otherwise(pl.min_horizontal(by_words, by_letters))
    )


def compare_names(pairs: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Compare folded names.

    Args:
        pairs: ``left``, ``right``; distinct.
        weights: ``word``, ``weight`` (thousandths), ``rows``; a word that is not there is rare.

    Returns:
        The pairs with ``shared``, ``replaced``, ``missing`` (weights, thousandths), ``errors``
        (typing errors), ``telling`` (words by which sister companies differ), ``letters_apart``
        (null if many), ``name_cost`` (log odds against).
    """
    numbered = pairs.sort("left", "right").with_row_index("pair")
    left, right = _words(numbered, "left", weights), _words(numbered, "right", weights)
    aligned = _aligned(left, right)
    shared = aligned.group_by("pair").agg(
        shared=pl.col("weight").sum(),
        errors=pl.col("errors").sum(),
        known_pairs=pl.col("are_both_known").sum(),
    )
    counted = ["shared", "errors", "known_pairs", "left_over", "left_over_telling", "right_over",
               "right_over_telling"]  # fmt: skip
    return (
        numbered.join(shared, on="pair", how="left")
        .join(_left_over(left, aligned, "place", "left_over"), on="pair", how="left")
        .join(_left_over(right, aligned, "place_2", "right_over"), on="pair", how="left")
        .join(_letters_apart(numbered), on="pair", how="left")
        .with_columns(pl.col(counted).fill_null(0).cast(pl.Int64))
        .with_columns(
            replaced=pl.min_horizontal("left_over", "right_over"),
            missing=(pl.col("left_over") - pl.col("right_over")).abs(),
            telling=pl.col("left_over_telling") + pl.col("right_over_telling"),
            is_respaced=pl.col("left").str.count_matches(" ")
            != pl.col("right").str.count_matches(" "),
        )
        .with_columns(name_cost=_cost())
        .select(
            "left",
            "right",
            "shared",
            "replaced",
            "missing",
            "errors",
            "telling",
            "letters_apart",
            "name_cost",
        )
    )
