"""Coded values are read without regard to case, diacritics, spaces and signs."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.sources import codes
from screening.sources.contracts import Column, all_contracts
from screening.sources.folding import fold, folded


def texts(*given: str | None) -> pl.Series:
    return pl.Series(given, dtype=pl.String)


@given(st.text(st.characters(max_codepoint=0x24F), max_size=20))
def test_one_text_and_a_column_of_texts_are_folded_alike(text: str) -> None:
    # Latin letters: of younger scripts Python and Polars know different versions.
    assert folded(texts(text)).item() == fold(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Återkallad", "aterkallad"),
        (" ej  startad ", "ej_startad"),
        ("E-handel", "e_handel"),
        ("\ufeffkopare_id", "kopare_id"),
        ("À pris", "a_pris"),
        ("Ørsted & Ærø", "orsted_aero"),
        ("***", ""),
    ],
)
def test_spellings(text: str, key: str) -> None:
    assert fold(text) == key


CODED = [
    (source, name, column)
    for source, contract in all_contracts().items()
    for name, column in contract.columns.items()
    if column.type == "code"
]


@pytest.mark.parametrize(("source", "name", "column"), CODED, ids=lambda each: str(each)[:40])
def test_every_code_and_alias_of_the_contracts_is_read_in_capitals_too(
    source: str, name: str, column: Column
) -> None:
    vocabulary = codes.vocabulary_of(column)
    for code, aliases in (column.values or {}).items():
        for spelling in (code, *aliases):
            for written in (spelling, spelling.upper(), spelling.replace("_", " ").title()):
                parsed = codes.codes(texts(written), vocabulary)
                assert parsed.values.to_list() == [code], (source, name, written)


def test_a_value_that_is_not_in_the_list_is_refused() -> None:
    parsed = codes.codes(texts("Aktiv", "okänd", None), {"aktiv": "aktiv"})
    assert parsed.values.to_list() == ["aktiv", None, None]
    assert parsed.problems.to_list() == [None, "unknown_code", None]


def test_permit_types_are_read_by_code_title_and_alias() -> None:
    spellings = codes.reference_spellings("permit_types")
    assert spellings[fold("HVB")] == "hvb"
    assert spellings[fold("Hem för vård eller boende (HVB)")] == "hvb"
    assert codes.reference_spellings("no_such_table") == {}


@pytest.mark.parametrize("yes", ["ja", "JA", "j", "true", "True", "1", "x", "X"])
def test_yes(yes: str) -> None:
    assert codes.booleans(texts(yes)).values.to_list() == [True]


@pytest.mark.parametrize("no", ["nej", "Nej", "n", "false", "FALSE", "0"])
def test_no(no: str) -> None:
    assert codes.booleans(texts(no)).values.to_list() == [False]


def test_neither_yes_nor_no() -> None:
    parsed = codes.booleans(texts("kanske", None, "2"))
    assert parsed.values.to_list() == [None, None, None]
    assert parsed.problems.to_list() == ["not_a_boolean", None, "not_a_boolean"]


def test_empty_is_no_only_beside_crosses() -> None:
    assert codes.has_crosses_only(texts("x", None, "X ")) is True
    assert codes.has_crosses_only(texts("x", "nej", None)) is False
    assert codes.has_crosses_only(texts(None, "")) is None
    assert codes.booleans(texts("x", None)).values.to_list() == [True, None]
    crossed = codes.booleans(texts("x", None), empty_is_false=True)
    assert crossed.values.to_list() == [True, False]
    assert crossed.problems.null_count() == 2


def test_postal_codes() -> None:
    parsed = codes.postal_codes(texts("211 20", "21120", "SE-211 20", "S-21120", "DK-2100", None))
    assert parsed.values.to_list() == ["21120"] * 4 + [None, None]
    assert parsed.problems.to_list() == [None] * 4 + ["not_a_postal_code", None]
