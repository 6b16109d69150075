"""Svefaktura 1.0 becomes lines, with every quirk that its senders have."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources.delivery import UnreadableFileError
from screening.sources.invoice_xml.document import COLUMNS
from screening.sources.invoice_xml.envelope import read_invoice_document
from tests.sources.invoice_xml import SFTI_SBDH, enveloped
from tests.sources.svefaktura_xml import ATTACHMENTS, SELLER, account, charge, document, line


def rows(found):
    return [dict(zip(COLUMNS, each, strict=True)) for each in found.lines]


def the_row(content):
    (row,) = rows(read_invoice_document(content))
    return row


def test_an_invoice_line():
    found = read_invoice_document(document())
    assert found.origin == "svefaktura"
    assert rows(found) == [
        {
            "invoice_no": "S-17",
            "orgnr": "5560000019",
            "supplier_name": "Exempel",
            "invoice_date": "2026-01-31",
            "amount_sek": "1000.00",
            "vat_sek": "250.00",
            "due_date": "2026-02-28",
            "buyer_unit": "ZZ4711",
            "description": "Hemtjänst dagtid",
            "quantity": "10",
            "unit": "tim",
            "unit_price": "100",
            "service_from": None,
            "service_to": None,
            "contract_no": "AVT-1",
            "channel": "svefaktura",
            "payee_account": "bg:50501055",
            "f_tax_stated": "ja",
            "payee_orgnr": None,
        }
    ]
    assert (found.broken, found.warnings) == ([], [])


@pytest.mark.parametrize(
    ("seller", "number"),
    [
        (SELLER.replace("<cac:CompanyID>5560000019", "<cac:CompanyID>556000-0019"), "5560000019"),
        (SELLER.replace("<cac:CompanyID>5560000019</cac:CompanyID>", ""), "5560000019"),  # VAT
        (SELLER.replace("SE556000001901", "").replace("5560000019", ""), None),  # a GLN is none
        (
            SELLER.replace("SE556000001901", "")
            .replace("5560000019", "")
            .replace("7312345678909", "0007:5560000019"),
            "5560000019",
        ),
        (SELLER.replace("SE556000001901", "").replace("5560000019", "5560000018"), "5560000018"),
    ],
)
def test_where_the_number_of_the_seller_is_looked_for(seller, number):
    assert the_row(document(seller=seller))["orgnr"] == number


def test_the_registered_name_goes_before_the_trade_name():
    named = "<cbc:RegistrationName>Exempel Omsorg AB</cbc:RegistrationName>"
    seller = SELLER.replace("<cac:CompanyID>5560000019", named + "<cac:CompanyID>5560000019")
    assert the_row(document(seller=seller))["supplier_name"] == "Exempel Omsorg AB"


@pytest.mark.parametrize(
    ("statement", "stated"),
    [
        ("Innehar F-skattsedel", "ja"),
        ("Godkänd för F-skatt", "ja"),
        ("GODKÄND FÖR FA-SKATT", "ja"),
        ("F-skatt", "ja"),
        ("Approved for F-tax", "ja"),
        ("Innehar ej F-skattsedel", "nej"),
        ("F-skattebevis saknas", "nej"),
        ("Inte godkänd för F-skatt", "nej"),
        ("F-skatt: nej", "nej"),
        ("F-tax no 556000-0019", "ja"),
        ("Befriad från skatt", "nej"),
        ("A-skatt", "nej"),
        ("", "nej"),
    ],
)
def test_statements_on_f_tax(statement, stated):
    seller = SELLER.replace("F-skattebevis finns", statement)
    assert the_row(document(seller=seller))["f_tax_stated"] == stated


@pytest.mark.parametrize(
    ("means", "stored"),
    [
        (account("5050-1055"), "bg:50501055"),
        (account("12345-5", "PGSISESS"), "pg:123455"),
        (account("12345-5", "PGSISESS") + account(), "bg:50501055"),
        (account("SE4550000000058398257466", "HANDSESS") + account(), "bg:50501055"),
        (account("SE45 5000 0000 0583 9825 7466", "ESSESESS"), "iban:SE4550000000058398257466"),
        (account("8327-9,123456789", "SWEDSESS"), "8327-9,123456789"),
        (account("", "BGABSESS"), None),
    ],
)
def test_payee_accounts(means, stored):
    assert the_row(document(means=means))["payee_account"] == stored


@pytest.mark.parametrize("minus", ["", "-"])
def test_a_credit_note_is_negative_with_and_without_a_minus(minus):
    lines = [line(amount=f"{minus}1000.00", quantity=f"{minus}10")]
    found = read_invoice_document(document(lines, kind="381", total=f"{minus}1000.00"))
    (row,) = rows(found)
    assert (row["amount_sek"], row["vat_sek"], row["quantity"]) == ("-1000.00", "-250.00", "-10")
    assert row["unit_price"] == "100"
    assert found.warnings == []


@pytest.mark.parametrize("minus", [1, -1])
def test_a_line_in_the_supplier_s_favour_on_a_credit_note(minus):
    lines = [line(1, amount=str(minus * 900)), line(2, amount=str(-minus * 100))]
    found = read_invoice_document(document(lines, kind="381", total=str(minus * 800)))
    assert [row["amount_sek"] for row in rows(found)] == ["-900", "100"]


def test_an_invoice_with_negative_lines_is_as_written():
    lines = [line(1, amount="100.00"), line(2, amount="-250.00", quantity="-1")]
    found = read_invoice_document(document(lines, total="-150.00"))
    assert [row["amount_sek"] for row in rows(found)] == ["100.00", "-250.00"]
    assert rows(found)[1]["quantity"] == "-1"


@pytest.mark.parametrize(("kind", "sign"), [("380", 1), ("381", -1)])
@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("1", "0")])
def test_allowances_and_charges_of_the_invoice_are_lines(kind, sign, yes, no):
    charges = charge(yes, "50.00") + charge(no, "100", reason="")
    found = read_invoice_document(document(charges=charges, kind=kind, total="950.00"))
    told = [(Decimal(row["amount_sek"]), row["description"]) for row in rows(found)]
    assert told == [
        (sign * 1000, "Hemtjänst dagtid"),
        (sign * 50, "Frakt"),
        (-sign * 100, "Rabatt"),
    ]
    assert found.warnings == []


def test_allowances_of_a_line_are_in_its_amount_already():
    allowance = """<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
      <cbc:Amount amountCurrencyID="SEK">100</cbc:Amount></cac:AllowanceCharge>"""
    found = read_invoice_document(document([line(amount="900", extra=allowance)], total="900"))
    assert [row["amount_sek"] for row in rows(found)] == ["900"]
    assert found.warnings == []


DELIVERED = """<cac:Delivery><cbc:ActualDeliveryDateTime>2026-01-{:02}T00:00:00
  </cbc:ActualDeliveryDateTime></cac:Delivery>"""
PERIOD = """<InvoicingPeriod><cbc:StartDateTime>2026-01-01T00:00:00+01:00</cbc:StartDateTime>
  <cbc:EndDateTime>2026-01-31T23:59:59</cbc:EndDateTime></InvoicingPeriod>"""


@pytest.mark.parametrize(
    ("content", "period"),
    [
        (document(after=PERIOD), ("2026-01-01", "2026-01-31")),
        (document(before=DELIVERED.format(7)), ("2026-01-07", "2026-01-07")),
        (document(before=DELIVERED.format(7), after=PERIOD), ("2026-01-01", "2026-01-31")),
        (
            document([line(extra=DELIVERED.format(9))], after=PERIOD),
            ("2026-01-09", "2026-01-09"),
        ),
    ],
)
def test_days_of_service(content, period):
    row = the_row(content)
    assert (row["service_from"], row["service_to"]) == period


def test_a_line_without_item_is_told_by_its_note():
    extra = "<cbc:Note>Aktivitet: 2010\n    Resa till   Umeå</cbc:Note>"
    row = the_row(document([line(extra=extra, item="")]))
    assert row["description"] == "Aktivitet: 2010 Resa till Umeå"


def test_an_empty_unit_and_prices_for_several_units():
    base = "</cbc:PriceAmount><cbc:BaseQuantity>3</cbc:BaseQuantity>"
    written = line(price="1000").replace("</cbc:PriceAmount>", base).replace('"tim"', '""')
    row = the_row(document([written]))
    assert (row["unit"], row["unit_price"]) == (None, "333.333333")


def test_rounding_of_the_whole_sum_is_allowed_and_no_more():
    assert read_invoice_document(document(total="1000.50")).warnings == []
    (told,) = read_invoice_document(document(total="1000.51")).warnings
    assert told.code == "invoice_sum_differs"


def test_no_currency_code_means_what_the_amounts_say():
    assert read_invoice_document(document(currency="")).broken == []
    foreign = document(currency="").replace(b'amountCurrencyID="SEK"', b'amountCurrencyID="NOK"')
    assert [each[2] for each in read_invoice_document(foreign).broken] == ["currency_not_sek"]
    silent = document(currency="").replace(b'amountCurrencyID="SEK"', b"")
    assert rows(read_invoice_document(silent))[0]["amount_sek"] == "1000.00"
    assert read_invoice_document(silent).broken == []


RATE = """<cac:ExchangeRate><cac:SourceCurrencyCode>EUR</cac:SourceCurrencyCode>
  <cac:TargetCurrencyCode>{}</cac:TargetCurrencyCode>
  <cbc:CalculationRate>{}</cbc:CalculationRate></cac:ExchangeRate>"""


def test_a_stated_rate_converts():
    found = read_invoice_document(document(currency="EUR", before=RATE.format("SEK", "11.2345")))
    (row,) = rows(found)
    assert (row["amount_sek"], row["vat_sek"]) == ("11234.50", "2808.63")
    assert Decimal(row["unit_price"]) == Decimal("1123.45")
    (told,) = found.warnings
    assert told.code == "currency_converted"
    assert told.values == {"rows": 1, "currency": "EUR", "rate": "11.2345"}
    assert found.broken == []


@pytest.mark.parametrize("before", ["", RATE.format("NOK", "11"), RATE.format("SEK", "0")])
def test_other_currencies_without_a_rate_to_sek_are_broken(before):
    found = read_invoice_document(document(currency="EUR", before=before))
    assert [(n, column, reason) for n, column, reason, _ in found.broken] == [
        (1, "amount_sek", "currency_not_sek")
    ]
    assert found.broken[0][3] == "S-17;Hemtjänst dagtid;1000.00;EUR"


def test_attachments_beside_the_invoice_and_alone():
    together = enveloped(document(), ATTACHMENTS, namespace=SFTI_SBDH, prefix="sh")
    assert the_row(together)["invoice_no"] == "S-17"
    assert the_row(enveloped(b"<?xml?>" + together.partition(b"?>")[2]))["invoice_no"] == "S-17"
    alone = read_invoice_document(ATTACHMENTS)
    assert (alone.lines, [told.code for told in alone.warnings]) == ([], ["attachments_only"])


def test_a_document_without_lines_is_one_broken_row():
    found = read_invoice_document(document(lines=[]))
    assert [reason for _, _, reason, _ in found.broken] == ["bad_record"]
    assert len(found.lines) == 1


def test_the_same_name_in_another_namespace_is_no_invoice():
    other = document().replace(b"urn:sfti:documents:BasicInvoice:1:0", b"urn:sfti:something")
    with pytest.raises(UnreadableFileError) as caught:
        read_invoice_document(other)
    assert caught.value.code == "not_a_known_format"


AMOUNTS = st.decimals(min_value=-10_000, max_value=10_000, places=2)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=6),
    st.lists(st.tuples(st.booleans(), AMOUNTS.map(abs)), max_size=3),
    st.sampled_from(["380", "381"]),
)
def test_a_credit_never_adds_and_lines_sum_to_the_total(amounts, charges, kind):
    total = sum(amounts) + sum(a if is_charge else -a for is_charge, a in charges)
    found = read_invoice_document(
        document(
            [line(n, amount=str(a)) for n, a in enumerate(amounts, start=1)],
            kind=kind,
            charges="".join(charge(str(c).lower(), a) for c, a in charges),
            total=str(total),
        )
    )
    read = sum(Decimal(row["amount_sek"]) for row in rows(found))
    assert read == (-abs(total) if kind == "381" else total)
    assert found.warnings == []
