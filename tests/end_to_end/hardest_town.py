"""The small town of ``small_town``, delivered in the hardest forms that its publishers use.

Everything is packed, in mixed encodings, with the quirks of ``INPUTS``: bulk registers with their
traps, answers as JSON, ownership statements, workbooks under a title, one ledger in the form of
each municipality, invoices as XML. Sources that the small town lacks hold rows of strangers. Beside
each source's files lies one that is broken.
"""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import xlsxwriter

from screening.sources.contracts import all_contracts
from tests.end_to_end import small_town
from tests.end_to_end.small_town import ALBA, BJORK, CEDERN, CILLA, DALIA, EKEN
from tests.fuzz.made_rows import header_of, rows_of
from tests.fuzz.seeds import all_seeds
from tests.sources import bods_files, invoice_xml, svefaktura_xml
from tests.sources import test_bolagsverket_bulk as bolagsverket
from tests.sources import test_scb_bulk as scb
from tests.sources.ledger_variants import VARIANTS, Line

Row = Mapping[str, str]


@dataclass(frozen=True)
class HardFile:
    """A file of the inbox and what must become of it.

    Attributes:
        name: in the inbox.
        content: its bytes.
        loaded: how many of its rows are loaded.
        reasons: of its rows in quarantine, sorted; of a file that is set aside whole, the one.
        skipped: rows that say nothing new.
    """

    name: str
    content: bytes
    loaded: int
    reasons: tuple[str, ...] = ()
    skipped: int = 0


def rows_in(source: str) -> list[dict[str, str]]:
    """The small town's rows of a source, by column."""
    header, lines = small_town.TABLES[source]
    names = header.split(";")
    return [dict(zip(names, line.split(";"), strict=True)) for line in lines]


# --- Ways of writing a table


def _text(
    rows: Sequence[Row], delimiter: str = ";", newline: str = "\r\n", encoding: str = "utf-8"
) -> bytes:
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    text = "".join(line + newline for line in lines)
    if encoding == "utf-16-be":
        return b"\xfe\xff" + text.encode(encoding)
    return text.encode(encoding)


def _workbook(rows: Sequence[Row], title: str = "") -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Läs mig").write(0, 0, "Se nästa flik")
    sheet = book.add_worksheet("Utdrag")
    first = 0
    if title:
        sheet.write(0, 0, title)
        first = 2
    sheet.write_row(first, 0, list(rows[0]))
    for place, row in enumerate(rows, start=first + 1):
        sheet.write_row(place, 0, list(row.values()))
    book.close()
    return stream.getvalue()


def _parquet(rows: Sequence[Row], dates: Sequence[str] = ()) -> bytes:
    stream = io.BytesIO()
    frame = pl.DataFrame([{k: v or None for k, v in row.items()} for row in rows])
    frame.with_columns(pl.col(list(dates)).str.to_date()).write_parquet(stream)
    return stream.getvalue()


def _json_lines(values: Sequence[object]) -> bytes:
    return "".join(json.dumps(v, ensure_ascii=False) + "\n" for v in values).encode()


