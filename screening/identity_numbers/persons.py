"""Personnummer and samordningsnummer of persons.

Normal form: twelve digits ``YYYYMMDDNNNN``; a samordningsnummer keeps its day + 60. A number that
was replaced by a keyed hash before delivery is ``hash:<hex>``. Registers give persons who have
neither a number of their own, of the group 302 (GD-nummer); it is no date and becomes ``gd:`` and
ten digits.
Source: Skatteverket SKV 704 (personnummer) and SKV 707 (samordningsnummer).
"""

import re
from datetime import date

import polars as pl
from personnummer import personnummer
from stdnum import luhn

from screening.identity_numbers.check_digits import luhn_expr
from screening.identity_numbers.organisations import (
    DASH,
    SPACES,
    day_exists_expr,
    orgnr,
    orgnrs,
)
from screening.parsed import Parsed, parsed_from, problems_expr, values_expr

_PERSON = rf"^(?P<century>18|19|20|21)?(?P<born>[0-9]{{6}})(?P<sign>{DASH}|\+)?(?P<end>[0-9]{{4}})$"
_HASH = r"^hash:[0-9a-f]{16,128}$"
_GD = rf"(?i)^(?:GD[:-]?)?(?:16)?302[0-9]{{3}}{DASH}?[0-9]{{4}}$"


