"""Personal identity numbers on their way out."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.reports.privacy import (
    masked_orgnr,
    text_without_personal_numbers,
    without_personal_numbers,
)


def luhn_digit(nine):
    total = 0
    for place, digit in enumerate(nine):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def unchecked(text):
    return without_personal_numbers(pl.DataFrame({"t": [text]}), checked=False).item()


def orgnr_shown(orgnr, is_sole_trader):
    frame = pl.DataFrame(
        {"orgnr": [orgnr], "is_sole_trader": [is_sole_trader]},
        schema={"orgnr": pl.String, "is_sole_trader": pl.Boolean},
    )
    return frame.select(masked_orgnr()).item()


@pytest.mark.parametrize(
    ("orgnr", "is_sole_trader", "shown"),
    [
        ("8112289874", True, "811228-****"),
        ("8112289874", None, "811228-****"),  # the third digit tells
        ("198112289874", False, "811228-****"),
        ("7001632391", None, "700163-****"),  # co-ordination number
        ("5560360793", False, "5560360793"),
        ("2021001234", None, "2021001234"),
        (None, True, None),
    ],
)
def test_a_sole_traders_number_is_masked_and_a_companys_is_not(orgnr, is_sole_trader, shown):
    assert orgnr_shown(orgnr, is_sole_trader) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Firma 811228-9874", "Firma 811228-****"),
        ("811228+9874", "811228-****"),
        ("19811228-9874;8112289874", "811228-****;811228-****"),
        ("811228 9874", "811228-****"),
        ("811228–9874", "811228-****"),
        ("lev:198112289874", "lev:811228-****"),
        ("pnr8112289874x", "pnr811228-****x"),
        ("701063-2391", "701063-****"),
        ("faktura 8112289875", "faktura 8112289875"),  # wrong check digit: not a person
        ("556036-0793", "556036-0793"),
        ("2026-11-20", "2026-11-20"),
        ("belopp 1 234 567,00", "belopp 1 234 567,00"),
    ],
)
def test_texts_lose_personal_numbers_and_nothing_else(text, shown):
    assert text_without_personal_numbers(text) == shown


@given(
    st.dates(),
    st.integers(0, 999),
    st.sampled_from([0, 60]),
    st.sampled_from(["", "-", "+", " ", "–"]),
    st.booleans(),
    st.text("abcåäö ;:.=", max_size=5),
)
def test_every_real_number_is_found_in_every_written_form(day, serial, shift, mark, long, around):
    nine = f"{day.year % 100:02d}{day.month:02d}{day.day + shift:02d}{serial:03d}"
    last_four = f"{nine[6:]}{luhn_digit(nine)}"
    century = "19" if long else ""
    written = f"{around}{century}{nine[:6]}{mark}{last_four}{around}"
    expected = f"{around}{nine[:6]}-****{around}"
    assert text_without_personal_numbers(written) == expected
    assert unchecked(written) == expected


def test_raw_rows_lose_mistyped_numbers_too():
    assert unchecked("8112289875;Anna") == "811228-****;Anna"
    assert unchecked("5560360794;Bolag") == "5560360794;Bolag"


def test_other_columns_are_left_alone():
    frame = pl.DataFrame({"row": [8112289874], "text": ["8112289874"]})
    assert without_personal_numbers(frame).rows() == [(8112289874, "811228-****")]
