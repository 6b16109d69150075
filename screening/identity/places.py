"""Normal forms of everybody's address that may matter, and who else in the register is there."""

import math

import duckdb
import polars as pl

from screening.identity.addresses import address_forms
from screening.warehouse.exchange import as_table, to_polars

#: Companies are millions: only those that are suppliers, hold permits, or have known people.
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
WHERE orgnr IN (
    SELECT orgnr FROM entities WHERE orgnr IS NOT NULL
    UNION SELECT orgnr FROM known.permits
    UNION SELECT orgnr FROM known.officers
    UNION SELECT orgnr FROM known.owners
    UNION SELECT owner_id FROM known.owners WHERE owner_type = 'company' AND owner_id IS NOT NULL
)
"""

_WRITE = f"""
CREATE OR REPLACE TABLE identity.addresses AS
SELECT row.source, row.ref, place.address_key, place.mailbox_key, place.address_kind,
    coalesce(place.is_care_of, false) AS is_care_of
FROM ({_ADDRESSED}) AS row
LEFT JOIN known_places AS place
    ON place.street IS NOT DISTINCT FROM row.street
    AND place.care_of IS NOT DISTINCT FROM row.care_of
    AND place.postal_code = row.postal_code
ORDER BY row.source, row.ref
"""

#: Rows of the register whose forms are made at once.
_BATCH_ROWS = 500_000


def write_addresses(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.addresses``: the forms of each row's address.

    Columns: source, ref, address_key (null where there is no door), mailbox_key (a box or a
    care-of address, else null), address_kind (door, box, care_of, null), is_care_of.

    Needs the temporary table ``entities`` of the suppliers.
    """
    distinct = to_polars(
        connection.sql(
            f"SELECT DISTINCT street, care_of, postal_code FROM ({_ADDRESSED}) "
            "WHERE coalesce(street, care_of) IS NOT NULL AND postal_code IS NOT NULL"
        )
    )
    with as_table(connection, "known_places", address_forms(distinct)):
        connection.execute(_WRITE)


def find_address_members(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table ``address_members``: who of the whole register is at our places.

    Columns: form (an address_key or mailbox_key of ``identity.addresses``), orgnr, ref,
    is_registered (not deregistered). One pass over the register, in parts, so that memory stays
    small however large it is.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE our_places AS
        SELECT DISTINCT form, right(form, 5) AS postal_code FROM (
            SELECT address_key AS form FROM identity.addresses
            UNION ALL SELECT mailbox_key FROM identity.addresses
        ) WHERE form IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE address_members
            (form VARCHAR, orgnr VARCHAR, ref BIGINT, is_registered BOOLEAN);
        """
    )
    ((size,),) = connection.execute("SELECT count(*) FROM known.companies").fetchall()
    places = to_polars(connection.sql("SELECT DISTINCT form FROM our_places"))
    parts = math.ceil(size / _BATCH_ROWS)
    for part in range(parts):
        rows = to_polars(
            connection.sql(
                f"""
                SELECT orgnr, ref, street, care_of, postal_code,
                    deregistered_on IS NULL AS is_registered
                FROM known.companies
                WHERE hash(ref) % {parts} = {part} AND coalesce(street, care_of) IS NOT NULL
                    AND postal_code IN (SELECT postal_code FROM our_places)
                """
            )
        )
        if rows.height:
            _add_members(connection, rows, places)
    connection.execute("DROP TABLE temp.our_places")


def _add_members(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame, places: pl.DataFrame
) -> None:
    columns = ("form", "orgnr", "ref", "is_registered")
    forms = address_forms(rows)
    there = pl.concat(
        [
            forms.rename({name: "form"}).join(places, on="form", how="semi").select(columns)
            for name in ("address_key", "mailbox_key")
        ]
    )
    with as_table(connection, "members_of_part", there):
        connection.execute("INSERT INTO temp.address_members BY NAME SELECT * FROM members_of_part")
