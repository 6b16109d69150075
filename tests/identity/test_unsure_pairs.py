"""Which pairs a person is asked about, and in which order."""

from datetime import date, timedelta

import polars as pl
import pytest

from screening.identity.reviewed.pairs import DECISIONS, no_decisions
from screening.identity.reviewed.unsure_pairs import unsure_pairs
from tests.identity.known_tables import empty_warehouse, put

DAY = date(2026, 11, 20)
SOL, EKEN, LIND = "5590000013", "5590000021", "5590000039"
ANSWERS = {"decision_id": pl.Int64, "probability": pl.Float64, "evidence_hash": pl.String}

_TABLES = """
CREATE TABLE identity.match_features (supplier_no VARCHAR, supplier_name VARCHAR, orgnr VARCHAR,
    probability DOUBLE, features JSON, is_match BOOLEAN);
CREATE TABLE identity.suppliers (supplier_id VARCHAR, orgnr VARCHAR, supplier_no VARCHAR);
CREATE TABLE identity.parties (supplier_no VARCHAR, orgnr VARCHAR, supplier_name VARCHAR,
    supplier_id VARCHAR, match_method VARCHAR, match_confidence DOUBLE);
CREATE TABLE identity.persons (source VARCHAR, ref BIGINT, person_key VARCHAR, own_key VARCHAR);
CREATE TABLE identity.person_pairs (left_key VARCHAR, right_key VARCHAR, probability DOUBLE,
    features VARCHAR, is_match BOOLEAN);
CREATE TABLE identity.listed_matches (subject_key VARCHAR, supplier_id VARCHAR, orgnr VARCHAR,
    entry_id VARCHAR, entry_name VARCHAR, matched_name VARCHAR, programme VARCHAR, from_date DATE,
    to_date DATE, probability DOUBLE, features VARCHAR, is_match BOOLEAN, ref BIGINT);
"""


@pytest.fixture
def warehouse():
    connection = empty_warehouse()
    connection.execute(_TABLES)
    return connection


def found(warehouse, supplier_no, probability, name="Solgården", orgnr=SOL):
    warehouse.execute(
        "INSERT INTO identity.match_features VALUES (?, ?, ?, ?, '{\"base\":3.2}', ?)",
        [supplier_no, name, orgnr, probability, probability >= 0.8],
    )


def invoiced(warehouse, amount, supplier_no=None, name=None, on=DAY, orgnr=None):
    row = {"supplier_no": supplier_no, "supplier_name": name, "orgnr": orgnr}
    put(warehouse, "invoices", row | {"invoice_date": on, "amount_sek": amount})


def asked(warehouse, decisions=None, answers=()):
    return unsure_pairs(
        warehouse,
        DAY,
        no_decisions() if decisions is None else decisions,
        pl.DataFrame(answers, schema=ANSWERS, orient="row"),
    )


def said(left, right, decision, kind="company", number=1):
    row = (number, kind, left, right, decision, DAY + timedelta(days=2), None)
    return pl.DataFrame([row], schema=DECISIONS, orient="row")


def keys(pairs):
    return pairs.select("left_key", "right_key").rows()


def test_only_what_is_unsure_is_asked(warehouse):
    for number, probability in enumerate([0.0, 0.19, 0.2, 0.5, 0.8, 0.94, 0.95, 1.0]):
        found(warehouse, str(number), probability)
    assert set(asked(warehouse)["left_key"]) == {"lev:2", "lev:3", "lev:4", "lev:5"}


def test_money_times_doubt_decides_the_order(warehouse):
    for number, probability, amount in (
        *(("1", 0.5, 100), ("2", 0.9, 100), ("3", 0.5, 1000), ("4", 0.21, 0), ("5", 0.5, -900)),
        ("6", 0.9, 400),
    ):
        found(warehouse, number, probability)
        invoiced(warehouse, amount, supplier_no=number)
    pairs = asked(warehouse)
    assert [key for key, _ in keys(pairs)] == [f"lev:{number}" for number in "361254"]
    assert pairs["weight"].to_list() == [1000.0, 144.0, 100.0, 36.0, 0.0, 0.0]


def test_only_money_of_twelve_months_without_a_number_counts(warehouse):
    found(warehouse, "1", 0.5)
    invoiced(warehouse, 10, supplier_no="1", on=DAY - timedelta(days=364))
    invoiced(warehouse, 500, supplier_no="1", on=DAY - timedelta(days=366))
    invoiced(warehouse, 700, supplier_no="1", orgnr=EKEN)
    assert asked(warehouse)["amount_sek"].to_list() == [10.0]


def test_a_name_that_is_typed_in_several_ways_is_asked_about_once(warehouse):
    for name, probability in (("Björk, Städ", 0.4), ("BJÖRK STÄD", 0.5)):
        found(warehouse, None, probability, name)
        invoiced(warehouse, 50, name=name)
    (pair,) = asked(warehouse).to_dicts()
    assert (pair["probability"], pair["amount_sek"]) == (0.5, 100.0)


