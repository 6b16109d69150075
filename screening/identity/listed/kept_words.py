"""How common words, sounds and numbers are on the lists and among the subjects, kept.

What is counted are tokens: hashes of a word of a person's name, a sound of it, a word of a
company's name, a number, a contact. Counts count in levels only, two for each doubling, so that
one party more hardly ever changes what a word tells, and with it all who have that word.
"""

import math

import duckdb
import polars as pl

from screening.identity.listed.company_candidates import misspellings
from screening.identity.listed.company_names import (
    COMPANY_WORD,
    FILLER_WEIGHT,
    RegisterWords,
    company_tokens,
    filler_level,
    weighed_company_words,
)
from screening.identity.listed.numbers_told import MOST_HOLDERS
from screening.identity.listed.person_words import (
    PERSON_SOUND,
    PERSON_WORD,
    heard_words,
    person_tokens,
)
from screening.identity.listed.told_names import Told, Words
from screening.identity.names.words import name_words
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: Fewer parties are weighed as if they were so many: in a handful of names every word looks common.
SMALLEST_PERSONS, SMALLEST_COMPANIES = 20_000, 10_000

#: Kinds of tokens beside those of words.
NUMBER, CONTACT = 4, 5

#: A word of companies that brings more pairs together says nothing by itself.
MOST_BY_WORD = 5_000

WORD_TABLES = """
CREATE TABLE identity_listed.tokens
    (kind UTINYINT, token UBIGINT, is_entry BOOLEAN, no UBIGINT);
CREATE TABLE identity_listed.counts
    (kind UTINYINT, token UBIGINT, word VARCHAR, entries INTEGER, subjects INTEGER);
CREATE TABLE identity_listed.levels
    (token UBIGINT, level SMALLINT, brings BOOLEAN);
CREATE TABLE identity_listed.near (entry_token UBIGINT, subject_token UBIGINT);
"""

#: Tokens that come (``come_tokens``) and go, and what is counted after that of each of these.
_COUNT = """
CREATE OR REPLACE TEMP TABLE gone_tokens AS
    SELECT tokens.* FROM identity_listed.tokens SEMI JOIN gone_parties USING (is_entry, no);
DELETE FROM identity_listed.tokens WHERE hash(is_entry, no) IN (
    SELECT hash(is_entry, no) FROM gone_parties);
INSERT INTO identity_listed.tokens SELECT kind, token, is_entry, no FROM come_tokens;
CREATE OR REPLACE TEMP TABLE moved_counts AS
SELECT kind, token, max(word) AS word, sum(entries)::INTEGER AS entries,
    sum(subjects)::INTEGER AS subjects
FROM (
    SELECT kind, token, word, is_entry::INTEGER AS entries, (NOT is_entry)::INTEGER AS subjects
    FROM come_tokens
    UNION ALL
    SELECT kind, token, NULL, -is_entry::INTEGER, -(NOT is_entry)::INTEGER FROM gone_tokens
    UNION ALL
    SELECT counts.* FROM identity_listed.counts SEMI JOIN (
        SELECT token FROM come_tokens UNION ALL SELECT token FROM gone_tokens) AS told USING (token)
) GROUP BY kind, token;
DELETE FROM identity_listed.counts WHERE token IN (SELECT token FROM moved_counts);
INSERT INTO identity_listed.counts FROM moved_counts WHERE entries > 0 OR subjects > 0;
"""

_SIZES = """
SELECT count(*) FILTER (is_entry AND is_person), count(*) FILTER (NOT is_entry AND is_person),
    count(*) FILTER (is_entry AND is_company), count(*) FILTER (NOT is_entry AND is_company)
FROM identity_listed.parties
"""

#: Words of companies that both sides have.
_ASKED = f"""
SELECT token, word FROM identity_listed.counts
WHERE kind = {COMPANY_WORD} AND entries > 0 AND subjects > 0 ORDER BY word
"""

#: The level of a number, in eighths of a doubling: steps of four, so that few numbers change it.
_LEVEL = "(4 * round(2 * log2({n})))"

