"""What is known of the two sides of a pair, for a person to set side by side. Unmasked.

Asked for a few pairs at a time, never for a whole register.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import polars as pl

from screening.warehouse.exchange import as_table, to_polars

_PARTIES = """
WITH asked AS (
    SELECT DISTINCT supplier_no, CASE WHEN supplier_no IS NULL THEN name END AS name
    FROM asked_parties
), held AS (
    SELECT supplier_no, name, street, postal_code, city, vat_no, email, ref,
        coalesce(bankgiro, plusgiro, iban, bank_account) AS account
    FROM known.suppliers WHERE supplier_no IN (SELECT supplier_no FROM asked)
    QUALIFY row_number() OVER (
        PARTITION BY supplier_no ORDER BY as_of DESC NULLS LAST, ref DESC) = 1
), invoiced AS (
    SELECT supplier_no, CASE WHEN supplier_no IS NULL THEN supplier_name END AS asked_name,
        arg_max(supplier_name, {'on': invoice_date, 'ref': ref}) AS name,
        count(*) AS invoice_lines, max(invoice_date) AS last_invoice_on,
        arg_max(ref, {'on': invoice_date, 'ref': ref}) AS ref
    FROM known.invoices
    WHERE supplier_no IN (SELECT supplier_no FROM asked)
        OR (supplier_no IS NULL AND orgnr IS NULL
            AND supplier_name IN (SELECT name FROM asked))
    GROUP BY ALL
)
SELECT asked.supplier_no, asked.name AS asked_name,
    coalesce(held.name, invoiced.name) AS name, held.street, held.postal_code, held.city,
    held.vat_no, held.email, held.account, invoiced.invoice_lines, invoiced.last_invoice_on,
    list_filter([held.ref, invoiced.ref], lambda ref: ref IS NOT NULL) AS refs
FROM asked
LEFT JOIN held USING (supplier_no)
LEFT JOIN invoiced ON invoiced.supplier_no IS NOT DISTINCT FROM asked.supplier_no
    AND invoiced.asked_name IS NOT DISTINCT FROM asked.name
ORDER BY ALL
"""

#: Of several rows the register proper counts before the statistical one.
_COMPANIES = """
WITH held AS (
    SELECT *, CASE origin WHEN 'bolagsverket' THEN 1 WHEN 'scb' THEN 3 ELSE 2 END AS turn
    FROM known.companies WHERE orgnr IN (SELECT orgnr FROM asked_companies)
)
SELECT orgnr,
    first(name ORDER BY turn, ref) FILTER (WHERE name IS NOT NULL) AS name,
    first(legal_form ORDER BY turn, ref) FILTER (WHERE legal_form IS NOT NULL) AS legal_form,
    first(street ORDER BY turn, ref) FILTER (WHERE coalesce(street, city) IS NOT NULL) AS street,
    first(postal_code ORDER BY turn, ref) FILTER (WHERE coalesce(street, city) IS NOT NULL)
        AS postal_code,
    first(city ORDER BY turn, ref) FILTER (WHERE coalesce(street, city) IS NOT NULL) AS city,
    min(registered_on) AS registered_on, max(deregistered_on) AS deregistered_on,
    first(proceeding ORDER BY turn, ref) FILTER (WHERE proceeding IS NOT NULL) AS proceeding,
    list(ref ORDER BY turn, ref) AS refs