def test_a_name_that_one_of_our_suppliers_has_is_asked_about(warehouse):
    warehouse.execute(
        "INSERT INTO identity.suppliers VALUES (?, ?, '9'), ('lev:4', NULL, '4')", [LIND, LIND]
    )
    warehouse.execute(
        "INSERT INTO identity.parties VALUES (NULL, NULL, 'Lind Bygg', ?, 'name', 0.9), "
        "(NULL, NULL, 'Berg', 'lev:4', 'name', 0.9), (NULL, NULL, 'Ek', 'lev:4', 'name', 0.95), "
        "(NULL, NULL, 'Al', 'lev:4', 'reviewed', 0.9)",
        [LIND],
    )
    assert {right for _, right in keys(asked(warehouse))} == {LIND, "lev:4"}
    assert asked(warehouse).height == 2


@pytest.mark.parametrize("decision", ["same", "not_same"])
def test_what_is_decided_is_not_asked(warehouse, decision):
    found(warehouse, "1", 0.5)
    found(warehouse, "2", 0.5)
    assert keys(asked(warehouse, said("lev:1", SOL, decision))) == [("lev:2", SOL)]


def test_what_follows_from_decisions_is_not_asked_either(warehouse):
    found(warehouse, "1", 0.5)
    assert asked(warehouse, said("lev:1", EKEN, "same")).is_empty()
    both = pl.concat([said("namn:0", "lev:1", "same"), said("namn:0", SOL, "not_same", number=2)])
    assert asked(warehouse, both).is_empty()
    elsewhere = said("namn:0", "lev:1", "same")
    assert keys(asked(warehouse, elsewhere)) == [("lev:1", SOL)]


def test_a_doubt_silences_the_question_until_something_changes(warehouse):
    put(warehouse, "companies", {"orgnr": SOL, "name": "Solgården AB", "city": "Malmö"})
    found(warehouse, "1", 0.5)
    ((evidence,),) = asked(warehouse).select("evidence_hash").rows()
    doubt = said("lev:1", SOL, "unsure")
    assert asked(warehouse, doubt, [(1, 0.45, evidence)]).is_empty()
    assert asked(warehouse, doubt, [(1, 0.3, evidence)]).height == 1
    warehouse.execute("UPDATE known.companies SET city = 'Lund'")
    assert asked(warehouse, doubt, [(1, 0.5, evidence)]).height == 1


def test_persons_are_asked_about_where_one_of_them_leads_or_owns_a_supplier(warehouse):
    put(
        warehouse,
        "officers",
        {"ref": 1, "orgnr": SOL, "person_name": "Anna Ek"},
        {"ref": 2, "orgnr": EKEN, "person_name": "Anna Ek"},
        {"ref": 3, "orgnr": LIND, "person_name": "Bo Alm"},
        {"ref": 4, "orgnr": LIND, "person_name": "Bo Alm"},
    )
    warehouse.execute(
        "INSERT INTO identity.persons SELECT 'officers', n, 'p' || n, 'p' || n "
        "FROM range(1, 5) t(n)"
    )
    warehouse.execute("INSERT INTO identity.suppliers VALUES (?, ?, '1')", [SOL, SOL])
    warehouse.execute(
        "INSERT INTO identity.parties VALUES ('1', NULL, NULL, ?, 'number', 1)", [SOL]
    )
    invoiced(warehouse, 70, supplier_no="1")
    for left, right in (("p1", "p2"), ("p3", "p4")):
        warehouse.execute(
            "INSERT INTO identity.person_pairs VALUES (?, ?, 0.6, '{}', false)", [left, right]
        )
    (pair,) = asked(warehouse).to_dicts()
    assert (pair["kind"], pair["left_key"], pair["amount_sek"]) == ("person", "p1", 70.0)
    assert asked(warehouse, said("p1", "p2", "not_same", "person")).is_empty()
    chain = [said("p1", "p9", "same", "person"), said("p9", "p2", "same", "person", number=2)]
    assert asked(warehouse, pl.concat(chain)).is_empty()


def test_entries_of_lists_are_asked_about(warehouse):
    for entry, probability in (("Q1", 0.5), ("Q2", 0.99)):
        warehouse.execute(
            "INSERT INTO identity.listed_matches VALUES (?, ?, ?, ?, 'Sol Ltd', 'Sol', NULL, NULL, "
            "NULL, ?, '{}', false, 1)",
            [SOL, SOL, SOL, entry, probability],
        )
    assert keys(asked(warehouse)) == [(SOL, "Q1")]
    assert asked(warehouse, said(SOL, "Q1", "not_same", "listed")).is_empty()
    # Decided of another subject, it is still open for this one.
    assert asked(warehouse, said(EKEN, "Q1", "same", "listed")).height == 1


def test_without_the_tables_there_is_nothing_to_ask():
    assert asked(empty_warehouse()).is_empty()
