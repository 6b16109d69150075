"""What an invoice document is on its way to rows: as written, and as lines of texts."""

from dataclasses import dataclass, field
from typing import NamedTuple

from screening.sources.delivery import ReadWarning

#: Columns of the contract of ``invoices`` that are the same for every line of an invoice.
SHARED_COLUMNS = (
    "invoice_no",
    "orgnr",
    "supplier_name",
    "invoice_date",
    "due_date",
    "buyer_unit",
    "contract_no",
    "channel",
    "payee_account",
    "f_tax_stated",
    "payee_orgnr",
)
#: All columns of the contract that a document gives, in the order of a line's texts.
COLUMNS = (
    *SHARED_COLUMNS,
    "amount_sek",
    "vat_sek",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "service_from",
    "service_to",
)
#: Of these, the numbers: their texts have a decimal dot and nothing else.
NUMBERS = frozenset(("amount_sek", "vat_sek", "quantity", "unit_price"))
#: More than any invoice has: a file made of empty lines must not fill the memory.
MOST_LINES = 200_000

Texts = tuple[str | None, ...]
#: A line that cannot be used: its number, the column, the reason, its raw text.
BrokenLine = tuple[int, str, str, str]


class Line(NamedTuple):
    """One line of an invoice as written: in the invoice's currency, with the signs it has there.

    ``side`` is -1 for an allowance: what it takes off is written without a sign.
    """

    amount: str | None
    currency: str | None
    vat_percent: str | None
    description: str | None
    quantity: str | None = None
    unit: str | None = None
    unit_price: str | None = None
    base_quantity: str | None = None
    service_from: str | None = None
    service_to: str | None = None
    side: int = 1


class Invoice(NamedTuple):
    """One invoice as written, whatever its format.

    Attributes:
        shared: texts in the order of ``SHARED_COLUMNS``.
        lines: its lines, then the allowances and charges of the whole invoice.
        currency: of the invoice; None where it says none.
        total: amount without VAT as the invoice sums it up, with the signs it has there.
        tolerance: how far its lines may be from that by rounding, as the format allows.
        is_credit_note: its kind says that amounts without a sign are taken back.
        has_credit_code: a code says so in a kind of document that can be both. Some senders then
            write a minus before each amount, others do not.
        sek_rate: SEK per unit of its currency, where the invoice itself says it.
    """

    shared: Texts
    lines: list[Line]
    currency: str | None
    total: str | None
    tolerance: str
    is_credit_note: bool = False
    has_credit_code: bool = False
    sek_rate: str | None = None


@dataclass
class InvoiceDocument:
    """The lines of one file: of one invoice, or of several in one envelope.

    Attributes:
        origin: the format, ``peppol`` or ``svefaktura``.
        lines: one per invoice line and one per allowance or charge of a whole invoice, texts in
            the order of ``COLUMNS`` (None where empty).
        broken: which of them cannot be used: number (from 1), column, reason, raw text.
        warnings: about the document.
    """

    origin: str = ""
    lines: list[Texts] = field(default_factory=list)
    broken: list[BrokenLine] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)
