"""Parties without a number find their company in the register, or find that there is none."""

import json
from datetime import date

import polars as pl
import pytest

from benchmarks.labelled.suppliers import make_labelled
from screening.identity.companies.evidence_weights import evidence_weights
from screening.identity.companies.matching import MATCH_FROM, MATCH_SCHEMA, match_parties
from screening.identity.companies.readings import name_readings, normal_rows
from tests.identity.known_tables import empty_warehouse, fill

DAY = date(2026, 11, 20)


def _parties(*parties):
    columns = ["name", "street", "postal_code", "city"]
    rows = [dict(zip(columns, party, strict=False)) for party in parties]
    schema = dict.fromkeys(columns, pl.String)
    return pl.DataFrame(rows, schema=schema).with_row_index("party_id").cast({"party_id": pl.Int64})


def _register(*companies):
    warehouse = empty_warehouse()
    columns = ["orgnr", "name", "street", "postal_code", "city", "legal_form", "deregistered_on"]
    schema = dict.fromkeys(columns, pl.String) | {"deregistered_on": pl.Date}
    rows = [dict(zip(columns, company, strict=False)) for company in companies]
    fill(warehouse, "companies", pl.DataFrame(rows, schema=schema))
    return warehouse


def _found(warehouse, *parties):
    """The orgnr of each party, None where there is no match."""
    matches = match_parties(warehouse, _parties(*parties), DAY)
    best = {row["party_id"]: row for row in matches.iter_rows(named=True)}
    return [
        best[n]["orgnr"] if n in best and best[n]["is_match"] else None for n in range(len(parties))
    ]


SOL = ("5590000013", "Solgården Omsorg AB", "Storgatan 1", "21142", "Malmö")
EKEN = ("5590000021", "Ekens Bygg & Montage HB", "Box 12", "22100", "Lund")
TRYGG = ("5590000039", "Trygghetens Vård i Norr AB", "Skolvägen 5", "90326", "Umeå")


