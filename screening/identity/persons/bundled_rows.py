"""Rows about persons that are kept from run to run, and what of them changed.

Schema ``identity_persons`` of the warehouse:

- ``rows``: of each row a hash of what it says (``seen``), hashes of its number, of what it is put
  together by without one (``alike``) and of whom its name counts for (``who``), the words of its
  name, and the bundle that it is in. What it says otherwise stands in schema ``known``.
- ``words``, ``people``: see ``kept_words``.
- ``made``: what all of it was made from, once it is whole.
"""

import duckdb
import polars as pl

from screening.identity.persons.bundles import bundle_texts, names_of_numbers, strangers
from screening.identity.persons.kept_words import WORD_TABLES, read_book
from screening.identity.persons.rows import ROW_SCHEMA, read_rows
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

ROW_TABLES = f"""
CREATE SCHEMA identity_persons;
CREATE TABLE identity_persons.made (made_from VARCHAR);
CREATE TABLE identity_persons.rows (source VARCHAR, ref BIGINT, seen UBIGINT, number UBIGINT,
    alike UBIGINT, who UBIGINT, words VARCHAR, is_several BOOLEAN, bundle UBIGINT);
{WORD_TABLES}
"""

_COLUMNS = ", ".join(f"told.{name}" for name in ROW_SCHEMA)

#: Rows that are new or another, and those of last time that are gone or were another.
_CHANGED = f"""
SELECT {_COLUMNS}, told.seen, kept.seen AS gone
FROM (SELECT *, hash({_COLUMNS}) AS seen FROM ({{told}}) AS told) AS told
FULL JOIN (SELECT seen FROM identity_persons.rows) AS kept ON told.seen = kept.seen
WHERE told.ref IS NULL OR kept.seen IS NULL
"""

#: Rows without number are put together by name and day of birth, without that by name and place.
_HASHES = """
    CASE WHEN number IS NOT NULL THEN hash(number) END AS number,
    CASE WHEN form IS NOT NULL THEN hash(form, born, CASE WHEN born IS NULL THEN inside END) END
        AS alike,
    hash(coalesce(number, born::VARCHAR, inside)) AS who
"""

_TAKE_AWAY = f"""
CREATE OR REPLACE TEMP TABLE gone_rows AS
    SELECT kept.rowid AS place, number, alike, who, words, bundle
    FROM identity_persons.rows AS kept SEMI JOIN gone_seen ON kept.seen = gone_seen.gone;
DELETE FROM identity_persons.rows WHERE rowid IN (SELECT place FROM gone_rows);
CREATE OR REPLACE TEMP TABLE fresh_rows AS SELECT words, {_HASHES} FROM fresh_read;
"""

#: Rows whose bundle may be another: all of a number and all that are put together by the same, of
#: which one row came or went; and all of the numbers of these.
_TOUCHED = """
CREATE OR REPLACE TEMP TABLE changed_numbers AS
    SELECT number FROM fresh_rows UNION SELECT number FROM gone_rows
    UNION SELECT number FROM (
        SELECT number, unnest(string_split(words, ' ')) AS word FROM identity_persons.rows
        WHERE is_several)
        SEMI JOIN changed_words USING (word);
CREATE OR REPLACE TEMP TABLE changed_alike AS
    SELECT alike FROM fresh_rows UNION SELECT alike FROM gone_rows;
INSERT INTO changed_numbers
    SELECT DISTINCT number FROM identity_persons.rows SEMI JOIN changed_alike USING (alike)
    WHERE number IS NOT NULL;
CREATE OR REPLACE TEMP TABLE touched_rows AS
    SELECT rowid AS place, source, ref, is_several, bundle FROM identity_persons.rows
    SEMI JOIN changed_numbers USING (number)
    UNION SELECT rowid, source, ref, is_several, bundle FROM identity_persons.rows
    SEMI JOIN changed_alike USING (alike) WHERE number IS NULL;
"""

_TOUCHED_ROWS = f"""
SELECT {_COLUMNS}, 0::UBIGINT AS seen
FROM ({{told}}) AS told SEMI JOIN touched_rows AS touched
    ON touched.source = told.source AND touched.ref = told.ref
"""

_BUNDLE_NUMBERS = """
SELECT ('0x' || substr(sha256(text), 1, 16))::UBIGINT AS bundle FROM told_texts ORDER BY place
"""

_PUT_FRESH = f"""
INSERT INTO identity_persons.rows BY NAME
    SELECT source, ref, seen, {_HASHES}, words, is_several, bundle FROM bundled_rows
"""

