"""Who is held against the lists: suppliers and bidders, who owns them, who leads them.

A subject's key is what people's decisions hang on: the organisationsnummer, ``ef:`` and a hash for
a sole trader, the person key, or what stands for a party without a number (``party_keys``).
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.addresses import city_form, street_door
from screening.identity.listed.addresses_told import country_code
from screening.identity.listed.entries import births_in_numbers
from screening.identity.listed.list_cells import several
from screening.identity.listed.numbers_told import compared_numbers
from screening.identity.listed.sides import (
    BIRTHS,
    CONTACTS,
    NUMBERS,
    PARTIES,
    PLACES,
    Side,
    capped_names,
    contact_forms,
    shaped,
)
from screening.identity.reviewed.party_keys import company_key_sql, party_key_sql
from screening.warehouse.exchange import as_table, to_polars

#: Rows of the sources that are kept as references for a subject.
MOST_REFS = 200

#: Last two figures of the latest year in which a sole trader may be born in this century.
_THIS_CENTURY = "12"

SUBJECTS = {
    "no": pl.UInt64(),
    "subject_kind": pl.String(),
    "subject_key": pl.String(),
    "supplier_id": pl.String(),
    "orgnr": pl.String(),
    "person_key": pl.String(),
    "refs": pl.List(pl.Int64()),
}

#: ``subject_companies``: suppliers, and companies that own, lead or bid. A row for each that a
#: source tells of.
_COMPANIES = f"""
CREATE OR REPLACE TEMP TABLE subject_companies AS
SELECT CASE WHEN orgnr IS NOT NULL THEN {company_key_sql("orgnr")} ELSE supplier_id END AS key,
    supplier_id, orgnr, is_sole_trader, name, NULL AS other_names, ref
FROM identity.suppliers
UNION ALL
SELECT CASE WHEN orgnr IS NOT NULL THEN {company_key_sql("orgnr")}
        ELSE {party_key_sql("NULL::VARCHAR", "name")} END, NULL, orgnr, NULL, name, other_names, ref
FROM (
    SELECT ref, owner_name AS name, other_names,
        CASE WHEN length(owner_id) = 10 THEN owner_id END AS orgnr
    FROM known.owners WHERE owner_type = 'company'
    UNION ALL
    SELECT ref, person_name, NULL, officer_orgnr FROM known.officers WHERE officer_type = 'company'
    UNION ALL
    SELECT ref, coalesce(name, orgnr), NULL, orgnr FROM known.bidders
) WHERE name IS NOT NULL
"""

#: ``told_companies``: everything that is told of them; ``no`` stands for kind and key.
_TOLD_COMPANIES = """
CREATE OR REPLACE TEMP TABLE told_companies AS
WITH numbered AS (SELECT DISTINCT key, orgnr FROM subject_companies WHERE orgnr IS NOT NULL),
told AS (
SELECT key, supplier_id, orgnr, is_sole_trader, name, other_names, orgnr AS number,
    NULL AS street, NULL AS postal_code, NULL AS city, NULL AS email, NULL AS phone, ref
FROM subject_companies
UNION ALL
SELECT supplier.key, supplier.supplier_id, supplier.orgnr, supplier.is_sole_trader, held.name,
    NULL, held.vat_no, held.street, held.postal_code, held.city, held.email, held.phone, held.ref
FROM known.suppliers AS held
JOIN identity.supplier_numbers AS numbered USING (supplier_no)
JOIN subject_companies AS supplier ON supplier.supplier_id = numbered.supplier_id
UNION ALL
SELECT supplier.key, supplier.supplier_id, supplier.orgnr, supplier.is_sole_trader,
    party.supplier_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM identity.parties AS party JOIN subject_companies AS supplier USING (supplier_id)
UNION ALL
SELECT numbered.key, NULL, numbered.orgnr, NULL, held.name, NULL, NULL, held.street,
    held.postal_code, held.city, NULL, NULL, NULL
FROM known.companies AS held JOIN numbered USING (orgnr)
)
SELECT hash('company', key) AS no, told.* FROM told WHERE key IS NOT NULL
"""

#: ``told_persons``: everything that is told of persons who own or lead.
_TOLD_PERSONS = """
CREATE OR REPLACE TEMP TABLE told_persons AS
SELECT hash('person', person.person_key) AS no, person.person_key AS key, held.person_name AS name,
    NULL::VARCHAR AS other_names, held.person_id AS number, held.birth_date,
    NULL::BIGINT AS birth_year, held.street, held.postal_code, held.city, held.country, held.ref
