"""Invoices and credit notes in UBL 2.1, as Peppol BIS Billing 3 and its predecessors use it.

Facts on the Swedish use (where the organisationsnummer, the F-tax statement and the giro numbers
stand) are those of the rules SE-R-001 to SE-R-013 of Peppol BIS Billing 3; ``SE:ORGNR`` and a BIC
beside a giro number come from its predecessor BIS 5A, which senders still fill in.
"""

from decimal import Decimal

from screening.sources.invoice_xml.document import Invoice, Line, Texts
from screening.sources.invoice_xml.elements import (
    MOST_ALIKE,
    Element,
    child,
    child_text,
    day,
    described,
    first_children,
    one_line,
    text_of,
)
from screening.sources.invoice_xml.parties import (
    Numbered,
    organisation_of,
    payee_account,
    says_swedish,
    states_f_tax,
)
from screening.sources.invoice_xml.settled import number

ORIGIN = "peppol"
INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"

_ID = f"{_CBC}ID"
_NAME = f"{_CBC}Name"
_AMOUNT = f"{_CBC}LineExtensionAmount"
_QUANTITIES = (f"{_CBC}InvoicedQuantity", f"{_CBC}CreditedQuantity")
_NOTE = f"{_CBC}Note"
_DESCRIPTION = f"{_CBC}Description"
_PERIOD = f"{_CAC}InvoicePeriod"
_ITEM = f"{_CAC}Item"
_PRICE = f"{_CAC}Price"
_CATEGORY = f"{_CAC}ClassifiedTaxCategory"
_PERCENT = f"{_CBC}Percent"
_CHARGE = f"{_CAC}AllowanceCharge"
_LINES = (f"{_CAC}InvoiceLine", f"{_CAC}CreditNoteLine")
#: What becomes a line.
LINES = (*_LINES, _CHARGE)
_ISSUED = f"{_CBC}IssueDate"
_DUE = f"{_CBC}DueDate"
_CURRENCY = f"{_CBC}DocumentCurrencyCode"
_BUYER_REFERENCE = f"{_CBC}BuyerReference"
_KINDS = (f"{_CBC}InvoiceTypeCode", f"{_CBC}CreditNoteTypeCode")
_CONTRACT = f"{_CAC}ContractDocumentReference"
_SUPPLIER = f"{_CAC}AccountingSupplierParty"
_PAYEE = f"{_CAC}PayeeParty"
_DELIVERY = f"{_CAC}Delivery"
_MEANS = f"{_CAC}PaymentMeans"
_TAX_TOTAL = f"{_CAC}TaxTotal"
_TOTAL = f"{_CAC}LegalMonetaryTotal"
_PARTY = f"{_CAC}Party"
_ENDPOINT = f"{_CBC}EndpointID"
_PARTY_ID = f"{_CAC}PartyIdentification"
_ADDRESS = f"{_CAC}PostalAddress"
_PARTY_NAME = f"{_CAC}PartyName"
_PARTY_TAX = f"{_CAC}PartyTaxScheme"
_LEGAL = f"{_CAC}PartyLegalEntity"
_COMPANY_ID = f"{_CBC}CompanyID"
_ACCOUNT = f"{_CAC}PayeeFinancialAccount"
_BRANCH = f"{_CAC}FinancialInstitutionBranch"
_TAX_AMOUNT = f"{_CBC}TaxAmount"
_WANTED = frozenset(
    (
        *(_ID, _ISSUED, _DUE, _CURRENCY, _BUYER_REFERENCE, *_KINDS),
        *(_CONTRACT, _SUPPLIER, _PAYEE, _DELIVERY, _MEANS, _TAX_TOTAL, _TOTAL, _PERIOD),
    )
)
#: Codes of UNTDID 1001 that make an ``Invoice`` take money back.
_CREDIT_CODES = frozenset(
    ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532")
)
#: VAT from which the rate between two amounts of it is exact to a tenth of a percent.
_ENOUGH_VAT = Decimal(5)

_Period = tuple[str | None, str | None]


