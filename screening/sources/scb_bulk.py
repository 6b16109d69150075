"""SCB's bulk file of all legal units in the business register (Latin-1, tabs, literal quotes).

Each column has a companion with the prefix ``m`` that tells how the value is held; they are not
read. Status codes, as the register's published code lists give them:

- ``FtgStat``: 1 active by the register's criteria, 0 never active, 9 not active any more.
- ``JEStat``: 9 no longer in the population (struck off; kept for some months); any other code: in.

A person's number comes without the prefix ``16`` of legal persons: that is a sole trader.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import polars.selectors as cs

from screening.sources.delimited import lay_out, lines_below, read_rows, read_unknown_rows, sample
from screening.sources.encoding import BLOCK_BYTES, TextEncoding, text_blocks
from screening.sources.known_lines import KnownLines
from screening.sources.text_table import TextChunk, TextTable, put_together

ORIGIN = "scb"
#: What the file says, in the words of the contract of ``companies``.
COLUMNS = (
    "orgnr",
    "name",
    "legal_form",
    "registered_on",
    "status",
    "sni_codes",
    "street",
    "care_of",
    "postal_code",
    "city",
)
_INDUSTRIES = ("Ng1", "Ng2", "Ng3", "Ng4", "Ng5")
_USED = (
    "PeOrgNr",
    "Namn",
    "Foretagsnamn",
    "JurForm",
    "RegDatKtid",
    "FtgStat",
    "JEStat",
    *_INDUSTRIES,
    "Gatuadress",
    "COAdress",
    "PostNr",
    "PostOrt",
)
_ACTIVITY = {"1": "active", "0": "never_active", "9": "inactive"}


def is_scb(columns: Sequence[str]) -> bool:
    """Whether a header is the bulk file's."""
    return set(_USED) <= set(columns)


def read_scb(
    path: Path,
    encoding: TextEncoding,
    block_bytes: int = BLOCK_BYTES,
    known: KnownLines | None = None,
) -> TextTable:
    """Read the bulk file as a table of ``COLUMNS``, all text, without lines that are known.

    ``legal_form`` is SCB's numeric code, ``registered_on`` is ``YYYYMMDD``, ``status`` is
    ``active``, ``inactive``, ``never_active`` or ``deregistered``, ``sni_codes`` is comma
    separated.
    """
    layout, header = lay_out(sample(path, encoding), has_quotes=False)

    def rows() -> Iterator[TextChunk]:
        blocks = lines_below(text_blocks(path, encoding, block_bytes), header)
        first = header.row_no + 1
        if known is None:
            chunks = read_rows(blocks, layout, first)
        else:
            chunks = put_together(read_unknown_rows(blocks, layout, first, known))
        for chunk in chunks:
            yield replace(chunk, frame=legal_units(chunk.frame))

    return TextTable(ORIGIN, list(COLUMNS), rows(), reopen=rows)


def legal_units(frame: pl.DataFrame) -> pl.DataFrame:
    """The file's columns to ``COLUMNS`` and ``row_no``."""
    kept = cs.by_name("row_no", "line_hash", require_all=False)
    bare = frame.select(kept, *(pl.col(name).str.strip_chars() for name in _USED)).with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in _USED
    )
    is_legal = pl.col("PeOrgNr").str.starts_with("16")
    trade_name = pl.col("Foretagsnamn")
    return bare.select(
        # Legal persons have a registered name; sole traders are known by their trade name.
        pl.col("PeOrgNr").str.slice(-10).alias("orgnr"),
        pl.when(is_legal)
        .then(pl.coalesce("Namn", "Foretagsnamn"))
        .otherwise(pl.coalesce(trade_name, "Namn"))
        .alias("name"),
        pl.col("JurForm").alias("legal_form"),
        # Zeros stand for a date that is not known.
        pl.when(pl.col("RegDatKtid").str.strip_chars("0") != "")
        .then("RegDatKtid")
        .alias("registered_on"),
        pl.when(pl.col("JEStat") == "9")
        .then(pl.lit("deregistered"))
        .otherwise(pl.col("FtgStat").replace_strict(_ACTIVITY, default=None))
        .alias("status"),
        pl.concat_str(
            (
                pl.when(pl.col(name).str.strip_chars("0") != "").then(pl.col(name))
                for name in _INDUSTRIES
            ),
            separator=",",
            ignore_nulls=True,
        )
        .replace("", None)
        .alias("sni_codes"),
        pl.col("Gatuadress").alias("street"),
        pl.col("COAdress").alias("care_of"),
        pl.when(pl.col("PostNr").str.contains(r"^[1-9]\d{2} ?\d\d$"))
        .then("PostNr")
        .alias("postal_code"),
        pl.col("PostOrt").alias("city"),
        "row_no",
        cs.by_name("line_hash", require_all=False),
    )
