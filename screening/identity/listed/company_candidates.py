"""Which names of entries may be the names of which companies: blocking by words."""

import polars as pl

from screening.identity.listed.company_names import compact_form
from screening.identity.listed.word_keys import consonants
from screening.identity.names.words import name_words

#: A word and a misspelling of it that bring more pairs of parties together say nothing.
_MOST_MISSPELLED = 500

#: Letters of a word from which a misspelling of it is looked for.
_LONG_WORD = 6
_LONGEST_WORD = 24

#: Words of a name that are paired up, the longest ones: these are rare, as a rule.
_MOST_PAIRED = 5


def _two_words(names: pl.LazyFrame) -> pl.LazyFrame:
    """Each two words of a name that tell something."""
    words = (
        names.select("is_entry", "no", "name_no", word=pl.col("form").str.split(" "))
        .explode("word", empty_as_null=False)
        .filter(~pl.col("word").is_in(sorted(name_words().fillers)))
        .unique()
        .with_columns(letters=pl.col("word").str.len_chars())
        .sort(["name_no", "letters", "word"], descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("name_no") < _MOST_PAIRED)
    )
    return (
        words.join(words.select("name_no", word_2="word"), on="name_no")
        .filter(pl.col("word") < pl.col("word_2"))
        .select("is_entry", "no", block=pl.concat_str("word", pl.lit(" "), "word_2").hash())
    )


def _without_a_letter(words: pl.DataFrame) -> pl.DataFrame:
    """Each long word, and each long word less one letter: two words one error apart share one."""
    length, place = pl.col("word").str.len_chars(), pl.col("place")
    less = pl.col("word").str.head(place) + pl.col("word").str.slice(place + 1)
    return (
        words.lazy()
        .filter(length.is_between(_LONG_WORD, _LONGEST_WORD))
        # The place behind the last letter leaves the word whole.
        .select("word", place=pl.int_ranges(0, length + 1))
        .explode("place", empty_as_null=False)
        .select("word", block=less.hash())
        .unique()
        .collect(engine="in-memory")
    )


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
    if entries.is_empty() or subjects.is_empty():
        return pl.DataFrame(schema={"entry_token": pl.UInt64, "subject_token": pl.UInt64})
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


def name_blocks(names: pl.DataFrame) -> pl.LazyFrame:
    """Blocks of names: two of the two sides may be one company's if they have one in common.

    One word that two names share, or a misspelling of it, brings them together as well: those
    are found by the words that are counted (``kept_words``).

    Args:
        names: of ``company_names``.

    Returns:
        ``is_entry``, ``no``, ``block``; one may come twice.
    """
    told = names.lazy()
    return pl.concat(
        [
            _two_words(told),
            told.select("is_entry", "no", block=compact_form(pl.col("form"))),
        ]
    )