def read_ubl(root: Element) -> Invoice:
    """One invoice or credit note as written."""
    parts: dict[str, list[Element]] = {}
    lines: list[Element] = []
    charges: list[Element] = []
    for part in root:
        tag = part.tag
        if tag in _WANTED:
            alike = parts.setdefault(tag, [])
            if len(alike) < MOST_ALIKE:
                alike.append(part)
        elif tag in _LINES:
            lines.append(part)
        elif tag == _CHARGE:
            charges.append(part)
    period = _first_period(parts.get(_PERIOD, [])) or _delivered(parts.get(_DELIVERY, []))
    currency = _text(parts, _CURRENCY)
    is_credit_note = root.tag == CREDIT_NOTE
    return Invoice(
        shared=_shared(parts),
        lines=[
            *(_line(line, period or (None, None)) for line in lines),
            *(_charge(charge, period or (None, None)) for charge in charges),
        ],
        currency=currency,
        total=_child_of_first(parts, _TOTAL, f"{_CBC}TaxExclusiveAmount"),
        tolerance="0.05",
        is_credit_note=is_credit_note,
        has_credit_code=not is_credit_note and _text(parts, *_KINDS) in _CREDIT_CODES,
        sek_rate=_sek_rate(parts.get(_TAX_TOTAL, []), currency) if currency != "SEK" else None,
    )


def _text(parts: dict[str, list[Element]], *tags: str) -> str | None:
    """The first text that is not empty."""
    for tag in tags:
        for part in parts.get(tag, ()):
            text = text_of(part)
            if text is not None:
                return text
    return None


def _child_of_first(parts: dict[str, list[Element]], tag: str, *path: str) -> str | None:
    for part in parts.get(tag, ()):
        text = child_text(part, *path)
        if text is not None:
            return text
    return None


def _shared(parts: dict[str, list[Element]]) -> Texts:
    means = parts.get(_MEANS, [])
    name, own_orgnr, f_tax = _supplier(parts.get(_SUPPLIER, []))
    due = _text(parts, _DUE) or _child_of_first(parts, _MEANS, f"{_CBC}PaymentDueDate")
    return (
        one_line(_text(parts, _ID)),
        own_orgnr,
        one_line(name),
        day(_text(parts, _ISSUED)),
        day(due),
        one_line(_text(parts, _BUYER_REFERENCE)),
        one_line(_child_of_first(parts, _CONTRACT, _ID)),
        ORIGIN,
        one_line(payee_account(map(_account, means))),
        "ja" if f_tax else "nej",
        _payee(parts.get(_PAYEE, [])),
    )


def _supplier(suppliers: list[Element]) -> tuple[str | None, str | None, bool]:
    """Name, organisationsnummer, and whether it says that it is approved for F-tax."""
    party = child(suppliers[0], _PARTY) if suppliers else None
    trade_name = legal_name = country = None
    endpoint: list[Numbered] = []
    identified: list[Numbered] = []
    legal: list[Numbered] = []
    registered: list[Numbered] = []
    statements: list[str | None] = []
    for part in first_children(party):
        tag = part.tag
        if tag == _PARTY_TAX:
            company = child_text(part, _COMPANY_ID)
            registered.append(Numbered(company))
            statements += (company, child_text(part, f"{_CBC}ExemptionReason"))
        elif tag == _LEGAL:
            legal_name = legal_name or child_text(part, f"{_CBC}RegistrationName")
            legal.append(_numbered(child(part, _COMPANY_ID)))
            statements.append(child_text(part, f"{_CBC}CompanyLegalForm"))
        elif tag == _ENDPOINT:
            endpoint.append(_numbered(part))
        elif tag == _PARTY_NAME:
            trade_name = trade_name or child_text(part, _NAME)
        elif tag == _PARTY_ID:
            identified.append(_numbered(child(part, _ID)))
        elif tag == _ADDRESS:
            country = child_text(part, f"{_CAC}Country", f"{_CBC}IdentificationCode")
    # What is in no register, or in some country's, may pass for a Swedish number by chance.
    identified = [each for each in identified if says_swedish(each)]
    if country is not None and country.upper() != "SE":
        legal = [each for each in legal if says_swedish(each)]
    given = [*legal, *endpoint, *identified, *registered]
    return legal_name or trade_name, one_line(organisation_of(given)), states_f_tax(statements)


