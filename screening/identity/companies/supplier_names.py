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
from screening.identity.kept_readings import Reading, keep_read
from screening.identity.names.company_names import folded_name, legal_form
from screening.identity.names.words import legal_forms
from screening.identity.reviewed.pairs import Reviewed
from screening.identity.reviewed.parties import honour_reviewed_parties, note_reviewed_parties
from screening.identity.reviewed.party_keys import party_key_sql
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: How sure an equal name among our own suppliers is: with the same legal form, or where one of the
#: two does not say its form.
SAME_NAME_AND_FORM, SAME_NAME = 0.95, 0.9

_NAMES = """
SELECT name FROM held_suppliers WHERE name IS NOT NULL
UNION SELECT supplier_name FROM invoice_parties WHERE supplier_name IS NOT NULL
ORDER BY name
"""

#: ``nameless_numbers``: supplier numbers without organisationsnummer, with the name and address to
#: look for: the supplier register's, else the name on most invoice lines.
#: ``bare_names``: names on invoices that give neither supplier number nor organisationsnummer.
#: ``party_key`` is what people's decisions name a party by.
_ASKED = f"""
CREATE OR REPLACE TEMP TABLE unnumbered AS
WITH invoiced AS (
    SELECT supplier_no, supplier_name AS name FROM invoice_parties
    WHERE supplier_no IS NOT NULL AND supplier_name IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY supplier_no ORDER BY lines DESC, supplier_name) = 1
), asked AS (
SELECT numbered.supplier_no, coalesce(held.name, invoiced.name) AS name, held.street,
    held.postal_code, held.city
FROM numbered
LEFT JOIN held_suppliers AS held USING (supplier_no)
LEFT JOIN invoiced USING (supplier_no)
WHERE numbered.orgnr IS NULL
UNION ALL
SELECT DISTINCT NULL, supplier_name, NULL, NULL, NULL FROM invoice_parties
WHERE supplier_no IS NULL AND orgnr IS NULL AND supplier_name IS NOT NULL
)
SELECT *, {party_key_sql("supplier_no", "name")} AS party_key FROM asked
"""

#: ``own_names``: names by which our suppliers are known, in normal form; rank 1 is the supplier
#: register, rank 2 an invoice that gives a number.
_OWN_NAMES = """
CREATE OR REPLACE TEMP TABLE own_names AS
SELECT DISTINCT
    coalesce('orgnr ' || numbered.orgnr, 'no ' || held.supplier_no) AS entity, numbered.orgnr,
    form.folded, form.family, held.postal_code, 1 AS rank
FROM held_suppliers AS held
JOIN numbered USING (supplier_no)
JOIN name_forms AS form USING (name)
WHERE form.folded IS NOT NULL
UNION
SELECT DISTINCT 'orgnr ' || party.orgnr, party.orgnr, form.folded, form.family, NULL, 2
FROM invoice_parties AS party
JOIN name_forms AS form ON form.name = party.supplier_name
WHERE party.orgnr IS NOT NULL AND form.folded IS NOT NULL
"""

#: ``same_names``: unnumbered parties whose name exactly one of our suppliers has. A supplier
#: number of its own is another supplier unless the postal codes agree or one is unknown.
_SAME_NAMES = f"""
CREATE OR REPLACE TEMP TABLE same_names AS
WITH pairs AS (
    SELECT
        asked.supplier_no, asked.name, own.entity, own.orgnr, own.rank,
        own.family IS NOT DISTINCT FROM form.family AS is_same_form
    FROM unnumbered AS asked
    JOIN name_forms AS form USING (name)
    JOIN own_names AS own ON own.folded = form.folded
        AND (own.family IS NULL OR form.family IS NULL OR own.family = form.family)
    WHERE (asked.supplier_no IS NULL
        OR (own.orgnr IS NOT NULL AND coalesce(own.postal_code = asked.postal_code, true)))
    -- Somebody decided that this is not that one.
    AND NOT EXISTS (FROM review_parted AS parted WHERE parted.party_key = asked.party_key
        AND own.entity IN ('orgnr ' || parted.orgnr, 'no ' || parted.supplier_no))
), nearest AS (
    SELECT * FROM pairs
    QUALIFY dense_rank() OVER (
        PARTITION BY supplier_no, name ORDER BY rank, is_same_form DESC) = 1
)
SELECT supplier_no, name, min(entity) AS entity, min(orgnr) AS orgnr,
    CASE WHEN bool_and(is_same_form) THEN {SAME_NAME_AND_FORM} ELSE {SAME_NAME} END::DOUBLE
        AS confidence
FROM nearest GROUP BY supplier_no, name HAVING count(DISTINCT entity) = 1
"""

