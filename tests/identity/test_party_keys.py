"""The keys that past decisions hang on: written down once, never to change."""

import duckdb
import polars as pl
import pytest

from screening.identity.reviewed.party_keys import (
    company_key_sql,
    is_company_key,
    party_key_sql,
    shows_a_person,
)


def keys(*parties):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE given (place INTEGER, supplier_no VARCHAR, name VARCHAR)")
    connection.executemany(
        "INSERT INTO given VALUES (?, ?, ?)", [(n, *each) for n, each in enumerate(parties)]
    )
    rows = connection.sql(
        f"SELECT {party_key_sql('supplier_no', 'name')} FROM given ORDER BY place"
    ).fetchall()
    return [key for (key,) in rows]


def company_key(orgnr):
    asked = f"SELECT {company_key_sql('v')} FROM (SELECT ? AS v)"
    ((key,),) = duckdb.connect().execute(asked, [orgnr]).fetchall()
    return key


def test_keys_are_what_they_were_when_the_first_decision_was_made():
    assert keys(("104", "Björk AB"), (None, "Björk Städ AB"), ("19850101-2384", None)) == [
        "lev:104",
        "namn:21833bca09080441",
        "lev:hash:ca7ba86bd6389117",
    ]
    assert company_key("5590000013") == "5590000013"
    assert company_key("8501012384") == "ef:52fdac8704eb0b83"


def test_a_name_has_one_key_however_it_is_typed_and_a_legal_form_is_part_of_it():
    one, same, other = keys(
        (None, "BJÖRK  Städ, AB"), (None, " björk sta\u0308d ab."), (None, "Björk Städ HB")
    )
    assert one == same != other


def test_a_party_with_nothing_to_go_by_has_no_key():
    assert keys((None, None), (None, " .-"), (None, "")) == [None, None, None]


@pytest.mark.parametrize(
    "supplier_no", ["8501012384", "198501012384", "850101-2384", "19850161-2384", "P 8501012384"]
)
def test_a_supplier_number_that_could_be_a_person_is_hashed(supplier_no):
    (key,) = keys((supplier_no, "Anna Alm"))
    assert key.startswith("lev:hash:")
    assert "850" not in key
    assert shows_a_person(f"lev:{supplier_no}")
    assert not shows_a_person(key)


def test_companies_are_told_from_parties():
    asked = ["5590000013", "ef:52fdac8704eb0b83", "lev:5590000013", "namn:5590000013", "lev:104"]
    told = pl.DataFrame({"key": asked}).select(is_company_key(pl.col("key")))["key"].to_list()
    assert told == [True, True, False, False, False]
