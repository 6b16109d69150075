"""From what is known to the tables of the network: ties, sizes, sharing, owners."""

from datetime import date

import duckdb
import polars as pl
import pytest

from screening.identity.network.contacts import contact_forms
from screening.identity.resolve import resolve
from screening.warehouse.exchange import to_polars
from tests.identity.known_tables import empty_warehouse, put

AS_OF = date(2026, 11, 20)
ALFA, BETA, GAMMA, HOLD = "5560000019", "5560000027", "5560000035", "5560000043"
ANNA, BO = "198501012384", "197005129817"
TABLES = (
    "ties", "node_sizes", "shared_ties", "company_ties", "indirect_owners", "groups", "ownership",
    "loop_companies",
)  # fmt: skip


def _resolved(**sources):
    warehouse = empty_warehouse()
    for source, rows in sources.items():
        if rows:
            put(warehouse, source, *rows)
    resolve(warehouse, AS_OF)
    return warehouse


def _table(warehouse: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    return to_polars(warehouse.sql(f"FROM identity.{name} ORDER BY ALL"))


def _supplier(number, orgnr, name="Namn AB", **more):
    return {"supplier_no": number, "name": name, "orgnr": orgnr} | more


def _company(orgnr, name="Namn AB", **more):
    return {"orgnr": orgnr, "name": name, "origin": "bolagsverket"} | more


def _owner(orgnr, owner, share=None, **more):
    kind = "person" if len(owner) == 12 else "company"
    return {
        "orgnr": orgnr, "owner_id": owner, "owner_type": kind, "owner_name": "N N",
        "share_percent": share,
    } | more  # fmt: skip


def _officer(orgnr, person, role="ledamot", **more):
    return {"orgnr": orgnr, "person_id": person, "person_name": "N N", "role": role} | more


PLACE = {"street": "Storgatan 1", "postal_code": "21142"}
TWO = [_supplier("1", ALFA), _supplier("2", BETA)]


def _shared(warehouse):
    frame = _table(warehouse, "shared_ties")
    return {(row["node"], row["other_node"], row["via_kind"]): row for row in frame.to_dicts()}


def test_two_suppliers_with_one_account_are_tied_as_strongly_as_can_be():
    warehouse = _resolved(
        suppliers=[
            _supplier("1", ALFA, bankgiro="bg:50501055"),
            _supplier("2", BETA, bank_account="bg:50501055"),
        ]
    )
    tie = _shared(warehouse)["c:" + ALFA, "c:" + BETA, "account"]
    assert (tie["sharing"], tie["strength"], tie["is_unusual"]) == (2, 1.0, True)
    assert (tie["ref"], tie["other_ref"]) == (1, 2)


def test_an_account_on_invoices_counts_and_a_factoring_companys_does_not():
    invoice = {"invoice_date": date(2026, 5, 1), "payee_account": "bg:1", "supplier_name": "Namn"}
    own = [invoice | {"orgnr": orgnr, "supplier_no": None} for orgnr in (ALFA, BETA)]
    assert ("c:" + ALFA, "c:" + BETA, "account") in _shared(_resolved(invoices=own))
    sold = [each | {"payee_orgnr": HOLD} for each in own]
    assert _shared(_resolved(invoices=sold)) == {}


@pytest.mark.parametrize(
    ("others", "unusual", "pairs"), [(0, True, True), (2, True, True), (3, False, True),
                                     (48, False, True), (49, False, False)],
)  # fmt: skip
def test_a_door_says_the_less_the_more_of_the_register_are_there(others, unusual, pairs):
    register = [_company(f"55900{number:05}", **PLACE) for number in range(others)]
    warehouse = _resolved(
        suppliers=[each | PLACE for each in TWO],
        companies=[_company(ALFA, **PLACE), _company(BETA, **PLACE), *register],
    )
    size = _table(warehouse, "node_sizes").filter(node="a:storgata|1|21142").row(0, named=True)
    assert (size["kind"], size["companies"], size["is_unusual"]) == ("door", others + 2, unusual)
    assert size["strength"] == pytest.approx(0.6 / (others + 1), abs=1e-6)
    assert size["is_crowded"] == (others + 2 >= 20)
    assert (("c:" + ALFA, "c:" + BETA, "door") in _shared(warehouse)) is pairs


def test_ten_thousand_companies_at_one_address_are_a_number_and_no_pairs():
    register = [_company(f"5{number:09}", **PLACE) for number in range(10_000)]
    warehouse = _resolved(suppliers=[each | PLACE for each in TWO], companies=register)
    size = _table(warehouse, "node_sizes").filter(node="a:storgata|1|21142").row(0, named=True)
    assert (size["companies"], size["is_crowded"]) == (10_002, True)
    assert _table(warehouse, "shared_ties").is_empty()
    assert _table(warehouse, "ties").height == 2


def test_a_mailbox_is_no_shared_premises():
    box = {"street": "Box 77", "postal_code": "21142"}
    warehouse = _resolved(suppliers=[each | box for each in TWO])
    tie = _shared(warehouse)["c:" + ALFA, "c:" + BETA, "box"]
    assert tie["strength"] == 0.4
    addresses = _table(warehouse, "addresses")
    assert addresses["address_key"].to_list() == [None, None]
    assert addresses["mailbox_key"].to_list() == ["box|77|21142"] * 2


def test_deregistered_companies_count_as_having_been_there():
    gone = _company(GAMMA, deregistered_on=date(2020, 1, 1), **PLACE)
    warehouse = _resolved(suppliers=[TWO[0] | PLACE], companies=[_company(ALFA, **PLACE), gone])
    size = _table(warehouse, "node_sizes").filter(kind="door").row(0, named=True)
    assert (size["companies"], size["current_companies"]) == (2, 1)
    assert ("c:" + ALFA, "c:" + GAMMA, "door") in _shared(warehouse)


def test_an_auditor_or_liquidator_is_no_tie_and_a_board_member_is():
    def shared(role):
        rows = [_officer(ALFA, ANNA, role), _officer(BETA, ANNA, role)]
        return _shared(_resolved(suppliers=TWO, officers=rows))

    assert shared("revisor") == shared("likvidator") == {}
    assert shared("ledamot")["c:" + ALFA, "c:" + BETA, "officer"]["strength"] == 0.9


def test_our_own_staff_at_a_suppliers_door_or_account_are_told():
    staff = {"employee_id": "1", "person_id": ANNA, "bank_account": "ac:123", **PLACE}
    warehouse = _resolved(
        suppliers=[_supplier("1", ALFA, bank_account="ac:123", **PLACE)], employees=[staff]
    )
    kinds = _table(warehouse, "shared_ties").sort("via_kind")
    assert kinds["via_kind"].to_list() == ["account", "door"]
    assert kinds["other_node"].str.starts_with("p:").all()


def test_two_steps_lead_over_a_company_that_is_no_supplier():
    warehouse = _resolved(
        suppliers=TWO,
        officers=[
            _officer(ALFA, ANNA), _officer(GAMMA, ANNA), _officer(GAMMA, BO), _officer(BETA, BO),
        ],
    )  # fmt: skip
    ties = _table(warehouse, "company_ties").filter(node="c:" + ALFA)
    assert ties.select("other_node", "distance", "bridge").sort("distance").rows() == [
        ("c:" + GAMMA, 1, None),
        ("c:" + BETA, 2, "c:" + GAMMA),
    ]
    assert ties.sort("distance")["strength"].to_list() == pytest.approx([0.9, 0.81])


def test_what_has_ended_or_not_begun_is_a_tie_that_is_not_current():
    rows = [
        _officer(ALFA, ANNA, from_date=date(2020, 1, 1), to_date=AS_OF),
        _officer(BETA, ANNA, from_date=date(2026, 1, 1)),
    ]
    warehouse = _resolved(suppliers=TWO, officers=rows)
    tie = _shared(warehouse)["c:" + ALFA, "c:" + BETA, "officer"]
    assert (tie["is_current"], tie["to_date"], tie["other_from_date"]) == (
        False, AS_OF, date(2026, 1, 1),
    )  # fmt: skip
    assert _table(warehouse, "company_ties").is_empty()
    ahead = _resolved(suppliers=TWO, owners=[_owner(ALFA, ANNA, 60, from_date=date(2026, 11, 21))])
    assert _table(ahead, "indirect_owners").is_empty()


def test_owners_behind_a_holding_company_are_found_and_how_it_ends():
    warehouse = _resolved(
        suppliers=TWO,
        owners=[
            _owner(ALFA, HOLD, 80), _owner(HOLD, ANNA, 50), _owner(HOLD, BO, 50),
            _owner(BETA, GAMMA, 100),
        ],
    )  # fmt: skip
    owners = _table(warehouse, "indirect_owners").filter(orgnr=ALFA).sort("share_percent")
    assert owners["share_percent"].to_list() == [40.0, 40.0, 80.0]
    assert owners["is_ultimate"].to_list() == [True, True, False]
    ends = {row["orgnr"]: row for row in _table(warehouse, "ownership").to_dicts()}
    assert (ends[ALFA]["persons_percent"], ends[ALFA]["nowhere_percent"]) == (80.0, 0.0)
    assert (ends[BETA]["persons_percent"], ends[BETA]["nowhere_percent"]) == (0.0, 100.0)
    groups = {row["orgnr"]: row["group_id"] for row in _table(warehouse, "groups").to_dicts()}
    assert groups == {
        ALFA: "c:" + HOLD, HOLD: "c:" + HOLD, BETA: "c:" + GAMMA, GAMMA: "c:" + GAMMA,
    }  # fmt: skip


def test_circular_ownership_is_told():
    warehouse = _resolved(suppliers=TWO, owners=[_owner(ALFA, BETA, 100), _owner(BETA, ALFA, 100)])
    ends = _table(warehouse, "ownership").sort("orgnr")
    assert ends["is_on_loop"].to_list() == [True, True]
    assert ends["loop_companies"].to_list() == [2, 2]


def test_joint_holders_stand_behind_their_arrangement():
    joint = {"owner_type": "arrangement", "owner_ref": "record:7", "owner_name": "Dödsbo"}
    member = {
        "subject_ref": "record:7", "owner_id": ANNA, "owner_type": "person", "owner_name": "N N",
        "share_percent": 50,
    }  # fmt: skip
    warehouse = _resolved(
        suppliers=TWO, owners=[{"orgnr": ALFA, "share_percent": 60, **joint}, member]
    )
    owners = {row["owner_kind"]: row for row in _table(warehouse, "indirect_owners").to_dicts()}
    assert owners["arrangement"]["share_percent"] == 60.0
    assert owners["person"]["share_percent"] == 30.0
    assert owners["person"]["steps"] == 2


def test_a_beneficial_owner_told_beside_the_links_is_not_counted_twice():
    warehouse = _resolved(
        suppliers=TWO,
        owners=[
            _owner(ALFA, HOLD, 100), _owner(HOLD, ANNA, 100),
            _owner(ALFA, ANNA, 100, is_beneficial_owner=True),
            _owner(ALFA, BO, 26, direct=False),
        ],
    )  # fmt: skip
    people = _table(warehouse, "indirect_owners").filter(orgnr=ALFA, owner_kind="person")
    assert people.sort("share_percent").select("share_percent", "steps", "is_told").rows() == [
        (26.0, None, True),
        (100.0, 2, False),
    ]


def test_a_sole_trader_is_the_person_whose_number_it_is():
    warehouse = _resolved(
        suppliers=[_supplier("1", ANNA[2:]), _supplier("2", BETA)], officers=[_officer(BETA, ANNA)]
    )
    others = _table(warehouse, "shared_ties")
    assert set(others["other_node"]) == {"c:" + BETA, "c:" + ANNA[2:]}


def test_nothing_known_gives_empty_tables():
    warehouse = _resolved()
    for name in TABLES:
        assert _table(warehouse, name).is_empty(), name


def test_the_order_of_rows_never_matters():
    sources = {
        "suppliers": [
            _supplier("1", ALFA, bankgiro="bg:1", email="a@alfa.se", **PLACE) | {"ref": 1},
            _supplier("2", BETA, bankgiro="bg:1", phone="08-123 45 67", **PLACE) | {"ref": 2},
            _supplier("3", None, "Utan nummer", email="b@alfa.se", phone="+46 8 123 45 67")
            | {"ref": 3},
        ],
        "owners": [
            _owner(ALFA, HOLD, 50) | {"ref": 1}, _owner(HOLD, ALFA, 50) | {"ref": 2},
            _owner(ALFA, ANNA, 50) | {"ref": 3}, _owner(HOLD, BO, 30) | {"ref": 4},
        ],
        "officers": [
            _officer(ALFA, ANNA) | {"ref": 1}, _officer(BETA, ANNA) | {"ref": 2},
            _officer(BETA, BO, "vd") | {"ref": 3},
        ],
    }  # fmt: skip
    one = _resolved(**sources)
    two = _resolved(**{name: rows[::-1] for name, rows in reversed(sources.items())})
    for name in TABLES:
        assert _table(one, name).equals(_table(two, name)), name
    assert set(_table(one, "shared_ties")["via_kind"]) >= {"account", "door", "domain", "phone"}


CONTACTS = [
    ("phone", "08-123 45 67", "t:081234567"), ("phone", "+46 (0)8 123 45 67", "t:081234567"),
    ("phone", "0046 8 1234567", "t:081234567"), ("phone", "123", None),
    ("email", "Faktura@Alfa.SE", "d:alfa.se"), ("email", "A <an@gmail.com>", "d:an@gmail.com"),
    ("email", "ingen", None), ("email", "a@b", None), ("bankgiro", "bg:1", "k:bg:1"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "node"), CONTACTS)
def test_telephones_and_mail_have_one_form(field, value, node):
    told = contact_forms(pl.DataFrame({"field": [field], "value": [value]}))
    assert told["node"].to_list() == [node]
