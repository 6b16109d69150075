"""An invoice as written to lines in SEK: signs, currency, VAT, and whether the lines add up.

The choices made here, and why, stand in ``docs/decisions/0010-xml-invoices.md``.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from screening.sources.delivery import ReadWarning
from screening.sources.invoice_xml.document import BrokenLine, Invoice, InvoiceDocument, Line

_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})")
_SWEDISH = re.compile(r"[+-]?\d{1,3}(?:\s\d{3}){0,5}(?:[.,]\d{1,2})?|[+-]?\d{1,20},\d{1,2}")
_SPACES = re.compile(r"\s")
_LONGEST_NUMBER = 60
_CURRENCY = re.compile(r"[A-Z]{3}")
_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_PRICE_STEP = Decimal("0.000001")
_HUNDRED = Decimal(100)
_RATES = (Decimal("0.0001"), Decimal("10000"))
_LONGEST_RAW = 4_000
_LONGEST_PERCENT = 20


def settle(invoice: Invoice, document: InvoiceDocument) -> None:
    """Add an invoice's lines, broken lines and warnings to its document."""
    if not invoice.lines:
        empty = (None,) * 8
        document.lines.append((*invoice.shared, *empty))
        place = len(document.lines)
        document.broken.append((place, "InvoiceLine", "bad_record", invoice.shared[0] or ""))
        return
    amounts = [number(line.amount) for line in invoice.lines]
    written = sum(
        (a * line.side for a, line in zip(amounts, invoice.lines, strict=True) if a), _ZERO
    )
    sign = _sign(invoice, written, document)
    rate = _rate(invoice, document)
    for line, amount in zip(invoice.lines, amounts, strict=True):
        document.lines.append((*invoice.shared, *_texts(line, amount, sign, rate)))
        broken = _broken(invoice, line, amount, rate, len(document.lines))
        if broken is not None:
            document.broken.append(broken)
    total = number(invoice.total)
    if (
        total is not None
        and None not in amounts
        and abs(written - total) > Decimal(invoice.tolerance)
    ):
        document.warnings.append(ReadWarning("invoice_sum_differs", {"rows": len(amounts)}))


def _sign(invoice: Invoice, written: Decimal, document: InvoiceDocument) -> int:
    """What every amount is multiplied by, so that what is taken back is negative."""
    if invoice.is_credit_note:
        if written < 0:
            told = ReadWarning("credit_note_negative", {"rows": len(invoice.lines)})
            document.warnings.append(told)
        return -1
    return -1 if invoice.has_credit_code and written > 0 else 1


def _rate(invoice: Invoice, document: InvoiceDocument) -> Decimal | None:
    """SEK per unit of the invoice's currency; None where it is SEK or the invoice does not say."""
    currency = invoice.currency
    if currency == "SEK" or invoice.sek_rate is None or not _CURRENCY.fullmatch(currency or ""):
        return None
    rate = number(invoice.sek_rate)
    if rate is None or not _RATES[0] <= rate <= _RATES[1]:
        return None
    values = {"rows": len(invoice.lines), "currency": currency, "rate": f"{rate:.4f}"}
    document.warnings.append(ReadWarning("currency_converted", values))
    return rate


def _broken(
    invoice: Invoice, line: Line, amount: Decimal | None, rate: Decimal | None, place: int
) -> BrokenLine | None:
    if amount is not None and line.currency == invoice.currency == "SEK":
        return None
    currencies = {line.currency, invoice.currency} - {None}
    if amount is None and line.amount is not None:
        reason = "not_an_amount"
    elif currencies != {"SEK"} and not (rate is not None and currencies == {invoice.currency}):
        reason = "currency_not_sek"
    else:
        return None
    told = (invoice.shared[0], line.description, line.amount, line.currency or invoice.currency)
    raw = ";".join(text or "" for text in told)
    return place, "amount_sek", reason, raw[:_LONGEST_RAW]


def _texts(
    line: Line, amount: Decimal | None, sign: int, rate: Decimal | None
) -> tuple[str | None, ...]:
    """The texts of the columns that each line has for itself."""
    vat = None
    if amount is not None:
        if sign * line.side < 0:
            amount = -amount
        if rate is not None:
            amount = _rounded(amount * rate, _CENT)
        percent = _percent(line.vat_percent) if _is_short(line.vat_percent) else None
        if percent is not None and amount is not None:
            vat = _rounded(amount * percent / _HUNDRED, _CENT)
    quantity = number(line.quantity)
    if quantity is not None and sign < 0:
        quantity = -quantity
    return (
        _written(amount),
        _written(vat),
        line.description,
        _written(quantity),
        line.unit,
        _written(_unit_price(line, rate)),
        line.service_from,
        line.service_to,
    )


def _is_short(text: str | None) -> bool:
    return text is not None and len(text) <= _LONGEST_PERCENT


@lru_cache(maxsize=256)
def _percent(text: str | None) -> Decimal | None:
    return number(text)


def _unit_price(line: Line, rate: Decimal | None) -> Decimal | None:
    price = number(line.unit_price)
    base = number(line.base_quantity)
    if price is not None and base:
        price = _rounded(price / base, _PRICE_STEP)
    if price is not None and rate is not None:
        price = _rounded(price * rate, _PRICE_STEP)
    return price


def number(text: str | None) -> Decimal | None:
    """A number as XML writes it, or as Swedes do (``1 234,50``); None for anything else.

    Longer numbers, and such with exponents, are no amounts of money.
    """
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        if len(text) > _LONGEST_NUMBER or not _SWEDISH.fullmatch(text):
            return None
        text = _SPACES.sub("", text).replace(",", ".")
    return Decimal(text)


def _rounded(value: Decimal, step: Decimal) -> Decimal | None:
    try:
        return value.quantize(step, rounding="ROUND_HALF_UP")
    except InvalidOperation:  # more digits than any money has
        return None


def _written(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = str(value)
    return f"{value:f}" if "E" in text else text
