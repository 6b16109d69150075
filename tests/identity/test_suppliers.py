"""Who each supplier number and each party on an invoice is."""

import json
import math
from datetime import date

import duckdb
import polars as pl
import pytest

from screening.identity.companies.evidence import IDENTIFIER_PARTS, PARTS
from screening.identity.companies.evidence_weights import evidence_weights
from screening.identity.companies.supplier_accounts import _FEATURES
from screening.identity.resolve import resolve
from tests.identity.known_tables import empty_warehouse, fill, put

DAY = date(2026, 11, 20)
SOL, EKEN, TRYGG = "5590000013", "5590000021", "5590000039"
ANNA, BO, CARL = "8501012382", "9001012385", "9001013383"


def _company(orgnr, name, street="Storgatan 1", postal_code="21142", city="Malmö", origin="scb"):
    return {
        "orgnr": orgnr, "name": name, "street": street, "postal_code": postal_code, "city": city,
        "origin": origin,
    }  # fmt: skip


def _supplier(supplier_no, name, orgnr=None, **more):
    empty = dict.fromkeys(["vat_no", "street", "postal_code", "city"])
    return {"supplier_no": supplier_no, "name": name, "orgnr": orgnr, "as_of": DAY} | empty | more


def _invoice(supplier_no=None, orgnr=None, supplier_name=None, invoice_date=DAY):
    return {
        "supplier_no": supplier_no, "orgnr": orgnr, "supplier_name": supplier_name,
        "invoice_date": invoice_date,
    }  # fmt: skip


def _warehouse(companies=(), suppliers=(), invoices=(), **more):
    warehouse = empty_warehouse()
    given = {"companies": companies, "suppliers": suppliers, "invoices": invoices} | more
    for source, rows in given.items():
        if rows:
            put(warehouse, source, *rows)
    return warehouse


def _table(warehouse, name):
    return pl.DataFrame(warehouse.sql(f"FROM identity.{name} ORDER BY ALL"))


def _resolved(companies=(), suppliers=(), invoices=(), **more):
    warehouse = _warehouse(companies, suppliers, invoices, **more)
    summary = resolve(warehouse, DAY)
    return warehouse, summary


def _party_ids(warehouse):
    rows = _table(warehouse, "parties").iter_rows(named=True)
    keyed = ("supplier_no", "orgnr", "supplier_name")
    return {tuple(row[column] for column in keyed): row["supplier_id"] for row in rows}


def _supplier_row(warehouse, supplier_id):
    (row,) = _table(warehouse, "suppliers").filter(supplier_id=supplier_id).to_dicts()
    return row


def test_supplier_numbers_of_one_orgnr_are_one_supplier():
    warehouse, summary = _resolved(
        suppliers=[_supplier("20", "Solgården Omsorg", SOL), _supplier("3", "Solgården AB", SOL)]
    )
    row = _supplier_row(warehouse, SOL)
    assert (row["supplier_no"], row["name"]) == ("3", "Solgården AB")
    assert (row["match_method"], row["match_confidence"]) == ("number", 1.0)
    assert _table(warehouse, "supplier_numbers")["supplier_id"].to_list() == [SOL, SOL]
    assert summary.suppliers == 1


def test_an_invoice_goes_by_its_own_orgnr_then_its_supplier_number_then_its_name():
    warehouse, _ = _resolved(
        suppliers=[_supplier("1", "Solgården AB", SOL), _supplier("2", "Eken Bygg AB", EKEN)],
        invoices=[
            _invoice("1", SOL, "Eken Bygg AB"),
            _invoice("2", None, "Solgården AB"),
            _invoice(None, None, "SOLGÅRDEN AKTIEBOLAG"),
            _invoice(None, TRYGG, None),
        ],
    )
    assert _party_ids(warehouse) == {
        ("1", SOL, "Eken Bygg AB"): SOL,
        ("2", None, "Solgården AB"): EKEN,
        (None, None, "SOLGÅRDEN AKTIEBOLAG"): SOL,
        (None, TRYGG, None): TRYGG,
    }
    methods = _table(warehouse, "parties").select("supplier_no", "match_method").rows()
    assert sorted(methods, key=str) == sorted(
        [("1", "number"), ("2", "register"), (None, "name"), (None, "number")], key=str
    )


