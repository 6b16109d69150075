"""Numbers as people write them: amounts, decimals and whole numbers.

Decimal comma or dot; thousands by space of any width, apostrophe, dot or comma; leading or trailing
minus, U+2212 too. ``1.234,56`` and ``1,234.56`` say themselves which sign is the decimal. A text
such as ``1.234`` does not: then ``decimal`` decides, the sign that the rest of the file's column
uses, and without one the text is a problem (``amount_ambiguous``) and not a guess.

Amounts never pass through binary floating point. Decimals beyond öre are rounded half away from
zero, as Swedish invoices are.
"""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from screening.parsed import Parsed, Parser, repeated

AMOUNT = pl.Decimal(18, 2)

_SPACE = r"[\s\u00a0\u2007\u2009\u202f'’`´]+"
_MINUS = r"[-\u2010\u2011\u2012\u2013\u2212]"
_CURRENCY = r"(?i)([0-9]) ?(?:sek|kr)\.?$"
#: The common case, read on a fast path. One or two digits after the sign are always decimals.
_PLAIN = r"^-?[0-9]{1,16}(?:[.,][0-9]{1,2})?$"
_BODIES = (
    r"(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?",
    r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+",
    r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+",
    r"[0-9]{1,3}(?:\.[0-9]{3}){2,}",
    r"[0-9]{1,3}(?:,[0-9]{3}){2,}",
    r"[.,][0-9]+",
)
_BODY = f"(?:{'|'.join(_BODIES)})"
_SHAPE = rf"^(?:(?:{_MINUS}|\+) ?)?{_BODY}$|^{_BODY} ?{_MINUS}$"
_GROUPED = r"^[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})$"
_AMBIGUOUS = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
_AMBIGUOUS_RAW = (
    rf"^(?:{_MINUS}|\+)?\s*[1-9][0-9]{{0,2}}[.,][0-9]{{3}}\s*(?:{_MINUS}|%|(?i:sek|kr)\.?)?$"
)
_WHOLE = r"^-?[0-9]{1,18}(?:\.0*)?$"


@dataclass(frozen=True)
class DecimalEvidence:
    """How many texts of a column can only be read with a decimal comma, and with a dot."""

    commas: int = 0
    dots: int = 0

    def __add__(self, other: "DecimalEvidence") -> "DecimalEvidence":
        return DecimalEvidence(self.commas + other.commas, self.dots + other.dots)

    def decimal(self) -> str | None:
        """The decimal sign, if all the evidence agrees on one."""
        if self.commas and not self.dots:
            return ","
        return "." if self.dots and not self.commas else None


def has_ambiguous(raw: pl.Series) -> bool:
    """Whether a column has a text such as ``1.234`` or ``1,234``, readable in two ways."""
    return bool(raw.str.contains(_AMBIGUOUS_RAW).any())


def decimal_evidence(raw: pl.Series) -> DecimalEvidence:
    """What a column says about its decimal sign."""
    apart = _taken_apart(raw)
    grouped = pl.when("grouped").then(
        pl.when(pl.col("sign") == ".").then(pl.lit(",")).otherwise(pl.lit("."))
    )
    sign = pl.coalesce(grouped, pl.when(~pl.col("ambiguous")).then("sign"))
    signs = apart.filter("shaped").select(sign.alias("decimal"))["decimal"]
    return DecimalEvidence(int((signs == ",").sum()), int((signs == ".").sum()))


def _taken_apart(raw: pl.Series) -> pl.DataFrame:
    """Each text's ``body`` (no sign, no spaces), its last ``sign`` and what kind of text it is."""
    text, body = pl.col("text"), pl.col("body")
    return (
        raw.to_frame("text")
        .with_columns(
            text.str.replace_all(_SPACE, " ").str.strip_chars(" ").str.replace(_CURRENCY, "${1}")
        )
        .with_columns(
            shaped=text.str.contains(_SHAPE),
            negative=text.str.contains(rf"^{_MINUS}|{_MINUS}$"),
            # A space between thousands decides that the sign after them is the decimal sign.
            spaced=text.str.contains(r"[0-9] [0-9]"),
            body=text.str.replace_all(rf"{_MINUS}|[ +]", ""),
        )
        .with_columns(
            sign=body.str.extract(r"([.,])[0-9]+$"),
            grouped=body.str.contains(_GROUPED) & ~pl.col("spaced"),
            ambiguous=body.str.contains(_AMBIGUOUS) & ~pl.col("spaced"),
        )
    )


