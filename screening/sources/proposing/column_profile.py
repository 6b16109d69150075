"""What the values of a column look like, from a sample: numbers with right check digits, days and
their order, amounts and their decimal sign, names, codes.

Only counts and shares are kept, and the texts of columns with few different ones (codes). Shares
are of the different texts, so that one text in half the rows does not decide.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from screening import identity_numbers as numbers
from screening.parsed import Parser
from screening.sources import codes
from screening.sources.amounts import (
    DecimalEvidence,
    amounts,
    decimal_evidence,
    integers,
)
from screening.sources.column_plan import is_masked
from screening.sources.dates import DateOrder, dates, datetimes

#: Different texts of a column that are looked at; fewer where there are very many columns.
_MOST_DISTINCT = 3_000
_MOST_LOOKED_AT = 300_000
_FEWEST_DISTINCT = 100
#: A column with at most so many different texts is taken for coded.
MOST_CODES = 40
ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")

_MAIL = r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"
_PHONE = r"^(?:\+|00|0)[0-9][0-9 \-/()]{5,18}$"
_STREET = r"^\p{L}[\p{L} .:é'-]* [0-9]+ ?\p{L}?\b|(?i)^(?:box|fack) [0-9]+"
_WORD = r"^[\p{L}0-9][\p{L}0-9./_:#-]{0,39}$"
_SHORT_YEAR = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}(?: |$)"
_SPLIT_DAY = r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ][0-9]{4}(?: |T|$)"
_LETTERS = r"\p{L}.*\p{L}"
#: Forms of companies as names end in them, by country.
_FORMS = {
    "SE": r"(?i)\b(?:ab|aktiebolag|aktiebolaget|hb|handelsbolag|kb|ek\.? ?för\.?|brf|kommun)\b",
    "GB": r"(?i)\b(?:ltd|limited|plc|llp|cic)\.?(?: |$)",
    "DE": r"(?i)\b(?:gmbh|ag)$",
    "FI": r"(?i)\b(?:oy|oyj)(?: ab)?$",
    "NO": r"(?i)\b(?:as|asa)$",
    "DK": r"(?i)\b(?:aps|a/s)$",
    "US": r"(?i)\b(?:inc|llc|corp)\.?$",
}

_PATTERNS = {
    "letters": _LETTERS,
    "digits": "^[0-9]+$",
    "any_digit": "[0-9]",
    "word": _WORD,
    "spaces": r"\S\s+\S",
    "account": "^[0-9]{3,6}$",
    "year": "^(?:19|20)[0-9]{2}$",
    "mail": _MAIL,
    "phone": _PHONE,
    "street": _STREET,
    "dashed": "^[0-9]{2,7}-[0-9]{1,4}$",
    "decimals": r"[.,][0-9]{1,2}\D*$",
    "negative": r"^\s*[-\u2212]\s*[0-9]|[0-9]-$",
    "short_year": _SHORT_YEAR,
    "ambiguous": r"^\D*[1-9][0-9]{0,2}[.,][0-9]{3}\D*$",
}
_CLOCK = "[T ][0-9]{1,2}:[0-9]{2}"
_MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?$"
_PARSERS: dict[str, Parser] = {
    "number": lambda raw: amounts(raw, ","),
    "integer": lambda raw: integers(raw, ","),
    "plusgiro": numbers.plusgiros,
    "postal_code": codes.postal_codes,
}
#: These need so many digits that most columns are spared the look.
_FEWEST_DIGITS = 6
_LONG_PARSERS: dict[str, Parser] = {
    "number": lambda raw: amounts(raw, ","),
    "orgnr": numbers.orgnrs,
    "vat": numbers.vats,
    "bankgiro": numbers.bankgiros,
    "iban": numbers.ibans,
    "bank_account": numbers.bank_accounts,
}
_MOST_OF_A_BOOLEAN = 3
_NO_EVIDENCE = DecimalEvidence()


@dataclass(frozen=True)
class ColumnProfile:
    """What a column of a file holds.

    Attributes:
        header: its name in the file.
        rows: rows looked at.
        filled: rows with a value that is neither empty nor masked.
        masked: rows with ``*``, ``-`` and the like.
        distinct: different values among them.
        shapes: share of the different values that have a shape, by its name; those that none has
            are left out.
        order_proofs: how many texts can only be read in an order (``31/12/2025`` proves dmy).
        decimals: what its numbers say about the decimal sign.
        is_ambiguous: it has numbers such as ``1.234``.
        forms: country -> share of the values that end in one of its companies' forms.
        codes: different texts and how many rows have each, most frequent first; empty where there
            are too many.
        commonest: the most frequent text and its share of the rows, where several rows share it.
    """

    header: str
    rows: int
    filled: int = 0
    masked: int = 0
    distinct: int = 0
    shapes: dict[str, float] = field(default_factory=dict)
    order_proofs: dict[DateOrder, int] = field(default_factory=dict)
    decimals: DecimalEvidence = _NO_EVIDENCE
    is_ambiguous: bool = False
    forms: dict[str, float] = field(default_factory=dict)
    codes: tuple[tuple[str, int], ...] = ()
    commonest: tuple[str, float] | None = None

    def share(self, shape: str) -> float:
        """The share of the different values with a shape."""
        return self.shapes.get(shape, 0.0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to judge by."""
        return self.filled == 0

    @property
    def is_unique(self) -> bool:
        """Whether every row has another value."""
        return self.filled > 1 and self.distinct == self.filled

    @property
    def is_constant(self) -> bool:
        """Whether every row has the same value."""
        return self.distinct == 1 and self.filled > 1