#: A word of a person tells the less, the more common it is where it is most common. Of a word of
#: a company the level is how common it is, in the register too. ``brings``: whether those who have
#: it in common are compared for that alone; of a number that is nobody's they are not. Numbers that
#: no entry has are left out.
_LEVELS = f"""
CREATE OR REPLACE TEMP TABLE changed_levels AS
WITH touched AS (
    SELECT token FROM moved_counts UNION SELECT token FROM register_rows
    UNION SELECT token FROM identity_listed.counts WHERE $is_resized
),
counted AS (
    SELECT *, {_LEVEL.format(n="greatest(entries, subjects, coalesce(rows, 0))")} AS common
    FROM identity_listed.counts SEMI JOIN touched USING (token)
    LEFT JOIN register_rows USING (token)
    WHERE entries > 0 OR kind NOT IN ({NUMBER}, {CONTACT})
),
now AS (
    SELECT token, CASE
        WHEN kind IN ({PERSON_WORD}, {PERSON_SOUND}) THEN least(
            CASE WHEN entries > 0 THEN $entries - {_LEVEL.format(n="entries")} END,
            CASE WHEN subjects > 0 THEN $subjects - {_LEVEL.format(n="subjects")} END)
        WHEN kind = {COMPANY_WORD} THEN common
        ELSE 0 END::SMALLINT AS level, CASE kind
        WHEN {NUMBER} THEN entries <= $holders
        WHEN {CONTACT} THEN true
        WHEN {COMPANY_WORD} THEN entries::BIGINT * subjects <= $most
            AND word NOT IN (SELECT unnest($fillers)) AND common < $telling
        ELSE false END AS brings
    FROM counted
)
SELECT token, now.level, now.brings FROM touched
LEFT JOIN now USING (token) LEFT JOIN identity_listed.levels AS before USING (token)
WHERE (now.level, now.brings) IS DISTINCT FROM (before.level, before.brings)
"""

_KEEP_LEVELS = """
DELETE FROM identity_listed.levels WHERE token IN (SELECT token FROM changed_levels);
INSERT INTO identity_listed.levels FROM changed_levels WHERE level IS NOT NULL;
"""

_VOCABULARY = f"""
SELECT word, token, level, entries, subjects
FROM identity_listed.counts JOIN identity_listed.levels USING (token)
WHERE kind = {COMPANY_WORD}
"""

_KEEP_NEAR = """
CREATE OR REPLACE TEMP TABLE changed_near AS
    (FROM near_now EXCEPT FROM identity_listed.near)
    UNION ALL (FROM identity_listed.near EXCEPT FROM near_now);
DELETE FROM identity_listed.near;
INSERT INTO identity_listed.near FROM near_now;
"""

_WORDS_MOVED = f"""
SELECT token FROM moved_counts WHERE kind = {COMPANY_WORD}
UNION ALL SELECT token FROM changed_levels JOIN identity_listed.counts USING (token)
    WHERE kind = {COMPANY_WORD}
"""

_NO_NEAR = "CREATE OR REPLACE TEMP TABLE changed_near AS FROM identity_listed.near LIMIT 0"

#: Levels of words that are told, and which of them are of companies.
_TOLD_LEVELS = """
SELECT told.token, level, told.word FROM told_tokens AS told
JOIN identity_listed.levels USING (token)
"""


def _hashed(frame: pl.DataFrame, name: str, kind: int) -> pl.LazyFrame:
    return (
        frame.lazy()
        .select(
            pl.lit(kind, pl.UInt8).alias("kind"),
            pl.col(name).hash(seed=kind).alias("token"),
            "is_entry",
            "no",
        )
        .unique()
    )


