"""Street addresses come into one normal form: a door, or nothing."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.addresses import (
    _slow_doors,
    address_forms,
    address_key,
    box_number,
    city_form,
    postal_form,
    street_door,
)


def _key(street, postal_code="21142"):
    return pl.select(address_key(pl.lit(street, pl.String), pl.lit(postal_code, pl.String))).item()


SAME_DOORS = [
    ["Storgatan 12 B", "STORGATAN 12B", "Storg. 12 B", "Storg 12b", "Storgatan 12 B, 3 tr",
     "Storgatan 12B lgh 1101", "c/o Nyman, Storgatan 12 B", "C/O Nyman Storgatan 12 B",
     "Storgatan 12 B c/o Nyman", "Storgatan 12B, Box 77", "\u202eStorgatan\u202c 12 B",
     "Storgatan  12  B"],
    ["Kungsgatan 4", "Kungsgatan 4-6", "Kungsg. 4", "Kungsgatan 04", "Kungsgatan 4 tr 2",
     "Kungsgatan 4, bv", "Kungsgatan 4bv"],
    ["Brogatan 18", "Brogat 18", "Brogat. 18"],
    ["Skolvägen 3", "Skolv. 3", "Skolv 3", "SKOLVAGEN 3"],
    ["Norra Storgatan 5 A", "N. Storgatan 5A", "N Storg. 5 A", "N:a Storgatan 5 A"],
    ["Östra Förstadsgatan 7", "Ö. Förstadsg. 7", "Ö Förstadsg 7"],
    ["S:t Eriksgatan 3", "Sankt Eriksgatan 3", "St. Eriksg. 3"],
    ["Första Långgatan 20", "1:a Långgatan 20"],
    ["Per Albin Hanssons väg 41", "Per-Albin Hanssons väg 41"],
    ["Stortorget 9", "Stortorg 9"],
    ["Högby 12", "HÖGBY 12"],
]  # fmt: skip


@pytest.mark.parametrize("written", SAME_DOORS, ids=lambda written: written[0])
def test_one_door_has_one_key(written):
    assert {_key(street) for street in written} == {_key(written[0])}
    assert _key(written[0]) is not None


def test_other_doors_have_other_keys():
    keys = sorted(_key(written[0]) for written in SAME_DOORS)
    keys = sorted([*keys, _key("Storgatan 12 A"), _key("Storgatan 12"), _key("Storgatan 2 B")])
    assert all(one != other for one, other in pairwise(keys))
    assert _key("Storgatan 12 B", "21143") != _key("Storgatan 12 B", "21142")


def test_the_key_is_street_number_and_postal_code():
    assert _key("Storg. 12 B, 3 tr", "211 42") == "storgata|12b|21142"


@pytest.mark.parametrize(
    "street",
    [None, "", " ", "Box 123", "P.O. Box 77", "Postbox 3", "FE 1234", "Solhem", "12",
     "c/o Redovisning AB", "Storgatan", "Storgatan 12345", "x" * 5000, "\u200b", "***"],
)  # fmt: skip
def test_what_is_no_door_has_no_key(street):
    assert _key(street) is None


@pytest.mark.parametrize("postal_code", [None, "", "2114", "Malmö"])
def test_without_a_postal_code_there_is_no_key(postal_code):
    assert _key("Storgatan 12", postal_code) is None


FORMS = [
    ("Box 123", None, None, "box|123|21142", "box", False),
    ("Box 1 234", None, None, "box|1234|21142", "box", False),
    ("P.O. Box 0077", None, None, "box|77|21142", "box", False),
    ("Box 12, Storgatan 5", None, "storgata|5|21142", "box|12|21142", "door", False),
    ("Storgatan 5", None, "storgata|5|21142", None, "door", False),
    ("c/o Ek & Co, Storgatan 5", None, "storgata|5|21142", "c/o|ek och co|21142", "door", True),
    ("C/O: Nyman Storgatan 5", None, "storgata|5|21142", "c/o|nyman|21142", "door", True),
    ("Storgatan 5", "c/o Nyman", "storgata|5|21142", "c/o|nyman|21142", "door", True),
    (None, "NYMAN", None, "c/o|nyman|21142", "care_of", True),
    ("c/o Nyman Box 9", None, None, "box|9|21142", "box", True),
    ("Storgatan", None, None, None, None, False),
    ("c/o", None, None, None, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("street", "care_of", "door", "mailbox", "kind", "is_care_of"), FORMS)
def test_a_mailbox_is_told_from_a_door(street, care_of, door, mailbox, kind, is_care_of):
    row = pl.DataFrame(
        {"street": [street], "postal_code": ["211 42"], "care_of": [care_of]},
        schema_overrides={"street": pl.String, "care_of": pl.String},
    )
    told = address_forms(row).select("address_key", "mailbox_key", "address_kind", "is_care_of")
    assert told.row(0) == (door, mailbox, kind, is_care_of)


def test_without_a_postal_code_there_is_no_mailbox():
    rows = pl.DataFrame({"street": ["Box 9", "c/o Ek"], "postal_code": ["211", None]})
    assert address_forms(rows)["mailbox_key"].to_list() == [None, None]


_BITS = st.sampled_from(
    ["Storgatan", "Box", "c/o", "C/O ", "Nyman", " ", "  ", ", ", ",", "-", "/", ".", "12", "4",
     "0", "00", "12345", "B", "b", "E", "bv", "tr", "lgh 1101", "N:a", "S:t", "g.", "v", "fe",
     "p.o. box", "1:a", "Å", "é", "\u202e", "\t", "vägen", "K.", "lilla"]
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.lists(_BITS | st.text(max_size=3), max_size=7).map("".join), max_size=4))
def test_the_quick_way_to_read_a_line_reads_what_the_thorough_one_does(lines):
    frame = pl.DataFrame({"line": lines}, schema={"line": pl.String})
    told = frame.select(quick=street_door(pl.col("line")), thorough=_slow_doors(frame["line"]))
    assert told["quick"].to_list() == told["thorough"].to_list()


def test_boxes_are_read_and_streets_that_begin_alike_are_not():
    def box(street):
        return pl.select(box_number(pl.lit(street))).item()

    assert box("Box 123") == box("BOX 123") == box("P.O. Box 123") == box("Storgatan 5, Box 123")
    assert box("Box 123") == "123"
    assert box("Boxholmsvägen 3") is None
    assert _key("Boxholmsvägen 3") == "boxholmsvag|3|21142"


def test_towns_and_postal_codes():
    towns = [
        "Västra Frölunda",
        "V:A FRÖLUNDA",
        "V Frölunda",
        "vastra frolunda",
        "426 71 V Frölunda",
    ]
    forms = pl.DataFrame({"city": towns}).select(city_form(pl.col("city"))).to_series().unique()
    assert forms.to_list() == ["vastra frolunda"]
    assert pl.select(city_form(pl.lit("STHLM"))).item() == "stockholm"
    assert pl.select(city_form(pl.lit("12"))).item() is None
    assert pl.select(postal_form(pl.lit("S-211 42"))).item() == "21142"


@settings(max_examples=40)
@given(st.text(max_size=40), st.text(max_size=8))
def test_a_key_always_has_three_parts(street, postal_code):
    key = _key(street, postal_code)
    assert key is None or [bool(part) for part in key.split("|")] == [True, True, True]


@settings(max_examples=40)
@given(
    st.sampled_from(["Storgatan", "Norra Vallgatan", "Skolvägen", "Lilla torg", "Högby"]),
    st.integers(1, 9999),
    st.sampled_from(["", "a", "B", "k"]),
    st.sampled_from(["", ", 2 tr", " lgh 1203", " c/o Ek", ", Box 9"]),
)
def test_floors_flats_and_care_of_never_matter(street, number, entrance, rest):
    door = pl.select(street_door(pl.lit(f"{street} {number} {entrance}{rest}"))).item()
    assert door == pl.select(street_door(pl.lit(f"{street.upper()} {number}{entrance}"))).item()
    assert door.endswith(f"|{number}{entrance.lower()}")
