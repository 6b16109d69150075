"""Pairs of subject and entry that are kept: what changed, and what that touches, is done again.

A party is compared again with all of the other side if it is new or another, if a word of its
names tells something else than last time, if such a word is a misspelling of another now, or if a
block of names of it brings too many together now, or no longer does. All else follows from the two
records, and from what their words tell, and stands.

The first run compares everything with everything, by the same statements: the result of a later
run is that of a first one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from screening.identity.listed.company_names import RegisterWords
from screening.identity.listed.kept_blocks import (
    BLOCK_TABLES,
    OTHERS,
    keep_blocks,
    note_considered,
    without_full,
)
from screening.identity.listed.kept_words import (
    NUMBER,
    WORD_TABLES,
    count_words,
    size_levels,
    weigh_words,
    words_of,
)
from screening.identity.listed.matching import KEPT_PAIRS, Again, weigh_again
from screening.identity.listed.sides import Side
from screening.identity.listed.told_names import Told, blocks_of, read_names
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.fingerprint import fingerprint

_KINDS = {pl.String: "VARCHAR", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.Int32: "INTEGER",
          pl.UInt64: "UBIGINT"}  # fmt: skip

_TABLES = f"""
CREATE SCHEMA IF NOT EXISTS identity_listed;
CREATE OR REPLACE TABLE identity_listed.made (made_from VARCHAR, sizes VARCHAR);
CREATE OR REPLACE TABLE identity_listed.parties
    (is_entry BOOLEAN, no UBIGINT, content UBIGINT, is_person BOOLEAN, is_company BOOLEAN);
CREATE OR REPLACE TABLE identity_listed.wanted (entry UBIGINT, subject UBIGINT);
CREATE OR REPLACE TABLE identity_listed.pairs
    ({", ".join(f"{name} {_KINDS[type(kind)]}" for name, kind in KEPT_PAIRS.items())});
{WORD_TABLES}
{BLOCK_TABLES}
"""

_STANDS = """
SELECT count(*) FROM duckdb_tables()
WHERE NOT temporary AND schema_name = 'identity_listed' AND table_name = 'made'
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
UNION SELECT is_entry, no FROM identity_listed.tokens SEMI JOIN changed_levels USING (token)
    ANTI JOIN fresh_parties USING (is_entry, no)
UNION SELECT is_entry, no FROM identity_listed.tokens
    SEMI JOIN changed_near ON token = entry_token WHERE is_entry
UNION SELECT is_entry, no FROM identity_listed.tokens
    SEMI JOIN changed_near ON token = subject_token WHERE NOT is_entry
UNION SELECT is_entry, no FROM identity_listed.parties SEMI JOIN (
    (FROM wanted_now EXCEPT FROM identity_listed.wanted)
    UNION ALL (FROM identity_listed.wanted EXCEPT FROM wanted_now)) AS changed
    ON no = subject WHERE NOT is_entry;
DELETE FROM identity_listed.wanted;
INSERT INTO identity_listed.wanted FROM wanted_now;
"""

#: Who is compared again without being new.
_TOUCHED = "again ANTI JOIN fresh_parties USING (is_entry, no)"

_KEEP_PAIRS = """
DELETE FROM identity_listed.pairs
WHERE entry IN (SELECT no FROM again WHERE is_entry UNION ALL
        SELECT no FROM gone_parties WHERE is_entry)
    OR subject IN (SELECT no FROM again WHERE NOT is_entry UNION ALL
        SELECT no FROM gone_parties WHERE NOT is_entry);
INSERT INTO identity_listed.pairs FROM pairs_now;
"""

_NOBODYS_NUMBERS = """
SELECT DISTINCT number FROM told_numbers JOIN identity_listed.levels USING (token) WHERE level > 0
"""

_TEMPORARY = (
    "fresh_parties", "gone_parties", "gone_tokens", "moved_counts", "changed_levels",
    "changed_near", "again", "touched_blocks", "full_now", "crowded", "considered",
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

    def all(self) -> dict[bool, Told]:
        """All parties, read."""
        return read_names({is_entry: self.read(is_entry, None) for is_entry in (True, False)})

    def told(self, parties: str) -> dict[bool, Told]:
        """The parties of a query (``is_entry``, ``no``), read."""
        found = to_polars(self.connection.sql(f"SELECT is_entry, no FROM {parties}"))
        return read_names(
            {
                is_entry: self.read(
                    is_entry, found.filter(pl.col("is_entry") == is_entry).select("no")
                )
                for is_entry in (True, False)
            }
        )


def _made_from() -> str:
    return fingerprint(pl.__version__)


def _sizes_of_last_time(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The sizes that words were counted in; None where nothing stands that this code made."""
    ((there,),) = connection.execute(_STANDS).fetchall()
    if not there:
        return None
    made = connection.execute(
        "SELECT sizes FROM identity_listed.made WHERE made_from = ?", [_made_from()]
    ).fetchall()
    return str(made[0][0]) if made else None


