"""Parties that no number tells of: matched by name, first to our own suppliers, then the register.

A name that only one of our suppliers has is that supplier. Else name and address are held against
the company register; what is not found there keeps its supplier number, or its name, as identity.
"""

from datetime import date

import duckdb
import polars as pl

from screening.identity.companies.kept_matches import forget
from screening.identity.companies.matching import MATCH_FROM, match_parties
from screening.identity.companies.supplier_accounts import match_by_accounts
from screening.identity.kept_readings import Reading, keep_read, read_nothing
from screening.identity.names.company_names import folded_name, legal_form
from screening.identity.names.words import legal_forms
from screening.identity.reviewed.pairs import Reviewed
from screening.identity.reviewed.parties import honour_reviewed_parties, note_reviewed_parties
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: How sure an equal name among our own suppliers is: with the same legal form, or where one of the
#: two does not say its form.
SAME_NAME_AND_FORM, SAME_NAME = 0.95, 0.9

_NAMES = """
SELECT name FROM numbered WHERE name IS NOT NULL
UNION ALL SELECT supplier_name FROM invoice_parties WHERE supplier_name IS NOT NULL
"""

#: ``unnumbered``: who is looked for, by ``party_id``. Supplier numbers without organisationsnummer,
#: with the supplier register's name and address, else the name on most invoice lines; and names on
#: invoices that give neither supplier number nor organisationsnummer.
_ASKED = """
CREATE OR REPLACE TEMP TABLE unnumbered AS
WITH nameless AS (SELECT supplier_no, name, ref FROM numbered WHERE orgnr IS NULL),
invoiced AS (
    SELECT supplier_no, supplier_name AS name
    FROM invoice_parties SEMI JOIN nameless USING (supplier_no)
    WHERE supplier_name IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY supplier_no ORDER BY lines DESC, supplier_name) = 1
), asked AS (
    SELECT nameless.supplier_no, coalesce(nameless.name, invoiced.name) AS name, ref,
        held.street, held.postal_code, held.city
    FROM nameless
    LEFT JOIN known.suppliers AS held USING (ref)
    LEFT JOIN invoiced ON invoiced.supplier_no = nameless.supplier_no
    UNION ALL
    SELECT DISTINCT NULL, supplier_name, NULL, NULL, NULL, NULL FROM invoice_parties
    WHERE supplier_no IS NULL AND orgnr IS NULL AND supplier_name IS NOT NULL
)
SELECT row_number() OVER (ORDER BY supplier_no NULLS LAST, name) AS party_id, * FROM asked
"""

#: ``same_names``: unnumbered parties whose name exactly one of our suppliers has: in the supplier
#: register (rank 1), or on an invoice that gives a number (rank 2). A supplier number of its own is
#: another supplier unless the postal codes agree or one is unknown.
_SAME_NAMES = f"""
CREATE OR REPLACE TEMP TABLE same_names AS
WITH asked AS (
    SELECT party.party_id, party.supplier_no, party.postal_code, form.folded, form.family
    FROM unnumbered AS party JOIN identity_readings.supplier_names AS form
        ON form.key = hash(party.name)
    WHERE form.folded IS NOT NULL
), form AS (
    FROM identity_readings.supplier_names SEMI JOIN asked USING (folded)
), own AS (
    SELECT coalesce('orgnr ' || held.orgnr, 'no ' || held.supplier_no) AS entity, held.orgnr,
        form.folded, form.family, held.postal_code, 1 AS rank
    FROM numbered AS held JOIN form ON form.key = hash(held.name)
    UNION ALL
    SELECT 'orgnr ' || party.orgnr, party.orgnr, form.folded, form.family, NULL, 2
    FROM invoice_parties AS party JOIN form ON form.key = hash(party.supplier_name)
    WHERE party.orgnr IS NOT NULL
), pairs AS (
    SELECT
        asked.party_id, own.entity, own.orgnr, own.rank,
        own.family IS NOT DISTINCT FROM asked.family AS is_same_form
    FROM asked
    JOIN own ON own.folded = asked.folded
        AND (own.family IS NULL OR asked.family IS NULL OR own.family = asked.family)
    WHERE (asked.supplier_no IS NULL
        OR (own.orgnr IS NOT NULL AND coalesce(own.postal_code = asked.postal_code, true)))
    -- Somebody decided that this is not that one.
    AND NOT EXISTS (FROM review_parted AS parted WHERE parted.party_id = asked.party_id
        AND own.entity IN ('orgnr ' || parted.orgnr, 'no ' || parted.supplier_no))
), nearest AS (
    SELECT * FROM pairs
    QUALIFY dense_rank() OVER (PARTITION BY party_id ORDER BY rank, is_same_form DESC) = 1
)
SELECT party_id, min(entity) AS entity,
    CASE WHEN bool_and(is_same_form) THEN {SAME_NAME_AND_FORM} ELSE {SAME_NAME} END::DOUBLE
        AS confidence
FROM nearest GROUP BY party_id HAVING count(DISTINCT entity) = 1
"""

#: How far one source is believed that another contradicts.
_BELIEVED = 0.99

