"""Which organisationsnummer each supplier number and each invoice party has, by number.

Temporary tables on the way, all of them small: distinct parties, never invoice lines.
"""

import duckdb
import polars as pl

from screening.identity_numbers import orgnr_expr
from screening.warehouse.exchange import as_table, to_polars

#: How sure a number is that was taken from a VAT number.
BY_VAT_NUMBER = 0.95

#: ``held_suppliers``: the supplier register, the newest row of each supplier number. A VAT number
#: of a VAT group (66...) is not the supplier's own.
_HELD = """
CREATE OR REPLACE TEMP TABLE held_suppliers AS
SELECT supplier_no, name, orgnr, street, postal_code, city, ref, vat_no, bankgiro, plusgiro,
    bank_account, iban, email, phone,
    CASE WHEN regexp_full_match(vat_no, 'SE[0-9]{12}') AND substr(vat_no, 3, 2) <> '66'
        THEN substr(vat_no, 3, 10) END AS vat_orgnr
FROM known.suppliers
WHERE supplier_no IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY supplier_no ORDER BY as_of DESC NULLS LAST, ref DESC) = 1
"""

#: ``invoice_parties``: who is named on invoices, with the lines that name them.
_PARTIES = """
CREATE OR REPLACE TEMP TABLE invoice_parties AS
SELECT supplier_no, orgnr, supplier_name, count(*) AS lines, min(ref) AS ref,
    max(invoice_date) AS last_on
FROM known.invoices
GROUP BY supplier_no, orgnr, supplier_name
"""

#: ``number_like``: supplier numbers that are themselves an organisationsnummer. Ten bare digits may
#: be any number of ten digits: they have to be a person's (never to be shown) or registered.
_NUMBER_LIKE = """
CREATE OR REPLACE TEMP TABLE number_like AS
SELECT supplier_no, orgnr FROM read_numbers AS asked
WHERE orgnr IS NOT NULL AND (
    supplier_no LIKE '%-%' OR substr(orgnr, 3, 1) < '2'
    OR orgnr IN (SELECT orgnr FROM known.companies))
"""

#: ``numbered``: every supplier number, with its organisationsnummer where one is known: from the
#: supplier register, its VAT number there, its own figures, or the one number that invoices give.
_NUMBERED = f"""
CREATE OR REPLACE TEMP TABLE numbered AS
WITH invoiced AS (
    SELECT supplier_no, min(orgnr) AS orgnr FROM invoice_parties
    WHERE supplier_no IS NOT NULL AND orgnr IS NOT NULL
    GROUP BY supplier_no HAVING count(DISTINCT orgnr) = 1
), every AS (
    SELECT supplier_no FROM held_suppliers
    UNION SELECT supplier_no FROM invoice_parties WHERE supplier_no IS NOT NULL
)
SELECT
    every.supplier_no, held.supplier_no IS NOT NULL AS is_held, held.ref,
    coalesce(held.orgnr, held.vat_orgnr, own.orgnr, invoiced.orgnr) AS orgnr,
    CASE WHEN held.orgnr IS NULL AND held.vat_orgnr IS NOT NULL THEN {BY_VAT_NUMBER}
        ELSE 1.0 END::DOUBLE AS confidence
FROM every
LEFT JOIN held_suppliers AS held USING (supplier_no)
LEFT JOIN number_like AS own USING (supplier_no)
LEFT JOIN invoiced USING (supplier_no)
"""

_CONFLICTS = """
SELECT count(DISTINCT party.supplier_no)
FROM invoice_parties AS party JOIN numbered USING (supplier_no)
WHERE numbered.is_held AND party.orgnr <> numbered.orgnr
"""


def _numbers_in_supplier_numbers(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    distinct = to_polars(
        connection.sql(
            "SELECT supplier_no FROM held_suppliers UNION "
            "SELECT supplier_no FROM invoice_parties WHERE supplier_no IS NOT NULL "
            "ORDER BY supplier_no"
        )
    )
    return distinct.with_columns(orgnr=orgnr_expr(pl.col("supplier_no")))


def number_suppliers(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the temporary tables ``held_suppliers``, ``invoice_parties`` and ``numbered``.

    Returns:
        The supplier numbers whose invoices give another organisationsnummer than the supplier
        register. Such an invoice belongs to its own number's supplier.
    """
    connection.execute(_HELD)
    connection.execute(_PARTIES)
    with as_table(connection, "read_numbers", _numbers_in_supplier_numbers(connection)):
        connection.execute(_NUMBER_LIKE)
    connection.execute(_NUMBERED)
    ((conflicts,),) = connection.execute(_CONFLICTS).fetchall()
    return int(conflicts)
