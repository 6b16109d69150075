"""Which invoices an XML document holds: it is one, or it is an envelope around some.

Seen around them: a StandardBusinessDocument with a header (also one in another, also with several
invoices), SOAP, and lists of a system's own. The attachments of a Svefaktura travel in an
ObjectEnvelope beside it, or as a file of their own.
"""

from collections.abc import Callable

from screening.sources.delivery import ReadWarning, UnreadableFileError
from screening.sources.invoice_xml import svefaktura, ubl
from screening.sources.invoice_xml.document import MOST_LINES, Invoice, InvoiceDocument
from screening.sources.invoice_xml.elements import Element
from screening.sources.invoice_xml.settled import settle
from screening.sources.safe_xml import parse_safely

#: A line takes more bytes than this, so that smaller files need no look at how many they have.
_SHORTEST_LINE = 16

_READERS: dict[str, tuple[str, Callable[[Element], Invoice]]] = {
    ubl.INVOICE: (ubl.ORIGIN, ubl.read_ubl),
    ubl.CREDIT_NOTE: (ubl.ORIGIN, ubl.read_ubl),
    svefaktura.INVOICE: (svefaktura.ORIGIN, svefaktura.read_svefaktura),
}


def read_invoice_document(content: bytes) -> InvoiceDocument:
    """The lines of every invoice in an XML document, bare or in an envelope.

    Attachments of a Svefaktura that came without it are a document without lines, with the warning
    ``attachments_only``.

    Raises:
        UnreadableFileError: ``xml_too_large``, ``xml_forbidden`` (a DOCTYPE), ``xml_malformed``,
            ``not_a_known_format`` for XML that holds no invoice.
    """
    root = parse_safely(content)
    is_long = len(content) > MOST_LINES * _SHORTEST_LINE
    if is_long and sum(1 for _ in root.iter(*ubl.LINES, *svefaktura.LINES)) > MOST_LINES:
        raise UnreadableFileError("xml_too_large")
    document = InvoiceDocument()
    found = [root] if root.tag in _READERS else list(root.iter(*_READERS))
    if not found:
        if next(root.iter(svefaktura.ATTACHMENTS), None) is None:
            raise UnreadableFileError("not_a_known_format")
        document.warnings.append(ReadWarning("attachments_only"))
    for element in found:
        document.origin, read = _READERS[element.tag]
        settle(read(element), document)
    return document