FROM known.officers AS held
JOIN identity.persons AS person ON person.source = 'officers' AND person.ref = held.ref
WHERE person.person_key IS NOT NULL
UNION ALL
SELECT hash('person', person.person_key), person.person_key, held.owner_name, held.other_names,
    held.owner_id, held.birth_date, held.birth_year, NULL, NULL, NULL, NULL, held.ref
FROM known.owners AS held
JOIN identity.persons AS person ON person.source = 'owners' AND person.ref = held.ref
WHERE person.person_key IS NOT NULL
"""

#: Both in one, as a view: most of its columns are empty, and would cost as much as the others.
_TOLD = """
CREATE OR REPLACE TEMP VIEW told_subjects AS
SELECT no, 'company' AS kind, key, supplier_id, orgnr, is_sole_trader, name, other_names, number,
    NULL::DATE AS birth_date, NULL::BIGINT AS birth_year, street, postal_code, city,
    NULL AS country, email, phone, ref
FROM told_companies
UNION ALL
SELECT no, 'person', key, NULL, NULL, NULL, name, other_names, number, birth_date, birth_year,
    street, postal_code, city, country, NULL, NULL, ref
FROM told_persons
"""

#: A sole trader is a person, under whatever name the firm goes.
_PARTIES = """
SELECT no, bool_or(kind = 'person' OR coalesce(is_sole_trader, false)) AS is_person,
    bool_or(kind = 'company') AS is_company
FROM {rows} GROUP BY no
"""

#: ``no``, and a hash of all that is compared. Rows may be told twice, in any order.
_CONTENTS = """
SELECT no, (sum(hash(is_sole_trader, name, other_names, number, street, postal_code, city, email,
    phone)) % 18446744073709551616)::UBIGINT AS content
FROM told_companies GROUP BY no
UNION ALL
SELECT no, (sum(hash(name, other_names, number, birth_date, birth_year, street, postal_code, city,
    country)) % 18446744073709551616)::UBIGINT
FROM told_persons GROUP BY no
"""

_ASKED_ROWS = """
CREATE OR REPLACE TEMP TABLE asked_subjects AS
    FROM told_subjects SEMI JOIN asked_numbers USING (no)
"""

_SHOWN = f"""
SELECT no, kind AS subject_kind, key AS subject_key, min(supplier_id) AS supplier_id,
    min(orgnr) AS orgnr, CASE WHEN kind = 'person' THEN key END AS person_key,
    coalesce(list_sort(list(DISTINCT ref) FILTER (WHERE ref IS NOT NULL))[:{MOST_REFS}], [])
        AS refs