def test_a_number_that_contradicts_the_register_is_believed_for_its_invoice_and_pointed_out():
    warehouse, summary = _resolved(
        suppliers=[_supplier("1", "Solgården AB", SOL)],
        invoices=[_invoice("1", EKEN, "Eken Bygg AB"), _invoice("1", None, "Solgården AB")],
    )
    ids = _party_ids(warehouse)
    assert ids["1", EKEN, "Eken Bygg AB"] == EKEN
    assert ids["1", None, "Solgården AB"] == SOL
    assert summary.contradicted_numbers == 1
    assert [warning.code for warning in summary.warnings] == ["contradicted_supplier_numbers"]


def test_the_one_orgnr_on_invoices_fills_a_gap_in_the_supplier_register():
    warehouse, _ = _resolved(
        suppliers=[_supplier("1", "Solgården AB"), _supplier("2", "Eken AB")],
        invoices=[
            _invoice("1", SOL, "Solgården AB"),
            _invoice("1", None, "Solgården"),
            _invoice("2", EKEN, "Eken AB"),
            _invoice("2", TRYGG, "Eken AB"),
        ],
    )
    numbers = dict(
        _table(warehouse, "supplier_numbers").select("supplier_no", "supplier_id").rows()
    )
    assert numbers["1"] == SOL
    # Two numbers on its invoices say nothing about supplier number 2.
    assert numbers["2"] == "lev:2"


def test_a_vat_number_gives_the_orgnr_unless_it_is_a_groups():
    warehouse, _ = _resolved(
        suppliers=[
            _supplier("1", "Solgården AB", vat_no=f"SE{SOL}01"),
            _supplier("2", "Koncernen AB", vat_no="SE663000001501"),
        ]
    )
    numbers = {row["supplier_no"]: row for row in _table(warehouse, "supplier_numbers").to_dicts()}
    assert (numbers["1"]["orgnr"], numbers["1"]["match_confidence"]) == (SOL, 0.95)
    assert numbers["2"]["orgnr"] is None


def test_a_supplier_without_number_is_found_in_the_company_register():
    warehouse, summary = _resolved(
        companies=[_company(SOL, "Solgården Omsorg AB"), _company(EKEN, "Eken Bygg AB")],
        suppliers=[
            _supplier("1", "Solgårdens Omsorg Aktiebolag", street="Storg. 1", postal_code="21142")
        ],
        invoices=[_invoice("1", None, "Solgården")],
    )
    row = _supplier_row(warehouse, SOL)
    assert row["match_method"] == "name"
    assert 0.8 <= row["match_confidence"] < 1
    assert row["in_register"] is True
    assert summary.matched_by_name == 1
    (feature,) = _table(warehouse, "match_features").to_dicts()
    assert (feature["orgnr"], feature["is_match"]) == (SOL, True)
    (party,) = _table(warehouse, "parties").to_dicts()
    assert party["supplier_id"] == SOL
    assert party["match_confidence"] == row["match_confidence"]


def test_a_bare_name_follows_a_supplier_that_was_itself_found_by_name():
    warehouse, summary = _resolved(
        companies=[_company(SOL, "Solgården Omsorg AB")],
        suppliers=[_supplier("1", "Solgården Omsorg", street="Storg. 1", postal_code="21142")],
        invoices=[_invoice(None, None, "SOLGÅRDEN OMSORG")],
    )
    assert summary.suppliers == 1
    assert set(_party_ids(warehouse).values()) == {SOL}


def test_what_is_found_nowhere_keeps_its_supplier_number_or_its_name():
    warehouse, summary = _resolved(
        companies=[_company(EKEN, "Eken Bygg AB")],
        suppliers=[_supplier("1", "Solgården Omsorg AB")],
        invoices=[
            _invoice("9", None, "Okänd Vård AB"),
            _invoice(None, None, "Ny Städ AB"),
            _invoice(None, None, "NY STÄD"),
            _invoice(None, None, "Ny Tvätt HB"),
        ],
    )
    ids = _party_ids(warehouse)
    assert ids["9", None, "Okänd Vård AB"] == "lev:9"
    assert ids[None, None, "Ny Städ AB"] == ids[None, None, "NY STÄD"]
    assert ids[None, None, "Ny Städ AB"].startswith("namn:")
    assert ids[None, None, "Ny Städ AB"] != ids[None, None, "Ny Tvätt HB"]
    assert summary.without_orgnr == summary.suppliers == 4
    row = _supplier_row(warehouse, "lev:1")
    assert (row["orgnr"], row["in_register"], row["match_method"]) == (None, None, "none")


