"""How common each word of a name is, in classes, so that one more person seldom changes it."""

import duckdb
import polars as pl

from screening.identity.persons.name_evidence import MOST_WORDS, NameBook, name_book
from screening.warehouse.exchange import as_table, to_polars

WORD_TABLES = """
CREATE TABLE identity_persons.words (word VARCHAR, persons BIGINT);
CREATE TABLE identity_persons.people AS SELECT 0::BIGINT AS persons;
"""

#: A few persons tell little of how common a word is: so many are thought of, ten with each word.
_THOUGHT_OF, _EACH = 2_000, 10
#: Classes of words go up by the square root of two, those of all persons by its square root.
_WORD_CLASS = f"floor(2 * log2(persons + {_EACH}))"
_PEOPLE_CLASS = f"floor(4 * log2(persons + {_THOUGHT_OF}))"
#: A word that so many persons have is a name of its own.
_KNOWN_FROM = 3

_CLASS = f"{_WORD_CLASS}::INT * 2 + (persons >= {_KNOWN_FROM})::INT"

#: A name counts once for each number that has it, else for each day of birth or each place.
_COUNT = f"""
CREATE OR REPLACE TEMP TABLE changed_names AS
WITH touched AS (SELECT words FROM fresh_rows UNION SELECT words FROM gone_rows),
held AS (
    SELECT words, who, 0 AS side FROM identity_persons.rows SEMI JOIN touched USING (words)
    UNION ALL SELECT words, who, 1 FROM fresh_rows WHERE words IS NOT NULL
    UNION ALL SELECT words, who, -1 FROM gone_rows WHERE words IS NOT NULL
),
persons AS (
    SELECT words, max(side) >= 0 AS is_now, min(side) <= 0 AS was_before
    FROM held GROUP BY words, who
)
SELECT words, count(*) FILTER (is_now) - count(*) FILTER (was_before) AS more
FROM persons GROUP BY words HAVING more <> 0;
CREATE OR REPLACE TEMP TABLE word_counts AS
SELECT word, coalesce(any_value(kept.persons), 0) AS before, before + sum(more) AS persons
FROM (
    SELECT unnest(string_split(words, ' ')[1:{MOST_WORDS}]) AS word, more FROM changed_names)
LEFT JOIN identity_persons.words AS kept USING (word)
GROUP BY word;
"""

_CHANGED_WORDS = f"""
CREATE OR REPLACE TEMP TABLE changed_words AS
    SELECT word FROM (SELECT word, {_CLASS} AS now, before AS persons FROM word_counts)
    WHERE now <> {_CLASS}
"""

_PEOPLE = f"""
SELECT persons, {_PEOPLE_CLASS},
    (SELECT {_PEOPLE_CLASS} FROM (
        SELECT people.persons + coalesce(sum(more), 0) AS persons FROM changed_names))
FROM identity_persons.people
"""

_KEEP_WORDS = """
DELETE FROM identity_persons.words WHERE word IN (SELECT word FROM word_counts);
INSERT INTO identity_persons.words SELECT word, persons FROM word_counts WHERE persons > 0;
UPDATE identity_persons.people
    SET persons = persons + (SELECT coalesce(sum(more), 0) FROM changed_names)
"""

_WEIGHTS = f"""
SELECT word, pow(2, ({_WORD_CLASS} + 0.5) / 2)
        / (SELECT pow(2, ({_PEOPLE_CLASS} + 0.5) / 4) FROM identity_persons.people) AS share,
    persons >= {_KNOWN_FROM} AS is_known
FROM identity_persons.words SEMI JOIN (
    SELECT unnest(string_split(words, ' ')[1:{MOST_WORDS}]) AS word FROM names_to_read)
    USING (word)
"""


def count_words(connection: duckdb.DuckDBPyConnection) -> bool:
    """Bring the counts up to date with ``fresh_rows`` and ``gone_rows``; notes ``changed_words``.

    Returns:
        Whether there are still about as many persons as before: if not, every name is worth
        something else.
    """
    connection.execute(_COUNT)
    ((persons, before, now),) = connection.execute(_PEOPLE).fetchall()
    connection.execute(_CHANGED_WORDS)
    connection.execute(_KEEP_WORDS)
    return bool(persons == 0 or now == before)


def read_book(connection: duckdb.DuckDBPyConnection, names: pl.Series) -> NameBook:
    """Names taken apart, with what their words are worth.

    Args:
        connection: the warehouse.
        names: distinct names in the form of ``names.person_words``.
    """
    with as_table(connection, "names_to_read", pl.DataFrame({"words": names})):
        return name_book(names, to_polars(connection.sql(_WEIGHTS)))