_PUT = f"""
CREATE OR REPLACE TEMP TABLE moved_rows AS
    SELECT place, kept.bundle AS old_bundle, found.bundle, found.is_several
    FROM touched_rows AS kept JOIN (FROM bundled_rows WHERE NOT is_fresh) AS found
        USING (source, ref)
    WHERE kept.bundle <> found.bundle OR kept.is_several <> found.is_several;
UPDATE identity_persons.rows AS kept SET bundle = moved.bundle, is_several = moved.is_several
    FROM moved_rows AS moved WHERE kept.rowid = moved.place;
CREATE OR REPLACE TEMP TABLE changed_bundles AS
    SELECT bundle FROM gone_rows
    UNION SELECT bundle FROM moved_rows UNION SELECT old_bundle FROM moved_rows
    UNION SELECT bundle FROM bundled_rows WHERE is_fresh;
{_PUT_FRESH} WHERE is_fresh
"""

_PUT_FIRST = f"""
CREATE OR REPLACE TEMP TABLE changed_bundles AS SELECT DISTINCT bundle FROM bundled_rows;
{_PUT_FRESH}
"""


def read_changes(connection: duckdb.DuckDBPyConnection, told: str) -> pl.DataFrame:
    """Rows that are new (``ROW_SCHEMA``, ``seen``), and ``gone``: ``seen`` of those that are gone.

    Args:
        connection: the warehouse.
        told: a query that gives the columns ``ROW_SCHEMA``.
    """
    return to_polars(connection.sql(_CHANGED.format(told=told)))


def are_most_gone(connection: duckdb.DuckDBPyConnection, changed: pl.DataFrame) -> bool:
    """Whether so much changed that beginning anew is less work."""
    ((held,),) = connection.execute("SELECT count(*) FROM identity_persons.rows").fetchall()
    return bool(changed["gone"].count() * 2 > held)


def note_changed_rows(connection: duckdb.DuckDBPyConnection, changed: pl.DataFrame) -> pl.DataFrame:
    """Take away the rows that are gone (``gone_rows``) and note those that came (``fresh_rows``).

    Args:
        connection: the warehouse.
        changed: as `read_changes` gives them.

    Returns:
        The new rows as they were read.
    """
    gone = changed.select("gone").drop_nulls()
    fresh = read_rows(changed.filter(pl.col("ref").is_not_null()).drop("gone"))
    with as_table(connection, "gone_seen", gone), as_table(connection, "fresh_read", fresh):
        connection.execute(_TAKE_AWAY)
    return fresh


def _bundle_numbers(connection: duckdb.DuckDBPyConnection, texts: pl.Series) -> pl.Series:
    """A number for each text that says who somebody is; it does not show the text."""
    with as_table(connection, "told_texts", pl.DataFrame({"text": texts}).with_row_index("place")):
        return to_polars(connection.sql(_BUNDLE_NUMBERS)).to_series()


def _with_touched(
    connection: duckdb.DuckDBPyConnection, told: str, fresh: pl.DataFrame
) -> pl.DataFrame:
    """The new rows (``is_fresh``), and those that were there whose bundle may be another."""
    connection.execute(_TOUCHED)
    rows = fresh.with_columns(is_fresh=pl.lit(value=True))
    if not has_rows(connection, "FROM touched_rows"):
        return rows
    touched = read_rows(to_polars(connection.sql(_TOUCHED_ROWS.format(told=told))))
    return pl.concat([rows, touched.with_columns(is_fresh=pl.lit(value=False))])


def keep_rows(
    connection: duckdb.DuckDBPyConnection, told: str, fresh: pl.DataFrame, are_others: bool
) -> pl.DataFrame:
    """Put the new rows to the others, each in its bundle; notes ``changed_bundles``.

    Args:
        connection: the warehouse, after `note_changed_rows` and ``kept_words.count_words``.
        told: a query that gives the columns ``ROW_SCHEMA``.
        fresh: the new rows as they were read.
        are_others: whether there were rows before.

    Returns:
        All rows of ``changed_bundles``: ``READ_SCHEMA``, ``bundle`` and ``kind``.
    """
    rows = _with_touched(connection, told, fresh) if are_others else fresh
    names = names_of_numbers(rows)
    strange = names.clear()
    if names.height:
        book = read_book(connection, names["words"].unique().sort())
        strange = strangers(names, book)
    rows = bundle_texts(rows, names, strange)
    rows = rows.with_columns(bundle=_bundle_numbers(connection, rows["text"]))
    with as_table(connection, "bundled_rows", rows):
        connection.execute(_PUT if are_others else _PUT_FIRST)
    if not are_others:
        return rows
    changed = to_polars(connection.sql("FROM changed_bundles"))
    return rows.join(changed, on="bundle", how="semi")
