"""Days, months and times of day as people and programs write them.

``2026-03-01``, ``20260301``, ``2026-03-01T07:30[:15][zone]``; ``2026-03`` and ``202603`` are the
month. Where a zone is written, the day and the time are those on the clocks of Europe/Stockholm.
Other orders, such as ``01/02/2026``, are read only where a mapping says which.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from screening.parsed import Parsed, repeated

DateOrder = Literal["dmy", "mdy", "ymd"]
LOCAL_ZONE = "Europe/Stockholm"

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_COMPACT_DAY = r"^[0-9]{8}$"
_MONTH = r"^[0-9]{4}-(?:0[1-9]|1[0-2])$"
_COMPACT_MONTH = r"^(?:1[89]|2[01])[0-9]{2}(?:0[1-9]|1[0-2])$"
_TIME = r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}"
_LOCAL_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?$"
_TIME_PARTS = (
    r"^(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})[Tt ]"
    r"(?P<clock>[0-9]{2}:[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r" ?(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?$"
)
_ORDERED = {
    "dmy": (r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})$", (3, 2, 1)),
    "mdy": (r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})$", (3, 1, 2)),
    "ymd": (r"^([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})$", (1, 2, 3)),
}


@dataclass(frozen=True)
class ParsedDates:
    """Days, and where only the month was written: then the day is the first of it."""

    values: pl.Series
    is_month: pl.Series
    problems: pl.Series


def dates(raw: pl.Series, order: DateOrder | None = None) -> ParsedDates:
    """Days of a column of texts without white space around.

    Problems: ``not_a_date``.
    """
    # The pattern first: the parser alone would also take 2026-3-1 and 26-03-01.
    shaped = raw.str.contains(_DAY)
    values = raw.set(~shaped, None).str.to_date("%Y-%m-%d", strict=False)
    is_month = repeated(False, raw.len(), pl.Boolean())
    problems = repeated(None, raw.len(), pl.String())
    rest = (values.is_null() & (raw != "")).fill_null(False)
    if rest.any():
        others, others_month = _other_dates(raw.filter(rest), order)
        wrong = others.is_null()
        places = rest.arg_true()
        values = values.scatter(places, others)
        is_month = is_month.scatter(places, others_month)
        problems = problems.set(rest & values.is_null(), "not_a_date") if wrong.any() else problems
    return ParsedDates(values, is_month.set(values.is_null(), None), problems)


def _other_dates(raw: pl.Series, order: DateOrder | None) -> tuple[pl.Series, pl.Series]:
    text = pl.col("text")
    frame = raw.to_frame("text")
    compact = pl.when(text.str.contains(_COMPACT_DAY)).then(text)
    month = pl.when(text.str.contains(_MONTH)).then(text + "-01")
    compact_month = pl.when(text.str.contains(_COMPACT_MONTH)).then(text + "01")
    frame = frame.with_columns(
        day=compact.str.to_date("%Y%m%d", strict=False),
        month=pl.coalesce(
            month.str.to_date("%Y-%m-%d", strict=False),
            compact_month.str.to_date("%Y%m%d", strict=False),
        ),
    )
    is_time = frame["text"].str.contains(_TIME)
    times = datetimes(frame["text"].set(~is_time, None)).values.dt.date()
    found = [frame["day"], frame["month"], times]
    if order is not None:
        found.append(_ordered_dates(frame["text"], order))
    values = pl.select(pl.coalesce(found)).to_series()
    return values, frame["month"].is_not_null()


def _ordered_dates(raw: pl.Series, order: DateOrder) -> pl.Series:
    pattern, (year, month, day) = _ORDERED[order]
    parts = [
        raw.str.extract(pattern, place).str.zfill(width)
        for place, width in ((year, 4), (month, 2), (day, 2))
    ]
    return (parts[0] + parts[1] + parts[2]).str.to_date("%Y%m%d", strict=False)


def months(raw: pl.Series, order: DateOrder | None = None) -> Parsed:
    """Months as their first day; a whole date stands for its month. Problems: ``not_a_month``."""
    parsed = dates(raw, order)
    return Parsed(
        parsed.values.dt.month_start(), parsed.problems.replace("not_a_date", "not_a_month")
    )


def datetimes(raw: pl.Series, order: DateOrder | None = None) -> Parsed:
    """Times as shown by clocks in Stockholm, without zone, to the second.

    A time without a zone is local already. Problems: ``not_a_datetime``.
    """
    if order is not None:
        raw = _with_day_first(raw, order)
    local = raw.str.contains(_LOCAL_TIME)
    plain = raw.set(~local, None).str.slice(0, 10) + "T" + raw.str.slice(11).str.pad_end(8, "_")
    values = plain.str.replace("___", ":00", literal=True).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"
    )
    problems = repeated(None, raw.len(), pl.String())
    rest = (values.is_null() & (raw != "")).fill_null(False)
    if rest.any():
        values = values.scatter(rest.arg_true(), _zoned_times(raw.filter(rest)))
        problems = problems.set(rest & values.is_null(), "not_a_datetime")
    return Parsed(values, problems)


def _with_day_first(raw: pl.Series, order: DateOrder) -> pl.Series:
    """Times whose day is in the given order, with the day as YYYY-MM-DD; others as they are."""
    pattern, _ = _ORDERED[order]
    split = pattern.removesuffix("$") + r"[Tt ]+([0-9]{2}:.*)$"
    day = _ordered_dates(raw.str.replace(r"[Tt ]+[0-9]{2}:.*$", ""), order)
    turned = day.dt.to_string("%Y-%m-%d") + "T" + raw.str.extract(split, 4)
    return pl.select(pl.coalesce(turned, raw)).to_series()


def _zoned_times(raw: pl.Series) -> pl.Series:
    parts = (
        raw.to_frame("text").select(pl.col("text").str.extract_groups(_TIME_PARTS)).unnest("text")
    )
    zone = pl.col("zone").str.to_uppercase().str.replace("Z", "+0000", literal=True)
    zone = zone.str.replace(":", "", literal=True).str.pad_end(5, "0")
    minutes = zone.str.slice(1, 2).cast(pl.Int64) * 60 + zone.str.slice(3, 2).cast(pl.Int64)
    offset = pl.when(zone.str.starts_with("-")).then(-minutes).otherwise(minutes)
    written = pl.concat_str(
        "year", "month", "day", pl.lit("T"), "clock", pl.lit(":"), pl.col("second").fill_null("00")
    ).str.to_datetime("%Y%m%dT%H:%M:%S", strict=False, time_unit="us")
    local = (
        (written - pl.duration(minutes=offset))
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(LOCAL_ZONE)
        .dt.replace_time_zone(None)
    )
    return parts.select(pl.when(zone.is_null()).then(written).otherwise(local)).to_series()


def outside(values: pl.Series, earliest: date, latest: date) -> pl.Series:
    """``date_too_early`` or ``date_too_late`` where a day is not plausible, else null."""
    return pl.select(
        pl.when(values < earliest)
        .then(pl.lit("date_too_early"))
        .when(values > latest)
        .then(pl.lit("date_too_late"))
    ).to_series()