def count_words(connection: duckdb.DuckDBPyConnection, told: Told) -> pl.DataFrame:
    """Count the words of parties that come, and no longer those of ``gone_parties``.

    Leaves ``moved_counts``, what is counted otherwise than before.

    Returns:
        Of ``heard_words``: the words of persons who come.
    """
    heard = heard_words(told.persons)
    tokens = [
        person_tokens(told.persons, heard),
        company_tokens(told.companies),
        _hashed(told.both("numbers"), "number", NUMBER),
        _hashed(told.both("contacts"), "contact", CONTACT),
    ]
    come = pl.concat(tokens, how="diagonal").select("kind", "token", "is_entry", "no", "word")
    with as_table(connection, "come_tokens", come.collect(engine="in-memory")):
        connection.execute(_COUNT)
    return heard


def _size_level(number: int, step: int) -> int:
    """The level of a population, in eighths of a doubling: when it changes, everything does."""
    return step * round(8 / step * math.log2(number))


def size_levels(connection: duckdb.DuckDBPyConnection, register_size: int) -> tuple[int, int, int]:
    """How many persons are on the lists and among the subjects, and how many companies there are.

    In eighths of a doubling: when one of these changes, every word tells something else.
    """
    ((entries, subjects, *companies),) = connection.execute(_SIZES).fetchall()
    return (
        _size_level(max(entries, SMALLEST_PERSONS), 1),
        _size_level(max(subjects, SMALLEST_PERSONS), 1),
        # Registers grow, and names of companies tell enough.
        _size_level(max(*companies, register_size, SMALLEST_COMPANIES), 2),
    )


def weigh_words(
    connection: duckdb.DuckDBPyConnection,
    sizes: tuple[int, int, int],
    register: RegisterWords,
    is_resized: bool,
) -> None:
    """Bring levels and misspellings up to date.

    Leaves ``changed_levels`` (token) and ``changed_near`` (entry_token, subject_token): words that
    tell something else than last time, or are another's misspelling now, or no longer.

    Args:
        connection: after ``count_words``.
        sizes: of ``size_levels``.
        register: tells how many rows of the company register have a word.
        is_resized: whether the sizes are others than last time.
    """
    asked = to_polars(connection.sql(_ASKED))
    rows = register(asked.select("word")).join(asked, on="word").select("token", "rows")
    with as_table(connection, "register_rows", rows):
        asked_of = {
            "entries": sizes[0],
            "subjects": sizes[1],
            "holders": MOST_HOLDERS,
            "most": MOST_BY_WORD,
            "fillers": sorted(name_words().fillers),
            "telling": filler_level(sizes[2]),
            "is_resized": is_resized,
        }
        connection.execute(_LEVELS, asked_of)
    connection.execute(_KEEP_LEVELS)
    if not is_resized and not has_rows(connection, _WORDS_MOVED):
        connection.execute(_NO_NEAR)
        return
    vocabulary = to_polars(connection.sql(_VOCABULARY))
    telling = weighed_company_words(vocabulary, sizes[2]).filter(pl.col("weight") > FILLER_WEIGHT)
    counted = vocabulary.join(telling.select("token"), on="token", how="semi").sort("word")
    near = misspellings(
        *(
            counted.filter(pl.col(side) > 0).select("word", "token", parties=side)
            for side in ("entries", "subjects")
        )
    )
    with as_table(connection, "near_now", near):
        connection.execute(_KEEP_NEAR)


def words_of(
    connection: duckdb.DuckDBPyConnection, size_level: int, told: Told, heard: pl.DataFrame
) -> Words:
    """What the words of some parties tell; all of them are counted.

    Args:
        connection: after ``weigh_words``.
        size_level: how many names words of companies are counted in.
        told: the parties.
        heard: of ``heard_words``: words that were read before.
    """
    unheard = told.persons.select("word").join(heard, on="word", how="anti")
    if unheard.height:
        heard = pl.concat([heard, heard_words(unheard)])
    words = heard.lazy()
    asked = pl.concat(
        [
            words.select("token"),
            words.select(pl.col("key_tokens").alias("token")).explode("token", empty_as_null=False),
            company_tokens(told.companies).select("token", "word"),
        ],
        how="diagonal",
    ).unique()
    with as_table(connection, "told_tokens", asked.collect(engine="in-memory")):
        levels = to_polars(connection.sql(_TOLD_LEVELS))
    return Words(heard, levels, size_level)
