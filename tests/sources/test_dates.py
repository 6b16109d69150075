"""Days, months and times as they are written in exports."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.sources.dates import DateOrder, dates, datetimes, months, outside

MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
DAYS = st.dates(date(1850, 1, 1), date(2199, 12, 31))


def texts(*given: str | None) -> pl.Series:
    return pl.Series(given, dtype=pl.String)


@given(DAYS)
def test_a_day_in_every_form_is_that_day(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.isoformat()}T07:30",
        f"{day.isoformat()} 00:00:00",
        f"{day.isoformat()}T07:30:15.123456",
    ]
    parsed = dates(texts(*forms))
    assert parsed.values.to_list() == [day] * len(forms)
    assert parsed.is_month.to_list() == [False] * len(forms)
    assert parsed.problems.null_count() == len(forms)


@given(DAYS)
def test_a_month_is_its_first_day_and_known_to_be_a_month(day: date) -> None:
    parsed = dates(texts(f"{day:%Y-%m}", f"{day:%Y%m}", day.isoformat()))
    assert parsed.values.to_list() == [day.replace(day=1)] * 2 + [day]
    assert parsed.is_month.to_list() == [True, True, False]


@given(DAYS, st.sampled_from("/.- "), st.booleans())
def test_other_orders_need_to_be_told(day: date, sign: str, padded: bool) -> None:
    parts = [f"{day.day:02d}", f"{day.month:02d}"] if padded else [str(day.day), str(day.month)]
    dmy = sign.join([*parts, f"{day.year}"])
    mdy = sign.join([*reversed(parts), f"{day.year}"])
    assert dates(texts(dmy)).problems.to_list() == ["not_a_date"]
    assert dates(texts(dmy), "dmy").values.to_list() == [day]
    assert dates(texts(mdy), "mdy").values.to_list() == [day]
    ymd = f"{day.year}/{day.month}/{day.day}"
    assert dates(texts(ymd)).problems.to_list() == ["not_a_date"]
    assert dates(texts(ymd), "ymd").values.to_list() == [day]


@pytest.mark.parametrize("order", ["dmy", "mdy", "ymd"])
def test_days_in_our_own_form_are_read_whatever_order_was_told(order: DateOrder) -> None:
    parsed = dates(texts("2026-03-01", "20260301", "2026-03"), order)
    assert parsed.values.to_list() == [date(2026, 3, 1)] * 3
    assert parsed.is_month.to_list() == [False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "20260230",
        "2026-13",
        "202613",
        "260301",
        "26-03-01",
        "2026-3-1",
        "2026",
        "45352",
        "2026-03-01T25:00",
        "igår",
        "2026-03-01 x",
        "\u0662\u0660\u0662\u0666-03-01",
    ],
)
def test_what_is_no_day(text: str) -> None:
    parsed = dates(texts(text))
    assert parsed.values.to_list() == [None]
    assert parsed.is_month.to_list() == [None]
    assert parsed.problems.to_list() == ["not_a_date"]


def test_an_empty_cell_is_no_day_and_no_problem() -> None:
    parsed = dates(texts(None, "", "2026-03-01"))
    assert parsed.values.to_list() == [None, None, date(2026, 3, 1)]
    assert parsed.problems.to_list() == [None, None, None]


def test_a_time_with_a_zone_is_the_day_in_stockholm() -> None:
    parsed = dates(texts("2026-03-31T22:30:00Z", "2026-03-31T23:30:00+02:00", "2026-01-31T23:30Z"))
    assert parsed.values.to_list() == [date(2026, 4, 1), date(2026, 3, 31), date(2026, 2, 1)]


@given(MOMENTS, st.integers(-12, 14))
def test_times_with_a_zone_are_told_by_the_clocks_of_stockholm(
    moment: datetime, offset: int
) -> None:
    moment = moment.replace(microsecond=0)
    utc = moment.replace(tzinfo=UTC)
    local = utc.astimezone(ZoneInfo("Europe/Stockholm")).replace(tzinfo=None)
    there = datetime.fromtimestamp(utc.timestamp() + offset * 3600, tz=UTC)
    sign = "-" if offset < 0 else "+"
    stamp = f"{there:%Y-%m-%dT%H:%M:%S}{sign}{abs(offset):02d}"
    forms = [f"{stamp}:00", f"{stamp}00", stamp, f"{utc:%Y%m%d %H:%M:%S}Z"]
    assert datetimes(texts(*forms)).values.to_list() == [local] * len(forms)


@given(MOMENTS)
def test_times_without_a_zone_are_local(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    forms = [
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y%m%dT%H:%M:%S.5}",
    ]
    assert datetimes(texts(*forms)).values.to_list() == [moment] * len(forms)
    minute = moment.replace(second=0)
    assert datetimes(texts(f"{minute:%Y-%m-%d %H:%M}")).values.to_list() == [minute]


@given(MOMENTS, st.sampled_from("/.-"))
def test_times_in_another_order_are_read_where_the_order_is_told(
    moment: datetime, sign: str
) -> None:
    moment = moment.replace(microsecond=0)
    day = sign.join([str(moment.day), str(moment.month), f"{moment.year:04d}"])
    written = [f"{day} {moment:%H:%M:%S}", f"{moment:%Y-%m-%d %H:%M:%S}"]
    assert datetimes(texts(*written), "dmy").values.to_list() == [moment] * 2
    assert datetimes(texts(written[0])).problems.to_list() == ["not_a_datetime"]


@pytest.mark.parametrize(
    "text", ["2026-03-01", "07:30", "2026-03-01 7:30", "2026-02-30 07:30", "2026-03-01T07:30+2"]
)
def test_what_is_no_time(text: str) -> None:
    parsed = datetimes(texts(text, None))
    assert parsed.values.to_list() == [None, None]
    assert parsed.problems.to_list() == ["not_a_datetime", None]


def test_months_take_a_whole_day_too() -> None:
    parsed = months(texts("2026-03", "202603", "2026-03-17", "mars", None))
    assert parsed.values.to_list() == [date(2026, 3, 1)] * 3 + [None, None]
    assert parsed.problems.to_list() == [None, None, None, "not_a_month", None]


def test_days_that_are_not_plausible() -> None:
    days = pl.Series([date(1899, 12, 31), date(1900, 1, 1), date(2999, 1, 1), None])
    told = outside(days, date(1900, 1, 1), date(2027, 1, 1))
    assert told.to_list() == ["date_too_early", None, "date_too_late", None]
