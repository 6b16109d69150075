"""Which rows are about the same person: officers, owners, own staff, trading prohibitions.

A person's identity number, or its keyed hash, decides. Without one it takes the name together with
the date of birth, the company or the address. A name alone never links anybody: in Sweden hundreds
of people share the commonest names.

A run does what changed since the last one, and what that touches; the result is that of a run from
nothing (docs/decisions/0030-persons-from-week-to-week.md).
"""

from dataclasses import dataclass

import duckdb
import polars as pl
import rapidfuzz

from screening.identity.kept_schema import made_from, note_made_from, take_note_away
from screening.identity.persons.bundled_rows import (
    ROW_TABLES,
    are_most_gone,
    keep_rows,
    note_changed_rows,
    read_changes,
)
from screening.identity.persons.hashed_numbers import (
    WITH_HASHES_READ,
    ReadHashes,
    numbers_of_hashes,
)
from screening.identity.persons.kept_pairs import PAIR_TABLES, keep_bundles, weigh_pairs
from screening.identity.persons.kept_persons import (
    PERSON_TABLES,
    count_persons,
    has_decisions,
    keep_persons,
)
from screening.identity.persons.kept_words import count_words
from screening.identity.persons.rows import TOLD
from screening.identity.reviewed.pairs import Reviewed
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table
from screening.warehouse.fingerprint import fingerprint

_SCHEMA = "identity_persons"

_KEPT_TABLES = """
SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database()
    AND schema_name = 'identity_persons' ORDER BY ALL
"""

_IS_WHOLE = """
SELECT (SELECT count(*) FROM identity_persons.rows) = (SELECT count(*) FROM identity.persons)
"""

#: Where decisions alone may have changed.
_NO_CHANGES = """
CREATE OR REPLACE TEMP TABLE changed_bundles (bundle UBIGINT);
CREATE OR REPLACE TEMP TABLE moved_bundles (bundle UBIGINT)
"""

_TEMPORARY = (
    "read_hashes", "gone_rows", "fresh_rows", "changed_names", "word_counts", "changed_words",
    "changed_numbers", "changed_alike", "touched_rows", "moved_rows", "changed_bundles",
    "old_bundles", "old_names", "old_companies", "old_places", "changed_companies",
    "changed_places", "asked_bundles", "asked_names", "asked_companies", "asked_places",
    "found_pairs", "paired_bundles", "swayed_bundles", "lost_bundles", "left_pairs",
    "moved_bundles", "compared_bundles", "redone", "shifted_bundles",
)  # fmt: skip


@dataclass(frozen=True)
class PersonSummary:
    """What resolving persons gave, as counts; nothing in it is personal.

    Attributes:
        persons: distinct persons.
        persons_with_two_numbers: pairs of numbers that look like one person's; kept apart.
        numbers_with_two_persons: numbers' further names that share nothing with the first; kept
            apart.
        unread_hashes: keyed hashes that are none of the known numbers' although a key is given
            and no hash at all fits it: the key is probably another one.
    """

    persons: int
    persons_with_two_numbers: int
    numbers_with_two_persons: int
    unread_hashes: int


def _made_from(hashes: ReadHashes) -> str:
    are_read = "hashes are read" if hashes.are_read else "hashes are not read"
    return fingerprint(pl.__version__, rapidfuzz.__version__, are_read)


def _stands(connection: duckdb.DuckDBPyConnection, wanted: str) -> bool:
    """Whether all that is kept is whole and was made by this code."""
    tables = ("identity.persons", "identity.person_pairs")
    return made_from(connection, _SCHEMA, *tables) == wanted and (
        connection.execute(_IS_WHOLE).fetchall() == [(True,)]
    )


def _start(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DROP SCHEMA IF EXISTS identity_persons CASCADE")
    connection.execute(f"{ROW_TABLES}; {PAIR_TABLES}; {PERSON_TABLES}")


def _empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget everything; a table that was changed cannot be dropped in the same transaction."""
    tables = connection.execute(_KEPT_TABLES).fetchall()
    names = [f"identity_persons.{name}" for (name,) in tables]
    for name in (*names, "identity.persons", "identity.person_pairs"):
        connection.execute(f"DELETE FROM {name}")
    connection.execute("INSERT INTO identity_persons.people VALUES (0)")


def _bring_up_to_date(
    connection: duckdb.DuckDBPyConnection,
    told: str,
    hashes: ReadHashes,
    reviewed: Reviewed | None,
) -> bool:
    """Do what changed; returns False where everything is to be made anew."""
    changed = read_changes(connection, told)
    if changed.is_empty() and not has_decisions(connection, reviewed):
        return True
    take_note_away(connection, _SCHEMA)
    if changed.is_empty():
        connection.execute(_NO_CHANGES)
    else:
        if are_most_gone(connection, changed):
            return False
        are_others = has_rows(connection, "FROM identity_persons.rows")
        fresh = note_changed_rows(connection, changed)
        if not count_words(connection):
            return False
        keep_bundles(connection, keep_rows(connection, told, fresh, are_others), are_others)
        weigh_pairs(connection, are_others)
    keep_persons(connection, reviewed, hashes.are_read)
    return True


def resolve_told(
    connection: duckdb.DuckDBPyConnection,
    told: str,
    reviewed: Reviewed | None = None,
    hash_key: bytes | None = None,
) -> PersonSummary:
    """Write ``identity.persons`` and ``identity.person_pairs`` of any rows about persons.

    Args:
        connection: the warehouse.
        told: a query that gives the columns ``rows.ROW_SCHEMA``.
        reviewed: what people decided about pairs of persons.
        hash_key: the key with which identity numbers were hashed before delivery.
    """
    hashes = numbers_of_hashes(connection, told, hash_key)
    if hashes.are_read:
        with as_table(connection, "found_hashes", hashes.numbers):
            connection.execute("CREATE OR REPLACE TEMP TABLE read_hashes AS FROM found_hashes")
        told = WITH_HASHES_READ.format(told=told)
    wanted = _made_from(hashes)
    if not _stands(connection, wanted):
        _start(connection)
    if not _bring_up_to_date(connection, told, hashes, reviewed):
        _empty(connection)
        _bring_up_to_date(connection, told, hashes, reviewed)
    note_made_from(connection, _SCHEMA, wanted)
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))
    return PersonSummary(*count_persons(connection), hashes.unread)


def resolve_persons(
    connection: duckdb.DuckDBPyConnection,
    reviewed: Reviewed | None = None,
    hash_key: bytes | None = None,
) -> PersonSummary:
    """Write ``identity.persons`` and ``identity.person_pairs``.

    - ``persons``: source, ref, person_key, match_confidence, own_key; one row per row of
      known.officers (persons), known.owners (persons), known.employees and
      known.trading_prohibitions.
    - ``person_pairs``: left_key, right_key, probability, features (JSON: log odds of each part of
      the evidence, which add up), is_match. Keys are ``own_key``s.

    ``person_key`` is a hash within the store: it does not show the identity number, but is not
    meant to leave the store either. ``own_key`` is the key that the row's bundle has by itself:
    pairs are pairs of these, and the person's key is the own key of one of its bundles.

    Args:
        connection: the warehouse.
        reviewed: what people decided about pairs of persons.
        hash_key: the key with which identity numbers were hashed before delivery.
    """
    return resolve_told(connection, TOLD, reviewed, hash_key)
