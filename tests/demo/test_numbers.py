"""Identity numbers: valid checksums, only from series kept free."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from screening.demo.draws import Draws
from screening.demo.numbers import (
    MOST_PERSONS,
    bankgiro_numbers,
    company_numbers,
    luhn_digit,
    person_births,
    person_numbers,
    plusgiro_numbers,
)


@given(st.integers(1, 10**11))
def test_check_digits_agree_with_another_implementation(payload: int) -> None:
    digit = int(luhn_digit(np.array([payload]))[0])
    assert luhn.is_valid(f"{payload}{digit}")


@given(st.integers(0, 500), st.integers(0, MOST_PERSONS - 1))
def test_persons_have_test_numbers_of_real_days(seed: int, person: int) -> None:
    draws = Draws(seed)
    number = str(person_numbers(draws, np.array([person]))[0])
    assert len(number) == 12
    assert 980 <= int(number[8:11]) <= 999
    assert luhn.is_valid(number[2:])
    born = date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    assert (born - date(1970, 1, 1)).days == person_births(draws, np.array([person]))[0]


def test_no_two_persons_share_a_number() -> None:
    assert np.unique(person_numbers(Draws(1), 100_000)).size == 100_000


def test_more_persons_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="only"):
        person_numbers(Draws(1), np.array([MOST_PERSONS]))


@given(st.integers(0, 500), st.sampled_from(["AB", "HB", "EK", "I", "OFF"]))
def test_company_numbers_are_valid_and_never_read_as_a_persons(seed: int, form: str) -> None:
    first_digit = {"AB": "5", "HB": "9", "EK": "7", "I": "8", "OFF": "2"}[form]
    numbers = [str(n) for n in company_numbers(Draws(seed), form, np.arange(40))]
    assert len(set(numbers)) == 40
    assert all(len(n) == 10 and n[0] == first_digit and n[2] >= "2" for n in numbers)
    assert all(luhn.is_valid(n) for n in numbers)


def test_company_numbers_keep_out_of_the_series_in_use() -> None:
    limited = company_numbers(Draws(1), "AB", np.arange(20_000)) // 10_000_000
    assert set(limited.tolist()) <= {552, 553, 554, 555}


def test_accounts_have_valid_check_digits() -> None:
    for numbers in (bankgiro_numbers(Draws(1), 500), plusgiro_numbers(Draws(1), 500)):
        assert all(luhn.is_valid(str(n)) and len(str(n)) == 8 for n in numbers)
        assert np.unique(numbers).size == 500
