"""Stated addresses: the country of each, and its words in one form.

A country is read from the address alone. Lists also give citizenships and places of birth: they
are never compared, since nothing follows from them.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl
import yaml

from screening.identity.addresses import street_door
from screening.identity.listed.sides import PLACES, shaped
from screening.identity.names.readable_text import fold, readable
from screening.places import REFERENCE_DIR

#: Of an address that long the end would not be one.
_LONGEST = 400


@cache
def countries() -> Mapping[str, str]:
    """Folded name or two letters of a country -> its two letters."""
    path = REFERENCE_DIR / "countries.yaml"
    # In YAML 1.1 a bare "no" is not Norway.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    lines = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return {name: code for code, names in lines.items() for name in [code, *names]}


def country_code(text: pl.Expr) -> pl.Expr:
    """Two letters of the country that a text names; null where it names none."""
    bare = fold(readable(text)).str.replace_all(r"['’.]", "").str.replace_all(r"[^\p{L}]+", " ")
    return bare.str.strip_chars().replace_strict(
        dict(countries()), default=None, return_dtype=pl.String
    )


def address_words(text: pl.Expr) -> pl.Expr:
    """The words of an address, folded, one space around each."""
    words = fold(readable(text)).str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars(" ")
    return pl.lit(" ") + words + pl.lit(" ")


def told_places(addresses: pl.DataFrame) -> pl.DataFrame:
    """Places from whole addresses.

    Args:
        addresses: ``no``, ``address``: parts with commas between them, the country last, if at all.

    Returns:
        ``Side.places``: a row for each address and each street in it; ``town`` has all its words.
    """
    told = (
        addresses.with_columns(pl.col("address").str.head(_LONGEST))
        .filter(pl.col("address").str.strip_chars() != "")
        .unique()
        .sort("no", "address")
        .with_row_index("address_no")
    )
    parts = (
        told.select("address_no", part=pl.col("address").str.split(","))
        .explode("part", empty_as_null=False)
        .with_columns(country=country_code(pl.col("part")), door=street_door(pl.col("part")))
    )
    country = parts.lazy().group_by("address_no").agg(pl.col("country").drop_nulls().last())
    doors = parts.lazy().select("address_no", "door").drop_nulls().unique()
    places = shaped(
        told.lazy()
        .with_columns(town=address_words(pl.col("address")))
        .join(country, on="address_no", how="left")
        .join(doors, on="address_no", how="left"),
        PLACES,
    )
    return places.collect(engine="in-memory")