#: ``identity.match_features``: the best that the register and our own suppliers had to offer,
#: matched or not. Where the two tell of different companies, each speaks against the other: what
#: is left of a probability is its share of both odds, and neither is believed beyond ``_BELIEVED``.
_FEATURES = f"""
CREATE OR REPLACE TABLE identity.match_features AS
WITH told AS (
    SELECT party_id, orgnr, probability, features, 2 AS turn FROM register_matches
    UNION ALL
    SELECT party_id, orgnr, probability, features, 1 FROM account_matches WHERE orgnr IS NOT NULL
), odds AS (
    SELECT *, least(probability, {_BELIEVED}) / (1 - least(probability, {_BELIEVED})) AS odds
    FROM told
    -- One company told of twice: once, by what says more.
    QUALIFY row_number() OVER (PARTITION BY party_id, orgnr ORDER BY probability DESC, turn) = 1
), shares AS (
    SELECT *, count(*) OVER who AS others,
        round(odds / (1 + sum(odds) OVER who), 4) AS share
    FROM odds WINDOW who AS (PARTITION BY party_id)
), weighed AS (
    SELECT * REPLACE (CASE WHEN others = 1 THEN probability ELSE share END AS probability)
    FROM shares
    QUALIFY row_number() OVER (PARTITION BY party_id
        ORDER BY CASE WHEN others = 1 THEN probability ELSE share END DESC, turn, orgnr) = 1
)
SELECT asked.supplier_no, asked.name AS supplier_name, weighed.orgnr, weighed.probability,
    weighed.features::JSON AS features, weighed.probability >= {MATCH_FROM} AS is_match
FROM weighed JOIN unnumbered AS asked USING (party_id)
ORDER BY party_id
"""

#: ``named_by_machine``: the entity of each unnumbered party that has a name match. A bare name goes
#: by our own suppliers first, a supplier number by the register first: there its address counts.
_NAMED = """
CREATE OR REPLACE TEMP TABLE named_by_machine AS
SELECT
    asked.party_id,
    CASE WHEN asked.supplier_no IS NULL
        THEN coalesce(same.entity, 'orgnr ' || found.orgnr, own.entity)
        ELSE coalesce('orgnr ' || found.orgnr, same.entity) END AS entity,
    CASE WHEN asked.supplier_no IS NULL
        THEN coalesce(same.confidence, found.probability, own.probability)
        ELSE coalesce(found.probability, same.confidence) END AS confidence
FROM unnumbered AS asked
LEFT JOIN same_names AS same USING (party_id)
LEFT JOIN identity.match_features AS found ON found.is_match
    AND found.supplier_no IS NOT DISTINCT FROM asked.supplier_no
    AND found.supplier_name = asked.name
-- A supplier of ours whose company nobody knows yet.
LEFT JOIN account_matches AS own ON own.is_match AND own.orgnr IS NULL
    AND own.party_id = asked.party_id
WHERE same.entity IS NOT NULL OR found.orgnr IS NOT NULL
    OR (own.entity IS NOT NULL AND asked.supplier_no IS NULL)
"""

_TO_MATCH = """
SELECT party_id, name, street, postal_code, city FROM unnumbered
WHERE name IS NOT NULL AND NOT (supplier_no IS NULL AND party_id IN (
    SELECT party_id FROM same_names))
ORDER BY party_id
"""


def _forms_of_names(names: pl.DataFrame) -> pl.DataFrame:
    families = dict(legal_forms().families)
    return names.with_columns(
        folded=folded_name(pl.col("name")),
        family=legal_form(pl.col("name")).replace_strict(
            families, default=None, return_dtype=pl.String
        ),
    )


_FORMS = Reading(
    "supplier_names", ("name",), {"folded": "VARCHAR", "family": "VARCHAR"}, _forms_of_names
)

#: Companies that a party was decided not to be. The best of the others may win on its own evidence.
_NOT_THESE = """
SELECT party_id, orgnr FROM review_parted WHERE orgnr IS NOT NULL ORDER BY ALL
"""


#: What there is where everybody has a number.
_NOBODY = """
CREATE OR REPLACE TEMP TABLE named (supplier_no VARCHAR, name VARCHAR, entity VARCHAR,
    confidence DOUBLE, method VARCHAR);
CREATE OR REPLACE TABLE identity.match_features (supplier_no VARCHAR, supplier_name VARCHAR,
    orgnr VARCHAR, probability DOUBLE, features JSON, is_match BOOLEAN)
"""

_TEMPORARY = ("same_names", "named_by_machine", "review_same", "review_parted")


def _match(connection: duckdb.DuckDBPyConnection, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the company register, and our own suppliers, have to offer."""
    asked = to_polars(connection.sql(_TO_MATCH))
    not_these = to_polars(connection.sql(_NOT_THESE))
    by_register = match_parties(connection, asked, as_of, not_these)
    if asked.is_empty() or not has_rows(connection, "FROM known.companies"):
        # Nobody asks for it any longer, and it would not be kept up to date.
        forget(connection)
    return by_register, match_by_accounts(connection, as_of)


def name_suppliers(connection: duckdb.DuckDBPyConnection, as_of: date, reviewed: Reviewed) -> None:
    """Make the temporary tables ``unnumbered`` and ``named``, and ``identity.match_features``.

    ``named`` has supplier_no, name, entity, confidence, method (name, reviewed): supplier numbers
    without number, and bare names (supplier_no null), that were found by name or by a person.
    Needs ``number_suppliers`` first.
    """
    connection.execute(_ASKED)
    if not has_rows(connection, "FROM unnumbered"):
        connection.execute(_NOBODY)
        read_nothing(connection, _FORMS)
        forget(connection)
        return
    note_reviewed_parties(connection, reviewed)
    keep_read(connection, _FORMS, _NAMES)
    connection.execute(_SAME_NAMES)
    by_register, by_account = _match(connection, as_of)
    with (
        as_table(connection, "register_matches", by_register),
        as_table(connection, "account_matches", by_account),
    ):
        connection.execute(_FEATURES)
        connection.execute(_NAMED)
    honour_reviewed_parties(connection)
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE temp.{name}")
