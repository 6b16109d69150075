"""Persons on lists: by number, by name with birth or address, never by the name alone."""

import json

import pytest

from tests.identity.listed.listed_sides import match_of, person, probabilities

IVAN = person("Ivan Sergeevitj Påhittov", born="1970-05-03")


def _probability(entry, subject):
    found = match_of(entry, subject)
    return found["probability"] if found else 0.0


def test_name_and_day_of_birth_are_a_match():
    found = match_of(IVAN, person("Påhittov, Ivan", born="1970-05-03"))
    assert found["is_match"]
    assert found["probability"] > 0.98
    assert json.loads(found["features"])["birth_level"] == "same_day"


def test_a_name_is_known_in_any_order_and_spelling():
    written = [
        "Ivan Påhittov", "PÅHITTOV IVAN", "Påhittov, Ivan Sergeevitj", "Ivan Pahittov",
        "Ivan Påhitov", "\u202bIvan Påhittov\u202c", "Ｉｖａｎ Påhittov", "Ivаn Påhittоv",
    ]  # fmt: skip
    told = probabilities([(IVAN, person(name, born="1970-05-03")) for name in written])
    assert dict(zip(written, told, strict=True)) == dict.fromkeys(
        written, pytest.approx(1, abs=0.1)
    )


SPELLINGS = [
    ("Михаил Выдумкин", "Mikhail Vydumkin"),
    ("Михаил Выдумкин", "Michail Vydumkin"),
    ("Chodorpåhitt Michail", "Khodorpahitt Mikhail"),
    ("محمد حسين", "Mohammed Hussein"),
    ("Muhammad Husayn", "Mohamed Hossein"),
    ("Abdul Rahman Al-Fulani", "Abdelrahman Fulani"),
    ("Γιώργος Φανταστικός", "Giorgos Fantastikos"),
    ("Yevgeny Skazkin", "Jevgenij Skazkin"),
    ("Serguei Skazkine", "Sergej Skazkin"),
    ("Олександр Казка", "Oleksandr Kazka"),
    ("Жанна Жуковская", "Jeanna Joukovskaia"),
    ("משה כהן", "Moshe Cohen"),
]


def test_spellings_of_other_scripts_are_one_name():
    told = probabilities(
        [
            (person(listed, born="1970-05-03"), person(registered, born="1970-05-03"))
            for listed, registered in SPELLINGS
        ]
    )
    missed = [pair for pair, value in zip(SPELLINGS, told, strict=True) if value < 0.85]
    assert missed == []


def test_the_same_name_is_not_enough():
    births = [(), "1971-05-03", "1970-09-17", "1985-05-03", "1984"]
    told = probabilities([(IVAN, person("Ivan Sergeevitj Påhittov", born=born)) for born in births])
    assert max(told) < 0.85


def test_a_name_alone_is_unsure_at_most():
    found = match_of(person("Ivan Påhittov"), person("Ivan Påhittov"))
    assert 0.05 <= found["probability"] < 0.5
    assert json.loads(found["features"])["alone"] < 0


def test_another_year_of_birth_speaks_against_strongly():
    same = _probability(IVAN, person("Ivan Sergeevitj Påhittov"))
    other = _probability(IVAN, person("Ivan Sergeevitj Påhittov", born="1985-01-02"))
    assert other < same / 2


def test_the_year_alone_supports_a_name_less_than_the_day():
    year = match_of(
        person("Ivan Påhittov", born="1970"), person("Ivan Påhittov", born="1970-05-03")
    )
    day = match_of(
        person("Ivan Påhittov", born="1970-05-03"), person("Ivan Påhittov", born="1970-05-03")
    )
    assert 0.2 < year["probability"] < day["probability"]
    assert year["log_odds"] < day["log_odds"]


def test_the_first_of_january_is_a_year():
    found = match_of(
        person("Ivan Påhittov", born="1970-01-01"), person("Ivan Påhittov", born="1970-05-03")
    )
    assert json.loads(found["features"])["birth_level"] == "same_year"


