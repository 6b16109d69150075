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
    NUMBERS,
    PLACES,
    Side,
    contact_forms,
    shaped,
    side_from,
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
#: source tells of; ``no`` stands for kind and key.
_COMPANIES = f"""
CREATE OR REPLACE TEMP TABLE subject_companies AS
WITH keyed AS MATERIALIZED (
    SELECT CASE WHEN orgnr IS NOT NULL THEN {company_key_sql("orgnr")} ELSE supplier_id END AS key,
        supplier_id, orgnr, is_sole_trader, name, NULL AS other_names, ref
    FROM identity.suppliers
    UNION ALL
    SELECT CASE WHEN orgnr IS NOT NULL THEN {company_key_sql("orgnr")}
            ELSE {party_key_sql("NULL::VARCHAR", "name")} END,
        NULL, orgnr, NULL, name, other_names, ref
    FROM (
        SELECT ref, owner_name AS name, other_names,
            CASE WHEN length(owner_id) = 10 THEN owner_id END AS orgnr
        FROM known.owners WHERE owner_type = 'company'
        UNION ALL
        SELECT ref, person_name, NULL, officer_orgnr
        FROM known.officers WHERE officer_type = 'company'
        UNION ALL
        SELECT ref, coalesce(name, orgnr), NULL, orgnr FROM known.bidders
    ) WHERE name IS NOT NULL
)
SELECT hash('company', key) AS no, * FROM keyed WHERE key IS NOT NULL
"""

#: What tells of subjects: companies as such, then rows of suppliers, of invoices, of the register;
#: from ``_OFFICERS`` on persons.
_NAMED, _SUPPLIERS, _INVOICES, _REGISTER, _OFFICERS, _OWNERS = range(6)

#: ``subject_rows``: which row tells of whom, and a hash of what is compared of it.
_ROWS = f"""
CREATE OR REPLACE TEMP TABLE subject_rows AS
SELECT no, {_NAMED}::UTINYINT AS part, ref,
    hash({_NAMED}, is_sole_trader, name, other_names, orgnr) AS line
FROM subject_companies
UNION ALL
SELECT supplier.no, {_SUPPLIERS}, held.ref, hash({_SUPPLIERS}, held.name, held.vat_no, held.street,
    held.postal_code, held.city, held.email, held.phone)
FROM known.suppliers AS held
JOIN identity.supplier_numbers AS numbered USING (supplier_no)
JOIN subject_companies AS supplier ON supplier.supplier_id = numbered.supplier_id
UNION ALL
SELECT supplier.no, {_INVOICES}, NULL, hash({_INVOICES}, party.supplier_name)
FROM identity.parties AS party JOIN subject_companies AS supplier USING (supplier_id)
UNION ALL
SELECT numbered.no, {_REGISTER}, held.ref,
    hash({_REGISTER}, held.name, held.street, held.postal_code, held.city)
FROM known.companies AS held
JOIN (SELECT DISTINCT no, orgnr FROM subject_companies WHERE orgnr IS NOT NULL) AS numbered
    USING (orgnr)
UNION ALL
SELECT hash('person', person.person_key), {_OFFICERS}, held.ref, hash({_OFFICERS}, held.person_name,
    held.person_id, held.birth_date, held.street, held.postal_code, held.city, held.country)
FROM known.officers AS held
JOIN identity.persons AS person ON person.source = 'officers' AND person.ref = held.ref
WHERE person.person_key IS NOT NULL
UNION ALL
SELECT hash('person', person.person_key), {_OWNERS}, held.ref, hash({_OWNERS}, held.owner_name,
    held.other_names, held.owner_id, held.birth_date, held.birth_year)
FROM known.owners AS held
JOIN identity.persons AS person ON person.source = 'owners' AND person.ref = held.ref
WHERE person.person_key IS NOT NULL
"""

#: ``no``, and a hash of all that is compared. Rows may be told twice, in any order.
_CONTENTS = "SELECT no, hash(sum(line)) AS content FROM subject_rows GROUP BY no"

#: All that is told of those who are asked for.
_TOLD = f"""
WITH asked AS MATERIALIZED (SELECT DISTINCT no, part, ref FROM subject_rows {{asked}})
SELECT no, false AS is_person, is_sole_trader, name, other_names, orgnr AS number,
    NULL::DATE AS birth_date, NULL::BIGINT AS birth_year, NULL AS street, NULL AS postal_code,
    NULL AS city, NULL AS country, NULL AS email, NULL AS phone
FROM subject_companies {{asked}}
UNION ALL
SELECT no, false, NULL, name, NULL, vat_no, NULL, NULL, street, postal_code, city, NULL, email,
    phone
FROM known.suppliers JOIN asked USING (ref) WHERE part = {_SUPPLIERS}
UNION ALL
SELECT no, false, NULL, supplier_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM identity.parties
JOIN (SELECT DISTINCT no, supplier_id FROM subject_companies {{asked}}) USING (supplier_id)
UNION ALL
SELECT no, false, NULL, name, NULL, NULL, NULL, NULL, street, postal_code, city, NULL, NULL, NULL
FROM known.companies JOIN asked USING (ref) WHERE part = {_REGISTER}
UNION ALL
SELECT no, true, NULL, person_name, NULL, person_id, birth_date, NULL, street, postal_code, city,
    country, NULL, NULL
FROM known.officers JOIN asked USING (ref) WHERE part = {_OFFICERS}
UNION ALL
SELECT no, true, NULL, owner_name, other_names, owner_id, birth_date, birth_year, NULL, NULL, NULL,
    NULL, NULL, NULL
FROM known.owners JOIN asked USING (ref) WHERE part = {_OWNERS}
"""

