"""Synthetic exports as other systems would write them: other names, orders, signs, encodings.

For each source a few exports: header in the export -> the contract's column that it holds, or ""
where it holds something that no column does.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from screening.identity_numbers import luhn_digit
from screening.sources.codes import vocabulary_of
from screening.sources.contracts import Column, all_contracts
from screening.sources.proposing.header_words import dictionary

ROWS = 60


@dataclass(frozen=True)
class Export:
    """One file of one system."""

    source: str
    headers: dict[str, str]
    day: str = "%Y-%m-%d"
    decimal: str = ","
    separator: str = ";"
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        return f"{self.source}: {', '.join(list(self.headers)[:3])}"


def _export(source: str, headers: str, **how: str) -> Export:
    """Headers written as ``Header=column`` or ``Header`` (which holds nothing), ``|`` between."""
    pairs = [each.strip().partition("=") for each in headers.split("|")]
    return Export(source, {header: column for header, _, column in pairs}, **how)


EXPORTS = (
    _export(
        "invoices",
        "Lev.nr=supplier_no|Levnamn=supplier_name|Fakt.nr=invoice_no|Fakt.dat=invoice_date"
        "|Förf.dat=due_date|Bel. exkl moms=amount_sek|Moms=vat_sek|Bokf.dag=booking_date"
        "|Konto=account_no|Konto(T)=account_text|Ansvar|Ver.nr=voucher_no",
        day="%d/%m/%Y",
        encoding="cp1252",
    ),
    _export(
        "invoices",
        "LevNr=supplier_no|LevOrgnr=orgnr|LevNamn=supplier_name|FakturaNr=invoice_no"
        "|FakturaDatum=invoice_date|NettoBelopp=amount_sek|MomsBelopp=vat_sek|Betaldat=paid_on"
        "|Förvaltning=buyer_unit|KontoNr=account_no|KontoBenämning=account_text",
    ),
    _export(
        "invoices",
        "Supplier ID=supplier_no|Supplier Name=supplier_name|Inv No=invoice_no"
        "|Inv Date=invoice_date|Net Amount=amount_sek|VAT Amount=vat_sek|GL Account=account_no"
        "|Posting Date=booking_date"
        "|Payment Date=paid_on|Department=buyer_unit|Narrative=description|Batch",
        day="%m/%d/%Y",
        decimal=".",
        separator=",",
    ),
    _export(
        "invoices",
        "Kreditor=supplier_name|Org.nr=orgnr|Fakturanr=invoice_no|Fakturadatum=invoice_date"
        "|Nettosumma=amount_sek|Utbetalningsdatum=paid_on|Nämnd=buyer_unit|Verifikat=voucher_no"
        "|Avtalsnr=contract_no|Antal=quantity|À-pris=unit_price|Radtext=description",
    ),
    _export(
        "suppliers",
        "Leverantörsnr=supplier_no|Leverantörsnamn=name|Organisationsnr=orgnr|Momsreg.nr=vat_no"
        "|Bankgironr=bankgiro|Plusgironr=plusgiro|Adress=street|Postnr=postal_code|Ort=city"
        "|E-postadress=email|Telefonnr=phone|Upplagd datum=created_on|Spärrad=blocked|Språk",
        encoding="cp1252",
    ),
    _export(
        "suppliers",
        "VendorID=supplier_no|VendorName=name|CorporateRegNo=orgnr|VATNo=vat_no|IBAN=iban"
        "|AddressLine=street|ZipCode=postal_code|City=city|Email=email|Phone=phone"
        "|CreatedDate=created_on|ModifiedDate=changed_on|Blocked=blocked",
        separator=",",
        decimal=".",
    ),
    _export(
        "suppliers",
        "Lev id=supplier_no|Företag=name|Orgnr=orgnr|BG=bankgiro|PG=plusgiro|Gata=street"
        "|c/o=care_of|Postnr=postal_code|Postort=city|Senast ändrad datum=changed_on",
    ),
    _export(
        "contracts",
        "Avtals-ID=contract_no|Avtalsbenämning=title|Lev.nr=supplier_no|Org nr=orgnr"
        "|Avtalsområde=service_area|Avtalsstart=valid_from|Avtalsslut=valid_to"
        "|Avtalsvärde SEK=value_sek|Årsvärde SEK=annual_value_sek|Avtalsägare=owner_unit"
        "|Upphandlingsform=procedure|Förlängning",
    ),
    _export(
        "contracts",
        "Contract No=contract_no|Contract Name=title|Supplier Org No=orgnr|Start Date=valid_from"
        "|End Date=valid_to|Contract Value=value_sek|Category=service_area|Owner Unit=owner_unit",
        day="%d.%m.%Y",
        separator=",",
        decimal=".",
    ),
    _export(
        "contracts",
        "Diarienr avtal=contract_no|Rubrik=title|Leverantör orgnr=orgnr|Gäller fr.o.m.=valid_from"
        "|Gäller t.o.m.=valid_to|Kritikalitet=criticality|Senaste uppföljning=last_followup_on",
    ),
    _export(
        "companies",
        "OrgNr=orgnr|Bolagsnamn=name|Bolagsform=legal_form|Reg.datum=registered_on"
        "|Avreg.datum=deregistered_on|SNI-kod=sni_codes|Gatuadress=street|Postnr=postal_code"
        "|Postort=city|Kommunkod=municipality_code",
    ),
    _export(
        "company_events",
        "Organisationsnr=orgnr|Händelsetyp=event|Händelsedatum=occurred_on|Beskrivning=detail",
    ),
    _export(
        "officers",
        "Orgnr=orgnr|Personnr=person_id|Namn=person_name|Funktion=role|Tillträdesdag=from_date"
        "|Avgångsdag=to_date|Adress=street|Postnr=postal_code|Postort=city",
    ),
    _export(
        "officers",
        "Company Reg No=orgnr|Person No=person_id|Person Name=person_name|Role=role"
        "|From Date=from_date|To Date=to_date|Country=country",
        separator=",",
    ),
    _export(
        "owners",
        "Orgnr=orgnr|Ägarens namn=owner_name|Ägarens pers/orgnr=owner_id|Ägartyp=owner_type"
        "|Andel (%)=share_percent|Från=from_date|Till=to_date|Direkt ägande=direct",
    ),
    _export(
        "owners",
        "Company No=orgnr|Owner Name=owner_name|Owner Type=owner_type|Share %=share_percent"
        "|Birth Date=birth_date",
        separator=",",
        decimal=".",
    ),
    _export(
        "tax_status",
        "Org.nr=orgnr|F-skatt=f_tax|Momsreg=vat_registered|Arbetsgivarreg=employer_registered"
        "|Svarsdatum=as_of",
    ),
    _export(
        "debts",
        "Orgnummer=orgnr|A-mål belopp=public_debt_sek|A-mål antal=public_count"
        "|E-mål belopp=private_debt_sek|E-mål antal=private_count|Uppgift per=as_of",
    ),
    _export(
        "debts",
        "Orgnr=orgnr|Skuld allmänna mål (kr)=public_debt_sek|Antal allmänna mål=public_count"
        "|Skuld enskilda mål (kr)=private_debt_sek|Antal enskilda mål=private_count"
        "|Datum svar=as_of",
    ),
    _export(
        "payroll",
        "Org.nr=orgnr|Redov.period=month|Arb.avgifter=employer_contributions_sek"
        "|Lönesumma=declared_pay_sek|Antal anst=employees",
    ),
    _export(
        "financials",
        "Orgnr=orgnr|Räkenskapsår från=period_start|Räkenskapsår till=period_end"
        "|Nettoomsättning=revenue_sek|Årets resultat=result_sek|Eget kapital=equity_sek"
        "|Aktiekapital=share_capital_sek|Medelantal anställda=employees",
    ),
    _export(
        "permits",
        "Org nr=orgnr|Tillståndstyp=permit_type|Tillståndsstatus=status"
        "|Tillståndshavare=provider_name|Dnr=permit_number|Enhetens namn=unit_name"
        "|Gatuadress=street|Postnr=postal_code|Postort=city|Giltig fr o m=valid_from"
        "|Giltig t o m=valid_to|Föreståndare=manager_name",
        encoding="cp1252",
    ),
    _export(
        "followups",
        "Avtalsnr=contract_no|Orgnr=orgnr|Uppföljd datum=done_on|Typ av uppföljning=kind"
        "|Resultat/utfall=outcome|Plats=place|Kommentar=note",
    ),
    _export(
        "orderers",
        "Beställar-ID=orderer_id|Beställarens namn=name|Enhet=unit|Certifierad datum=certified_on"
        "|Certifierad t.o.m.=certified_until",
    ),
    _export(
        "employees",
        "Anst.nr=employee_id|Personnr=person_id|Namn=name|Förvaltning=unit|Befattning=role"
        "|Bankkontonr=bank_account|Bisyssla orgnr=secondary_employment_orgnr|Adress=street"
        "|Postnr=postal_code",
    ),
    _export(
        "employees",
        "EmployeeNo=employee_id|PersonalNumber=person_id|EmployeeName=name|Department=unit"
        "|Position=role|DateOfBirth=birth_date",
        separator=",",
    ),
    _export(
        "time_reports",
        "Brukarnr=client_id|Utförare orgnr=orgnr|Personal-ID=worker_id|Insats=service"
        "|Besök start=start|Besök slut=end|Registrering=source|Grupp",
        day="%d/%m/%Y",
    ),
    _export(
        "time_reports",
        "Client ID=client_id|Provider Org No=orgnr|Caregiver ID=worker_id|Service=service"
        "|Start Time=start|End Time=end",
        separator=",",
    ),
    _export(
        "decisions",
        "Brukar-id=client_id|Beviljad insats=service|Tim/mån=hours_per_month|Gäller fr=valid_from"
        "|Gäller till=valid_to|Utförare orgnr=orgnr|Avslutsorsak=ended_reason",
    ),
    _export(
        "authority_records",
        "Orgnr=orgnr|Myndighet=authority|Typ av beslut=kind|Beslutsdatum=decided_on"
        "|Belopp=amount_sek|Diarienr=reference|Laga kraft=legally_binding",
    ),
    _export(
        "trading_prohibitions",
        "Personnr=person_id|Namn=person_name|Förbud från=from_date|Förbud till=to_date"
        "|Tillfälligt förbud=provisional|Dispens från=exemption_from|Dispens till=exemption_to",
    ),
    _export(
        "incidents",
        "Ärendenr=incident_id|Lev.nr=supplier_no|Inträffat datum=occurred_on|Typ av avvikelse=kind"
        "|Allvarlighet=severity|Enhet=unit|Beskrivning=description|Status=status",
    ),
    _export(
        "procurement_plan",
        "Upphandlings-ID=plan_id|Benämning=title|Område=service_area|Uppskattat värde=value_sek"
        "|Planerad start=planned_start|Ersätter avtal=replaces_contract_no",
    ),
    _export("bidders", "Upphandling dnr=tender_no|Anbudsgivare=name|Anbudsgivarens orgnr=orgnr"),
    _export(
        "sanctions",
        "id=id|schema=schema|name=name|aliases=aliases|birth_date=birth_date|countries=countries"
        "|sanctions=sanctions|dataset=dataset",
        separator=",",
    ),
    # Written after the dictionary, to see what it makes of names that nobody had in mind.
    _export(
        "invoices",
        "Resk.nr=supplier_no|Resk.nr(T)=supplier_name|Konto=account_no"
        "|Konto(T)=account_text|Ver.datum=booking_date|Belopp=amount_sek|Text=description"
        "|Ver.nr=voucher_no|Fakturanr=invoice_no",
    ),
    _export(
        "invoices",
        "LEV_ID=supplier_no|LEV_NAMN=supplier_name|LEV_ORGNR=orgnr|FAKTDAT=invoice_date"
        "|FAKTNR=invoice_no|NETTO=amount_sek|BETDAT=paid_on|FFDAT=due_date",
    ),
    _export(
        "invoices",
        "Dokumentnr=invoice_no|Motpart=supplier_name|Motpart orgnr=orgnr"
        "|Dokumentdatum=invoice_date|Belopp ex. moms=amount_sek|Attestdatum"
        "|Kostnadsställe=buyer_unit",
    ),
    _export(
        "suppliers",
        "Kreditornr=supplier_no|Firma=name|Org./pers.nr=orgnr|Utdeln.adress=street"
        "|Postnr=postal_code|Ort=city|Bg=bankgiro|Mobil=phone|Mejl=email|Passiv=blocked",
    ),
    _export(
        "contracts",
        "Kontraktsnr=contract_no|Avtalsnamn=title|Leverantör org.nr=orgnr"
        "|Löptid fr=valid_from|Löptid t.o.m=valid_to|Kontraktsvärde (kr)=value_sek"
        "|Ansvarig enhet=owner_unit",
    ),
    _export(
        "contracts",
        "AgreementId=contract_no|AgreementTitle=title|VendorNo=supplier_no"
        "|ValidFrom=valid_from|ValidTo=valid_to|EstimatedValue=value_sek",
    ),
    _export(
        "time_reports",
        "Utförd av=worker_id|Kund-id=client_id|Utförarens org.nr=orgnr"
        "|Typ av insats=service|Start tid=start|Slut tid=end",
    ),
    _export(
        "decisions",
        "Personnr brukare=client_id|Insats=service|Beviljade tim/månad=hours_per_month"
        "|Beslut gäller från=valid_from|Beslut gäller till=valid_to",
    ),
    _export(
        "employees",
        "Anställningsnr=employee_id|Pnr=person_id|Efternamn förnamn=name|Arbetsplats=unit"
        "|Yrke=role",
    ),
    _export(
        "permits",
        "Org.nr=orgnr|Verksamhet|Typ av verksamhet=permit_type|Status=status"
        "|Beslut datum=decided_on|Utförare=provider_name|Besöksadress=street",
    ),
    _export(
        "tax_status",
        "Organisationsnr=orgnr|Godkänd för F-skatt=f_tax"
        "|Registrerad för moms=vat_registered"
        "|Registrerad arbetsgivare=employer_registered|Per datum=as_of",
    ),
    _export(
        "payroll",
        "Arbetsgivarens orgnr=orgnr|Månad=month"
        "|Summa arbetsgivaravgifter=employer_contributions_sek|Summa lön=declared_pay_sek"
        "|Antal anställda=employees",
    ),
    _export(
        "incidents",
        "Nr=incident_id|Leverantörens orgnr=orgnr|Datum=occurred_on|Typ=kind"
        "|Allvarlighetsgrad=severity|Vad hände=description",
    ),
    _export(
        "debts",
        "Orgnr=orgnr|Datum=as_of|Allmänna mål, kr=public_debt_sek"
        "|Enskilda mål, kr=private_debt_sek",
    ),
    _export(
        "officers",
        "Bolagets orgnr=orgnr|Person-/samordningsnr=person_id"
        "|Förnamn Efternamn=person_name|Roll=role|Fr.o.m=from_date|T.o.m=to_date",
    ),
    _export(
        "orderers",
        "Användar-id=orderer_id|Namn=name|Förvaltning=unit|Utbildad den=certified_on"
        "|Giltig till=certified_until",
    ),
)

#: Other ways in which programs write the same header.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda header: header,
    "upper case": str.upper,
    "snake case": lambda header: re.sub(r"[ .]+", "_", header.lower()).strip("_"),
    "no diacritics": lambda header: header.translate(str.maketrans("åäöÅÄÖéÀ", "aaoAAOeA")),
    "camel case": lambda header: "".join(
        word[:1].upper() + word[1:] for word in re.split(r"[ ._]+", header)
    ),
    "in quotes": lambda header: f'"{header} "',
}


def respelled(export: Export, spelling: str) -> Export:
    """The same export with its headers written in another way."""
    write_as = SPELLINGS[spelling]
    return replace(export, headers={write_as(h): column for h, column in export.headers.items()})


_WORDS = ("Hemtjänst", "Städning", "Måltider", "Bygg", "Skolskjuts", "Konsult", "Tolk", "Vård")
_FIRST = ("Anna", "Erik", "Maria", "Lars", "Åsa", "Omar", "Leila", "Sven")
_LAST = ("Ek", "Lind", "Öberg", "Hassan", "Nyström", "Berg", "Åkesson", "Holm")
_PLACES = ("Storby", "Lillköping", "Ekholm", "Norrvik", "Sjöhamn")


def orgnr(number: int) -> str:
    """A made-up legal entity's number with its check digit."""
    body = f"55{number % 90 + 20:02d}{number % 90_000 + 10_000:05d}"
    return f"{body[:6]}-{body[6:]}{luhn_digit(body)}"


