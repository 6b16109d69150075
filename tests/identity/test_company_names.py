"""Names of companies come into one normal form, whatever the pen that wrote them."""

import string

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.names.company_names import (
    care_of_name,
    folded_name,
    form_of_code,
    full_name,
    head_office_name,
    legal_form,
    name_form,
    name_state,
    other_name,
)
from screening.identity.names.readable_text import LONGEST_NAME


def _one(expression, text):
    return pl.select(expression(pl.lit(text, pl.String))).item()


SAME_NAMES = [
    ("Solgården Omsorg AB", "SOLGÅRDEN OMSORG AKTIEBOLAG"),
    ("Solgården Omsorg AB", "AB Solgården Omsorg"),
    ("Solgården Omsorg AB", "Solgarden  Omsorg A.B."),
    ("Solgården Omsorg AB", "Solgården Omsorg AB (publ)"),
    ("Solgården Omsorg AB", "Solgården Omsorg publ"),
    ("Solgården Omsorg AB", "SOLGÅRDEN OMSORG AKTIEB."),
    ("Solgården Omsorg AB", "Solgården Omsorg AB i konkurs"),
    ("Solgården Omsorg AB", "Konkursboet efter Solgården Omsorg AB"),
    ("Solgården Omsorg AB", "Solgården Omsorg AB c/o Redovisning i Lund AB"),
    ("Solgården Omsorg AB", "Solgården Oms. AB"),
    ("Solgården Omsorg AB", "\u202eSolgården\u202c Omsorg\u200b AB"),
    ("Solgården Omsorg AB", "Solga\u030arden Omsorg AB"),
    ("Solgården Omsorg AB", "Ｓｏｌｇården　Omsorg ＡＢ"),
    ("Andersson & Söner HB", "Andersson och Söner Handelsbolag"),
    ("Andersson & Söner HB", "ANDERSSON + SÖNER HB"),
    ("Fastighets AB Eken", "Fastighetsaktiebolaget Eken"),
    ("Ängens Hemtjänst ek. för.", "Ängens Hemtjänst Ekonomisk Förening"),
    ("S:t Eriks Omsorg AB", "Sankt Eriks Omsorg AB"),
    ("Gbg Bygg KB", "Göteborg Bygg Kommanditbolag"),
    ("Nils Persson EF", "Firma Nils Persson"),
    ("H.M. Konsult AB", "HM Konsult AB"),
    ("O'Malleys Mat AB", "O’Malleys Mat AB"),
    ("Brf Eken 12", "Bostadsrättsföreningen Eken 12"),
    ("Brf Lund", "Bostadsrättsföreningen i Lund"),
    ("AB Lund", "Lund Aktiebolag"),
    ("Norra Ledning Ltd.", "Norra Ledning Limited"),
    ("Ledning GmbH & Co. KG", "LEDNING GMBH & CO KG"),
    ("Trygg Vård KB i likvidation", "Trygg Vård KB under avveckling"),
]


@pytest.mark.parametrize(("one", "other"), SAME_NAMES)
def test_the_same_company_has_the_same_name(one, other):
    assert _one(folded_name, one) == _one(folded_name, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Solgården Omsorg AB", "Solgården Assistans AB"),
        ("Solgården 1 AB", "Solgården 2 AB"),
        ("Solgården AB", "Solgården Holding AB"),
        ("KB Bygg AB", "Bygg AB"),
        ("Ab Initio AB", "Bo Initio AB"),
    ],
)
def test_other_companies_have_other_names(one, other):
    assert _one(folded_name, one) != _one(folded_name, other)


def test_diacritics_are_kept_in_one_form_and_folded_in_the_other():
    assert _one(name_form, "Åkes Äng i Örebro AB") == "åkes äng i örebro"
    assert _one(folded_name, "Åkes Äng i Örebro AB") == "akes ang i orebro"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Solgården AB", "AB"),
        ("AB Volto", "AB"),
        ("Solgården AB, Malmö", "AB"),
        ("KB Bygg AB", "AB"),
        ("Byggaktiebolaget Eken", "AB"),
        ("Eken Handelsbolag i likvidation", "HB"),
        ("Kommanditbolaget Eken", "KB"),
        ("Eken Ek.för.", "EK"),
        ("Brf Eken", "BRF"),
        ("Ideella föreningen Eken", "I"),
        ("Stiftelsen Eken", "S"),
        ("Eken e.f.", "E"),
        ("Nordic Care, filial", "FL"),
        ("Nordic Care ApS", "AS"),
        ("Eken", None),
        ("Stabil Omsorg", None),
        ("", None),
    ],
)
def test_the_legal_form_is_found_where_it_stands(name, form):
    assert _one(legal_form, name) == form


