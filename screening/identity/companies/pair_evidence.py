"""Evidence of pairs of question and register row, weighed a part at a time.

What speaks for and against a pair follows from the two records, the classes of their words and the
run's day alone, never from other pairs. The kept evidence of one run is good for the next because
of that; whoever adds a feature must keep to it.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import duckdb
import polars as pl

from screening.identity.companies.evidence import PARTS, PLACE_COLUMNS, weigh
from screening.identity.companies.misread_words import words_misread
from screening.identity.companies.name_comparison import KNOWN_FROM_ROWS
from screening.identity.companies.readings import best_readings, name_readings, normal_rows
from screening.identity.companies.register_index import (
    FILLER_WEIGHT,
    REGISTER_COLUMNS,
    ROWS_WORTH_A_THREAD,
    rows_class,
    weight_sql,
)
from screening.identity.names.company_names import form_of_code
from screening.identity.names.words import known_words, name_words
from screening.identity_numbers import is_personal_number_expr
from screening.warehouse.exchange import as_table, to_polars

#: A pair with less evidence than this is not kept: its share of any probability is next to nothing.
LEAST_EVIDENCE = -5.0

#: Columns of weighed pairs, after question and ref.
PAIR_COLUMNS: dict[str, str] = {
    "orgnr": "VARCHAR",
    "place_level": "VARCHAR",
    **dict.fromkeys(PARTS, "DOUBLE"),
    "evidence": "DOUBLE",
}

#: Weight that a trade's or a place's name has at most, in thousandths.
_KNOWN_WEIGHT = 690

#: Rows that are read at once.
_ROWS_AT_ONCE = 50_000
_PAIRS_AT_ONCE = 50_000

_ROWS = f"""
SELECT ref, {", ".join(REGISTER_COLUMNS)} FROM known.companies
SEMI JOIN pairs_to_weigh USING (ref) ORDER BY ref
"""

_LEXICON = """
SELECT text AS word, {weight}::INTEGER AS weight, {rows}::BIGINT AS rows
FROM identity_index.vocabulary SEMI JOIN (
    SELECT DISTINCT unnest(string_split(text, ' ')) AS text FROM read_names) USING (text)
"""

#: Words of readings that the index has not: of its first words only, and of one reading.
_MORE_WORDS = """
INSERT INTO identity_index.more_words
SELECT ref, word FROM (
    SELECT DISTINCT ref, hash(text) AS word
    FROM (SELECT ref, unnest(string_split(text, ' ')) AS text FROM row_names)
    WHERE text NOT IN (SELECT text FROM filler_words))
