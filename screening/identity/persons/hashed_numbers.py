"""Keyed hashes of identity numbers, set against the numbers that are known.

A hash is HMAC-SHA-256 with the municipality's key over the number in twelve or ten digits, with or
without hyphen, in hexadecimal; its first 16 figures or more.
"""

import hashlib
from dataclasses import dataclass

import duckdb
import polars as pl

#: ``told`` with the hashes of ``read_hashes`` replaced by the numbers they are.
WITH_HASHES_READ = """
SELECT told.* REPLACE (coalesce(read.number, told.person_id) AS person_id)
FROM ({told}) AS told LEFT JOIN read_hashes AS read ON read.hash = told.person_id
"""

#: How a number may have been written when it was hashed.
_WRITTEN = """
SELECT number, unnest([
    number, substr(number, 1, 8) || '-' || substr(number, 9),
    substr(number, 3), substr(number, 3, 6) || '-' || substr(number, 9)]) AS written
FROM (SELECT DISTINCT person_id AS number FROM told_numbers
    WHERE regexp_full_match(person_id, '[0-9]{12}'))
"""

#: HMAC-SHA-256 (RFC 2104) of every number in every form, set against the hashes as far as given.
_MATCHED = f"""
SELECT hashed.hash, min(made.number) AS number
FROM (SELECT DISTINCT person_id AS hash, length(person_id) - 5 AS figures FROM told_numbers
    WHERE regexp_full_match(person_id, 'hash:[0-9a-f]{{16,64}}')) AS hashed
JOIN (
    SELECT number, sha256($outer || unhex(sha256($inner || encode(written)))) AS figures
    FROM ({_WRITTEN})
) AS made ON substr(hashed.hash, 6, 16) = substr(made.figures, 1, 16)
    AND substr(hashed.hash, 6) = substr(made.figures, 1, hashed.figures)
GROUP BY hashed.hash HAVING count(DISTINCT made.number) = 1
ORDER BY hashed.hash
"""

_BLOCK = 64


_TOLD_NUMBERS = """
CREATE OR REPLACE TEMP TABLE told_numbers AS
SELECT DISTINCT person_id FROM ({told}) WHERE person_id IS NOT NULL
"""

_HASHES = """
SELECT count(*) FROM told_numbers WHERE starts_with(person_id, 'hash:')
"""


@dataclass(frozen=True)
class ReadHashes:
    """Which keyed hash is which number.

    Attributes:
        numbers: ``hash``, ``number``.
        unread: hashes that are none of the numbers, where no hash at all is one.
    """

    numbers: pl.DataFrame
    unread: int = 0

    @property
    def are_read(self) -> bool:
        """Whether the key is the one that hashes were made with."""
        return not self.numbers.is_empty()


def no_hashes() -> ReadHashes:
    """Where there is no key, or no hash."""
    return ReadHashes(pl.DataFrame(schema={"hash": pl.String(), "number": pl.String()}))


def numbers_of_hashes(
    connection: duckdb.DuckDBPyConnection, told: str, key: bytes | None
) -> ReadHashes:
    """Set keyed hashes against the numbers that are known.

    Args:
        connection: DuckDB computes the hashes.
        told: a query that gives the columns ``rows.ROW_SCHEMA``.
        key: the key with which the hashes were made; without one no hash is read.
    """
    if key is None:
        return no_hashes()
    connection.execute(_TOLD_NUMBERS.format(told=told))
    ((hashes,),) = connection.execute(_HASHES).fetchall()
    found = []
    if hashes:
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        pads = {
            name: bytes(byte ^ pad for byte in block)
            for name, pad in (("inner", 0x36), ("outer", 0x5C))
        }
        found = connection.execute(_MATCHED, pads).fetchall()
    connection.execute("DROP TABLE temp.told_numbers")
    read = pl.DataFrame(found, schema=no_hashes().numbers.schema, orient="row")
    return ReadHashes(read, 0 if found else hashes)
