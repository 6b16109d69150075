"""Which organisationsnummer each supplier number and each invoice party has, by number.

Temporary tables on the way, all of them small: distinct parties, never invoice lines.
"""

import duckdb
import polars as pl

from screening.identity_numbers import orgnr_expr
from screening.warehouse.exchange import as_table, to_polars

#: How sure a number is that was taken from a VAT number.
BY_VAT_NUMBER = 0.95

#: ``invoice_parties``: who is named on invoices, with the lines that name them.
_PARTIES = """
CREATE OR REPLACE TEMP TABLE invoice_parties AS
SELECT supplier_no, orgnr, supplier_name, count(*) AS lines, min(ref) AS ref,
    max(invoice_date) AS last_on
FROM known.invoices
GROUP BY supplier_no, orgnr, supplier_name
"""

#: Supplier numbers that are long enough to be an organisationsnummer.
_LONG_NUMBERS = """
SELECT supplier_no FROM known.suppliers WHERE length(supplier_no) >= 10
UNION SELECT supplier_no FROM invoice_parties WHERE length(supplier_no) >= 10
"""

#: Supplier numbers that are themselves an organisationsnummer. Ten bare digits may be any number of
#: ten digits: they have to be a person's (never to be shown) or registered.
_NUMBER_LIKE = """
SELECT supplier_no, own_orgnr FROM read_numbers
WHERE supplier_no LIKE '%-%' OR substr(own_orgnr, 3, 1) < '2'
    OR own_orgnr IN (SELECT orgnr FROM known.companies)
"""

#: ``numbered``: every supplier number, with its organisationsnummer where one is known: from the
#: supplier register, its VAT number there (that of a VAT group, 66..., is not its own), its own
#: figures, or the one number that invoices give. ``ref``, ``name`` and ``postal_code`` are of its
#: newest row in the supplier register; ``turn`` puts the lowest number of that register first.
_NUMBERED = f"""
CREATE OR REPLACE TEMP TABLE numbered AS
WITH held AS (
    SELECT supplier_no, ref, name, postal_code, orgnr AS told_orgnr,
        CASE WHEN regexp_full_match(vat_no, 'SE[0-9]{{12}}') AND substr(vat_no, 3, 2) <> '66'
            THEN substr(vat_no, 3, 10) END AS vat_orgnr
    FROM known.suppliers
    WHERE supplier_no IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY supplier_no ORDER BY as_of DESC NULLS LAST, ref DESC) = 1
), invoiced AS (
    SELECT supplier_no, min(orgnr) AS first_orgnr, max(orgnr) AS last_orgnr
    FROM invoice_parties WHERE supplier_no IS NOT NULL GROUP BY supplier_no
)
SELECT
    supplier_no, ref IS NOT NULL AS is_held, ref, name, postal_code,
    coalesce(told_orgnr, vat_orgnr, own_orgnr,
        CASE WHEN first_orgnr = last_orgnr THEN first_orgnr END) AS orgnr,
    CASE WHEN told_orgnr IS NULL AND vat_orgnr IS NOT NULL THEN {BY_VAT_NUMBER}
        ELSE 1.0 END::DOUBLE AS confidence,
    coalesce(substr(own_orgnr, 3, 1) < '2', false) AS is_personal,
    is_held AND (first_orgnr <> orgnr OR last_orgnr <> orgnr) AS is_contradicted,
    row_number() OVER (
        ORDER BY ref IS NULL, try_cast(supplier_no AS HUGEINT) NULLS LAST, supplier_no) AS turn
FROM held FULL JOIN invoiced USING (supplier_no) LEFT JOIN number_like USING (supplier_no)
"""


def _number_like(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    told = to_polars(connection.sql(_LONG_NUMBERS))
    read = told.with_columns(own_orgnr=orgnr_expr(pl.col("supplier_no"))).drop_nulls()
    if read.is_empty():
        return read
    with as_table(connection, "read_numbers", read):
        return to_polars(connection.sql(_NUMBER_LIKE))


def number_suppliers(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the temporary tables ``invoice_parties`` and ``numbered``.

    Returns:
        The supplier numbers whose invoices give another organisationsnummer than the supplier
        register. Such an invoice belongs to its own number's supplier.
    """
    connection.execute(_PARTIES)
    with as_table(connection, "number_like", _number_like(connection)):
        connection.execute(_NUMBERED)
    ((conflicts,),) = connection.execute(
        "SELECT count(*) FROM numbered WHERE is_contradicted"
    ).fetchall()
    return int(conflicts)
