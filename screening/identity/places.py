"""Normal forms of everybody's address that may matter; only of what changed since the last run."""

import duckdb
import polars as pl

from screening.identity.addresses import address_forms
from screening.identity.kept_rows import keep_all_rows, note_changed_rows, unit
from screening.identity.network.index import open_network, rows_of
from screening.warehouse.exchange import as_table, to_polars

#: Rows that are read at once, so that memory stays small however large a register is.
_ROWS_AT_ONCE = 500_000

_ADDRESSED = """
SELECT 'suppliers' AS source, ref, street, care_of, postal_code FROM known.suppliers
UNION ALL
SELECT 'permits', ref, street, NULL, postal_code FROM known.permits
UNION ALL
SELECT 'employees', ref, street, NULL, postal_code FROM known.employees
UNION ALL
SELECT 'officers', ref, street, NULL, postal_code FROM known.officers
UNION ALL
SELECT 'companies', ref, street, care_of, postal_code FROM known.companies
"""

#: Companies are millions: only those that are suppliers, hold permits, or have known people.
_THAT_MATTER = """
WHERE orgnr IN (
    SELECT orgnr FROM entities WHERE orgnr IS NOT NULL
    UNION SELECT orgnr FROM known.permits
    UNION SELECT orgnr FROM known.officers
    UNION SELECT orgnr FROM known.owners
    UNION SELECT owner_id FROM known.owners WHERE owner_type = 'company' AND owner_id IS NOT NULL
)
"""
_ALL = f"FROM ({_ADDRESSED} {_THAT_MATTER})"

#: Whether an address may have a form at all.
IS_TOLD = "coalesce(street, care_of) IS NOT NULL AND postal_code IS NOT NULL"

#: What an address is read from, hashed. Of the same address the form is read once.
PLACE_KEY = "hash(street, care_of, postal_code)"

#: A changed row is found by its ``ref``: that of a new row is among the last of its table.
_HASHED = f"""
SELECT {unit("source")} AS unit, ref AS family, hash(unit, {PLACE_KEY}) AS line
"""

#: ``addressed``: whose address is read.
_ROWS_TO_READ = f"""
CREATE OR REPLACE TEMP TABLE addressed AS
SELECT source, ref, street, care_of, postal_code, {PLACE_KEY} AS key
"""

#: ``changed_forms``: forms of addresses that somebody has now, or had before.
_LEAVE = f"""
CREATE OR REPLACE TEMP TABLE left_addresses AS
SELECT held.rowid AS place, held.address_key, held.mailbox_key
FROM identity.addresses AS held JOIN changed_addresses AS changed USING (ref)
WHERE changed.unit = {unit("held.source")};
INSERT INTO changed_forms
SELECT form FROM (
    SELECT address_key AS form FROM left_addresses
    UNION ALL SELECT mailbox_key FROM left_addresses
) WHERE form IS NOT NULL;
DELETE FROM identity.addresses WHERE rowid IN (SELECT place FROM left_addresses);
DROP TABLE temp.left_addresses
"""

#: Who still is addressed, of those that are others.
_CHANGED = f"""
FROM ({_ADDRESSED}) JOIN (
    FROM changed_addresses SEMI JOIN {rows_of("addressed")} USING (unit)) AS still USING (ref)
WHERE still.unit = {unit("source")}
"""

_WRITE = """
INSERT INTO identity.addresses
SELECT row.source, row.ref, place.address_key, place.mailbox_key, place.address_kind,
    coalesce(place.is_care_of, false)
FROM addressed AS row LEFT JOIN place_forms AS place USING (key)
"""

_COME = """
INSERT INTO changed_forms
SELECT form FROM (
    SELECT address_key AS form FROM place_forms UNION ALL SELECT mailbox_key FROM place_forms
) WHERE form IS NOT NULL
"""


def read_places(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Make the temporary table ``place_forms``: how distinct addresses are read.

    Columns: key (``PLACE_KEY``), address_key, mailbox_key, address_kind, is_care_of.

    Args:
        connection: the warehouse.
        rows: a query that gives street, care_of and postal_code, each as often as it likes.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE place_forms (key UBIGINT, address_key VARCHAR, "
        "mailbox_key VARCHAR, address_kind VARCHAR, is_care_of BOOLEAN)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE places_told AS "
        f"SELECT DISTINCT {PLACE_KEY} AS key, street, care_of, postal_code FROM ({rows}) "
        f"WHERE {IS_TOLD}"
    )
    ((count,),) = connection.execute("SELECT count(*) FROM places_told").fetchall()
    parts = -(-count // _ROWS_AT_ONCE)
    for part in range(parts):
        told = connection.sql(f"FROM places_told WHERE key % {parts} = {part}")
        forms = address_forms(to_polars(told).cast({"care_of": pl.String}))
        kept = ["key", "address_key", "mailbox_key", "address_kind", "is_care_of"]
        with as_table(connection, "read_forms", forms.select(kept)):
            connection.execute("INSERT INTO place_forms FROM read_forms")
    connection.execute("DROP TABLE temp.places_told")


def _read(connection: duckdb.DuckDBPyConnection) -> None:
    """Read the addresses of ``addressed``, and write their forms."""
    read_places(connection, "FROM addressed")
    connection.execute(_WRITE)
    connection.execute("DROP TABLE temp.addressed")


def write_addresses(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.addresses``: the forms of each row's address.

    Columns: source, ref, address_key (null where there is no door), mailbox_key (a box or a
    care-of address, else null), address_kind (door, box, care_of, null), is_care_of.

    Leaves the temporary tables ``changed_addresses`` (unit, ref) and ``changed_forms`` (form):
    whose addresses are others than last time, and which forms somebody has come to or left; for
    ``write_network``. Needs the temporary table ``entities`` of the suppliers.
    """
    is_first = open_network(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE changed_addresses (unit UBIGINT, ref BIGINT); "
        "CREATE OR REPLACE TEMP TABLE changed_forms (form VARCHAR)"
    )
    if is_first:
        connection.execute(_ROWS_TO_READ + _ALL)
        keep_all_rows(connection, rows_of("addressed"), _HASHED + "FROM addressed")
        _read(connection)
    elif note_changed_rows(
        connection, rows_of("addressed"), _HASHED + _ALL, "changed_addresses", told="unit, family"
    ):
        connection.execute(_LEAVE)
        connection.execute(_ROWS_TO_READ + _CHANGED)
        _read(connection)
        connection.execute(_COME)
    connection.execute("DROP TABLE IF EXISTS temp.place_forms")
