"""Where money is sent: bankgiro, plusgiro, IBAN and Swedish bank accounts.

Normal forms carry what they are: ``bg:<digits>``, ``pg:<digits>``, ``iban:<IBAN>``,
``ac:<digits>``. Leading zeros of a bankgiro or plusgiro number are dropped.
Source: Bankgirot's rules for numbers (bankgiro 7-8 digits, plusgiro 2-8 digits, check digit mod
10) and ISO 13616 (IBAN).
"""

import re

import polars as pl
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from screening.identity_numbers.check_digits import luhn_expr, mod97
from screening.identity_numbers.organisations import DASH, SPACES
from screening.parsed import Parsed, parsed_from, values_expr

_BANKGIRO_WORD = r"(?:bankgirot?|bg)[:.]?"
_PLUSGIRO_WORD = r"(?:plusgirot?|postgirot?|pg)[:.]?"
_BANKGIRO = rf"(?i)^(?:{_BANKGIRO_WORD})?[0-9]{{3,4}}{DASH}?[0-9]{{4}}$"
_PLUSGIRO = rf"(?i)^(?:{_PLUSGIRO_WORD})?[0-9]{{1,7}}{DASH}?[0-9]$"
_IBAN_WORD = r"(?i)^iban[:.]?"
_IBAN = r"^(?:SE[0-9]{22}|[A-RT-Z][A-Z][0-9]{2}[0-9A-Z]{11,30}|S[A-DF-Z][0-9]{2}[0-9A-Z]{11,30})$"
_ACCOUNT_WORD = r"(?i)^(?:ac|konto|kontonr|bankkonto)[:.]?"
_ACCOUNT = r"^[0-9]{6,20}$"
_DASHED_BANKGIRO = rf"^[0-9]{{3,4}}{DASH}[0-9]{{4}}$"
_DASHED_PLUSGIRO = rf"^[0-9]{{1,7}}{DASH}[0-9]$"


def _giros(raw: pl.Series, pattern: str, prefix: str, not_one: str) -> Parsed:
    text = pl.col("text")
    frame = pl.DataFrame({"text": raw.str.replace_all(SPACES, "")}).with_columns(
        digits=pl.when(text.str.contains(pattern)).then(
            text.str.replace_all(r"[^0-9]", "").str.strip_chars_start("0")
        )
    )
    frame = frame.with_columns(number=pl.col("digits").cast(pl.Int64, strict=False)).with_columns(
        checked=luhn_expr(pl.col("number"), 8)
    )
    return parsed_from(
        frame.with_columns(
            value=pl.when("checked").then(pl.lit(prefix) + pl.col("digits")),
            problem=pl.when(text.is_null() | (text == ""))
            .then(None)
            .when(pl.col("digits").is_null() | (pl.col("digits").str.len_bytes() < 2))
            .then(pl.lit(not_one))
            .when(~pl.col("checked"))
            .then(pl.lit("bad_checksum")),
        ).with_columns(value=pl.when(pl.col("problem").is_null()).then("value"))
    )


def bankgiros(raw: pl.Series) -> Parsed:
    """Bankgiro numbers as ``bg:<digits>``. Problems: ``not_a_bankgiro``, ``bad_checksum``."""
    return _giros(raw, _BANKGIRO, "bg:", "not_a_bankgiro")


def plusgiros(raw: pl.Series) -> Parsed:
    """Plusgiro numbers as ``pg:<digits>``. Problems: ``not_a_plusgiro``, ``bad_checksum``."""
    return _giros(raw, _PLUSGIRO, "pg:", "not_a_plusgiro")


def ibans(raw: pl.Series) -> Parsed:
    """IBANs of any country as ``iban:<IBAN>``. Problems: ``not_an_iban``, ``bad_checksum``."""
    text = pl.col("text")
    tidy = raw.str.replace_all(SPACES, "").str.replace(_IBAN_WORD, "").str.to_uppercase()
    frame = pl.DataFrame({"text": tidy}).with_columns(
        iban=pl.when(text.str.contains(_IBAN)).then(text)
    )
    # The check counts the country and the check digits last.
    rearranged = frame["iban"].str.slice(4) + frame["iban"].str.slice(0, 4)
    frame = frame.with_columns(mod97(rearranged, 34).alias("remainder"))
    return parsed_from(
        frame.with_columns(
            value=pl.when(pl.col("remainder") == 1).then(pl.lit("iban:") + pl.col("iban")),
            problem=pl.when(text.is_null() | (text == ""))
            .then(None)
            .when(pl.col("iban").is_null())
            .then(pl.lit("not_an_iban"))
            .when(pl.col("remainder") != 1)
            .then(pl.lit("bad_checksum")),
        )
    )


