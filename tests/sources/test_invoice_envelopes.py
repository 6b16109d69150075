"""Invoices are found in whatever they are wrapped in, and come out the same."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources.delivery import UnreadableFileError
from screening.sources.invoice_xml import document as document_module
from screening.sources.invoice_xml import envelope
from screening.sources.invoice_xml.document import COLUMNS
from screening.sources.invoice_xml.envelope import read_invoice_document
from tests.sources import invoice_xml as ubl
from tests.sources import svefaktura_xml as svefaktura
from tests.sources.invoice_xml import SFTI_SBDH, enveloped


def failure(content):
    with pytest.raises(UnreadableFileError) as caught:
        read_invoice_document(content)
    return caught.value.code


def column(found, name):
    return [line[COLUMNS.index(name)] for line in found.lines]


@pytest.mark.parametrize("builder", [ubl, svefaktura])
@pytest.mark.parametrize(
    "wrapped",
    [
        enveloped,
        lambda inside: enveloped(inside, namespace=SFTI_SBDH, prefix="sh"),
        lambda inside: enveloped(enveloped(inside, namespace=SFTI_SBDH, prefix="sh")),
        lambda inside: b"<list>" + inside.partition(b"?>")[2] + b"</list>",
        lambda inside: (
            b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            + inside.partition(b"?>")[2]
            + b"</s:Body></s:Envelope>"
        ),
    ],
)
def test_an_envelope_changes_nothing(builder, wrapped):
    bare = builder.document(lines=[builder.line(1), builder.line(2)], total="2000.00")
    assert read_invoice_document(wrapped(bare)) == read_invoice_document(bare)


def test_every_invoice_in_an_envelope_is_read():
    found = read_invoice_document(
        enveloped(
            ubl.document(lines=[ubl.line(1), ubl.line(2)], total="2000.00"),
            ubl.document(kind="CreditNote", total="999.00"),
            ubl.document(currency="EUR"),
        )
    )
    assert column(found, "amount_sek") == ["1000.00", "1000.00", "-1000.00", "1000.00"]
    assert [warning.code for warning in found.warnings] == ["invoice_sum_differs"]
    assert [(number, reason) for number, _, reason, _ in found.broken] == [(4, "currency_not_sek")]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body/></html>",
        enveloped(b"<?xml?><Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>"),
        b'<e:StandardBusinessDocument xmlns:e="x"/>',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>',
        b"<Invoice><ID>1</ID></Invoice>",
    ],
)
def test_other_xml_is_no_invoice(content):
    assert failure(content) == "not_a_known_format"


def test_a_cut_document_is_malformed():
    content = ubl.document()
    assert {failure(content[:end]) for end in range(1, len(content) - 1, 97)} == {"xml_malformed"}


@pytest.mark.parametrize("builder", [ubl, svefaktura])
def test_more_lines_than_any_invoice_has(builder, monkeypatch):
    for module in (envelope, document_module):
        monkeypatch.setattr(module, "MOST_LINES", 50)
    lines = [builder.line(n) for n in range(51)]
    assert failure(builder.document(lines=lines)) == "xml_too_large"
    assert len(read_invoice_document(builder.document(lines=lines[:50])).lines) == 50


def prefixed(content, prefixes):
    """The same document with other prefixes for the namespaces of its parts."""
    named = "|".join(prefixes)
    return re.sub(
        rf"(</?|xmlns:)({named})(:|=)",
        lambda found: f"{found[1]}{prefixes[found[2]]}{found[3]}",
        content,
    )


ENCODINGS = ("utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16")
AMOUNTS = st.decimals(min_value=-100_000, max_value=100_000, places=2)
NAMES = st.text(st.sampled_from("åäöÅÄÖéabc -&<>\"'"), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=50, deadline=None)
@given(
    builder=st.sampled_from([ubl, svefaktura]),
    lines=st.lists(st.tuples(AMOUNTS, NAMES), min_size=1, max_size=8),
    prefixes=st.lists(
        st.from_regex(r"[a-z_][a-z0-9.-]{0,8}", fullmatch=True), min_size=2, max_size=2, unique=True
    ),
    encoding=st.sampled_from(ENCODINGS),
    is_labelled_right=st.booleans(),
    layers=st.integers(0, 2),
    noise=st.sampled_from(["", "<!-- hej -->", "<?x y?>", "\n\t  "]),
)
def test_known_lines_come_back_whatever_they_are_wrapped_in(
    builder, lines, prefixes, encoding, is_labelled_right, layers, noise
):
    names = [" ".join(name.split()) for _, name in lines]
    escaped = [n.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for n in names]
    parts = [builder.line(n, amount=str(a)) for n, (a, _) in enumerate(lines, start=1)]
    told = ["Hemtjänst dagtid", "Dagtid"][builder is ubl]
    parts = [part.replace(told, text) for part, text in zip(parts, escaped, strict=True)]
    total = sum(amount for amount, _ in lines)
    content = builder.document(lines=parts, total=str(total))
    for _ in range(layers):
        content = enveloped(content)
    text = content.decode().replace("<cbc:", f"{noise}<cbc:")
    text = prefixed(text, {"cac": prefixes[0], "cbc": f"{prefixes[1]}_"})
    label = encoding.removesuffix("-sig") if is_labelled_right else "utf-8"
    found = read_invoice_document(text.replace('"UTF-8"', f'"{label}"').encode(encoding))
    assert [Decimal(amount) for amount in column(found, "amount_sek")] == [a for a, _ in lines]
    expected = [f"Hemtjänst: {name}" for name in names] if builder is ubl else names
    assert column(found, "description") == expected
    assert (found.broken, found.warnings) == ([], [])