def test_a_name_that_two_suppliers_have_is_neither_of_them():
    warehouse, _ = _resolved(
        suppliers=[_supplier("1", "Eken Bygg AB", EKEN), _supplier("2", "Eken Bygg AB", TRYGG)],
        invoices=[_invoice(None, None, "Eken Bygg AB")],
    )
    assert _party_ids(warehouse)[None, None, "Eken Bygg AB"].startswith("namn:")


def test_a_legal_form_decides_between_two_suppliers_of_one_name():
    warehouse, _ = _resolved(
        suppliers=[_supplier("1", "Eken Bygg AB", EKEN), _supplier("2", "Eken Bygg HB", TRYGG)],
        invoices=[
            _invoice(None, None, "EKEN BYGG HANDELSBOLAG"),
            _invoice(None, None, "Eken Bygg"),
        ],
    )
    ids = _party_ids(warehouse)
    assert ids[None, None, "EKEN BYGG HANDELSBOLAG"] == TRYGG
    assert ids[None, None, "Eken Bygg"].startswith("namn:")


def test_a_sole_traders_number_is_in_no_supplier_id():
    warehouse, _ = _resolved(
        suppliers=[_supplier("77", "Anna Ek", ANNA), _supplier("850101-2382", "Anna Ek", ANNA)],
        invoices=[
            _invoice(None, BO, "Bo Ek"),
            _invoice(None, CARL, "Carl Ek"),
            _invoice("19900101-2385", None, "Bo Ek"),
            _invoice("9001012385", None, None),
        ],
    )
    suppliers = _table(warehouse, "suppliers")
    assert suppliers["supplier_id"].to_list() == ["ef:900101-1", "ef:900101-2", "lev:77"]
    assert suppliers["is_sole_trader"].to_list() == [True, True, True]
    assert _supplier_row(warehouse, "ef:900101-1")["orgnr"] == BO
    shown = suppliers["supplier_id"].str.join(" ").item()
    assert not any(number[6:] in shown for number in (ANNA, BO, CARL))
    assert _party_ids(warehouse)["19900101-2385", None, "Bo Ek"] == "ef:900101-1"
    assert _party_ids(warehouse)["9001012385", None, None] == "ef:900101-1"


def test_ten_figures_are_an_orgnr_only_if_registered_or_written_as_one():
    warehouse, _ = _resolved(
        companies=[_company(SOL, "Solgården AB")],
        invoices=[
            _invoice(SOL, None, "Solgården AB"),
            _invoice(f"{EKEN[:6]}-{EKEN[6:]}", None, "Eken AB"),
            _invoice(TRYGG, None, "Trygg AB"),
        ],
    )
    assert list(_party_ids(warehouse).values()) == [EKEN, SOL, f"lev:{TRYGG}"]


def test_public_bodies_and_the_register_are_told():
    warehouse, _ = _resolved(
        companies=[_company("2120001124", "Malmö kommun")],
        suppliers=[_supplier("1", "Malmö kommun", "2120001124"), _supplier("2", "Eken AB", EKEN)],
    )
    city, eken = _supplier_row(warehouse, "2120001124"), _supplier_row(warehouse, EKEN)
    assert (city["is_public_body"], city["in_register"]) == (True, True)
    assert (eken["is_public_body"], eken["in_register"]) == (False, False)


def test_without_a_register_nobody_is_missing_from_it():
    warehouse, _ = _resolved(suppliers=[_supplier("1", "Eken AB", EKEN)])
    assert _supplier_row(warehouse, EKEN)["in_register"] is None


def test_a_suppliers_name_is_the_registers_then_the_latest_invoices_then_the_companys():
    warehouse, _ = _resolved(
        companies=[_company(TRYGG, "Trygg Vård AB"), _company(EKEN, "EKEN BYGG AB")],
        suppliers=[_supplier("1", "Solgården i registret", SOL)],
        invoices=[
            _invoice("1", None, "Solgården på fakturan"),
            _invoice(None, EKEN, "Eken förr AB", date(2025, 1, 1)),
            _invoice(None, EKEN, "Eken nu AB", date(2026, 1, 1)),
            _invoice(None, TRYGG, None),
        ],
    )
    assert _supplier_row(warehouse, SOL)["name"] == "Solgården i registret"
    assert _supplier_row(warehouse, EKEN)["name"] == "Eken nu AB"
    assert _supplier_row(warehouse, TRYGG)["name"] == "Trygg Vård AB"


