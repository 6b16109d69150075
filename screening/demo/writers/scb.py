"""The company register as SCB's bulk file has it: Latin-1, tabs, CRLF, a trailing empty column."""

from typing import BinaryIO

import polars as pl

_COLUMNS = (
    "ForAndrTyp",
    "COAdress",
    "Foretagsnamn",
    "FtgStat",
    "Gatuadress",
    "JEStat",
    "JurForm",
    "Namn",
    "Ng1",
    "Ng2",
    "Ng3",
    "Ng4",
    "Ng5",
    "PeOrgNr",
    "PostNr",
    "PostOrt",
    "RegDatKtid",
    "Reklamsparrtyp",
)
#: Columns that say whether another column changed; these two have none.
_UNMARKED = ("ForAndrTyp", "PeOrgNr")
_LEGAL_FORMS = {"AB": "49", "HB": "31", "EK": "51", "I": "61", "E": "10", "OFF": "82"}


def write_scb(chunk: pl.DataFrame, stream: BinaryIO, with_header: bool) -> int:
    """Write those companies of a chunk that SCB counts; how many rows were written.

    The chunk has the columns of ``screening.demo.company_register``.
    """
    if with_header:
        marked = [f"m{name}" for name in _COLUMNS if name not in _UNMARKED]
        stream.write(("\t".join([*_COLUMNS, *marked]) + "\t\r\n").encode("latin-1"))
    rows = chunk.filter("in_scb").select(_row()).to_series()
    if rows.len():
        stream.write(("\r\n".join(rows) + "\r\n").encode("latin-1"))
    return rows.len()


def _row() -> pl.Expr:
    prefix = pl.when(pl.col("form") == "E").then(pl.lit("")).otherwise(pl.lit("16"))
    registered = pl.col("registered").cast(pl.Int32).cast(pl.Date).dt.strftime("%Y%m%d")
    cells = {
        "ForAndrTyp": pl.lit("1"),
        "COAdress": pl.col("care_of").fill_null(""),
        "Foretagsnamn": pl.col("name"),
        "FtgStat": pl.when("is_active").then(pl.lit("1")).otherwise(pl.lit("9")),
        "Gatuadress": pl.col("street"),
        "JEStat": pl.when("is_active").then(pl.lit("1")).otherwise(pl.lit("9")),
        "JurForm": pl.col("form").replace_strict(_LEGAL_FORMS),
        "Namn": pl.col("name").str.to_uppercase(),
        "Ng1": pl.col("sni"),
        "PeOrgNr": prefix + pl.col("identity"),
        "PostNr": pl.col("postal_code"),
        "PostOrt": pl.col("city").str.to_uppercase(),
        "RegDatKtid": registered,
        "Reklamsparrtyp": pl.lit("1"),
    }
    empty = pl.lit("")
    listed = [cells.get(name, empty) for name in _COLUMNS]
    marks = [empty] * (len(_COLUMNS) - len(_UNMARKED))
    return pl.concat_str([*listed, *marks, empty], separator="\t").alias("row")
