"""Headers are taken apart into what they are about, however a program writes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources.contracts import all_contracts
from screening.sources.proposing.header_similarity import header_scores, is_of_other_party
from screening.sources.proposing.header_words import concepts_of, dictionary


@pytest.mark.parametrize(
    ("header", "about"),
    [
        ("Lev.nr", {"supplier", "number"}),
        ("LevNr", {"supplier", "number"}),
        ("leverantörsnummer", {"supplier", "number"}),
        ("LEVERANTORSNUMMER", {"supplier", "number"}),
        ("SupplierID", {"supplier", "number"}),
        ("supplier_id", {"supplier", "number"}),
        ("Bel. exkl moms", {"amount", "net", "vat"}),
        ("Förfallodatum", {"due", "date"}),
        ("Giltig fr.o.m.", {"valid", "from"}),
        ("Organisationsnummer för köpare", {"organisation", "number", "buyer"}),
        ("Avtalskvadrat", {"?avtalskvadrat"}),
        ("2026", set()),
        ("", set()),
    ],
)
def test_what_a_header_is_about(header: str, about: set[str]) -> None:
    assert concepts_of(header) == about


def test_every_word_of_the_dictionary_has_its_concept() -> None:
    known = dictionary()
    for word, concept in known.concepts.items():
        assert concept in concepts_of(word), word


def test_the_dictionary_names_sources_and_columns_that_exist() -> None:
    known = dictionary()
    columns = {f"{c.source}.{name}" for c in all_contracts().values() for name in c.columns}
    assert {*known.names, *known.weak_names} <= columns
    assert set(known.source_words) == set(known.clear) == set(all_contracts())
    assert set(known.shapes) <= {name.partition(".")[2] for name in columns}
    concepts = set(known.concepts.values())
    for words in (*known.source_words.values(), *known.clear.values()):
        assert words <= concepts


def test_a_columns_own_names_fit_best() -> None:
    for contract in all_contracts().values():
        names = list(contract.columns)
        scores = header_scores(names)
        for place, name in enumerate(names):
            mine = scores[contract.source, name][place]
            assert mine == pytest.approx(1)
            others = [scores[contract.source, other][place] for other in names if other != name]
            assert mine > max(others, default=0)


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("Fakturadtaum", "invoice_date"),
        ("Leverantörsnamm", "supplier_name"),
        ("Verifkationsnummer", "voucher_no"),
        ("Bokf.dag", "booking_date"),
        ("Netto", "amount_sek"),
    ],
)
def test_slips_and_abbreviations_are_understood(header: str, best: str) -> None:
    scores = {
        column: each[0]
        for (source, column), each in header_scores([header]).items()
        if source == "invoices"
    }
    assert max(scores, key=lambda column: scores[column]) == best
    assert scores[best] > 0.6


def test_another_partys_number_is_not_the_suppliers() -> None:
    scores = header_scores(["Organisationsnummer för köpare", "Organisationsnummer för leverantör"])
    buyers, suppliers = scores["contracts", "orgnr"]
    assert buyers < 0.4 < 0.9 < suppliers
    assert is_of_other_party("Köparens orgnr", "contracts", "orgnr")
    assert not is_of_other_party("Leverantörens orgnr", "contracts", "orgnr")


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_can_be_a_header(headers: list[str]) -> None:
    for found in header_scores(headers).values():
        assert len(found) == len(headers)
        assert all(0 <= score <= 1 for score in found)
