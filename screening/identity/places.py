"""Normal forms of everybody's address that may matter, and who else in the register is there."""

import duckdb

from screening.identity.addresses import address_forms
from screening.identity.kept_readings import Reading, keep_read

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

#: Forms of our own rows' addresses, and of those in the register that are near ours.
_OUR_FORMS, _REGISTER_FORMS = (
    Reading(
        name,
        ("street", "care_of", "postal_code"),
        {
            "address_key": "VARCHAR",
            "mailbox_key": "VARCHAR",
            "address_kind": "VARCHAR",
            "is_care_of": "BOOLEAN",
        },
        address_forms,
    )
    for name in ("addresses", "register_addresses")
)

_IS_TOLD = "coalesce(street, care_of) IS NOT NULL AND postal_code IS NOT NULL"

_WRITE = f"""
CREATE OR REPLACE TABLE identity.addresses AS
SELECT row.source, row.ref, place.address_key, place.mailbox_key, place.address_kind,
    coalesce(place.is_care_of, false) AS is_care_of
FROM addressed AS row
LEFT JOIN identity_readings.{_OUR_FORMS.name} AS place ON place.key = {_OUR_FORMS.key("row")}
ORDER BY row.source, row.ref
"""

#: ``register_lines``: rows of the register with one of our postal codes.
_REGISTER_LINES = f"""
CREATE OR REPLACE TEMP TABLE our_places AS
SELECT DISTINCT form FROM (
    SELECT address_key AS form FROM identity.addresses
    UNION ALL SELECT mailbox_key FROM identity.addresses
) WHERE form IS NOT NULL;
CREATE OR REPLACE TEMP TABLE register_lines AS
SELECT orgnr, ref, street, care_of, postal_code, deregistered_on IS NULL AS is_registered
FROM known.companies
WHERE {_IS_TOLD} AND postal_code IN (SELECT right(form, 5) FROM our_places)
"""

_MEMBERS = f"""
CREATE OR REPLACE TEMP TABLE address_members AS
WITH told AS (
    SELECT key, address_key AS form FROM identity_readings.{_REGISTER_FORMS.name}
    UNION ALL
    SELECT key, mailbox_key FROM identity_readings.{_REGISTER_FORMS.name}
)
SELECT told.form, line.orgnr, line.ref, line.is_registered
FROM told SEMI JOIN our_places USING (form)
JOIN register_lines AS line ON told.key = {_REGISTER_FORMS.key("line")}
"""


def write_addresses(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.addresses``: the forms of each row's address.

    Columns: source, ref, address_key (null where there is no door), mailbox_key (a box or a
    care-of address, else null), address_kind (door, box, care_of, null), is_care_of.

    Needs the temporary table ``entities`` of the suppliers.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE addressed AS {_ADDRESSED}")
    keep_read(connection, _OUR_FORMS, f"FROM addressed WHERE {_IS_TOLD}")
    connection.execute(_WRITE)
    connection.execute("DROP TABLE temp.addressed")


def find_address_members(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table ``address_members``: who of the whole register is at our places.

    Columns: form (an address_key or mailbox_key of ``identity.addresses``), orgnr, ref,
    is_registered (not deregistered).
    """
    connection.execute(_REGISTER_LINES)
    keep_read(connection, _REGISTER_FORMS, "FROM register_lines")
    connection.execute(_MEMBERS)
    connection.execute("DROP TABLE temp.our_places; DROP TABLE temp.register_lines")
