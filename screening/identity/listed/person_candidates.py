"""Which names of entries may be the names of which persons: blocking by sounds and birth.

Two sounds bring a pair together, if they tell enough or with the year of birth; one sound does
with the day of birth, or with the year if it tells much and no more is known. A name that shares
one word and nothing else could never be a match, so it is no candidate. What a sound tells changes
from week to week; the blocks are the same whatever it is (``kept_blocks`` looks at that).
"""

import polars as pl

#: Sounds of a name that are paired up, the longest ones: these are rare, as a rule.
_MOST_PAIRED = 8

#: Odd factors that make one number of several, different for each kind of block.
_FIRST, _SECOND, _DAY = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93

#: Kinds of blocks: two sounds, which must tell enough; what is enough by itself; a sound and a
#: year, of which the sound must tell much.
TWO_SOUNDS, WITH_BIRTH, SOUND_AND_YEAR = 1, 2, 3

_PARTY = ["is_entry", "no"]


def _factor(column: str, factor: int) -> pl.Expr:
    """A number times an odd one, in 64 bits."""
    return pl.col(column).cast(pl.UInt64) * pl.lit(factor, pl.UInt64)


def _blocks(kind: int, rows: pl.LazyFrame, block: pl.Expr) -> pl.LazyFrame:
    """Blocks of a kind, with the sounds on which it depends whether they bring a pair together."""
    tokens = [
        pl.col(name) if place < kinds else pl.lit(None, pl.UInt64).alias(name)
        for kinds in ({TWO_SOUNDS: 2, SOUND_AND_YEAR: 1}.get(kind, 0),)
        for place, name in enumerate(("token", "token_2"))
    ]
    return rows.select(pl.lit(kind, pl.UInt8).alias("kind"), block.alias("block"), *_PARTY, *tokens)


def _with(column: str, by: str, kind: int) -> pl.Expr:
    """A block and a day or year."""
    return pl.col(column) + _factor(by, _DAY) + pl.lit(kind, pl.UInt64)


def _keyed(names: pl.LazyFrame, heard: pl.LazyFrame) -> pl.LazyFrame:
    """Sounds of each name: is_entry, no, name_no, said (a word of that sound), token."""
    told = heard.select("word", pl.col("token").alias("said"), "keys", "key_tokens").rename(
        {"keys": "key", "key_tokens": "token"}
    )
    sounds = (
        names.select(*_PARTY, "name_no", "word")
        .join(told, on="word")
        .explode("key", "token", empty_as_null=False)
        .group_by(*_PARTY, "name_no", "token")
        # Of words of one sound any stands for it, so long as it is always the same.
        .agg(pl.col("said").min(), letters=pl.col("key").first().str.len_chars())
    )
    many = sounds.group_by("name_no").len().filter(pl.col("len") > _MOST_PAIRED)
    longest = (
        sounds.join(many, on="name_no", how="semi")
        .sort(["name_no", "letters", "token"], descending=[False, True, False])
        .filter(pl.int_range(pl.len()).over("name_no") < _MOST_PAIRED)
    )
    return pl.concat([sounds.join(many, on="name_no", how="anti"), longest])


def _paired(keyed: pl.LazyFrame) -> pl.LazyFrame:
    """Each two sounds of a name: is_entry, no, token, token_2, pair."""
    return (
        keyed.join(keyed.select("name_no", "said", "token"), on="name_no", suffix="_2")
        .filter((pl.col("token") < pl.col("token_2")) & (pl.col("said") != pl.col("said_2")))
        .select(
            *_PARTY,
            "token",
            "token_2",
            pair=_factor("token", _FIRST) + _factor("token_2", _SECOND),
        )
    )


def name_blocks(names: pl.DataFrame, births: pl.DataFrame, heard: pl.DataFrame) -> pl.LazyFrame:
    """Blocks of names: two of the two sides may be one person's if they have one in common.

    Args:
        names: of ``person_words``.
        births: of the ``Side``, with ``is_entry``.
        heard: of ``heard_words``, of the words of the names.

    Returns:
        ``kind``, ``block``, ``is_entry``, ``no``, ``token``, ``token_2`` (the sounds that must tell
        enough; null where there is none); one may come twice.
    """
    # What is used several times is computed once.
    keyed = _keyed(names.lazy(), heard.lazy()).collect(engine="in-memory").lazy()
    pairs = _paired(keyed).collect(engine="in-memory").lazy()
    month, day = pl.col("month").cast(pl.Int32), pl.col("day").cast(pl.Int32)
    born = births.lazy().select(
        *_PARTY,
        "year",
        born=pl.col("year") * 10_000 + month * 100 + day,
        is_vague=day.is_null() | ((month == 1) & (day == 1)),
    )
    dated = keyed.join(born, on=_PARTY).collect(engine="in-memory").lazy()
    is_entry, is_vague = pl.col("is_entry"), pl.col("is_vague")
    return pl.concat(
        [
            _blocks(TWO_SOUNDS, pairs, pl.col("pair")),
            _blocks(WITH_BIRTH, pairs.join(born, on=_PARTY), _with("pair", "year", 1)),
            _blocks(WITH_BIRTH, dated.drop_nulls("born"), _with("token", "born", 2)),
            # One that gives the year only, on either side, against whoever gives a year.
            _blocks(SOUND_AND_YEAR, dated.filter(is_vague | ~is_entry), _with("token", "year", 3)),
            _blocks(SOUND_AND_YEAR, dated.filter(is_vague | is_entry), _with("token", "year", 4)),
        ]
    )