def test_masked_parties_belong_to_nobody():
    warehouse, summary = _resolved(
        suppliers=[_supplier("1", "***")],
        invoices=[_invoice(None, None, "***"), _invoice(None, None, None), _invoice("1", None, "")],
    )
    ids = _party_ids(warehouse)
    assert ids[None, None, "***"] is ids[None, None, None] is None
    assert ids["1", None, ""] == "lev:1"
    assert summary.nameless_parties == 2


def test_address_keys_of_suppliers_permits_staff_and_the_companies_concerned():
    place = {"street": "Storg. 1", "postal_code": "21142"}
    warehouse, _ = _resolved(
        companies=[
            _company(SOL, "Solgården AB"),
            _company(EKEN, "Eken AB", street="Box 3"),
            _company(TRYGG, "Trygg AB"),
            _company("5590000047", "Ingen vi känner AB"),
        ],
        suppliers=[_supplier("1", "Solgården AB", SOL)],
        permits=[{"orgnr": EKEN, "permit_type": "x", "status": "aktiv", **place}],
        employees=[{"employee_id": "1", **place}],
        owners=[{"orgnr": SOL, "owner_id": TRYGG, "owner_type": "company", "owner_name": "Trygg"}],
    )
    rows = _table(warehouse, "addresses").select("source", "ref", "address_key").rows()
    key = "storgata|1|21142"
    assert rows == [
        ("companies", 1, key), ("companies", 2, None), ("companies", 3, key),
        ("employees", 1, key), ("permits", 1, key), ("suppliers", 1, None),
    ]  # fmt: skip
    # The supplier register has no address for it: the company register's holds.
    assert _supplier_row(warehouse, SOL)["address_key"] == key


def test_every_party_number_and_person_row_is_resolved_once():
    invoices = [_invoice(no, orgnr, name) for no in (None, "1", "2") for orgnr in (None, SOL)
                for name in (None, "Solgården AB", "Eken")]  # fmt: skip
    warehouse, _ = _resolved(suppliers=[_supplier("1", "Eken", EKEN)], invoices=invoices * 2)
    parties, suppliers = _table(warehouse, "parties"), _table(warehouse, "suppliers")
    assert parties.height == len(invoices)
    assert parties.unique(["supplier_no", "orgnr", "supplier_name"]).height == parties.height
    assert suppliers["supplier_id"].is_unique().all()
    assert set(parties["supplier_id"].drop_nulls()) <= set(suppliers["supplier_id"])
    numbers = _table(warehouse, "supplier_numbers")
    assert sorted(numbers["supplier_no"]) == ["1", "2"]


TABLES = ["suppliers", "supplier_numbers", "parties", "persons", "addresses", "match_features"]


def _busy():
    words = ["Solgården Omsorg AB", "Eken Bygg", "Trygg Vård HB", "Anna Ek", "***", "Björken"]
    return {
        "companies": [_company(f"559000{n:04d}", f"{words[n % 6]} {n}") for n in range(40)],
        "suppliers": [
            _supplier(str(n), f"{words[n % 6]} {n}", EKEN if n % 3 else None, postal_code="21142")
            for n in range(20)
        ],
        "invoices": [
            _invoice(str(n % 25) if n % 2 else None, SOL if n % 5 == 0 else None, words[n % 6])
            for n in range(60)
        ],
        "officers": [
            {"orgnr": EKEN, "person_name": words[n % 6], "role": "vd",
             "person_id": "198501012382" if n % 2 else None, "birth_date": date(1985, 1, n % 3 + 1)}
            for n in range(12)
        ],
    }  # fmt: skip


def test_resolving_again_changes_nothing_and_the_order_of_rows_never_matters():
    warehouse, summary = _resolved(**_busy())
    first = {name: _table(warehouse, name) for name in TABLES}
    assert resolve(warehouse, DAY) == summary
    assert all(_table(warehouse, name).equals(first[name]) for name in TABLES)
    for seed in (1, 2):
        shuffled = empty_warehouse()
        for source, rows in _busy().items():
            frame = pl.DataFrame(rows, infer_schema_length=None).with_row_index("ref", offset=1)
            fill(shuffled, source, frame.sample(fraction=1, shuffle=True, seed=seed))
        assert resolve(shuffled, DAY) == summary
        for name in TABLES:
            assert _table(shuffled, name).equals(first[name]), name