@pytest.mark.parametrize(
    "party",
    [
        ("Solgården Omsorg AB", None, None, None),
        ("SOLGARDEN OMSORG AKTIEBOLAG", None, None, None),
        ("Solgården Omsorg", "Storg. 1", "21142", "MALMÖ"),
        ("Solgårdne Omsorg AB", "Storgatan 1", "21142", "Malmö"),
        ("AB Omsorg Solgården", "Storgatan 1, 2 tr", "21142", "Malmö"),
        ("Solgården Oms. AB i likvidation", None, None, None),
        ("Sol-gården Omsorg AB", None, None, "Malmö"),
        ("Annat namn AB (Solgården Omsorg)", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg AB, Malmö", None, None, "Malmö"),
        ("Solgården Omsorg AB", "Annangatan 3", "41101", "Göteborg"),
        ("Solgårdne Omsogr i Mallmö AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgaarden Omsorg AB", "Storgatan 1", None, None),
        ("Sol Gårdne Omsorg AB", "Storgatan 1", "21142", "Malmö"),
    ],
)
def test_a_careless_hand_is_still_read(party):
    assert _found(_register(SOL, EKEN, TRYGG), party) == [SOL[0]]


@pytest.mark.parametrize(
    "party",
    [
        ("Solgården Assistans AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg Holding AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg 2 AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg HB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården AB", None, None, None),
        ("Omsorg AB", "Storgatan 1", "21142", "Malmö"),
        ("Solvändan Omsorg AB", "Storgatan 1", "21142", "Malmö"),
        ("Något helt annat AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgårdens Vård", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Snickeri AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Vådr AB", "Storgatan 1", "21142", "Malmö"),
        # Words by which sisters differ, and trades, tell them apart badly written as well.
        ("Solgården Omsorg Holidgn AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg Vaest", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg Grouo AB", "Storgatan 1", "21142", "Malmö"),
        ("Solgården Omsorg Goeteborg AB", "Storgatan 1", "21142", "Malmö"),
    ],
)
def test_a_sister_or_a_neighbour_is_no_match(party):
    assert _found(_register(SOL, EKEN, TRYGG), party) == [None]


def test_marks_are_written_as_letters_at_either_end_of_a_word():
    warehouse = _register(
        ("5590000047", "Åström Ägg AB", "Storgatan 1", "22222", "Lund"),
        ("5590000054", "Åkermo Säteri AB", "Skolvägen 2", "90326", "Umeå"),
    )
    assert _found(
        warehouse,
        ("Aastroem Aegg AB", "Storgatan 1", None, None),
        ("AakermoSaeteri AB", "Skolvägen 2", "90326", "Umeå"),
        ("Aakermo Saeteri i Umeaa AB", "Skolvägen 2", "90326", "Umeå"),
    ) == ["5590000047", "5590000054", "5590000054"]


def test_a_shared_name_is_a_match_with_neither_unless_the_address_decides():
    lund = ("5590000047", "Björkens Städ HB", "Storgatan 1", "22222", "Lund")
    umea = ("5590000054", "Björkens Städ HB", "Skolvägen 2", "90326", "Umeå")
    warehouse = _register(lund, umea)
    assert _found(
        warehouse,
        ("Björkens Städ HB",),
        ("Björkens Städ HB", "Storgatan 1", "22222", "Lund"),
        ("Björkens Städ", "Skolv 2", "90326", "Umeå"),
    ) == [None, lund[0], umea[0]]
    features = match_parties(warehouse, _parties(("Björkens Städ HB",)), DAY)
    assert features["probability"][0] == pytest.approx(0.5, abs=0.02)
    assert json.loads(features["features"][0])["candidates"] == 2


def test_a_sole_trader_is_never_matched_on_the_name_alone():
    person = ("8501012382", "Anna Åkesson", "Ekvägen 3", "22222", "Lund")
    assert _found(
        _register(person, SOL),
        ("Anna Åkesson",),
        ("Anna Åkesson", "Storgatan 9", "22100", "Lund"),
        ("Anna Åkesson", "Ekvägen 3", "22222", "Lund"),
    ) == [None, None, person[0]]


@pytest.mark.parametrize(
    ("registered", "party", "level"),
    [
        (("Box 8335", "17107", "Solna"), ("Box 8335", None, "Solna"), "same_box"),
        (("Box 8335", "17107", "Solna"), ("BOX 8335", "17170", "Solna"), "same_box"),
        (("Box 8335", "17107", "Solna"), ("Box 8335", "17110", None), "same_box"),
        (("Box 12", "43291", "Varberg"), ("Box 12", "43267", "Veddige"), "same_town"),
        (("Ekby Lillgård", "82691", "Ljusne"), ("Lillgården, Ekby", "82691", None), "same_address"),
        (("Ekby Lillgård", "82691", "Ljusne"), ("Ekby Lillgård", None, "Ljusne"), "same_street"),
        (("Ekby Lillgård", "82691", "Ljusne"), ("Ekby Norrgård", "82692", "Ljusne"), "same_town"),
        (("Ljusne", "82691", "Ljusne"), ("Ljusne", None, "Ljusne"), "same_town"),
        (("Rönnvägen 5", "70233", "Örebro"), ("Roennvaegen 5", None, "Oerebro"), "same_street"),
    ],
)
def test_how_near_two_addresses_are(registered, party, level):
    company = (SOL[0], "Garcias Lantbruk AB", *registered)
    matches = match_parties(_register(company), _parties(("Garcias Lantbruk", *party)), DAY)
    assert [json.loads(row)["place_level"] for row in matches["features"]] == [level]


def test_a_sole_trader_may_be_at_a_farm_or_a_box_without_its_postal_code():
    farmer = ("8501012382", "Anna Åkesson", "Ekby Lillgård", "24493", "Kävlinge")
    assert _found(
        _register(farmer, SOL),
        ("Anna Åkesson", "Lillgården, Ekby", None, "Kävlinge"),
        ("Anna Åkesson", "Ekby Norrgård", None, "Kävlinge"),
        ("Anna Åkesson", "c/o Ekby Lillgård", None, "Kävlinge"),
        ("Anna Åkesson", "Kävlinge", None, "Kävlinge"),
    ) == [farmer[0], None, None, None]


def test_a_namesake_in_another_town_is_believed_only_where_names_are_protected_nationwide():
    party = ("Ekens Bygg & Montage HB", "Storgatan 4", "90326", "Umeå")
    limited = ("5590000062", "Ekens Bygg & Montage AB", "Box 12", "22100", "Lund")
    assert _found(_register(EKEN, SOL), party) == [None]
    assert _found(_register(limited, SOL), (party[0].replace("HB", "AB"), *party[1:])) == [
        limited[0]
    ]


def test_two_registers_telling_of_one_company_are_one_candidate():
    scb = (SOL[0], "SOLGÅRDEN OMSORG AB", "Box 3", "21120", "MALMÖ")
    warehouse = _register(SOL, scb)
    assert _found(warehouse, ("Solgården Omsorg AB", "Box 3", "21120", "Malmö")) == [SOL[0]]
    told = match_parties(warehouse, _parties(("Solgården Omsorg AB",)), DAY)
    assert json.loads(told["features"][0])["candidates"] == 1


def test_the_living_company_is_preferred_to_its_dead_namesake():
    gone = ("5590000070", SOL[1], None, None, None, None, date(2012, 1, 1))
    found = match_parties(_register(SOL, gone), _parties((SOL[1], None, None, "Malmö")), DAY)
    assert found["orgnr"].to_list() == [SOL[0]]


def test_the_evidence_is_told_and_adds_up():
    found = match_parties(
        _register(SOL, EKEN), _parties(("Solgården Omsorg", "Storg 1", "21142")), DAY
    )
    told = json.loads(found["features"][0])
    parts = ["base", "name", "rarity", "legal_form", "place", "standing", "person"]
    assert told["place_level"] == "same_address"
    assert told["place"] == evidence_weights()["same_address"]
    assert told["margin"] is None
    odds = 2.718281828 ** sum(told[part] for part in parts)
    assert found["probability"][0] == pytest.approx(odds / (1 + odds), abs=0.001)


@pytest.mark.parametrize(
    "name",
    [None, "", "***", "AB", "å" * 5000, "a " * 2500, "株式会社", "\u202e\u200b", "'; DROP --"],
)
def test_hostile_names_match_nobody(name):
    assert _found(_register(SOL, EKEN, TRYGG), (name, "Storgatan 1", "21142", "Malmö")) == [None]


def test_no_register_or_no_parties_gives_an_empty_table():
    nothing = match_parties(empty_warehouse(), _parties(SOL[1:]), DAY)
    assert nothing.schema == pl.Schema(MATCH_SCHEMA)
    assert match_parties(_register(SOL), _parties(), DAY).is_empty()


def test_register_rows_without_a_name_are_passed_over():
    warehouse = _register(SOL, ("5590000080", None), ("5590000098", "***"))
    assert _found(warehouse, (SOL[1],)) == [SOL[0]]


def test_ten_thousand_namesakes_are_nobody():
    warehouse = _register(
        *(
            (f"559{n:07d}", "Björken Städ HB", f"Storgatan {n}", "22222", "Lund")
            for n in range(10_000)
        )
    )
    assert _found(warehouse, ("Björken Städ HB", None, None, None)) == [None]


def test_no_match_is_less_probable_than_the_threshold():
    labelled = make_labelled(1_000, 300, "hard", seed=11)
    warehouse = empty_warehouse()
    fill(warehouse, "companies", labelled.register)
    matches = match_parties(warehouse, labelled.parties, DAY)
    assert matches["is_match"].any()
    assert ((matches["probability"] >= MATCH_FROM) == matches["is_match"]).all()


def test_the_order_of_register_and_parties_does_not_matter():
    labelled = make_labelled(2_000, 300, "municipal", seed=7)
    parties = labelled.parties
    rows = labelled.register.with_row_index("ref").cast({"ref": pl.Int64})
    found = []
    for seed in (None, 1, 2):
        warehouse = empty_warehouse()
        shuffled = rows if seed is None else rows.sample(fraction=1, shuffle=True, seed=seed)
        asked = parties if seed is None else parties.sample(fraction=1, shuffle=True, seed=seed)
        fill(warehouse, "companies", shuffled)
        found.append(match_parties(warehouse, asked, DAY))
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


@pytest.mark.parametrize("trade", ["Vård", "Bygg", "Måleri", "Fastigheter"])
@pytest.mark.parametrize("others", [0, 40])
def test_two_known_trades_are_two_companies_however_many_have_them(trade, others):
    crowd = [
        (f"55{n:08}", f"Bolag{n} {trade} AB", f"Gatan {n}", "41101", "Göteborg")
        for n in range(1, others + 1)
    ]
    sister = ("5590000013", "Solgården Omsorg i Malmö AB", "Storgatan 1", "21142", "Malmö")
    party = (f"Solgårdens {trade}", "Storgatan 1", "21142", "Malmö")
    assert _found(_register(sister, *crowd), party) == [None]


@pytest.mark.parametrize(
    "name",
    [
        "Solgården Omsorg AB kundnr 47231",
        "84017 Solgården Omsorg AB",
        "Att: Anna Berg, Solgården Omsorg AB",
        "Solgården Omsorg/Anna Berg",
        "www.solgardenomsorg.se",
        "solgardenomsorg.se AB",
        "SolgÃ¥rden Omsorg AB",
        "Malmö Solgården Omsorg",
    ],
)
def test_what_ledgers_write_into_a_name_does_not_hide_the_company(name):
    party = (name, "Storgatan 1", "21142", "Malmö")
    assert _found(_register(SOL, EKEN, TRYGG), party) == [SOL[0]]


def test_a_sister_in_the_party_s_own_town_is_another_company():
    elsewhere = ("5590000013", "Solgården Omsorg AB", "Storgatan 1", "90326", "Umeå")
    party = ("Solgården Omsorg i Malmö AB", "Storgatan 1", "21142", "Malmö")
    assert _found(_register(elsewhere), party) == [None]


def test_who_mentions_a_town_is_not_the_association_that_is_called_by_it():
    association = ("5590000013", "Lunds Samfällighetsförening", "Skolvägen 5", "22100", "Lund")
    town = ("5590000021", "Lund AB", "Skolvägen 7", "22100", "Lund")
    warehouse = _register(association, town)
    for name in ("Axels Konsult - Lund", "Axels Konsult AB (Lund)", "Axels Konsult, Lunds"):
        assert _found(warehouse, (name, "Storgatan 1", "22100", "Lund")) == [None]
    assert _found(warehouse, association[1:]) == [association[0]]


def test_a_name_of_a_town_and_a_form_is_never_read_as_the_form_alone():
    association = ("Samfällighetsföreningen Lund", "Skolvägen 5", "22100", "Lund")
    rows = normal_rows(_parties(association).drop("party_id").with_row_index("ref"))
    for in_register in (True, False):
        readings = name_readings(rows, "ref", in_register=in_register)
        assert readings["text"].to_list() == ["lund sff"]


@pytest.mark.parametrize(
    "name", ["Solgården Omsorg AB Landskrona", "Solgården Omsorg Aktiebolag Filial",
             "Solgården Omsorg Butik", "Solgården Omsorg AB. - Malmö"]
)  # fmt: skip
def test_a_branch_finds_its_company(name):
    assert _found(_register(SOL, EKEN), (name, "Storgatan 1", "21142", "Malmö")) == [SOL[0]]


@pytest.mark.parametrize("name", ["Bergströms AB Lund", "Bergströms AB, Lund", "Bergströms - Lund"])
def test_a_branch_in_one_town_is_not_the_company_of_another(name):
    elsewhere = ("5590000013", "Bergströms i Umeå AB", "Skolvägen 5", "90326", "Umeå")
    assert _found(_register(elsewhere), (name, "Storgatan 1", "22100", "Lund")) == [None]


def test_a_namesake_of_the_person_to_ask_for_is_nobody():
    namesake = ("5590000013", "Anna Berg AB", "Skolvägen 5", "90326", "Umeå")
    party = ("Solgården Omsorg, Anna Berg", "Storgatan 1", "21142", "Malmö")
    assert _found(_register(namesake), party) == [None]


def test_a_name_and_an_address_are_never_certain():
    (row,) = match_parties(
        _register(SOL), _parties(("Solgården Omsorg AB", "Storgatan 1", "21142", "Malmö")), DAY
    ).iter_rows(named=True)
    assert 0.99 < row["probability"] < 1
