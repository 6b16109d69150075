"""``identity.listed_matches``: suppliers, owners and officers on lists, and what people decided."""

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.listed import AS_OF as WORLD_DAY
from benchmarks.listed import quality_of, warehouse_of
from benchmarks.listed_world import make_listed_world
from screening.identity.companies.matching import match_parties
from screening.identity.listed.table import (
    _IS_INDEXED,
    COLUMNS,
    _register_words,
    listed_matches,
)
from screening.identity.resolve import resolve
from screening.warehouse.connection import has_rows
from tests.identity.known_tables import empty_warehouse, put
from tests.identity.listed.listed_sides import company, match_listed, person, side

AS_OF = date(2026, 11, 1)
A, B = "5560125790", "5590000013"
IVAN = "198501012382"
SANCTION = {"sanctions": "EU - made up - 2022-02-25", "dataset": "List A"}


def _entry(entry_id, name, schema="Person", **cells):
    return {"id": entry_id, "name": name, "schema": schema} | SANCTION | cells


def _supplier(number, name, orgnr=None, **cells):
    return {"supplier_no": number, "name": name, "orgnr": orgnr} | cells


def _officer(name, person_id=None, **cells):
    return {"orgnr": A, "person_name": name, "person_id": person_id, "role": "ledamot"} | cells


def _resolved(**sources):
    warehouse = empty_warehouse()
    for source, rows in sources.items():
        put(warehouse, source, *rows)
    resolve(warehouse, AS_OF)
    return warehouse


def _matches(**sources):
    warehouse = _resolved(**sources)
    return pl.DataFrame(warehouse.sql("SELECT * FROM identity.listed_matches"))


def test_without_lists_there_is_an_empty_table():
    table = _matches(suppliers=[_supplier("1", "Påhittsgården AB", A)])
    assert table.columns == list(COLUMNS)
    assert table.is_empty()


def test_a_supplier_is_found_by_number():
    table = _matches(
        suppliers=[_supplier("1", "Nya Namnet AB", A)],
        sanctions=[_entry("Q1", "Gamla Namnet AB", "Company", identifiers="556012-5790")],
    )
    row = table.row(0, named=True)
    assert (row["subject_kind"], row["subject_key"], row["supplier_id"]) == ("company", A, A)
    assert (row["entry_id"], row["ref"], row["is_match"]) == ("Q1", 1, True)
    assert row["from_date"] == date(2022, 2, 25)
    assert json.loads(row["features"])["number_level"] == "same"


def test_an_officer_is_found_by_name_and_birth():
    table = _matches(
        officers=[_officer("Påhittov, Ivan", IVAN)],
        sanctions=[_entry("Q1", "Иван Пахиттов", aliases="Ivan Påhittov", birth_date="1985-01-01")],
    )
    row = table.row(0, named=True)
    assert row["is_match"]
    assert row["person_key"] == row["subject_key"]
    assert row["refs"] == [1]
    assert IVAN not in str(table.rows())


def test_an_owning_company_is_found_with_and_without_number():
    owner = {"orgnr": A, "owner_type": "company", "owner_name": "Skazkotorg Export LLC"}
    table = _matches(
        owners=[owner, owner | {"owner_id": B, "owner_name": "Påhittsholding AB"}],
        sanctions=[
            _entry("Q1", "OOO Skazkotorg Export", "Company"),
            _entry("Q2", "Något Annat AB", "Company", identifiers=B),
        ],
    )
    told = {row["entry_id"]: row for row in table.iter_rows(named=True)}
    assert told["Q1"]["subject_key"].startswith("namn:")
    assert told["Q1"]["refs"] == [1]
    assert told["Q2"]["subject_key"] == B
    assert told["Q1"]["is_match"]


def test_a_supplier_that_is_known_by_name_only_is_found():
    table = _matches(
        invoices=[
            {"invoice_no": "1", "supplier_name": "Skazkotorg Export", "amount_sek": 1,
             "invoice_date": AS_OF}
        ],
        sanctions=[_entry("Q1", "OOO Skazkotorg Export", "Company")],
    )  # fmt: skip
    assert table.row(0, named=True)["supplier_id"].startswith("namn:")


