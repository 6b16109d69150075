"""Blocks of names that are kept from run to run: who may be a candidate of whom."""

import duckdb
import polars as pl

from screening.identity.listed.kept_words import CONTACT, NUMBER
from screening.identity.listed.told_names import Blocks
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: Blocks of names of persons, and of companies, and how many pairs of parties one may bring
#: together: one that brings more says nothing.
_PERSONS, _COMPANIES = 1, 2
MOST_PAIRS = {_PERSONS: 20_000, _COMPANIES: 5_000}

BLOCK_TABLES = """
CREATE OR REPLACE TABLE identity_listed.blocks
    (kind UTINYINT, block UBIGINT, is_entry BOOLEAN, no UBIGINT);
CREATE OR REPLACE TABLE identity_listed.full_blocks (block UBIGINT);
"""

#: Blocks that somebody comes into or leaves: only these may be full now, or no longer.
_TOUCHED_BLOCKS = """
CREATE OR REPLACE TEMP TABLE touched_blocks AS
SELECT DISTINCT block FROM (
    SELECT block FROM identity_listed.blocks WHERE hash(is_entry, no) IN (
        SELECT hash(is_entry, no) FROM gone_parties UNION SELECT hash(is_entry, no) FROM again)
    UNION ALL SELECT block FROM blocks_now)
"""

_KEEP_BLOCKS = """
DELETE FROM identity_listed.blocks WHERE hash(is_entry, no) IN (
    SELECT hash(is_entry, no) FROM gone_parties UNION SELECT hash(is_entry, no) FROM again);
INSERT INTO identity_listed.blocks FROM blocks_now;
CREATE OR REPLACE TEMP TABLE full_now AS
WITH listed AS (
    SELECT block, any_value(kind) AS kind, count(*) AS entries
    FROM identity_listed.blocks {touched} WHERE is_entry GROUP BY block
), met AS (
    SELECT block, count(*) AS subjects
    FROM identity_listed.blocks SEMI JOIN listed USING (block) WHERE NOT is_entry GROUP BY block
)
SELECT block FROM listed JOIN met USING (block)
WHERE entries * subjects > CASE kind
    WHEN {kind} THEN {most_persons} ELSE {most_companies} END;
CREATE OR REPLACE TEMP TABLE crowded AS
SELECT DISTINCT is_entry, no FROM identity_listed.blocks SEMI JOIN (
    (FROM full_now EXCEPT FROM identity_listed.full_blocks)
    UNION ALL (FROM identity_listed.full_blocks {touched} EXCEPT FROM full_now)) AS changed
    USING (block)
ANTI JOIN again USING (is_entry, no);
INSERT INTO again FROM crowded;
DELETE FROM identity_listed.full_blocks WHERE block IN (
    SELECT block FROM identity_listed.full_blocks {touched});
INSERT INTO identity_listed.full_blocks FROM full_now;
"""

#: Who is not compared again.
OTHERS = "identity_listed.parties ANTI JOIN again USING (is_entry, no)"

#: Who may be a candidate of one that is compared again, and is not compared again itself.
_CONSIDERED = f"""
CREATE OR REPLACE TEMP TABLE considered AS
WITH asked AS (
    SELECT DISTINCT is_entry, block FROM identity_listed.blocks SEMI JOIN again USING (is_entry, no)
    ANTI JOIN identity_listed.full_blocks USING (block)
), tied AS (
    SELECT DISTINCT is_entry, token FROM identity_listed.tokens
    SEMI JOIN again USING (is_entry, no) WHERE kind IN ({NUMBER}, {CONTACT})
)
SELECT is_entry, no FROM (
    SELECT is_entry, no FROM identity_listed.blocks SEMI JOIN (
        SELECT NOT is_entry AS is_entry, block FROM asked) AS others USING (is_entry, block)
    UNION SELECT is_entry, no FROM identity_listed.tokens SEMI JOIN (
        SELECT NOT is_entry AS is_entry, token FROM tied) AS others USING (is_entry, token)
    UNION SELECT true, entry FROM wanted_now SEMI JOIN again ON subject = no AND NOT is_entry
    UNION SELECT false, subject FROM wanted_now SEMI JOIN again ON entry = no AND is_entry
) ANTI JOIN again USING (is_entry, no)
"""


def keep_blocks(connection: duckdb.DuckDBPyConnection, blocks: Blocks) -> None:
    """Keep the blocks of parties that are compared again; find those that are full.

    Those of whom a block is full now, or no longer is, are compared again as well: ``crowded``.

    Args:
        connection: with ``gone_parties`` and ``again``.
        blocks: of all that is in ``again``.
    """
    frames = [
        frame.select(
            pl.lit(kind, pl.UInt8).alias("kind"), "block", pl.lit(is_entry).alias("is_entry"), "no"
        ).unique(["no", "block"])
        for is_entry, of_kinds in blocks.items()
        for kind, frame in zip((_PERSONS, _COMPANIES), of_kinds, strict=True)
    ]
    with as_table(connection, "blocks_now", pl.concat(frames)):
        touched = ""
        if has_rows(connection, f"FROM {OTHERS}"):
            connection.execute(_TOUCHED_BLOCKS)
            touched = "SEMI JOIN touched_blocks USING (block)"
        connection.execute(
            _KEEP_BLOCKS.format(
                touched=touched,
                kind=_PERSONS,
                most_persons=MOST_PAIRS[_PERSONS],
                most_companies=MOST_PAIRS[_COMPANIES],
            )
        )


def without_full(connection: duckdb.DuckDBPyConnection, blocks: Blocks) -> Blocks:
    """The blocks that do not bring too many together."""
    full = to_polars(connection.sql("FROM identity_listed.full_blocks"))
    if full.is_empty():
        return blocks
    return {
        is_entry: (
            persons.join(full, on="block", how="anti"),
            companies.join(full, on="block", how="anti"),
        )
        for is_entry, (persons, companies) in blocks.items()
    }


def note_considered(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``considered``: who may be a candidate of one that is compared again, beside these.

    Args:
        connection: after ``keep_blocks``, with the table ``wanted_now``.
    """
    connection.execute(_CONSIDERED)
