"""Pairs of subject and entry that are kept: what changed, and what that touches, is done again.

A party is compared again with all of the other side if it is new or another, if a word of its
names tells something else than last time, if such a word is a misspelling of another now, or if a
block of names of it brings too many together now, or no longer does. All else follows from the two
records, and from what their words tell, and stands.

The first run compares everything with everything, by the same statements: the result of a later
run is that of a first one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from screening.identity.kept_schema import made_from, note_made_from, take_note_away
from screening.identity.listed.company_names import RegisterWords
from screening.identity.listed.kept_blocks import BLOCK_TABLES, candidates, keep_blocks
from screening.identity.listed.kept_words import (
    NUMBER,
    WORD_TABLES,
    count_words,
    size_levels,
    weigh_words,
    words_of,
)
from screening.identity.listed.matching import KEPT_PAIRS, weigh_pairs
from screening.identity.listed.sides import NOBODY, Side
from screening.identity.listed.told_names import Told, nobody, read_names
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.fingerprint import fingerprint

_KINDS = {pl.String: "VARCHAR", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.Int32: "INTEGER",
          pl.UInt64: "UBIGINT"}  # fmt: skip

_SCHEMA = "identity_listed"

_TABLES = f"""
DROP SCHEMA IF EXISTS identity_listed CASCADE;
CREATE SCHEMA identity_listed;
CREATE TABLE identity_listed.made (made_from VARCHAR);
CREATE TABLE identity_listed.parties
    (is_entry BOOLEAN, no UBIGINT, content UBIGINT, is_person BOOLEAN, is_company BOOLEAN);
CREATE TABLE identity_listed.wanted (entry UBIGINT, subject UBIGINT);
CREATE TABLE identity_listed.pairs
    ({", ".join(f"{name} {_KINDS[type(kind)]}" for name, kind in KEPT_PAIRS.items())});
{WORD_TABLES}
{BLOCK_TABLES}
"""

_CHANGES = """
CREATE OR REPLACE TEMP TABLE fresh_parties AS
    FROM {now} ANTI JOIN identity_listed.parties USING (is_entry, no, content);
CREATE OR REPLACE TEMP TABLE gone_parties AS
    SELECT is_entry, no FROM identity_listed.parties ANTI JOIN {now} USING (is_entry, no, content);
"""

_KEEP_PARTIES = """
DELETE FROM identity_listed.parties WHERE hash(is_entry, no) IN (
    SELECT hash(is_entry, no) FROM gone_parties);
INSERT INTO identity_listed.parties
    SELECT fresh.*, coalesce(named.is_person, false), coalesce(named.is_company, false)
    FROM fresh_parties AS fresh LEFT JOIN named USING (is_entry, no);
"""

_AGAIN = """
CREATE OR REPLACE TEMP TABLE again AS
SELECT is_entry, no FROM fresh_parties
UNION SELECT is_entry, no FROM identity_listed.tokens SEMI JOIN (
    SELECT token, unnest([true, false]) AS is_entry FROM changed_levels
    UNION ALL SELECT entry_token, true FROM changed_near
    UNION ALL SELECT subject_token, false FROM changed_near) AS changed USING (token, is_entry)
UNION SELECT is_entry, no FROM identity_listed.parties SEMI JOIN (
    (FROM wanted_now EXCEPT FROM identity_listed.wanted)
    UNION ALL (FROM identity_listed.wanted EXCEPT FROM wanted_now)) AS changed
    ON no = subject WHERE NOT is_entry
UNION SELECT is_entry, no FROM identity_listed.parties WHERE $is_resized
"""

_KEEP_WANTED = """
DELETE FROM identity_listed.wanted;
INSERT INTO identity_listed.wanted FROM wanted_now;
"""

_DROP_PAIRS = """
DELETE FROM identity_listed.pairs
WHERE entry IN (SELECT no FROM again WHERE is_entry UNION ALL
        SELECT no FROM gone_parties WHERE is_entry)
    OR subject IN (SELECT no FROM again WHERE NOT is_entry UNION ALL
        SELECT no FROM gone_parties WHERE NOT is_entry)
