"""The pages and templates of the sources are what the contracts give today, and they are true."""

import io
import zipfile
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from screening.messages import catalogue
from screening.places import MAPPINGS_DIR, RULES_DIR
from screening.rules.loading import load_rules
from screening.rules.source_needs import needs_by_source
from screening.sources import (
    bods,
    bolagsverket_bulk,
    eu_sanctions,
    foretagsinformation,
    officer_answers,
    prohibition_answers,
    scb_bulk,
)
from screening.sources.column_descriptions import reasons_of, row_reasons
from screening.sources.contracts import Column, all_contracts
from screening.sources.delivery import Delivery
from screening.sources.document_files import source_files, write_source_files
from screening.sources.documenting import file_reasons, source_page
from screening.sources.format_descriptions import formats, value_types
from screening.sources.invoice_xml import document, svefaktura, ubl
from screening.sources.mappings import load_mappings
from screening.sources.reading import read_delivery
from screening.sources.templates import csv_template, workbook_template
from screening.sources.values import Reading, parsed_column

DOCS = Path(__file__).parents[2] / "docs" / "sources"
CONTRACTS = all_contracts()
DAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return source_files(CONTRACTS, needs_by_source(load_rules([RULES_DIR]).rules))


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook: how they are packed may differ between machines."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_committed_pages_and_templates_are_up_to_date(files: dict[str, bytes]) -> None:
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*") if path.is_file()}
    assert there == set(files), "run `make docs`"
    stale = []
    for name, content in files.items():
        kept = (DOCS / name).read_bytes()
        same = unpacked(kept) == unpacked(content) if name.endswith(".xlsx") else kept == content
        stale += [] if same else [name]
    assert not stale, f"run `make docs`: {stale}"


def test_made_again_every_file_is_the_same_to_the_byte(files: dict[str, bytes]) -> None:
    again = source_files(CONTRACTS, needs_by_source(load_rules([RULES_DIR]).rules))
    assert again == files


def test_files_of_sources_that_are_gone_are_removed_from_our_own_folder_only(
    tmp_path: Path,
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "own.md").write_text("somebody's notes")
    some = {name: CONTRACTS[name] for name in ("bidders", "debts")}
    write_source_files(some, {}, tmp_path)
    assert (sources / "own.md").is_file()
    write_source_files({"debts": some["debts"]}, {}, tmp_path)
    assert not (sources / "templates" / "bidders.xlsx").exists()
    assert not (sources / "bidders.md").exists()
    assert (sources / "templates" / "debts.csv").is_file()


@pytest.mark.parametrize("source", CONTRACTS)
def test_a_page_names_every_column_alias_and_code_in_both_languages(source: str) -> None:
    contract = CONTRACTS[source]
    swedish, english = source_page(contract, ()).split(f"\n## {contract.title['en']}\n")
    for half in (swedish, english):
        for name, column in contract.columns.items():
            assert f"`{name}`" in half
            assert all(alias in half for alias in column.aliases)
            assert all(f"`{code}`" in half for code in column.values or {})
        for reason in (*row_reasons(contract), *file_reasons(contract)):
            assert f"`{reason}`" in half


@pytest.mark.parametrize("kind", value_types())
def test_the_written_forms_are_read_and_the_wrong_ones_are_told(kind: str) -> None:
    described = value_types()[kind]
    values = {"x": ()} if kind == "code" else None
    near = 400 if kind in ("date", "month", "datetime") else None
    column = Column(type=kind, values=values, latest_after_received_days=near)
    reading = Reading(DAY, DAY)
    for form in described.forms:
        parsed, _ = parsed_column(pl.Series([form]), "c", column, reading)
        assert parsed.problems.item() is None, form
        assert parsed.values.item() is not None, form
    for reason, form in described.wrong.items():
        parsed, _ = parsed_column(pl.Series([form]), "c", column, reading)
        assert parsed.problems.item() == reason, form
    assert set(reasons_of(column)) == set(described.wrong)


def test_every_reason_for_quarantine_stands_on_some_page() -> None:
    """A reason that no page tells of is one that nobody can look up."""
    told = {reason for each in CONTRACTS.values() for reason in row_reasons(each)}
    told |= {reason for each in CONTRACTS.values() for reason in file_reasons(each)}
    told |= {reason for kind in value_types().values() for reason in kind.wrong}
    told |= {"not_a_peppol_id"}  # no column is of that kind
    assert set(catalogue("quarantine")) - told == set(), "name it in data/reference/formats.yaml"


