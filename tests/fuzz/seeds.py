"""Valid files of every format and every source: what mutations start from."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl
import xlsxwriter

from screening.sources.contracts import all_contracts
from tests.fuzz.made_rows import company, header_of, person, rows_of
from tests.sources import invoice_xml
from tests.sources import test_bolagsverket_bulk as bolagsverket
from tests.sources import test_scb_bulk as scb
from tests.sources.ledger_variants import PEOPLE, VARIANTS

Kind = Literal["text", "json", "xml", "xlsx", "parquet", "gzip", "zip"]
_ROWS = 12


@dataclass(frozen=True)
class Seed:
    """One valid file.

    Attributes:
        name: says what it is.
        source: folder it lies in.
        kind: how it may be taken apart.
        content: its bytes.
        file_name: its name in the inbox.
        has_plain_lines: one row a line, header first, so that rows can be counted as lines.
    """

    name: str
    source: str
    kind: Kind
    content: bytes
    file_name: str = "file.csv"
    has_plain_lines: bool = False


def _text(header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ";") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode()


def _workbook(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Blad1")
    sheet.write_row(0, 0, header)
    for place, row in enumerate(rows, start=1):
        sheet.write_row(place, 0, row)
        sheet.write_number(place, len(header), place + 0.5)
    book.close()
    return stream.getvalue()


def _parquet(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.BytesIO()
    columns = zip(*rows, strict=True)
    frame = pl.DataFrame(
        {
            name: [cell or None for cell in cells]
            for name, cells in zip(header, columns, strict=True)
        }
    )
    frame = frame.with_columns(
        number=pl.int_range(pl.len()), ratio=pl.int_range(pl.len()) / 3, day=pl.date(2026, 1, 2)
    )
    frame.write_parquet(stream)
    return stream.getvalue()


def _objects(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    return [dict(zip(header, row, strict=True)) for row in rows]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _json_lines(values: Sequence[object]) -> bytes:
    return b"".join(_json(value) + b"\n" for value in values)


def _zip(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def _bolagsverket() -> bytes:
    records = [
        bolagsverket.record(
            organisationsidentitet=f"{company(n)}$ORGNR-IDORG",
            organisationsnamn=(
                f'Exempel "{n}" AB$FORETAGSNAMN-ORGNAM$2001-02-03|Alias$ANNATSPRAK-ORGNAM$'
            ),
            pagandeAvvecklingsEllerOmstruktureringsforfarande=(
                "|KK-AVOMFO$2024-06-05|" if n % 3 == 0 else ""
            ),
            verksamhetsbeskrivning='Bolaget ska "bygga" hus; och annat',
        )
        for n in range(_ROWS)
    ]
    return "\n".join([";".join(bolagsverket.HEADER), *records, ""]).encode()


def _scb() -> bytes:
    records = [scb.record(PeOrgNr=f"16{company(n)}", Ng2="88102") for n in range(_ROWS)]
    lines = ["\t".join(scb.HEADER), *records]
    return "".join(f"{line}\t\r\n" for line in lines).encode("latin-1")


_SVEFAKTURA = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"
  xmlns:cac="urn:sfti:CommonAggregateComponents:1:0"
  xmlns:cbc="urn:oasis:names:tc:ubl:CommonBasicComponents:1:0"
  xmlns:cur="urn:oasis:names:tc:ubl:codelist:CurrencyCode:1:0">
 <ID>1001</ID><cbc:IssueDate>2026-01-31</cbc:IssueDate><InvoiceTypeCode>380</InvoiceTypeCode>
 <InvoiceCurrencyCode>SEK</InvoiceCurrencyCode><LineItemCountNumeric>1</LineItemCountNumeric>
 <cac:BuyerParty><cac:Party><cac:PartyName><cbc:Name>Kommunen</cbc:Name></cac:PartyName></cac:Party>
 </cac:BuyerParty>
 <cac:SellerParty><cac:Party><cac:PartyName><cbc:Name>Exempel AB</cbc:Name></cac:PartyName>
  <cac:PartyTaxScheme><cac:CompanyID>5560000019</cac:CompanyID>
   <cac:ExemptionReason>Godkänd för F-skatt</cac:ExemptionReason>
   <cac:TaxScheme><cac:ID>SWT</cac:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party>
 </cac:SellerParty>
 <cac:PaymentMeans><cac:PaymentMeansTypeCode>1</cac:PaymentMeansTypeCode>
  <cbc:DuePaymentDate>2026-02-28</cbc:DuePaymentDate>
  <cac:PayeeFinancialAccount><cac:ID>50501055</cac:ID><cac:FinancialInstitutionBranch>
   <cac:FinancialInstitution><cac:ID>BGABSESS</cac:ID></cac:FinancialInstitution>
  </cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount></cac:PaymentMeans>
 <cac:LegalTotal><cbc:LineExtensionTotalAmount amountCurrencyID="SEK">1000.00
  </cbc:LineExtensionTotalAmount></cac:LegalTotal>
 <cac:InvoiceLine><cac:ID>1</cac:ID>
  <cbc:InvoicedQuantity quantityUnitCode="HUR">10</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount amountCurrencyID="SEK">1000.00</cbc:LineExtensionAmount>
  <cac:Item><cbc:Description>Hemtjänst</cbc:Description>
   <cac:TaxCategory><cac:ID>S</cac:ID><cbc:Percent>25</cbc:Percent></cac:TaxCategory>
   <cac:BasePrice><cbc:PriceAmount amountCurrencyID="SEK">100</cbc:PriceAmount></cac:BasePrice>
  </cac:Item></cac:InvoiceLine>
</Invoice>"""


