"""Peppol BIS Billing 3 invoices and credit notes (UBL 2.1) as rows, one per invoice line.

Allowances and charges of the whole document are lines of their own, so that the lines sum to the
amount without VAT. Amounts of credit notes are negative. VAT is not given per line in the format:
it is the line's amount times the line's rate.

Facts on the Swedish use (where the organisationsnummer, the F-tax statement and the giro numbers
stand) are those of the rules SE-R-001 to SE-R-013 of Peppol BIS Billing 3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl
from lxml import etree

from screening.identity_numbers import orgnr
from screening.sources.delivery import QUARANTINE_SCHEMA, ReadWarning, UnreadableFileError
from screening.sources.safe_xml import parse_safely
from screening.sources.text_table import TextChunk, TextTable

ORIGIN = "peppol"
#: Columns of the contract of ``invoices`` that a document gives.
COLUMNS = (
    "invoice_no",
    "orgnr",
    "supplier_name",
    "invoice_date",
    "amount_sek",
    "vat_sek",
    "due_date",
    "buyer_unit",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "service_from",
    "service_to",
    "contract_no",
    "channel",
    "payee_account",
    "f_tax_stated",
    "payee_orgnr",
)
NUMBERS = frozenset(("amount_sek", "vat_sek", "quantity", "unit_price"))

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
_CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
_SVEFAKTURA = "urn:sfti:documents:BasicInvoice:1:0"
_ENVELOPE = "StandardBusinessDocument"
_GIROS = {"SE:BANKGIRO": "bg", "SE:PLUSGIRO": "pg"}
#: Lines may differ from the document's total by rounding.
_ROUNDING = Decimal("0.05")


@dataclass
class InvoiceDocument:
    """The lines of one document.

    Attributes:
        lines: one per invoice line, then one per allowance or charge of the document, texts in
            the order of ``COLUMNS``.
        broken: lines that cannot be used: number, column, reason, raw text.
        warnings: about the document.
    """

    lines: list[tuple[str | None, ...]] = field(default_factory=list)
    broken: list[tuple[int, str, str, str]] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def read_peppol(path: Path) -> InvoiceDocument:
    """Read one invoice or credit note, bare or in an SBDH envelope.

    Raises:
        UnreadableFileError: ``xml_too_large``, ``xml_forbidden`` (a DOCTYPE), ``xml_malformed``,
            ``no_reader`` (Svefaktura), ``not_a_known_format`` for any other XML.
    """
    root = _invoice_of(parse_safely(path))
    sign = -1 if root.tag == _CREDIT_NOTE else 1
    document = InvoiceDocument()
    shared = _shared(root)
    line_tag, quantity_tag = (
        (f"{_CAC}CreditNoteLine", f"{_CBC}CreditedQuantity")
        if sign < 0
        else (f"{_CAC}InvoiceLine", f"{_CBC}InvoicedQuantity")
    )
    for line in root.iterchildren(line_tag):
        document.lines.append(_row(shared | _line(line, quantity_tag, sign)))
    for charge in root.iterchildren(f"{_CAC}AllowanceCharge"):
        document.lines.append(_row(shared | _charge(charge, sign)))
    _check(root, document, sign)
    return document


def peppol_table(document: InvoiceDocument) -> TextTable:
    """A document as a table; ``row_no`` is the line's ordinal."""
    row_no = range(1, len(document.lines) + 1)
    return table_of_lines(document.lines, row_no, document.broken)


def table_of_lines(
    lines: list[tuple[str | None, ...]],
    row_no: range | list[int],
    broken: list[tuple[int, str, str, str]],
) -> TextTable:
    """Lines of one document or of several as a table."""
    frame = pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String()), orient="row")
    frame = frame.with_columns(pl.Series("row_no", row_no, dtype=pl.Int64))
    rejects = pl.DataFrame(broken, schema=QUARANTINE_SCHEMA, orient="row")
    frame = frame.filter(~pl.col("row_no").is_in(rejects["row_no"].implode()))

    def chunks() -> Iterator[TextChunk]:
        yield TextChunk(frame, rejects)

    return TextTable(ORIGIN, list(COLUMNS), chunks(), reopen=chunks, typed_columns=NUMBERS)


def _invoice_of(root: etree._Element) -> etree._Element:
    if etree.QName(root).localname == _ENVELOPE:
        for child in root:
            if child.tag in (_INVOICE, _CREDIT_NOTE) or _is_svefaktura(child):
                root = child
    if _is_svefaktura(root):
        raise UnreadableFileError("no_reader")
    if root.tag not in (_INVOICE, _CREDIT_NOTE):
        raise UnreadableFileError("not_a_known_format")
    return root