FROM held GROUP BY orgnr ORDER BY orgnr
"""

_LISTED = """
SELECT subject_key, entry_id, entry_name, list_name, programme, from_date, to_date, refs, ref
FROM identity.listed_matches
WHERE subject_key IN (SELECT key FROM asked_subjects)
ORDER BY subject_key, entry_id
"""

_PERSONS = """
WITH asked AS (
    SELECT own_key, source, ref FROM identity.persons
    WHERE own_key IN (SELECT key FROM asked_persons)
), told AS (
    SELECT asked.own_key, asked.ref, held.person_name AS name, held.person_id AS number,
        held.birth_date, held.role, held.orgnr, held.street, held.postal_code, held.city
    FROM asked JOIN known.officers AS held ON asked.source = 'officers' AND asked.ref = held.ref
    UNION ALL
    SELECT asked.own_key, asked.ref, held.owner_name, held.owner_id, held.birth_date, 'owner',
        held.orgnr, NULL, NULL, NULL
    FROM asked JOIN known.owners AS held ON asked.source = 'owners' AND asked.ref = held.ref
    UNION ALL
    SELECT asked.own_key, asked.ref, held.name, held.person_id, held.birth_date, 'employee', NULL,
        held.street, held.postal_code, NULL
    FROM asked JOIN known.employees AS held ON asked.source = 'employees' AND asked.ref = held.ref
    UNION ALL
    SELECT asked.own_key, asked.ref, held.person_name, held.person_id, NULL, 'prohibition', NULL,
        NULL, NULL, NULL
    FROM asked JOIN known.trading_prohibitions AS held
        ON asked.source = 'trading_prohibitions' AND asked.ref = held.ref
)
SELECT told.own_key,
    list_sort(list_distinct(list(told.name))) AS names,
    list_sort(list_distinct(list(told.number))) AS numbers,
    list_sort(list_distinct(list(told.birth_date))) AS births,
    list_sort(list_distinct(list(concat_ws(', ', told.street,
        nullif(concat_ws(' ', told.postal_code, told.city), ''))))) AS addresses,
    list_sort(list_distinct(list({'role': told.role, 'orgnr': told.orgnr}))) AS ties,
    list_sort(list(told.ref)) AS refs
FROM told GROUP BY told.own_key ORDER BY told.own_key
"""

Rows = dict[Any, dict[str, Any]]


def party_records(
    connection: duckdb.DuckDBPyConnection, parties: Iterable[tuple[str | None, str | None]]
) -> Rows:
    """What we know of parties ourselves, by (supplier_no, name).

    The name is None for a supplier number. Fields: name, street, postal_code, city, vat_no, email,
    account, invoice_lines, last_invoice_on, refs.
    """
    asked = pl.DataFrame(
        sorted(set(parties), key=repr),
        schema={"supplier_no": pl.String, "name": pl.String},
        orient="row",
    )
    with as_table(connection, "asked_parties", asked):
        rows = to_polars(connection.sql(_PARTIES)).to_dicts()
    return {(row.pop("supplier_no"), row.pop("asked_name")): row for row in rows}


def company_records(connection: duckdb.DuckDBPyConnection, orgnrs: Iterable[str]) -> Rows:
    """What the company register says of companies, by organisationsnummer.

    Fields: name, legal_form, street, postal_code, city, registered_on, deregistered_on,
    proceeding, refs.
    """
    asked = pl.DataFrame({"orgnr": sorted(set(orgnrs))}, schema={"orgnr": pl.String})
    with as_table(connection, "asked_companies", asked):
        rows = to_polars(connection.sql(_COMPANIES)).to_dicts()
    return {row.pop("orgnr"): row for row in rows}


def person_records(connection: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> Rows:
    """What is known of persons, by own key.

    Fields: names, numbers, births, addresses, ties (role: that of an officer, owner, employee,
    prohibition; orgnr), refs.
    """
    asked = pl.DataFrame({"key": sorted(set(keys))}, schema={"key": pl.String})
    with as_table(connection, "asked_persons", asked):
        rows = to_polars(connection.sql(_PERSONS)).to_dicts()
    return {row.pop("own_key"): row for row in rows}


def listed_records(connection: duckdb.DuckDBPyConnection, subjects: Sequence[str]) -> Rows:
    """Entries of lists that subjects were held against, by (subject_key, entry_id).

    Fields: entry_name, list_name, programme, from_date, to_date, refs (of the subject), ref (of the
    entry).
    """
    asked = pl.DataFrame({"key": sorted(set(subjects))}, schema={"key": pl.String})
    with as_table(connection, "asked_subjects", asked):
        rows = to_polars(connection.sql(_LISTED)).to_dicts()
    return {(row.pop("subject_key"), row.pop("entry_id")): row for row in rows}
