"""Two names, of any country and in any script, are one company or two."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.names.pairs import pair_weights, score_name_pairs


def _scores(*pairs):
    left, right = zip(*pairs, strict=True)
    return score_name_pairs(
        pl.Series(left, dtype=pl.String), pl.Series(right, dtype=pl.String)
    ).to_list()


SAME = [
    ("Solviken Bygg AB", "SOLVIKEN BYGG AKTIEBOLAG"),
    ("Solviken Bygg AB (publ)", "AB Solviken Bygg"),
    ("Solviken Bygg AB", "Solviken Bygg AB i konkurs"),
    ("Berg & Dal Arkitekter AB", "Berg och Dal Arkitekter"),
    ("Berg & Dal Arkitekter AB", "Dal & Berg Arkitekter AB"),
    ("Åke Ängströms Måleri AB", "Aake Aengstroems Maleri AB"),
    ("Ekonomi Byrån i Norr AB", "Ekonomibyrån i Norr AB"),
    ("Fastighets AB Lindvallen", "Fastighetsaktiebolaget Lindvallen"),
    ("Karlsbrunn Bau GmbH", "Karlsbrunn Bau Gesellschaft mit beschränkter Haftung"),
    ("Ostwald G.m.b.H. & Co. KG", "Ostwald GmbH und Co KG"),
    ("Lumivara Oy Ab", "Lumivara Osakeyhtiö"),
    ("Nordfjell Sjømat A/S", "Nordfjell Sjomat AS"),
    ("Brightwater Trading Ltd.", "Brightwater Trading Limited"),
    ("The Brightwater Company", "Brightwater Co."),
    ("Westfield Mfg. Inc", "Westfield Manufacturing Incorporated"),
    ("Consolidated Timber Works", "CTW"),
    ("ООО «Северный ветер»", "OOO Severny Veter"),
    ("ЗАО «Вымпелстрой»", "Vympelstroy Closed Joint Stock Company"),
    ("Ηλιοτροπιο Ναυτιλιακη", "Iliotropio Naftiliaki"),
    ("شركة الأمل", "Sharikat Al Amal"),
    ("Inversiones Marbella 2000 S.L.", "Inversiones Marbella 2000 Sociedad Limitada"),
    ("Phase II Holdings Ltd", "Phase 2 Holdings Ltd"),
    ("Vоlviken AВ", "Volviken AB"),
    ("\u202eVolviken\u200b AB", "Volviken AB"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_company_written_in_two_ways(one, other):
    assert _scores((one, other))[0] >= 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Solviken Bygg AB", "Solviken Holding AB"),
        ("Solviken Bygg AB", "Tallbacken Bygg AB"),
        ("Solviken Bygg i Lund AB", "Solviken Bygg i Umeå AB"),
        ("Fastighets AB Ekorren 12", "Fastighets AB Ekorren 21"),
        ("Brightwater Sweden AB", "Brightwater Norway AS"),
        ("Brightwater Limited", "Brightwater (India) Limited"),
        ("Bank of Meridia", "Bank of Calderia"),
        ("First Bank of Meridia", "Second Bank of Meridia"),
        ("Omega Trading SA", "Omega Shipping SA"),
        ("Inversiones Marbella 2000 S.L.", "Inversiones Marbella 3000 S.L."),
        ("ООО «Северный ветер»", "ООО «Южный ветер»"),
        ("Consolidated Timber Works", "CTB"),
        ("Bygg AB", "Städ AB"),
    ],
)
def test_two_companies_that_are_like_each_other(one, other):
    assert _scores((one, other))[0] < 0.5


def test_the_more_alike_the_higher():
    equal, typo, sister, stranger = _scores(
        ("Solviken Bygg AB", "Solviken Bygg AB"),
        ("Solviken Bygg AB", "Solvikn Bygg AB"),
        ("Solviken Bygg AB", "Solviken Bygg Holding AB"),
        ("Solviken Bygg AB", "Tornedals Taxi AB"),
    )
    assert equal > typo > sister > stranger


NOTHING = [None, "", "***", "\u202e\u200b", "...", "☃"]


@pytest.mark.parametrize("nothing", NOTHING)
def test_a_name_of_nothing_is_nobody(nothing):
    assert _scores((nothing, "Solviken AB"), (nothing, nothing), ("Solviken AB", nothing)) == [
        0.0, 0.0, 0.0,
    ]  # fmt: skip


def test_only_legal_forms_endless_names_and_endless_words_have_a_score():
    long, many = "å" * 5_000, "ab cd " * 2_500
    scores = _scores(("AB", "Ltd"), (long, long), (many, long), (many, many), ("(((", "AB"))
    assert all(0 <= score <= 1 for score in scores)
    assert scores[1] >= 0.5
    assert scores[2] < 0.5


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="2 names on the left, 1 on the right"):
        score_name_pairs(pl.Series(["a", "b"]), pl.Series(["a"]))


def test_no_pairs_give_no_scores():
    empty = pl.Series([], dtype=pl.String)
    assert score_name_pairs(empty, empty).to_list() == []


_NAMES = st.one_of(st.text(max_size=30), st.sampled_from([name for pair in SAME for name in pair]))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=8), st.randoms())
def test_a_score_is_the_pairs_own(pairs: list[tuple[str, str]], rng: random.Random):
    scores = _scores(*pairs)
    assert all(0 <= score <= 1 for score in scores)
    # Whichever name is first, whatever pairs are beside it.
    assert _scores(*((other, one) for one, other in pairs)) == scores
    places = list(range(len(pairs)))
    rng.shuffle(places)
    assert _scores(*(pairs[n] for n in places)) == [scores[n] for n in places]


def test_every_feature_has_a_weight_and_speaks_the_way_it_should():
    weights = pair_weights()
    for feature in ("replaced_share", "missing_share", "other_place", "other_number",
                    "short_errors", "error_rate", "telling_words", "other_form"):  # fmt: skip
        assert weights[feature] < 0
