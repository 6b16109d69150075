"""Which rows are about the same person: officers, owners, own staff, trading prohibitions.

A person's identity number, or its keyed hash, decides. Without one it takes the name together with
the date of birth, the company or the address. A name alone never links anybody: in Sweden hundreds
of people share the commonest names.
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.persons.resolution import resolve_rows
from screening.identity.persons.rows import numbers_of_hashes, person_rows
from screening.identity.reviewed.pairs import Reviewed
from screening.warehouse.exchange import as_table


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


def _with_hashes_read(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame, hash_key: bytes | None
) -> tuple[pl.DataFrame, bool, int]:
    hashes = rows["person_id"].str.starts_with("hash:").fill_null(value=False)
    if hash_key is None or not hashes.any():
        return rows, False, 0
    read = numbers_of_hashes(connection, rows, hash_key)
    number = pl.col("person_id").replace(read["hash"], read["number"])
    unread = rows.filter(hashes)["person_id"].n_unique() if read.is_empty() else 0
    return rows.with_columns(person_id=number), not read.is_empty(), unread


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
    meant to leave the store either.

    Args:
        connection: the warehouse.
        reviewed: what people decided about pairs of persons.
        hash_key: the key with which identity numbers were hashed before delivery.
    """
    rows, are_hashes_read, unread = _with_hashes_read(connection, person_rows(connection), hash_key)
    resolved = resolve_rows(connection, rows, reviewed, are_hashes_read)
    tables = {"persons": resolved.persons, "person_pairs": resolved.pairs}
    for name, frame in tables.items():
        with as_table(connection, "resolved_rows", frame):
            connection.execute(
                f"CREATE OR REPLACE TABLE identity.{name} AS SELECT * FROM resolved_rows"
            )
    return PersonSummary(
        resolved.persons["person_key"].n_unique(),
        resolved.persons_with_two_numbers,
        resolved.numbers_with_two_persons,
        unread,
    )