_SHOWN = f"""
WITH held AS MATERIALIZED (FROM subject_rows SEMI JOIN shown USING (no)),
refs AS (
    SELECT no, coalesce(list_sort(list(DISTINCT ref) FILTER (ref IS NOT NULL))[:{MOST_REFS}], [])
        AS refs
    FROM held WHERE part <> {_REGISTER} GROUP BY no
), named AS (
    SELECT no, 'company' AS subject_kind, key AS subject_key, supplier_id, orgnr,
        NULL AS person_key
    FROM subject_companies SEMI JOIN shown USING (no)
    UNION ALL
    SELECT held.no, 'person', person_key, NULL, NULL, person_key
    FROM identity.persons JOIN held USING (ref)
    WHERE (source, part) IN (('officers', {_OFFICERS}), ('owners', {_OWNERS}))
)
SELECT no, subject_kind, subject_key, min(supplier_id) AS supplier_id, min(orgnr) AS orgnr,
    person_key, any_value(refs) AS refs
FROM named JOIN refs USING (no) GROUP BY ALL ORDER BY no
"""

_OF_KEYS = """
SELECT no, key FROM (
    SELECT key, unnest([hash('company', key), hash('person', key)]) AS no FROM asked_keys
) SEMI JOIN subject_rows USING (no) ORDER BY no
"""


@dataclass(frozen=True)
class Subjects:
    """Subjects of a warehouse.

    Attributes:
        connection: the warehouse, with the temporary tables ``subject_companies`` and
            ``subject_rows``.
    """

    connection: duckdb.DuckDBPyConnection

    #: SQL that gives ``no`` and ``content``, a hash of all that is compared, of each.
    contents = _CONTENTS

    def side_of(self, asked: pl.DataFrame | None = None) -> Side:
        """What the subjects that are asked for (``no``) are compared by; all where none is."""
        if asked is None:
            return _side(to_polars(self.connection.sql(_TOLD.format(asked=""))))
        with as_table(self.connection, "asked_numbers", asked):
            query = _TOLD.format(asked="SEMI JOIN asked_numbers USING (no)")
            return _side(to_polars(self.connection.sql(query)))

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
        for name in ("subject_companies", "subject_rows"):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _births(rows: pl.LazyFrame) -> pl.LazyFrame:
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
    numbered = pl.concat([rows.filter("is_person"), trader])
    in_numbers = births_in_numbers(numbered, "number")
    known = pl.concat([shaped(dated, BIRTHS), in_numbers]).unique()
    years = rows.filter(pl.col("birth_year").is_not_null()).select(
        "no", year="birth_year", month=None, day=None
    )
    return pl.concat([known, shaped(years, BIRTHS).join(known, on="no", how="anti")])


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    """Stated addresses. A Swedish postal code without another country is an address in Sweden."""
    in_sweden = pl.col("postal_code").str.contains(r"^\d{5}$")
    places = rows.unique().select(
        "no",
        country=pl.coalesce(country_code(pl.col("country")), pl.when(in_sweden).then(pl.lit("se"))),
        town=city_form(pl.col("city")),
        door=street_door(pl.col("street")),
    )
    told = places.filter(pl.any_horizontal(pl.col("country", "town", "door").is_not_null()))
    return shaped(told.lazy(), PLACES).collect(engine="in-memory")


def _numbers(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Numbers; those of the registers are Swedish in whichever way they are written."""
    text = pl.col("number")
    own = pl.coalesce(
        text.str.extract(r"^SE(\d{10})\d{2}$"), text.str.extract(r"^(?:18|19|20)?(\d{10})$")
    )
    told = rows.select("no", "number").drop_nulls().unique().with_columns(own=own)
    swedish = told.drop_nulls("own").select("no", number="own", is_swedish=pl.lit(value=True))
    others = compared_numbers(told.filter(pl.col("own").is_null()), "number")
    return shaped(pl.concat([swedish, others]), NUMBERS)


def _side(told: pl.DataFrame) -> Side:
    """What subjects are compared by; ``told`` are rows of ``_TOLD``."""
    rows = told.lazy()
    is_trader = pl.col("is_sole_trader").fill_null(value=False)
    parties = rows.group_by("no").agg(
        is_person=(pl.col("is_person") | is_trader).any(), is_company=(~pl.col("is_person")).any()
    )
    others = rows.drop_nulls("other_names").select("no", name=several(pl.col("other_names")))
    names = [rows.select("no", "name"), others.explode("name", empty_as_null=False)]
    mail, phone = contact_forms(pl.col("email"), pl.col("phone"))
    reached = rows.filter(pl.any_horizontal(pl.col("email", "phone").is_not_null()))
    contacts = [reached.select("no", contact=mail), reached.select("no", contact=phone)]
    return side_from(
        parties=parties,
        names=pl.concat(names),
        births=_births(rows),
        numbers=_numbers(rows),
        contacts=pl.concat(contacts),
        addresses=told.select("no", "street", "postal_code", "city", "country").filter(
            pl.any_horizontal(pl.col("street", "postal_code", "city", "country").is_not_null())
        ),
        read_places=_places,
    )


def read_subjects(connection: duckdb.DuckDBPyConnection) -> Subjects:
    """Suppliers, bidders, owning companies and persons, with what is told of them.

    ``forget`` what is given when it is no longer asked.

    Args:
        connection: schema ``known`` set to the run's day; ``identity.suppliers``,
            ``supplier_numbers``, ``parties`` and ``persons`` made.
    """
    connection.execute(_COMPANIES)
    connection.execute(_ROWS)
    return Subjects(connection)
