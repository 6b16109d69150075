"""Which rows of the company register a name may stand for: blocking, set by set.

A row becomes a candidate when it shares a rare word with the name, any word and the postal code,
the two rarest words of a name that has only common ones, or all letters of the name. A word that
no name in the register has is taken for a typing error of those that are like it.
"""

import polars as pl

from screening.identity.names import compact
from screening.identity.register_index import FILLER_WEIGHT, RegisterIndex, split_words
from screening.identity.word_similarity import ONE_ERROR_FROM, TWO_ERRORS_FROM, similar_words

#: A word in at most this many rows is rare enough to find candidates by itself.
RARE_ROWS = 300

#: Rows that two common words, or all letters together, may bring; more say nothing.
MOST_ROWS_TOGETHER = 500

#: Candidates per name that are looked at closely.
MOST_CANDIDATES = 20


def _cut(column: str, letters: int, at_end: bool) -> pl.Expr:
    text = pl.col(column)
    return text.str.tail(letters) if at_end else text.str.head(letters)


def _misspelled(words: pl.DataFrame, index: RegisterIndex) -> pl.DataFrame:
    """Words that no row has (``text``), each with the register's words that it may stand for."""
    unknown = (
        words.select(left="text")
        .unique()
        .join(index.vocabulary, left_on="left", right_on="text", how="anti")
    )
    known = index.vocabulary.select("word", "rows", "weight", right="text")
    length = pl.col("left").str.len_chars()
    found: list[pl.DataFrame] = []
    # Errors are seldom in both ends of a word, so one end is as it should be.
    for letters, asked in (
        (3, unknown.filter((length >= ONE_ERROR_FROM) & (length < TWO_ERRORS_FROM))),
        (4, unknown.filter(length >= TWO_ERRORS_FROM)),
    ):
        for at_end in (False, True):
            pairs = asked.with_columns(cut=_cut("left", letters, at_end)).join(
                known.with_columns(cut=_cut("right", letters, at_end)), on="cut"
            )
            alike = similar_words(pairs)
            found.append(
                pairs.join(alike, on=["left", "right"]).select(
                    "word", "rows", "weight", text="left"
                )
            )
    return pl.concat(found).unique()


def _asked_words(forms: pl.DataFrame, index: RegisterIndex) -> pl.DataFrame:
    """Words of each form as the register has them: form_id, text, word, rows, weight."""
    spelled = forms.select("form_id", text=split_words(pl.col("form"))).explode("text").unique()
    known = spelled.join(index.vocabulary, on="text")
    guessed = spelled.join(_misspelled(spelled, index), on="text")
    columns = ["form_id", "text", "word", "rows", "weight"]
    asked = pl.concat([known.select(columns), guessed.select(columns)])
    return asked.filter(pl.col("weight") > FILLER_WEIGHT)


def _by_rare_word(asked: pl.DataFrame, index: RegisterIndex) -> pl.DataFrame:
    rare = asked.filter(pl.col("rows") <= RARE_ROWS).select("form_id", "word")
    return rare.join(index.words, on="word").select("form_id", "ref")


def _by_place_and_word(
    forms: pl.DataFrame, asked: pl.DataFrame, index: RegisterIndex
) -> pl.DataFrame:
    placed = forms.select("form_id", "postal").drop_nulls()
    rows = index.rows.select("ref", "postal").join(placed.select("postal").unique(), on="postal")
    words = index.words.join(rows, on="ref")
    words = words.join(asked.select("word").unique(), on="word", how="semi")
    wanted = asked.join(placed, on="form_id").select("form_id", "word", "postal")
    return wanted.join(words, on=["word", "postal"]).select("form_id", "ref")


