"""Check digits over whole columns: Luhn (mod 10) and the IBAN's mod 97."""

import polars as pl

from screening.parsed import repeated

#: Digits that fit into Int64 together with a remainder below 97 in front.
_PIECE = 9


def digit_expr(number: pl.Expr, place: int) -> pl.Expr:
    """The digit of an Int64 ``number`` at ``place``, counted from the right from 0."""
    digit: pl.Expr = number // 10**place % 10
    return digit


def luhn_expr(number: pl.Expr, length: int) -> pl.Expr:
    """Whether an Int64 ``number`` of at most ``length`` digits, check digit last, passes Luhn.

    Leading zeros do not matter. Give a column rather than a long expression: it is read once for
    every digit.
    Source: ISO/IEC 7812-1 annex B, as used by Skatteverket (SKV 704), bankgiro and plusgiro.
    """
    total = pl.lit(0, dtype=pl.Int64)
    for place in range(length):
        digit = digit_expr(number, place)
        total = total + (digit if place % 2 == 0 else digit * 2 - digit // 5 * 9)
    return total % 10 == 0


def luhn_digit(digits: str) -> str:
    """The check digit that makes ``digits`` pass Luhn when it is put last.

    >>> luhn_digit("556012579")
    '0'
    """
    total = 0
    for place, character in enumerate(reversed(digits)):
        doubled = int(character) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def mod97(characters: pl.Series, length: int) -> pl.Series:
    """Remainder mod 97 of texts of digits and capital letters, a letter counting 10 to 35.

    ``length`` is the largest number of characters. Null where a text has anything else.
    Source: ISO/IEC 7064, MOD 97-10.
    """
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    width = -(-2 * length // _PIECE) * _PIECE
    digits = characters.str.replace_many(letters, [str(10 + i) for i in range(26)]).str.zfill(width)
    remainder = repeated(0, digits.len(), pl.Int64())
    for start in range(0, width, _PIECE):
        piece = digits.str.slice(start, _PIECE).cast(pl.Int64, strict=False)
        remainder = (remainder * 10**_PIECE + piece) % 97
    return remainder
