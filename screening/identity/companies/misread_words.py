"""Words of suppliers' names that hardly any company has and that are a common word badly written.

A word that sister companies differ by tells them apart however it is spelled: "Solgården Holidng"
is not "Solgården". So is a common word, "Solgården Måleir".
"""

import duckdb
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.identity.companies.near_words import HARDLY_ANY, misread_words
from screening.identity.companies.register_index import RARE_BELOW
from screening.identity.names.word_similarity import is_odd_error, spelled
from screening.identity.names.words import known_words, name_words
from screening.warehouse.exchange import as_table, to_polars

#: Letters of a word that may be another one misspelled, and misspelled twice.
_ONE_ERROR_FROM, _TWO_ERRORS_FROM = 4, 7

_UNKNOWN = f"""
CREATE OR REPLACE TEMP TABLE unheard_words AS
SELECT asked.text FROM (
    SELECT DISTINCT unnest(string_split(text, ' ')) AS text FROM asked_names) AS asked
LEFT JOIN identity_index.vocabulary AS held ON held.word = hash(asked.text)
WHERE coalesce(held.rows, 0) < {HARDLY_ANY} AND length(asked.text) >= {_ONE_ERROR_FROM}
    AND NOT regexp_matches(asked.text, '[0-9]');
"""

_NEAR = f"""
WITH known AS (
    SELECT text FROM identity_index.vocabulary
    WHERE rows >= {RARE_BELOW} AND length(text) >= {_ONE_ERROR_FROM}
    UNION FROM told_words)
SELECT text, guess, as_written FROM ({misread_words("unheard_words", "known")}) ORDER BY ALL
"""


def words_misread(connection: duckdb.DuckDBPyConnection, names: pl.DataFrame) -> pl.DataFrame:
    """Words of suppliers' names that are known words badly written.

    Args:
        connection: the warehouse; the register's index is up to date.
        names: ``text``: folded names.

    Returns:
        ``word``, distinct, and ``may_tell``: whether it may be one by which sisters differ.
    """
    told = known_words() - name_words().fillers
    told_words = pl.DataFrame({"text": sorted(w for w in told if len(w) >= _ONE_ERROR_FROM)})
    with as_table(connection, "asked_names", names), as_table(connection, "told_words", told_words):
        connection.execute(_UNKNOWN)
        near = to_polars(connection.sql(_NEAR))
        words = to_polars(connection.sql("FROM unheard_words ORDER BY ALL"))["text"]
    tells = sorted(name_words().tells_apart)
    errors = near.select(
        "text", left="as_written", right="guess",
        errors=(pl.col("as_written") != pl.col("guess")).cast(pl.Int32),
    )  # fmt: skip
    likely = errors.filter(~is_odd_error(errors)).select(
        word="text", may_tell=pl.col("right").is_in(tells)
    )
    return (
        pl.concat([likely, _twice_misspelled(words, tells)])
        .group_by("word")
        .agg(pl.col("may_tell").any())
        .sort("word")
    )


def _twice_misspelled(words: pl.Series, tells: list[str]) -> pl.DataFrame:
    long = [word for word in tells if len(word) >= _TWO_ERRORS_FROM]
    written = words.to_frame("word").select(spelled(pl.col("word"))).to_series()
    apart = process.cdist(written.to_list(), long, scorer=OSA.distance, score_cutoff=2)
    return pl.DataFrame({"word": words, "may_tell": (apart <= 2).any(axis=1)}).filter("may_tell")