@pytest.mark.parametrize("name", formats())
def test_the_columns_that_a_format_gives_are_those_of_its_sources(name: str) -> None:
    takers = [contract for contract in CONTRACTS.values() if name in contract.formats]
    assert takers
    known = {column for contract in takers for column in contract.columns}
    assert {column for field in formats()[name].fields for column in field.columns} <= known


#: What the readers of real formats give; a canonical table may have any column.
GIVEN = {
    "bolagsverket_bulk": (bolagsverket_bulk.ORIGIN, bolagsverket_bulk.COLUMNS),
    "scb_bulk": (scb_bulk.ORIGIN, scb_bulk.COLUMNS),
    "peppol": (ubl.ORIGIN, document.COLUMNS),
    "svefaktura": (svefaktura.ORIGIN, document.COLUMNS),
    "bods": (bods.ORIGIN, bods.COLUMNS),
    "eu_sanctions": (eu_sanctions.ORIGIN, eu_sanctions.COLUMNS),
    "foretagsinformation": (
        foretagsinformation.ORIGIN,
        (*officer_answers.COLUMNS, *prohibition_answers.COLUMNS),
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_formats_page_tells_of_every_column_that_its_reader_gives(name: str) -> None:
    origin, columns = GIVEN[name]
    described = formats()[name]
    assert described.origin == origin
    told = {column for field in described.fields for column in field.columns}
    unsaid = {"svefaktura": {"payee_orgnr"}}  # the format has no number for it
    assert told == set(columns) - unsaid.get(name, set())


def loaded(tmp_path: Path, source: str, name: str, content: bytes) -> tuple[int, int]:
    """Rows loaded and rows in quarantine of a file in the inbox."""
    path = tmp_path / "stored"
    path.write_bytes(content)
    delivery = Delivery(path, f"{source}/{name}", source, "0" * 64, DAY, DAY)
    batches = list(read_delivery(delivery, CONTRACTS[source], load_mappings([MAPPINGS_DIR])))
    return (
        sum(batch.rows.height for batch in batches),
        sum(batch.quarantine.height for batch in batches),
    )


@pytest.mark.parametrize("source", CONTRACTS)
def test_a_template_filled_with_its_examples_loads_every_row(tmp_path: Path, source: str) -> None:
    contract = CONTRACTS[source]
    filled = csv_template(contract, contract.examples)
    assert loaded(tmp_path, source, "a.csv", filled) == (len(contract.examples), 0)
    book = workbook_template(contract, "sv", contract.examples)
    assert loaded(tmp_path, source, "a.xlsx", book) == (len(contract.examples), 0)


@pytest.mark.parametrize("source", ["permits", "invoices"])
def test_an_empty_template_has_no_rows_and_hurts_nobody(tmp_path: Path, source: str) -> None:
    assert loaded(tmp_path, source, "a.csv", csv_template(CONTRACTS[source])) == (0, 0)
    assert loaded(tmp_path, source, "a.xlsx", workbook_template(CONTRACTS[source], "en")) == (0, 0)


def test_a_workbook_template_keeps_zeros_and_offers_the_codes() -> None:
    contract = CONTRACTS["permits"]
    parts = unpacked(workbook_template(contract, "sv"))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    styles = parts["xl/styles.xml"].decode()
    assert 'numFmtId="49"' in styles  # text: an identity number is no number
    assert sheet.count("<dataValidation ") == 2  # permit_type and status
    notes = parts["xl/comments1.xml"].decode()
    assert notes.count("<comment ") == len(contract.columns)
    assert "Måste ha ett värde." in notes
    book = fastexcel.read_excel(workbook_template(contract, "sv"))
    codes = pl.DataFrame(book.load_sheet(2))
    assert codes["status"].drop_nulls().to_list() == list(contract.columns["status"].values or {})


def test_cells_of_a_csv_template_stay_one_cell() -> None:
    row = {"tender_no": 'a;"b"\nc', "orgnr": "559800-0015"}
    content = csv_template(CONTRACTS["bidders"], [row]).decode("utf-8-sig")
    assert '"a;""b""\nc";559800-0015;' in content
