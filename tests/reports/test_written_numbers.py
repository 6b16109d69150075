"""Numbers and days as people write them."""

from datetime import date
from decimal import Decimal

import pytest

from screening.reports import written_numbers as written

THIN = "\u202f"
FIXED = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (1234567, 0, f"1{THIN}234{THIN}567", f"1{THIN}234{THIN}567"),
        (Decimal("1234.505"), 2, f"1{THIN}234,51", f"1{THIN}234.51"),
        (0.125, 2, "0,13", "0.13"),
        (-5, 0, "\u22125", "\u22125"),
        (Decimal("-0.4"), 0, "0", "0"),
        (999.5, 0, f"1{THIN}000", f"1{THIN}000"),
    ],
)
def test_numbers_are_grouped_and_rounded_half_up(value, decimals, swedish, english):
    assert written.number(value, "sv", decimals) == swedish
    assert written.number(value, "en", decimals) == english


def test_money_names_its_currency_as_each_language_does():
    assert written.sek(Decimal("1500.40"), "sv") == f"1{THIN}500{FIXED}kr"
    assert written.sek(Decimal(1500), "en") == f"SEK{FIXED}1{THIN}500"
    assert written.sek(None, "sv") == ""
    assert written.million_sek(Decimal(84_250_000), "sv") == f"84,3{FIXED}mn{FIXED}kr"
    assert written.million_sek(Decimal(84_250_000), "en") == f"SEK{FIXED}84.3{FIXED}m"
    assert written.million_sek(Decimal(40_000), "sv") == f"0,04{FIXED}mn{FIXED}kr"


def test_a_small_share_is_never_shown_as_none():
    assert written.percent(0.004, "sv") == f"<{FIXED}1{FIXED}%"
    assert written.percent(0, "sv") == f"0{FIXED}%"
    assert written.percent(Decimal("0.275"), "en") == "28%"


def test_days_and_organisation_numbers():
    assert written.day(date(2026, 3, 1), "sv") == f"1{FIXED}mars 2026"
    assert written.day(date(2026, 3, 1), "en") == f"1{FIXED}March 2026"
    assert written.orgnr("5560360793") == "556036-0793"
    assert written.orgnr("811228-****") == "811228-****"
    assert written.orgnr(None) == ""
