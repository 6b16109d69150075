"""The world by another hand is what it is said to be, and stays what it was."""

import hashlib

import polars as pl
import pytest

from benchmarks.labelled.another_hand import ANOTHER_HAND_SEED, make_by_another_hand
from benchmarks.labelled.companies import REGISTER_COLUMNS
from screening.identity_numbers import is_personal_number_expr, orgnr_expr

SUPPLIERS, COMPANIES = 400, 4_000


@pytest.fixture(scope="module")
def made():
    return make_by_another_hand(ANOTHER_HAND_SEED, SUPPLIERS, COMPANIES)


def _digest(frame):
    return hashlib.sha256(repr(frame.rows()).encode()).hexdigest()[:16]


def test_a_seed_gives_the_world_that_was_measured_before_anything_was_changed_for_it(made):
    assert _digest(made.register.sort("orgnr")) == "860081a760f92c81"
    assert _digest(made.suppliers) == "b1701954535f487d"


def test_the_same_seed_gives_the_same_and_another_seed_another(made):
    again = make_by_another_hand(ANOTHER_HAND_SEED, SUPPLIERS, COMPANIES)
    assert again.register.equals(made.register)
    assert again.suppliers.equals(made.suppliers)
    other = make_by_another_hand(ANOTHER_HAND_SEED + 1, SUPPLIERS, COMPANIES)
    assert made.suppliers.join(other.suppliers, on="name").height < SUPPLIERS / 20
    assert made.register.join(other.register, on="orgnr").height < COMPANIES / 20


def test_numbers_are_valid_and_nobody_has_two(made):
    register = made.register
    assert register.columns == REGISTER_COLUMNS
    assert register.height == COMPANIES
    assert register["orgnr"].is_unique().all()
    # Of a thousand sole traders one has the number 000 of a day, which nobody is given.
    is_given = (pl.col("legal_form") != "E") | (pl.col("orgnr").str.slice(6, 3) != "000")
    given = register.filter(is_given)
    assert given.height >= COMPANIES - 5
    assert given.select(orgnr_expr(pl.col("orgnr")).is_not_null()).to_series().all()
    persons = register.select(is_personal_number_expr(pl.col("orgnr"))).to_series()
    assert (persons == (register["legal_form"] == "E")).all()


def test_the_truth_is_in_the_register_for_85_percent(made):
    truth = made.suppliers["truth"].drop_nulls()
    assert made.suppliers.height == SUPPLIERS
    assert made.suppliers["party_id"].to_list() == list(range(1, SUPPLIERS + 1))
    assert truth.len() == round(0.85 * SUPPLIERS)
    assert truth.is_unique().all()
    assert truth.is_in(made.register["orgnr"].implode()).all()


def test_the_rest_are_sisters_and_strangers(made):
    absent = made.suppliers.filter(pl.col("truth").is_null())
    kind = absent["trouble"].str.split("+").list.first()
    assert kind.str.starts_with("absent").all()
    assert kind.str.starts_with("absent_sister").sum() == round(0.3 * absent.height)


@pytest.mark.parametrize(
    ("trouble", "share"), [("no_address", 0.08), ("other_address", 0.22), ("trade_name", 0.05)]
)
def test_registered_suppliers_have_about_as_much_trouble_as_was_meant(made, trouble, share):
    registered = made.suppliers.filter(pl.col("truth").is_not_null())
    found = registered["trouble"].str.contains(rf"(^|\+){trouble}").mean()
    assert found == pytest.approx(share, abs=0.04)


def test_forms_are_about_as_common_as_was_meant(made):
    shares = made.register["legal_form"].value_counts(normalize=True)
    found = dict(shares.iter_rows())
    for form, share in {"AB": 0.66, "E": 0.18, "I": 0.05}.items():
        assert found[form] == pytest.approx(share, abs=0.03)
