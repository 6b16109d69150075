"""Whether the name on an invoice can be one of the names that its supplier is known by."""

import math

import polars as pl

from screening.identity.companies.name_comparison import compare_names
from screening.identity.names.company_names import folded_name

_FULL_WEIGHT = 1000
#: Registers are taken to have at least so many names: in a small one few words come twice.
_FEWEST_NAMES = 1000
#: Names that share less than this (thousandths of a word that no other name has) have no more in
#: common than their line of business.
_LEAST_SHARED = 700


def name_fits(pairs: pl.DataFrame) -> pl.DataFrame:
    """Compare names with known ones.

    Two names do not fit where they have no word in common, however it is spelt, abbreviated or run
    together, nor the one the other's initials; or where the word that each goes by is another and
    they share common words only ("Björk Omsorg", "Alba Omsorg").

    Args:
        pairs: ``supplier_id``, ``name``, ``known_name`` (String).

    Returns:
        The rows whose names can be read, with ``fits`` (Boolean).
    """
    read = pairs.with_columns(
        left=folded_name(pl.col("name")), right=folded_name(pl.col("known_name"))
    ).drop_nulls(["left", "right"])
    different = read.filter(pl.col("left") != pl.col("right")).select("left", "right").unique()
    compared = compare_names(different, _weights(read.get_column("right")))
    apart = (pl.col("nothing_shared") == 1) | (
        (pl.col("own_word_replaced") == 1) & (pl.col("shared") < _LEAST_SHARED)
    )
    judged = compared.select("left", "right", fits=~apart | pl.col("letters_apart").is_not_null())
    return read.join(judged, on=["left", "right"], how="left").select(
        *pairs.columns, pl.col("fits").fill_null(value=True)
    )


def _weights(names: pl.Series) -> pl.DataFrame:
    """What each word of the known names tells: the more names have it, the less, but something."""
    distinct = names.unique()
    size = max(distinct.len(), _FEWEST_NAMES)
    counted = (
        distinct.to_frame("word")
        .select(pl.col("word").str.split(" "))
        .explode("word")
        .group_by("word")
        .agg(rows=pl.len())
    )
    told = 1 - pl.col("rows").log() / math.log(size)
    weight = (_FULL_WEIGHT * told).round().clip(1, _FULL_WEIGHT)
    return counted.with_columns(weight=weight.cast(pl.Int64)).sort("word")