def test_a_bidder_is_found_before_it_is_a_supplier():
    table = _matches(
        bidders=[{"tender_no": "T-1", "orgnr": A, "name": None}],
        sanctions=[_entry("Q1", "Något Annat AB", "Company", identifiers="556012-5790")],
    )
    row = table.row(0, named=True)
    assert (row["orgnr"], row["supplier_id"], row["is_match"]) == (A, None, True)


def test_a_sole_trader_is_a_person_and_its_number_stays_hidden():
    table = _matches(
        suppliers=[_supplier("7", "Ivan Påhittov", "8501012382")],
        sanctions=[_entry("Q1", "Ivan Påhittov", birth_date="1985-01-01")],
    )
    row = table.row(0, named=True)
    assert row["is_match"]
    assert (row["supplier_id"], row["subject_key"][:3]) == ("lev:7", "ef:")


def test_a_numberless_officer_is_held_against_trading_prohibitions():
    table = _matches(
        officers=[
            _officer("Iwan Pahittow", birth_date=date(1985, 1, 1)),
            _officer("Ivan Påhittov", birth_date=date(1990, 1, 2)),
        ],
        trading_prohibitions=[
            {"person_id": IVAN, "person_name": "Ivan Påhittov", "from_date": date(2025, 1, 1)}
        ],
    )
    sure = table.filter("is_match")
    assert sure["refs"].to_list() == [[1]]
    assert sure["list"].to_list() == ["trading_prohibitions"]


def _decision(entry_id, decision, key, decided_on=AS_OF):
    return pl.DataFrame(
        {
            "decision_id": [1], "kind": ["listed"], "left_key": [key], "right_key": [entry_id],
            "decision": [decision], "decided_on": [decided_on], "withdraws": [None],
        },
        schema_overrides={"withdraws": pl.Int64},
    )  # fmt: skip


def test_what_a_person_decided_holds():
    warehouse = _resolved(
        suppliers=[
            _supplier("1", "Skazkotorg Export AB", A),
            _supplier("2", "Påhittsgården AB", B),
        ],
        sanctions=[_entry("Q1", "OOO Skazkotorg Export", "Company")],
    )
    plain = listed_matches(warehouse, AS_OF).row(0, named=True)
    assert not plain["is_match"]
    for decision, decided_on, probability, expected in (
        ("same", AS_OF, 1.0, (True, "same")),
        ("not_same", AS_OF, 0.0, (False, "not_same")),
        ("unsure", AS_OF, plain["probability"], (False, "unsure")),
        ("same", date(2026, 11, 2), plain["probability"], (False, None)),
    ):
        decided = _decision("Q1", decision, A, decided_on)
        row = listed_matches(warehouse, AS_OF, decided).row(0, named=True)
        assert (row["probability"], row["is_match"], row["decision"]) == (probability, *expected)
        assert (row["features"], row["log_odds"]) == (plain["features"], plain["log_odds"])
    # Nothing but the decision ties these two.
    table = listed_matches(warehouse, AS_OF, _decision("Q1", "same", B))
    assert table.filter(subject_key=B)["is_match"].to_list() == [True]


def test_a_decision_stays_with_a_person_who_is_found_to_be_one_with_others():
    born = date(1985, 1, 1)
    rows = {"suppliers": [_supplier("1", "Eken AB", A)], "sanctions": [_entry("Q1", "Ivan P")]}
    alone = _resolved(officers=[_officer("Ivan Påhittov", birth_date=born)], **rows)
    ((key,),) = alone.execute("SELECT DISTINCT own_key FROM identity.persons").fetchall()
    officers = [
        _officer("Ivan Påhittov", birth_date=born),
        _officer("Ivan Påhittov", IVAN, birth_date=born),
    ]
    together = _resolved(officers=officers, **rows)
    ((person, own),) = together.execute(
        "SELECT DISTINCT person_key, own_key FROM identity.persons WHERE own_key = ?", [key]
    ).fetchall()
    assert person != own
    table = listed_matches(together, AS_OF, _decision("Q1", "same", key))
    assert table.filter(subject_key=person)["decision"].to_list() == ["same"]


def test_a_hostile_row_changes_nothing_for_the_others():
    hostile = ["", " ", "A" * 5000, "\u202e\u2066", ";", '"', "王小明", "'; DROP TABLE x", "&", "0"]
    table = _matches(
        suppliers=[_supplier(str(n), name) for n, name in enumerate(hostile)],
        officers=[_officer(name or "-") for name in hostile] + [_officer("Ivan Påhittov", IVAN)],
        sanctions=[
            *(_entry(f"X{n}", name or "-", aliases=name) for n, name in enumerate(hostile)),
            _entry("Q1", "Ivan Påhittov", birth_date="1985-01-01"),
        ],
    )
    assert table.filter(entry_id="Q1", subject_kind="person")["is_match"].to_list() == [True]