#: ``identity.match_features``: the best that the register and our own suppliers had to offer,
#: matched or not. Where the two tell of different companies, each speaks against the other: what
#: is left of a probability is its share of both odds.
_FEATURES = f"""
CREATE OR REPLACE TEMP TABLE matched_by_account AS FROM account_matches;
CREATE OR REPLACE TABLE identity.match_features AS
WITH told AS (
    SELECT asked.supplier_no, asked.name AS supplier_name, found.orgnr, found.probability,
        found.features, 2 AS turn
    FROM register_matches AS found JOIN register_asked AS asked USING (party_id)
    UNION ALL
    SELECT supplier_no, name, orgnr, probability, features, 1
    FROM account_matches WHERE orgnr IS NOT NULL
), odds AS (
    SELECT *, least(probability, 0.9999) / (1 - least(probability, 0.9999)) AS odds FROM told
    -- One company told of twice: once, by what says more.
    QUALIFY row_number() OVER (PARTITION BY supplier_no, supplier_name, orgnr
        ORDER BY probability DESC, turn) = 1
), shares AS (
    SELECT *, count(*) OVER who AS others,
        round(odds / (1 + sum(odds) OVER who), 4) AS share
    FROM odds WINDOW who AS (PARTITION BY supplier_no, supplier_name)
), weighed AS (
    SELECT * REPLACE (CASE WHEN others = 1 THEN probability ELSE share END AS probability)
    FROM shares
)
SELECT supplier_no, supplier_name, orgnr, probability, features::JSON AS features,
    probability >= {MATCH_FROM} AS is_match
FROM weighed
QUALIFY row_number() OVER (PARTITION BY supplier_no, supplier_name
    ORDER BY probability DESC, turn, orgnr) = 1
ORDER BY supplier_no NULLS LAST, supplier_name
"""

#: ``named_by_machine``: the entity of each unnumbered party that has a name match. A bare name goes
#: by our own suppliers first, a supplier number by the register first: there its address counts.
_NAMED = """
CREATE OR REPLACE TEMP TABLE named_by_machine AS
SELECT
    asked.supplier_no, asked.name,
    CASE WHEN asked.supplier_no IS NULL
        THEN coalesce(same.entity, 'orgnr ' || found.orgnr, own.entity)
        ELSE coalesce('orgnr ' || found.orgnr, same.entity) END AS entity,
    CASE WHEN asked.supplier_no IS NULL
        THEN coalesce(same.confidence, found.probability, own.probability)
        ELSE coalesce(found.probability, same.confidence) END AS confidence
FROM unnumbered AS asked
LEFT JOIN same_names AS same ON same.supplier_no IS NOT DISTINCT FROM asked.supplier_no
    AND same.name = asked.name
LEFT JOIN identity.match_features AS found ON found.is_match
    AND found.supplier_no IS NOT DISTINCT FROM asked.supplier_no
    AND found.supplier_name = asked.name
-- A supplier of ours whose company nobody knows yet.
LEFT JOIN matched_by_account AS own ON own.is_match AND own.orgnr IS NULL
    AND own.supplier_no IS NOT DISTINCT FROM asked.supplier_no AND own.name = asked.name
WHERE same.entity IS NOT NULL OR found.orgnr IS NOT NULL
    OR (own.entity IS NOT NULL AND asked.supplier_no IS NULL)
"""

_TO_MATCH = """
SELECT row_number() OVER (ORDER BY supplier_no NULLS LAST, name) AS party_id, asked.*
FROM unnumbered AS asked
WHERE name IS NOT NULL AND NOT (supplier_no IS NULL AND name IN (
    SELECT name FROM same_names WHERE supplier_no IS NULL))
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

#: ``name_forms``: the normal form and the legal form of each name.
_NAME_FORMS = f"""
CREATE OR REPLACE TEMP TABLE name_forms AS
SELECT told.name, form.folded, form.family
FROM ({_NAMES}) AS told
JOIN identity_readings.{_FORMS.name} AS form ON form.key = {_FORMS.key("told")}
"""


#: Companies that a party was decided not to be. The best of the others may win on its own evidence.
_NOT_THESE = """
SELECT asked.party_id, parted.orgnr FROM register_asked AS asked
JOIN review_parted AS parted USING (party_key) WHERE parted.orgnr IS NOT NULL
ORDER BY ALL
"""


def name_suppliers(connection: duckdb.DuckDBPyConnection, as_of: date, reviewed: Reviewed) -> None:
    """Make the temporary table ``named`` and ``identity.match_features``.

    ``named`` has supplier_no, name, entity, confidence, method (name, reviewed): supplier numbers
    without number, and bare names (supplier_no null), that were found by name or by a person.
    Needs ``number_suppliers`` first.
    """
    connection.execute(_ASKED)
    note_reviewed_parties(connection, reviewed)
    keep_read(connection, _FORMS, _NAMES)
    connection.execute(_NAME_FORMS)
    connection.execute(_OWN_NAMES)
    connection.execute(_SAME_NAMES)
    asked = to_polars(connection.sql(_TO_MATCH))
    with as_table(connection, "register_asked", asked):
        not_these = to_polars(connection.sql(_NOT_THESE))
    matches = match_parties(connection, asked.drop("supplier_no", "party_key"), as_of, not_these)
    if asked.is_empty() or not has_rows(connection, "FROM known.companies"):
        # Nobody asks for it any longer, and it would not be kept up to date.
        forget(connection)
    with (
        as_table(connection, "register_asked", asked),
        as_table(connection, "register_matches", matches),
        as_table(connection, "account_matches", match_by_accounts(connection, as_of)),
    ):
        connection.execute(_FEATURES)
    connection.execute(_NAMED)
    connection.execute("DROP TABLE temp.matched_by_account")
    honour_reviewed_parties(connection)