_Sizes = tuple[int, int, int]


def _note_changes(listed: Listed) -> tuple[dict[bool, Told], pl.DataFrame, _Sizes]:
    """Count what came and what went; returns what came, its words of persons, the sizes now."""
    connection = listed.connection
    connection.execute(_CHANGES.format(now=listed.now))
    is_new = not has_rows(connection, "FROM identity_listed.parties")
    fresh = listed.all() if is_new else listed.told("fresh_parties")
    heard = count_words(connection, fresh)
    with as_table(connection, "named", _named(fresh)):
        connection.execute(_KEEP_PARTIES)
    return fresh, heard, size_levels(connection, listed.register_size)


def _named(told: Mapping[bool, Told]) -> pl.DataFrame:
    """As what parties have names: is_entry, no, is_person, is_company."""
    return pl.concat(
        side.parties.select(
            pl.lit(is_entry).alias("is_entry"),
            "no",
            is_person=pl.col("no").is_in(side.persons["no"].unique().implode()),
            is_company=pl.col("no").is_in(side.companies["no"].unique().implode()),
        )
        for is_entry, side in told.items()
    )


def _both(told: Mapping[bool, Told], others: Mapping[bool, Told]) -> dict[bool, Told]:
    return {is_entry: side.beside(others[is_entry]) for is_entry, side in told.items()}


def _without_nobodys(connection: duckdb.DuckDBPyConnection, entries: Told) -> Told:
    """Entries without the numbers that too many entries have."""
    numbers = entries.side.numbers
    told = numbers.select("number", token=pl.col("number").hash(seed=NUMBER)).unique()
    with as_table(connection, "told_numbers", told):
        nobodys = to_polars(connection.sql(_NOBODYS_NUMBERS))
    held = numbers.join(nobodys, on="number", how="anti", maintain_order="left")
    return replace(entries, side=replace(entries.side, numbers=held))


def _weigh_again(
    listed: Listed, told: dict[bool, Told], heard: pl.DataFrame, size_level: int
) -> pl.DataFrame:
    """Blocks of ``told``, which is all of ``again``, and its pairs with whomever it may concern."""
    connection = listed.connection
    words = words_of(connection, size_level, told, heard)
    blocks = blocks_of(told, words)
    keep_blocks(connection, blocks)
    if has_rows(connection, f"SELECT no FROM crowded UNION ALL SELECT no FROM {OTHERS}"):
        note_considered(connection)
        others = listed.told("(FROM considered UNION ALL FROM crowded)")
        if any(not side.side.parties.is_empty() for side in others.values()):
            told = _both(told, others)
            words = words_of(connection, size_level, told, words.heard)
            blocks = blocks_of(told, words)
    found = to_polars(connection.sql("FROM again"))
    again = Again(
        found.filter("is_entry").select("no"),
        found.filter(~pl.col("is_entry")).select("no"),
        listed.wanted,
    )
    entries = _without_nobodys(connection, told[True])
    return weigh_again(entries, told[False], words, without_full(connection, blocks), again)


def bring_up_to_date(listed: Listed) -> pl.DataFrame:
    """Make ``identity_listed.pairs`` what it would be if everything were compared anew.

    Returns:
        ``KEPT_PAIRS`` of all pairs that are worth keeping.
    """
    connection = listed.connection
    last_sizes = _sizes_of_last_time(connection)
    if last_sizes is None:
        connection.execute(_TABLES)
    # Until it is whole again, it is nothing to go by.
    connection.execute("DELETE FROM identity_listed.made")
    fresh, heard, sizes = _note_changes(listed)
    if last_sizes not in (None, str(sizes)):
        connection.execute(_TABLES)
        fresh, heard, sizes = _note_changes(listed)
    with as_table(connection, "wanted_now", listed.wanted):
        weigh_words(connection, sizes, listed.register)
        connection.execute(_AGAIN)
        if has_rows(connection, f"FROM {_TOUCHED}"):
            fresh = _both(fresh, listed.told(_TOUCHED))
        if has_rows(connection, "SELECT no FROM again UNION ALL SELECT no FROM gone_parties"):
            pairs = _weigh_again(listed, fresh, heard, sizes[2])
            with as_table(connection, "pairs_now", pairs):
                connection.execute(_KEEP_PAIRS)
    connection.execute("INSERT INTO identity_listed.made VALUES (?, ?)", [_made_from(), str(sizes)])
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
    return to_polars(connection.sql("FROM identity_listed.pairs ORDER BY entry, subject"))


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop all that is kept: the next run compares everything anew, with the same result."""
    connection.execute("DROP SCHEMA IF EXISTS identity_listed CASCADE")
