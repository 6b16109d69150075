"""The labelled benchmark's companies and suppliers are what they are said to be."""

import polars as pl
import pytest

from benchmarks.labelled.apart import APART, APART_SEED, apart_vocabulary
from benchmarks.labelled.apart_again import APART_AGAIN, APART_AGAIN_SEED, apart_again_vocabulary
from benchmarks.labelled.companies import AS_OF, make_companies, name_key, register_of, word_draws
from benchmarks.labelled.profiles import PROFILES
from benchmarks.labelled.suppliers import make_labelled
from screening.identity.names.company_names import folded_name
from screening.identity_numbers import is_personal_number_expr, orgnr_expr

SIZE = 4_000


@pytest.fixture(scope="module")
def companies():
    return make_companies(word_draws(3), SIZE)


@pytest.fixture(scope="module", params=sorted(PROFILES))
def labelled(request):
    return request.param, make_labelled(SIZE, 1_500, request.param, seed=5)


def test_numbers_are_valid_and_nobody_has_two(companies):
    assert companies.height == SIZE
    assert companies["orgnr"].is_unique().all()
    valid = companies.select(orgnr_expr(pl.col("orgnr")).is_not_null()).to_series()
    assert valid.all()
    persons = companies.select(is_personal_number_expr(pl.col("orgnr"))).to_series()
    assert (persons == (companies["form"] == "E")).all()


def test_protected_names_are_taken_once(companies):
    limited = companies.filter(pl.col("form").is_in(["AB", "EK", "BRF"]))
    assert limited.select(name_key(pl.col("core"))).to_series().is_unique().all()


def test_a_few_words_are_in_many_names_and_most_words_in_one_or_two(companies):
    words = companies["core"].str.split(" ").explode().value_counts()
    assert words["count"].max() > SIZE / 40
    assert (words["count"] <= 2).mean() > 0.6


def test_nothing_is_dated_after_the_day(companies):
    days = companies.select("registered_on", "deregistered_on")
    assert (days["registered_on"] <= AS_OF).all()
    assert (days["deregistered_on"].drop_nulls() <= AS_OF).all()
    gone = companies.filter(pl.col("deregistered_on").is_not_null())
    assert (gone["deregistered_on"] >= gone["registered_on"]).all()


def test_more_rows_change_no_company_that_was_there_except_its_sisters():
    small, large = make_companies(word_draws(3), 500), make_companies(word_draws(3), 1_000)
    both = small.join(large, on="orgnr", suffix="_2")
    assert (both["core"] == both["core_2"]).mean() > 0.8


def test_the_same_seed_gives_the_same_and_another_seed_another(labelled):
    profile, made = labelled
    again = make_labelled(SIZE, 1_500, profile, seed=5)
    assert again.register.equals(made.register)
    assert again.suppliers.equals(made.suppliers)
    other = make_labelled(SIZE, 1_500, profile, seed=6)
    assert made.suppliers.join(other.suppliers, on="name").height < 100


def test_the_truth_is_in_the_register_for_the_share_of_the_profile(labelled):
    profile, made = labelled
    truth = made.suppliers["truth"].drop_nulls()
    assert truth.len() == round(1_500 * PROFILES[profile].registered)
    assert truth.is_unique().all()
    assert truth.is_in(made.register["orgnr"].implode()).all()


def test_absent_suppliers_have_no_name_of_the_register_and_some_nearly_have(labelled):
    profile, made = labelled
    absent = made.suppliers.filter(pl.col("truth").is_null())
    clean = absent.filter(~pl.col("trouble").str.contains("+", literal=True))
    named = made.register.filter(pl.col("legal_form") == "AB")
    taken = named.select(folded_name(pl.col("name"))).to_series()
    found = clean.select(folded_name(pl.col("name"))).to_series()
    assert clean.height > 10
    # Two names may be folded to one: Väst and Vast.
    assert found.is_in(taken.implode()).sum() <= 1
    near = absent["trouble"].str.starts_with("near_miss").mean()
    assert near == pytest.approx(PROFILES[profile].near_miss, abs=0.01)


@pytest.mark.parametrize("kind", ["other_address", "no_address"])
def test_addresses_are_other_or_missing_as_often_as_the_profile_says(kind):
    made = make_labelled(20_000, 8_000, "municipal", seed=9).suppliers
    there = made.filter(pl.col("truth").is_not_null())
    share = there["trouble"].str.split("+").list.contains(kind).mean()
    assert share == pytest.approx(getattr(PROFILES["municipal"], kind), abs=0.015)
    without = there.filter(pl.col("trouble").str.contains("no_address"))
    assert without.select("street", "postal_code", "city").null_count().row(0) == (
        (without.height,) * 3
    )


def test_harder_levels_leave_fewer_names_as_they_are():
    untouched = []
    for profile in ("easy", "medium", "hard"):
        made = make_labelled(SIZE, 1_500, profile, seed=5)
        both = made.suppliers.join(made.register, left_on="truth", right_on="orgnr", suffix="_2")
        untouched.append((both["name"] == both["name_2"]).mean())
    assert untouched[0] > untouched[1] > untouched[2] > 0.02


def test_the_register_is_told_without_what_it_was_made_of(companies):
    assert "core" not in register_of(companies).columns
    assert register_of(companies)["orgnr"].is_sorted()


@pytest.mark.parametrize(
    ("profile", "seed", "vocabulary"),
    [
        (APART, APART_SEED, apart_vocabulary),
        (APART_AGAIN, APART_AGAIN_SEED, apart_again_vocabulary),
    ],
)
def test_the_profiles_kept_apart_have_words_and_errors_of_their_own(profile, seed, vocabulary):
    made = make_labelled(20_000, 8_000, profile, seed, vocabulary())
    usual = make_labelled(20_000, 100, "municipal", seed)
    kinds = set(made.suppliers["trouble"].str.split("+").explode().unique())
    assert set(profile.more_steps) | set(profile.more_whole_steps) <= kinds
    words = [
        set(one.register["name"].str.to_lowercase().str.split(" ").explode().unique())
        for one in (made, usual)
    ]
    assert len(words[0] & words[1]) < 0.2 * len(words[0])