NAMES = st.sampled_from(
    ["Ivan Påhittov", "Påhittov Ivan", "Ivan P", "Иван Пахиттов", "Anna Ek", "Ek", "", "Öberg, Åke"]
)
BIRTHS = st.sampled_from([(), "1970", "1970-05-03", "1970-01-01", "1985-05-03"])
PARTIES = st.lists(
    st.one_of(
        st.builds(lambda name, born: person(name, born=born), NAMES, BIRTHS),
        st.builds(lambda name: company(f"{name} Handel AB"), NAMES),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries=PARTIES, subjects=PARTIES)
def test_the_order_of_parties_does_not_matter_and_scores_agree(entries, subjects):
    forth = match_listed(side(*entries), side(*subjects))
    back = match_listed(side(*entries[::-1]), side(*subjects[::-1]))
    turned = back.with_columns(
        entry=len(entries) - 1 - pl.col("entry").cast(pl.Int64),
        subject=len(subjects) - 1 - pl.col("subject").cast(pl.Int64),
    ).sort("subject", "entry")
    compared = ["probability", "log_odds", "is_match", "features"]
    assert forth.select(compared).rows() == turned.select(compared).rows()
    assert forth["probability"].is_between(0, 1).all()
    # A higher log odds never has a lower probability: the score that is shown ranks as well.
    ranked = forth.sort("log_odds")["probability"].to_list()
    assert ranked == sorted(ranked)
    for row in forth.iter_rows(named=True):
        parts = json.loads(row["features"])
        told = sum(value for name, value in parts.items() if isinstance(value, float))
        assert told == pytest.approx(row["log_odds"], abs=0.05)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=NAMES, other=NAMES)
def test_no_name_alone_is_ever_a_match(name, other):
    found = match_listed(side(person(name)), side(person(other)))
    assert not found["is_match"].any()


@pytest.mark.parametrize(("profile", "recall"), [("medium", 0.93), ("hard", 0.82)])
def test_precision_and_recall_on_labelled_pairs(profile, recall):
    world = make_listed_world(11, 1_500, 1_800, 700, 150, profile)
    matches = listed_matches(warehouse_of(world), WORLD_DAY)
    quality = quality_of(matches, world)
    assert quality.precision >= 0.985
    assert quality.recall >= recall
    assert quality.shown >= recall + 0.03
    assert quality.calibration_error <= 0.08


def test_the_order_of_rows_gives_the_same_table():
    world = make_listed_world(12, 400, 300, 100, 40)
    first = listed_matches(warehouse_of(world), WORLD_DAY)
    shuffled = listed_matches(
        warehouse_of(
            type(world)(
                world.sanctions.sample(fraction=1.0, shuffle=True, seed=1), world.persons,
                world.companies, world.truth, world.findable,
            )
        ),
        WORLD_DAY,
    )  # fmt: skip
    assert first.drop("ref").equals(shuffled.drop("ref"))


def test_words_of_the_register_count_alike_with_its_index_and_without():
    warehouse = empty_warehouse()
    names = ["Solgården Omsorg AB", "Sol & Vård HB", "Solgården Bygg AB (Malmö)", "Åkes Bygg"]
    put(warehouse, "companies", *({"orgnr": f"559000{n:04d}", "name": name}
                                  for n, name in enumerate(names)))  # fmt: skip
    asked = pl.DataFrame({"word": ["akes", "bygg", "malmo", "omsorg", "solgarden", "vega"]})
    scanned = _register_words(warehouse)(asked)
    assert dict(scanned.rows()) == {"akes": 1, "bygg": 2, "malmo": 1, "omsorg": 1, "solgarden": 2}
    assert not has_rows(warehouse, _IS_INDEXED)
    places = pl.lit(None, pl.String)
    party = pl.DataFrame({"party_id": [1], "name": ["Vega"]}).with_columns(
        street=places, postal_code=places, city=places
    )
    match_parties(warehouse, party, AS_OF)
    assert has_rows(warehouse, _IS_INDEXED)
    assert _register_words(warehouse)(asked).equals(scanned)
