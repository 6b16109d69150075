"""Addresses without a number come into one normal form: a farm or a village, or nothing."""

import polars as pl
import pytest

from screening.identity.addresses import address_key
from screening.identity.farm_addresses import farm_names


def _farm(street, city="soderhamn"):
    columns = (pl.Series([text], dtype=pl.String) for text in (street, city))
    return farm_names(*columns).item()


@pytest.mark.parametrize(
    "street",
    ["Näsboda Lillgården", "NÄSBODA LILLGÅRD", "Lillgården, Näsboda", "c/o Ek, Näsboda Lillgården",
     "Näsboda Lillgården c/o Ek", "Näsboda Lillgården lgh 1001", "Näsboda Lillgården, 2 tr",
     "Näsboda Lillgården, Söderhamn"],
)  # fmt: skip
def test_one_farm_has_one_name(street):
    assert _farm(street) == "lillgard nasboda"
    assert pl.select(address_key(pl.lit("Näsboda Lillgården"), pl.lit("82691"))).item() is None


@pytest.mark.parametrize(
    ("street", "farm"),
    [
        ("Västerlöv", "vasterlov"),
        ("N Näsboda", "nasboda norra"),
        ("Solhem", "solhem"),
        ("Näsboda Prästgård", "nasboda prastgard"),
    ],
)
def test_a_village_or_a_croft_is_a_name_too(street, farm):
    assert _farm(street) == _farm(street, None) == farm


@pytest.mark.parametrize(
    "street",
    [None, "", " ", "Söderhamn", "Malmö", "Prästgården", "Gården", "By", "Storgatan", "N Storgatan",
     "Per Ahls väg", "Storgatan 1", "Näsboda 12", "Näsboda 1:12", "Box 12", "Box 7, Ekby Gård",
     "c/o Ek", "c/o Ida Ek", "C/O Ida Ek, Söderhamn", "Ekonomiavdelningen", "Att: Ida Ek",
     "Adress okänd", "Solhem AB", "Industriområdet", "Storgatan 5, 2 tr", "12", "***",
     "\u200b", "a " * 2000],
)  # fmt: skip
def test_what_is_no_farm_has_no_name(street):
    assert _farm(street) is None


def test_each_line_is_read_by_itself():
    streets = pl.Series(["Solhem", "Box 1", None, "Solhem", "Solhem"])
    towns = pl.Series(["umea", "umea", None, None, "solhem"])
    assert farm_names(streets, towns).to_list() == ["solhem", None, None, "solhem", None]
    assert farm_names(streets[1:3], towns[1:3]).to_list() == [None, None]
