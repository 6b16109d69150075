"""The suppliers: one entity per organisationsnummer, else per supplier number, else per name."""

from datetime import date

import duckdb

from screening.identity.companies.supplier_names import name_suppliers
from screening.identity.companies.supplier_numbers import number_suppliers
from screening.identity.reviewed.pairs import Reviewed

#: ``number_entities``: the entity of each supplier number.
_NUMBER_ENTITIES = """
CREATE OR REPLACE TEMP TABLE number_entities AS
SELECT
    numbered.supplier_no, numbered.is_personal, numbered.ref, numbered.name, numbered.turn,
    coalesce('orgnr ' || numbered.orgnr, named.entity, 'no ' || numbered.supplier_no) AS entity,
    CASE WHEN numbered.orgnr IS NOT NULL THEN 'number'
        ELSE coalesce(named.method, 'none') END AS match_method,
    coalesce(CASE WHEN numbered.orgnr IS NULL THEN named.confidence END, numbered.confidence)
        AS match_confidence
FROM numbered LEFT JOIN named USING (supplier_no)
"""

#: ``bare_entities``: the entity of each bare name. Equal names are one entity; a legal form parts
#: them only from another legal form.
_BARE_ENTITIES = """
CREATE OR REPLACE TEMP TABLE bare_entities AS
WITH bare AS (
    SELECT asked.name, form.folded, form.family,
        max(form.family) OVER (PARTITION BY form.folded) AS last_family,
        min(form.family) OVER (PARTITION BY form.folded) AS first_family
    FROM unnumbered AS asked JOIN identity_readings.supplier_names AS form
        ON form.key = hash(asked.name)
    WHERE asked.supplier_no IS NULL AND form.folded IS NOT NULL
)
SELECT
    bare.name,
    coalesce(numbers.entity, named.entity, 'name ' || bare.folded || ' | ' || coalesce(
        CASE WHEN bare.first_family = bare.last_family THEN bare.first_family
            ELSE bare.family END, '')) AS entity,
    coalesce(named.method, 'none') AS match_method,
    least(coalesce(named.confidence, 1.0), coalesce(numbers.match_confidence, 1.0))
        AS match_confidence
FROM bare
LEFT JOIN named ON named.supplier_no IS NULL AND named.name = bare.name
-- The supplier whose name it is may itself have found its number by name.
LEFT JOIN number_entities AS numbers ON named.entity = 'no ' || numbers.supplier_no
"""

#: ``party_entities``: the entity of each party on invoices: its own number wins, then its supplier
#: number, then its name. A party with nothing of these (masked) has none.
_PARTY_ENTITIES = """
CREATE OR REPLACE TEMP TABLE party_entities AS
SELECT
    party.*,
    coalesce('orgnr ' || party.orgnr, numbers.entity, bare.entity) AS entity,
    CASE WHEN party.orgnr IS NOT NULL THEN 'number'
        WHEN numbers.match_method = 'number' THEN 'register'
        ELSE coalesce(numbers.match_method, bare.match_method, 'none') END AS match_method,
    CASE WHEN party.orgnr IS NOT NULL THEN 1.0
        ELSE coalesce(numbers.match_confidence, bare.match_confidence, 1.0) END
        AS match_confidence
FROM invoice_parties AS party
LEFT JOIN number_entities AS numbers USING (supplier_no)
LEFT JOIN bare_entities AS bare ON party.supplier_no IS NULL AND bare.name = party.supplier_name
"""

#: ``entities``: every entity with its lowest supplier number, how sure its number is, and its
#: ``supplier_id``. Supplier numbers that are a person's identity number are no name for anything,
#: and a sole trader's number is never shown.
_ENTITIES = """
CREATE OR REPLACE TEMP TABLE entities AS
WITH seen AS (
    SELECT entity, match_method, match_confidence, turn,
        CASE WHEN NOT is_personal THEN supplier_no END AS supplier_no
    FROM number_entities
    UNION ALL
    SELECT entity, match_method, match_confidence, NULL, NULL FROM party_entities
    WHERE entity IS NOT NULL
), unsure AS (
    SELECT *, 2 * list_position(['number', 'register', 'reviewed', 'name', 'none'], match_method)
        - match_confidence AS unsureness
    FROM seen
), told AS (
    SELECT entity, arg_min(match_method, unsureness) AS match_method,
        arg_min(match_confidence, unsureness) AS match_confidence,
        arg_min(supplier_no, turn) AS supplier_no,
        CASE WHEN entity LIKE 'orgnr %' THEN substr(entity, 7) END AS orgnr,
        coalesce(substr(orgnr, 3, 1) < '2', false) AS is_sole_trader
    FROM unsure GROUP BY entity
), traders AS (
    SELECT entity, substr(orgnr, 1, 6) AS born,
        row_number() OVER (PARTITION BY born ORDER BY orgnr) AS ordinal
    FROM told WHERE is_sole_trader AND supplier_no IS NULL
)
SELECT
    told.*,
    CASE
        WHEN orgnr IS NOT NULL AND NOT is_sole_trader THEN orgnr
        WHEN supplier_no IS NOT NULL THEN 'lev:' || supplier_no
        WHEN is_sole_trader THEN 'ef:' || born || '-' || ordinal
        ELSE 'namn:' || substr(sha256(entity), 1, 12)
    END AS supplier_id
FROM told LEFT JOIN traders USING (entity)
"""

