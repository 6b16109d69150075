"""A column of texts made values: what each became, and what was wrong where it became nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

#: Below this share of distinct values it is cheaper to parse those and look the others up.
_WORTH_DISTINCT = 0.5
_SMALL = 1_000


@dataclass(frozen=True)
class Parsed:
    """Values of a column and, where a text could not be read, the code of what is wrong.

    Attributes:
        values: parsed values, null where the text was empty or wrong.
        problems: a key of the ``quarantine`` texts (String) where the text was wrong, else null.
    """

    values: pl.Series
    problems: pl.Series


Parser = Callable[[pl.Series], Parsed]


def parsed_from(frame: pl.DataFrame) -> Parsed:
    """The columns ``value`` and ``problem`` of a frame."""
    return Parsed(frame["value"], frame["problem"].cast(pl.String))


def repeated(value: bool | int | None, length: int, dtype: pl.DataType) -> pl.Series:
    """A column of one value, many times. Small files have many of them, so no query is made."""
    return pl.Series([value], dtype=dtype).new_from_index(0, length)


def by_distinct(parse: Parser, raw: pl.Series) -> Parsed:
    """Parse each distinct text once, if there are clearly fewer of them than rows.

    The result is that of ``parse(raw)``, in the order of ``raw``.
    """
    if raw.len() < _SMALL:
        return parse(raw)
    distinct = raw.unique()
    if distinct.len() > raw.len() * _WORTH_DISTINCT:
        return parse(raw)
    parsed = parse(distinct)
    table = pl.DataFrame(
        {"raw": distinct, "value": parsed.values, "problem": parsed.problems.cast(pl.String)}
    )
    rows = pl.DataFrame({"raw": raw})
    return parsed_from(
        rows.join(table, on="raw", how="left", nulls_equal=True, maintain_order="left")
    )


def values_expr(column: pl.Expr, parse: Parser, dtype: pl.DataType) -> pl.Expr:
    """The parsed values of a column as an expression."""
    return column.map_batches(
        lambda raw: by_distinct(parse, raw.cast(pl.String)).values,
        return_dtype=dtype,
        is_elementwise=True,
    )


def problems_expr(column: pl.Expr, parse: Parser) -> pl.Expr:
    """What is wrong with each cell of a column as an expression (String, null where nothing is)."""
    return column.map_batches(
        lambda raw: by_distinct(parse, raw.cast(pl.String)).problems,
        return_dtype=pl.String(),
        is_elementwise=True,
    )