def bank_accounts(raw: pl.Series) -> Parsed:
    """Accounts of any kind: bankgiro, plusgiro and IBAN by how they are written, else ``ac:``.

    ``123-4567`` with a right check digit is a bankgiro number and ``12345-6`` a plusgiro number;
    digits without such a dash are a bank account with its clearing number.

    Problems: ``not_a_bank_account`` (neither form nor check digit of any kind fits).
    """
    text = pl.col("text")
    frame = pl.DataFrame(
        {
            "text": raw.str.replace_all(SPACES, ""),
            "bankgiro": bankgiros(raw).values,
            "plusgiro": plusgiros(raw).values,
            "iban": ibans(raw).values,
        }
    ).with_columns(digits=text.str.replace(_ACCOUNT_WORD, "").str.replace_all(rf"{DASH}|[.,/]", ""))
    value = (
        pl.when(text.str.contains(rf"(?i)^{_BANKGIRO_WORD}"))
        .then("bankgiro")
        .when(text.str.contains(rf"(?i)^{_PLUSGIRO_WORD}"))
        .then("plusgiro")
        .when(pl.col("iban").is_not_null())
        .then("iban")
        .when(text.str.contains(_DASHED_BANKGIRO) & pl.col("bankgiro").is_not_null())
        .then("bankgiro")
        .when(text.str.contains(_DASHED_PLUSGIRO) & pl.col("plusgiro").is_not_null())
        .then("plusgiro")
        .when(pl.col("digits").str.contains(_ACCOUNT))
        .then(pl.lit("ac:") + pl.col("digits"))
    )
    wrong = text.is_not_null() & (text != "") & pl.col("value").is_null()
    return parsed_from(
        frame.with_columns(value=value).with_columns(
            problem=pl.when(wrong).then(pl.lit("not_a_bank_account"))
        )
    )


def bankgiro_expr(column: pl.Expr) -> pl.Expr:
    """Bankgiro numbers of a column as ``bg:<digits>``; null where it is none."""
    return values_expr(column, bankgiros, pl.String())


def plusgiro_expr(column: pl.Expr) -> pl.Expr:
    """Plusgiro numbers of a column as ``pg:<digits>``; null where it is none."""
    return values_expr(column, plusgiros, pl.String())


def iban_expr(column: pl.Expr) -> pl.Expr:
    """IBANs of a column as ``iban:<IBAN>``; null where it is none."""
    return values_expr(column, ibans, pl.String())


def bank_account_expr(column: pl.Expr) -> pl.Expr:
    """Accounts of a column in normal form; null where it is none. See `bank_accounts`."""
    return values_expr(column, bank_accounts, pl.String())


def bankgiro(text: str) -> str | None:
    """One bankgiro number as ``bg:<digits>``; None where it is none."""
    return _giro(text, _BANKGIRO, "bg:")


def plusgiro(text: str) -> str | None:
    """One plusgiro number as ``pg:<digits>``; None where it is none."""
    return _giro(text, _PLUSGIRO, "pg:")


def _giro(text: str, pattern: str, prefix: str) -> str | None:
    tidy = re.sub(SPACES, "", text)
    digits = re.sub(r"[^0-9]", "", tidy).lstrip("0")
    fits = re.match(pattern, tidy) is not None and len(digits) >= 2
    return prefix + digits if fits and luhn.is_valid(digits) else None


def iban(text: str) -> str | None:
    """One IBAN as ``iban:<IBAN>``; None where it is none."""
    tidy = re.sub(_IBAN_WORD, "", re.sub(SPACES, "", text)).upper()
    fits = re.match(_IBAN, tidy) is not None
    return f"iban:{tidy}" if fits and mod_97_10.is_valid(tidy[4:] + tidy[:4]) else None


def looks_like_iban(text: str) -> bool:
    """Whether a text is written as an IBAN, whatever its check digits."""
    return re.match(_IBAN, re.sub(_IBAN_WORD, "", re.sub(SPACES, "", text)).upper()) is not None


def bank_account(text: str) -> str | None:
    """One account of any kind in normal form; None where it is none. See `bank_accounts`."""
    found: str | None = bank_accounts(pl.Series([text])).values.item()
    return found
