"""Svefaktura 1.0 (SFTI Basic Invoice), invoices and credit notes in one format.

Source: SFTI's XML schema BasicInvoice 1.0 and its Schematron rules of 2016-09-01: credit notes are
``InvoiceTypeCode`` 381; a contract is an ``AdditionalDocumentReference`` with the scheme ``CT``;
the organisationsnummer stands under the tax scheme ``SWT``, the statement on F-tax in
``ExemptionReason`` beside it; BGABSESS stands for Bankgirot, PGSISESS for PlusGirot.
"""

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
    states_f_tax,
)

ORIGIN = "svefaktura"
_OWN = "{urn:sfti:documents:BasicInvoice:1:0}"
INVOICE = f"{_OWN}Invoice"
#: A message of its own that carries attachments of a Svefaktura, beside it or alone.
ATTACHMENTS = "{urn:sfti:documents:ObjectEnvelope:1:0}ObjectEnvelope"

_CAC = "{urn:sfti:CommonAggregateComponents:1:0}"
_CBC = "{urn:oasis:names:tc:ubl:CommonBasicComponents:1:0}"

_ID = f"{_CAC}ID"
_PARTY = f"{_CAC}Party"
_LINE = f"{_CAC}InvoiceLine"
_CHARGES = (f"{_OWN}AllowanceCharge", f"{_CAC}AllowanceCharge")
#: What becomes a line.
LINES = (_LINE, *_CHARGES)
_TAX_CATEGORY = f"{_CAC}TaxCategory"
_PERCENT = f"{_CBC}Percent"
_DELIVERY = f"{_CAC}Delivery"
_DELIVERED = f"{_CBC}ActualDeliveryDateTime"
_CREDIT = "381"

_Parts = dict[str, list[Element]]
_Period = tuple[str | None, str | None]


def read_svefaktura(root: Element) -> Invoice:
    """One invoice or credit note as written."""
    parts: _Parts = {}
    written: list[Element] = []
    charges: list[Element] = []
    for part in root:
        if part.tag == _LINE:
            written.append(part)
        elif part.tag in _CHARGES:
            charges.append(part)
        elif len(alike := parts.setdefault(part.tag, [])) < MOST_ALIKE:
            alike.append(part)
    period = _period(parts)
    lines = [
        *(_line(line, period) for line in written),
        *(_charge(charge, period) for charge in charges),
    ]
    currency = _text(parts, f"{_OWN}InvoiceCurrencyCode")
    if currency is None and not any(line.currency for line in lines):
        # Where it says none at all, the Swedish format means the Swedish currency.
        currency = "SEK"
    total = child(_first(parts, f"{_CAC}LegalTotal"), f"{_CBC}TaxExclusiveTotalAmount")
    return Invoice(
        shared=_shared(parts),
        lines=lines,
        currency=currency,
        total=text_of(total),
        tolerance="0.50",
        has_credit_code=_text(parts, f"{_OWN}InvoiceTypeCode") == _CREDIT,
        sek_rate=_sek_rate(parts, currency) if currency != "SEK" else None,
    )


def _first(parts: _Parts, tag: str) -> Element | None:
    found = parts.get(tag)
    return found[0] if found else None


def _text(parts: _Parts, tag: str, *path: str) -> str | None:
    """The first text that is not empty, at the end of a path from parts of a name."""
    for part in parts.get(tag, ()):
        text = child_text(part, *path)
        if text is not None:
            return text
    return None


def _shared(parts: _Parts) -> Texts:
    name, own_orgnr, f_tax = _seller(child(_first(parts, f"{_CAC}SellerParty"), _PARTY))
    means = parts.get(f"{_CAC}PaymentMeans", [])
    return (
        one_line(_text(parts, f"{_OWN}ID")),
        own_orgnr,
        one_line(name),
        day(_text(parts, f"{_CBC}IssueDate")),
        day(_text(parts, f"{_CAC}PaymentMeans", f"{_CBC}DuePaymentDate")),
        one_line(_text(parts, f"{_OWN}RequisitionistDocumentReference", _ID)),
        one_line(_contract(parts.get(f"{_OWN}AdditionalDocumentReference", []))),
        ORIGIN,
        one_line(payee_account(map(_account, means))),
        "ja" if f_tax else "nej",
        None,  # the format names another payee, but has no number for it
    )


