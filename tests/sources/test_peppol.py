"""Peppol invoices and credit notes become lines; anything dangerous in XML is refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources import safe_xml
from screening.sources.delivery import UnreadableFileError
from screening.sources.invoice_xml import read_invoice_document
from screening.sources.invoice_xml.document import COLUMNS
from tests.sources.invoice_xml import PARTY, document, line


@pytest.fixture(scope="module")
def read():
    return read_invoice_document


def rows(found):
    return [dict(zip(COLUMNS, each, strict=True)) for each in found.lines]


def failure(read, content):
    with pytest.raises(UnreadableFileError) as caught:
        read(content)
    return caught.value.code


def test_an_invoice_line(read):
    found = read(document())
    assert rows(found) == [
        {
            "invoice_no": "F-17",
            "orgnr": "5560000019",
            "supplier_name": "Exempel Omsorg AB",
            "invoice_date": "2026-01-31",
            "amount_sek": "1000.00",
            "vat_sek": "250.00",
            "due_date": "2026-02-28",
            "buyer_unit": "ZZ4711",
            "description": "Hemtjänst: Dagtid",
            "quantity": "10",
            "unit": "HUR",
            "unit_price": "100",
            "service_from": None,
            "service_to": None,
            "contract_no": "AVT-1",
            "channel": "peppol",
            "payee_account": "bg:50501055",
            "f_tax_stated": "ja",
            "payee_orgnr": None,
        }
    ]
    assert found.broken == []
    assert found.warnings == []


def test_a_credit_note_is_negative(read):
    head = (
        "<cac:PaymentMeans><cbc:PaymentDueDate>2026-03-01</cbc:PaymentDueDate></cac:PaymentMeans>"
    )
    (row,) = rows(read(document(kind="CreditNote", head="", after=head)))
    assert (row["amount_sek"], row["vat_sek"], row["quantity"]) == ("-1000.00", "-250.00", "-10")
    assert row["unit_price"] == "100"
    assert row["due_date"] == "2026-03-01"


def allowance(is_charge, amount):
    return f"""<cac:AllowanceCharge><cbc:ChargeIndicator>{is_charge}</cbc:ChargeIndicator>
      <cbc:AllowanceChargeReason>Frakt</cbc:AllowanceChargeReason>
      <cbc:Amount currencyID="SEK">{amount}</cbc:Amount>
      <cac:TaxCategory><cbc:Percent>12</cbc:Percent></cac:TaxCategory></cac:AllowanceCharge>"""


@pytest.mark.parametrize(("kind", "sign"), [("Invoice", 1), ("CreditNote", -1)])
def test_allowances_and_charges_of_the_document_are_lines(read, kind, sign):
    after = allowance("true", "50") + allowance("false", "100")
    found = read(document(kind=kind, after=after, total="950"))
    told = [
        (Decimal(row["amount_sek"]), Decimal(row["vat_sek"]), row["description"])
        for row in rows(found)
    ]
    assert told == [
        (sign * 1000, sign * 250, "Hemtjänst: Dagtid"),
        (sign * 50, sign * 6, "Frakt"),
        (-sign * 100, -sign * 12, "Frakt"),
    ]
    assert found.warnings == []


def test_a_sum_that_differs_is_told(read):
    found = read(document(total="999.00"))
    assert [warning.code for warning in found.warnings] == ["invoice_sum_differs"]
    assert len(found.lines) == 1
    # Rounding of lines is no difference.
    assert read(document(total="1000.04")).warnings == []


PERIOD = (
    "<cac:InvoicePeriod><cbc:StartDate>{}</cbc:StartDate><cbc:EndDate>{}</cbc:EndDate>"
    "</cac:InvoicePeriod>"
)


def test_the_line_s_period_goes_before_the_document_s(read):
    own = PERIOD.format("2026-01-05", "2026-01-06")
    found = read(
        document(
            lines=[line(extra=own, amount="500"), line(amount="500")],
            before=PERIOD.format("2026-01-01", "2026-01-31"),
        )
    )
    assert [(r["service_from"], r["service_to"]) for r in rows(found)] == [
        ("2026-01-05", "2026-01-06"),
        ("2026-01-01", "2026-01-31"),
    ]


def test_the_day_of_delivery_stands_in_for_a_period(read):
    day = "<cac:Delivery><cbc:ActualDeliveryDate>2026-01-07</cbc:ActualDeliveryDate></cac:Delivery>"
    (row,) = rows(read(document(before=day)))
    assert (row["service_from"], row["service_to"]) == ("2026-01-07", "2026-01-07")


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("556000-0019", "5560000019", "5560000019"),
        ("556000-0019", "GB983294", "5560000019"),  # the endpoint
        ("<cbc:CompanyID>556000-0019</cbc:CompanyID>", "", "5560000019"),
    ],
)
def test_where_the_number_of_the_supplier_is_looked_for(read, old, new, number):
    (row,) = rows(read(document(party=PARTY.replace(old, new))))
    assert row["orgnr"] == number


def test_the_number_in_the_vat_number_and_a_foreign_supplier(read):
    party = PARTY.replace("556000-0019", "x").replace('schemeID="0007"', 'schemeID="0088"')
    assert rows(read(document(party=party)))[0]["orgnr"] == "5560000019"
    foreign = party.replace("SE556000001901", "DE123456789")
    assert rows(read(document(party=foreign)))[0]["orgnr"] is None


def test_a_number_with_a_wrong_check_digit_is_passed_on_to_be_told(read):
    party = PARTY.replace("5560000019", "5560000018").replace("556000-0019", "5560000018")
    party = party.replace("SE556000001901", "SE556000001801")
    assert rows(read(document(party=party)))[0]["orgnr"] == "5560000018"


@pytest.mark.parametrize(
    ("account", "branch", "stored"),
    [
        ("5050-1055", "SE:BANKGIRO", "bg:50501055"),
        ("BG50501055", "se:bankgiro", "bg:50501055"),
        ("PG123456", "SE:PLUSGIRO", "pg:123456"),
        ("SE45 5000 0000 0583 9825 7466", "ESSESESS", "iban:SE4550000000058398257466"),
        ("8327-9,123456789", "9999", "8327-9,123456789"),
    ],
)
def test_payee_accounts(read, account, branch, stored):
    means = f"""<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID>
      <cac:FinancialInstitutionBranch><cbc:ID>{branch}</cbc:ID></cac:FinancialInstitutionBranch>
      </cac:PayeeFinancialAccount></cac:PaymentMeans>"""
    (row,) = rows(read(document(account=means)))
    assert row["payee_account"] == stored


def test_a_factoring_company_is_the_payee(read):
    payee = """<cac:PayeeParty><cac:PartyName><cbc:Name>Faktor</cbc:Name></cac:PartyName>
      <cac:PartyLegalEntity><cbc:CompanyID>5560000027</cbc:CompanyID></cac:PartyLegalEntity>
      </cac:PayeeParty>"""
    (row,) = rows(read(document(after=payee)))
    assert row["payee_orgnr"] == "5560000027"


def test_f_tax_is_only_what_the_invoice_states(read):
    without = PARTY.replace("Godkänd för F-skatt", "Innehar ej skattsedel")
    assert rows(read(document(party=without)))[0]["f_tax_stated"] == "nej"


def test_prices_for_several_units(read):
    base = "</cbc:PriceAmount><cbc:BaseQuantity>3</cbc:BaseQuantity>"
    priced = line(price="1000").replace("</cbc:PriceAmount>", base)
    (row,) = rows(read(document(lines=[priced])))
    assert row["unit_price"] == "333.333333"


def test_other_currencies_and_documents_without_lines_are_broken_rows(read):
    found = read(document(currency="EUR", lines=[line(), line(2)], total="2000"))
    assert [(n, column, reason) for n, column, reason, _ in found.broken] == [
        (1, "amount_sek", "currency_not_sek"),
        (2, "amount_sek", "currency_not_sek"),
    ]
    empty = read(document(lines=[], total="0"))
    assert [reason for _, _, reason, _ in empty.broken] == ["bad_record"]


def test_an_envelope_is_opened(read):
    inner = document().partition(b"?>")[2]
    envelope = (
        b'<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/x">'
        b"<StandardBusinessDocumentHeader/>" + inner + b"</StandardBusinessDocument>"
    )
    assert rows(read(envelope))[0]["invoice_no"] == "F-17"


def test_utf16_is_read(read):
    text = document().decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert rows(read(text.encode("utf-16")))[0]["description"] == "Hemtjänst: Dagtid"


BODY = document().partition(b"?>")[2]


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY,
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd">' + BODY,
        b"<!-- " + b"x" * 100_000 + b" --><!DOCTYPE a [<!ENTITY x 'y'>]>" + BODY,
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]>' + BODY.decode()
        ).encode("utf-16"),
    ],
)
def test_document_types_are_refused(read, content):
    assert failure(read, content) == "xml_forbidden"


def test_a_text_about_document_types_is_not_one(read):
    content = document().replace(b"Dagtid", b"<![CDATA[<!DOCTYPE html>]]>")
    assert rows(read(content))[0]["description"] == "Hemtjänst: <!DOCTYPE html>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (document()[:-20], "xml_malformed"),
        (b"<a>" * 100, "xml_malformed"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "not_a_known_format"),
        (b"<html><body/></html>", "not_a_known_format"),
        (b'<e:StandardBusinessDocument xmlns:e="x"/>', "not_a_known_format"),
    ],
)
def test_what_is_no_invoice(read, content, code):
    assert failure(read, content) == code


def test_many_comments_cost_no_more_than_a_look(read):
    # A pattern that could cut them in many ways would never end here.
    content = b"<?xml version='1.0'?>" + b"<!-- a --><?p b?>" * 5_000 + b"<a/>"
    assert failure(read, content) == "not_a_known_format"


def test_large_files_are_refused_before_they_are_read(read, monkeypatch):
    monkeypatch.setattr(safe_xml, "LARGEST_XML_BYTES", 1000)
    assert failure(read, document()) == "xml_too_large"


AMOUNTS = st.decimals(min_value=-10_000, max_value=10_000, places=2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=6),
    st.lists(st.tuples(st.booleans(), AMOUNTS.map(abs)), max_size=3),
    st.sampled_from(["Invoice", "CreditNote"]),
)
def test_lines_always_sum_to_the_total(read, amounts, charges, kind):
    total = sum(amounts) + sum(a if is_charge else -a for is_charge, a in charges)
    found = read(
        document(
            kind=kind,
            lines=[line(n, amount=str(a)) for n, a in enumerate(amounts, start=1)],
            after="".join(allowance(str(c).lower(), a) for c, a in charges),
            total=str(total),
        )
    )
    sign = 1 if kind == "Invoice" else -1
    assert sum(Decimal(row["amount_sek"]) for row in rows(found)) == sign * total
    assert "invoice_sum_differs" not in [warning.code for warning in found.warnings]