def person_no(number: int) -> str:
    """A made-up person's number with its check digit."""
    born = date(1950, 1, 1) + timedelta(days=number * 37 % 18_000)
    body = f"{born:%y%m%d}{number % 900 + 100:03d}"
    return f"{born:%Y%m%d}-{body[6:]}{luhn_digit(body)}"


def _id(draw: random.Random, place: int) -> str:
    return f"{draw.choice('ABK')}{10_000 + place * 7}"


def _text(shape: str, draw: random.Random, place: int) -> str:
    kinds: dict[str, Callable[[], str]] = {
        "id": lambda: _id(draw, place),
        "account": lambda: str(4_000 + place % 9 * 100 + 11),
        "street": lambda: f"{draw.choice(_WORDS)}gatan {draw.randint(1, 90)}",
        "place": lambda: draw.choice(_PLACES),
        "mail": lambda: f"info{place}@exempel.se",
        "phone": lambda: (
            f"08-{draw.randint(100, 999)} {draw.randint(10, 99)} {draw.randint(10, 99)}"
        ),
    }
    if shape in kinds:
        return kinds[shape]()
    return f"{draw.choice(_WORDS)} {draw.choice(_LAST)} {draw.choice(['AB', 'HB', 'och Co'])}"


def _cell(name: str, column: Column, export: Export, place: int) -> str:
    draw = random.Random(f"{export.source}/{name}/{place}")
    day = date(2024, 1, 1) + timedelta(days=draw.randint(0, 900))
    match column.type:
        case "orgnr":
            return orgnr(draw.randint(1, 9_000))
        case "person_id":
            return person_no(place)
        case "party_id":
            return person_no(place) if place % 2 else orgnr(place)
        case "date":
            return day.strftime(export.day)
        case "month":
            return f"{day:%Y-%m}"
        case "datetime":
            return f"{day.strftime(export.day)} {draw.randint(6, 20):02d}:{draw.randint(0, 59):02d}"
        case "amount" | "decimal":
            return f"{draw.randint(1, 90)}{export.decimal}{draw.randint(0, 99):02d}"
        case "integer":
            return str(draw.randint(1, 4))
        case "boolean":
            return draw.choice(["Ja", "Nej"])
        case "code":
            return draw.choice(sorted(set(vocabulary_of(column).values())))
        case "postal_code":
            return f"{draw.randint(100, 984)} {draw.randint(10, 99)}"
        case "vat":
            return f"SE{orgnr(place).replace('-', '')}01"
        case "bankgiro":
            body = f"{draw.randint(100_000, 999_999)}"
            return f"{body[:3]}-{body[3:]}{luhn_digit(body)}"
        case "plusgiro":
            body = f"{draw.randint(10_000, 99_999)}"
            return f"{body}-{luhn_digit(body)}"
        case "iban":
            return "SE3550000000054910000003"
        case "bank_account":
            return f"8{draw.randint(100, 999)}-{draw.randint(1_000_000, 9_999_999)}"
        case _:
            if name in ("person_name", "owner_name", "manager_name", "subject_name"):
                return f"{draw.choice(_FIRST)} {draw.choice(_LAST)}"
            return _text(dictionary().shapes.get(name, ""), draw, place)


def write(export: Export, path: Path, rows: int = ROWS) -> Path:
    """Write an export; the same export gives the same bytes."""
    contract = all_contracts()[export.source]
    lines = [export.separator.join(export.headers)]
    for place in range(rows):
        cells = [
            _cell(column, contract.columns[column], export, place) if column else "x"
            for column in export.headers.values()
        ]
        lines.append(export.separator.join(cells))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(export.encoding))
    return path
