"""Svefaktura 1.0 documents for tests, written out in full where a test says something of them."""

OWN = "urn:sfti:documents:BasicInvoice:1:0"
CAC = "urn:sfti:CommonAggregateComponents:1:0"
CBC = "urn:oasis:names:tc:ubl:CommonBasicComponents:1:0"

SELLER = """
  <cac:PartyIdentification><cac:ID identificationSchemeAgencyID="9">7312345678909</cac:ID>
  </cac:PartyIdentification>
  <cac:PartyName><cbc:Name>Exempel</cbc:Name></cac:PartyName>
  <cac:Address><cbc:CityName>Örebro</cbc:CityName></cac:Address>
  <cac:PartyTaxScheme><cac:CompanyID>SE556000001901</cac:CompanyID>
    <cac:TaxScheme><cac:ID>VAT</cac:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyTaxScheme><cac:CompanyID>5560000019</cac:CompanyID>
    <cbc:ExemptionReason>F-skattebevis finns</cbc:ExemptionReason>
    <cac:TaxScheme><cac:ID>SWT</cac:ID></cac:TaxScheme></cac:PartyTaxScheme>"""


def account(number="50501055", bic="BGABSESS", due="2026-02-28"):
    return f"""<cac:PaymentMeans><cac:PaymentMeansTypeCode>1</cac:PaymentMeansTypeCode>
      <cbc:DuePaymentDate>{due}</cbc:DuePaymentDate>
      <cac:PayeeFinancialAccount><cac:ID>{number}</cac:ID><cac:FinancialInstitutionBranch>
      <cac:FinancialInstitution><cac:ID>{bic}</cac:ID></cac:FinancialInstitution>
      </cac:FinancialInstitutionBranch><cac:PaymentInstructionID>17</cac:PaymentInstructionID>
      </cac:PayeeFinancialAccount></cac:PaymentMeans>"""


def line(number=1, amount="1000.00", quantity="10", price="100", extra="", rate="25", item=None):
    described = "<cbc:Description>Hemtjänst dagtid</cbc:Description>" if item is None else item
    return f"""<cac:InvoiceLine><cac:ID>{number}</cac:ID>
      <cbc:InvoicedQuantity quantityUnitCode="tim">{quantity}</cbc:InvoicedQuantity>
      <cbc:LineExtensionAmount amountCurrencyID="CUR">{amount}</cbc:LineExtensionAmount>{extra}
      <cac:Item>{described}
        <cac:TaxCategory><cac:ID>S</cac:ID><cbc:Percent>{rate}</cbc:Percent>
          <cac:TaxScheme><cac:ID>VAT</cac:ID></cac:TaxScheme></cac:TaxCategory>
        <cac:BasePrice><cbc:PriceAmount amountCurrencyID="CUR">{price}</cbc:PriceAmount>
        </cac:BasePrice></cac:Item></cac:InvoiceLine>"""


def charge(is_charge, amount, reason="Frakt"):
    return f"""<AllowanceCharge><cbc:ChargeIndicator>{is_charge}</cbc:ChargeIndicator>
      <cac:ReasonCode name="{reason}">ZZZ</cac:ReasonCode>
      <cbc:Amount amountCurrencyID="CUR">{amount}</cbc:Amount>
      <cac:TaxCategory><cac:ID>S</cac:ID><cbc:Percent>25</cbc:Percent></cac:TaxCategory>
      </AllowanceCharge>"""


REFERENCES = """<AdditionalDocumentReference>
    <cac:ID identificationSchemeID="DQ">FS-1</cac:ID></AdditionalDocumentReference>
  <AdditionalDocumentReference><cac:ID identificationSchemeID="ATS"
    identificationSchemeAgencyName="SFTI">urn:sfti:documents:object:bilaga.pdf</cac:ID>
  </AdditionalDocumentReference>
  <AdditionalDocumentReference>
    <cac:ID identificationSchemeID="CT">AVT-1</cac:ID></AdditionalDocumentReference>"""


def document(
    lines=None,
    kind="380",
    seller=SELLER,
    means=None,
    charges="",
    currency="SEK",
    before="",
    after="",
    total="1000.00",
):
    """One invoice or credit note as bytes."""
    body = "".join([line()] if lines is None else lines)
    stated = f"<InvoiceCurrencyCode>{currency}</InvoiceCurrencyCode>" if currency else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{OWN}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
  <ID>S-17</ID><cbc:IssueDate>2026-01-31</cbc:IssueDate><InvoiceTypeCode>{kind}</InvoiceTypeCode>
  <cbc:Note/>{stated}<LineItemCountNumeric>1</LineItemCountNumeric>{REFERENCES}
  <cac:BuyerParty><cac:Party><cac:PartyName><cbc:Name>Kommunen</cbc:Name></cac:PartyName>
    <cac:PartyTaxScheme><cac:CompanyID>2120000142</cac:CompanyID><cac:TaxScheme>
    <cac:ID>SWT</cac:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:BuyerParty>
  <cac:SellerParty><cac:Party>{seller}</cac:Party></cac:SellerParty>
  {before}{account() if means is None else means}{charges}
  <cac:LegalTotal>
    <cbc:LineExtensionTotalAmount amountCurrencyID="CUR">{total}</cbc:LineExtensionTotalAmount>
    <cbc:TaxExclusiveTotalAmount amountCurrencyID="CUR">{total}</cbc:TaxExclusiveTotalAmount>
    <cac:RoundOffAmount amountCurrencyID="CUR">0.40</cac:RoundOffAmount></cac:LegalTotal>
  {body}
  <RequisitionistDocumentReference><cac:ID>ZZ4711</cac:ID></RequisitionistDocumentReference>{after}
</Invoice>"""
    return text.replace("CUR", currency or "SEK").encode()


ATTACHMENTS = b"""<?xml version="1.0" encoding="UTF-8"?>
<ObjectEnvelope xmlns="urn:sfti:documents:ObjectEnvelope:1:0"><DocumentReference>
  <DocumentID>S-17</DocumentID></DocumentReference><EncodedObject><ObjectID>bilaga.pdf</ObjectID>
  <EncodedData format="BASE64">JVBERi0xLjUNCg==</EncodedData></EncodedObject></ObjectEnvelope>"""