"""

_NOBODYS_NUMBERS = """
SELECT DISTINCT number FROM told_numbers JOIN identity_listed.levels USING (token) WHERE NOT brings
"""

_TEMPORARY = (
    "fresh_parties", "gone_parties", "gone_tokens", "moved_counts", "changed_levels",
    "changed_near", "again", "open_blocks", "met_blocks", "full_now", "changed_blocks",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """What is held against each other.

    Attributes:
        connection: where everything is kept.
        now: name of a table: ``is_entry``, ``no``, ``content`` (a hash of all that is compared) of
            the parties that there are.
        read: given ``is_entry`` and ``no`` of some (none: of all), what is told of them.
        register: tells how many rows of the company register have a word.
        register_size: how many rows it has.
        wanted: ``entry``, ``subject`` of pairs that are told whatever the evidence.
    """

    connection: duckdb.DuckDBPyConnection
    now: str
    read: Callable[[bool, pl.DataFrame | None], Side]
    register: RegisterWords
    register_size: int
    wanted: pl.DataFrame

    def told(self, parties: pl.DataFrame | None) -> Told:
        """What is told of parties (``is_entry``, ``no``), all where none is given, read."""
        if parties is not None and parties.is_empty():
            return nobody()
        sides = {}
        for is_entry in (True, False):
            asked = None
            if parties is not None:
                asked = parties.filter(pl.col("is_entry") == is_entry).select("no")
            is_nobody = asked is not None and asked.is_empty()
            sides[is_entry] = NOBODY if is_nobody else self.read(is_entry, asked)
        return read_names(sides)


_Sizes = tuple[int, int, int]


def _note_changes(listed: Listed) -> tuple[Told, pl.DataFrame, _Sizes]:
    """Count what came and what went; returns what came, its words of persons, the sizes now."""
    connection = listed.connection
    connection.execute(_CHANGES.format(now=listed.now))
    is_new = not has_rows(connection, "FROM identity_listed.parties")
    come = None if is_new else to_polars(connection.sql("SELECT is_entry, no FROM fresh_parties"))
    fresh = listed.told(come)
    heard = count_words(connection, fresh)
    if has_rows(connection, "SELECT no FROM fresh_parties UNION ALL SELECT no FROM gone_parties"):
        keep_blocks(connection, fresh, heard)
        with as_table(connection, "named", _named(fresh)):
            connection.execute(_KEEP_PARTIES)
    return fresh, heard, size_levels(connection, listed.register_size)


def _named(told: Told) -> pl.DataFrame:
    """As what parties have names: is_entry, no, is_person, is_company."""
    persons, companies = (
        names.select("is_entry", "no").unique().with_columns(pl.lit(value=True).alias(kind))
        for kind, names in (("is_person", told.persons), ("is_company", told.companies))
    )
    return persons.join(companies, on=["is_entry", "no"], how="full", coalesce=True)


def _without_nobodys(connection: duckdb.DuckDBPyConnection, told: Told) -> Told:
    """Entries without the numbers that too many entries have."""
    entries = told.sides[True]
    asked = entries.numbers.select("number", token=pl.col("number").hash(seed=NUMBER)).unique()
    with as_table(connection, "told_numbers", asked):
        nobodys = to_polars(connection.sql(_NOBODYS_NUMBERS))
    if nobodys.is_empty():
        return told
    held = entries.numbers.join(nobodys, on="number", how="anti", maintain_order="left")
    return replace(told, sides={**told.sides, True: replace(entries, numbers=held)})


def _weigh_again(
    listed: Listed, fresh: Told, heard: pl.DataFrame, size_level: int
) -> pl.DataFrame | None:
    """Weigh the pairs of which one is compared again; none where there are none."""
    connection = listed.connection
    pairs = candidates(connection)
    if pairs.is_empty():
        return None
    parties = pl.concat(
        pairs.select(pl.lit(name == "entry").alias("is_entry"), no=name).unique()
        for name in ("entry", "subject")
    )
    others = parties.join(fresh.both("parties"), on=["is_entry", "no"], how="anti")
    told = fresh.beside(listed.told(others)) if others.height else fresh
    words = words_of(connection, size_level, told, heard)
    return weigh_pairs(pairs, _without_nobodys(connection, told), words, listed.wanted)


def bring_up_to_date(listed: Listed) -> pl.DataFrame:
    """Make ``identity_listed.pairs`` what it would be if everything were compared anew.

    Returns:
        ``KEPT_PAIRS`` of all pairs that are worth keeping.
    """
    connection = listed.connection
    code, last = fingerprint(pl.__version__), made_from(connection, _SCHEMA)
    if last is None or not last.startswith(code):
        connection.execute(_TABLES)
    take_note_away(connection, _SCHEMA)
    fresh, heard, sizes = _note_changes(listed)
    made = f"{code} {sizes}"
    is_resized = last != made
    with as_table(connection, "wanted_now", listed.wanted):
        weigh_words(connection, sizes, listed.register, is_resized)
        connection.execute(_AGAIN, {"is_resized": is_resized})
        connection.execute(_KEEP_WANTED)
        if has_rows(connection, "SELECT no FROM again UNION ALL SELECT no FROM gone_parties"):
            pairs = _weigh_again(listed, fresh, heard, sizes[2])
            connection.execute(_DROP_PAIRS)
            if pairs is not None:
                with as_table(connection, "pairs_now", pairs):
                    connection.execute("INSERT INTO identity_listed.pairs FROM pairs_now")
    note_made_from(connection, _SCHEMA, made)
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
    return to_polars(connection.sql("FROM identity_listed.pairs ORDER BY entry, subject"))


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop all that is kept: the next run compares everything anew, with the same result."""
    connection.execute("DROP SCHEMA IF EXISTS identity_listed CASCADE")
