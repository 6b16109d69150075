"""Rows of every format that has rows can be mended, and read as the format reads them."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tests.warehouse.test_quarantine import FIRST, SECOND, House, as_texts, save

INVOICES = "invoice_no;supplier_no;supplier_name;invoice_date;amount_sek"
GOOD, BAD = "F1;7;Åhus AB;2026-10-01;1302,03", "F2;8;Öl AB;2026-10-02;x"
LEDGER = (
    "kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;bokforingsdatum;"
    "forvaltning;fakturanummer;nettobelopp"
)
LEDGER_ROWS = (
    "K;V1;Åhus AB;556000-4615;5310;Mat;2026-10-01;Skola;F1;1302,03",
    "K;V2;Öl AB;556036-0793;5310;Mat;2026-10-02;Skola;F2;x",
)


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def workbook(*lines: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Fakturor"])
        for place, line in enumerate(lines, start=2):
            sheet.write_row(place, 0, line.split(";"))
    return stream.getvalue()


def rowstore(*lines: str) -> bytes:
    names, *rows = (line.split(";") for line in lines)
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows]).encode()


def parquet(*lines: str) -> bytes:
    stream = io.BytesIO()
    content = csv(*lines).replace(b"\r", b"")
    pl.read_csv(content, separator=";", infer_schema=False).write_parquet(stream)
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return stream.getvalue()


PEPPOL = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
    "<b:ID>F2</b:ID><b:IssueDate>2026-10-02</b:IssueDate>"
    "<b:DocumentCurrencyCode>SEK</b:DocumentCurrencyCode>"
    "<a:AccountingSupplierParty><a:Party><a:PartyLegalEntity>"
    "<b:RegistrationName>Öl AB</b:RegistrationName><b:CompanyID>5560360793</b:CompanyID>"
    "</a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>"
    '<a:InvoiceLine><b:ID>1</b:ID><b:LineExtensionAmount currencyID="SEK">x'
    "</b:LineExtensionAmount><a:Item><b:Name>Öl</b:Name></a:Item></a:InvoiceLine>"
    '<a:InvoiceLine><b:ID>2</b:ID><b:LineExtensionAmount currencyID="SEK">1302.03'
    "</b:LineExtensionAmount><a:Item><b:Name>Mat</b:Name></a:Item></a:InvoiceLine></Invoice>"
).encode()

FORMATS = {
    "cp1252": csv(INVOICES, GOOD, BAD, encoding="cp1252"),
    "UTF-16": csv(INVOICES, GOOD, BAD, encoding="utf-16"),
    "workbook with a title": workbook(INVOICES, GOOD, BAD),
    "JSON rows": rowstore(INVOICES, GOOD, BAD),
    "Parquet": parquet(INVOICES, GOOD, BAD),
    "gz": gzip.compress(csv(INVOICES, GOOD, BAD), mtime=0),
    "zip": zipped(a=csv(INVOICES, GOOD), b=csv(INVOICES, BAD)),
    "supplier ledger": csv(LEDGER, *LEDGER_ROWS),
    "Peppol": PEPPOL,
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_row_of_any_format_can_be_mended(tmp_path: Path, kind: str):
    house = House(tmp_path)
    folder = house.inbox / "invoices"
    folder.mkdir()
    (folder / "original").write_bytes(FORMATS[kind])
    house.load(FIRST)
    assert [rows for _, rows in house.reasons(FIRST)] == [1]
    frame = as_texts(house.export("rows.xlsx"))
    amount = "nettobelopp" if "nettobelopp" in frame.columns else "amount_sek"
    save(frame.with_columns(pl.lit("1 000,50").alias(amount)), folder / "back.xlsx")
    house.load(SECOND)
    assert house.groups(SECOND) == []
    sums = "SELECT sum(amount_sek)::VARCHAR, count(*), count(DISTINCT origin) FROM known.invoices"
    assert house.query(sums) == [("2302.53", 2, 1)]


BOLAGSVERKET = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;"
    "organisationsform;avregistreringsdatum;avregistreringsorsak;"
    "pagandeAvvecklingsEllerOmstruktureringsforfarande;registreringsdatum;"
    "verksamhetsbeskrivning;postadress"
)


def test_a_row_of_the_company_register_can_be_mended(tmp_path: Path):
    house = House(tmp_path)
    row = (
        '"{}$ORGNR-IDORG";"";"SE-LAND";"{}$FORETAGSNAMN-ORGNAM$2001-02-03";"AB-ORGFO";"";"";"";'
        '"2001-02-03";"Verksamhet";"Gatan 1$$Ort$11151$SE-LAND"'
    )
    house.put(
        "companies/bulk.txt",
        BOLAGSVERKET,
        row.format("5560004615", "Ett AB"),
        row.format("5560360794", "Två AB"),
    )
    house.load(FIRST)
    assert house.reasons(FIRST) == [("bad_checksum", 1)]
    frame = as_texts(house.export("rows.xlsx", source="companies"))
    save(frame.with_columns(orgnr=pl.lit("5560360793")), house.inbox / "companies/back.xlsx")
    house.load(SECOND)
    told = "SELECT orgnr, name, origin, city FROM known.companies ORDER BY orgnr"
    assert house.query(told) == [
        ("5560004615", "Ett AB", "bolagsverket", "Ort"),
        ("5560360793", "Två AB", "bolagsverket", "Ort"),
    ]
    assert house.groups(SECOND) == []