def _by_two_common_words(asked: pl.DataFrame, index: RegisterIndex) -> pl.DataFrame:
    ranked = (
        asked.sort("form_id", "rows", "word")
        .with_columns(place=pl.int_range(pl.len()).over("form_id"))
        .with_columns(rarest=pl.col("rows").min().over("form_id"))
        .filter((pl.col("rarest") > RARE_ROWS) & (pl.col("place") < 2))
    )
    pairs = ranked.filter(pl.col("place") == 0).join(
        ranked.filter(pl.col("place") == 1), on="form_id", suffix="_2"
    )
    pairs = pairs.select("form_id", "word", "word_2")
    both = pairs.select("word", "word_2").unique()
    first = index.words.join(both.select("word").unique(), on="word", how="semi")
    second = index.words.join(both.select(word="word_2").unique(), on="word", how="semi")
    rows = (
        both.join(first, on="word")
        .join(second.rename({"word": "word_2"}), on=["word_2", "ref"])
        .filter(pl.len().over("word", "word_2") <= MOST_ROWS_TOGETHER)
    )
    return pairs.join(rows, on=["word", "word_2"]).select("form_id", "ref")


def _by_all_letters(forms: pl.DataFrame, index: RegisterIndex) -> pl.DataFrame:
    asked = forms.select("form_id", compact=compact(pl.col("form")).hash())
    rows = index.rows.select("ref", "compact").join(
        asked.select("compact").unique(), on="compact", how="semi"
    )
    rows = rows.filter(pl.len().over("compact") <= MOST_ROWS_TOGETHER)
    return asked.join(rows, on="compact").select("form_id", "ref")


def _best(
    pairs: pl.DataFrame, forms: pl.DataFrame, asked: pl.DataFrame, index: RegisterIndex
) -> pl.DataFrame:
    """The most promising candidates of each form, by the weight of the words that they share."""
    weights = index.vocabulary.select("word", "weight")
    # A misspelled word may stand for several; a row has at most one of them as a rule.
    shared = (
        pairs.join(
            index.words.join(pairs.select("ref").unique(), on="ref", how="semi").unique(), on="ref"
        )
        .join(weights, on="word")
        .join(
            asked.select("form_id", "word").unique().with_columns(is_shared=pl.lit(True)),
            on=["form_id", "word"],
            how="left",
        )
        .group_by("form_id", "ref")
        .agg(
            own=pl.col("weight").sum(),
            shared=pl.col("weight").filter(pl.col("is_shared")).sum(),
        )
    )
    totals = (
        asked.group_by("form_id", "text")
        .agg(pl.col("weight").max())
        .group_by("form_id")
        .agg(asked=pl.col("weight").sum())
    )
    rows = index.rows.join(pairs.select("ref").unique(), on="ref", how="semi")
    ranked = (
        pairs.join(rows, on="ref")
        .join(forms.select("form_id", "form", asked_postal="postal"), on="form_id")
        .join(shared, on=["form_id", "ref"], how="left")
        .join(totals, on="form_id", how="left")
        .with_columns(
            rank=2000
            * pl.col("shared").fill_null(0)
            // (pl.col("own").fill_null(1) + pl.col("asked").fill_null(1))
            + 1000 * (compact(pl.col("form")).hash() == pl.col("compact"))
            + 300 * (pl.col("postal") == pl.col("asked_postal")).fill_null(False)
            + 150 * (pl.col("postal") // 100 == pl.col("asked_postal") // 100).fill_null(False)
        )
    )
    return (
        ranked.sort(["form_id", "rank", "ref"], descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("form_id") < MOST_CANDIDATES)
        .select("form_id", "ref")
    )


def find_candidates(forms: pl.DataFrame, index: RegisterIndex) -> pl.DataFrame:
    """Rows of the register that may be meant.

    Args:
        forms: ``form_id``, ``form`` (folded name), ``postal`` (UInt32, null where unknown).
        index: the register's words.

    Returns:
        ``form_id``, ``ref``: at most ``MOST_CANDIDATES`` per form, the likeliest ones.
    """
    asked = _asked_words(forms, index)
    pairs = pl.concat(
        [
            _by_rare_word(asked, index),
            _by_place_and_word(forms, asked, index),
            _by_two_common_words(asked, index),
            _by_all_letters(forms, index),
        ]
    ).unique()
    return _best(pairs, forms, asked, index)