ANTI JOIN identity_index.postings USING (ref, word)
ANTI JOIN identity_index.more_words USING (ref, word)
"""


def in_threads(
    rows: pl.DataFrame, read: Callable[[pl.DataFrame], pl.DataFrame], at_once: int = _ROWS_AT_ONCE
) -> pl.DataFrame:
    """``read(rows)`` for a function that reads every row by itself, a part at a time.

    Most expressions over text keep one thread busy: two parts at once keep two.
    """
    if rows.height < ROWS_WORTH_A_THREAD:
        return read(rows)
    size = min(at_once, math.ceil(rows.height / 2))
    with ThreadPoolExecutor(2) as pool:
        return pl.concat(pool.map(read, rows.iter_slices(size)))


def _register_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return normal_rows(rows).with_columns(
        form=pl.coalesce("form", form_of_code(pl.col("legal_form"))),
        is_person=is_personal_number_expr(pl.col("orgnr")).fill_null(False),
    )


def _fillers() -> pl.DataFrame:
    return pl.DataFrame({"text": sorted(name_words().fillers)}, schema={"text": pl.String})


def _lexicon(
    connection: duckdb.DuckDBPyConnection, names: pl.DataFrame, counted_size: int
) -> pl.DataFrame:
    query = _LEXICON.format(weight=weight_sql("rows", counted_size), rows=rows_class("rows"))
    with as_table(connection, "read_names", names):
        known = to_polars(connection.sql(query))
    fillers = _fillers().select(
        word="text", weight=pl.lit(FILLER_WEIGHT, pl.Int32), rows=pl.lit(0, pl.Int64)
    )
    # A trade is known, and no company's own word, in a register of a handful of companies as well.
    trades = pl.DataFrame({"word": sorted(known_words() - name_words().fillers)}).with_columns(
        told_weight=pl.lit(_KNOWN_WEIGHT, pl.Int32), told_rows=pl.lit(KNOWN_FROM_ROWS, pl.Int64)
    )
    told = known.join(trades, on="word", how="full", coalesce=True).select(
        "word",
        weight=pl.min_horizontal("weight", "told_weight"),
        rows=pl.max_horizontal("rows", "told_rows"),
    )
    return pl.concat([told, fillers]).sort("word")


def _with_misread(lexicon: pl.DataFrame, misread: pl.DataFrame) -> pl.DataFrame:
    """The lexicon with ``may_be_known``, ``may_tell``: of words that are others badly written."""
    return (
        lexicon.join(
            misread.with_columns(may_be_known=pl.lit(True)), on="word", how="full", coalesce=True
        )
        .with_columns(pl.col("may_be_known", "may_tell").fill_null(False))
        .sort("word")
    )


@dataclass(frozen=True)
class _Side:
    """One side of the pairs: ``normal_rows`` and their ``name_readings``, by ``key``."""

    key: str
    rows: pl.DataFrame
    readings: pl.DataFrame

    def of(self, pairs: pl.DataFrame) -> Self:
        """The part of it that is in ``pairs``."""
        wanted = pairs.select(self.key).unique()
        rows, readings = (
            each.join(wanted, on=self.key, how="semi", maintain_order="left")
            for each in (self.rows, self.readings)
        )
        return replace(self, rows=rows, readings=readings)


def _weighed(
    pairs: pl.DataFrame, asked: _Side, register: _Side, lexicon: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    asked, register = asked.of(pairs), register.of(pairs)
    compared = best_readings(
        pairs.rename({"question": "party_id"}),
        asked.readings.rename({"question": "party_id"}),
        register.readings,
        lexicon,
    ).rename({"party_id": "question"})
    both = compared.join(asked.rows.select("question", "form", *PLACE_COLUMNS), on="question").join(
        register.rows.select(
            "ref", "orgnr", "deregistered_on", "is_person", "form", *PLACE_COLUMNS
        ),
        on="ref",
        suffix="_2",
    )
    return (
        weigh(both, as_of)
        .filter(pl.col("evidence") >= LEAST_EVIDENCE)
        .select("question", "ref", *PAIR_COLUMNS)
    )


def weigh_pairs(
    connection: duckdb.DuckDBPyConnection,
    asked: pl.DataFrame,
    as_of: date,
    counted_size: int,
) -> None:
    """Weigh ``pairs_to_weigh`` and add those with enough evidence to ``identity_index.pairs``.

    Args:
        connection: the warehouse, the register's index up to date.
        asked: ``normal_rows`` of the questions of those pairs, with ``question``.
        as_of: the run's day.
        counted_size: the size of the register by which words are weighed.
    """
    rows = in_threads(to_polars(connection.sql(_ROWS)), _register_rows)
    register = _Side("ref", rows, name_readings(rows, "ref", in_register=True))
    party = _Side("question", asked, name_readings(asked, "question", in_register=False))
    with (
        as_table(connection, "row_names", register.readings.select("ref", "text")),
        as_table(connection, "filler_words", _fillers()),
    ):
        connection.execute(_MORE_WORDS)
    names = pl.concat([side.readings.select("text") for side in (register, party)])
    lexicon = _with_misread(
        _lexicon(connection, names.unique(), counted_size),
        words_misread(connection, party.readings.select("text").unique()),
    )
    pairs = to_polars(connection.sql("FROM pairs_to_weigh ORDER BY question, ref"))
    weighed = in_threads(
        pairs, lambda part: _weighed(part, party, register, lexicon, as_of), _PAIRS_AT_ONCE
    )
    with as_table(connection, "weighed_pairs", weighed):
        connection.execute("INSERT INTO identity_index.pairs FROM weighed_pairs")
