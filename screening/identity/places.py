"""Address keys of everybody whose door may matter."""

import duckdb
import polars as pl

from screening.identity.addresses import address_key
from screening.warehouse.exchange import as_table, to_polars

#: Companies are millions: only those that are suppliers, hold permits, or have known people.
_ADDRESSED = """
SELECT 'suppliers' AS source, ref, street, postal_code FROM known.suppliers
UNION ALL
SELECT 'permits', ref, street, postal_code FROM known.permits
UNION ALL
SELECT 'employees', ref, street, postal_code FROM known.employees
UNION ALL
SELECT 'companies', ref, street, postal_code FROM known.companies
WHERE orgnr IN (
    SELECT orgnr FROM entities WHERE orgnr IS NOT NULL
    UNION SELECT orgnr FROM known.permits
    UNION SELECT orgnr FROM known.officers
    UNION SELECT orgnr FROM known.owners
    UNION SELECT owner_id FROM known.owners WHERE owner_type = 'company' AND owner_id IS NOT NULL
)
"""


def write_addresses(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.addresses``: source, ref, address_key (null where there is no door).

    Needs the temporary table ``entities`` of the suppliers.
    """
    distinct = to_polars(
        connection.sql(
            f"SELECT DISTINCT street, postal_code FROM ({_ADDRESSED}) WHERE street IS NOT NULL"
        )
    ).with_columns(address_key=address_key(pl.col("street"), pl.col("postal_code")))
    with as_table(connection, "known_doors", distinct.drop_nulls("address_key")):
        connection.execute(
            f"""
            CREATE OR REPLACE TABLE identity.addresses AS
            SELECT row.source, row.ref, door.address_key
            FROM ({_ADDRESSED}) AS row
            LEFT JOIN known_doors AS door
                ON door.street = row.street AND door.postal_code = row.postal_code
            ORDER BY row.source, row.ref
            """
        )