def _zip(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


# --- Registers and answers


def _bolagsverket() -> bytes:
    causes = {"bankruptcy": "KK"}
    records = []
    for place, row in enumerate(rows_in("companies")):
        cause = causes.get(row["proceeding"], "")
        given = {
            "organisationsidentitet": f"{row['orgnr']}$ORGNR-IDORG",
            "organisationsnamn": f"{row['name']}$FORETAGSNAMN-ORGNAM$2001-02-03"
            f"|The {place}$ANNATSPRAK-ORGNAM$",
            "organisationsform": "AB-ORGFO",
            "registreringsdatum": row["registered_on"],
            "avregistreringsdatum": row["deregistered_on"],
            "verksamhetsbeskrivning": 'Bolaget ska "bygga; riva" och\x00 sälja "mat"',
            "postadress": f"{row['street']}$${row['city']}$"
            f"{row['postal_code'].replace(' ', '')}$SE-LAND",
        }
        if row["deregistered_on"] and cause:
            given["avregistreringsorsak"] = f"{cause}AV-AVORG"
        if cause:
            column = "pagandeAvvecklingsEllerOmstruktureringsforfarande"
            given[column] = f"|{cause}-AVOMFO${row['proceeding_from']}|"
        records.append(bolagsverket.record(**given))
    ended = bolagsverket.record(
        organisationsidentitet="5560000019$ORGNR-IDORG",
        pagandeAvvecklingsEllerOmstruktureringsforfarande="|FR-AVSLAVOMFO$2020-01-01|",
    )
    second_name = bolagsverket.record(
        organisationsidentitet="5560000019$ORGNR-IDORG", namnskyddslopnummer="2"
    )
    nobody = bolagsverket.record(organisationsidentitet="X$ORGNR-IDORG")
    lines = [";".join(bolagsverket.HEADER), *records, ended, second_name, nobody]
    return "".join(f"{line}\n" for line in lines).encode()


def _scb() -> bytes:
    records = [
        scb.record(
            PeOrgNr=f"16{row['orgnr']}",
            Namn=row["name"].upper(),
            Gatuadress=row["street"].upper(),
            PostNr=row["postal_code"].replace(" ", ""),
            PostOrt=row["city"].upper(),
            Ng1="88101",
        )
        for row in rows_in("companies")
    ]
    lines = ["\t".join(scb.HEADER), *records, scb.record(PeOrgNr="16X")]
    return "".join(f"{line}\t\r\n" for line in lines).encode("latin-1")


_ROLES = {"ledamot": "LE", "ordforande": "OF", "suppleant": "SU", "vd": "VD"}
#: Who left before the answers were given is known from an older list.
_LEFT = small_town.IDUN


def _officer_answers() -> list[dict[str, Any]]:
    answers = []
    for row in rows_in("officers"):
        if row["orgnr"] == _LEFT:
            continue
        first, last = row["person_name"].split()
        answers.append(
            {
                "identitet": {
                    "typ": {"kod": "ORGANISATIONSNUMMER", "klartext": "Organisationsnummer"},
                    "identitetsbeteckning": row["orgnr"],
                },
                "funktionarer": [
                    {
                        "personnamn": {"fornamn": first, "efternamn": last},
                        "identitet": {
                            "typ": {"kod": "PERSONNUMMER", "klartext": "Personnummer"},
                            "identitetsbeteckning": row["person_id"],
                        },
                        "funktionarsroller": [{"kod": _ROLES[row["role"]], "klartext": "x"}],
                        "postadress": {"postnummer": "11151", "postort": "Stockholm"},
                    }
                ],
            }
        )
    return answers


def _former_officers() -> list[dict[str, str]]:
    return [row for row in rows_in("officers") if row["orgnr"] == _LEFT]


def _prohibition_answers() -> list[dict[str, Any]]:
    return [
        {
            "identitet": {
                "typ": {"kod": "PERSONNUMMER", "klartext": "Personnummer"},
                "identitetsbeteckning": row["person_id"],
            },
            "personnamn": dict(
                zip(("fornamn", "efternamn"), row["person_name"].split(), strict=True)
            ),
            "naringsforbud": {"slutligt": {"from": row["from_date"], "tom": row["to_date"]}},
        }
        for row in rows_in("trading_prohibitions")
    ]


def _ownership() -> list[Any]:
    entity, tie, share = bods_files.entity, bods_files.tie, bods_files.interest
    return [
        entity("cedern", "Cedern Bygg AB", CEDERN),
        entity("eken", "Eken Hemtjänst AB", EKEN),
        entity("bjork", "Björk Städ AB", BJORK),
        entity("alba", "Alba Omsorg AB", ALBA),
        bods_files.person_known("cilla", "Cilla Ceder", CILLA),
        tie("t-1", "cedern", "cilla", share(60, startDate="2015-01-01")),
        tie("t-2", "eken", "cilla", share(50, startDate="2015-01-01")),
        tie("t-3", "bjork", "alba", share(100, startDate="2020-01-01")),
    ]


# --- Own tables in odd forms


def _tax_answers(day: str) -> list[dict[str, str]]:
    """As the tax office might: a cross for yes, nothing for no."""
    columns = ("f_tax", "vat_registered", "employer_registered")
    return [
        row | {name: "x" if row[name] == "ja" else "" for name in columns}
        for row in rows_in("tax_status")
        if row["as_of"] == day
    ]


def _debts() -> list[dict[str, str]]:
    """Amounts with thin spaces between thousands, a decimal comma, days without dashes."""
    return [
        row
        | {
            "as_of": row["as_of"].replace("-", ""),
            "public_debt_sek": f"{Decimal(row['public_debt_sek']):,.2f}".replace(
                ",", "\u2009"
            ).replace(".", ","),
        }
        for row in rows_in("debts")
    ]


def _swedish(rows: Sequence[Row], **names: str) -> list[dict[str, str]]:
    return [{names.get(name, name): cell for name, cell in row.items()} for row in rows]


# --- Invoices


def _line(row: Row) -> Line:
    return Line(
        voucher_no=row["voucher_no"],
        supplier_name=row["supplier_name"],
        supplier_no=row["supplier_no"],
        orgnr=row["orgnr"],
        account_no="46210",
        account_text=row["account_text"],
        day=date.fromisoformat(row["invoice_date"]),
        buyer_unit=row["buyer_unit"],
        invoice_no=row["invoice_no"],
        amount_sek=Decimal(row["amount_sek"]),
        description=row["description"],
        contract_no=row["contract_no"],
    )


#: Which suppliers' lines come in which publisher's form.
_IN_FORM = {
    "goteborg-now": "A",
    "layout-1.1": "BK",
    "ale": "E",
    "varberg": "G",
    "converter": "IJ",
    "vasteras": "FH",
}


_OF_LONG_AGO = ("umea", "orebro", "boras", "huddinge", "vastra-gotaland", "goteborg-2016")


def _ledgers() -> list[HardFile]:
    files = []
    variants = {variant.name: variant for variant in VARIANTS}
    for form, initials in _IN_FORM.items():
        lines = [_line(row) for row in rows_in("invoices") if row["invoice_no"][0] in initials]
        name = f"invoices/reskontra/{form}-2026-11-16"
        files.append(HardFile(name, variants[form].write(lines), len(lines)))
    line = _line(rows_in("invoices")[0])
    for place, form in enumerate(_OF_LONG_AGO):
        written = variants[form].write([_long_ago(line, 10 * place + n) for n in range(3)])
        suffix = "-201602" if form == "goteborg-2016" else ""
        files.append(HardFile(f"invoices/old/{form}{suffix}", written, 3))
    return files


def _long_ago(line: Line, number: int) -> Line:
    """A small payment of ten years ago to a firm that is gone; it fires nothing today."""
    return replace(
        line,
        day=date(2016, 2, 1),
        invoice_no=f"OLD-{number}",
        voucher_no=f"OLD-{number}",
        orgnr="5560000019",
        supplier_no="999",
        supplier_name="Borta AB",
        amount_sek=Decimal(f"{number + 1}0.25"),
        account_text="Pennor",
        contract_no="",
    )


def _peppol() -> bytes:
    (row,) = (row for row in rows_in("invoices") if row["invoice_no"] == "C-1")
    party = invoice_xml.PARTY.replace("556000-0019", CEDERN).replace("5560000019", CEDERN)
    party = party.replace("SE556000001901", f"SE{CEDERN}01").replace(
        "Exempel Omsorg AB", row["supplier_name"]
    )
    line = invoice_xml.line(1, amount="120000.00", quantity="1", price="120000.00")
    document = invoice_xml.document(
        [line.replace("Hemtjänst", row["account_text"]).replace("Dagtid", row["description"])],
        party=party,
        account="",
        total="120000.00",
    )
    text = document.decode().replace("F-17", "C-1").replace("2026-01-31", row["invoice_date"])
    return text.replace(
        "<cac:ContractDocumentReference><cbc:ID>AVT-1</cbc:ID></cac:ContractDocumentReference>", ""
    ).encode()


def _svefaktura() -> bytes:
    (row,) = (row for row in rows_in("invoices") if row["invoice_no"] == "D-1")
    seller = svefaktura_xml.SELLER.replace("5560000019", DALIA).replace(
        "SE556000001901", f"SE{DALIA}01"
    )
    seller = seller.replace(">Exempel<", f">{row['supplier_name']}<")
    line = svefaktura_xml.line(1, amount="30000.00", quantity="1", price="30000.00")
    return svefaktura_xml.document(
        [line.replace("Hemtjänst dagtid", row["account_text"])],
        seller=seller,
        means="",
        total="30000.00",
    )


# --- The inbox

_STRANGERS = (
    "company_events",
    "financials",
    "followups",
    "orderers",
    "decisions",
    "authority_records",
    "incidents",
    "procurement_plan",
    "bidders",
)


def _strangers() -> list[HardFile]:
    """The other sources, in turn as text, workbook and Parquet, packed.

    Of those that the town has not, rows about others.
    """
    files = []
    for place, source in enumerate(_STRANGERS):
        rows = rows_in(source) if source in small_town.TABLES else _rows_about_others(source)
        ways = (
            lambda rows: _text(rows, "\t", "\r", "utf-16"),
            lambda rows: _zip({"år 2026/utdrag.xlsx": _workbook(rows, "Utdrag ur systemet")}),
            lambda rows: _gzip(_parquet(rows)),
        )
        content = ways[place % len(ways)](rows)
        files.append(HardFile(f"{source}/utdrag-2026-11-16", content, len(rows)))
    return files


def _rows_about_others(source: str) -> list[dict[str, str]]:
    contract = all_contracts()[source]
    header = header_of(contract)
    rows = [dict(zip(header, row, strict=True)) for row in rows_of(contract, 6)]
    return [{n: c.replace(";", "").replace('"', "") for n, c in row.items()} for row in rows]


def _sanctions() -> list[HardFile]:
    seeds = {seed.name: seed.content for seed in all_seeds()}
    return [
        HardFile("sanctions/opensanctions-2026-11-16.gz", _gzip(seeds["opensanctions"]), 8),
        HardFile("sanctions/eu-2026-11-16.csv", seeds["eu-list"], 8),
    ]


def hard_files() -> list[HardFile]:
    """Every readable file of the inbox."""
    companies = len(rows_in("companies"))
    day = "2026-11-16"
    payroll = [row | {"month": row["month"].replace("-", "")} for row in rows_in("payroll")]
    contracts = rows_in("contracts")
    documents = {f"{n}.xml": content for n, content in enumerate((_peppol(), _svefaktura()))}
    return [
        HardFile(
            f"companies/registers-{day}.zip",
            _zip({"bolagsverket_bulkfil.txt": _bolagsverket(), "scb_bulkfil.txt": _scb()}),
            2 * companies + 1,
            ("not_an_orgnr", "not_an_orgnr"),
            # A company's second name: the company is there already.
            skipped=1,
        ),
        HardFile(f"officers/answers-{day}.json", _json_lines(_officer_answers()), 5),
        HardFile(
            f"officers/former-{day}.csv.gz",
            _gzip(_text(_former_officers(), ",", "\r", "utf-16-be")),
            1,
        ),
        HardFile(f"owners/bods-{day}", _gzip(json.dumps(_ownership()).encode()), 3),
        HardFile(f"trading_prohibitions/answers-{day}", _json_lines(_prohibition_answers()), 1),
        HardFile("tax_status/may.xlsx", _workbook(_tax_answers("2026-05-01")), 6),
        HardFile("tax_status/november", _text(_tax_answers(day), encoding="cp1252"), 6),
        HardFile(f"debts/{day}", _gzip(_text(_debts(), "\t", "\r\n", "utf-16")), 7),
        HardFile(f"payroll/{day}.xlsx", _workbook(payroll, "Arbetsgivardeklarationer"), 16),
        HardFile(
            f"permits/{day}.zip",
            _zip(
                {
                    "IVO/utdrag 2026.xlsx": _workbook(
                        _swedish(
                            rows_in("permits"), permit_type="Tillstånd", valid_from="Giltigt från"
                        ),
                        "Utdrag ur omsorgsregistret",
                    )
                }
            ),
            3,
        ),
        HardFile(
            f"suppliers/{day}",
            _text(
                _swedish(rows_in("suppliers"), supplier_no="Leverantör_ID", orgnr="Org nr"),
                ",",
                "\r",
                "utf-16-be",
            ),
            8,
        ),
        HardFile(f"contracts/{day}", _parquet(contracts, ["valid_from", "valid_to"]), 3),
        HardFile(f"employees/{day}", _text(rows_in("employees"), "\t", "\r", "cp1252"), 2),
        HardFile(f"time_reports/{day}", _json_lines(rows_in("time_reports")), 8),
        *_ledgers(),
        HardFile(f"invoices/xml-{day}.zip", _zip(documents), 2),
        *_strangers(),
        *_sanctions(),
    ]


_DOCTYPE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
_HOPELESS: tuple[tuple[bytes, str], ...] = (
    (b"", "empty_file"),
    (random.Random(3).randbytes(3000), "unreadable_binary"),
    (b"datum;temperatur\n2026-11-01;4\n", "missing_required_column"),
    (b"PK\x03\x04 and the line broke", "zip_broken"),
    (b"PAR1 and the line broke", "unreadable_parquet"),
    (_gzip(b"0" * 1_000_000), "zip_too_large"),
    (_zip({"../../evil.csv": b"x"}), "zip_path"),
    (_gzip(_gzip(b"x" * 100)), "zip_nested"),
    (b'[{"orgnr": "55', "json_malformed"),
    (b"<html><body>404</body></html>", "not_a_known_format"),
    (_gzip(b"x" * 100_000)[:50], "zip_broken"),
)


def broken_files() -> list[HardFile]:
    """A file for each source that cannot be read, and why."""
    files = [
        HardFile(f"{source}/broken", content, 0, (reason,))
        for source, (content, reason) in zip(
            all_contracts(), _HOPELESS * len(all_contracts()), strict=False
        )
        if source != "invoices"
    ]
    return [*files, HardFile("invoices/broken.xml", _DOCTYPE, 0, ("xml_forbidden",))]