_SUPPLIER_NUMBERS = """
CREATE OR REPLACE TABLE identity.supplier_numbers AS
SELECT numbers.supplier_no, entities.supplier_id, entities.orgnr, numbers.match_method,
    numbers.match_confidence
FROM number_entities AS numbers JOIN entities USING (entity)
"""

_PARTIES = """
CREATE OR REPLACE TABLE identity.parties AS
SELECT party.supplier_no, party.orgnr, party.supplier_name, entities.supplier_id,
    party.match_method, party.match_confidence
FROM party_entities AS party LEFT JOIN entities USING (entity)
"""

#: The name is the supplier register's (that of the lowest supplier number), else the one on the
#: latest invoice, else the company register's. The address likewise.
_SUPPLIERS = """
CREATE OR REPLACE TABLE identity.suppliers AS
WITH held AS (
    SELECT numbers.entity, arg_min(numbers.name, numbers.turn) AS name,
        arg_min(numbers.ref, numbers.turn) AS ref,
        arg_min(place.address_key, numbers.turn) AS address_key
    FROM number_entities AS numbers
    LEFT JOIN identity.addresses AS place
        ON place.source = 'suppliers' AND place.ref = numbers.ref
    GROUP BY numbers.entity
), entity AS MATERIALIZED (
    FROM entities LEFT JOIN held USING (entity)
), invoiced AS (
    SELECT entity, min(ref) AS ref,
        arg_max(supplier_name, {'on': last_on, 'ref': ref, 'name': supplier_name})
            FILTER (WHERE supplier_name IS NOT NULL) AS name
    FROM party_entities SEMI JOIN (FROM entity WHERE name IS NULL OR ref IS NULL) USING (entity)
    GROUP BY entity
), there AS MATERIALIZED (
    SELECT orgnr, ref FROM known.companies SEMI JOIN entities USING (orgnr)
), registered AS (
    SELECT company.orgnr,
        arg_min(company.name, {'turn': turn, 'ref': company.ref}) AS name,
        arg_min(place.address_key, {'turn': turn, 'ref': company.ref})
            FILTER (WHERE place.address_key IS NOT NULL) AS address_key
    FROM (
        SELECT orgnr, name, ref,
            CASE origin WHEN 'bolagsverket' THEN 1 WHEN 'scb' THEN 3 ELSE 2 END AS turn
        FROM known.companies
        WHERE ref IN (SELECT ref FROM there
            SEMI JOIN (FROM entity WHERE name IS NULL OR address_key IS NULL) USING (orgnr))
    ) AS company
    LEFT JOIN identity.addresses AS place ON place.source = 'companies' AND place.ref = company.ref
    GROUP BY company.orgnr
)
SELECT
    entity.supplier_id, entity.orgnr, entity.supplier_no,
    coalesce(entity.name, invoiced.name, registered.name) AS name,
    entity.is_sole_trader, coalesce(entity.orgnr LIKE '2%' AND NOT is_sole_trader, false)
        AS is_public_body,
    CASE WHEN entity.orgnr IS NULL OR NOT EXISTS (SELECT 1 FROM known.companies) THEN NULL
        ELSE entity.orgnr IN (SELECT orgnr FROM there) END AS in_register,
    coalesce(entity.address_key, registered.address_key) AS address_key,
    entity.match_method, entity.match_confidence, coalesce(entity.ref, invoiced.ref) AS ref
FROM entity
LEFT JOIN invoiced USING (entity)
LEFT JOIN registered ON registered.orgnr = entity.orgnr
"""


def find_suppliers(connection: duckdb.DuckDBPyConnection, as_of: date, reviewed: Reviewed) -> int:
    """Tell which supplier each supplier number and each party on invoices is.

    Writes ``identity.supplier_numbers``, ``identity.parties`` and ``identity.match_features``, and
    the temporary table ``entities`` (with orgnr) for ``write_suppliers``.

    Args:
        connection: the warehouse.
        as_of: the run's day.
        reviewed: what people decided about parties and companies (kind ``company``).

    Returns:
        Supplier numbers whose invoices contradict the supplier register.
    """
    conflicts = number_suppliers(connection)
    name_suppliers(connection, as_of, reviewed)
    for statement in (
        _NUMBER_ENTITIES,
        _BARE_ENTITIES,
        _PARTY_ENTITIES,
        _ENTITIES,
        _SUPPLIER_NUMBERS,
        _PARTIES,
    ):
        connection.execute(statement)
    return conflicts


def write_suppliers(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.suppliers``: one row per entity, with name, address and standing.

    Needs ``find_suppliers`` and ``identity.addresses`` first.
    """
    connection.execute(_SUPPLIERS)
