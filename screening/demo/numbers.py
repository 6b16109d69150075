"""Identity and account numbers with valid checksums that, as far as can be known, nobody has.

Persons' numbers use birth numbers 980-999, which Skatteverket keeps for tests. Nobody publishes
lists of organisationsnummer and bankgiro that will never be issued; ``docs/demo.md`` says which
series are used and why.
"""

from datetime import date

import numpy as np
import polars as pl

from screening.demo.draws import Draws, Flags, Ints, Rows

EPOCH = date(1970, 1, 1)
_FIRST_BIRTH = date(1942, 1, 1)
_LAST_BIRTH = date(1996, 12, 31)
_BIRTH_DAYS = (_LAST_BIRTH - _FIRST_BIRTH).days + 1
_TEST_NUMBERS = 20

#: How many different persons can be made.
MOST_PERSONS = _BIRTH_DAYS * _TEST_NUMBERS

#: First three digits of each legal form's numbers, from and to. The third digit is never below
#: two: such a number would be read as a person's.
_SERIES = {
    "AB": (552, 555),
    "HB": (962, 968),
    "EK": (762, 768),
    "I": (862, 868),
    "OFF": (272, 278),
}


def day_number(day: date) -> int:
    """Days since 1970-01-01, as dates are kept while the demo is made."""
    return (day - EPOCH).days


def luhn_digit(payload: Ints) -> Ints:
    """The check digit (modulus 10) that follows each whole number."""
    rest = payload.copy()
    total = np.zeros_like(payload)
    doubled = True
    while rest.any():
        digit = rest % 10
        if doubled:
            digit = digit * 2
            digit -= np.where(digit > 9, 9, 0)
        total += digit
        rest //= 10
        doubled = not doubled
    check: Ints = (10 - total % 10) % 10
    return check


def with_check_digit(payload: Ints) -> Ints:
    """Each whole number followed by its check digit."""
    return payload * 10 + luhn_digit(payload)


def company_numbers(draws: Draws, form: str, companies: Ints) -> Ints:
    """Organisationsnummer (ten digits) of companies, by their running number.

    Raises:
        ValueError: more companies than the series of the legal form holds.
    """
    first, last = _SERIES[form]
    size = (last - first + 1) * 1_000_000
    return with_check_digit(first * 1_000_000 + draws.scatter(f"orgnr/{form}", companies, size))


def person_births(draws: Draws, persons: Rows) -> Ints:
    """Days of birth (day numbers) of persons, by their running number."""
    place = draws.scatter("person", persons, MOST_PERSONS)
    return day_number(_FIRST_BIRTH) + place // _TEST_NUMBERS


def person_numbers(draws: Draws, persons: Rows) -> Ints:
    """Personnummer (twelve digits) of persons, by their running number."""
    place = draws.scatter("person", persons, MOST_PERSONS)
    births = (day_number(_FIRST_BIRTH) + place // _TEST_NUMBERS).astype("datetime64[D]")
    years = births.astype("datetime64[Y]").astype(np.int64) + 1970
    months = births.astype("datetime64[M]").astype(np.int64) % 12 + 1
    days = (births - births.astype("datetime64[M]")).astype(np.int64) + 1
    payload = ((years % 100) * 10_000 + months * 100 + days) * 1000 + 980 + place % _TEST_NUMBERS
    return (years // 100) * 10_000_000_000 + with_check_digit(payload)


def are_women(draws: Draws, persons: Rows) -> Flags:
    """Whether the birth number is even."""
    women: Flags = draws.scatter("person", persons, MOST_PERSONS) % 2 == 0
    return women


def bankgiro_numbers(draws: Draws, accounts: Rows) -> Ints:
    """Bankgiro numbers of eight digits that begin with nine, by running number."""
    return with_check_digit(9_000_000 + draws.scatter("bankgiro", accounts, 1_000_000))


def plusgiro_numbers(draws: Draws, accounts: Rows) -> Ints:
    """Plusgiro numbers of eight digits that begin with nine, by running number."""
    return with_check_digit(9_000_000 + draws.scatter("plusgiro", accounts, 1_000_000))


def digits(numbers: Ints, width: int) -> pl.Series:
    """Whole numbers as text of fixed width, with leading zeros."""
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def written_bankgiro(number: pl.Expr) -> pl.Expr:
    """``9123-4567`` for eight digits."""
    return number.str.slice(0, 4) + "-" + number.str.slice(4)


def written_plusgiro(number: pl.Expr) -> pl.Expr:
    """``912 34 56-7`` for eight digits, as Plusgirot writes them."""
    return (
        number.str.slice(0, 3)
        + " "
        + number.str.slice(3, 2)
        + " "
        + number.str.slice(5, 2)
        + "-"
        + number.str.slice(7)
    )


def dashed(number: pl.Expr) -> pl.Expr:
    """``NNNNNN-NNNN`` for ten digits, ``NNNNNNNN-NNNN`` for twelve."""
    return number.str.head(-4) + "-" + number.str.tail(4)


def dates(days: Ints) -> pl.Series:
    """Day numbers as dates."""
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)
