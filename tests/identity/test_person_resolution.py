"""Who is one person without an identity number, and who is not, however alike they look."""

import json
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.persons.evidence import THRESHOLD
from tests.identity.person_tables import (
    ANNA,
    BORN,
    COORDINATION,
    OTHER,
    are_one,
    decided,
    keys,
    person,
    resolved,
)


@pytest.mark.parametrize(
    "written",
    [
        "Lindqvist, Kristoffer Olof",
        "KRISTOFFER LINDQVIST",
        "Christopher Lindqvist",
        "Kristofer Lindkvist",
        "Olof Kristoffer Lindqvist",
        "Kristoffer Lindqvsit",
        "Kristoffer Lindqvist-Ek",
        "KristofferL indqvist",
        "KRISTOFFEROLOFLINDQVIST",
        "K. Lindqvist",
        "Stoffe Lindqvist",
        "Кристоффер Линдквист",
        "Kristоffer Lindqvist",
        "\u202eKristoffer\u200f Lindqvist",
    ],
)
def test_one_name_in_many_spellings_and_one_day_of_birth(written):
    assert are_one(
        person("Kristoffer Olof Lindqvist", "198501012382", company="a"),
        person(written, born=BORN, company="b"),
    )


def test_umlauts_written_out():
    assert are_one(person("Göran Öst", ANNA), person("Goeran Oest", born=BORN, company="b"))


@pytest.mark.parametrize(
    ("written", "more"),
    [
        ("Kristina Lindqvist", {"born": BORN, "door": "Storgatan 1"}),
        ("Kristoffer Berglund", {"born": BORN}),
        ("Kristoffer Lindqvist", {"born": date(1955, 1, 1), "door": "Storgatan 1"}),
        ("Kristoffer Lindqvist", {"born": date(1990, 6, 9)}),
        ("Kristoffer Lindqvist", {}),
        ("Kristoffer Lindqvist", {"birth_year": 1985}),
        ("K. Lindqvist", {"door": "Storgatan 1"}),
        ("Kristoffer", {"born": BORN}),
    ],
    ids=["twin", "other surname", "father", "other day", "name alone", "year only", "initial",
         "given name only"],
)  # fmt: skip
def test_somebody_else_or_too_little_to_tell(written, more):
    assert not are_one(
        person("Kristoffer Lindqvist", ANNA, company="a", door="Storgatan 1"),
        person(written, company="b", **more),
    )


@pytest.mark.parametrize(
    "pair", [("Tim", "Tom"), ("Ida", "Ada"), ("Sara", "Sana"), ("Lina", "Tina")]
)
def test_twins_whose_names_differ_by_a_letter(pair):
    kin = [person(f"{name} {surname}x", company=f"{n}")
           for n, surname in enumerate(("Alm", "Berg", "Ceder")) for name in pair]  # fmt: skip
    first, second = (
        person(f"{name} Lagerlund", born=BORN, company="z", door="Storgatan 1") for name in pair
    )
    found = keys(first, second, person(f"{pair[0]}d Lagerlund", born=BORN, company="y"), *kin)
    assert found[0] != found[1]
    assert found[2] == found[0]


@pytest.mark.parametrize(
    "more",
    [{"company": "a"}, {"door": "Storg. 1, 3 tr"}, {"company": "a", "birth_year": 1985}],
)
def test_a_whole_name_with_a_company_or_a_door(more):
    assert are_one(
        person("Kristoffer Lindqvist", ANNA, company="a", door="Storgatan 1"),
        person("Lindqvist, Kristoffer", **({"company": "b"} | more)),
    )


def test_a_surname_changed_at_the_same_door():
    rows = person("Eva Maria Holm", ANNA, door="Storgatan 1"), person("Eva Maria Ek", born=BORN)
    assert not are_one(*rows)
    assert are_one(rows[0], rows[1] | {"street": "Storgatan 1", "postal_code": "21142"})


@pytest.mark.parametrize("born", [date(1985, 3, 12), date(1985, 12, 8)])
def test_a_day_of_birth_mistyped_needs_a_name_that_is_rare(born):
    def others(name):
        return [
            person(f"{name} {chr(97 + n // 26)}{chr(97 + n % 26)}qx", company=f"{n}x")
            for n in range(600)
        ]

    rows = [person("Tryggve Lagerlund", born=date(1985, 12, 3), company="a"),
            person("Tryggve Lagerlund", born=born, company="b")]  # fmt: skip
    common = [row | {"name": "Anna Lagerlund"} for row in rows]
    found = keys(*rows, *common, *others("Anna"), *others("Bertil"))
    assert found[2] != found[3]
    assert found[0] == found[1]


