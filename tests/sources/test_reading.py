"""Whatever lies in a folder is read by its content, and nothing of it is lost."""

import gzip
import io
import random
import zipfile
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import messages
from screening.sources.contracts import all_contracts
from screening.sources.delivery import Delivery, UnreadableFileError
from screening.sources.reading import list_member_names, read_delivery
from screening.sources.typed_rows import empty_rows
from tests.sources import invoice_xml
from tests.sources import test_bolagsverket_bulk as bolagsverket
from tests.sources import test_scb_bulk as scb

DAY = date(2026, 11, 20)
CSV = (
    "invoice_no;orgnr;invoice_date;amount_sek\n"
    "F1;556000-0019;2026-01-31;1 000,50\n"
    "F2;556000-0019;2026-02-28;-20,00\n"
)
LEDGER = (
    "kopare_id;kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;"
    "bokforingsdatum;forvaltning;fakturanummer;nettobelopp;grund;avtal;kommun_id;s_kod_nr\n"
    "212000-1124;Malmö stad;V1;Exempel Omsorg AB;556000-0019;4621;Hemtjänst;2026-01-31;"
    "Hälsa;F1;1000,50;;AVT-1;1280;7.1\n"
)
JSON = (
    '[{"invoice_no": "F1", "orgnr": "5560000019", "invoice_date": "2026-01-31", "amount_sek": 5}]'
)


def workbook():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Fakturor"])
    sheet.write_row(2, 0, ["invoice_no", "orgnr", "invoice_date", "amount_sek"])
    sheet.write_row(3, 0, ["F1", "556000-0019", "2026-01-31", 1.234])
    book.close()
    return stream.getvalue()


def parquet():
    stream = io.BytesIO()
    pl.DataFrame(
        {
            "invoice_no": ["F1"],
            "orgnr": ["5560000019"],
            "invoice_date": [DAY],
            "amount_sek": [1.234],
        }
    ).write_parquet(stream)
    return stream.getvalue()


def bulk():
    return "\n".join([";".join(bolagsverket.HEADER), bolagsverket.record()]).encode()


def scb_bulk():
    return ("\t".join(scb.HEADER) + "\t\r\n" + scb.record() + "\t\r\n").encode("latin-1")


