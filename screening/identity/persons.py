"""Which rows are about the same person: officers, owners, own staff, trading prohibitions.

A person's identity number, or its keyed hash, decides. Without one, the name and the date of birth
together link a row to the one person who has both. A name alone never links beyond the company:
in Sweden hundreds of people share the commonest names.
"""

import duckdb
import polars as pl

from screening.identity.names import person_name_form
from screening.warehouse.exchange import as_table, to_polars

#: How sure a row is about whom it is about: by number, by name and date of birth, by name within
#: one company.
BY_NUMBER, BY_NAME_AND_BIRTH, BY_NAME_IN_COMPANY = 1.0, 0.9, 0.7

#: ``within`` is where a name alone is somebody: the company, or the employee.
_ROWS = """
SELECT 'officers' AS source, ref, person_id, person_name AS name, birth_date, orgnr AS within
FROM known.officers WHERE officer_type IS DISTINCT FROM 'company'
UNION ALL
SELECT 'owners', ref, owner_id, owner_name, birth_date, coalesce(orgnr, subject_ref)
FROM known.owners WHERE owner_type = 'person'
UNION ALL
SELECT 'employees', ref, person_id, name, birth_date, 'employee ' || employee_id
FROM known.employees
UNION ALL
SELECT 'trading_prohibitions', ref, person_id, person_name, NULL, 'prohibition ' || ref
FROM known.trading_prohibitions
"""

#: The date of birth in a number of 12 digits; a samordningsnummer has 60 added to the day.
_BIRTH_IN_NUMBER = """
try_cast(
    substr(person_id, 1, 4) || '-' || substr(person_id, 5, 2) || '-' || lpad(
        (try_cast(substr(person_id, 7, 2) AS INTEGER)
            - CASE WHEN substr(person_id, 7, 1) >= '6' THEN 60 ELSE 0 END)::VARCHAR, 2, '0')
    AS DATE)
"""

_PEOPLE = f"""
CREATE OR REPLACE TEMP TABLE people AS
SELECT
    row.source, row.ref, row.within, form.name_form,
    CASE WHEN person_id LIKE 'hash:%' THEN 'hash'
        WHEN regexp_full_match(person_id, '[0-9]{{12}}') THEN 'number' END AS id_kind,
    CASE WHEN id_kind IS NOT NULL THEN person_id END AS id,
    CASE WHEN id_kind = 'number' THEN coalesce({_BIRTH_IN_NUMBER}, birth_date)
        ELSE birth_date END AS born
FROM person_rows AS row
LEFT JOIN person_names AS form ON form.name IS NOT DISTINCT FROM row.name
"""

#: Who is known by each name and date of birth: one number, or one hash and no number.
_KNOWN_BY_NAME = """
CREATE OR REPLACE TEMP TABLE known_by_name AS
SELECT
    name_form, born,
    count(DISTINCT id) FILTER (WHERE id_kind = 'number') AS numbers,
    count(DISTINCT id) FILTER (WHERE id_kind = 'hash') AS hashes,
    min(id) FILTER (WHERE id_kind = 'number') AS number,
    min(id) FILTER (WHERE id_kind = 'hash') AS hash
FROM people WHERE name_form IS NOT NULL AND born IS NOT NULL
GROUP BY name_form, born
"""

#: A hash is the number of the one person of its name and birth, if it is the only hash of them.
_HASHED = """
CREATE OR REPLACE TEMP TABLE hashed_people AS
SELECT row.id AS hash, min(known.number) AS number
FROM people AS row JOIN known_by_name AS known USING (name_form, born)
WHERE row.id_kind = 'hash' AND known.numbers = 1 AND known.hashes = 1
GROUP BY row.id HAVING count(DISTINCT known.number) = 1
"""

_KEYED = f"""
CREATE OR REPLACE TABLE identity.persons AS
WITH linked AS (
    SELECT
        row.source, row.ref,
        CASE
            WHEN row.id_kind = 'number' THEN 'id ' || row.id
            WHEN row.id_kind = 'hash' THEN 'id ' || coalesce(hashed.number, row.id)
            WHEN known.numbers = 1 AND known.hashes <= 1 THEN 'id ' || known.number
            WHEN known.numbers = 0 AND known.hashes = 1 THEN 'id ' || known.hash
            WHEN known.numbers = 0 AND known.hashes = 0
                THEN 'born ' || known.born || ' ' || known.name_form
            WHEN row.name_form IS NOT NULL
                THEN 'within ' || coalesce(row.within, row.source || row.ref) || ' '
                    || coalesce(row.born::VARCHAR, '') || ' ' || row.name_form
            ELSE 'row ' || row.source || ' ' || row.ref
        END AS who,
        CASE
            WHEN row.id_kind = 'number' OR (row.id_kind = 'hash' AND hashed.number IS NULL)
                THEN {BY_NUMBER}
            WHEN row.id_kind = 'hash' OR known.numbers + known.hashes <= 1
                OR (known.numbers = 1 AND known.hashes <= 1) THEN {BY_NAME_AND_BIRTH}
            ELSE {BY_NAME_IN_COMPANY}
        END::DOUBLE AS match_confidence
    FROM people AS row
    LEFT JOIN known_by_name AS known USING (name_form, born)
    LEFT JOIN hashed_people AS hashed ON row.id_kind = 'hash' AND hashed.hash = row.id
)
SELECT source, ref, 'p' || substr(sha256(who), 1, 16) AS person_key, match_confidence
FROM linked ORDER BY source, ref
"""


def _name_forms(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    names = to_polars(connection.sql("SELECT DISTINCT name FROM person_rows ORDER BY name"))
    return names.with_columns(name_form=person_name_form(pl.col("name")))


def resolve_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.persons``: source, ref, person_key, match_confidence.

    One row per row of known.officers (persons), known.owners (persons), known.employees and
    known.trading_prohibitions. ``person_key`` is a hash within the store: it does not show the
    identity number, but is not meant to leave the store either.
    """
    connection.execute(f"CREATE OR REPLACE TEMP VIEW person_rows AS {_ROWS}")
    with as_table(connection, "person_names", _name_forms(connection)):
        connection.execute(_PEOPLE)
    for statement in (_KNOWN_BY_NAME, _HASHED, _KEYED):
        connection.execute(statement)
