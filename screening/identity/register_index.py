"""Words of the company register's names: an inverted index, built once for a run's questions.

Names are read in batches, so that memory stays small however large the register is; what is kept
per row are numbers, not texts.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.addresses import postal_form
from screening.identity.name_words import name_words
from screening.identity.names import compact, full_name
from screening.warehouse.exchange import to_polars

_BATCH_ROWS = 500_000

#: A register smaller than this is weighed as if it had this many rows: in a handful of names every
#: word looks common.
_SMALLEST_SIZE = 10_000

#: Weight of a word that is said or left out at will, in thousandths.
FILLER_WEIGHT = 20


@dataclass(frozen=True)
class RegisterIndex:
    """Words and places of the register's rows.

    Attributes:
        rows: ``ref`` (row of known.companies), ``postal`` (UInt32, null where unknown), ``compact``
            (hash of the name without spaces).
        words: ``ref``, ``word`` (hash); twice where a name has a word twice.
        vocabulary: ``word`` (hash), ``text``, ``rows`` (in how many rows), ``weight``.
        size: number of rows.
    """

    rows: pl.DataFrame
    words: pl.DataFrame
    vocabulary: pl.DataFrame
    size: int


def word_weight(rows: pl.Expr, text: pl.Expr, size: int) -> pl.Expr:
    """What a word tells, in thousandths: 1000 if no other row has it, 0 if all have it."""
    counted = max(size, _SMALLEST_SIZE) + 1
    told = (counted / rows.clip(1)).log() / math.log(counted)
    weight = (told * 1000).round(0).clip(FILLER_WEIGHT, 1000).cast(pl.Int32)
    filler = text.is_in(sorted(name_words().fillers))
    return pl.when(filler).then(pl.lit(FILLER_WEIGHT, pl.Int32)).otherwise(weight)


def split_words(form: pl.Expr) -> pl.Expr:
    """The words of a normal form, in their order."""
    return form.str.split(" ")


def _batches(connection: duckdb.DuckDBPyConnection, size: int) -> Iterator[pl.DataFrame]:
    parts = max(1, math.ceil(size / _BATCH_ROWS))
    for part in range(parts):
        yield to_polars(
            connection.sql(
                "SELECT ref, name, postal_code FROM known.companies "
                f"WHERE name IS NOT NULL AND hash(ref) % {parts} = {part}"
            )
        )


def index_register(connection: duckdb.DuckDBPyConnection) -> RegisterIndex:
    """Index the names and postal codes of ``known.companies`` (columns ref, name, postal_code)."""
    ((size,),) = connection.execute("SELECT count(*) FROM known.companies").fetchall()
    rows: list[pl.DataFrame] = []
    words: list[pl.DataFrame] = []
    vocabularies: list[pl.DataFrame] = []
    for batch in _batches(connection, size):
        named = batch.select(
            "ref",
            form=full_name(pl.col("name")),
            postal=postal_form(pl.col("postal_code")).cast(pl.UInt32),
        ).drop_nulls("form")
        rows.append(named.select("ref", "postal", compact=compact(pl.col("form")).hash()))
        spelled = (
            named.select("ref", text=split_words(pl.col("form")))
            .explode("text")
            .with_columns(word=pl.col("text").hash())
        )
        words.append(spelled.select("ref", "word"))
        vocabularies.append(spelled.group_by("word").agg(pl.col("text").first(), rows=pl.len()))
    vocabulary = (
        pl.concat(vocabularies)
        .group_by("word")
        .agg(pl.col("text").first(), pl.col("rows").sum())
        .with_columns(weight=word_weight(pl.col("rows"), pl.col("text"), size))
    )
    return RegisterIndex(pl.concat(rows), pl.concat(words), vocabulary, size)