def _numbered(element: Element | None) -> Numbered:
    scheme = element.get("schemeID") if element is not None else None
    return Numbered(text_of(element), scheme)


def _payee(payees: list[Element]) -> str | None:
    """The organisationsnummer of a factoring company or other payee."""
    legal: list[Numbered] = []
    identified: list[Numbered] = []
    for payee in payees:
        for part in payee:
            if part.tag == _LEGAL:
                legal.append(_numbered(child(part, _COMPANY_ID)))
            elif part.tag == _PARTY_ID:
                identified.append(_numbered(child(part, _ID)))
    return one_line(organisation_of([*legal, *identified]))


def _account(means: Element) -> Numbered:
    account = child(means, _ACCOUNT)
    branch = child(account, _BRANCH)
    place = child_text(branch, _ID) or child_text(branch, f"{_CAC}FinancialInstitution", _ID)
    return Numbered(child_text(account, _ID), place)


def _first_period(periods: list[Element]) -> _Period | None:
    for period in periods:
        start = day(child_text(period, f"{_CBC}StartDate"))
        end = day(child_text(period, f"{_CBC}EndDate"))
        if start or end:
            return start, end
    return None


def _delivered(deliveries: list[Element]) -> _Period | None:
    for delivery in deliveries:
        delivered = day(child_text(delivery, f"{_CBC}ActualDeliveryDate"))
        if delivered:
            return delivered, delivered
    return None


def _line(line: Element, period: _Period) -> Line:
    amount = currency = quantity = unit = note = name = text = percent = price = base = None
    own_period = None
    for part in line:
        tag = part.tag
        if tag == _AMOUNT:
            amount, currency = text_of(part), part.get("currencyID")
        elif tag in _QUANTITIES:
            quantity, unit = text_of(part), part.get("unitCode")
        elif tag == _ITEM:
            for detail in part:
                tag = detail.tag
                if tag == _NAME:
                    name = text_of(detail)
                elif tag == _DESCRIPTION:
                    text = text or text_of(detail)
                elif tag == _CATEGORY:
                    percent = percent or child_text(detail, _PERCENT)
        elif tag == _PRICE:
            price = child_text(part, f"{_CBC}PriceAmount")
            base = child_text(part, f"{_CBC}BaseQuantity")
        elif tag == _PERIOD:
            own_period = own_period or _first_period([part])
        elif tag == _NOTE:
            note = note or text_of(part)
        elif tag == _DELIVERY:
            own_period = own_period or _delivered([part])
    start, end = own_period or period
    return Line(
        amount,
        currency or None,
        percent,
        described(name, text) or described(note, None),
        quantity,
        one_line(unit) or None,
        price,
        base,
        start,
        end,
    )


def _charge(charge: Element, period: _Period) -> Line:
    is_charge = (child_text(charge, f"{_CBC}ChargeIndicator") or "").lower() in ("true", "1")
    amount = child(charge, f"{_CBC}Amount")
    reason = child_text(charge, f"{_CBC}AllowanceChargeReason")
    return Line(
        amount=text_of(amount),
        currency=(amount.get("currencyID") or None) if amount is not None else None,
        vat_percent=child_text(charge, f"{_CAC}TaxCategory", _PERCENT),
        description=described(reason, None) or ("Avgift" if is_charge else "Rabatt"),
        service_from=period[0],
        service_to=period[1],
        side=1 if is_charge else -1,
    )


def _sek_rate(totals: list[Element], currency: str | None) -> str | None:
    """SEK per unit of the currency, from the VAT that must stand on the invoice in both.

    Source: EN 16931, BT-110 (VAT in the invoice's currency) and BT-111 (in the accounting
    currency, which is SEK for a supplier that pays VAT in Sweden).
    """
    found: dict[str, Decimal] = {}
    for total in totals:
        amount = child(total, _TAX_AMOUNT)
        value = number(text_of(amount))
        if amount is not None and value is not None:
            found.setdefault(amount.get("currencyID") or "", abs(value))
    sek, other = found.get("SEK"), found.get(currency or "")
    if not sek or not other or other < _ENOUGH_VAT:
        return None
    return f"{sek / other:.10f}"