def test_a_failure_leaves_the_tables_as_they_were():
    warehouse, _ = _resolved(suppliers=[_supplier("1", "Eken AB", EKEN)])
    before = _table(warehouse, "suppliers")
    put(warehouse, "suppliers", _supplier("2", "Solgården AB", SOL))
    warehouse.execute("DROP TABLE known.officers")
    with pytest.raises(duckdb.Error):
        resolve(warehouse, DAY)
    assert _table(warehouse, "suppliers").equals(before)


def test_names_are_kept_only_while_somebody_is_looked_for_by_name():
    warehouse, _ = _resolved([_company(SOL, "Sol AB")], [_supplier("1", "Sol AB")])
    names = "SELECT count(*) FROM identity_readings.supplier_names"
    assert warehouse.execute(names).fetchall() == [(1,)]
    warehouse.execute(f"UPDATE known.suppliers SET orgnr = '{EKEN}'")
    resolve(warehouse, DAY)
    assert warehouse.execute(names).fetchall() == [(0,)]
    assert _table(warehouse, "match_features").is_empty()
    assert _table(warehouse, "suppliers")["supplier_id"].to_list() == [EKEN]


def test_an_empty_warehouse_resolves_to_empty_tables():
    warehouse, summary = _resolved()
    assert summary.suppliers == summary.parties == summary.persons == 0
    assert all(_table(warehouse, name).is_empty() for name in TABLES)


GIRO, OTHER_GIRO = "bg:91234567", "bg:55554444"


def _paid(name, account, **more):
    return _invoice(supplier_name=name) | {"payee_account": account, "payee_orgnr": None} | more


def _own(supplier_no, name, orgnr, **more):
    empty = dict.fromkeys(["bankgiro", "plusgiro", "bank_account", "iban", "email", "phone"])
    return _supplier(supplier_no, name, orgnr) | empty | more


def _one_party(warehouse, name):
    rows = _table(warehouse, "parties").filter(pl.col("supplier_name") == name)
    return rows["supplier_id"].item(), rows["match_confidence"].item()


def test_an_invoice_is_its_payees_where_the_name_is_nearly_the_same():
    warehouse, _ = _resolved(
        suppliers=[
            _own("1", "Solgården Omsorg AB", SOL, bankgiro=GIRO),
            _own("2", "Ekens Bygg HB", EKEN, bankgiro=OTHER_GIRO),
        ],
        invoices=[_paid("Solgårdens Omsorg", GIRO), _paid("Solgrden Omsorg AB", None)],
    )
    supplier, confidence = _one_party(warehouse, "Solgårdens Omsorg")
    assert supplier == SOL
    assert confidence >= 0.9
    # Without the account the misspelled name is nobody's that we know.
    assert _one_party(warehouse, "Solgrden Omsorg AB")[0].startswith("namn:")
    (row,) = _table(warehouse, "match_features").iter_rows(named=True)
    told = json.loads(row["features"])
    assert row["orgnr"] == SOL
    assert told["account"] == evidence_weights()["same_account"] >= 3
    parts = [told[part] for part in (*PARTS, *IDENTIFIER_PARTS)]
    assert row["probability"] == pytest.approx(1 / (1 + math.exp(-sum(parts))), abs=0.001)


def test_what_only_one_supplier_has_says_much_and_what_several_have_little():
    weights = evidence_weights()
    for one, several in _FEATURES.values():
        assert weights[one] >= 2
        assert 0 < weights[several] <= weights[one] / 2


@pytest.mark.parametrize(
    "own", [{"bankgiro": GIRO}, {"vat_no": "DE123456789"}], ids=["account", "vat number"]
)
def test_half_a_name_at_the_same_address_is_known_by_what_both_have(own):
    place = {"street": "Storgatan 1", "postal_code": "21142", "city": "Malmö"}
    given = [
        _own("1", "Ekebacka Omsorg Sverige AB", SOL, **own, **place),
        _own("2", "Ekebaka Omsrg", None, **own, **place),
        _own("3", "Ekebaka Omsrg", None, email="a@b.example", **place),
        _own("4", "Kvarnens Taxi AB", EKEN, email="a@b.example"),
    ]
    warehouse, _ = _resolved(suppliers=given)
    known = dict(_table(warehouse, "supplier_numbers").select("supplier_no", "supplier_id").rows())
    assert known["2"] == SOL
    assert known["3"] not in (SOL, EKEN)


