"""Which names of entries may be the names of which persons: blocking by sounds and birth.

Two words that sound alike bring a pair together, or one word and the year of birth. A name that
shares one word and nothing else could never be a match, so it is no candidate.
"""

import polars as pl

#: Two sounds that tell less than this, together, also need the year of birth.
STRONG_PAIR = 11.5

#: One sound, and the year of birth alone, are enough from this on.
STRONG_SOUND = 5.0

#: Sounds of a name that are paired up, the rarest ones.
_MOST_PAIRED = 6

#: Of two words that agree the second tells less (``person_name_comparison``).
_SECOND = 0.9

#: Odd factors that make one number of several, different for each kind of block.
_FIRST, _SECOND_KEY, _DAY = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93

_BLOCK = ["no", "name_no", "block"]


def _factor(column: str, factor: int) -> pl.Expr:
    """A number times an odd one, in 64 bits."""
    return pl.col(column).cast(pl.UInt64) * pl.lit(factor, pl.UInt64)


def _with(blocks: pl.DataFrame, column: str, by: str, kind: int) -> pl.DataFrame:
    """Blocks of a column and a day or year."""
    block = pl.col(column) + _factor(by, _DAY) + pl.lit(kind, pl.UInt64)
    return blocks.select("no", "name_no", block=block)


def _keyed(names: pl.DataFrame, sounds: pl.DataFrame) -> pl.DataFrame:
    """Rarest sounds of each name: no, name_no, word_no, key, key_weight."""
    heard = names.select("no", "name_no", "word_no").join(sounds, on="word_no")
    # Of words of one sound any stands for it, so long as it is always the same.
    told = heard.group_by("no", "name_no", "key").agg(pl.col("word_no", "key_weight").min())
    many = told.group_by("name_no").len().filter(pl.col("len") > _MOST_PAIRED).select("name_no")
    rarest = (
        told.join(many, on="name_no", how="semi")
        .sort(["name_no", "key_weight", "key"], descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("name_no") < _MOST_PAIRED)
    )
    return pl.concat([told.join(many, on="name_no", how="anti"), rarest])


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
            block=_factor("key", _FIRST) + _factor("key_2", _SECOND_KEY),
            is_strong=told >= STRONG_PAIR,
        )
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


def name_blocks(
    names: pl.DataFrame, births: pl.DataFrame, sounds: pl.DataFrame, is_entry: bool
) -> pl.DataFrame:
    """Blocks of names: two names of the two sides are compared if they have one in common.

    Args:
        names: ``no``, ``name_no``, ``word_no`` of ``PersonWords``.
        births: of the ``Side``.
        sounds: of ``PersonWords``.
        is_entry: of which side.

    Returns:
        ``no``, ``name_no``, ``block``; one may come twice.
    """
    keyed = _keyed(names, sounds)
    pairs = _paired(keyed)
    rare = keyed.filter(pl.col("key_weight") >= STRONG_SOUND)
    dated, vague = _dated(rare, births), rare.join(_vague(births), on="no")
    # One that gives the year only, on either side, against whoever gives a year.
    sides = (vague, dated) if is_entry else (dated, vague)
    return pl.concat(
        [
            pairs.filter("is_strong").select(_BLOCK),
            _with(_dated(pairs.filter(~pl.col("is_strong")), births), "block", "year", 1),
            _with(keyed.join(_with_day(births), on="no"), "key", "born", 2),
            _with(sides[0], "key", "year", 3),
            _with(sides[1], "key", "year", 4),
        ]
    )
