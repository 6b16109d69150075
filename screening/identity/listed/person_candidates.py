"""Which names of entries may be the names of which persons: blocking by sounds and birth.

Two words that sound alike bring a pair together, or one word and the year of birth. A name that
shares one word and nothing else could never be a match, so it is no candidate.
"""

import polars as pl

from screening.identity.listed.person_words import PersonWords
from screening.identity.listed.sides import Side

#: Two sounds that tell less than this, together, also need the year of birth.
STRONG_PAIR = 11.5

#: One sound, and the year of birth alone, are enough from this on.
STRONG_SOUND = 5.0

#: A block that brings more pairs of names together than this says nothing.
MOST_PAIRS = 20_000

#: Sounds of a name that are paired up, the rarest ones.
_MOST_PAIRED = 6

#: Of two words that agree the second tells less (``person_name_comparison``).
_SECOND = 0.9

_PAIR = ["entry_name", "subject_name"]


def _keyed(names: pl.DataFrame, sounds: pl.DataFrame) -> pl.DataFrame:
    """Rarest sounds of each name: no, name_no, word_no, key, key_weight."""
    return (
        names.select("no", "name_no", "word_no")
        .join(sounds, on="word_no")
        .sort(["name_no", "key_weight", "key", "word_no"], descending=[False, True, False, False])
        .unique(["name_no", "key"], keep="first", maintain_order=True)
        .filter(pl.int_range(pl.len()).over("name_no") < _MOST_PAIRED)
    )


def _paired(keyed: pl.DataFrame) -> pl.DataFrame:
    """Each two sounds of a name: no, name_no, block, is_strong."""
    one = keyed.select("no", "name_no", "word_no", "key", "key_weight")
    other = keyed.select("name_no", "word_no", "key", "key_weight")
    weights = pl.col("key_weight"), pl.col("key_weight_2")
    told = pl.max_horizontal(*weights) + _SECOND * pl.min_horizontal(*weights)
    return (
        one.join(other, on="name_no", suffix="_2")
        .filter((pl.col("key") < pl.col("key_2")) & (pl.col("word_no") != pl.col("word_no_2")))
        .select(
            "no",
            "name_no",
            block=pl.col("key").cast(pl.UInt64) * (1 << 32) + pl.col("key_2"),
            is_strong=told >= STRONG_PAIR,
        )
        .unique()
    )


def _blocked(left: pl.DataFrame, right: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Names of both sides in one block, where that does not bring too many together."""
    sizes = (
        left.group_by(on)
        .len("entries")
        .join(right.group_by(on).len("subjects"), on=on)
        .filter(pl.col("entries").cast(pl.Int64) * pl.col("subjects") <= MOST_PAIRS)
    )
    return (
        left.select(*on, entry_name="name_no")
        .join(sizes.select(on), on=on, how="semi")
        .join(right.select(*on, subject_name="name_no"), on=on)
        .select(_PAIR)
    )


def _dated(names: pl.DataFrame, births: pl.DataFrame) -> pl.DataFrame:
    return names.join(births.select("no", "year").unique(), on="no")


def _with_day(births: pl.DataFrame) -> pl.DataFrame:
    """Dates of birth to the day: no, born (a number)."""
    day = pl.col("year") * 10_000 + pl.col("month").cast(pl.Int32) * 100 + pl.col("day")
    return births.select("no", born=day).drop_nulls().unique()


def _vague(births: pl.DataFrame) -> pl.DataFrame:
    """Dates of birth of which the year alone is known, or says something: no, year."""
    is_vague = pl.col("day").is_null() | ((pl.col("month") == 1) & (pl.col("day") == 1))
    return births.filter(is_vague).select("no", "year").unique()


def name_pairs(
    entries: Side, subjects: Side, words: PersonWords, told: pl.DataFrame
) -> pl.DataFrame:
    """Pairs of names to compare.

    Args:
        entries: one side, for the dates of birth.
        subjects: the other.
        words: words of both.
        told: ``entry``, ``subject``: parties that something else than a name brings together; all
            their names are compared.

    Returns:
        ``entry_name``, ``subject_name``: each pair once.
    """
    left, right = _keyed(words.entries, words.sounds), _keyed(words.subjects, words.sounds)
    births = entries.births, subjects.births
    pairs = _paired(left), _paired(right)
    strong = [side.filter("is_strong") for side in pairs]
    rare = [side.filter(pl.col("key_weight") >= STRONG_SOUND) for side in (left, right)]
    owned = [side.select("no", "name_no").unique() for side in (words.entries, words.subjects)]
    by_tie = (
        told.join(owned[0].rename({"no": "entry", "name_no": "entry_name"}), on="entry")
        .join(owned[1].rename({"no": "subject", "name_no": "subject_name"}), on="subject")
        .select(_PAIR)
    )
    by_day = [
        side.join(_with_day(born), on="no")
        for side, born in zip((left, right), births, strict=True)
    ]
    dated = [_dated(side, born) for side, born in zip(rare, births, strict=True)]
    vague = [side.join(_vague(born), on="no") for side, born in zip(rare, births, strict=True)]
    weak = [
        _dated(side.filter(~pl.col("is_strong")), born)
        for side, born in zip(pairs, births, strict=True)
    ]
    found = [
        _blocked(strong[0], strong[1], ["block"]),
        _blocked(weak[0], weak[1], ["block", "year"]),
        _blocked(by_day[0], by_day[1], ["born", "key"]),
        _blocked(vague[0], dated[1], ["year", "key"]),
        _blocked(dated[0], vague[1], ["year", "key"]),
        by_tie,
    ]
    return pl.concat(found).unique()