def zip_of(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read bytes as a delivery of a source; every batch must add up and fit the contract."""
    folder = tmp_path_factory.mktemp("reading")

    def reading(content, source="invoices", name="file"):
        path = folder / "raw"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        contract = all_contracts()[source]
        delivery = Delivery(path, f"{source}/{name}", source, "0" * 64, DAY, DAY)
        batches = list(read_delivery(delivery, contract, []))
        for batch in batches:
            assert batch.rows_read == batch.rows.height + batch.quarantine.height
            assert batch.rows.schema == empty_rows(contract).schema
            for reason in batch.quarantine["reason"]:
                assert messages.text(f"quarantine.{reason}")
            for warning in batch.warnings:
                assert messages.text(f"warnings.{warning.code}")
        return batches

    return reading


FORMATS = {
    "csv": ("invoices", CSV.encode(), "canonical"),
    "cp1252": ("invoices", CSV.replace("F1", "Fö").encode("cp1252"), "canonical"),
    "utf16": ("invoices", CSV.encode("utf-16"), "canonical"),
    "gzip": ("invoices", gzip.compress(CSV.encode()), "canonical"),
    "ledger": ("invoices", LEDGER.encode(), "ledger"),
    "json": ("invoices", JSON.encode(), "canonical"),
    "workbook": ("invoices", workbook(), "canonical"),
    "parquet": ("invoices", parquet(), "canonical"),
    "peppol": ("invoices", invoice_xml.document(), "peppol"),
    "bolagsverket": ("companies", bulk(), "bolagsverket"),
    "scb": ("companies", scb_bulk(), "scb"),
    "zip": ("invoices", zip_of(**{"a.csv": CSV, "b.xml": invoice_xml.document()}), "canonical"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_formats_are_known_by_their_content(read, kind):
    source, content, origin = FORMATS[kind]
    batches = read(content, source, name="whatever.bin")
    assert sum(batch.quarantine.height for batch in batches) == 0
    assert batches[0].rows["origin"].unique().to_list() == [origin]
    assert batches[0].rows["orgnr"].unique().to_list() == ["5560000019"]


def test_values_of_a_csv(read):
    (batch,) = read(CSV)
    rows = batch.rows.select("invoice_no", "invoice_date", "amount_sek", "row_no", "as_of").rows()
    assert rows == [
        ("F1", date(2026, 1, 31), Decimal("1000.50"), 2, DAY),
        ("F2", date(2026, 2, 28), Decimal("-20.00"), 3, DAY),
    ]


@pytest.mark.parametrize("kind", ["workbook", "parquet"])
def test_numbers_of_a_workbook_are_no_thousands(read, kind):
    (batch,) = read(FORMATS[kind][1])
    assert batch.rows["amount_sek"].to_list() == [Decimal("1.23")]


def test_values_of_an_invoice(read):
    (batch,) = read(invoice_xml.document())
    row = batch.rows.row(0, named=True)
    assert row["amount_sek"] == Decimal("1000.00")
    assert row["vat_sek"] == Decimal("250.00")
    assert row["payee_account"] == "bg:50501055"
    assert row["f_tax_stated"] is True
    assert row["channel"] == "peppol"
    assert row["row_no"] == 1


def test_broken_rows_and_bad_values_add_up(read):
    text = CSV + "F3;556000-0019;2026-13-45;1\nF4;5560000019\nF5;5560000019;2026-01-01;9,5\n"
    (batch,) = read(text)
    assert batch.rows_read == 5
    assert batch.quarantine.select("row_no", "column", "reason").rows() == [
        (4, "invoice_date", "not_a_date"),
        (5, None, "wrong_field_count"),
    ]


def test_each_file_of_a_zip_is_told_by_name_and_counts_its_own_rows(read):
    archive = zip_of(
        **{
            "2026/a.csv": CSV,
            "bad.pdf": b"%PDF-1.7 ...",
            "one.xml": invoice_xml.document(),
            "half.xml": invoice_xml.document()[:-30],
            "two.xml": invoice_xml.document(lines=[invoice_xml.line(1), invoice_xml.line(2)]),
            "empty.csv": "",
            "euro.xml": invoice_xml.document(currency="EUR"),
        }
    )
    found = {
        batch.member: (
            batch.rows["row_no"].to_list(),
            batch.quarantine.select("row_no", "reason", "raw").rows(),
        )
        for batch in read(archive)
    }
    assert found["2026/a.csv"] == ([2, 3], [])
    assert found["bad.pdf"] == ([], [(None, "unreadable_binary", "bad.pdf")])
    assert found["one.xml"] == ([1], [])
    assert found["half.xml"] == ([], [(None, "xml_malformed", "half.xml")])
    assert found["two.xml"] == ([1, 2], [])
    assert found["empty.csv"] == ([], [(None, "empty_file", "empty.csv")])
    assert found["euro.xml"][0] == []
    assert [(n, reason) for n, reason, _ in found["euro.xml"][1]] == [(1, "currency_not_sek")]


def test_documents_together_are_read_as_each_alone(read):
    documents = {
        f"{n}.xml": invoice_xml.document(
            kind="CreditNote" if n % 3 == 0 else "Invoice",
            lines=[invoice_xml.line(k, amount=f"{n}.{k}0") for k in range(1, n % 4 + 2)],
            currency="NOK" if n % 5 == 0 else "SEK",
        )
        for n in range(1, 12)
    }
    together = {batch.member: batch for batch in read(zip_of(**documents))}
    assert together.keys() == documents.keys()
    for name, content in documents.items():
        (alone,) = read(content)
        assert together[name].rows.equals(alone.rows)
        assert together[name].quarantine.equals(alone.quarantine)


def test_a_header_alone_is_no_failure(read):
    (batch,) = read(CSV.partition("\n")[0] + "\n")
    assert batch.rows_read == 0
    assert [warning.code for warning in batch.warnings] == ["no_rows"]


@pytest.mark.parametrize(
    ("content", "source", "code"),
    [
        (b"", "invoices", "empty_file"),
        (b"\n \n", "invoices", "empty_file"),
        (b"%PDF-1.7", "invoices", "unreadable_binary"),
        (b"hej hopp", "invoices", "missing_required_column"),
        (CSV.encode(), "permits", "missing_required_column"),
        (b"<html><body>Logga in</body></html>", "invoices", "not_a_known_format"),
        (b"<rdf:RDF xmlns:rdf='x'/>", "companies", "not_a_known_format"),
        (b'{"a": ', "invoices", "json_malformed"),
        (b"PAR1 and nothing more", "invoices", "unreadable_parquet"),
        (b"PK\x03\x04 and nothing more", "invoices", "zip_broken"),
        (b"\x1f\x8b and nothing more", "invoices", "zip_broken"),
    ],
)
def test_files_that_cannot_be_read_say_why(read, content, source, code):
    with pytest.raises(UnreadableFileError) as caught:
        read(content, source)
    assert caught.value.code == code
    assert messages.text(f"quarantine.{code}")


def test_a_missing_column_in_a_zip_is_told_with_its_name(read):
    (batch,) = read(zip_of(**{"a.csv": "fel;kolumner\n1;2\n"}))
    (raw,) = batch.quarantine["raw"]
    assert raw.startswith("a.csv (")
    assert "invoice_date" in raw


def test_names_of_members(tmp_path):
    path = tmp_path / "raw"
    path.write_bytes(FORMATS["zip"][1])
    assert list_member_names(path) == ["a.csv", "b.xml"]
    path.write_bytes(CSV.encode())
    assert list_member_names(path) == []


STRAY = [b'"', b"\0", b"\r", b"\n\n", b";;;", b"\xff\xfe", b"<!DOCTYPE x>", b"&x;", b"[", b"\xf6"]
SWAPS = [(b"\n", b"\r"), (b";", b","), (b'"', b"")]


def mutated(content, chance):
    """The bytes with something done to them that disks, networks and people do."""
    data = bytearray(content)
    place = chance.randrange(len(data) + 1)
    length = chance.choice([1, 1, 2, 8, 64])
    match chance.randrange(7):
        case 0:
            data[place : place + length] = chance.randbytes(length)
        case 1:
            del data[place : place + length]
        case 2:
            del data[place:]
        case 3:
            data[place:place] = data[place : place + length] * chance.choice([1, 3, 50])
        case 4:
            data[place:place] = chance.choice(STRAY)
        case 5:
            data = bytearray(
                bytes(data).replace(*chance.choice([(b"\n", b"\r"), (b";", b","), (b'"', b"")]))
            )
        case _:
            for _ in range(length):
                at = chance.randrange(len(data))
                data[at] ^= 1 << chance.randrange(8)
    return bytes(data)


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_never_break_the_run(read, kind):
    source, content, _ = FORMATS[kind]
    chance = random.Random(kind)
    outcomes = set()
    for _ in range(40):
        damaged = mutated(content, chance)
        if chance.random() < 0.3:
            damaged = mutated(damaged, chance)
        try:
            read(damaged, source)
            outcomes.add("read")
        except UnreadableFileError as error:
            assert messages.text(f"quarantine.{error.code}")
            assert error.code != "reader_failed", (error.values, damaged)
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["invoices", "companies", "owners"]))
def test_any_bytes_at_all(read, content, source):
    try:
        read(content, source)
    except UnreadableFileError as error:
        assert error.code != "reader_failed"
