"""The labelled benchmark's rows about persons are what they are said to be."""

import polars as pl
import pytest

from benchmarks.labelled.persons import PERSON_PROFILES, make_labelled_persons

PERSONS = 6_000


@pytest.fixture(scope="module", params=sorted(PERSON_PROFILES))
def rows(request):
    return request.param, make_labelled_persons(PERSONS, 2.5, request.param, seed=4).rows


def test_everybody_is_there_and_the_same_seed_gives_the_same(rows):
    profile, made = rows
    assert made.height == PERSONS * 2.5
    assert made["truth"].n_unique() == PERSONS
    assert make_labelled_persons(PERSONS, 2.5, profile, seed=4).rows.equals(made)
    other = make_labelled_persons(PERSONS, 2.5, profile, seed=5).rows
    assert not other["name"].equals(made["name"])


def test_shares_are_those_of_the_profile(rows):
    profile, made = rows
    shares = PERSON_PROFILES[profile]
    assert made["person_id"].is_not_null().mean() == pytest.approx(shares.numbered, abs=0.02)
    assert made["street"].is_not_null().mean() == pytest.approx(shares.addressed, abs=0.02)
    unnumbered = made.filter(pl.col("person_id").is_null())
    assert unnumbered["birth_date"].is_not_null().mean() == pytest.approx(shares.born, abs=0.02)


def test_a_number_or_hash_is_one_persons_save_for_errors(rows):
    profile, made = rows
    persons = made.drop_nulls("person_id").group_by("person_id").agg(pl.col("truth").n_unique())
    shared = (persons["truth"] > 1).sum()
    assert shared <= made.height * PERSON_PROFILES[profile].number_errors
    if not PERSON_PROFILES[profile].number_errors:
        numbers = made.filter(~pl.col("person_id").str.starts_with("hash"))
        each = numbers.group_by("truth").agg(pl.col("person_id").n_unique())
        assert each["person_id"].max() == 1


def test_there_are_twins_kin_and_namesakes():
    made = make_labelled_persons(PERSONS, 2.5, "easy", seed=4).rows
    people = made.drop_nulls(["birth_date"]).filter(pl.col("trouble") == "")
    namesakes = people.group_by("name", "birth_date").agg(pl.col("truth").n_unique())
    assert (namesakes["truth"] > 1).any()
    last = pl.col("name").str.extract(r"(\S+)$")
    twins = (
        people.drop_nulls("street")
        .group_by(last, "birth_date", "street")
        .agg(pl.col("truth").n_unique())
    )
    assert (twins["truth"] > 1).any()


def test_more_persons_than_numbers_are_refused():
    with pytest.raises(ValueError, match="at most"):
        make_labelled_persons(10**6)
