"""What speaks for and against a match is told in words, the heaviest first."""

import pytest

from screening.identity.companies.evidence import PARTS
from screening.messages import catalogue
from screening.reports.identity_words import parts_of

FEATURES = (
    '{"base":3.2,"rarity":-0.5,"name":-9.5,"legal_form":0.0,"place":3.0,"standing":0.0,'
    '"place_level":"same_address","margin":0.1,"candidates":2,"runner_up":"5590000013"}'
)


def test_parts_come_by_weight_and_counts_are_no_parts():
    parts = parts_of("company", FEATURES, "en")
    assert [part.code for part in parts] == ["name", "base", "place", "rarity"]
    assert parts[0].words == "The names differ in something"
    assert parts[2].words == "The same street address"
    assert parts[0].line == (
        "\u2212  The names differ in something (speaks strongly against, \u22129.5)"
    )
    swedish = parts_of("company", FEATURES, "sv")
    assert swedish[3].line.endswith("(talar svagt emot, \u22120,5)")


def test_the_same_part_has_other_words_for_another_kind():
    told = '{"birth":2.0,"birth_agrees":"typing_error","base":-15.5,"birth_level":null}'
    person = parts_of("person", told, "sv")
    assert person[1].words == "Födelsedagen skiljer en siffra"
    assert parts_of("listed", told, "sv")[0].words.startswith("Utgångsläget: de flesta")


@pytest.mark.parametrize("features", [None, "", "{}"])
def test_nothing_is_told_of_nothing(features):
    assert parts_of("company", features, "sv") == ()


def test_a_part_without_words_is_still_told():
    (part,) = parts_of("company", '{"brand_new":1.5}', "sv")
    assert part.words == "Övrigt (brand_new)"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("log_odds", [2.0, -2.0])
def test_every_part_of_the_company_evidence_has_words(part, log_odds):
    (told,) = parts_of("company", f'{{"{part}":{log_odds}}}', "en")
    assert not told.words.startswith("Other (")


def test_every_text_is_there_in_both_languages():
    assert all(set(texts) == {"sv", "en"} for texts in catalogue("identity").values())
    assert all(set(texts) == {"sv", "en"} for texts in catalogue("cases").values())
