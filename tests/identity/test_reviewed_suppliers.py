"""Resolving honours what people decided about parties and companies."""

from datetime import timedelta

import duckdb
import polars as pl
import pytest

from screening.identity.resolve import resolve
from screening.identity.reviewed.pairs import DECISIONS
from screening.identity.reviewed.party_keys import company_key_sql, party_key_sql
from tests.identity.known_tables import empty_warehouse, put
from tests.identity.test_suppliers import (
    ANNA,
    DAY,
    EKEN,
    SOL,
    TRYGG,
    _company,
    _invoice,
    _party_ids,
    _supplier,
    _supplier_row,
    _table,
)

REGISTER = (
    _company(SOL, "Solgården Omsorg AB"),
    _company(EKEN, "Solgården Omsorg i Malmö AB", street="Ågatan 9", postal_code="21420"),
    _company(TRYGG, "Trygg Städ AB"),
)


def _value(sql, given):
    ((value,),) = duckdb.connect().execute(f"SELECT {sql} FROM (SELECT ? AS v)", [given]).fetchall()
    return value


def company_key(orgnr):
    return _value(company_key_sql("v"), orgnr)


def name_key(name):
    return _value(party_key_sql("NULL", "v"), name)


def decided(*rows):
    """Decisions (party, company or party, decision), made on the run's day."""
    return pl.DataFrame(
        [
            (number, "company", left, right, decision, DAY, None)
            for number, (left, right, decision) in enumerate(rows, start=1)
        ],
        schema=DECISIONS,
        orient="row",
    )


def resolved(decisions, companies=REGISTER, suppliers=(), invoices=()):
    warehouse = empty_warehouse()
    for source, rows in {
        "companies": companies, "suppliers": suppliers, "invoices": invoices
    }.items():  # fmt: skip
        if rows:
            put(warehouse, source, *rows)
    return warehouse, resolve(warehouse, DAY, decisions)


def tables(warehouse):
    names = ("suppliers", "supplier_numbers", "parties", "match_features", "persons", "addresses")
    return {name: _table(warehouse, name).rows() for name in names}


UNNUMBERED = [_supplier("7", "Qvist och Döttrar")]


def test_a_party_decided_to_be_a_company_is_that_company():
    before, _ = resolved(None, suppliers=UNNUMBERED)
    assert _table(before, "suppliers")["supplier_id"].to_list() == ["lev:7"]
    warehouse, summary = resolved(decided(("lev:7", SOL, "same")), suppliers=UNNUMBERED)
    row = _supplier_row(warehouse, SOL)
    assert (row["supplier_no"], row["match_method"], row["match_confidence"]) == (
        "7",
        "reviewed",
        1.0,
    )
    assert row["in_register"]
    (number,) = _table(warehouse, "supplier_numbers").to_dicts()
    assert (number["orgnr"], number["match_method"]) == (SOL, "reviewed")
    assert summary.matched_by_review == 1


def test_a_name_on_invoices_may_be_decided_however_it_is_written():
    warehouse, _ = resolved(
        decided((name_key("solgårdens   VÅRD."), SOL, "same")),
        invoices=[_invoice(supplier_name="Solgårdens Vård"), _invoice(orgnr=SOL)],
    )
    assert set(_party_ids(warehouse).values()) == {SOL}
    parties = _table(warehouse, "parties").filter(pl.col("supplier_name").is_not_null())
    assert parties.select("match_method", "match_confidence").rows() == [("reviewed", 1.0)]


def test_what_is_decided_not_to_be_is_no_candidate_and_the_next_best_wins_on_its_own():
    suppliers = [_supplier("7", "Solgården Omsorg AB", street="Storgatan 1", postal_code="21142")]
    machine, _ = resolved(None, suppliers=suppliers)
    assert _table(machine, "supplier_numbers")["orgnr"].to_list() == [SOL]
    parted = decided(("lev:7", SOL, "not_same"))
    warehouse, _ = resolved(parted, suppliers=suppliers)
    assert SOL not in _table(warehouse, "suppliers")["orgnr"].to_list()
    twin = _company("5590000047", "Solgården Omsorg AB", street="Storgatan 1")
    warehouse, _ = resolved(parted, companies=(*REGISTER, twin), suppliers=suppliers)
    (number,) = _table(warehouse, "supplier_numbers").to_dicts()
    assert (number["orgnr"], number["match_method"]) == ("5590000047", "name")


