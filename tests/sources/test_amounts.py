"""Amounts as people write them come back exactly, and what can be read two ways is not guessed."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.sources.amounts import (
    DecimalEvidence,
    amounts,
    decimal_evidence,
    decimals,
    has_ambiguous,
    integers,
)

OF_ORE = st.integers(-(10**15), 10**15).map(lambda ore: Decimal(ore).scaleb(-2))
SPACES = [" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"]


def texts(*given: str | None) -> pl.Series:
    return pl.Series(given, dtype=pl.String)


def read(text: str, sign: str | None = None) -> tuple[Decimal | None, str | None]:
    parsed = amounts(texts(text), sign)
    return parsed.values.item(), parsed.problems.item()


def grouped(digits: str, separator: str) -> str:
    first = len(digits) % 3 or 3
    parts = [digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))]
    return separator.join(parts)


@st.composite
def written(draw: st.DrawFn, amount: Decimal) -> str:
    """One of the ways in which an amount may be written with two decimals."""
    whole, ore = f"{abs(amount):.2f}".split(".")
    decimal, thousands = draw(
        st.sampled_from(
            [(",", ""), (".", ""), (",", "."), (".", ",")]
            + [(sign, space) for sign in ",." for space in SPACES]
        )
    )
    body = (grouped(whole, thousands) if thousands else whole) + decimal + ore
    if amount >= 0:
        return draw(st.sampled_from([body, f"+{body}"]))
    minus = draw(st.sampled_from(["-", "\u2212"]))
    return draw(st.sampled_from([f"{minus}{body}", f"{minus} {body}", f"{body}{minus}"]))


@given(st.data())
def test_an_amount_written_in_any_way_comes_back_exactly(data: st.DataObject) -> None:
    amount = data.draw(OF_ORE)
    assert read(data.draw(written(amount))) == (amount, None)


@given(st.lists(OF_ORE, min_size=1), st.data())
def test_a_column_in_many_ways_of_writing_keeps_its_rows(
    given_amounts: list[Decimal], data: st.DataObject
) -> None:
    column = [data.draw(written(amount)) for amount in given_amounts]
    assert amounts(texts(*column)).values.to_list() == given_amounts


@given(st.integers(-(10**12), 10**12), st.integers(3, 12), st.data())
def test_more_than_two_decimals_are_rounded_half_away_from_zero(
    digits: int, places: int, data: st.DataObject
) -> None:
    exact = Decimal(digits).scaleb(-places)
    text = f"{exact:f}"
    # Three decimals after one to three digits can be read two ways, so the sign is given.
    assert read(text, ".") == (exact.quantize(Decimal("0.01"), ROUND_HALF_UP), None)


def test_no_detour_by_binary_floating_point() -> None:
    assert read("9007199254740993.01") == (Decimal("9007199254740993.01"), None)
    assert read("1.005", ".") == (Decimal("1.01"), None)
    assert read("-2.675", ".") == (Decimal("-2.68"), None)
    assert read("0.30000000000000004") == (Decimal("0.30"), None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234", "1234"),
        ("1 234,567", "1234.57"),
        ("1234.567", "1234.57"),
        ("0,125", "0.13"),
        ("0.125", "0.13"),
        (",50", "0.50"),
        ("-.5", "-0.50"),
        ("12", "12"),
        ("-0,00", "0"),
        ("1 234,50 kr", "1234.50"),
        ("1234.50 SEK", "1234.50"),
    ],
)
def test_texts_that_say_themselves_how_they_are_read(text: str, amount: str) -> None:
    assert read(text) == (Decimal(amount), None)
    assert not has_ambiguous(texts(text))


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "-12.345", "999,999", "\u2212123,456", "1.234-"]
)
def test_what_can_be_read_two_ways_follows_the_column_or_is_refused(text: str) -> None:
    assert has_ambiguous(texts(text))
    assert read(text) == (None, "amount_ambiguous")
    bare = text.strip("-\u2212")
    sign = "," if "," in text else "."
    other = "." if sign == "," else ","
    minus = -1 if bare != text else 1
    as_decimal = minus * Decimal(bare.replace(sign, "."))
    assert read(text, sign) == (as_decimal.quantize(Decimal("0.01"), ROUND_HALF_UP), None)
    assert read(text, other) == (minus * Decimal(bare.replace(sign, "")), None)


@pytest.mark.parametrize(
    "text",
    [
        "kr",
        "12 34,5",
        "1e3",
        "--5",
        "-5-",
        "1.23.456",
        "1,2,3",
        "5 %",
        "inf",
        "nan",
        "1.234,56.7",
        "12a",
        "\u0661\u0662",
        "1..2",
        "(5)",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert read(text) == (None, "not_an_amount")


def test_an_empty_cell_is_no_amount_and_no_problem() -> None:
    parsed = amounts(texts(None, "", "5"))
    assert parsed.values.to_list() == [None, None, Decimal("5")]
    assert parsed.problems.to_list() == [None] * 3


def test_an_amount_with_too_many_digits_is_refused_and_not_cut() -> None:
    assert read("99999999999999999,99") == (None, "too_large")
    assert read("9" * 40) == (None, "too_large")


@pytest.mark.parametrize(
    ("column", "sign"),
    [
        (["1.234", "12,50"], ","),
        (["1.234", "12.50"], "."),
        (["1.234", "1.234.567"], ","),
        (["1,234", "1,234,567"], "."),
        (["1,234", "1 234,5"], ","),
        (["1.234", "1.234,56"], ","),
        (["1.234", "0.125"], "."),
        (["1.234", "2.345", "100"], None),
        (["1.234", "1,5", "1.5"], None),
        (["1.234", None, "text 1,50"], None),
    ],
)
def test_what_a_column_says_about_its_decimal_sign(
    column: list[str | None], sign: str | None
) -> None:
    assert decimal_evidence(texts(*column)).decimal() == sign


@given(st.lists(st.sampled_from(["1,5", "1.5", "1.234", "12", "1.234,5", "x"])), st.integers(0, 9))
def test_evidence_does_not_depend_on_how_a_column_is_cut(column: list[str], cut: int) -> None:
    halves = decimal_evidence(texts(*column[:cut])) + decimal_evidence(texts(*column[cut:]))
    assert halves == decimal_evidence(texts(*column))
    assert DecimalEvidence() + halves == halves


@given(OF_ORE, st.sampled_from(["0.01", "1000", "1"]))
def test_units_are_exact(amount: Decimal, factor: str) -> None:
    parsed = amounts(texts(f"{amount:f}"), ".", Decimal(factor))
    expected = (amount * Decimal(factor)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    fits = abs(expected) < Decimal(10) ** 16
    assert parsed.values.item() == (expected if fits else None)
    assert parsed.problems.item() == (None if fits else "too_large")


def test_decimals_of_thousands_are_not_lost_before_the_factor() -> None:
    assert amounts(texts("12,3456"), ",", Decimal(1000)).values.item() == Decimal("12345.60")


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers(number: int) -> None:
    assert integers(texts(f"{number}"), None).values.item() == number
    assert integers(texts(f"{number},0"), None).values.item() == number
    spaced = ("-" if number < 0 else "") + grouped(str(abs(number)), "\u00a0")
    assert integers(texts(spaced), None).values.item() == number


def test_a_fraction_is_no_whole_number() -> None:
    parsed = integers(texts("1,5", "x", "2.0", None, "1.234"))
    assert parsed.values.to_list() == [None, None, 2, None, None]
    assert parsed.problems.to_list() == [
        "not_an_integer",
        "not_an_integer",
        None,
        None,
        "amount_ambiguous",
    ]


def test_shares_and_hours() -> None:
    parsed = decimals(texts("25 %", "33,3%", "1 234,5", "x", None))
    assert parsed.values.to_list() == [25.0, 33.3, 1234.5, None, None]
    assert parsed.problems.to_list() == [None, None, None, "not_a_number", None]
    endless = decimals(texts("9" * 400))
    assert (endless.values.item(), endless.problems.item()) == (None, "too_large")
