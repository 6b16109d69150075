"""What people decided about parties and companies, as tables that resolving joins.

Everything here is small: the pairs that people decided, never the parties or the register.
"""

import duckdb
import polars as pl

from screening.identity.reviewed.pairs import Reviewed
from screening.identity.reviewed.party_keys import company_key_sql, party_key_sql
from screening.warehouse.exchange import as_table

#: How sure a tie is that a person decided.
BY_REVIEW = 1.0

#: What people's decisions name the parties by that are looked for.
_PARTY_KEYS = f"""
SELECT party_id, {party_key_sql("supplier_no", "name")} AS key FROM unnumbered
"""

#: ``review_parted``: which party is not which company (orgnr), or not which of our suppliers
#: (supplier number). A sole trader's key is a hash: it is looked up among the sole traders.
_PARTED = f"""
CREATE OR REPLACE TEMP TABLE review_parted AS
SELECT party.party_id, company.orgnr, own.supplier_no
FROM review_parted_keys AS parted
JOIN ({_PARTY_KEYS}) AS party USING (key)
LEFT JOIN review_companies AS company ON company.key = parted.other_key
LEFT JOIN (
    SELECT supplier_no, {party_key_sql("supplier_no", "NULL")} AS key FROM numbered
) AS own ON own.key = parted.other_key
WHERE company.orgnr IS NOT NULL OR own.supplier_no IS NOT NULL
"""

#: ``review_companies``: the companies that decisions speak of: key, orgnr.
_COMPANIES = """
CREATE OR REPLACE TEMP TABLE review_companies AS
SELECT key, key AS orgnr FROM review_keys WHERE regexp_full_match(key, '[0-9]{10}')
"""

#: Sole traders stand under the hash of their number.
_SOLE_TRADERS = f"""
INSERT INTO review_companies
SELECT asked.key, trader.orgnr
FROM review_keys AS asked
JOIN (
    SELECT orgnr, {company_key_sql("orgnr")} AS key FROM (
        SELECT orgnr FROM known.companies UNION SELECT orgnr FROM numbered)
    WHERE substr(orgnr, 3, 1) < '2'
) AS trader USING (key)
"""

#: ``review_same``: each party that is in a group, and who that is: the group's company, else the
#: company of our suppliers in it. Where the group has none, the machine's answer to any of them is
#: for all; ``otherwise`` is who they are if it has no answer.
_SAME = f"""
CREATE OR REPLACE TEMP TABLE review_same AS
WITH own AS (
    SELECT grouped."group", numbered.supplier_no, numbered.orgnr
    FROM review_groups AS grouped
    JOIN numbered ON {party_key_sql("numbered.supplier_no", "NULL")} = grouped.key
    QUALIFY row_number() OVER (PARTITION BY grouped."group" ORDER BY
        numbered.orgnr IS NULL, try_cast(numbered.supplier_no AS HUGEINT) NULLS LAST,
        numbered.supplier_no) = 1
)
SELECT party.party_id, grouped."group",
    coalesce('orgnr ' || company.orgnr, 'orgnr ' || own.orgnr) AS entity,
    coalesce('no ' || own.supplier_no, 'name reviewed ' || grouped."group") AS otherwise
FROM review_groups AS grouped
JOIN ({_PARTY_KEYS}) AS party USING (key)
LEFT JOIN review_companies AS company ON company.key = grouped."group"
LEFT JOIN own ON own."group" = grouped."group"
"""

#: ``named``: what people decided laid over what names and addresses say.
_NAMED = f"""
CREATE OR REPLACE TEMP TABLE named AS
WITH of_group AS (
    SELECT same."group", found.entity, found.confidence
    FROM named_by_machine AS found
    JOIN review_same AS same USING (party_id)
    QUALIFY row_number() OVER (
        PARTITION BY same."group" ORDER BY found.confidence DESC, found.entity) = 1
)
SELECT asked.supplier_no, asked.name,
    CASE WHEN same.party_id IS NULL THEN found.entity
        ELSE coalesce(same.entity, of_group.entity, same.otherwise) END AS entity,
    CASE WHEN same.party_id IS NULL THEN found.confidence
        WHEN same.entity IS NULL AND of_group.entity IS NOT NULL THEN of_group.confidence
        ELSE {BY_REVIEW} END::DOUBLE AS confidence,
    CASE WHEN same.party_id IS NULL THEN 'name'
        WHEN same.entity IS NULL AND of_group.entity IS NOT NULL THEN 'name'
        ELSE 'reviewed' END AS method
FROM unnumbered AS asked
LEFT JOIN named_by_machine AS found USING (party_id)
LEFT JOIN review_same AS same USING (party_id)
LEFT JOIN of_group ON of_group."group" = same."group"
WHERE found.entity IS NOT NULL OR same.party_id IS NOT NULL
"""

#: What stands where nobody decided anything.
_NOTHING = """
CREATE OR REPLACE TEMP TABLE review_parted
    (party_id BIGINT, orgnr VARCHAR, supplier_no VARCHAR);
CREATE OR REPLACE TEMP TABLE review_same
    (party_id BIGINT, "group" VARCHAR, entity VARCHAR, otherwise VARCHAR)
"""


def note_reviewed_parties(connection: duckdb.DuckDBPyConnection, reviewed: Reviewed) -> None:
    """Make the temporary tables of what people decided; empty where nobody decided anything.

    - ``review_same``: party_id, group, entity, otherwise: who that party is, whatever names and
      addresses say.
    - ``review_parted``: party_id, orgnr, supplier_no (one of them null): no answer for that party.

    Needs ``numbered`` and ``unnumbered``.
    """
    parted = reviewed.parted_keys()
    keys = pl.concat([reviewed.groups["key"], parted["key"]]).unique().sort().to_frame("key")
    if keys.is_empty():
        connection.execute(_NOTHING)
        return
    with (
        as_table(connection, "review_keys", keys),
        as_table(connection, "review_groups", reviewed.groups),
        as_table(connection, "review_parted_keys", parted),
    ):
        connection.execute(_COMPANIES)
        if keys["key"].str.starts_with("ef:").any():
            connection.execute(_SOLE_TRADERS)
        connection.execute(_PARTED)
        connection.execute(_SAME)
    connection.execute("DROP TABLE temp.review_companies")


def honour_reviewed_parties(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``named`` (supplier_no, name, entity, confidence, method) from ``named_by_machine``.

    ``method`` is ``reviewed`` where a person decided who the party is, else ``name``. Needs
    ``unnumbered``, and ``note_reviewed_parties``.
    """
    connection.execute(_NAMED)