def test_an_account_alone_says_nothing_against_a_conflicting_name():
    warehouse, _ = _resolved(
        suppliers=[_own("1", "Solgården Omsorg AB", SOL, bankgiro=GIRO, email="a@sol.example")],
        invoices=[_paid("Tornedalens Taxi AB", GIRO)],
    )
    assert _one_party(warehouse, "Tornedalens Taxi AB")[0].startswith("namn:")
    (row,) = _table(warehouse, "match_features").iter_rows(named=True)
    assert not row["is_match"]


def test_an_account_that_several_have_says_little():
    given = [
        _own("1", "Solgården Omsorg AB", SOL, bankgiro=GIRO),
        _own("2", "Solgården Assistans AB", EKEN, bankgiro=GIRO),
        _own("3", "Trygg Finans AB", TRYGG, bankgiro=GIRO),
    ]
    warehouse, _ = _resolved(suppliers=given, invoices=[_paid("Solgården", GIRO)])
    assert _one_party(warehouse, "Solgården")[0].startswith("namn:")


def test_an_account_decides_between_two_suppliers_of_one_name():
    given = [
        _own("1", "Björkens Städ HB", SOL, bankgiro=GIRO),
        _own("2", "Björkens Städ HB", EKEN, bankgiro=OTHER_GIRO),
    ]
    warehouse, _ = _resolved(
        suppliers=given,
        invoices=[_paid("Björkens Städ HB", OTHER_GIRO)],
    )
    assert _one_party(warehouse, "Björkens Städ HB")[0] == EKEN


def test_a_factoring_companys_account_is_not_the_suppliers():
    warehouse, _ = _resolved(
        suppliers=[_own("1", "Solgården Omsorg AB", SOL, bankgiro=GIRO)],
        invoices=[_paid("Solgårdens Omsorg", GIRO, payee_orgnr=TRYGG)],
    )
    assert _one_party(warehouse, "Solgårdens Omsorg")[0].startswith("namn:")


def test_mail_vat_number_and_phone_add_to_a_name():
    given = [
        _own("1", "Solgården Omsorg AB", SOL, email="faktura@solgarden.example"),
        _own("2", "Solgardens Omsorg", None, email="anna@solgarden.example"),
        _own("3", "Nordlicht Beratung GmbH", EKEN, vat_no="DE123456789"),
        _own("4", "Nordlicht Beratungs GmbH", None, vat_no="DE123456789"),
        _own("5", "Tallbackens Städ AB", TRYGG, phone="+46 (0)40-12 34 56", email="t@gmail.com"),
        _own("6", "Tallbacken Städ", None, phone="040 123456", email="s@gmail.com"),
    ]
    warehouse, _ = _resolved(suppliers=given)
    numbers = _table(warehouse, "supplier_numbers")
    assert dict(numbers.select("supplier_no", "orgnr").iter_rows()) == {
        "1": SOL, "2": SOL, "3": EKEN, "4": EKEN, "5": TRYGG, "6": TRYGG,
    }  # fmt: skip


def test_a_mail_providers_domain_is_nobodys():
    given = [
        _own("1", "Solgården Omsorg AB", SOL, email="sol@gmail.com"),
        _own("2", "Solgarden Omsorgs", None, email="annan@gmail.com"),
    ]
    warehouse, _ = _resolved(suppliers=given)
    assert _table(warehouse, "match_features").is_empty()


def test_where_account_and_register_tell_of_different_companies_neither_is_taken_for_granted():
    warehouse, _ = _resolved(
        companies=[_company(EKEN, "Solgårdens Omsorg AB"), _company(SOL, "Solgården Omsorg AB")],
        suppliers=[_own("1", "Solgården Omsorg AB", SOL, bankgiro=GIRO)],
        invoices=[_paid("Solgårdens Omsorg AB", GIRO)],
    )
    (row,) = _table(warehouse, "match_features").iter_rows(named=True)
    assert row["probability"] < 0.99
