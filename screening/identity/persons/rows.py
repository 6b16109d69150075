"""Rows about persons as `resolve` reads them."""

from collections.abc import Callable

import polars as pl

from screening.identity.addresses import postal_form, street_door
from screening.identity.names.readable_text import in_order
from screening.identity.persons.names import person_words

#: Rows about persons. ``within`` is where a name alone is somebody: the company, or the employee.
#: ``company`` is what a row says of a company, which also ties rows with the same name.
TOLD = """
SELECT 'officers' AS source, ref, person_id, person_name AS name, birth_date,
    NULL::BIGINT AS birth_year, street, postal_code, orgnr AS company, orgnr AS within, true_from
FROM known.officers WHERE officer_type IS DISTINCT FROM 'company'
UNION ALL
SELECT 'owners', ref, owner_id, owner_name, birth_date, birth_year, NULL, NULL,
    coalesce(orgnr, subject_ref), coalesce(orgnr, subject_ref), true_from
FROM known.owners WHERE owner_type = 'person'
UNION ALL
SELECT 'employees', ref, person_id, name, birth_date, NULL, street, postal_code,
    secondary_employment_orgnr, 'employee ' || employee_id, true_from
FROM known.employees
UNION ALL
SELECT 'trading_prohibitions', ref, person_id, person_name, NULL, NULL, NULL, NULL, NULL,
    'prohibition ' || ref, true_from
FROM known.trading_prohibitions
"""

#: Columns of ``TOLD``.
ROW_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "ref": pl.Int64(),
    "person_id": pl.String(),
    "name": pl.String(),
    "birth_date": pl.Date(),
    "birth_year": pl.Int64(),
    "street": pl.String(),
    "postal_code": pl.String(),
    "company": pl.String(),
    "within": pl.String(),
    "true_from": pl.Date(),
}

#: What rows are read as: see `read_rows`.
READ_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "ref": pl.Int64(),
    "seen": pl.UInt64(),
    "number": pl.String(),
    "number_kind": pl.String(),
    "words": pl.String(),
    "form": pl.String(),
    "born": pl.Date(),
    "birth_date": pl.Date(),
    "birth_year": pl.Int64(),
    "company": pl.String(),
    "inside": pl.String(),
    "street": pl.String(),
    "postal_code": pl.String(),
    "first": pl.Date(),
}


def _once(
    rows: pl.DataFrame, column: str, read: Callable[[pl.Expr], pl.Expr], name: str
) -> pl.DataFrame:
    """Adds ``name``: what ``column`` is read as, each text once."""
    texts = rows.select(pl.col(column).drop_nulls().unique())
    read_texts = texts.with_columns(read(pl.col(column)).alias(name))
    return rows.join(read_texts, on=column, how="left", maintain_order="left")


def _born(number: pl.Expr) -> pl.Expr:
    """Date of birth in a number of 12 digits; a samordningsnummer has 60 added to the day."""
    day = number.str.slice(6, 2).cast(pl.Int64, strict=False)
    plain = pl.when(day > 60).then(day - 60).otherwise(day).cast(pl.String).str.zfill(2)
    return (number.str.head(6) + plain).str.to_date("%Y%m%d", strict=False)


def _kind(number: pl.Expr) -> pl.Expr:
    twelve = number.str.contains(r"^[0-9]{12}$")
    return (
        pl.when(number.str.starts_with("hash:"))
        .then(pl.lit("hash"))
        .when(twelve & (number.str.slice(6, 1) >= "6"))
        .then(pl.lit("samordningsnummer"))
        .when(twelve)
        .then(pl.lit("personnummer"))
    )


def read_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the form in which they are put together and compared.

    Args:
        rows: columns ``ROW_SCHEMA`` and ``seen``; hashes already replaced by the numbers they are.

    Returns:
        Columns ``READ_SCHEMA``: ``number`` and its kind (of ``bundles.NUMBER_KINDS``), ``words``
        of the name, ``form`` (the same in alphabetical order), ``born`` (as the number says),
        ``inside`` (where a name alone is somebody).
    """
    number = pl.col("person_id")
    kind = _kind(number)
    read = _once(rows, "name", person_words, "words")
    read = _once(read, "words", in_order, "form")
    born = pl.coalesce(
        pl.when(pl.col("number_kind").is_in(["personnummer", "samordningsnummer"])).then(
            _born(number)
        ),
        "birth_date",
    )
    return (
        read.with_columns(number_kind=kind)
        .with_columns(
            number=pl.when(pl.col("number_kind").is_not_null()).then(number),
            born=born,
            inside=pl.coalesce("within", pl.col("source") + pl.col("ref").cast(pl.String)),
        )
        .with_columns(birth_year=pl.coalesce(pl.col("born").dt.year().cast(pl.Int64), "birth_year"))
        .rename({"true_from": "first"})
        .select(pl.col(name).cast(kind) for name, kind in READ_SCHEMA.items())
    )


def read_places(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the ``door`` and the ``postal`` code of their address."""
    placed = rows.with_columns(postal=postal_form(pl.col("postal_code")))
    return _once(placed, "street", street_door, "door")