def test_of_several_dates_of_birth_one_is_enough_but_says_less():
    one = match_of(IVAN, person("Ivan Påhittov", born="1970-05-03"))
    three = match_of(
        person("Ivan Sergeevitj Påhittov", born=["1970-05-03", "1972", "1968-01-02"]),
        person("Ivan Påhittov", born="1970-05-03"),
    )
    assert three["is_match"]
    assert three["log_odds"] < one["log_odds"]


def test_an_identity_number_decides():
    entry = person("Ivan Påhittov", numbers=["8501012382"])
    assert match_of(entry, person("Johan Annorlunda", numbers=["8501012382"]))["is_match"]
    found = match_of(entry, person("Ivan Påhittov", numbers=["8501012390"]))
    assert found is None or found["probability"] < 0.1


def test_a_keyed_hash_is_a_number():
    hashed = ["hash:0011223344556677"]
    assert match_of(person("Ivan P", numbers=hashed), person("P. Ivan", numbers=hashed))["is_match"]


def test_a_short_number_needs_a_name():
    entry = person("Ivan Påhittov", numbers=["A12345"])
    assert match_of(entry, person("Ivan Påhittov", numbers=["A12345"]))["is_match"]
    found = match_of(entry, person("Anna Annorlunda", numbers=["A12345"]))
    assert found is None or not found["is_match"]


def test_an_address_supports_a_rare_name():
    entry = person("Ivan Påhittov", places=[("se", " storgatan 12 211 42 malmo ", "storgata|12")])
    there = person("Ivan Påhittov", places=[("se", "malmo", "storgata|12")])
    elsewhere = person("Ivan Påhittov", places=[("se", "kiruna", "gruvvag|1")])
    assert match_of(entry, there)["is_match"]
    assert not match_of(entry, elsewhere)["is_match"]


def test_countries_count_only_where_both_state_an_address_and_mildly():
    lists = {
        told: match_of(
            person("Ivan Påhittov", born="1970-05-03", places=places),
            person("Ivan Påhittov", born="1970-05-03", places=[("se", "malmo", None)]),
        )["log_odds"]
        for told, places in {
            "nothing": (),
            "same": [("se", " nagonstans sverige ", None)],
            "other": [("ru", " nagonstans ryssland ", None)],
        }.items()
    }
    assert lists["other"] < lists["nothing"] < lists["same"]
    assert lists["same"] - lists["other"] <= 1.0
    alone = match_of(
        person("Ivan Påhittov", places=[("se", " nagonstans sverige ", None)]),
        person("Ivan Påhittov", places=[("se", "malmo", None)]),
    )
    assert not alone["is_match"]


def test_words_against_each_other_part_two_names():
    entry = person("Karl Erik Påhittov", born="1970-05-03")
    assert _probability(entry, person("Karl Anders Påhittov", born="1970-05-03")) < 0.85
    assert _probability(entry, person("Karl Erik Annorlunda", born="1970-05-03")) < 0.85


def test_one_word_is_no_name():
    found = match_of(
        person("Påhittov", born="1970-05-03"), person("Ivan Påhittov", born="1970-05-03")
    )
    assert found is None or not found["is_match"]


def test_an_alias_is_as_good_as_the_name_and_is_told():
    entry = person("Någon Annan", "Ivan Påhittov", born="1970-05-03")
    found = match_of(entry, person("Ivan Påhittov", born="1970-05-03"))
    assert found["is_match"]
    assert found["matched_name"] == "Ivan Påhittov"


def test_a_shared_contact_supports_a_name():
    contacts = ["mail:ivan@pahittov.example"]
    entry = person("Ivan Påhittov", contacts=contacts)
    assert match_of(entry, person("Ivan Påhittov", contacts=contacts))["is_match"]
    found = match_of(entry, person("Anna Annorlunda", contacts=contacts))
    assert found is None or not found["is_match"]
