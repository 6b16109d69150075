"""What two names share, and what speaks against them being one company's."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.companies.name_comparison import compare_names
from screening.identity.names.word_similarity import is_odd_error, similar_words

WORDS = ["solgarden", "omsorg", "och", "vard", "i", "lund", "o"]
LEXICON = pl.DataFrame(
    {"word": ["och", "i", "o", "omsorg", "vard"], "weight": [20, 20, 20, 450, 400],
     "rows": [0, 0, 0, 900, 1200]},
    schema={"word": pl.String, "weight": pl.Int32, "rows": pl.Int64},
)  # fmt: skip


def _compared(left, right):
    pairs = pl.DataFrame({"left": [left], "right": [right]})
    (row,) = compare_names(pairs, LEXICON).iter_rows(named=True)
    return row


@settings(max_examples=25)
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5))
def test_an_equal_name_shares_what_the_same_words_in_another_order_share(words):
    name, turned = " ".join(words), " ".join(reversed(words))
    equal = _compared(name, name)
    assert equal["name_cost"] == 0
    assert equal["shared"] == _compared(name, turned)["shared"] > 0


@pytest.mark.parametrize(
    ("left", "right", "is_odd"),
    [
        ("solgrden", "solgarden", False),  # a letter left out
        ("sollgarden", "solgarden", False),  # doubled
        ("solgardem", "solgarden", False),  # beside it on the keyboard
        ("solgadren", "solgarden", False),  # swapped
        ("kurnan", "kvrnan", False),  # alike to a scanner
        ("furbo", "furio", True),
        ("kineetek", "kineeter", True),
        ("melelyra", "mellyra", True),  # a letter more that is no slip
    ],
)
def test_errors_that_fingers_make_are_told_from_those_that_make_another_name(left, right, is_odd):
    pairs = pl.DataFrame({"left": [left], "right": [right], "errors": [1]})
    assert is_odd_error(pairs).to_list() == [is_odd]


@pytest.mark.parametrize(
    ("left", "right", "kind", "is_odd"),
    [
        ("tus", "tu", "genitive", False),
        ("stavs", "stavsollanda", "cut", False),
        ("stavsollanda", "stavso", "cut", True),  # nobody writes more than the name
        ("solgardenn", "solgarden", "alike", False),
    ],
)
def test_words_that_begin_alike(left, right, kind, is_odd):
    pairs = pl.DataFrame({"left": [left], "right": [right], "weight": [1000]})
    (row,) = similar_words(pairs).iter_rows(named=True)
    assert (row["kind"], row["is_odd"]) == (kind, is_odd)


def test_two_trades_that_have_nothing_in_common_speak_against_each_other():
    assert _compared("solgarden vard", "solgarden omsorg")["unlike_words"] == 1
    assert _compared("solgarden omsrog lundd", "solgarden omsorg lund")["unlike_words"] == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("t solgarden omsorg", "solgardens omsorg"),  # an initial
        ("solgardens trygga omsorg it", "solgardens trygga omsorg"),  # a short word
    ],
)
def test_a_word_that_one_name_has_more_is_no_typing_error(left, right):
    assert _compared(left, right)["adds_words"] == 1
    assert _compared(right, left)["lacks_words"] == 1


def test_words_run_together_may_be_misspelled_as_well():
    assert _compared("solgardenomsrg", "solgarden omsorg")["other_spaces"] == 1