def _seller(party: Element | None) -> tuple[str | None, str | None, bool]:
    """Name, organisationsnummer, and whether it says that it is approved for F-tax."""
    trade_name = legal_name = None
    identified: list[Numbered] = []
    by_scheme: dict[str, list[Numbered]] = {"SWT": [], "VAT": []}
    statements: list[str | None] = []
    for part in first_children(party):
        if part.tag == f"{_CAC}PartyTaxScheme":
            scheme = (child_text(part, f"{_CAC}TaxScheme", _ID) or "").upper()
            company = child_text(part, f"{_CAC}CompanyID")
            by_scheme.setdefault(scheme, []).append(Numbered(company))
            statements += (company, child_text(part, f"{_CBC}ExemptionReason"))
            legal_name = legal_name or child_text(part, f"{_CBC}RegistrationName")
        elif part.tag == f"{_CAC}PartyName":
            trade_name = trade_name or child_text(part, f"{_CBC}Name")
        elif part.tag == f"{_CAC}PartyIdentification":
            identified.append(Numbered(child_text(part, _ID)))
    given = [*(each for found in by_scheme.values() for each in found), *identified]
    return legal_name or trade_name, one_line(organisation_of(given)), states_f_tax(statements)


def _contract(references: list[Element]) -> str | None:
    for reference in references:
        number = child(reference, _ID)
        if number is not None and number.get("identificationSchemeID", "").upper() == "CT":
            return text_of(number)
    return None


def _account(means: Element) -> Numbered:
    account = child(means, f"{_CAC}PayeeFinancialAccount")
    branch = child(account, f"{_CAC}FinancialInstitutionBranch")
    bic = child_text(branch, f"{_CAC}FinancialInstitution", _ID)
    return Numbered(child_text(account, _ID), bic)


def _period(parts: _Parts) -> _Period:
    start = day(_text(parts, f"{_OWN}InvoicingPeriod", f"{_CBC}StartDateTime"))
    end = day(_text(parts, f"{_OWN}InvoicingPeriod", f"{_CBC}EndDateTime"))
    if start or end:
        return start, end
    delivered = day(_text(parts, _DELIVERY, _DELIVERED))
    return delivered, delivered


def _line(line: Element, period: _Period) -> Line:
    amount = currency = quantity = unit = note = text = percent = price = base = None
    start, end = period
    for part in line:
        tag = part.tag
        if tag == f"{_CBC}LineExtensionAmount":
            amount, currency = text_of(part), part.get("amountCurrencyID")
        elif tag == f"{_CBC}InvoicedQuantity":
            quantity, unit = text_of(part), part.get("quantityUnitCode")
        elif tag == f"{_CBC}Note":
            note = note or text_of(part)
        elif tag == _DELIVERY:
            delivered = day(child_text(part, _DELIVERED))
            if delivered:
                start = end = delivered
        elif tag == f"{_CAC}Item":
            for detail in part:
                if detail.tag == f"{_CBC}Description":
                    text = text or text_of(detail)
                elif detail.tag == _TAX_CATEGORY:
                    percent = percent or child_text(detail, _PERCENT)
                elif detail.tag == f"{_CAC}BasePrice":
                    price = child_text(detail, f"{_CBC}PriceAmount")
                    base = child_text(detail, f"{_CBC}BaseQuantity")
    return Line(
        amount,
        currency or None,
        percent,
        described(text or note, None),
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
    reason = child(charge, f"{_CAC}ReasonCode")
    name = reason.get("name", "").strip() if reason is not None else ""
    return Line(
        amount=text_of(amount),
        currency=(amount.get("amountCurrencyID") or None) if amount is not None else None,
        vat_percent=child_text(charge, _TAX_CATEGORY, _PERCENT),
        description=described(name or None, None) or ("Avgift" if is_charge else "Rabatt"),
        service_from=period[0],
        service_to=period[1],
        side=1 if is_charge else -1,
    )


def _sek_rate(parts: _Parts, currency: str | None) -> str | None:
    """SEK per unit of the currency, where the invoice states a rate of exchange to SEK."""
    exchange = _first(parts, f"{_CAC}ExchangeRate")
    source = child_text(exchange, f"{_CAC}SourceCurrencyCode") or currency
    target = child_text(exchange, f"{_CAC}TargetCurrencyCode")
    target = target or _text(parts, f"{_OWN}TaxCurrencyCode")
    if exchange is None or source != currency or target != "SEK":
        return None
    return child_text(exchange, f"{_CBC}CalculationRate")
