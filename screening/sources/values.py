"""A column of texts to values of the contract's type, checked against what is plausible."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from screening import identity_numbers as numbers
from screening.parsed import Parsed, Parser, by_distinct, repeated
from screening.sources import codes
from screening.sources.amounts import amounts, decimals, integers
from screening.sources.contracts import Column
from screening.sources.dates import DateOrder, dates, datetimes, months, outside

#: Polars type of each contract type.
DTYPES: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "month": pl.Date(),
    "datetime": pl.Datetime("us"),
    "amount": pl.Decimal(18, 2),
    "decimal": pl.Float64(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
}
#: Types whose texts can be read in two ways, so that the file's convention is asked.
NUMBER_TYPES = ("amount", "decimal", "integer")


@dataclass(frozen=True)
class Reading:
    """What is known of a file before its texts are read.

    Attributes:
        received_on: the day on which the file came; dates far after it are not plausible.
        as_of: the day on which the file was true; centuries of persons' numbers are inferred by it.
        decimal_signs: per column, the decimal sign that its texts agree on.
        crossed: yes/no columns in which only ``x`` and empty cells occur.
        date_order: order of day, month and year in dates such as ``01/02/2026``.
        factors: per column, SEK (or the column's unit) per unit of the file.
    """

    received_on: date
    as_of: date
    decimal_signs: Mapping[str, str | None] = field(default_factory=dict)
    crossed: frozenset[str] = frozenset()
    date_order: DateOrder | None = None
    factors: Mapping[str, Decimal] = field(default_factory=dict)


def dtype_of(column: Column) -> pl.DataType:
    """The Polars type of a contract column."""
    return DTYPES.get(column.type, pl.String())


def parsed_column(
    raw: pl.Series, name: str, column: Column, reading: Reading
) -> tuple[Parsed, pl.Series | None]:
    """Values of a column and what is wrong, and for dates whether only the month is known.

    ``raw`` holds texts without white space around, null where empty.
    """
    if column.type == "date":
        return _date_column(raw, column, reading)
    parsed = _parse(raw, name, column, reading)
    problems = _implausible(parsed, column, reading)
    return (parsed if problems is None else Parsed(parsed.values, problems)), None


def _parse(raw: pl.Series, name: str, column: Column, reading: Reading) -> Parsed:
    sign, factor = reading.decimal_signs.get(name), reading.factors.get(name)
    match column.type:
        case "text":
            return Parsed(raw, _no_problems(raw))
        case "amount":
            return amounts(raw, sign, factor)
        case "decimal":
            return by_distinct(lambda texts: decimals(texts, sign, factor), raw)
        case "integer":
            return by_distinct(lambda texts: integers(texts, sign), raw)
        case "month":
            return by_distinct(lambda texts: months(texts, reading.date_order), raw)
        case "datetime":
            return datetimes(raw, reading.date_order)
        case "boolean":
            return by_distinct(
                lambda texts: codes.booleans(texts, empty_is_false=name in reading.crossed), raw
            )
        case "code":
            vocabulary = codes.vocabulary_of(column)
            return by_distinct(lambda texts: codes.codes(texts, vocabulary), raw)
        case _:
            return by_distinct(_identity_parser(column, reading), raw)


def _identity_parser(column: Column, reading: Reading) -> Parser:
    parsers: dict[str, Parser] = {
        "orgnr": numbers.orgnrs,
        "person_id": lambda raw: numbers.person_ids(raw, reading.as_of, column.accepts_hash),
        "party_id": lambda raw: numbers.party_ids(raw, reading.as_of, column.accepts_hash),
        "vat": numbers.vats,
        "bankgiro": numbers.bankgiros,
        "plusgiro": numbers.plusgiros,
        "iban": numbers.ibans,
        "bank_account": numbers.bank_accounts,
        "postal_code": codes.postal_codes,
    }
    return parsers[column.type]


def _date_column(
    raw: pl.Series, column: Column, reading: Reading
) -> tuple[Parsed, pl.Series | None]:
    parsed = dates(raw, reading.date_order)
    problems = _implausible(Parsed(parsed.values, parsed.problems), column, reading)
    problems = parsed.problems if problems is None else problems
    if column.precision:
        return Parsed(parsed.values, problems), parsed.is_month
    if parsed.is_month.any():
        # There is nowhere to keep that only the month is known, and a first of the month that
        # nobody wrote would be taken for a day.
        problems = problems.set(parsed.is_month.fill_null(False), "date_month_only")
    return Parsed(parsed.values, problems), None


def _implausible(parsed: Parsed, column: Column, reading: Reading) -> pl.Series | None:
    """The problems with those of implausible values added; None where there are none of these."""
    values = parsed.values
    checks: list[tuple[pl.Series, str]] = []
    if column.type in ("date", "month", "datetime"):
        latest = column.latest
        if column.latest_after_received_days is not None:
            latest = reading.received_on + timedelta(days=column.latest_after_received_days)
        days = values.dt.date() if column.type == "datetime" else values
        # Compared by Polars alone: it knows years that Python's dates do not.
        if not ((days < column.earliest) | (days > latest)).any():
            return None
        return parsed.problems.zip_with(
            parsed.problems.is_not_null(), outside(days, column.earliest, latest)
        )
    if column.type in NUMBER_TYPES:
        if column.minimum is not None:
            checks.append((values < _bound(column.minimum), "below_minimum"))
        if column.maximum is not None:
            checks.append((values > _bound(column.maximum), "above_maximum"))
        if column.maximum_abs is not None:
            checks.append((values.abs() > _bound(column.maximum_abs), "too_large"))
    checks = [(wrong, code) for wrong, code in checks if wrong.any()]
    if not checks:
        return None
    problems = parsed.problems
    for wrong, code in checks:
        problems = problems.set(wrong.fill_null(False), code)
    return problems


def _bound(limit: float) -> float | int:
    """A whole limit as an int, so that exact amounts are compared exactly."""
    return int(limit) if float(limit).is_integer() else limit


def _no_problems(raw: pl.Series) -> pl.Series:
    return repeated(None, raw.len(), pl.String())