FROM told_subjects SEMI JOIN shown USING (no)
GROUP BY no, kind, key ORDER BY no
"""

_OF_KEYS = """
SELECT DISTINCT no, key FROM told_subjects SEMI JOIN asked_keys USING (key) ORDER BY no
"""


@dataclass(frozen=True)
class Subjects:
    """Subjects of a warehouse.

    Attributes:
        connection: the warehouse, with the temporary view ``told_subjects``.
    """

    connection: duckdb.DuckDBPyConnection

    #: SQL that gives ``no`` and ``content``, a hash of all that is compared, of each.
    contents = _CONTENTS

    def side_of(self, asked: pl.DataFrame | None = None) -> Side:
        """What the subjects that are asked for (``no``) are compared by; all where none is."""
        if asked is None:
            return _side(self.connection, "told_subjects")
        with as_table(self.connection, "asked_numbers", asked):
            self.connection.execute(_ASKED_ROWS)
        return _side(self.connection, "asked_subjects")

    @property
    def side(self) -> Side:
        """What all subjects are compared by."""
        return self.side_of()

    def numbers_of(self, keys: pl.Series) -> pl.DataFrame:
        """``no`` and ``key`` of the subjects with these keys."""
        with as_table(self.connection, "asked_keys", pl.DataFrame({"key": keys})):
            return to_polars(self.connection.sql(_OF_KEYS))

    def shown(self, numbers: pl.Series) -> pl.DataFrame:
        """What is shown of the subjects with these numbers: ``SUBJECTS``, by number."""
        with as_table(self.connection, "shown", pl.DataFrame({"no": numbers.unique()})):
            found = to_polars(self.connection.sql(_SHOWN))
        return found.select(pl.col(name).cast(kind) for name, kind in SUBJECTS.items())

    def forget(self) -> None:
        """Drop the temporary tables."""
        self.connection.execute("DROP VIEW IF EXISTS temp.told_subjects")
        for name in ("subject_companies", "told_companies", "told_persons", "asked_subjects"):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _births(rows: pl.DataFrame) -> pl.DataFrame:
    """Dates of birth, from the number or as told; a sole trader's number is a person's."""
    dated = rows.filter(pl.col("birth_date").is_not_null()).select(
        "no",
        year=pl.col("birth_date").dt.year(),
        month=pl.col("birth_date").dt.month(),
        day=pl.col("birth_date").dt.day(),
    )
    # A sole trader's ten figures leave the century out: nobody trades at over a hundred.
    century = pl.when(pl.col("number").str.head(2) <= _THIS_CENTURY).then(pl.lit("20"))
    trader = rows.filter(
        pl.col("is_sole_trader") & (pl.col("number").str.len_bytes() == 10)
    ).with_columns(number=pl.concat_str(century.otherwise(pl.lit("19")), "number"))
    numbered = pl.concat([rows.filter(pl.col("kind") == "person"), trader])
    in_numbers = births_in_numbers(numbered, "number")
    known = pl.concat([shaped(dated, BIRTHS), in_numbers]).unique()
    years = rows.filter(pl.col("birth_year").is_not_null()).select(
        "no", year="birth_year", month=None, day=None
    )
    years = shaped(years, BIRTHS).join(known, on="no", how="anti")
    return pl.concat([known, years])


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    """Stated addresses. A Swedish postal code without another country is an address in Sweden."""
    told = rows.select("no", "street", "postal_code", "city", "country").unique()
    in_sweden = pl.col("postal_code").str.contains(r"^\d{5}$")
    places = told.select(
        "no",
        country=pl.coalesce(country_code(pl.col("country")), pl.when(in_sweden).then(pl.lit("se"))),
        town=city_form(pl.col("city")),
        door=street_door(pl.col("street")),
    ).filter(pl.any_horizontal(pl.col("country", "town", "door").is_not_null()))
    return shaped(places, PLACES)


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Numbers; those of the registers are Swedish in whichever way they are written."""
    text = pl.col("number")
    own = pl.coalesce(
        text.str.extract(r"^SE(\d{10})\d{2}$"), text.str.extract(r"^(?:18|19|20)?(\d{10})$")
    )
    told = rows.select("no", "number", own=own)
    swedish = told.drop_nulls("own").select("no", number="own", is_swedish=pl.lit(value=True))
    others = compared_numbers(told.filter(pl.col("own").is_null()), "number")
    return shaped(pl.concat([swedish, others]), NUMBERS)


def _side(connection: duckdb.DuckDBPyConnection, rows: str) -> Side:
    def told(columns: str, where: str = "true") -> pl.DataFrame:
        query = f"SELECT DISTINCT no, {columns} FROM {rows} WHERE {where}"
        return to_polars(connection.sql(query))

    def places(asked: pl.DataFrame) -> pl.DataFrame:
        with as_table(connection, "asked_numbers", asked):
            query = (
                "SELECT DISTINCT no, street, postal_code, city, country FROM told_subjects "
                "SEMI JOIN asked_numbers USING (no)"
            )
            return _places(to_polars(connection.sql(query)))

    known = told(
        "kind, is_sole_trader, number, birth_date, birth_year",
        "coalesce(number, birth_date::VARCHAR, birth_year::VARCHAR) IS NOT NULL",
    )
    others = told("other_names", "other_names IS NOT NULL").select(
        "no", name=several(pl.col("other_names"))
    )
    names = [told("name", "name IS NOT NULL"), others.explode("name", empty_as_null=False)]
    reached = told("email, phone", "coalesce(email, phone) IS NOT NULL")
    mail, phone = contact_forms(pl.col("email"), pl.col("phone"))
    contacts = [reached.select("no", contact=mail), reached.select("no", contact=phone)]
    return Side(
        parties=shaped(to_polars(connection.sql(_PARTIES.format(rows=rows))), PARTIES),
        names=capped_names(pl.concat(names).drop_nulls()),
        births=_births(known),
        numbers=_numbers(known.drop_nulls("number")),
        places=pl.DataFrame(schema=PLACES),
        contacts=shaped(pl.concat(contacts).drop_nulls(), CONTACTS),
        # Hardly any subject is compared with anybody in the end.
        read_places=places,
    )


def read_subjects(connection: duckdb.DuckDBPyConnection) -> Subjects:
    """Suppliers, bidders, owning companies and persons, with what is told of them.

    ``forget`` what is given when it is no longer asked.

    Args:
        connection: schema ``known`` set to the run's day; ``identity.suppliers``,
            ``supplier_numbers``, ``parties`` and ``persons`` made.
    """
    for statement in (_COMPANIES, _TOLD_COMPANIES, _TOLD_PERSONS, _TOLD):
        connection.execute(statement)
    return Subjects(connection)
