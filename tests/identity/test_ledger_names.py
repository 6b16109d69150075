"""What ledgers write into names is taken for what it is."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.names.company_names import folded_name, name_parts
from screening.identity.names.form_spelling import spelled_words


def _parts(name):
    (row,) = name_parts(pl.Series("name", [name], dtype=pl.String)).iter_rows(named=True)
    return row


@pytest.mark.parametrize(
    "written",
    [
        "Solgården Omsorg AB kundnr 47231",
        "Kundnr: 47231 Solgården Omsorg AB",
        "Solgården Omsorg AB lev.nr 12",
        "Solgården Omsorg AB tel 040-12 34 56",
        "Solgården Omsorg AB 040-123456",
        "Att: Anna Berg, Solgården Omsorg AB",
        "Solgården Omsorg AB, att: Anna Berg",
        "Solgården Omsorg AB Kontaktperson: Anna Berg",
        "SolgÃ¥rden Omsorg AB",
        "Solg&aring;rden Omsorg AB",
        "Solgården_Omsorg_AB",
        "SPÄRRAD Solgården Omsorg AB",
        "Solgården Omsorg AB - ANVÄND EJ",
    ],
)
def test_what_is_no_name_is_no_part_of_it(written):
    assert _parts(written)["main"] == "solgarden omsorg"


@pytest.mark.parametrize(
    ("written", "part", "told"),
    [
        ("84017 Solgården Omsorg AB", "unnumbered", "solgarden omsorg"),
        ("Solgården Omsorg AB - 84017", "unnumbered", "solgarden omsorg"),
        ("Solgården Omsorg/Anna Berg", "first_part", "solgarden omsorg"),
        ("Solgården Omsorg, Anna Berg", "first_part", "solgarden omsorg"),
        ("Anna Berg - Solgården Omsorg", "last_part", "solgarden omsorg"),
        ("Solgården Omsorg att Anna Berg", "first_part", "solgarden omsorg"),
        ("Solgården Omsorg HB Simrishamn", "town_branch", "solgarden omsorg"),
        ("Solgården Omsorg AB i Upplands Väsby", "town_branch", "solgarden omsorg"),
        ("SOLGÅRDEN OMSORG AKTIEB. LAGER", "unit_of", "solgarden omsorg"),
        ("Solgården Omsorg AB avdelning Lund", "unit_of", "solgarden omsorg"),
        ("Solgården Omsorg - Lund", "unit_of", "solgarden omsorg"),
        ("Solgården Omsorg, huvudkontor", "unit_of", "solgarden omsorg"),
        ("Solgården i Kungsbacka LAGER", "may_be_unit_of", "solgarden i kungsbacka"),
        ("Solgården Omsorg AB Sol", "town_branch", None),
        ("Solgården Omsorg Lund AB", "town_branch", None),
        ("AB Lund", "town_branch", None),
        ("AB Butik", "may_be_unit_of", None),
        ("Solgården - Lund", "last_part", None),
        ("www.solgardenomsorg.se", "web", "solgardenomsorg"),
        ("https://www.solgardenomsorgab.se/", "web_bare", "solgardenomsorg"),
        ("info@solgardenomsorg.se", "web", "solgardenomsorg"),
        ("solgardenomsorg.se AB", "web", "solgardenomsorg"),
    ],
)
def test_what_may_be_no_name_is_one_more_way_of_reading_it(written, part, told):
    assert _parts(written)[part] == told


@pytest.mark.parametrize(
    ("name", "main"),
    [
        ("Lust att Lära AB", "lust att lara"),
        ("Kontakt Bemanning AB", "kontakt bemanning"),
        ("Startbolaget 235772 AB", "startbolaget 235772"),
        ("Rör/Värme AB", "ror varme"),
        ("Vad nu?", "vad nu"),
        ("São Paulo Kafé AB", "sao paulo kafe"),
        ("Havets Spa", "havets spa"),
        ("12345", "12345"),
    ],
)
def test_names_that_only_look_like_such_stay_as_they_are(name, main):
    assert _parts(name)["main"] == main


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Solgården Omsorg AB Filial", "AB"),
        ("Solgården Omsorg HB Lund", "HB"),
        ("Solgården Omsorg Aktiebolag - Filial", "AB"),
        ("Solgården Omsorg Filial", None),
        ("Solgården Ltd Filial", "FL"),
        ("Solgården AB filial i Sverige", "FL"),
    ],
)
def test_a_swedish_company_s_branch_has_the_company_s_form(name, form):
    assert _parts(name)["form"] == form


def test_an_address_of_the_web_has_no_legal_form():
    assert _parts("www.solgarden.se")["form"] is None
    assert _parts("solgarden.se AB")["form"] == "AB"


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=4))
def test_all_parts_at_once_are_those_of_each_name_by_itself(names):
    column = pl.Series("name", names, dtype=pl.String)
    kept = column.clone()
    parts = name_parts(column)
    assert column.equals(kept)
    assert parts.rows() == [name_parts(column.slice(n, 1)).row(0) for n in range(len(names))]
    assert parts["main"].to_list() == pl.select(folded_name(pl.lit(column))).to_series().to_list()


def test_words_that_are_nearly_one_of_a_legal_form():
    words = pl.Series(["aktiengeselschaft", "aktiengesellschaft", "stok", "solgarden", "compan"])
    assert dict(spelled_words(words).iter_rows()) == {
        "aktiengeselschaft": "aktiengesellschaft",
        "compan": "company",
    }
