"""Companies on lists: by number, by name and address; names of sisters and namesakes."""

import json

from tests.identity.listed.listed_sides import (
    company,
    match_listed,
    match_of,
    person,
    probabilities,
    side,
)

LISTED = company("OOO Skazkotorg Eksport", "Skazkotorg Export LLC")


def _probability(entry, subject):
    found = match_of(entry, subject)
    return found["probability"] if found else 0.0


def test_a_name_is_known_in_any_script_and_form():
    written = [
        "Skazkotorg Export LLC", "SKAZKOTORG EXPORT", "Skazkotorg Eksport OOO",
        "ООО Сказкоторг Экспорт", "Skazkotorg  Export, L.L.C.", "Skаzkotorg Export",
    ]  # fmt: skip
    told = probabilities([(LISTED, company(name)) for name in written])
    assert [name for name, value in zip(written, told, strict=True) if value < 0.85] == []


def test_a_misspelled_name_is_less_sure_than_the_right_one():
    misspelled = _probability(LISTED, company("Skazkotorgg Export"))
    assert 0.5 < misspelled < _probability(LISTED, company("Skazkotorg Export"))


def test_a_swedish_company_of_that_name_is_unsure():
    found = match_of(LISTED, company("Skazkotorg Export AB", numbers=["5560125790"]))
    assert found["probability"] > 0.2
    assert not found["is_match"]
    assert json.loads(found["features"])["legal_form_level"] == "of_another_law"


def test_an_organisationsnummer_decides_whatever_the_name():
    entry = company("Exempelbolaget AB", numbers=["5560125790"])
    assert match_of(entry, company("Nya Namnet AB", numbers=["5560125790"]))["is_match"]
    other = match_of(entry, company("Exempelbolaget AB", numbers=["5590000013"]))
    assert other is None or not other["is_match"]


def test_a_registration_number_of_another_country_decides_with_a_name():
    entry = company("Skazkotorg", numbers=["1027700132195"])
    assert match_of(entry, company("Skazkotorg Export", numbers=["1027700132195"]))["is_match"]


def test_one_shared_word_is_no_match():
    others = ["Skazkotorg Fastigheter AB", "Nordexport LLC", "Export Trading", "Vega Export"]
    assert max(probabilities([(LISTED, company(other)) for other in others])) < 0.85


def test_a_common_word_is_weak_evidence():
    names = [company("Vega")] + [company(f"Vega {n:03d} Handel") for n in range(60)]

    common = match_listed(side(company("Vega")), side(*names)).filter(subject=0)
    rare = match_of(company("Vega"), company("Vega"))
    assert common.height == 0 or common["log_odds"][0] < rare["log_odds"]


def test_an_address_supports_a_name():
    entry = company("Vega", places=[("se", " storgatan 12 malmo sverige ", "storgata|12")])
    there = company("Vega", places=[("se", "malmo", "storgata|12")])
    assert _probability(entry, there) > _probability(entry, company("Vega"))


def test_of_two_companies_with_numbers_of_their_own_at_most_one_is_listed():
    subjects = [
        company("Skazkotorg Export", numbers=[number]) for number in ("5560125790", "5590000013")
    ]
    both = match_listed(side(LISTED), side(*subjects))
    assert not both["is_match"].any()
    assert both["probability"].sum() <= 1.0
    numbered = company("Skazkotorg Export LLC", numbers=["5560125790"])
    decided = match_listed(side(numbered), side(*subjects))
    assert decided.filter("is_match")["subject"].to_list() == [0]


def test_conflicting_forms_speak_against():
    entry = company("Påhittsgården HB")
    same, other = company("Påhittsgården HB"), company("Påhittsgården AB")
    assert _probability(entry, same) > _probability(entry, other)


def test_companies_and_persons_are_not_held_against_each_other():

    assert match_of(company("Ivan Påhittov"), person("Ivan Påhittov")) is None