def test_a_door_that_hundreds_share_ties_nobody():
    crowd = [person(f"Crowd {chr(97 + n // 26)}{chr(97 + n % 26)}x", company=f"{n}",
                    door="Boxholm 1") for n in range(600)]  # fmt: skip
    pair = [person("Anna Ek", company="y", door="Boxholm 1"),
            person("Anna Ek", company="z", door="Boxholm 1")]  # fmt: skip
    assert keys(*pair)[0] == keys(*pair)[1]
    found = keys(*pair, *crowd)
    assert found[0] != found[1]


def test_a_samordningsnummer_that_became_a_personnummer():
    before = person("Anna Ek", COORDINATION, company="a")
    table = resolved(before, person("Anna Ek", ANNA, company="a"))
    assert table.persons["person_key"].n_unique() == 1
    assert table.persons.sort("ref")["match_confidence"][1] == 1.0
    assert THRESHOLD <= table.persons.sort("ref")["match_confidence"][0] < 1.0
    assert table.persons_with_two_numbers == 0
    elsewhere = resolved(before, person("Anna Ek", ANNA, company="b"))
    assert elsewhere.persons["person_key"].n_unique() == 2
    assert elsewhere.pairs["probability"].is_between(0.2, THRESHOLD).all()


def test_another_sex_digit_is_another_person():
    assert not are_one(
        person("Kim Ek", COORDINATION, company="a"), person("Kim Ek", "198501012390", company="a")
    )


def test_a_person_with_two_numbers_is_told_and_kept_apart():
    table = resolved(
        person("Tryggve Lagerlund", ANNA, company="a"),
        person("Tryggve Lagerlund", OTHER, company="a"),
    )
    assert table.persons["person_key"].n_unique() == 2
    assert table.persons_with_two_numbers == 1
    assert table.pairs.select("is_match", "probability").rows() == [(False, 0.3)]


def test_a_number_with_two_persons_is_told_and_parted():
    rows = [
        person("Tryggve Lagerlund", ANNA, company="a"),
        person("Lagerlund, Tryggve", ANNA, company="b"),
        person("Tryggve Berg", ANNA, company="b"),
        person("Siri Moberg", ANNA, company="c"),
        person(None, ANNA, company="d"),
    ]
    table = resolved(*rows)
    found = table.persons.sort("ref")["person_key"].to_list()
    assert len(set(found)) == 2
    assert found[3] not in {*found[:3], found[4]}
    assert table.numbers_with_two_persons == 1
    assert table.pairs["probability"].to_list() == [0.5]


def test_a_row_that_fits_two_numbers_goes_to_the_one_it_shares_a_company_with():
    one, two = person("Anna Ek", ANNA, company="a"), person("Anna Ek", OTHER, company="b")
    first, second, third, fourth = keys(
        one, two, person("Anna Ek", born=BORN, company="b"),
        person("Anna Ek", born=BORN, company="c"),
    )  # fmt: skip
    assert first != second == third
    assert fourth not in {first, second}


def test_every_pair_can_be_explained():
    table = resolved(
        person("Kristoffer Lindqvist", ANNA, company="a", door="Storgatan 1"),
        person("Christopher Lindqvist", born=BORN, company="b", door="Storgatan 1"),
    )
    (pair,) = table.pairs.rows(named=True)
    features = json.loads(pair["features"])
    told = {name: features.pop(f"{name}_agrees") for name in ("name", "birth")}
    assert told == {"name": "variant", "birth": "equal"}
    assert 1 / (1 + np.exp(-sum(features.values()))) == pytest.approx(
        pair["probability"], abs=0.002
    )
    assert {"prior", "name", "birth", "company", "address", "limit", "rivals"} <= set(features)
    assert pair["left_key"] < pair["right_key"]
    assert pair["is_match"]


def test_pairs_are_pairs_of_own_keys_and_hold_nothing_personal():
    table = resolved(person("Anna Ek", ANNA), person("Ek, Anna", born=BORN, company="b"))
    text = table.pairs.write_csv()
    assert set(table.pairs.select("left_key", "right_key").row(0)) == set(table.persons["own_key"])
    assert "1985" not in text
    assert "ek" not in text.lower().replace("key", "")


def test_a_decision_joins_what_the_machine_would_not():
    rows = [person("Anna Ek", company="a"), person("Anna Ek", company="b"), person("Bo", ANNA)]
    first, second, _ = keys(*rows)
    assert first != second
    table = resolved(*rows, reviewed=decided((first, second, "same")))
    found = table.persons.sort("ref")
    assert found["person_key"][0] == found["person_key"][1] in {first, second}
    assert found["match_confidence"].to_list() == [1.0, 1.0, 1.0]