def _in_envelope(document: bytes) -> bytes:
    body = document.decode().partition("?>")[2]
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StandardBusinessDocument '
        'xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">'
        "<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion>"
        f"</StandardBusinessDocumentHeader>{body}</StandardBusinessDocument>"
    ).encode()


def _bods() -> list[dict[str, object]]:
    statements: list[dict[str, object]] = []
    for n in range(3):
        entity, owner, link = f"e-{n}", f"p-{n}", f"r-{n}"
        common = {"statementDate": "2026-01-01", "recordStatus": "new", "declaration": "d"}
        statements += [
            common
            | {
                "statementId": f"s-{entity}",
                "declarationSubject": entity,
                "recordId": entity,
                "recordType": "entity",
                "recordDetails": {
                    "isComponent": False,
                    "entityType": {"type": "registeredEntity"},
                    "name": f"Bolag {n} AB",
                    "identifiers": [{"id": company(n), "scheme": "SE-BLV"}],
                },
            },
            common
            | {
                "statementId": f"s-{owner}",
                "declarationSubject": entity,
                "recordId": owner,
                "recordType": "person",
                "recordDetails": {
                    "isComponent": False,
                    "personType": "knownPerson",
                    "names": [{"type": "legal", "fullName": f"Anna Alm {n}"}],
                    "birthDate": "1970-05-12",
                    "identifiers": [{"id": person(n), "scheme": "SE-PNR"}],
                },
            },
            common
            | {
                "statementId": f"s-{link}",
                "declarationSubject": entity,
                "recordId": link,
                "recordType": "relationship",
                "recordDetails": {
                    "isComponent": False,
                    "subject": entity,
                    "interestedParty": owner,
                    "interests": [
                        {
                            "type": "shareholding",
                            "directOrIndirect": "direct",
                            "beneficialOwnershipOrControl": True,
                            "share": {"exact": 60},
                            "startDate": "2020-01-01",
                        }
                    ],
                },
            },
        ]
    return statements


def _foretagsinformation() -> list[dict[str, object]]:
    return [
        {
            "identitet": {"typ": "ORGANISATIONSNUMMER", "identitetsbeteckning": company(n)},
            "organisationsnummer": company(n),
            "funktionarer": [
                {
                    "personnamn": {"fornamn": "Anna", "efternamn": "Alm"},
                    "identitet": {"typ": "PERSONNUMMER", "identitetsbeteckning": person(n)},
                    "funktionarsroller": [{"kod": "LE", "klartext": "Ledamot"}],
                    "postadress": {
                        "utdelningsadress": "Storgatan 1",
                        "postnummer": "11151",
                        "postort": "Stockholm",
                    },
                }
            ],
        }
        for n in range(3)
    ]


def _personer() -> list[dict[str, object]]:
    return [
        {
            "identitet": {"typ": "PERSONNUMMER", "identitetsbeteckning": person(n)},
            "personnamn": {"fornamn": "Cilla", "efternamn": "Ceder"},
            "naringsforbud": {
                "slutligt": {"from": "2025-06-01", "tom": "2030-06-01"},
                "tillfalligt": {"from": "2025-01-01"},
                "undantag": {"from": "2025-07-01", "tom": "2025-08-01", "aterkallatDatum": None},
            },
        }
        for n in range(3)
    ]


def _opensanctions() -> bytes:
    header = (
        "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,"
        "emails,program_ids,dataset,first_seen,last_seen,last_change"
    )
    row = (
        '"NK-{n}","Person","Ivan Exempel {n}","I. Exempel;Exempel, Ivan","1970-01-0{n};1970","se",'
        '"Gatan 1, Ort","ID-{n};ID-{n}b","EU 2022/1","","","EU-UKR","Made list",'
        '"2024-01-01T00:00:00","2026-11-01T00:00:00","2026-10-01T00:00:00"'
    )
    return "\n".join([header, *(row.format(n=n) for n in range(1, 9)), ""]).encode()


