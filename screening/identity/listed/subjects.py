"""Who is held against the lists: suppliers and bidders, who owns them, who leads them.

A subject's key is what people's decisions hang on: the organisationsnummer, ``ef:`` and a hash for
a sole trader, the person key, or what stands for a party without a number (``party_keys``).
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.addresses import city_form, street_door
from screening.identity.listed.addresses_told import country_code
from screening.identity.listed.entries import births_in_numbers, several
from screening.identity.listed.numbers_told import compared_numbers
from screening.identity.listed.sides import (
    BIRTHS,
    CONTACTS,
    NUMBERS,
    PLACES,
    Side,
    capped_names,
    contact_forms,
    shaped,
)
from screening.identity.reviewed.party_keys import company_key_sql, party_key_sql
from screening.warehouse.exchange import to_polars

#: Rows of the sources that are kept as references for a subject.
MOST_REFS = 200

#: Last two figures of the latest year in which a sole trader may be born in this century.
_THIS_CENTURY = "12"

SUBJECTS = {
    "no": pl.UInt32(),
    "subject_kind": pl.String(),
    "subject_key": pl.String(),
    "supplier_id": pl.String(),
    "orgnr": pl.String(),
    "person_key": pl.String(),
    "refs": pl.List(pl.Int64()),
}

_TOLD = f"""
WITH supplier AS (
    SELECT supplier_id, orgnr, name, is_sole_trader, ref,
        CASE WHEN orgnr IS NOT NULL THEN {company_key_sql("orgnr")} ELSE supplier_id END AS key
    FROM identity.suppliers
), owning AS (
    SELECT ref, owner_name AS name, other_names,
        CASE WHEN length(owner_id) = 10 THEN owner_id END AS orgnr
    FROM known.owners WHERE owner_type = 'company'
    UNION ALL
    SELECT ref, person_name, NULL, officer_orgnr FROM known.officers WHERE officer_type = 'company'
    UNION ALL
    SELECT ref, coalesce(name, orgnr), NULL, orgnr FROM known.bidders
), holder AS (
    SELECT *, CASE WHEN orgnr IS NOT NULL THEN {company_key_sql("orgnr")}
        ELSE {party_key_sql("NULL::VARCHAR", "name")} END AS key
    FROM owning WHERE name IS NOT NULL
), company AS (
    SELECT key, orgnr FROM supplier WHERE orgnr IS NOT NULL
    UNION SELECT key, orgnr FROM holder WHERE orgnr IS NOT NULL
)
SELECT 'company' AS kind, key, supplier_id, orgnr, is_sole_trader, name, NULL AS other_names,
    orgnr AS number, NULL::DATE AS birth_date, NULL::BIGINT AS birth_year,
    NULL AS street, NULL AS postal_code, NULL AS city, NULL AS country, NULL AS email,
    NULL AS phone, ref
FROM supplier
UNION ALL
SELECT 'company', supplier.key, supplier.supplier_id, supplier.orgnr, supplier.is_sole_trader,
    held.name, NULL, held.vat_no, NULL, NULL, held.street, held.postal_code, held.city, NULL,
    held.email, held.phone, held.ref
FROM known.suppliers AS held
JOIN identity.supplier_numbers AS numbered USING (supplier_no)
JOIN supplier ON supplier.supplier_id = numbered.supplier_id
UNION ALL
SELECT 'company', supplier.key, supplier.supplier_id, supplier.orgnr, supplier.is_sole_trader,
    party.supplier_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM identity.parties AS party JOIN supplier USING (supplier_id)
UNION ALL
SELECT 'company', company.key, NULL, company.orgnr, NULL, held.name, NULL, NULL, NULL, NULL,
    held.street, held.postal_code, held.city, NULL, NULL, NULL, NULL
FROM known.companies AS held JOIN company USING (orgnr)
UNION ALL
SELECT 'company', key, NULL, orgnr, NULL, name, other_names, orgnr, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, ref
FROM holder
UNION ALL
SELECT 'person', person.person_key, NULL, NULL, NULL, held.person_name, NULL, held.person_id,
    held.birth_date, NULL, held.street, held.postal_code, held.city, held.country, NULL, NULL,
    held.ref
FROM known.officers AS held
JOIN identity.persons AS person ON person.source = 'officers' AND person.ref = held.ref
UNION ALL
SELECT 'person', person.person_key, NULL, NULL, NULL, held.owner_name, held.other_names,
    held.owner_id, held.birth_date, held.birth_year, NULL, NULL, NULL, NULL, NULL, NULL, held.ref
FROM known.owners AS held
JOIN identity.persons AS person ON person.source = 'owners' AND person.ref = held.ref
"""


@dataclass(frozen=True)
class Subjects:
    """Subjects: what is shown of them (``SUBJECTS``), and what they are compared by."""

    subjects: pl.DataFrame
    side: Side


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    order = rows.select("kind", "key").unique().sort("kind", "key").with_row_index("no")
    return rows.join(order, on=["kind", "key"])


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    is_person = pl.col("kind") == "person"
    told = rows.group_by("no", "kind", "key").agg(
        pl.col("supplier_id", "orgnr").drop_nulls().min(),
        refs=pl.col("ref").drop_nulls().unique().sort().head(MOST_REFS),
    )
    return (
        told.with_columns(
            subject_kind="kind",
            subject_key="key",
            person_key=pl.when(is_person).then("key"),
        )
        .select(pl.col(name).cast(kind) for name, kind in SUBJECTS.items())
        .sort("no")
    )


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
    return pl.concat([known, years]).sort("no", "year", "month", "day", nulls_last=True)


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


def read_subjects(connection: duckdb.DuckDBPyConnection) -> Subjects:
    """Suppliers, bidders, owning companies and persons, with what is told of them.

    Args:
        connection: schema ``known`` set to the run's day; ``identity.suppliers``,
            ``supplier_numbers``, ``parties`` and ``persons`` made.
    """
    rows = _numbered(to_polars(connection.sql(_TOLD)).filter(pl.col("key").is_not_null()))
    # A sole trader is a person, under whatever name the firm goes.
    parties = (
        rows.group_by("no")
        .agg(
            is_person=(pl.col("kind") == "person").any() | pl.col("is_sole_trader").any(),
            is_company=(pl.col("kind") == "company").any(),
        )
        .sort("no")
    )
    names = pl.concat(
        [
            rows.select("no", "name"),
            rows.select("no", name=several(pl.col("other_names"))).explode(
                "name", empty_as_null=False
            ),
        ]
    ).drop_nulls()
    mail, phone = contact_forms(pl.col("email"), pl.col("phone"))
    contacts = pl.concat(
        [rows.select("no", contact=mail), rows.select("no", contact=phone)]
    ).drop_nulls()
    side = Side(
        parties=parties,
        names=capped_names(names),
        births=_births(rows),
        numbers=_numbers(rows.drop_nulls("number")),
        places=pl.DataFrame(schema=PLACES),
        contacts=shaped(contacts, CONTACTS),
        # Hardly any subject is compared with anybody in the end.
        read_places=lambda asked: _places(rows.join(asked, on="no", how="semi")),
    )
    return Subjects(_shown(rows), side)
