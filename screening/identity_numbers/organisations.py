"""Organisationsnummer, VAT numbers and Peppol participant ids.

Normal form of an organisationsnummer: ten digits. A sole trader's organisationsnummer is the
owner's personnummer; it then starts with a date and is personal data.
Source: Skatteverket SKV 709 (organisationsnummer); the VAT number is ``SE`` + organisationsnummer
+ two digits, in practice ``01`` (VIES); Peppol's list of identifier schemes (0007
organisationsnummer, 9955 Swedish VAT number).
"""

import re

import polars as pl
from personnummer import personnummer
from stdnum import luhn

from screening.identity_numbers.check_digits import luhn_expr
from screening.parsed import Parsed, parsed_from, problems_expr, values_expr

#: White space and dashes of every kind that is seen inside numbers.
SPACES = r"[\s\u00a0\u2009\u202f]"
DASH = r"[-\u2010\u2011\u2012\u2013\u2212]"

#: ``SE`` and ten digits is a VAT number that somebody cut short: the last two say nothing.
_VAT_END = rf"(?:{DASH}?(?:0[1-9]|[1-9][0-9]))"
_ORGNR_FORMS = (
    rf"(?i)^(?:(?:0007:)?(?:16[0-9]{{6}}{DASH}?|(?:18|19|20)[0-9][0-9][01][0-9]{{3}}(?:{DASH}|\+)?"
    rf"|[0-9]{{6}}(?:{DASH}|\+)?)[0-9]{{4}}"
    rf"|(?:(?:0007|9955):)?SE{DASH}?[0-9]{{6}}{DASH}?[0-9]{{4}}{_VAT_END}?)$"
)
_LIKE_A_PERSON = r"^(?:18|19|20)?[0-9]{2}[01][0-9][0-9]{2}[- +]?[0-9]{4}$"
#: A number of ten digits (the group) within text, with what may stand before it. RE2's dialect, so
#: that Polars and DuckDB both take it.
ORGNR_WITHIN = r"\b(?:16|18|19|20|SE)?([0-9]{6}[-+]?[0-9]{4})(?:0[1-9])?\b"
_PREFIX = r"^(?:0007|9955):"
_SWEDISH_VAT = rf"^SE{DASH}?[0-9]{{6}}{DASH}?[0-9]{{4}}{_VAT_END}$"
#: Numbers of the EU's and its neighbours' forms, and of any other country that starts with its
#: letters. Only Swedish numbers are checked: of others there is nothing here to hold them against.
_FOREIGN_VAT = (
    r"^(?:(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SI"
    r"|SK|XI)[0-9A-Z+*]{0,3}[0-9][0-9A-Z+*]{1,12}|(?:[A-RT-Z][A-Z]|S[A-DF-Z])[A-Z]?[0-9]{5,15}"
    r"[A-Z]{0,4})$"
)
_PEPPOL_PREFIX = r"(?i)^iso6523-actorid-upis::"
_PEPPOL_OTHER = r"^[0-9]{4}:[0-9A-Z.:_-]{3,50}$"

#: A number of one repeated digit may pass the check, yet it stands for "none".
_FILLERS = [str(digit) * 10 for digit in range(10)]


def day_exists_expr(number: pl.Expr, leap: pl.Expr) -> pl.Expr:
    """Whether an Int64 ``YYMMDDNNNN`` starts with a day that exists (samordningsnummer: day + 60).

    ``leap`` says whether the year is a leap year.
    """
    month = number // 1_000_000 % 100
    day = number // 10_000 % 100
    day = pl.when(day > 60).then(day - 60).otherwise(day)
    longest = (
        pl.when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .when(month == 2)
        .then(pl.when(leap).then(29).otherwise(28))
        .otherwise(31)
    )
    return month.is_between(1, 12) & (day >= 1) & (day <= longest)


