"""Peppol invoices for tests, written out in full where a test says something about them."""

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


def line(number=1, amount="1000.00", quantity="10", price="100", extra="", rate="25"):
    return f"""<cac:LINE><cbc:ID>{number}</cbc:ID>
      <cbc:QUANTITY unitCode="HUR">{quantity}</cbc:QUANTITY>
      <cbc:LineExtensionAmount currencyID="SEK">{amount}</cbc:LineExtensionAmount>{extra}
      <cac:Item><cbc:Description>Dagtid</cbc:Description><cbc:Name>Hemtjänst</cbc:Name>
        <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>{rate}</cbc:Percent>
        </cac:ClassifiedTaxCategory></cac:Item>
      <cac:Price><cbc:PriceAmount currencyID="SEK">{price}</cbc:PriceAmount></cac:Price>
    </cac:LINE>"""


PARTY = """
  <cbc:EndpointID schemeID="0007">5560000019</cbc:EndpointID>
  <cac:PartyName><cbc:Name>Exempel</cbc:Name></cac:PartyName>
  <cac:PartyTaxScheme><cbc:CompanyID>Godkänd för F-skatt</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyTaxScheme><cbc:CompanyID>SE556000001901</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Exempel Omsorg AB</cbc:RegistrationName>
    <cbc:CompanyID>556000-0019</cbc:CompanyID></cac:PartyLegalEntity>"""

ACCOUNT = """<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>5050-1055</cbc:ID>
  <cac:FinancialInstitutionBranch><cbc:ID>SE:BANKGIRO</cbc:ID></cac:FinancialInstitutionBranch>
  </cac:PayeeFinancialAccount></cac:PaymentMeans>"""


def document(
    lines=None,
    kind="Invoice",
    party=PARTY,
    account=ACCOUNT,
    before="",
    after="",
    currency="SEK",
    total="1000.00",
    head="<cbc:DueDate>2026-02-28</cbc:DueDate>",
):
    """One invoice or credit note as bytes."""
    body = "".join([line()] if lines is None else lines)
    quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    body = body.replace("LINE>", f"{kind}Line>").replace("QUANTITY", quantity)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
  xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
  <cbc:ID>F-17</cbc:ID><cbc:IssueDate>2026-01-31</cbc:IssueDate>{head}
  <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>ZZ4711</cbc:BuyerReference>
  <cac:ContractDocumentReference><cbc:ID>AVT-1</cbc:ID></cac:ContractDocumentReference>
  {before}
  <cac:AccountingSupplierParty><cac:Party>{party}</cac:Party></cac:AccountingSupplierParty>
  {account}{after}
  <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="SEK">{total}</cbc:TaxExclusiveAmount>
  </cac:LegalMonetaryTotal>{body}</{kind}>""".encode()


SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
SFTI_SBDH = "urn:sfti:documents:StandardBusinessDocumentHeader"


def enveloped(*inside, namespace=SBDH, prefix=""):
    """Documents (bytes with their declarations) in one envelope."""
    colon = f"{prefix}:" if prefix else ""
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    root = f"{colon}StandardBusinessDocument"
    body = b"".join(each.partition(b"?>")[2] for each in inside)
    header = f"<{root}Header><{colon}HeaderVersion>1.0</{colon}HeaderVersion></{root}Header>"
    start = f'<?xml version="1.0" encoding="UTF-8"?><{root} {declared}="{namespace}">{header}'
    return start.encode() + body + f"</{root}>".encode()
