"""Which names of entries may be the names of which persons: blocking by sounds and birth.

Two words that sound alike bring a pair together, or one word and the year of birth. A name that
shares one word and nothing else could never be a match, so it is no candidate.
"""

import polars as pl

from screening.identity.listed.sides import Side

#: Two sounds that bring more pairs of parties together than this also need the year of birth.
MOST_PAIRS = 20_000

#: Words of a name that are paired up.
_MOST_PAIRED = 6

_PAIR = ["entry_name", "subject_name"]


def _keyed(words: pl.DataFrame, sounds: pl.DataFrame) -> pl.DataFrame:
    """Rarest sounds of each name: no, name_no, word, key, key_weight."""
    return (
        words.select("no", "name_no", "word")
        .join(sounds, on="word")
        .sort("word")
        .unique(["name_no", "key"], keep="first", maintain_order=True)
        .sort(["name_no", "key_weight", "key"], descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("name_no") < _MOST_PAIRED)
    )


def _paired(keyed: pl.DataFrame) -> pl.DataFrame:
    """Each two sounds of a name: no, name_no, pair (hash)."""
    one = keyed.select("no", "name_no", "word", "key")
    other = keyed.select("name_no", word_2="word", key_2="key")
    return (
        one.join(other, on="name_no")
        .filter((pl.col("key") < pl.col("key_2")) & (pl.col("word") != pl.col("word_2")))
        .select("no", "name_no", pair=pl.concat_str("key", pl.lit(" "), "key_2").hash())
        .unique()
    )


def _years(births: pl.DataFrame) -> pl.DataFrame:
    return births.select("no", "year").unique()


def _by_two_sounds(
    entries: pl.DataFrame, subjects: pl.DataFrame, births: tuple[pl.DataFrame, pl.DataFrame]
) -> list[pl.DataFrame]:
    left, right = _paired(entries), _paired(subjects)
    sizes = (
        left.group_by("pair")
        .len("entries")
        .join(right.group_by("pair").len("subjects"), on="pair")
        .with_columns(pairs=pl.col("entries").cast(pl.Int64) * pl.col("subjects"))
    )
    few = sizes.filter(pl.col("pairs") <= MOST_PAIRS).select("pair")
    many = sizes.filter(pl.col("pairs") > MOST_PAIRS).select("pair")
    named = {"name_no": "entry_name"}, {"name_no": "subject_name"}
    plain = (
        left.join(few, on="pair")
        .rename(named[0])
        .join(right.rename(named[1]), on="pair", suffix="_2")
    )
    dated = (
        left.join(many, on="pair")
        .join(births[0], on="no")
        .rename(named[0])
        .join(
            right.join(many, on="pair").join(births[1], on="no").rename(named[1]),
            on=["pair", "year"],
            suffix="_2",
        )
    )
    return [plain.select(_PAIR), dated.select(_PAIR)]


def _by_sound_and_birth(
    entries: pl.DataFrame, subjects: pl.DataFrame, births: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    sides = [
        side.join(years, on="no").select(name, "year", "key")
        for side, years, name in (
            (entries.rename({"name_no": "entry_name"}), births[0], "entry_name"),
            (subjects.rename({"name_no": "subject_name"}), births[1], "subject_name"),
        )
    ]
    left, right = sides
    sizes = (
        left.group_by("year", "key")
        .len("entries")
        .join(right.group_by("year", "key").len("subjects"), on=["year", "key"])
        .filter(pl.col("entries").cast(pl.Int64) * pl.col("subjects") <= MOST_PAIRS)
    )
    few = left.join(sizes.select("year", "key"), on=["year", "key"], how="semi")
    return few.join(right, on=["year", "key"]).select(_PAIR)


def name_pairs(
    entries: Side,
    subjects: Side,
    words: tuple[pl.DataFrame, pl.DataFrame],
    sounds: pl.DataFrame,
    told: pl.DataFrame,
) -> pl.DataFrame:
    """Pairs of names to compare.

    Args:
        entries: one side, for the years of birth.
        subjects: the other.
        words: of ``person_words``, of the entries and of the subjects.
        sounds: of ``weighed_words``.
        told: ``entry``, ``subject``: parties that something else than a name brings together; all
            their names are compared.

    Returns:
        ``entry_name``, ``subject_name``: each pair once.
    """
    keyed = [_keyed(side, sounds) for side in words]
    births = (_years(entries.births), _years(subjects.births))
    owned = [side.select("no", "name_no").unique() for side in words]
    by_tie = (
        told.join(owned[0].rename({"no": "entry", "name_no": "entry_name"}), on="entry")
        .join(owned[1].rename({"no": "subject", "name_no": "subject_name"}), on="subject")
        .select(_PAIR)
    )
    pairs = [
        *_by_two_sounds(keyed[0], keyed[1], births),
        _by_sound_and_birth(keyed[0], keyed[1], births),
        by_tie,
    ]
    return pl.concat(pairs).unique()