def _is_svefaktura(element: etree._Element) -> bool:
    return etree.QName(element).namespace == _SVEFAKTURA


def _path(*steps: str) -> str:
    """A path of UBL names: the last is a text (``cbc``), those before are parts (``cac``)."""
    return "/".join([*(_CAC + step for step in steps[:-1]), _CBC + steps[-1]])


def _text(element: etree._Element | None, path: str) -> str | None:
    if element is None:
        return None
    found = element.find(path)
    text = found.text if found is not None else None
    return text.strip() or None if text else None


_CURRENCY = _path("DocumentCurrencyCode")
_ID = _path("ID")
_ISSUED = _path("IssueDate")
_DUE = _path("DueDate")
_MEANS_DUE = _path("PaymentMeans", "PaymentDueDate")
_BUYER_REFERENCE = _path("BuyerReference")
_CONTRACT = _path("ContractDocumentReference", "ID")
_DELIVERED = _path("Delivery", "ActualDeliveryDate")
_PERIOD = f"{_CAC}InvoicePeriod"
_START = _path("StartDate")
_END = _path("EndDate")
_SUPPLIER = f"{_CAC}AccountingSupplierParty/{_CAC}Party"
_TAX_SCHEME = f"{_CAC}PartyTaxScheme"
_TAX_SCHEME_ID = _path("TaxScheme", "ID")
_COMPANY_ID = _path("CompanyID")
_LEGAL_NAME = _path("PartyLegalEntity", "RegistrationName")
_LEGAL_ID = _path("PartyLegalEntity", "CompanyID")
_TRADE_NAME = _path("PartyName", "Name")
_ENDPOINT = _path("EndpointID")
_PARTY_ID = _path("PartyIdentification", "ID")
_PAYEE = f"{_CAC}PayeeParty"
_ACCOUNT = f"{_CAC}PaymentMeans/{_CAC}PayeeFinancialAccount"
_BRANCH = _path("FinancialInstitutionBranch", "ID")
_AMOUNT = _path("LineExtensionAmount")
_RATE = f"{_CAC}Item/{_CAC}ClassifiedTaxCategory/{_CBC}Percent"
_ITEM_NAME = _path("Item", "Name")
_ITEM_TEXT = _path("Item", "Description")
_PRICE = _path("Price", "PriceAmount")
_PRICE_BASE = _path("Price", "BaseQuantity")
_IS_CHARGE = _path("ChargeIndicator")
_REASON = _path("AllowanceChargeReason")
_CHARGED = _path("Amount")
_CHARGE_RATE = _path("TaxCategory", "Percent")
_TOTAL = _path("LegalMonetaryTotal", "TaxExclusiveAmount")


def _shared(root: etree._Element) -> dict[str, str | None]:
    """What holds for every line of the document."""
    supplier = root.find(_SUPPLIER)
    payee = root.find(_PAYEE)
    period = root.find(_PERIOD)
    delivered = _text(root, _DELIVERED)
    schemes: list[tuple[str, str]] = []
    if supplier is not None:
        schemes = [
            ((_text(each, _TAX_SCHEME_ID) or "").upper(), _text(each, _COMPANY_ID) or "")
            for each in supplier.iterchildren(_TAX_SCHEME)
        ]
    f_tax = any(scheme == "TAX" and "F-SKATT" in statement.upper() for scheme, statement in schemes)
    vat_no = next((number for scheme, number in schemes if scheme == "VAT"), None)
    return {
        "invoice_no": _text(root, _ID),
        "orgnr": _supplier_orgnr(supplier, vat_no),
        "supplier_name": _text(supplier, _LEGAL_NAME) or _text(supplier, _TRADE_NAME),
        "invoice_date": _text(root, _ISSUED),
        "due_date": _text(root, _DUE) or _text(root, _MEANS_DUE),
        "buyer_unit": _text(root, _BUYER_REFERENCE),
        "service_from": _text(period, _START) or delivered,
        "service_to": _text(period, _END) or delivered,
        "contract_no": _text(root, _CONTRACT),
        "channel": "peppol",
        "payee_account": _account(root.find(_ACCOUNT)),
        "f_tax_stated": "ja" if f_tax else "nej",
        "payee_orgnr": _orgnr(_text(payee, _LEGAL_ID)) or _orgnr(_text(payee, _PARTY_ID)),
    }


