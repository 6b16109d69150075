"""Which pairs of records are worth comparing: those that share a rare value, or two common ones.

Each record is known by keys: its values, the spellings of its names, parts of dates and of long
values. A block is all records with one key. Blocks with too many pairs are divided by every other
key of their records, and what is still too large is left out: so 10,000 records of one name cost
no more than any others, and are compared where something else agrees too.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from screening.identity.persons.fields import Ints, Kind, Values

#: Pairs that a block may have, undivided and divided, and at first look.
BLOCK_PAIRS, PART_PAIRS, FIRST_LOOK_PAIRS = 2_500, 400, 16


def _name_keys(text: pl.Expr) -> list[pl.Expr]:
    bare = text.str.replace_all(" ", "", literal=True)
    long = bare.str.len_chars() > 3
    return [
        pl.when(long).then(pl.lit("<") + bare.str.head(3)),
        pl.when(long).then(pl.lit(">") + bare.str.tail(3)),
    ]


def _date_keys(text: pl.Expr) -> list[pl.Expr]:
    year, month, day = text.str.slice(0, 4), text.str.slice(4, 2), text.str.slice(6, 2)
    two = pl.concat_str(pl.min_horizontal(month, day), pl.max_horizontal(month, day))
    return [pl.lit("ym") + year + month, pl.lit("yd") + year + day, pl.lit("md") + two]


def _long_keys(text: pl.Expr) -> list[pl.Expr]:
    long = text.str.len_chars() > 5
    return [
        pl.when(long).then(pl.lit("<") + text.str.head(4)),
        pl.when(long).then(pl.lit(">") + text.str.tail(4)),
    ]


def _email_keys(text: pl.Expr) -> list[pl.Expr]:
    local = text.str.extract(r"^([^@]+)@")
    return [
        pl.lit("@") + local,
        pl.lit("<") + local.str.replace_all(r"[^a-z]", "").str.head(4),
        pl.lit(">") + text.str.extract(r"@(.+)$"),
    ]


def _keys_of_values(values: Values, space: str, is_thorough: bool) -> pl.DataFrame:
    """``code`` and ``key``: one row for each key of each value."""
    texts = pl.DataFrame(
        {"code": np.arange(values.texts.size), "text": values.texts.tolist()},
        schema={"code": pl.Int64, "text": pl.String},
    )
    spelled = pl.Series("key", values.canonical)
    whole = texts.select("code", key=pl.lit("=") + spelled.cast(pl.String))
    if not is_thorough:
        return whole.with_columns(key=(pl.lit(space) + pl.col("key")).hash())
    kind: Kind = values.field.kind
    made = {"name": _name_keys, "date": _date_keys, "email": _email_keys}.get(kind, _long_keys)
    parts = [texts.select("code", key=key) for key in made(pl.col("text"))]
    keys = pl.concat([whole, *parts]).drop_nulls()
    return keys.with_columns(key=(pl.lit(space) + pl.col("key")).hash()).unique()


def postings(values: Sequence[Values], rows: Ints, is_thorough: bool) -> pl.DataFrame:
    """``row`` and ``key``: every key of each of ``rows``, each once.

    Names share their keys, so that a record with given name and surname swapped is found too.
    """
    found = []
    for place, one in enumerate(values):
        space = "name" if one.field.kind == "name" else str(place)
        held = pl.DataFrame({"row": rows, "code": one.codes[rows]})
        keys = _keys_of_values(one, space, is_thorough)
        found.append(held.join(keys, on="code", how="inner").select("row", "key"))
    return pl.concat(found).unique()


def _sized(left: pl.DataFrame, right: pl.DataFrame | None) -> pl.DataFrame:
    """``key`` and ``pairs``: how many pairs each key's block has."""
    counted = left.group_by("key").len(name="n").with_columns(pl.col("n").cast(pl.Int64))
    if right is None:
        return counted.select("key", pairs=pl.col("n") * (pl.col("n") - 1) // 2)
    other = right.group_by("key").len(name="k").with_columns(pl.col("k").cast(pl.Int64))
    return counted.join(other, on="key", how="inner").select("key", pairs=pl.col("n") * pl.col("k"))


def _of_blocks(
    left: pl.DataFrame, right: pl.DataFrame | None, blocks: pl.DataFrame
) -> pl.DataFrame:
    mine = left.join(blocks.select("key"), on="key", how="semi")
    other = mine if right is None else right.join(blocks.select("key"), on="key", how="semi")
    found = mine.join(other, on="key", how="inner", maintain_order="none")
    return found.filter(pl.col("row") < pl.col("row_right")) if right is None else found


def _divided(rows: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """Keys of two keys each, of the rows of blocks that are too large."""
    large = rows.join(blocks.select("key"), on="key", how="semi")
    twice = large.join(large, on="row", how="inner", maintain_order="none")
    return twice.filter(pl.col("key") < pl.col("key_right")).select(
        "row", key=pl.struct("key", "key_right").hash()
    )


def candidate_pairs(
    left: pl.DataFrame, right: pl.DataFrame | None = None, is_first_look: bool = False
) -> tuple[Ints, Ints]:
    """Rows of pairs that share enough to be compared, each once, in order.

    Args:
        left: `postings` of the one table.
        right: those of the other; without it ``left`` is paired with itself.
        is_first_look: small blocks only, none divided: enough where most rows have a rare value.

    Returns:
        Rows of the left and of the right table, sorted; within one table left < right.
    """
    block_pairs = FIRST_LOOK_PAIRS if is_first_look else BLOCK_PAIRS
    sized = _sized(left, right)
    found = [_of_blocks(left, right, sized.filter(pl.col("pairs").is_between(1, block_pairs)))]
    large = sized.filter(pl.col("pairs") > block_pairs)
    if large.height and not is_first_look:
        parts = _divided(left, large)
        other = None if right is None else _divided(right, large)
        fit = _sized(parts, other).filter(pl.col("pairs").is_between(1, PART_PAIRS))
        found.append(_of_blocks(parts, other, fit))
    pairs = pl.concat(found).select("row", "row_right").unique().sort("row", "row_right")
    return pairs["row"].to_numpy(), pairs["row_right"].to_numpy()
