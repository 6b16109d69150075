"""Which names of entries may be the names of which companies: blocking by words."""

import polars as pl

from screening.identity.listed.company_names import FILLER_WEIGHT, CompanyWords, compact_form
from screening.identity.listed.word_keys import consonants

#: A word, two words or all letters that bring more pairs of parties together than this say nothing.
MOST_PAIRS = 5_000

#: Letters of a word from which a misspelling of it is looked for.
_LONG_WORD = 6
_LONGEST_WORD = 24

#: Words of a name that are paired up.
_MOST_PAIRED = 4

_PAIR = ["entry_name", "subject_name"]


def _blocked(left: pl.DataFrame, right: pl.DataFrame, most: int = MOST_PAIRS) -> pl.DataFrame:
    """Names that share a block which does not bring too many pairs together.

    Both have ``name_no`` and ``block``.
    """
    sizes = (
        left.group_by("block")
        .len("entries")
        .join(right.group_by("block").len("subjects"), on="block")
        .filter(pl.col("entries").cast(pl.Int64) * pl.col("subjects") <= most)
    )
    return (
        left.join(sizes.select("block"), on="block", how="semi")
        .rename({"name_no": "entry_name"})
        .join(right.rename({"name_no": "subject_name"}), on="block")
        .select(_PAIR)
    )


def _words(names: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Words of the names that tell something: name_no, word, weight."""
    return (
        names.select("name_no", word=pl.col("form").str.split(" "))
        .explode("word", empty_as_null=False)
        .unique()
        .join(weights.select("word", "weight"), on="word")
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
        .select("name_no", block=pl.concat_str("word", pl.lit(" "), "word_2").hash())
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


def _misspelled(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Names of which a rare word is a misspelling, or another spelling, of the other's."""
    vocabularies = [side.select("word").unique().sort("word") for side in (left, right)]
    blocks = []
    for words in vocabularies:
        by_sound = words.with_columns(sound=consonants(words["word"])).filter(
            pl.col("sound").str.len_chars() >= 4
        )
        blocks.append(
            pl.concat(
                [
                    _without_a_letter(words),
                    by_sound.select("word", block=pl.concat_str(pl.lit("~"), "sound").hash()),
                ]
            )
        )
    pairs = (
        blocks[0]
        .join(blocks[1], on="block", suffix="_2")
        .select("word", "word_2")
        .filter(pl.col("word") != pl.col("word_2"))
        .unique()
        .with_row_index("block")
    )
    return _blocked(
        left.join(pairs, on="word").select("name_no", "block"),
        right.join(pairs, left_on="word", right_on="word_2").select("name_no", "block"),
        most=500,
    )


def company_pairs(
    entries: pl.DataFrame, subjects: pl.DataFrame, words: CompanyWords, told: pl.DataFrame
) -> pl.DataFrame:
    """Pairs of company names to compare.

    Args:
        entries: of ``company_names``.
        subjects: of ``company_names``.
        words: of ``company_words``.
        told: ``entry``, ``subject``: parties that something else than a name brings together.

    Returns:
        ``entry_name``, ``subject_name``: each pair once.
    """
    left, right = _words(entries, words.weights), _words(subjects, words.weights)
    single = [side.select("name_no", block=pl.col("word").hash()) for side in (left, right)]
    letters = [
        side.select("name_no", block=compact_form(pl.col("form"))) for side in (entries, subjects)
    ]
    by_tie = (
        told.join(entries.select(entry="no", entry_name="name_no"), on="entry")
        .join(subjects.select(subject="no", subject_name="name_no"), on="subject")
        .select(_PAIR)
    )
    return pl.concat(
        [
            _blocked(single[0], single[1]),
            _blocked(_two_words(left), _two_words(right)),
            _blocked(letters[0], letters[1]),
            _misspelled(left, right),
            by_tie,
        ]
    ).unique()
