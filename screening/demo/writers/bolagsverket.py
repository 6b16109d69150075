"""The company register as Bolagsverket's bulk file has it, traps included."""

from typing import BinaryIO

import polars as pl

_HEADER = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;"
    "organisationsform;avregistreringsdatum;avregistreringsorsak;"
    "pagandeAvvecklingsEllerOmstruktureringsforfarande;registreringsdatum;"
    "verksamhetsbeskrivning;postadress\n"
)


def write_bolagsverket(chunk: pl.DataFrame, stream: BinaryIO, with_header: bool) -> int:
    """Write a chunk of the register; how many rows were written.

    The data is quoted and the header is not; quotes inside a description are not escaped; parts
    are divided by ``$``, repeated values by ``|``. The chunk has the columns of
    ``screening.demo.company_register``.
    """
    if with_header:
        stream.write(_HEADER.encode())
    rows = chunk.filter("in_bolagsverket").select(_row())
    rows.write_csv(stream, include_header=False, quote_style="never")
    return rows.height


def _row() -> pl.Expr:
    is_person = pl.col("form") == "E"
    identity = pl.col("identity") + pl.when(is_person).then(pl.lit("$PERSON-IDORG")).otherwise(
        pl.lit("$ORGNR-IDORG")
    )
    registered = _day("registered")
    names = pl.concat_str(
        "name",
        pl.lit("$FORETAGSNAMN-ORGNAM$"),
        registered,
        pl.when(pl.col("foreign_name").is_not_null())
        .then(pl.concat_str(pl.lit("|"), "foreign_name", pl.lit("$ANNATSPRAK-ORGNAM$"), registered))
        .otherwise(pl.lit("")),
        pl.when(pl.col("special_name").is_not_null())
        .then(
            pl.concat_str(pl.lit("|"), "special_name", pl.lit("$SARS_FORNAMN-ORGNAM$"), registered)
        )
        .otherwise(pl.lit("")),
    )
    address = pl.concat_str(
        "street",
        pl.lit("$"),
        pl.col("care_of").fill_null(""),
        pl.lit("$"),
        pl.col("city").str.to_uppercase(),
        pl.lit("$"),
        "postal_code",
        pl.lit("$SE-LAND"),
    )
    cells = (
        identity,
        pl.col("protection_no").cast(pl.String),
        pl.lit("SE-LAND"),
        names,
        pl.col("form") + "-ORGFO",
        _day("deregistered").fill_null(""),
        (pl.col("reason") + "-AVORG").fill_null(""),
        pl.col("proceeding").fill_null(""),
        registered,
        pl.col("description"),
        address,
    )
    joined: list[pl.Expr] = [pl.lit('"')]
    for place, cell in enumerate(cells):
        joined += [pl.lit('";"'), cell] if place else [cell]
    return pl.concat_str([*joined, pl.lit('"')]).alias("row")


def _day(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int32).cast(pl.Date).cast(pl.String)