def profiles(frame: pl.DataFrame, headers: list[str], as_of: date) -> list[ColumnProfile]:
    """A profile of each column.

    Args:
        frame: texts of a file's first rows, null where empty.
        headers: its columns, in order.
        as_of: the day by which centuries of personal numbers are inferred.
    """
    cells = _cells(frame, headers)
    most = min(_MOST_DISTINCT, max(_FEWEST_DISTINCT, _MOST_LOOKED_AT // max(len(headers), 1)))
    counts = _counts(cells)
    some = _some_of_each(counts, most)
    looks = some.select("header").with_columns(_looks(some["text"], as_of))
    shares = {
        row.pop("header"): row
        for row in looks.group_by("header").agg(pl.all().mean()).iter_rows(named=True)
    }
    firsts = _firsts(counts)
    return [
        _profile(header, frame.height, shares.get(header), firsts.get(header), some)
        for header in headers
    ]


def _cells(frame: pl.DataFrame, headers: list[str]) -> pl.DataFrame:
    """Every cell with something in it: ``header``, ``text``, ``masked``."""
    # A file may well have a column "text" of its own, so its names wait until after the turn.
    columns = frame.select(pl.col(name).alias(f"\x00{n}") for n, name in enumerate(headers))
    cells = columns.unpivot(variable_name="header", value_name="text")
    cells = cells.with_columns(
        pl.col("header").replace_strict([f"\x00{n}" for n in range(len(headers))], headers)
    )
    cells = cells.with_columns(pl.col("text").str.strip_chars()).filter(pl.col("text") != "")
    return cells.with_columns(is_masked(cells["text"]).alias("masked"))


def _counts(cells: pl.DataFrame) -> pl.DataFrame:
    """Each different text of each column and its rows, most frequent first."""
    return (
        cells.group_by("header", "text", "masked")
        .agg(pl.len().alias("rows"))
        .sort("header", "rows", "text", descending=[False, True, False])
    )


def _some_of_each(counts: pl.DataFrame, most: int) -> pl.DataFrame:
    """At most so many different texts of each column, spread evenly over all of them."""
    texts = counts.filter(~pl.col("masked")).sort("header", "text")
    step = (pl.len().over("header") + most - 1) // most
    place = pl.int_range(pl.len()).over("header")
    return texts.filter(place % step == 0).select("header", "text")


def _firsts(counts: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """For each column with anything in it: numbers of rows, and its most frequent texts."""
    shown = ~pl.col("masked")
    found = counts.group_by("header").agg(
        filled=pl.col("rows").filter(shown).sum(),
        masked=pl.col("rows").filter(pl.col("masked")).sum(),
        distinct=shown.sum(),
        texts=pl.col("text").filter(shown).head(MOST_CODES),
        counts=pl.col("rows").filter(shown).head(MOST_CODES),
    )
    return {row["header"]: row for row in found.iter_rows(named=True)}


def _profile(
    header: str,
    rows: int,
    shares: dict[str, float | None] | None,
    first: dict[str, Any] | None,
    some: pl.DataFrame,
) -> ColumnProfile:
    if first is None:
        return ColumnProfile(header, rows)
    if not shares or not first["distinct"]:
        return ColumnProfile(header, rows, masked=first["masked"])
    found = {name: share for name, share in shares.items() if share}
    proofs: dict[DateOrder, int] = {}
    evidence = _NO_EVIDENCE
    own = None
    if is_ambiguous := bool(found.pop("ambiguous", 0)):
        own = some.filter(pl.col("header") == header)["text"]
        evidence = decimal_evidence(own)
    for order, shape in (("dmy", "only_dmy"), ("mdy", "only_mdy")):
        if share := found.pop(shape, 0):
            proofs[order] = max(1, round(share * first["distinct"]))  # type: ignore[index]
    if first["distinct"] > _MOST_OF_A_BOOLEAN:
        found.pop("boolean", None)
    top, top_rows = first["texts"][0], first["counts"][0]
    return ColumnProfile(
        header=header,
        rows=rows,
        filled=first["filled"],
        masked=first["masked"],
        distinct=first["distinct"],
        shapes={name: share for name, share in found.items() if not name.startswith("form_")},
        order_proofs=proofs,
        decimals=evidence,
        is_ambiguous=is_ambiguous,
        forms={
            name.removeprefix("form_"): share
            for name, share in found.items()
            if name.startswith("form_")
        },
        codes=tuple(zip(first["texts"], first["counts"], strict=True))
        if first["distinct"] <= MOST_CODES
        else (),
        commonest=(top, top_rows / rows) if top_rows > 1 else None,
    )


def _looks(some: pl.Series, as_of: date) -> list[pl.Series]:
    """Whether each text has each shape. Costly looks are taken at the texts that have a hope."""
    patterns = _PATTERNS | {f"form_{country}": form for country, form in _FORMS.items()}
    text = pl.col("text")
    seen = some.to_frame("text").select(
        **{shape: text.str.contains(pattern) for shape, pattern in patterns.items()},
        long=text.str.count_matches("[0-9]") >= _FEWEST_DIGITS,
        has_year=text.str.contains("[0-9].*[0-9].*[0-9].*[0-9]"),
        led_by_nought=text.str.contains("^0[0-9]"),
    )
    seen = seen.with_columns(
        id=pl.col("word") & pl.col("any_digit"),
        company=pl.any_horizontal(f"form_{country}" for country in _FORMS),
    )
    found = {series.name: series for series in seen.drop("long", "has_year", "led_by_nought")}
    long = seen["long"]
    parsers = _LONG_PARSERS | {"person_id": lambda raw: numbers.person_ids(raw, as_of, True)}
    found |= {shape: _parses(some, long, parse) for shape, parse in parsers.items()}
    found |= {shape: _parses(some, found["any_digit"], parse) for shape, parse in _PARSERS.items()}
    found["number"] &= ~seen["led_by_nought"]
    found["boolean"] = codes.booleans(some).values.is_not_null()
    found |= _days(some, seen["has_year"])
    return [series.fill_null(False).alias(shape) for shape, series in found.items()]


def _parses(some: pl.Series, has_hope: pl.Series, parse: Parser) -> pl.Series:
    """Whether each text can be parsed; those without a hope cannot."""
    places = has_hope.arg_true()
    return has_hope.clone().scatter(places, parse(some.gather(places)).values.is_not_null())


def _days(some: pl.Series, has_hope: pl.Series) -> dict[str, pl.Series]:
    """Days, months and times: as they stand, and in each order that a mapping can name."""

    def of(values: pl.Series) -> pl.Series:
        return has_hope.clone().scatter(places, values)

    places = has_hope.arg_true()
    texts = some.gather(places)
    plain = dates(texts)
    is_month = plain.is_month.fill_null(False)
    day_only = texts.str.replace(r"[T ]+[0-9]{1,2}:.*$", "")
    found = {
        "date": of(plain.values.is_not_null() & ~is_month),
        "month": of(is_month),
        "clock": of(texts.str.contains(_CLOCK)),
        "midnight": of(texts.str.contains(_MIDNIGHT)),
        "datetime": of(datetimes(texts).values.is_not_null()),
    }
    for order in ORDERS:
        found[f"date_{order}"] = of(dates(day_only, order).values.is_not_null())
        found[f"datetime_{order}"] = of(datetimes(texts, order).values.is_not_null())
    first = texts.str.extract(_SPLIT_DAY, 1).cast(pl.Int64, strict=False)
    second = texts.str.extract(_SPLIT_DAY, 2).cast(pl.Int64, strict=False)
    found["only_dmy"] = of((first.is_between(13, 31) & (second <= 12)).fill_null(False))
    found["only_mdy"] = of((second.is_between(13, 31) & (first <= 12)).fill_null(False))
    return found
