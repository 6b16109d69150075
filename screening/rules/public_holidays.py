"""Swedish public holidays, worked out from the calendar.

Source of facts: lagen (1989:253) om allmänna helgdagar. Sundays are public holidays by the same
law and are left to the reader; eves (midsummer, Christmas, New Year) are none.
"""

from datetime import date, timedelta

import polars as pl

#: Month and day of those with a fixed date.
_FIXED = ((1, 1), (1, 6), (5, 1), (12, 25), (12, 26))
#: Days after Easter Sunday: Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday.
_AFTER_EASTER = (-2, 0, 1, 39, 49)
#: Whit Monday was a holiday before the national day became one.
_WHIT_MONDAY, _NATIONAL_DAY_SINCE = 50, 2005
_SATURDAY = 5


def easter_sunday(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar."""
    century, in_century = divmod(year, 100)
    leaps, odd_centuries = divmod(century, 4)
    moons = (8 * century + 13) // 25
    # Days from 21 March to the full moon, and from there to the Sunday after it.
    moon = (19 * (year % 19) + century - leaps - moons + 15) % 30
    in_leaps, odd_years = divmod(in_century, 4)
    sunday = (32 + 2 * odd_centuries + 2 * in_leaps - moon - odd_years) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(first: date) -> date:
    return first + timedelta(days=(_SATURDAY - first.weekday()) % 7)


def _days_of(year: int) -> set[date]:
    easter = easter_sunday(year)
    moving = {easter + timedelta(days=days) for days in _AFTER_EASTER}
    # Midsummer day and All Saints' Day are Saturdays.
    moving |= {_saturday_from(date(year, 6, 20)), _saturday_from(date(year, 10, 31))}
    if year < _NATIONAL_DAY_SINCE:
        return (
            moving | {date(year, *day) for day in _FIXED} | {easter + timedelta(days=_WHIT_MONDAY)}
        )
    return moving | {date(year, *day) for day in _FIXED} | {date(year, 6, 6)}


def public_holidays(first_year: int, last_year: int) -> pl.DataFrame:
    """Every public holiday of some years but ordinary Sundays: ``day`` (Date), sorted."""
    days = set().union(*(_days_of(year) for year in range(first_year, last_year + 1)))
    return pl.DataFrame({"day": sorted(days)}, schema={"day": pl.Date})
