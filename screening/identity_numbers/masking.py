"""Personal identity numbers made fit to be shown: the birth date stays, the rest is starred."""

import re

import polars as pl

_MASKED = "-****"
_PERSONAL = r"^(?:18|19|20|21)?([0-9]{2}[01][0-9]{3})[-+]?[0-9]{4}$"
# Within a text: a number whose first six digits could be a date of birth, day + 60 included.
_WITHIN = (
    r"\b(?:18|19|20|21)?([0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01]))"
    r"[-+\x{2010}-\x{2013}\x{2212} ]?[0-9]{4}\b"
)
_WITHIN_SCALAR = re.compile(_WITHIN.replace(r"\x{2010}-\x{2013}\x{2212}", "\u2010-\u2013\u2212"))
_HASH = "hash:"
_GD = "gd:"


def mask(number: str) -> str:
    """A person's number (ten or twelve digits, a sole trader's too) as ``YYMMDD-****``.

    A keyed hash becomes ``hash:****`` and a GD-nummer ``gd:****``; a legal entity's number and
    anything else stay as they are.

    >>> mask("198501012384")
    '850101-****'
    """
    if number.startswith(_HASH):
        return f"{_HASH}****"
    if number.startswith(_GD):
        return f"{_GD}****"
    return re.sub(_PERSONAL, rf"\1{_MASKED}", number)


def mask_expr(column: pl.Expr) -> pl.Expr:
    """As `mask`, for a column."""
    return (
        pl.when(column.str.starts_with(_HASH))
        .then(pl.lit(f"{_HASH}****"))
        .when(column.str.starts_with(_GD))
        .then(pl.lit(f"{_GD}****"))
        .otherwise(column.str.replace(_PERSONAL, "${1}" + _MASKED))
    )


def mask_within(text: str) -> str:
    """Free text with everything that looks like a personal number masked.

    Any number that could be one is masked: better one too many.
    """
    return _WITHIN_SCALAR.sub(rf"\1{_MASKED}", text)


def mask_within_expr(column: pl.Expr) -> pl.Expr:
    """As `mask_within`, for a column of free text."""
    return column.str.replace_all(_WITHIN, "${1}" + _MASKED)