def _eu_list() -> bytes:
    header = (
        "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_UnitedNationId;"
        "Entity_DesignationDate;Entity_DesignationDetails;Entity_Remark;Entity_SubjectType;"
        "Entity_SubjectType_ClassificationCode;Entity_Regulation_Type;"
        "Entity_Regulation_OrganisationType;Entity_Regulation_PublicationDate;"
        "Entity_Regulation_EntryIntoForceDate;Entity_Regulation_NumberTitle;"
        "Entity_Regulation_Programme;Entity_Regulation_PublicationUrl;NameAlias_LastName;"
        "NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;NameAlias_NameLanguage;"
        "NameAlias_Gender;NameAlias_Title;NameAlias_Function;NameAlias_LogicalId"
    )
    row = (
        "01/11/2026;{n};EU.{n}.1;;;;;P;person;regulation;commission;2022-02-25;2022-02-25;"
        "2022/1 (OJ L1);UKR;https://example.org;Exempel;Ivan;;Ivan Exempel {n};EN;M;;;{n}7"
    )
    lines = [header, *(row.format(n=n) for n in range(1, 9)), ""]
    return ("\ufeff" + "\r\n".join(lines)).encode()


def _canonical() -> list[Seed]:
    seeds = []
    for source, contract in all_contracts().items():
        header, rows = header_of(contract), rows_of(contract, _ROWS)
        content = _text(header, rows)
        seeds.append(Seed(f"{source}-csv", source, "text", content, has_plain_lines=True))
    for source in ("permits", "suppliers", "invoices", "time_reports"):
        contract = all_contracts()[source]
        header, rows = header_of(contract), rows_of(contract, 8)
        seeds += [
            Seed(f"{source}-xlsx", source, "xlsx", _workbook(header, rows)),
            Seed(f"{source}-parquet", source, "parquet", _parquet(header, rows)),
            Seed(f"{source}-json", source, "json", _json(_objects(header, rows))),
            Seed(f"{source}-jsonl", source, "json", _json_lines(_objects(header, rows))),
        ]
    return seeds


def _ledgers() -> list[Seed]:
    seeds = []
    for variant in VARIANTS:
        kind: Kind = "text"
        if variant.file_name.endswith("xlsx"):
            kind = "xlsx"
        elif variant.file_name.endswith("json"):
            kind = "json"
        content = variant.write(PEOPLE[:_ROWS])
        has_lines = kind == "text" and variant.name != "goteborg-now"
        seeds.append(
            Seed(
                f"ledger-{variant.name}",
                "invoices",
                kind,
                content,
                variant.file_name,
                has_plain_lines=has_lines,
            )
        )
    return seeds


def _documents() -> list[Seed]:
    lines = [invoice_xml.line(n, amount="500.00") for n in (1, 2)]
    invoice = invoice_xml.document(lines)
    credit = invoice_xml.document(kind="CreditNote")
    svefaktura = _SVEFAKTURA.encode()
    return [
        Seed("peppol-invoice", "invoices", "xml", invoice),
        Seed("peppol-credit-note", "invoices", "xml", credit),
        Seed("peppol-in-envelope", "invoices", "xml", _in_envelope(invoice)),
        Seed("svefaktura", "invoices", "xml", svefaktura),
        Seed("svefaktura-in-envelope", "invoices", "xml", _in_envelope(svefaktura)),
    ]


def _published() -> list[Seed]:
    return [
        Seed("bolagsverket", "companies", "text", _bolagsverket()),
        Seed("scb", "companies", "text", _scb()),
        Seed("bods-array", "owners", "json", _json(_bods())),
        Seed("bods-lines", "owners", "json", _json_lines(_bods())),
        Seed("foretagsinformation", "officers", "json", _json(_foretagsinformation())),
        Seed("foretagsinformation-one", "officers", "json", _json(_foretagsinformation()[0])),
        Seed("personer", "trading_prohibitions", "json", _json(_personer())),
        Seed("opensanctions", "sanctions", "text", _opensanctions()),
        Seed("eu-list", "sanctions", "text", _eu_list()),
    ]


def _packed(seeds: Sequence[Seed]) -> list[Seed]:
    by_name = {seed.name: seed for seed in seeds}
    chosen = ("ledger-layout-1.1", "peppol-invoice", "ledger-vasteras", "permits-parquet")
    members = {f"2026/{name}.{n}": by_name[name].content for n, name in enumerate(chosen)}
    return [
        Seed("gzip-ledger", "invoices", "gzip", gzip.compress(by_name[chosen[0]].content, mtime=0)),
        Seed("gzip-bods", "owners", "gzip", gzip.compress(_json(_bods()), mtime=0)),
        Seed("zip-invoices", "invoices", "zip", _zip(members)),
        Seed(
            "zip-of-documents",
            "invoices",
            "zip",
            _zip({f"{n}.xml": by_name["peppol-invoice"].content for n in range(4)}),
        ),
        Seed(
            "zip-companies", "companies", "zip", _zip({"scb.txt": _scb(), "b.csv": _bolagsverket()})
        ),
    ]


@cache
def all_seeds() -> tuple[Seed, ...]:
    """Every seed, in a fixed order."""
    seeds = [*_canonical(), *_ledgers(), *_documents(), *_published()]
    return (*seeds, *_packed(seeds))
