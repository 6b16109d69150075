"""Public holidays by the calendar."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from screening.rules.public_holidays import easter_sunday, public_holidays


def test_easter_of_years_that_are_known() -> None:
    known = [date(1954, 4, 18), date(1981, 4, 19), date(2008, 3, 23), date(2011, 4, 24)]
    known += [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
    assert [easter_sunday(day.year) for day in known] == known


@given(st.integers(1900, 2199))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    day = easter_sunday(year)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)


def test_the_holidays_of_a_year() -> None:
    days = public_holidays(2026, 2026).get_column("day").to_list()
    assert days == [
        date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6),
        date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 24), date(2026, 6, 6),
        date(2026, 6, 20), date(2026, 10, 31), date(2026, 12, 25), date(2026, 12, 26),
    ]  # fmt: skip


def test_the_national_day_took_whit_monday_s_place() -> None:
    before = public_holidays(2004, 2004).get_column("day").to_list()
    assert date(2004, 5, 31) in before
    assert date(2004, 6, 6) not in before
