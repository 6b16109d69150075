"""What words of persons' names tell."""

import duckdb
import polars as pl
import pytest

from screening.identity.listed.person_words import heard_words, weighed_words, weight_sql
from screening.warehouse.exchange import as_table, to_polars


def test_a_word_tells_the_same_in_both_languages():
    words = [f"namn{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]
    names = pl.DataFrame({"is_entry": True, "no": 1, "name_no": 1, "name": "Namn", "word": words})
    heard = heard_words(names)
    # As common as can be, and as rare as one in 2 ** 50.
    levels = heard.select("token", level=pl.int_range(pl.len(), dtype=pl.Int16))
    sounds = heard.select(pl.col("key_tokens").alias("token")).explode("token").unique()
    told = weighed_words(
        names, heard, pl.concat([levels, sounds.with_columns(level=pl.lit(0, pl.Int16))])
    )
    with duckdb.connect() as connection, as_table(connection, "levels", levels):
        query = f"SELECT token, {weight_sql('level')} AS told FROM levels"
        in_sql = to_polars(connection.sql(query))
    both = told.words.join(heard.select("word", "token"), on="word").join(in_sql, on="token")
    assert both["told"].to_list() == pytest.approx(both["weight"].to_list(), abs=1e-8)
    assert both["weight"].n_unique() > 50
