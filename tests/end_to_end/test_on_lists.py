"""Weeks with sanctions lists: who is found, who is only alike, and what goes when an entry goes."""

import json
from datetime import date

import duckdb
import pytest

from tests.end_to_end.small_inbox import AS_OF, Town, Week, only_rules
from tests.end_to_end.small_town import ALBA, BJORK, CEDERN, EKEN, GRANEN, settle

HEADER = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,dataset,last_seen"
)
#: Two of the town: Dan, who leads Eken, in other letters; and Alba, which owns Björk, by number.
LISTED = (
    'Q-2,Person,Дан Даль,"Dan Dahl;DAHL, Dan",1992-02-29,xx,,,EU - 2022-02-25,Made list,{day}',
    "Q-5,Organization,Something Else,,,xx,,{alba},EU - 2023-06-23,Made list,{day}",
)
RULES = ("ownership/020", "ownership/019")


def _town(folder) -> Town:
    return settle(Town(folder, only_rules(folder / "rules", *RULES)))


def _list(town: Town, day: date, *rows: str) -> None:
    written = (row.format(day=day, alba=f"{ALBA[:6]}-{ALBA[6:]}") for row in rows)
    town.put(f"sanctions/targets.simple-{day}.csv", HEADER, *written)


def _listed(week: Week) -> dict[str, dict[str, str]]:
    return {
        each["supplier_id"]: each
        for each in week.findings
        if each["rule_id"] == "on-sanctions-list" and each["still_open"] == "true"
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    return _town(tmp_path_factory.mktemp("listed"))


@pytest.fixture(scope="module")
def weeks(town) -> tuple[Week, Week, Week]:
    quiet = town.run(date(2026, 11, 16), state="quiet", out="quiet")
    _list(town, date(2026, 11, 17), *LISTED)
    found = town.run(AS_OF)
    _list(town, date(2026, 11, 24), LISTED[1])
    return quiet, found, town.run(date(2026, 11, 27))


def test_names_alone_and_namesakes_are_on_no_list(weeks):
    assert _listed(weeks[0]) == {}
    assert weeks[0].rules["on-sanctions-list"]["status"] == "run"


def test_a_listed_officer_company_and_owner_are_found_with_evidence(weeks):
    found = _listed(weeks[1])
    assert set(found) == {ALBA, BJORK, EKEN, GRANEN}
    assert CEDERN not in found
    led = found[EKEN]
    assert "verkställande" in led["summary"] or "vd" in led["summary"]
    assert {each["source"] for each in json.loads(led["evidence"])} == {"officers", "sanctions"}
    assert float(found[ALBA]["match_confidence"]) == 1.0


def test_an_entry_that_is_gone_from_the_newest_list_no_longer_counts(weeks):
    assert set(_listed(weeks[2])) == {ALBA, BJORK}


def test_what_was_found_stands_in_the_warehouse_with_its_reasons(town, weeks):
    with duckdb.connect(town.folder / "state" / "warehouse.duckdb", read_only=True) as warehouse:
        rows = warehouse.execute(
            "SELECT subject_kind, entry_id, is_in_force, is_match, features "
            "FROM identity.listed_matches WHERE list = 'sanctions' AND is_match ORDER BY 2"
        ).fetchall()
    assert [row[:4] for row in rows] == [
        ("person", "Q-2", False, True),
        ("company", "Q-5", True, True),
    ]
    assert json.loads(rows[1][4])["number_level"] == "same"
