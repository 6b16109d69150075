"""Blocks of names that are kept from run to run: who may be a candidate of whom.

The blocks of a party follow from its record alone. Which of them bring a pair together depends on
what sounds tell and on how many are in a block, and is looked at in each run: that takes no more
than the entries' blocks, which are few.
"""

import duckdb
import polars as pl

from screening.identity.listed.company_candidates import name_blocks as company_blocks
from screening.identity.listed.company_names import COMPANY_WORD
from screening.identity.listed.kept_words import CONTACT, NUMBER
from screening.identity.listed.person_candidates import SOUND_AND_YEAR, TWO_SOUNDS
from screening.identity.listed.person_candidates import name_blocks as person_blocks
from screening.identity.listed.person_words import weight_sql
from screening.identity.listed.told_names import Told
from screening.warehouse.exchange import as_table, to_polars

#: Two sounds that tell less than this, together, also need the year of birth. Of two words that
#: agree the second tells less (``person_name_comparison``).
_STRONG_PAIR, _SECOND = 11.5, 0.9

#: One sound, and the year of birth alone, are enough from this on.
_STRONG_SOUND = 5.0

_OF_COMPANIES = 4

#: How many pairs of parties a block of persons', and of companies' names may bring together: one
#: that brings more says nothing.
MOST_PAIRS = {"persons": 20_000, "companies": 5_000}

BLOCK_TABLES = """
CREATE TABLE identity_listed.entry_blocks
    (kind UTINYINT, block UBIGINT, no UBIGINT, token UBIGINT, token_2 UBIGINT);
CREATE TABLE identity_listed.subject_blocks (block UBIGINT, no UBIGINT);
CREATE TABLE identity_listed.full_blocks (block UBIGINT);
"""

_KEEP_BLOCKS = """
DELETE FROM identity_listed.entry_blocks WHERE no IN (SELECT no FROM gone_parties WHERE is_entry);
DELETE FROM identity_listed.subject_blocks
    WHERE no IN (SELECT no FROM gone_parties WHERE NOT is_entry);
INSERT INTO identity_listed.entry_blocks
    SELECT DISTINCT kind, block, no, token, token_2 FROM blocks_now WHERE is_entry;
INSERT INTO identity_listed.subject_blocks
    SELECT DISTINCT block, no FROM blocks_now WHERE NOT is_entry;
"""

#: ``open_blocks`` of entries, those whose sounds tell enough, and ``met_blocks``, the same ones of
#: subjects.
_OPEN = f"""
CREATE OR REPLACE TEMP TABLE open_blocks AS
SELECT held.kind, held.block, held.no FROM identity_listed.entry_blocks AS held
LEFT JOIN identity_listed.levels AS one USING (token)
LEFT JOIN identity_listed.levels AS other ON other.token = held.token_2
WHERE CASE kind WHEN {SOUND_AND_YEAR} THEN {weight_sql("one.level")} >= {_STRONG_SOUND}
    WHEN {TWO_SOUNDS} THEN greatest({weight_sql("one.level")}, {weight_sql("other.level")})
        + {_SECOND} * least({weight_sql("one.level")}, {weight_sql("other.level")})
        >= {_STRONG_PAIR}
    ELSE true END;
CREATE OR REPLACE TEMP TABLE met_blocks AS
FROM identity_listed.subject_blocks SEMI JOIN open_blocks USING (block);
CREATE OR REPLACE TEMP TABLE full_now AS
SELECT block FROM (
    SELECT block, any_value(kind) AS kind, count(*) AS entries FROM open_blocks GROUP BY block)
JOIN (SELECT block, count(*) AS subjects FROM met_blocks GROUP BY block) USING (block)
WHERE entries * subjects > CASE kind WHEN {_OF_COMPANIES} THEN $companies ELSE $persons END
"""

#: Those of whom a block is full now, or no longer is, are compared again as well.
_KEEP_FULL = """
CREATE OR REPLACE TEMP TABLE changed_blocks AS
    (FROM full_now EXCEPT FROM identity_listed.full_blocks)
    UNION ALL (FROM identity_listed.full_blocks EXCEPT FROM full_now);
INSERT INTO again
SELECT true, no FROM identity_listed.entry_blocks SEMI JOIN changed_blocks USING (block)
UNION SELECT false, no FROM identity_listed.subject_blocks SEMI JOIN changed_blocks USING (block);
DELETE FROM identity_listed.full_blocks;
INSERT INTO identity_listed.full_blocks FROM full_now;
DELETE FROM open_blocks WHERE block IN (FROM full_now);
"""

#: Pairs of which one is compared again: of one block, a word, a misspelling, a number, a contact.
_CANDIDATES = f"""
WITH subjects AS (
    SELECT kind, token, no FROM identity_listed.tokens
    WHERE NOT is_entry AND kind IN ({COMPANY_WORD}, {NUMBER}, {CONTACT})
), bringing AS MATERIALIZED (
    SELECT kind, token, no FROM identity_listed.tokens JOIN identity_listed.levels USING (token)
    WHERE is_entry AND brings
), misspelled AS MATERIALIZED (
    SELECT subject_token, no FROM identity_listed.near
    JOIN identity_listed.tokens ON token = entry_token WHERE is_entry
), found AS (
SELECT open_blocks.no AS entry, met_blocks.no AS subject, false AS is_tied
FROM open_blocks JOIN met_blocks USING (block)
UNION ALL
SELECT bringing.no, subjects.no, bringing.kind <> {COMPANY_WORD}
FROM bringing JOIN subjects USING (token)
UNION ALL
SELECT misspelled.no, subjects.no, false FROM misspelled JOIN subjects ON subject_token = token
UNION ALL
SELECT entry, subject, true FROM wanted_now
)
SELECT entry, subject, bool_or(is_tied) AS is_tied FROM found
WHERE entry IN (SELECT no FROM again WHERE is_entry)
    OR subject IN (SELECT no FROM again WHERE NOT is_entry)
GROUP BY entry, subject ORDER BY entry, subject
"""


def keep_blocks(connection: duckdb.DuckDBPyConnection, told: Told, heard: pl.DataFrame) -> None:
    """Keep the blocks of parties that come, and no longer those of ``gone_parties``.

    Args:
        connection: with ``gone_parties``.
        told: the parties that come.
        heard: of ``heard_words``, of the words of their names.
    """
    companies = company_blocks(told.companies).with_columns(
        kind=pl.lit(_OF_COMPANIES, pl.UInt8),
        token=pl.lit(None, pl.UInt64),
        token_2=pl.lit(None, pl.UInt64),
    )
    persons = person_blocks(told.persons, told.both("births"), heard)
    blocks = pl.concat([persons, companies.select(persons.collect_schema().names())]).collect(
        engine="in-memory"
    )
    with as_table(connection, "blocks_now", blocks):
        connection.execute(_KEEP_BLOCKS)


def candidates(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Pairs of parties that may be one, of which one is compared again.

    Args:
        connection: with ``again`` and ``wanted_now``, blocks and words brought up to date.

    Returns:
        ``entry``, ``subject``, ``is_tied`` (by a number, a contact or a decision).
    """
    connection.execute(_OPEN, MOST_PAIRS)
    connection.execute(_KEEP_FULL)
    return to_polars(connection.sql(_CANDIDATES))
