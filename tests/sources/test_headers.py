"""Header names as people and programs write them find their columns."""

import pytest

from screening.sources.contracts import Contract, all_contracts
from screening.sources.delivery import UnreadableFileError
from screening.sources.headers import check_required, contract_names, match_headers

SPELLINGS = [
    (source, name, spelling)
    for source, contract in all_contracts().items()
    for name, column in contract.columns.items()
    for spelling in (name, *column.aliases)
]


@pytest.mark.parametrize(("source", "name", "spelling"), SPELLINGS)
def test_every_name_of_every_contract_finds_its_column(
    source: str, name: str, spelling: str
) -> None:
    names = contract_names(all_contracts()[source])
    for written in (
        spelling,
        spelling.upper(),
        spelling.replace("_", " "),
        f'\ufeff "{spelling}" ',
    ):
        assert match_headers([written], names).columns.get(name) == written


def invoices() -> Contract:
    return all_contracts()["invoices"]


def test_unknown_columns_are_told_and_do_no_harm() -> None:
    match = match_headers(["Fakturanr", "Färg", "Belopp"], contract_names(invoices()))
    assert match.columns == {"invoice_no": "Fakturanr", "amount_sek": "Belopp"}
    (warning,) = match.warnings()
    assert warning.code == "unknown_columns"
    assert warning.values == {"columns": "Färg"}


def test_of_two_names_for_one_column_the_better_one_is_read() -> None:
    match = match_headers(["kopare", "forvaltning"], contract_names(invoices()))
    assert match.columns == {"buyer_unit": "forvaltning"}
    assert match.unused == ("kopare",)
    assert [warning.code for warning in match.warnings()] == ["unused_columns"]


def test_a_mapping_comes_before_the_names_of_the_contract() -> None:
    renames = {"Datum 2": ("invoice_date",), "belopp": ("vat_sek",), "orgnr": ()}
    match = match_headers(
        ["datum", "datum_2", "Belopp", "OrgNr"], contract_names(invoices()), renames
    )
    assert match.columns == {"invoice_date": "datum_2", "vat_sek": "Belopp"}
    assert match.unused == ("datum",)
    assert match.unknown == ()


def test_a_file_without_a_needed_column_is_refused_and_told_what_it_has() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        check_required(invoices(), ["invoice_no", "amount_sek"], ["fakturanr", "belopp"])
    assert refused.value.code == "missing_required_column"
    assert refused.value.values == {
        "missing": "invoice_date, supplier_no / orgnr / supplier_name",
        "columns": "fakturanr, belopp",
    }


def test_a_first_row_in_place_of_a_header_shows_no_personal_number() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        check_required(invoices(), [], ["17", "850101-2382"])
    assert refused.value.values["columns"] == "17, 850101-****"
    match = match_headers(["17", "850101-2382"], contract_names(invoices()))
    assert match.warnings()[0].values == {"columns": "17, 850101-****"}


def test_columns_without_a_name_are_no_news() -> None:
    match = match_headers(["column_8", "Belopp"], contract_names(invoices()))
    assert match.unknown == ("column_8",)
    assert match.warnings() == []


def test_the_day_of_the_file_stands_in_for_a_column_of_days() -> None:
    check_required(all_contracts()["tax_status"], ["orgnr"], ["orgnr"])