def test_a_decision_joins_even_two_numbers():
    rows = [person("Anna Ek", ANNA), person("Anna Holm", OTHER)]
    assert keys(*rows, reviewed=decided((*keys(*rows), "same")))[0] == keys(*rows)[0]
    assert len(set(keys(*rows, reviewed=decided((*keys(*rows), "same"))))) == 1


def test_a_decision_parts_what_the_machine_joined():
    rows = [
        person("Anna Ek", ANNA, company="a"),
        person("Ek, Anna", born=BORN, company="b"),
        person("Anna Maria Ek", born=BORN, company="b"),
    ]
    table = resolved(*rows)
    assert table.persons["person_key"].n_unique() == 1
    own = table.persons.sort("ref")["own_key"].to_list()
    parted = keys(*rows, reviewed=decided((own[0], own[1], "not_same")))
    assert parted[0] != parted[1]


def test_unsure_leaves_it_to_the_machine():
    rows = [person("Anna Ek", ANNA), person("Ek, Anna", born=BORN, company="b")]
    own = resolved(*rows).persons.sort("ref")["own_key"].to_list()
    assert keys(*rows, reviewed=decided((own[0], own[1], "unsure"))) == keys(*rows)


def test_the_key_stays_when_more_is_known_of_the_person():
    week = [person("Kristoffer Lindqvist", born=BORN, company="b", true_from=date(2026, 1, 5))]
    (before,) = keys(*week)
    later = {"true_from": date(2026, 1, 12), "born": BORN}
    after = keys(*week, person("Christopher Lindqvist", company="a", **later))
    assert after == [before, before]


_NAMES = [
    "Anna Ek",
    "EK, Anna",
    "Ana Ek",
    "Anna Maria Ek",
    "Bo Ek",
    "Bo",
    "",
    None,
    "ØĦ",
    "Анна Ек",
]
_ROW = st.builds(
    person,
    st.sampled_from(_NAMES),
    st.sampled_from([None, None, ANNA, OTHER, COORDINATION, "hash:" + "a" * 16, "gd:3020000001"]),
    st.sampled_from([None, BORN, date(1985, 1, 2), date(1990, 1, 1)]),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "Storgatan 1", "Box 3"]),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(_ROW, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows, rng):
    rows = [{"ref": place} | row for place, row in enumerate(rows)]
    table = resolved(*rows)
    rng.shuffle(rows)
    again = resolved(*rows)
    assert again.persons.equals(table.persons)
    assert again.pairs.equals(table.pairs)


@settings(max_examples=8, deadline=None)
@given(st.lists(_ROW, max_size=9))
def test_nothing_ever_merges_two_numbers_of_one_kind(rows):
    table = resolved(*rows).persons.sort("ref")
    numbers = pl.DataFrame(
        {"key": table["person_key"], "number": [row["person_id"] for row in rows]},
        schema={"key": pl.String, "number": pl.String},
    ).filter(~pl.col("number").str.starts_with("gd:"))
    of_a_kind = numbers.with_columns(
        kind=pl.when(pl.col("number") == COORDINATION)
        .then(pl.lit("samordningsnummer"))
        .otherwise(pl.col("number").str.extract(r"^(hash|1985)"))
    )
    held = of_a_kind.group_by("key", "kind").agg(pl.col("number").n_unique())
    assert (held["number"] <= 1).all()


@pytest.mark.parametrize("name", ["", "***", "1234", "\u202e", "å" * 5000, "x " * 4000, "李"])
def test_odd_names_end_somewhere(name):
    found = keys(person(name, company="a"), person(name, born=BORN, company="b"), person("A B"))
    assert found[0] != found[1]


def test_ten_thousand_of_one_name_at_one_door_on_one_day():
    count = 10_000
    spread = pl.DataFrame(
        {
            "source": "owners",
            "ref": np.arange(count),
            "name": "Anna Ek",
            "birth_date": BORN,
            "street": "Storgatan 1",
            "postal_code": "21142",
            "company": np.arange(count).astype(str),
        }
    )
    rows = spread.rows(named=True)
    assert len(set(keys(*rows))) == 1
    days = [row | {"birth_date": date(1950, 1, 1 + n % 28), "street": None, "within": str(n)}
            for n, row in enumerate(rows)]  # fmt: skip
    assert len(set(keys(*days))) == 28
