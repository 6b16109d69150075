"""Peppol invoices and credit notes become lines, with every quirk that their senders have."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.sources.invoice_xml.document import COLUMNS
from screening.sources.invoice_xml.envelope import read_invoice_document
from tests.sources.invoice_xml import PARTY, document, line


@pytest.fixture(scope="module")
def read():
    return read_invoice_document


def rows(found):
    return [dict(zip(COLUMNS, each, strict=True)) for each in found.lines]


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


RATE_BY_VAT = """<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{}</cbc:TaxAmount></cac:TaxTotal>
  <cac:TaxTotal><cbc:TaxAmount currencyID="SEK">{}</cbc:TaxAmount></cac:TaxTotal>"""


def euro(**more):
    return document(currency="EUR", **more).replace(
        b'currencyID="SEK">1000', b'currencyID="EUR">1000'
    )


def test_the_vat_in_both_currencies_tells_the_rate():
    found = read_invoice_document(euro(after=RATE_BY_VAT.format("250.00", "2808.63")))
    (row,) = rows(found)
    assert (row["amount_sek"], row["vat_sek"]) == ("11234.52", "2808.63")
    assert [told.code for told in found.warnings] == ["currency_converted"]
    assert found.warnings[0].values["rate"] == "11.2345"
    assert found.broken == []


@pytest.mark.parametrize(
    ("vat", "vat_sek"), [("0.00", "0.00"), ("4.99", "56.00"), ("250.00", "0.001"), ("x", "1")]
)
def test_a_rate_that_cannot_be_told_is_not_guessed(vat, vat_sek):
    found = read_invoice_document(euro(after=RATE_BY_VAT.format(vat, vat_sek)))
    assert [reason for _, _, reason, _ in found.broken] == ["currency_not_sek"]
    assert found.warnings == []


def test_a_line_in_another_currency_than_its_invoice_is_broken(read):
    other = line(2, amount="70.00").replace('Amount currencyID="SEK"', 'Amount currencyID="DKK"')
    found = read(document(lines=[line(), other], total="1070.00"))
    assert [(n, reason) for n, _, reason, _ in found.broken] == [(2, "currency_not_sek")]


def test_an_invoice_without_its_currency_is_in_that_of_its_amounts(read):
    code = b"<cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>"
    assert read(document().replace(code, b"")).broken == []
    silent = document().replace(code, b"").replace(b' currencyID="SEK"', b"")
    assert [reason for _, _, reason, _ in read(silent).broken] == ["currency_not_sek"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1 234,50", "1234.50"),
        ("1234,5", "1234.5"),
        ("\u00a01\u00a0234.50 ", "1234.50"),
        (".5", "0.5"),
        ("+7.", "7"),
        ("-0", "0"),
    ],
)
def test_amounts_as_some_senders_write_them(read, written, read_as):
    (row,) = rows(read(document(kind="CreditNote", lines=[line(amount=written)], total=written)))
    assert Decimal(row["amount_sek"]) == -Decimal(read_as)


@pytest.mark.parametrize("written", ["1e3", "1.234,50", "1,234", "abc", "9" * 50, "1.0.0", "NaN"])
def test_what_is_no_amount_is_broken_and_never_loses_its_sign(read, written):
    found = read(document(kind="CreditNote", lines=[line(amount=written), line(2)]))
    assert [(n, column, reason) for n, column, reason, _ in found.broken] == [
        (1, "amount_sek", "not_an_amount")
    ]
    assert written in found.broken[0][3]


def test_a_line_without_amount_is_left_to_the_contract(read):
    found = read(document(lines=[line(amount="")]))
    assert (rows(found)[0]["amount_sek"], found.broken) == (None, [])


def test_a_credit_note_below_zero_is_told(read):
    found = read(document(kind="CreditNote", lines=[line(amount="-1000")], total="-1000"))
    assert rows(found)[0]["amount_sek"] == "1000"
    assert [told.code for told in found.warnings] == ["credit_note_negative"]


@pytest.mark.parametrize(
    ("code", "minus", "amount"), [("380", "", 1000), ("381", "", -1000), ("381", "-", -1000)]
)
def test_an_invoice_that_is_a_credit_by_its_code(read, code, minus, amount):
    head = f"<cbc:InvoiceTypeCode>{code}</cbc:InvoiceTypeCode>"
    found = read(document(lines=[line(amount=f"{minus}1000")], head=head, total=f"{minus}1000"))
    assert Decimal(rows(found)[0]["amount_sek"]) == amount


def test_prepaid_and_rounding_are_no_part_of_what_was_bought(read):
    totals = b"""<cbc:PrepaidAmount currencyID="SEK">500</cbc:PrepaidAmount>
      <cbc:PayableRoundingAmount currencyID="SEK">0.40</cbc:PayableRoundingAmount>
      <cbc:PayableAmount currencyID="SEK">750</cbc:PayableAmount></cac:LegalMonetaryTotal>"""
    found = read(document().replace(b"</cac:LegalMonetaryTotal>", totals))
    assert [row["amount_sek"] for row in rows(found)] == ["1000.00"]
    assert found.warnings == []


def test_allowances_of_a_line_are_in_its_amount_already(read):
    found = read(document(lines=[line(amount="900", extra=allowance("false", "100"))], total="900"))
    assert [row["amount_sek"] for row in rows(found)] == ["900"]
    assert found.warnings == []


def means(number, branch, code="30"):
    return f"""<cac:PaymentMeans><cbc:PaymentMeansCode>{code}</cbc:PaymentMeansCode>
      <cac:PayeeFinancialAccount><cbc:ID>{number}</cbc:ID>
      <cac:FinancialInstitutionBranch><cbc:ID>{branch}</cbc:ID></cac:FinancialInstitutionBranch>
      </cac:PayeeFinancialAccount></cac:PaymentMeans>"""


IBAN = means("SE4550000000058398257466", "ESSESESS", "58")


@pytest.mark.parametrize(
    ("account", "stored"),
    [
        (IBAN + means("5050-1055", "SE:BANKGIRO"), "bg:50501055"),
        (means("123455", "SE:PLUSGIRO") + means("5050-1055", "SE:BANKGIRO"), "bg:50501055"),
        (IBAN + means("123455", "SE:PLUSGIRO"), "pg:123455"),
        (means("8327-9,1", "x") + IBAN, "iban:SE4550000000058398257466"),
        (means("SE4550000000058398257466", "SE:BANKGIRO"), "iban:SE4550000000058398257466"),
        (means("50501055", "BGABSESS"), "bg:50501055"),
        (
            "<cac:PaymentMeans><cbc:PaymentMeansCode>48</cbc:PaymentMeansCode></cac:PaymentMeans>"
            + means("5050-1055", "SE:BANKGIRO"),
            "bg:50501055",
        ),
    ],
)
def test_of_several_accounts_the_giro_number_counts(read, account, stored):
    assert rows(read(document(account=account)))[0]["payee_account"] == stored


def test_the_branch_as_the_format_before_wrote_it(read):
    old = means("5050-1055", "").replace(
        "<cbc:ID></cbc:ID>",
        "<cac:FinancialInstitution><cbc:ID>SE:BANKGIRO</cbc:ID></cac:FinancialInstitution>",
    )
    assert rows(read(document(account=old)))[0]["payee_account"] == "bg:50501055"


def identified(number, scheme):
    return f"""<cac:PartyIdentification><cbc:ID schemeID="{scheme}">{number}</cbc:ID>
      </cac:PartyIdentification>"""


@pytest.mark.parametrize(
    ("party", "number"),
    [
        (identified("7312345678909", "0088") + identified("556000-0019", "0007"), "5560000019"),
        (identified("556000-0019", "SE:ORGNR"), "5560000019"),
        (identified("5560000019", ""), None),  # the buyer's number for it, maybe
        (identified("5560000019", "0208"), None),  # a Belgian number, whatever its digits
        ('<cbc:EndpointID schemeID="9955">SE556000001901</cbc:EndpointID>', "5560000019"),
        ('<cbc:EndpointID schemeID="0088">7312345678909</cbc:EndpointID>', None),
        ("", None),
    ],
)
def test_numbers_of_parties_by_their_schemes(read, party, number):
    assert rows(read(document(party=party)))[0]["orgnr"] == number


@pytest.mark.parametrize(
    ("country", "scheme", "number"),
    [
        ("SE", "", "5560000019"),
        ("BE", "", None),
        ("BE", ' schemeID="0007"', "5560000019"),
    ],
)
def test_a_foreign_company_s_number_is_not_taken_for_a_swedish_one(read, country, scheme, number):
    party = f"""<cac:PostalAddress><cac:Country>
      <cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
      <cac:PartyLegalEntity><cbc:CompanyID{scheme}>5560000019</cbc:CompanyID>
      </cac:PartyLegalEntity>"""
    assert rows(read(document(party=party)))[0]["orgnr"] == number


def test_a_foreign_register_of_the_legal_entity_is_not_the_swedish(read):
    legal = "<cbc:CompanyID>556000-0019"
    party = PARTY.replace(legal, legal.replace("ID>", 'ID schemeID="0192">'))
    other = party.replace('schemeID="0007"', 'schemeID="0192"').replace("SE556000001901", "")
    assert rows(read(document(party=other)))[0]["orgnr"] is None


@pytest.mark.parametrize(
    ("scheme", "statement", "stated"),
    [
        ("TAX", "GODKÄND FÖR F-SKATT", "ja"),
        ("!VAT", "Innehar F-skattsedel", "ja"),
        ("TAX", "Ej godkänd för F-skatt", "nej"),
        ("TAX", "Saknar F-skattsedel", "nej"),
        ("TAX", "", "nej"),
    ],
)
def test_statements_on_f_tax(read, scheme, statement, stated):
    party = PARTY.replace("Godkänd för F-skatt", statement).replace(">TAX<", f">{scheme}<")
    assert rows(read(document(party=party)))[0]["f_tax_stated"] == stated


def test_the_statement_on_f_tax_among_what_else_the_seller_says(read):
    said = "<cbc:CompanyLegalForm>Godkänd för F-skatt</cbc:CompanyLegalForm></cac:PartyLegalEntity>"
    party = PARTY.replace("Godkänd för F-skatt", "").replace("</cac:PartyLegalEntity>", said)
    assert rows(read(document(party=party)))[0]["f_tax_stated"] == "ja"


@pytest.mark.parametrize("zone", ["", "Z", "+01:00", "T00:00:00", "T00:00:00.000+01:00"])
def test_days_with_a_zone_are_the_sender_s_days(read, zone):
    content = document().replace(b"2026-01-31", f"2026-01-31{zone}".encode())
    assert rows(read(content))[0]["invoice_date"] == "2026-01-31"


def test_a_day_that_is_none_stays_to_be_told(read):
    content = document().replace(b"2026-01-31", b"den 31 januari 2026")
    assert rows(read(content))[0]["invoice_date"] == "den 31 januari 2026"


def test_empty_elements_are_missing_values(read):
    head = "<cbc:DueDate/>"
    after = (
        "<cac:PaymentMeans><cbc:PaymentDueDate> 2026-03-01 </cbc:PaymentDueDate></cac:PaymentMeans>"
    )
    content = document(head=head, account="", after=after, before=PERIOD.format("", ""))
    (row,) = rows(read(content.replace(b"ZZ4711", b" \n ")))
    assert (row["due_date"], row["buyer_unit"], row["service_from"]) == ("2026-03-01", None, None)


def test_lines_need_no_ids_and_comments_do_not_break_texts(read):
    content = document().replace(b"<cbc:ID>1</cbc:ID>", b"")
    content = content.replace(b"F-17", b"F-<!-- no -->1<?and no?>7").replace(
        b"<cac:Item>", b"<!-- x --><cac:Item>"
    )
    (row,) = rows(read(content))
    assert (row["invoice_no"], row["amount_sek"]) == ("F-17", "1000.00")


def test_a_line_without_a_name_is_told_by_its_note(read):
    noted = (
        line(extra="<cbc:Note>Se bilaga</cbc:Note>").replace("Hemtjänst", "").replace("Dagtid", "")
    )
    assert rows(read(document(lines=[noted])))[0]["description"] == "Se bilaga"


def test_texts_are_of_one_line_and_no_novels(read):
    content = (
        document()
        .replace(b"Dagtid", b"Dag\n   tid&#13;\xc2\xa0")
        .replace(b"F-17", b"F" * 5_000_000)
    )
    (row,) = rows(read(content))
    assert row["description"] == "Hemtjänst: Dag tid"
    assert len(row["invoice_no"]) == 300


AMOUNTS = st.decimals(min_value=-10_000, max_value=10_000, places=2)


@settings(max_examples=40, deadline=None)
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