@pytest.mark.parametrize(
    ("code", "form"),
    [("AB", "AB"), ("AB-ORGFO", "AB"), ("49", "AB"), ("hb", "HB"), ("Ekonomisk förening", "EK"),
     ("?", None), (None, None)],
)  # fmt: skip
def test_codes_of_registers_are_known(code, form):
    assert _one(form_of_code, code) == form


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Eken AB i konkurs", "bankruptcy"),
        ("EKEN AB I LIKVIDATION", "liquidation"),
        ("Eken AB under företagsrekonstruktion", "reconstruction"),
        ("Dödsboet efter Nils Ek", "estate"),
        ("Konkursgruppen AB", None),
    ],
)
def test_the_state_is_taken_from_the_name(name, state):
    assert _one(name_state, name) == state


def test_brackets_hold_another_name_and_care_of_does_not():
    assert _one(other_name, "Trygg Vård AB (Solgården)") == "solgarden"
    assert _one(other_name, "Trygg Vård AB f.d. Gamla Vården AB") == "gamla varden"
    assert _one(other_name, "Trygg Vård AB bifirma Solgården") == "solgarden"
    assert _one(other_name, "Trygg Vård AB (publ)") is None
    assert _one(other_name, "Trygg Vård AB (under konkurs)") is None
    assert _one(other_name, "Trygg Vård AB c/o Solgården AB") is None
    assert _one(folded_name, "Trygg Vård AB (Solgården)") == "trygg vard"
    assert _one(full_name, "Trygg (Malmö) Vård AB") == "trygg malmo vard"


@pytest.mark.parametrize(
    ("name", "head_office"),
    [
        ("Solgården Omsorg AB, avd. Lund", "solgarden omsorg"),
        ("Solgården Omsorg AB - Lund", "solgarden omsorg"),
        ("Solgården Omsorg AB filial Lund", "solgarden omsorg"),
        ("Solgården Omsorg, kontor Lund", "solgarden omsorg"),
        ("Solgården Omsorg AB", None),
        ("Fastighets AB Solgården", None),
        ("Avdelning Omsorg AB", None),
    ],
)
def test_a_branch_behind_the_legal_form_is_told_from_the_name(name, head_office):
    assert _one(head_office_name, name) == head_office


def test_what_follows_care_of_is_read_by_itself():
    assert _one(care_of_name, "Gården Vård c/o Solgården Omsorg AB") == "solgarden omsorg"
    assert _one(care_of_name, "Gården Vård AB") is None


@pytest.mark.parametrize("nothing", [None, "", "   ", "***", "\u200b", "\x00", "...", "\u202e"])
def test_a_name_of_nothing_is_null(nothing):
    assert _one(name_form, nothing) is None
    assert _one(folded_name, nothing) is None


@pytest.mark.parametrize(
    ("name", "form"),
    [("Lunds Samfällighetsförening", "sff"), ("AB Lund", "ab"), ("Sverige HB", "hb")],
)
def test_a_name_that_is_only_a_place_and_a_form_keeps_the_form(name, form):
    assert _one(folded_name, name).split(" ")[1:] == [form]
    assert (
        _one(folded_name, name.replace("Lund", "Lundby").replace("Sverige", "Bo")).count(" ") == 0
    )


@pytest.mark.parametrize("place", ["Lund", "i Lund", "Sverige", "Skåne"])
def test_a_place_in_brackets_is_no_other_name(place):
    assert _one(other_name, f"Solgården Omsorg AB ({place})") is None


@pytest.mark.parametrize("only_form", ["AB", "Handelsbolaget", "i konkurs", "(publ)"])
def test_a_name_that_is_only_a_form_keeps_it(only_form):
    assert _one(folded_name, only_form)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("株式会社 東京", "zhushihuishe dongjing"),
        ("Солнце", "solntse"),
        ("Αλφα Τράπεζα", "alfa trapeza"),
        ("شركة النفط", "shrka alnft"),
        # Look-alikes: Cyrillic а, о, е and В, О, Л within or beside Latin words.
        ("Sоlgården Оmsоrg AB", "solgarden omsorg"),
        ("Vоlvo АВ", "volvo"),
        ("Роснефть Oil", "rosneft oil"),
    ],
)
def test_names_in_other_scripts_are_read_in_latin_letters(written, read):
    assert _one(folded_name, written) == read


def test_endless_names_are_cut():
    assert len(_one(folded_name, "å" * 5000)) == LONGEST_NAME


_SWEDISH = st.text("abdefgiknorsåäöé0123 &.,-/()", max_size=60)


@settings(max_examples=50)
@given(_SWEDISH)
def test_case_and_spaces_never_matter(text):
    assert _one(name_form, text.upper()) == _one(name_form, text)
    assert _one(name_form, f"  {text.replace(' ', '   ')}\t") == _one(name_form, text)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_a_normal_form_is_words_with_one_space_between(text):
    form = _one(folded_name, text)
    assert form is None or all(word.strip() for word in form.split(" "))
    assert form is None or not set(form) & set(string.punctuation)


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=20))
def test_each_row_is_read_by_itself(names):
    together = pl.DataFrame({"name": names}, schema={"name": pl.String}).select(
        form=folded_name(pl.col("name")), legal=legal_form(pl.col("name"))
    )
    assert together["form"].to_list() == [_one(folded_name, name) for name in names]
    assert together["legal"].to_list() == [_one(legal_form, name) for name in names]
