"""Rows that a party may be about: the right one is among them, and there are never too many."""

import random
from datetime import date

import polars as pl
import pytest

from benchmarks.labelled.companies import AS_OF
from benchmarks.labelled.suppliers import make_labelled
from screening.identity.companies.candidates import MOST_ROWS_PER_COMMON_PAIR
from screening.identity.companies.matching import candidate_rows, match_parties
from tests.identity.known_tables import empty_warehouse, fill

DAY = date(2026, 11, 20)

_REGISTERED = ("Solgården Omsorg AB", "Storgatan 12", "21142", "Malmö")


def _warehouse(rows: list[tuple[str | None, ...]]):
    schema = dict.fromkeys(["name", "street", "postal_code", "city"], pl.String)
    register = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        orgnr=pl.int_range(pl.len()).map_elements(lambda n: f"559{n:07d}", pl.String)
    )
    warehouse = empty_warehouse()
    fill(warehouse, "companies", register)
    return warehouse


def _parties(rows: list[tuple[str | None, ...]]) -> pl.DataFrame:
    schema = dict.fromkeys(["name", "street", "postal_code", "city"], pl.String)
    parties = pl.DataFrame(rows, schema=schema, orient="row")
    return parties.with_row_index("party_id").cast({"party_id": pl.Int64})


def _most(warehouse, parties: pl.DataFrame) -> int:
    """The most candidates that any party has."""
    found = candidate_rows(warehouse, parties, DAY).group_by("party_id").len()
    return int(found["len"].max() or 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "party",
    [
        ("Solgårdens", None, None, None),
        ("Solgårdne", None, None, None),
        ("Solgård", None, None, None),
        ("Solgårdenomsorg", None, None, None),
        ("SolgårdenVård", None, None, None),
        ("Sol gården", None, None, None),
        ("S o l g å r d e n Omsorg", None, None, None),
        ("Annat Namn AB c/o Solgården", None, None, None),
        ("Helt annat AB", "Storg. 12 B, 2 tr", "211 42", None),
        ("Helt annat AB", "c/o Ek, Storgatan 12", None, "MALMÖ"),
    ],
)
def test_many_ways_lead_to_the_row(party):
    warehouse = _warehouse([_REGISTERED, ("Eken Bygg AB", "Box 3", "90326", "Umeå")])
    assert candidate_rows(warehouse, _parties([party]), DAY)["ref"].to_list() == [1]


@pytest.mark.parametrize(
    ("registered", "party"),
    [
        (("Box 835", "17107", "Solna"), ("Box 835", None, "Solna")),
        (("Box 835", "17107", "Solna"), ("Box 835", "71107", "SOLNA")),
        (("Ekby Lillgård", "24493", "Lund"), ("Lillgården, Ekby", "24494", None)),
        (("Ekby Lillgård", "24493", "Lund"), ("c/o Ek, Ekby Lillgården", None, "Lund")),
    ],
)
def test_a_box_and_a_farm_lead_to_the_row(registered, party):
    warehouse = _warehouse([("Solgården Omsorg AB", *registered), _REGISTERED])
    parties = _parties([("Helt annat AB", *party)])
    assert candidate_rows(warehouse, parties, DAY)["ref"].to_list() == [1]


@pytest.mark.parametrize("street", ["Malmö", "c/o Ida Ek", "Storgatan", "Ekonomiavdelningen"])
def test_what_is_no_place_leads_nowhere(street):
    warehouse = _warehouse([("Solgården Omsorg AB", street, "21142", "Malmö")])
    parties = _parties([("Helt annat AB", street, "21142", "Malmö")])
    assert candidate_rows(warehouse, parties, DAY).is_empty()


def test_nobody_looks_beyond_a_company_with_just_that_name_and_door():
    near = ("Solgårdens Omsorg AB", "Storgatan 12", "21142", "Malmö")
    warehouse = _warehouse([_REGISTERED, near])
    asked = _parties([
        ("SOLGÅRDEN OMSORG", "Storg. 12 B", "211 42", None),
        ("Solgården Omsorg", "Skolvägen 3", "211 42", None),
    ])  # fmt: skip
    found = candidate_rows(warehouse, asked, DAY)
    assert found.rows() == [(0, 1), (1, 1), (1, 2)]


