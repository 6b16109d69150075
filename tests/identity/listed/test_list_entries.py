"""Entries as publishers write them: several values, dates, numbers, what is over, who is meant."""

from datetime import date

import polars as pl
import pytest

from screening.identity.listed.entries import read_lists
from screening.identity.listed.list_cells import several
from tests.identity.known_tables import empty_warehouse, put

AS_OF = date(2026, 11, 1)


def _lists(*sanctions, prohibitions=()):
    warehouse = empty_warehouse()
    if sanctions:
        put(warehouse, "sanctions", *({"dataset": "List A"} | row for row in sanctions))
    if prohibitions:
        put(warehouse, "trading_prohibitions", *prohibitions)
    warehouse.execute(
        "CREATE TABLE identity.persons "
        "(source VARCHAR, ref BIGINT, person_key VARCHAR, match_confidence DOUBLE)"
    )
    return read_lists(warehouse, AS_OF)


def _entry(**cells):
    return {"id": "Q1", "schema": "Person", "name": "Ivan Påhittov"} | cells


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("A;B", ["A", "B"]),
        ('"A; B";C', ["A; B", "C"]),
        ('Ivan "Vanja" P;Q', ['Ivan "Vanja" P', "Q"]),
        ('"Vanja" P;Q', ['"Vanja" P', "Q"]),
        ('"Ivan ""Vanja"" P";Q', ['Ivan "Vanja" P', "Q"]),
        (";;A;", ["A"]),
        ('"', ['"']),
        ("", []),
        ("A\nB;C", ["A\nB", "C"]),
    ],
)
def test_values_of_a_cell(cell, values):
    frame = pl.DataFrame({"cell": [cell]})
    assert frame.select(several(pl.col("cell"))).item().to_list() == values


def test_names_aliases_births_numbers_and_places_are_read():
    side = _lists(
        _entry(
            aliases='I. Påhittov;"Påhittov; Ivan"', birth_date="1970-05-03;1971;circa 1969;unknown",
            identifiers="850101-2382;AB 12345;No. 1;0000000000",
            addresses="Storgatan 12, 211 42 Malmö, Sverige;Nowhere",
            phones="+46 70-174 06 05", emails="Ivan@Pahittov.example",
        )
    ).side  # fmt: skip
    assert sorted(side.names["name"]) == ["I. Påhittov", "Ivan Påhittov", "Påhittov; Ivan"]
    assert sorted(side.births["year"]) == [1969, 1970, 1971]
    assert side.births.filter(year=1970).row(0)[1:] == (1970, 5, 3)
    assert sorted(side.numbers["number"]) == ["8501012382", "AB12345"]
    places = side.places_of(side.parties)
    assert set(places["country"]) == {"se", None}
    assert sorted(side.contacts["contact"]) == ["mail:ivan@pahittov.example", "tel:46701740605"]


def test_what_an_entry_is_says_as_what_it_is_compared():
    kinds = {
        "Person": (True, False), "Company": (False, True), "Organization": (False, True),
        "PublicBody": (False, True), "LegalEntity": (True, True), None: (True, True),
    }  # fmt: skip
    rows = [_entry(id=f"Q{n}", schema=kind) for n, kind in enumerate(kinds)]
    lists = _lists(*rows)
    parties = lists.entries.join(lists.side.parties, on="no").sort("entry_id")
    assert parties.select("is_person", "is_company").rows() == list(kinds.values())


def test_a_vessel_is_nobody():
    assert _lists(
        _entry(schema="Vessel"), _entry(id="Q2", schema="CryptoWallet")
    ).entries.is_empty()


@pytest.mark.parametrize(
    ("sanctions", "is_in_force", "to_date"),
    [
        ("EU - reason - 2022-02-25", True, None),
        ("EU - reason - 2022-02-25 - 2024-01-01", False, date(2024, 1, 1)),
        ("EU - 2022-02-25 - 2024-01-01;UN - 2023-01-01", True, None),
        ("EU - 2022-02-25 - 2024-01-01;UN - 2023-01-01 - 2099-01-01", True, date(2099, 1, 1)),
        ("EU - 2026-12-24", False, None),
        ("no day at all", True, None),
    ],
)
def test_an_entry_is_over_when_each_sanction_is(sanctions, is_in_force, to_date):
    entry = _lists(_entry(sanctions=sanctions)).entries.row(0, named=True)
    assert (entry["is_in_force"], entry["to_date"]) == (is_in_force, to_date)


def test_an_entry_that_the_newest_list_no_longer_has_is_over():
    entries = _lists(
        _entry(id="gone", last_seen="2026-09-01T00:00:00"),
        _entry(id="there", last_seen="2026-10-01T00:00:00"),
        _entry(id="on_another", last_seen="2026-09-15T00:00:00", dataset="List B"),
        _entry(id="on_both", last_seen="2026-10-05T00:00:00", dataset="List A;List B"),
        _entry(id="undated", last_seen=None, dataset="List C"),
    ).entries
    over = entries.filter(~pl.col("is_in_force"))
    assert over["entry_id"].to_list() == ["gone"]


def test_a_list_that_tells_sanctions_tells_others_without_one():
    entries = _lists(
        _entry(id="sanctioned", sanctions="EU - 2022-02-25"),
        _entry(id="programme", program_ids="EU-UKR"),
        _entry(id="in_office"),
    ).entries
    told = dict(entries.select("entry_id", "is_sanction").iter_rows())
    assert told == {"sanctioned": True, "programme": True, "in_office": False}
    assert _lists(_entry()).entries["is_sanction"].to_list() == [True]


def test_a_trading_prohibition_is_an_entry_with_number_and_birth():
    told = {"person_id": "198501612389", "person_name": "Anna Påhittad"}
    lists = _lists(
        prohibitions=[
            told | {"from_date": date(2025, 1, 1), "to_date": date(2028, 1, 1)},
            told | {"from_date": None, "person_id": "198501012382"},
        ]
    )
    entry = lists.entries.row(0, named=True)
    assert lists.entries.height == 1
    assert (entry["list"], entry["is_sanction"], entry["is_in_force"]) == (
        "trading_prohibitions",
        False,
        True,
    )
    assert entry["entry_id"].startswith("np:")
    assert "198501" not in entry["entry_id"]
    assert lists.side.births.row(0)[1:] == (1985, 1, 1)
    assert lists.side.numbers["number"].to_list() == ["8501612389"]


@pytest.mark.parametrize(
    "cells",
    [
        {"name": ""}, {"name": " ; "}, {"name": "…"}, {"aliases": ";" * 5000},
        {"name": "A" * 5000, "aliases": "B" * 5000}, {"name": "\u202e\u200f\u2066"},
        {"aliases": '"' * 4001}, {"birth_date": "9999-99-99;0000;1970-13-45"},
        {"identifiers": "\x00;\n;'; DROP TABLE x"}, {"addresses": "," * 3000},
        {"name": "王小明", "aliases": "王小明;왕 소명;วัง"},
        {"aliases": ";".join(f"Namn Nummer {n}" for n in range(5000))},
    ],
)  # fmt: skip
def test_bad_cells_have_a_clear_outcome(cells):
    lists = _lists(_entry(**cells))
    assert lists.entries.height == 1
    assert lists.side.names.height <= 100
