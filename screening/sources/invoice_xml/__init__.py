"""Invoices as XML: Peppol BIS Billing 3 (UBL) and Svefaktura 1.0, to lines of texts and to rows."""

from screening.sources.invoice_xml.document import InvoiceDocument
from screening.sources.invoice_xml.envelope import read_invoice_document
from screening.sources.invoice_xml.together import DocumentGroup, ReadDocument, type_together

__all__ = [
    "DocumentGroup",
    "InvoiceDocument",
    "ReadDocument",
    "read_invoice_document",
    "type_together",
]