def test_one_that_is_gone_settles_nothing():
    warehouse = _warehouse([_REGISTERED, ("Solgårdens Omsorg AB", *_REGISTERED[1:])])
    asked = _parties([_REGISTERED])
    assert candidate_rows(warehouse, asked, DAY)["ref"].to_list() == [1]
    warehouse.execute("UPDATE known.companies SET deregistered_on = ? WHERE ref = 1", [DAY])
    assert candidate_rows(warehouse, asked, DAY)["ref"].to_list() == [1, 2]


def test_who_is_not_the_company_with_that_name_and_door_may_be_another():
    warehouse = _warehouse([_REGISTERED, ("Solgårdens Omsorg AB", *_REGISTERED[1:])])
    asked = _parties([_REGISTERED])
    assert match_parties(warehouse, asked, DAY)["orgnr"].to_list() == ["5590000000"]
    parted = pl.DataFrame({"party_id": [0], "orgnr": ["5590000000"]})
    assert match_parties(warehouse, asked, DAY, parted)["orgnr"].to_list() == ["5590000001"]


def test_nothing_in_common_is_no_candidate():
    warehouse = _warehouse([_REGISTERED])
    parties = _parties([("Eken Bygg AB", "Storgatan 14", "90326", "Umeå"), (None, "", "", "")])
    assert candidate_rows(warehouse, parties, DAY).is_empty()


@pytest.mark.parametrize(("profile", "least"), [("medium", 0.995), ("hard", 0.96)])
def test_the_right_row_is_among_the_candidates(profile, least):
    labelled = make_labelled(6_000, 2_000, profile, seed=31)
    warehouse = empty_warehouse()
    register = labelled.register.with_row_index("ref", offset=1).cast({"ref": pl.Int64})
    fill(warehouse, "companies", register)
    found = candidate_rows(warehouse, labelled.parties, AS_OF)
    truth = labelled.suppliers.drop_nulls("truth").join(
        register.select("ref", truth="orgnr"), on="truth"
    )
    right = truth.join(found, on=["party_id", "ref"])
    assert right["party_id"].n_unique() / truth["party_id"].n_unique() >= least


def test_ten_thousand_namesakes_at_one_address_are_passed_over():
    warehouse = _warehouse([_REGISTERED] * 10_000 + [("Eken Bygg AB", None, None, None)])
    parties = _parties([_REGISTERED] * 3_000 + [("Eken Bygg", *_REGISTERED[1:])])
    found = candidate_rows(warehouse, parties, DAY)
    assert found.rows() == [(3_000, 10_001)]
    matches = match_parties(warehouse, parties, DAY)
    assert matches.filter("is_match")["party_id"].to_list() == [3_000]


def test_ten_thousand_companies_at_one_door_are_no_candidates_for_it():
    rows = [(f"Bolag Q{n}q AB", *_REGISTERED[1:]) for n in range(10_000)]
    assert _most(_warehouse(rows), _parties([("Helt Annat AB", *_REGISTERED[1:])] * 2)) == 0


def test_a_word_that_every_name_has_brings_nobody():
    rows = [(f"Bolaget Q{n}q AB", None, None, None) for n in range(5_000)]
    parties = _parties([("Bolaget", None, None, None), ("Bolaget Q77q AB", None, None, None)])
    found = candidate_rows(_warehouse(rows), parties, DAY)
    assert found.rows() == [(1, 78)]


def test_endless_names_have_few_candidates():
    rng = random.Random(1)
    endless = [
        (" ".join("".join(rng.choices("abcde", k=2)) for _ in range(1_700)), *_REGISTERED[1:])
        for _ in range(300)
    ]
    crowd = [("x" * 5_000, None, None, None), ("å" * 5_000, None, None, None), *endless]
    assert _most(_warehouse(crowd), _parties(crowd)) <= 20 * MOST_ROWS_PER_COMMON_PAIR
