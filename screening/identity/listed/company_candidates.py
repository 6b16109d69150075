"""Which names of entries may be the names of which companies: blocking by words."""

import polars as pl

from screening.identity.listed.company_names import FILLER_WEIGHT, compact_form
from screening.identity.listed.word_keys import consonants

#: A word and a misspelling of it that bring more pairs of parties together say nothing.
_MOST_MISSPELLED = 500

#: Letters of a word from which a misspelling of it is looked for.
_LONG_WORD = 6
_LONGEST_WORD = 24

#: Words of a name that are paired up.
_MOST_PAIRED = 4

#: An odd factor that makes one number of two words.
_NEAR = pl.lit(0x9E3779B97F4A7C15, pl.UInt64)

_BLOCK = ["no", "name_no", "block"]


def _words(names: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Words of the names that tell something: no, name_no, word, token, weight."""
    return (
        names.select("no", "name_no", word=pl.col("form").str.split(" "))
        .explode("word", empty_as_null=False)
        .unique()
        .join(weights.select("word", "token", "weight"), on="word")
        .filter(pl.col("weight") > FILLER_WEIGHT)
    )


def _two_words(words: pl.DataFrame) -> pl.DataFrame:
    rarest = words.sort(["name_no", "weight", "word"], descending=[False, True, False]).filter(
        pl.int_range(pl.len()).over("name_no") < _MOST_PAIRED
    )
    other = rarest.select("name_no", word_2="word")
    return (
        rarest.join(other, on="name_no")
        .filter(pl.col("word") < pl.col("word_2"))
        .select("no", "name_no", block=pl.concat_str("word", pl.lit(" "), "word_2").hash())
    )


def _without_a_letter(words: pl.DataFrame) -> pl.DataFrame:
    """Each long word, and each long word less one letter: two words one error apart share one."""
    length = pl.col("word").str.len_chars()
    told = words.filter(length.is_between(_LONG_WORD, _LONGEST_WORD)).lazy()
    parts = [told.select("word", block=pl.col("word").hash())]
    parts += [
        told.filter(pl.col("word").str.len_chars() > place).select(
            "word",
            block=(pl.col("word").str.head(place) + pl.col("word").str.slice(place + 1)).hash(),
        )
        for place in range(_LONGEST_WORD)
    ]
    return pl.concat(parts).unique().collect()


def _spellings(words: pl.DataFrame) -> pl.DataFrame:
    """What a word shares with its misspellings and other spellings: word, block."""
    by_sound = words.with_columns(sound=consonants(words["word"])).filter(
        pl.col("sound").str.len_chars() >= 4
    )
    sounds = by_sound.select("word", block=pl.concat_str(pl.lit("~"), "sound").hash())
    return pl.concat([_without_a_letter(words), sounds])


def misspellings(entries: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Words of which one is a misspelling, or another spelling, of the other.

    Args:
        entries: ``word``, ``token``, ``parties`` (how many have it): words of one side that tell
            something.
        subjects: the same of the other.

    Returns:
        ``entry_token``, ``subject_token``; without those that would bring too many together.
    """
    near = (
        _spellings(entries.select("word"))
        .join(_spellings(subjects.select("word")), on="block", suffix="_2")
        .select("word", "word_2")
        .filter(pl.col("word") != pl.col("word_2"))
        .unique()
    )
    return (
        near.join(entries, on="word")
        .join(subjects, left_on="word_2", right_on="word", suffix="_2")
        .filter(pl.col("parties").cast(pl.Int64) * pl.col("parties_2") <= _MOST_MISSPELLED)
        .select(pl.col("token").alias("entry_token"), pl.col("token_2").alias("subject_token"))
    )


def name_blocks(
    names: pl.DataFrame, weights: pl.DataFrame, near: pl.DataFrame, is_entry: bool
) -> pl.DataFrame:
    """Blocks of names: two names of the two sides are compared if they have one in common.

    Args:
        names: of ``company_names``.
        weights: of ``weighed_company_words``.
        near: of ``misspellings``.
        is_entry: of which side.

    Returns:
        ``no``, ``name_no``, ``block``; one may come twice.
    """
    words = _words(names, weights)
    token = "entry_token" if is_entry else "subject_token"
    misspelled = words.join(near, left_on="token", right_on=token, coalesce=False)
    return pl.concat(
        [
            words.select("no", "name_no", block="token"),
            _two_words(words).select(_BLOCK),
            names.select("no", "name_no", block=compact_form(pl.col("form"))),
            misspelled.select(
                "no", "name_no", block=pl.col("entry_token") * _NEAR + pl.col("subject_token")
            ),
        ]
    )
