"""Invoices and credit notes as UBL documents of Peppol BIS Billing 3, the Swedish way."""

from datetime import date

from lxml import etree

from screening.demo.peppol_documents import Document, DocumentLine

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_EXEMPT = "Undantag från skatteplikt, social omsorg"

Element = etree._Element


def peppol_xml(document: Document) -> bytes:
    """The document as XML, UTF-8."""
    is_credit = document.credits is not None
    kind = "CreditNote" if is_credit else "Invoice"
    root = etree.Element(
        f"{{{_ROOT.format(kind)}}}{kind}",
        # The default namespace has no prefix, which lxml's types do not know.
        nsmap={None: _ROOT.format(kind), "cac": _CAC, "cbc": _CBC},  # type: ignore[dict-item]
    )
    _value(root, "CustomizationID", _CUSTOMIZATION)
    _value(root, "ProfileID", _PROFILE)
    _value(root, "ID", document.number)
    _value(root, "IssueDate", document.issued)
    if not is_credit:
        _value(root, "DueDate", document.due)
    _value(root, f"{kind}TypeCode", "381" if is_credit else "380")
    _value(root, "DocumentCurrencyCode", "SEK")
    _value(root, "BuyerReference", document.unit)
    period = _group(root, "InvoicePeriod")
    _value(period, "StartDate", document.period[0])
    _value(period, "EndDate", document.period[1])
    if document.credits is not None:
        reference = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
        _value(reference, "ID", document.credits)
    if document.contract:
        _value(_group(root, "ContractDocumentReference"), "ID", document.contract)
    _supplier(root, document)
    _customer(root, document)
    if document.payee:
        payee = _group(root, "PayeeParty")
        _value(_group(payee, "PartyName"), "Name", document.payee[0])
        _value(_group(payee, "PartyLegalEntity"), "CompanyID", document.payee[1], schemeID="0007")
    _payment(root, document)
    _totals(root, document)
    for place, line in enumerate(document.lines, start=1):
        _line(root, document, place, line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _group(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _value(parent: Element, name: str, value: str | date, **attributes: str) -> None:
    child = etree.SubElement(parent, f"{{{_CBC}}}{name}", attrib=dict(attributes))
    child.text = value if isinstance(value, str) else value.isoformat()


def _money(parent: Element, name: str, ore: int) -> None:
    _value(parent, name, f"{ore // 100}.{ore % 100:02d}", currencyID="SEK")


def _supplier(root: Element, document: Document) -> None:
    party = _group(_group(root, "AccountingSupplierParty"), "Party")
    _value(party, "EndpointID", document.supplier_orgnr, schemeID="0007")
    _value(_group(party, "PartyName"), "Name", document.supplier_name)
    address = _group(party, "PostalAddress")
    _value(address, "StreetName", document.street)
    _value(address, "CityName", document.city)
    _value(address, "PostalZone", document.postal_code)
    _value(_group(address, "Country"), "IdentificationCode", "SE")
    _tax_registration(party, f"SE{document.supplier_orgnr}01", "VAT")
    _tax_registration(party, "GODKÄND FÖR F-SKATT", "TAX")
    legal = _group(party, "PartyLegalEntity")
    _value(legal, "RegistrationName", document.supplier_name)
    _value(legal, "CompanyID", document.supplier_orgnr, schemeID="0007")


def _tax_registration(party: Element, number: str, scheme: str) -> None:
    registration = _group(party, "PartyTaxScheme")
    _value(registration, "CompanyID", number)
    _value(_group(registration, "TaxScheme"), "ID", scheme)


def _customer(root: Element, document: Document) -> None:
    party = _group(_group(root, "AccountingCustomerParty"), "Party")
    _value(party, "EndpointID", document.buyer_orgnr, schemeID="0007")
    _value(_group(party, "PartyName"), "Name", document.buyer_name)
    _value(_group(_group(party, "PostalAddress"), "Country"), "IdentificationCode", "SE")
    legal = _group(party, "PartyLegalEntity")
    _value(legal, "RegistrationName", document.buyer_name)
    _value(legal, "CompanyID", document.buyer_orgnr, schemeID="0007")


def _payment(root: Element, document: Document) -> None:
    means = _group(root, "PaymentMeans")
    _value(means, "PaymentMeansCode", "30")
    _value(means, "PaymentID", document.number)
    if document.bankgiro is None:
        return
    account = _group(means, "PayeeFinancialAccount")
    _value(account, "ID", document.bankgiro)
    _value(_group(account, "FinancialInstitutionBranch"), "ID", "SE:BANKGIRO")


def _category(parent: Element, name: str, document: Document, with_reason: bool = False) -> None:
    category = _group(parent, name)
    _value(category, "ID", "S" if document.vat_percent else "E")
    _value(category, "Percent", str(document.vat_percent))
    if with_reason and not document.vat_percent:
        _value(category, "TaxExemptionReason", _EXEMPT)
    _value(_group(category, "TaxScheme"), "ID", "VAT")


def _totals(root: Element, document: Document) -> None:
    net = sum(line.ore for line in document.lines)
    vat = round(net * document.vat_percent / 100)
    total = _group(root, "TaxTotal")
    _money(total, "TaxAmount", vat)
    part = _group(total, "TaxSubtotal")
    _money(part, "TaxableAmount", net)
    _money(part, "TaxAmount", vat)
    _category(part, "TaxCategory", document, with_reason=True)
    sums = _group(root, "LegalMonetaryTotal")
    _money(sums, "LineExtensionAmount", net)
    _money(sums, "TaxExclusiveAmount", net)
    _money(sums, "TaxInclusiveAmount", net + vat)
    _money(sums, "PayableAmount", net + vat)


def _line(root: Element, document: Document, place: int, line: DocumentLine) -> None:
    is_credit = document.credits is not None
    element = _group(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _value(element, "ID", str(place))
    quantity = "1" if line.tenths == 10 else f"{line.tenths // 10}.{line.tenths % 10}"
    kind = "CreditedQuantity" if is_credit else "InvoicedQuantity"
    _value(element, kind, quantity, unitCode=line.unit)
    _money(element, "LineExtensionAmount", line.ore)
    item = _group(element, "Item")
    _value(item, "Name", line.text)
    _category(item, "ClassifiedTaxCategory", document)
    _money(_group(element, "Price"), "PriceAmount", line.ore * 10 // line.tenths)