def _supplier_orgnr(supplier: etree._Element | None, vat_no: str | None) -> str | None:
    """The legal entity's number, else the endpoint's, else that in the VAT number.

    A number with a wrong check digit is given only if no other is right.
    """
    if supplier is None:
        return None
    endpoint = supplier.find(_ENDPOINT)
    is_orgnr = endpoint is not None and endpoint.get("schemeID") == "0007"
    given = [
        _text(supplier, _LEGAL_ID),
        _text(supplier, _ENDPOINT) if is_orgnr else None,
        vat_no,
    ]
    right = next((number for number in map(_orgnr, given) if number), None)
    return right or next((n for n in given if n and re.fullmatch(r"[\d -]{10,13}", n)), None)


def _orgnr(text: str | None) -> str | None:
    return orgnr(text) if text else None


def _account(account: etree._Element | None) -> str | None:
    number = _text(account, _ID)
    if number is None:
        return None
    branch = (_text(account, _BRANCH) or "").upper()
    bare = re.sub(r"[\s-]", "", number).upper()
    if branch in _GIROS:
        return f"{_GIROS[branch]}:{re.sub('^(?:BG|PG)', '', bare)}"
    return f"iban:{bare}" if re.match(r"[A-Z]{2}\d\d", bare) else number


def _line(line: etree._Element, quantity_tag: str, sign: int) -> dict[str, str | None]:
    amount = _number(_text(line, _AMOUNT))
    period = line.find(_PERIOD)
    quantity = line.find(quantity_tag)
    name, text = _text(line, _ITEM_NAME), _text(line, _ITEM_TEXT)
    own: dict[str, str | None] = {
        "amount_sek": _written(amount, sign) or _text(line, _AMOUNT),
        "vat_sek": _vat(amount, _text(line, _RATE), sign),
        "description": f"{name}: {text}" if name and text and name != text else name or text,
        "quantity": _written(_number(_text(line, quantity_tag)), sign),
        "unit": quantity.get("unitCode") if quantity is not None else None,
        "unit_price": _unit_price(line),
    }
    if period is not None:
        own |= {"service_from": _text(period, _START), "service_to": _text(period, _END)}
    return own


def _charge(charge: etree._Element, sign: int) -> dict[str, str | None]:
    is_charge = (_text(charge, _IS_CHARGE) or "").lower() in ("true", "1")
    amount = _number(_text(charge, _CHARGED))
    side = sign if is_charge else -sign
    return {
        "amount_sek": _written(amount, side) or _text(charge, _CHARGED),
        "vat_sek": _vat(amount, _text(charge, _CHARGE_RATE), side),
        "description": _text(charge, _REASON) or ("Avgift" if is_charge else "Rabatt"),
    }


def _unit_price(line: etree._Element) -> str | None:
    price = _number(_text(line, _PRICE))
    base = _number(_text(line, _PRICE_BASE))
    if price is not None and base:
        price = _rounded(price / base, "0.000001")
    return _written(price, 1)


def _number(text: str | None) -> Decimal | None:
    # Longer numbers, or such with exponents, are no amounts of money.
    if text is None or not re.fullmatch(r"[+-]?\d{1,20}(?:\.\d{1,20})?", text):
        return None
    return Decimal(text)


def _written(number: Decimal | None, sign: int) -> str | None:
    return None if number is None else f"{number * sign:f}"


def _vat(amount: Decimal | None, rate: str | None, sign: int) -> str | None:
    percent = _number(rate)
    if amount is None or percent is None:
        return None
    return _written(_rounded(amount * percent / 100, "0.01"), sign)


def _rounded(number: Decimal, step: str) -> Decimal | None:
    try:
        return number.quantize(Decimal(step))
    except InvalidOperation:  # more digits than any money has
        return None


def _row(values: dict[str, str | None]) -> tuple[str | None, ...]:
    return tuple(values.get(name) for name in COLUMNS)


def _check(root: etree._Element, document: InvoiceDocument, sign: int) -> None:
    """A document without lines, or not in SEK, gives no rows; a wrong sum is told."""
    name = _text(root, _ID) or ""
    currency = _text(root, _CURRENCY) or ""
    if not document.lines:
        document.lines.append(_row({}))
        document.broken.append((1, "InvoiceLine", "bad_record", name))
        return
    if currency != "SEK":
        shown = COLUMNS.index("description"), COLUMNS.index("amount_sek")
        for number, line in enumerate(document.lines, start=1):
            raw = ";".join([name, *(line[place] or "" for place in shown), currency])
            document.broken.append((number, "amount_sek", "currency_not_sek", raw))
        return
    place = COLUMNS.index("amount_sek")
    amounts = [_number(line[place]) for line in document.lines]
    total = _number(_text(root, _TOTAL))
    if total is not None and None not in amounts:
        difference = sum((each for each in amounts if each), Decimal(0)) - total * sign
        if abs(difference) > _ROUNDING:
            document.warnings.append(ReadWarning("invoice_sum_differs", {"rows": len(amounts)}))