def test_not_being_one_of_our_own_suppliers_counts_too():
    suppliers = [_supplier("3", "Lind Bygg", TRYGG), _supplier("4", "Bergs Måleri")]
    invoices = [_invoice(supplier_name="Lind Bygg"), _invoice(supplier_name="Bergs Måleri")]
    machine, _ = resolved(None, companies=(), suppliers=suppliers, invoices=invoices)
    assert _party_ids(machine)[None, None, "Lind Bygg"] == TRYGG
    assert _party_ids(machine)[None, None, "Bergs Måleri"] == "lev:4"
    warehouse, _ = resolved(
        decided(
            (name_key("Lind Bygg"), TRYGG, "not_same"),
            (name_key("Bergs Måleri"), "lev:4", "not_same"),
        ),
        companies=(),
        suppliers=suppliers,
        invoices=invoices,
    )
    ids = _party_ids(warehouse)
    assert ids[None, None, "Lind Bygg"].startswith("namn:")
    assert ids[None, None, "Bergs Måleri"].startswith("namn:")


def test_unsure_leaves_the_answer_of_the_machine():
    machine, _ = resolved(None, suppliers=UNNUMBERED)
    warehouse, _ = resolved(decided(("lev:7", EKEN, "unsure")), suppliers=UNNUMBERED)
    assert tables(warehouse) == tables(machine)


def test_decisions_are_transitive_through_our_own_suppliers():
    invoices = [_invoice(supplier_name="Sol Omvårdnad"), _invoice(supplier_no="8")]
    decisions = decided((name_key("Sol Omvårdnad"), "lev:8", "same"), ("lev:8", SOL, "same"))
    warehouse, _ = resolved(decisions, invoices=invoices)
    assert set(_party_ids(warehouse).values()) == {SOL}


def test_parties_that_are_one_without_a_company_follow_the_machine_together():
    invoices = [_invoice(supplier_name="Trygg Städ AB"), _invoice(supplier_name="TS Rent")]
    decisions = decided((name_key("Trygg Städ AB"), name_key("TS Rent"), "same"))
    address = _supplier("9", "Trygg Städ AB", street="Storgatan 1", postal_code="21142")
    both = decided((name_key("TS Rent"), "lev:9", "same"))
    warehouse, _ = resolved(both, suppliers=[address], invoices=invoices)
    assert set(_party_ids(warehouse).values()) == {TRYGG}
    warehouse, _ = resolved(decisions, companies=(), invoices=invoices)
    (only,) = set(_party_ids(warehouse).values())
    assert only.startswith("namn:")


def test_a_number_wins_over_a_decision():
    warehouse, _ = resolved(
        decided(("lev:7", SOL, "same")), suppliers=[_supplier("7", "Trygg Städ AB", TRYGG)]
    )
    (number,) = _table(warehouse, "supplier_numbers").to_dicts()
    assert (number["orgnr"], number["match_method"]) == (TRYGG, "number")


def test_a_sole_trader_is_decided_by_a_key_that_does_not_show_the_number():
    key = company_key(ANNA)
    assert ANNA not in key
    register = (*REGISTER, _company(ANNA, "Anna Alm"))
    suppliers = [_supplier("7", "Almens Trädgård")]
    warehouse, _ = resolved(decided(("lev:7", key, "same")), register, suppliers)
    (number,) = _table(warehouse, "supplier_numbers").to_dicts()
    assert (number["orgnr"], number["supplier_id"]) == (ANNA, "lev:7")
    # Without the sole trader in the register nobody knows any more who was meant.
    gone, _ = resolved(decided(("lev:7", key, "same")), REGISTER, suppliers)
    assert _table(gone, "supplier_numbers")["orgnr"].to_list() == [None]


def test_contradictions_are_counted_and_told():
    decisions = decided(("lev:7", SOL, "same"), ("lev:7", EKEN, "same"))
    warehouse, summary = resolved(decisions, suppliers=UNNUMBERED)
    assert _table(warehouse, "supplier_numbers")["orgnr"].to_list() == [EKEN]
    assert summary.decisions == {"same": 2, "not_same": 0, "unsure": 0, "set_aside": 1}
    assert [warning.code for warning in summary.warnings] == ["identity_decisions_set_aside"]


@pytest.mark.parametrize("decision", ["same", "not_same"])
def test_what_was_decided_later_or_withdrawn_leaves_no_trace(decision):
    machine, _ = resolved(None, suppliers=UNNUMBERED)
    late = decided(("lev:7", EKEN, decision)).with_columns(decided_on=DAY + timedelta(days=1))
    assert tables(resolved(late, suppliers=UNNUMBERED)[0]) == tables(machine)
    back = decided(("lev:7", EKEN, decision), ("lev:7", EKEN, "withdrawn")).with_columns(
        withdraws=pl.Series([None, 1], dtype=pl.Int64)
    )
    assert tables(resolved(back, suppliers=UNNUMBERED)[0]) == tables(machine)