def number_texts(raw: pl.Series, decimal: str | None) -> Parsed:
    """Texts as ``-?digits[.digits]``, whatever way they were written.

    Problems: ``not_an_amount``, ``amount_ambiguous``.
    """
    body = pl.col("body")
    unsure = pl.col("ambiguous") & pl.lit(decimal is None)
    thousands = pl.col("grouped") | (pl.col("ambiguous") & (pl.col("sign") != (decimal or "")))
    number = (
        pl.when(thousands)
        .then(body.str.replace_all(r"[.,]", ""))
        .otherwise(
            body.str.replace(r"[.,]([0-9]+)$", "#${1}")
            .str.replace_all(r"[.,]", "")
            .str.replace("#", ".", literal=True)
        )
    )
    frame = _taken_apart(raw).with_columns(
        problem=pl.when(pl.col("text").is_null() | (pl.col("text") == ""))
        .then(None)
        .when(~pl.col("shaped"))
        .then(pl.lit("not_an_amount"))
        .when(unsure)
        .then(pl.lit("amount_ambiguous"))
    )
    frame = frame.select(
        "problem",
        value=pl.when(pl.col("shaped") & pl.col("problem").is_null()).then(
            pl.when("negative").then(pl.lit("-")).otherwise(pl.lit("")) + number
        ),
    )
    return Parsed(frame["value"], frame["problem"].cast(pl.String))


def amounts(raw: pl.Series, decimal: str | None = None, factor: Decimal | None = None) -> Parsed:
    """Amounts in SEK as Decimal(18, 2), exact.

    Args:
        raw: texts without white space around; null where empty.
        decimal: the column's decimal sign, for texts that can be read two ways.
        factor: SEK per unit of the column, such as 0.01 where it is in öre.

    Problems: ``not_an_amount``, ``amount_ambiguous``, ``too_large`` (over 16 digits).
    """
    if factor is not None:
        return _exact_amounts(raw, decimal, factor)
    plain = raw.str.contains(_PLAIN)
    # Only the plain texts are read here: a cast would also take "1e3".
    dotted = raw.str.replace(",", ".", literal=True)
    values = dotted.set(~plain, None).cast(AMOUNT, strict=False)
    return _with_the_rest(raw, values, plain, lambda rest: _exact_amounts(rest, decimal, None))


def _with_the_rest(raw: pl.Series, values: pl.Series, done: pl.Series, parse: Parser) -> Parsed:
    """Values that are there, and those that ``parse`` gives for the texts not done."""
    problems = repeated(None, raw.len(), pl.String())
    rest = (~done & (raw != "")).fill_null(False)
    if rest.any():
        places = rest.arg_true()
        parsed = parse(raw.filter(rest))
        values = values.scatter(places, parsed.values)
        problems = problems.scatter(places, parsed.problems)
    return Parsed(values, problems)


def _exact_amounts(raw: pl.Series, decimal: str | None, factor: Decimal | None) -> Parsed:
    numbers = number_texts(raw, decimal)
    if factor is None:
        # Half away from zero at two decimals depends on the third alone, so the rest is cut off.
        cut = numbers.values.str.replace(r"(\.[0-9]{3})[0-9]+$", "${1}")
        exact = cut.cast(pl.Decimal(38, 3), strict=False)
    else:
        cut = numbers.values.str.replace(r"(\.[0-9]{10})[0-9]+$", "${1}")
        exact = cut.cast(pl.Decimal(38, 12), strict=False) * pl.Series([factor])
    values = exact.round(2, mode="half_away_from_zero").cast(AMOUNT, strict=False)
    too_large = values.is_null() & numbers.values.is_not_null()
    return Parsed(values, numbers.problems.set(too_large, "too_large"))


def decimals(raw: pl.Series, decimal: str | None = None, factor: Decimal | None = None) -> Parsed:
    """Quantities, hours and shares as Float64; a percent sign after them is left out.

    Problems: ``not_a_number``, ``amount_ambiguous``, ``too_large``.
    """
    numbers = number_texts(raw.str.replace(r"\s*%$", ""), decimal)
    values = numbers.values.cast(pl.Float64, strict=False)
    if factor is not None:
        values = values * float(factor)
    too_large = values.is_infinite()
    problems = numbers.problems.replace("not_an_amount", "not_a_number")
    return Parsed(values.set(too_large, None), problems.set(too_large, "too_large"))


def integers(raw: pl.Series, decimal: str | None = None) -> Parsed:
    """Whole numbers as Int64; ``12,0`` is one.

    Problems: ``not_an_integer``, ``amount_ambiguous``.
    """
    numbers = number_texts(raw, decimal)
    whole = numbers.values.str.contains(_WHOLE)
    digits = numbers.values.set(~whole, None).str.replace(r"\.0*$", "")
    problems = numbers.problems.replace("not_an_amount", "not_an_integer")
    return Parsed(digits.cast(pl.Int64, strict=False), problems.set(~whole, "not_an_integer"))
