"""Rows about persons as `resolve` reads them, and keyed hashes set against numbers."""

import hashlib

import duckdb
import polars as pl

from screening.identity.addresses import street_door
from screening.identity.kept_readings import Reading, keep_read
from screening.identity.persons.names import person_words
from screening.warehouse.exchange import as_table, to_polars

#: ``within`` is where a name alone is somebody: the company, or the employee. ``company`` is what
#: a row says of a company, which also ties rows with the same name.
_ROWS = """
SELECT 'officers' AS source, ref, person_id, person_name AS name, birth_date,
    NULL::BIGINT AS birth_year, street, postal_code, orgnr AS company, orgnr AS within, true_from
FROM known.officers WHERE officer_type IS DISTINCT FROM 'company'
UNION ALL
SELECT 'owners', ref, owner_id, owner_name, birth_date, birth_year, NULL, NULL,
    coalesce(orgnr, subject_ref), coalesce(orgnr, subject_ref), true_from
FROM known.owners WHERE owner_type = 'person'
UNION ALL
SELECT 'employees', ref, person_id, name, birth_date, NULL, street, postal_code,
    secondary_employment_orgnr, 'employee ' || employee_id, true_from
FROM known.employees
UNION ALL
SELECT 'trading_prohibitions', ref, person_id, person_name, NULL, NULL, NULL, NULL, NULL,
    'prohibition ' || ref, true_from
FROM known.trading_prohibitions
"""

#: Columns of `person_rows`.
ROW_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "ref": pl.Int64(),
    "person_id": pl.String(),
    "name": pl.String(),
    "birth_date": pl.Date(),
    "birth_year": pl.Int64(),
    "street": pl.String(),
    "postal_code": pl.String(),
    "company": pl.String(),
    "within": pl.String(),
    "true_from": pl.Date(),
}

#: What rows are read as, beside ``ROW_SCHEMA``: the name's words, the street's door.
READ_SCHEMA: dict[str, pl.DataType] = {"words": pl.String(), "door": pl.String()}

_NAMES = Reading(
    "person_names",
    ("name",),
    {"words": "VARCHAR"},
    lambda rows: rows.with_columns(words=person_words(pl.col("name"))),
)
_DOORS = Reading(
    "person_doors",
    ("street",),
    {"door": "VARCHAR"},
    lambda rows: rows.with_columns(door=street_door(pl.col("street"))),
)

_READ = f"""
SELECT row.*, name.words, door.door
FROM told_persons AS row
LEFT JOIN identity_readings.{_NAMES.name} AS name ON name.key = {_NAMES.key("row")}
LEFT JOIN identity_readings.{_DOORS.name} AS door ON door.key = {_DOORS.key("row")}
ORDER BY row.source, row.ref
"""

#: How a number may have been written when it was hashed.
_WRITTEN = """
SELECT number, unnest([
    number, substr(number, 1, 8) || '-' || substr(number, 9),
    substr(number, 3), substr(number, 3, 6) || '-' || substr(number, 9)]) AS written
FROM (SELECT DISTINCT person_id AS number FROM person_rows
    WHERE regexp_full_match(person_id, '[0-9]{12}'))
"""

#: HMAC-SHA-256 (RFC 2104) of every number in every form, set against the hashes as far as given.
_MATCHED = f"""
SELECT hashed.hash, min(made.number) AS number
FROM (SELECT DISTINCT person_id AS hash, length(person_id) - 5 AS figures FROM person_rows
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

_KEYS = "SELECT 'p' || substr(sha256(text), 1, 16) FROM texts ORDER BY place"


def person_rows(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Rows about persons in schema ``known``, by source and ref.

    Returns:
        Columns ``ROW_SCHEMA`` and ``READ_SCHEMA``; names and streets of last week are not read
        again.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE told_persons AS {_ROWS}")
    keep_read(connection, _NAMES, "FROM told_persons WHERE name IS NOT NULL")
    keep_read(connection, _DOORS, "FROM told_persons WHERE street IS NOT NULL")
    found = to_polars(connection.sql(_READ))
    connection.execute("DROP TABLE temp.told_persons")
    return found.select(
        pl.col(name).cast(kind) for name, kind in (ROW_SCHEMA | READ_SCHEMA).items()
    )


def read_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the columns ``READ_SCHEMA``, which are read where they are not there."""
    if "words" in rows.columns:
        return rows
    return rows.with_columns(words=person_words(pl.col("name")), door=street_door(pl.col("street")))


def numbers_of_hashes(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame, key: bytes
) -> pl.DataFrame:
    """Which keyed hash is which number: ``hash``, ``number``.

    A hash is HMAC-SHA-256 with the municipality's key over the number in twelve or ten digits,
    with or without hyphen, in hexadecimal; its first 16 figures or more.

    Args:
        connection: DuckDB computes the hashes.
        rows: columns ``ROW_SCHEMA``.
        key: the key with which the hashes were made.
    """
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    pads = {
        name: bytes(byte ^ pad for byte in block)
        for name, pad in (("inner", 0x36), ("outer", 0x5C))
    }
    with as_table(connection, "person_rows", rows.select("person_id")):
        found = connection.execute(_MATCHED, pads).fetchall()
    return pl.DataFrame(found, schema={"hash": pl.String(), "number": pl.String()}, orient="row")


def person_keys(connection: duckdb.DuckDBPyConnection, texts: pl.Series) -> pl.Series:
    """A key for each text that says who somebody is; it does not show the text."""
    frame = pl.DataFrame({"text": texts}).with_row_index("place")
    with as_table(connection, "texts", frame):
        return to_polars(connection.sql(_KEYS)).to_series()