def person_ids(raw: pl.Series, on: date, accepts_hash: bool = False) -> Parsed:
    """Personnummer and samordningsnummer in any written form, as twelve digits.

    Read are ten and twelve digits with ``-``, ``+`` or none, and spaces. Where the century is not
    written it is inferred so that the birth lies on or before ``on``; ``+`` means that the person
    has turned 100, so one century earlier. ``accepts_hash`` also keeps ``hash:<hex>``. A GD-nummer
    is kept as ``gd:<ten digits>``.

    Problems: ``not_a_person_id`` (the form), ``bad_checksum``, ``no_such_person_id`` (no such day
    of birth, or one after ``on``).
    """
    text, number, year, hashed = (pl.col(c) for c in ("text", "number", "year", "hashed"))
    is_gd = pl.col("is_gd")
    tidy = raw.str.replace_all(SPACES, "")
    frame = pl.DataFrame({"text": tidy}).with_columns(
        shaped=text.str.contains(rf"{_PERSON}|{_GD}"),
        is_gd=text.str.contains(_GD),
        ten=text.str.replace_all(rf"{DASH}|\+", "").str.slice(-10),
        century=text.str.extract(_PERSON, 1).cast(pl.Int64),
        hashed=text.str.to_lowercase().str.contains(_HASH) & accepts_hash,
    )
    frame = frame.with_columns(number=pl.when("shaped").then("ten").cast(pl.Int64, strict=False))
    month_day = number // 10_000 % 10_000
    month_day = pl.when(month_day % 100 > 60).then(month_day - 60).otherwise(month_day)
    today = on.month * 100 + on.day
    latest = on.year // 100 * 100 + number // 10**8
    inferred = (
        latest
        - pl.when((latest > on.year) | ((latest == on.year) & (month_day > today)))
        .then(100)
        .otherwise(0)
        - pl.when(text.str.contains("+", literal=True)).then(100).otherwise(0)
    )
    frame = frame.with_columns(
        checked=luhn_expr(number, 10),
        month_day=month_day,
        year=pl.when(pl.col("century").is_null())
        .then(inferred)
        .otherwise(pl.col("century") * 100 + number // 10**8),
    )
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    born = year * 10_000 + pl.col("month_day") <= on.year * 10_000 + today
    exists = is_gd | (day_exists_expr(number, leap) & (number % 10_000 >= 10) & born)
    frame = frame.with_columns(
        value=pl.when(hashed)
        .then(text.str.to_lowercase())
        .when(is_gd)
        .then(pl.lit("gd:") + pl.col("ten"))
        .otherwise((year // 100).cast(pl.String) + pl.col("ten")),
        problem=pl.when(text.is_null() | (text == "") | hashed)
        .then(None)
        .when(~pl.col("shaped"))
        .then(pl.lit("not_a_person_id"))
        .when(~pl.col("checked"))
        .then(pl.lit("bad_checksum"))
        .when(~exists)
        .then(pl.lit("no_such_person_id")),
    )
    kept = pl.col("problem").is_null() & (hashed | pl.col("shaped"))
    return parsed_from(frame.with_columns(value=pl.when(kept).then("value")))


def person_id_expr(column: pl.Expr, on: date, accepts_hash: bool = False) -> pl.Expr:
    """Persons' numbers of a column as twelve digits; null where it is none. See `person_ids`."""
    return values_expr(column, lambda raw: person_ids(raw, on, accepts_hash), pl.String())


def person_id_problem_expr(column: pl.Expr, on: date, accepts_hash: bool = False) -> pl.Expr:
    """Why a text is no person's number; null where it is one or empty. See `person_ids`."""
    return problems_expr(column, lambda raw: person_ids(raw, on, accepts_hash))


_PERSON_SCALAR = re.compile(_PERSON)
_HASH_SCALAR = re.compile(_HASH)
_GD_SCALAR = re.compile(_GD)


def person_id(text: str, on: date, accepts_hash: bool = False) -> str | None:
    """One personnummer or samordningsnummer as twelve digits; None where it is none.

    >>> person_id("850101-2382", date(2026, 1, 1))
    '198501012382'
    """
    tidy = re.sub(SPACES, "", text)
    if accepts_hash and _HASH_SCALAR.match(tidy.lower()):
        return tidy.lower()
    if _GD_SCALAR.match(tidy):
        ten = re.sub(r"[^0-9]", "", tidy)[-10:]
        return f"gd:{ten}" if luhn.is_valid(ten) else None
    match = _PERSON_SCALAR.match(tidy)
    if match is None:
        return None
    ten = match["born"] + match["end"]
    if match["century"]:
        full = match["century"] + ten
    else:
        latest = on.year // 100 - (0 if _born_by(f"{on.year // 100}{ten}", on) else 1)
        full = f"{latest - (match['sign'] == '+')}{ten}"
    return full if personnummer.valid(full) and _born_by(full, on) else None


def _born_by(full: str, on: date) -> bool:
    day = int(full[6:8])
    return full[:6] + f"{day - 60 if day > 60 else day:02d}" <= f"{on:%Y%m%d}"


def party_ids(raw: pl.Series, on: date, accepts_hash: bool = False) -> Parsed:
    """A company's organisationsnummer (ten digits) or a person's number (twelve digits).

    The third digit tells them apart, so a sole trader counts as the person.

    Problems: ``not_a_party_id`` (the form), ``bad_checksum``, ``no_such_party_id``.
    """
    company, person = orgnrs(raw), person_ids(raw, on, accepts_hash)
    # A sole trader's number may be written as a company's only: in a VAT number, say.
    is_trader = company.values.str.slice(2, 1) < "2"
    trader = person_ids(company.values.set(~is_trader, None), on)
    frame = pl.DataFrame(
        {
            "company": company.values,
            "person": person.values.zip_with(person.values.is_not_null(), trader.values),
            "company_problem": company.problems,
            "person_problem": person.problems,
            "is_empty": raw.str.replace_all(SPACES, "").fill_null("") == "",
        }
    ).with_columns(
        value=pl.when(pl.col("company").str.slice(2, 1) >= "2").then("company").otherwise("person")
    )
    problems = [pl.col("company_problem"), pl.col("person_problem")]
    return parsed_from(
        frame.with_columns(
            problem=pl.when(pl.col("value").is_not_null() | pl.col("is_empty"))
            .then(None)
            .when(pl.any_horizontal(problem == "bad_checksum" for problem in problems))
            .then(pl.lit("bad_checksum"))
            .when((problems[0] == "not_an_orgnr") & (problems[1] == "not_a_person_id"))
            .then(pl.lit("not_a_party_id"))
            .otherwise(pl.lit("no_such_party_id"))
        )
    )


def party_id_expr(column: pl.Expr, on: date, accepts_hash: bool = False) -> pl.Expr:
    """Numbers of companies or persons in normal form; null where it is none. See `party_ids`."""
    return values_expr(column, lambda raw: party_ids(raw, on, accepts_hash), pl.String())


def party_id(text: str, on: date, accepts_hash: bool = False) -> str | None:
    """One company's organisationsnummer (ten digits) or person's number (twelve); else None."""
    company = orgnr(text)
    if company is not None and company[2] >= "2":
        return company
    person = person_id(text, on, accepts_hash)
    return person if person or company is None else person_id(company, on)