def orgnrs(raw: pl.Series) -> Parsed:
    """Organisationsnummer in any written form, as ten digits.

    Read are ``NNNNNN-NNNN``, ten digits, ``16`` and ten digits, ``SE`` ten digits ``01``,
    ``0007:`` and ten digits, ``9955:`` and a VAT number, spaces anywhere, and a sole trader's
    personnummer with its century. The number of a deceased's estate that has none of its own is
    the deceased's personnummer, and read as that.

    Problems: ``not_an_orgnr`` (the form), ``bad_checksum`` (the last digit), ``no_such_orgnr`` (a
    date that does not exist, or a filler such as 9999999999).
    """
    text, number, person = pl.col("text"), pl.col("number"), pl.col("person")
    frame = (
        _orgnr_digits(raw)
        .with_columns(number=pl.when("shaped").then("digits").cast(pl.Int64, strict=False))
        .with_columns(checked=luhn_expr(number, 10), person=number // 10**7 % 10 < 2)
    )
    # Every day that exists in some century exists in the 2000s: 2000 was a leap year.
    day_exists = day_exists_expr(number, leap=number // 10**8 % 4 == 0)
    frame = frame.with_columns(
        problem=pl.when(text.is_null() | (text == ""))
        .then(None)
        .when(~pl.col("shaped"))
        .then(pl.lit("not_an_orgnr"))
        .when(~pl.col("checked"))
        .then(pl.lit("bad_checksum"))
        .when((person & ~(day_exists & (number % 10_000 >= 10))) | pl.col("digits").is_in(_FILLERS))
        .then(pl.lit("no_such_orgnr"))
    )
    return parsed_from(frame.with_columns(value=_kept("digits")))


def _orgnr_digits(raw: pl.Series) -> pl.DataFrame:
    """Each ``text`` without spaces, whether it is ``shaped`` as a number, its ten ``digits``."""
    text = pl.col("text")
    if raw.str.contains("^[0-9]{10}$").all():  # registers have them in their normal form
        return pl.DataFrame({"text": raw}).with_columns(shaped=pl.lit(True), digits=text)
    digits = text.str.replace_all(rf"{_PREFIX}|{DASH}|[+SsEe]", "")
    return pl.DataFrame({"text": raw.str.replace_all(SPACES, "")}).with_columns(
        shaped=text.str.contains(_ORGNR_FORMS),
        digits=pl.when(text.str.contains("(?i)^(?:[0-9]{4}:)?SE"))
        .then(digits.str.slice(0, 10))
        .otherwise(digits.str.slice(-10)),
    )


def _kept(column: str) -> pl.Expr:
    """The column's value where the cell is neither empty nor wrong."""
    empty = pl.col("text").is_null() | (pl.col("text") == "")
    return pl.when(~empty & pl.col("problem").is_null()).then(pl.col(column))


def orgnr_expr(column: pl.Expr) -> pl.Expr:
    """Organisationsnummer of a column as ten digits; null where it is none. See `orgnrs`."""
    return values_expr(column, orgnrs, pl.String())


def orgnr_problem_expr(column: pl.Expr) -> pl.Expr:
    """Why a text is no organisationsnummer; null where it is one or empty. See `orgnrs`."""
    return problems_expr(column, orgnrs)


_ORGNR_SCALAR = re.compile(_ORGNR_FORMS)


def orgnr(text: str) -> str | None:
    """One organisationsnummer in any written form, as ten digits; None where it is none.

    >>> orgnr("SE 556012-5790 01")
    '5560125790'
    """
    tidy = re.sub(SPACES, "", text)
    if _ORGNR_SCALAR.match(tidy) is None:
        return None
    tidy = re.sub(_PREFIX, "", tidy)
    bare = re.sub(r"[^0-9]", "", tidy)
    digits = bare[:10] if tidy[:2].upper() == "SE" else bare[-10:]
    if not luhn.is_valid(digits) or digits in _FILLERS:
        return None
    if is_personal_number(digits) and not personnummer.valid("20" + digits):
        return None
    return digits


def is_personal_number(number: str) -> bool:
    """Whether a normal form (ten-digit organisationsnummer or twelve-digit person) is a person's.

    The third digit of a legal entity's number is at least 2: it can be no month.
    """
    return len(number) == 12 or (len(number) == 10 and number[2] in "01")


def is_personal_number_expr(column: pl.Expr) -> pl.Expr:
    """As `is_personal_number`, for a column in normal form; null where the cell is empty."""
    length = column.str.len_bytes()
    return (length == 12) | ((length == 10) & column.str.slice(2, 1).is_in(["0", "1"]))


def looks_like_orgnr(text: str) -> bool:
    """Whether a text is written as an organisationsnummer, whatever its check digit."""
    return _ORGNR_SCALAR.match(re.sub(SPACES, "", text)) is not None


def looks_like_orgnr_expr(column: pl.Expr) -> pl.Expr:
    """As `looks_like_orgnr`, for a column; null where the cell is empty."""
    return column.str.replace_all(SPACES, "").str.contains(_ORGNR_FORMS)


def could_be_person_expr(column: pl.Expr) -> pl.Expr:
    """Whether a text could be a person's number with a slip in it; null where it is empty.

    Such a text is better not shown.
    """
    return column.str.contains(_LIKE_A_PERSON)


def orgnrs_within_expr(column: pl.Expr) -> pl.Expr:
    """Ten digits that may be organisationsnummer within free text, as lists; unchecked."""
    return column.str.extract_all(ORGNR_WITHIN).list.eval(
        pl.element().str.extract(rf"^{ORGNR_WITHIN}$", 1).str.replace_all(r"[^0-9]", "")
    )


def written_orgnr_expr(column: pl.Expr) -> pl.Expr:
    """Ten digits as people write them, ``556677-8899``; anything else stays as it is."""
    return column.str.replace(r"^([0-9]{6})([0-9]{4})$", "${1}-${2}")


def vats(raw: pl.Series) -> Parsed:
    """VAT numbers in normal form: ``SE`` + organisationsnummer + two digits.

    A VAT number of another country is kept without spaces, dots and dashes; only its shape is
    checked, for a foreign company is none the worse for a number that we cannot judge.

    Problems: ``not_a_vat_number``, and those of the organisationsnummer within.
    """
    text, swedish, foreign = pl.col("text"), pl.col("swedish"), pl.col("foreign")
    tidy = raw.str.replace_all(rf"{SPACES}|{DASH}|\.", "").str.to_uppercase()
    frame = pl.DataFrame({"text": tidy.str.replace("^9955:", "")}).with_columns(
        swedish=text.str.contains(_SWEDISH_VAT), foreign=text.str.contains(_FOREIGN_VAT)
    )
    inner = orgnrs(frame.select(pl.when(swedish).then(text)).to_series())
    frame = frame.with_columns(inner.problems.alias("inner")).with_columns(
        problem=pl.when(text.is_null() | (text == "") | foreign)
        .then(None)
        .when(~swedish)
        .then(pl.lit("not_a_vat_number"))
        .otherwise(pl.col("inner"))
    )
    return parsed_from(frame.with_columns(value=_kept("text")))


def vat_expr(column: pl.Expr) -> pl.Expr:
    """VAT numbers of a column in normal form; null where it is none. See `vats`."""
    return values_expr(column, vats, pl.String())


def vat(text: str) -> str | None:
    """One VAT number in normal form; None where it is none. See `vats`."""
    found: str | None = vats(pl.Series([text])).values.item()
    return found


def peppol_ids(raw: pl.Series) -> Parsed:
    """Peppol participant ids as ``scheme:number``, the scheme's long prefix removed.

    The number of scheme 0007 (organisationsnummer) and of 9955 (Swedish VAT number) is checked;
    others are kept, in capitals.

    Problems: ``not_a_peppol_id``, and those of the organisationsnummer or VAT number within.
    """
    text = pl.col("text")
    is_orgnr, is_vat = text.str.starts_with("0007:"), text.str.starts_with("9955:")
    tidy = raw.str.replace_all(SPACES, "").str.replace(_PEPPOL_PREFIX, "").str.to_uppercase()
    frame = pl.DataFrame({"text": tidy})
    orgnr_within = orgnrs(frame.select(pl.when(is_orgnr).then(text)).to_series())
    vat_within = vats(frame.select(pl.when(is_vat).then(text)).to_series())
    frame = frame.with_columns(
        inner=pl.coalesce(orgnr_within.problems, vat_within.problems),
        id=pl.coalesce(
            pl.lit("0007:") + orgnr_within.values, pl.lit("9955:") + vat_within.values, text
        ),
    ).with_columns(
        problem=pl.when(text.is_null() | (text == ""))
        .then(None)
        .when(is_orgnr | is_vat)
        .then(pl.col("inner"))
        .when(~text.str.contains(_PEPPOL_OTHER))
        .then(pl.lit("not_a_peppol_id"))
    )
    return parsed_from(frame.with_columns(value=_kept("id")))


def peppol_id_expr(column: pl.Expr) -> pl.Expr:
    """Peppol participant ids of a column; null where it is none. See `peppol_ids`."""
    return values_expr(column, peppol_ids, pl.String())


def peppol_id(text: str) -> str | None:
    """One Peppol participant id in normal form; None where it is none. See `peppol_ids`."""
    found: str | None = peppol_ids(pl.Series([text], dtype=pl.String)).values.item()
    return found


def peppol_orgnr_expr(column: pl.Expr) -> pl.Expr:
    """The organisationsnummer within Peppol ids of schemes 0007 and 9955, else null."""
    ids = peppol_id_expr(column)
    is_swedish = ids.str.contains("^(?:0007:|9955:SE)")
    return pl.when(is_swedish).then(ids.str.extract("^[0-9]{4}:(?:SE)?([0-9]{10})", 1))


def peppol_orgnr(text: str) -> str | None:
    """The organisationsnummer within one Peppol id of scheme 0007 or 9955, else None."""
    found = peppol_id(text)
    if found is None or not found.startswith(("0007:", "9955:SE")):
        return None
    return found[5:].removeprefix("SE")[:10]
