"""Each match with a list is explained part by part, in both languages, without the subject."""

from datetime import date

import pytest

from screening.identity.listed import evidence
from screening.identity.listed.explaining import conclusion, explained, matches_of
from screening.identity.resolve import resolve
from screening.messages import catalogue
from tests.identity.known_tables import empty_warehouse, put

A = "5560125790"


@pytest.fixture(scope="module")
def warehouse():
    made = empty_warehouse()
    put(made, "suppliers", {"supplier_no": "1", "name": "Skazkotorg Export AB", "orgnr": A})
    put(
        made,
        "officers",
        {"orgnr": A, "person_name": "Ivan Påhittov", "person_id": "198501012382", "role": "vd"},
        {"orgnr": A, "person_name": "Anna Påhittad", "person_id": None, "role": "ledamot"},
    )
    put(
        made,
        "sanctions",
        {"id": "Q1", "schema": "Person", "name": "Pahittov, Ivan", "birth_date": "1985-01-01",
         "sanctions": "EU - 2022-02-25", "dataset": "List A"},
        {"id": "Q2", "schema": "Company", "name": "OOO Skazkotorg Export", "dataset": "List A",
         "sanctions": "EU - 2022-02-25 - 2024-01-01"},
        {"id": "Q3", "schema": "Person", "name": "Anna Påhittad", "dataset": "List A",
         "sanctions": "EU - 2022-02-25"},
    )  # fmt: skip
    resolve(made, date(2026, 11, 1))
    return made


def _row(warehouse, entry):
    return matches_of(warehouse, entry).row(0, named=True)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("entry", ["Q1", "Q2", "Q3"])
def test_the_parts_add_up_to_the_score(warehouse, entry, language):
    match = _row(warehouse, entry)
    parts = explained(match, language)
    assert sum(part.log_odds for part in parts) == pytest.approx(match["log_odds"], abs=0.05)
    assert all(part.title and part.said for part in parts)
    assert len({part.part for part in parts}) == len(parts)


def test_it_says_what_was_found(warehouse):
    told = {part.part: part.said for part in explained(_row(warehouse, "Q1"), "en")}
    assert told["birth"] == "the same day"
    assert "Pahittov, Ivan" in told["name"]
    assert "legal_form" not in told
    firm = {part.part: part.said for part in explained(_row(warehouse, "Q2"), "en")}
    assert firm["legal_form"] == "one Swedish and the other foreign"
    alone = {part.part: part.said for part in explained(_row(warehouse, "Q3"), "en")}
    assert "not enough" in alone["alone"]


def test_the_number_of_a_person_is_in_no_explanation(warehouse):
    for match in matches_of(warehouse).iter_rows(named=True):
        assert "19850101" not in str(explained(match, "sv"))


def test_the_conclusion_is_said_first_and_calmly(warehouse):
    assert conclusion(_row(warehouse, "Q1"), "sv").startswith("Träff. Sannolikhet 1,00")
    assert "over or not yet in force" in conclusion(_row(warehouse, "Q2"), "en")
    decided = _row(warehouse, "Q1") | {
        "decision": "not_same",
        "is_match": False,
        "probability": 0.0,
    }
    assert "inte är samma" in conclusion(decided, "sv")


def test_every_level_has_words():
    texts = catalogue("listed")
    for part, levels in {
        "birth": evidence.BIRTH, "number": evidence.NUMBER, "contact": evidence.CONTACT,
        "place": evidence.PLACE, "legal_form": evidence.LEGAL_FORM,
    }.items():  # fmt: skip
        assert {f"{part}_{level}" for level in levels} <= set(texts)
    assert {f"part_{part}" for part in evidence.PARTS} <= set(texts)
