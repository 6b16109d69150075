"""The files, read by simple readers that know nothing of the project."""

import csv
import io
from collections import Counter
from datetime import date
from decimal import Decimal

import polars as pl
from lxml import etree
from stdnum import luhn

from screening.demo.settings import demo_settings
from screening.sources.contracts import all_contracts
from tests.demo.made_demo import AS_OF, LINES, Demo

_LEDGER_HEADER = (
    "kopare_id;kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;"
    "bokforingsdatum;forvaltning;fakturanummer;nettobelopp;grund;avtal;kommun_id;s_kod_nr;"
    "bestallare;attestant;kanal"
)
_UBL = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def test_the_inbox_has_only_known_sources(demo: Demo) -> None:
    folders = {path.name for path in demo.inbox.iterdir() if not path.name.startswith(".")}
    assert folders <= set(all_contracts())
    assert len(folders) == 21


def test_every_file_tells_its_day_and_none_lies_in_the_future(demo: Demo) -> None:
    for path in demo.inbox.rglob("*.*"):
        if path.is_file() and not path.name.startswith("."):
            digits = "".join(c for c in path.name if c.isdigit())
            told = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
            assert told <= AS_OF, path.name


def test_bolagsverkets_file(demo: Demo) -> None:
    header, *rows = demo.file("companies", "bolagsverket").read_text("utf-8").split("\n")
    assert header.count(";") == 10
    assert '"' not in header
    assert rows.pop() == ""
    cells = [row.removeprefix('"').removesuffix('"').split('";"') for row in rows]
    assert {len(row) for row in cells} == {11}
    identities = Counter(row[0].split("$")[0] for row in cells)
    assert max(identities.values()) == 2
    assert all(luhn.is_valid(number[-10:]) for number in identities)
    kinds = {row[0].split("$")[1] for row in cells}
    assert kinds == {"ORGNR-IDORG", "PERSON-IDORG"}
    assert all(len(row[10].split("$")) == 5 and row[10].endswith("$SE-LAND") for row in cells)
    # The traps: quotes that nobody escaped, more names than one, proceedings that are over.
    assert any('"' in row[9] for row in cells)
    assert any("ANNATSPRAK-ORGNAM" in row[3] for row in cells)
    assert any("-AVSLAVOMFO" in row[7] for row in cells)
    assert any(row[7].startswith("|KK-AVOMFO$") for row in cells)
    assert any(row[6] == "KKAV-AVORG" and row[5] for row in cells)


def test_scbs_file(demo: Demo) -> None:
    raw = demo.file("companies", "scb").read_bytes()
    lines = raw.decode("latin-1").split("\r\n")
    assert lines.pop() == ""
    cells = [line.split("\t") for line in lines]
    assert {len(row) for row in cells} == {35}
    assert {row[-1] for row in cells} == {""}
    header = cells[0]
    number, registered = header.index("PeOrgNr"), header.index("RegDatKtid")
    assert all(len(row[number]) == 12 for row in cells[1:])
    legal = [row for row in cells[1:] if row[number].startswith("16")]
    assert 0 < len(legal) < len(cells) - 1
    assert all(len(row[registered]) == 8 for row in cells[1:])
    assert "å".encode("latin-1") in raw


def test_the_ledger(demo: Demo) -> None:
    seen = 0
    for path in sorted((demo.inbox / "invoices" / "reskontra").glob("*.csv")):
        text = path.read_bytes().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        assert ";".join(header) == _LEDGER_HEADER
        assert {len(row) for row in rows} == {18}
        month = {row[7][:7] for row in rows}
        assert month == {path.stem.removeprefix("leverantorsreskontra-")[:7]}
        assert all(Decimal(row[10].replace(",", ".")) for row in rows)
        seen += len(rows)
    assert seen == demo.summary.invoice_lines
    assert abs(seen - LINES) < 0.05 * LINES


def test_the_ledger_names_suppliers_of_the_register(demo: Demo) -> None:
    numbers = set(demo.table("suppliers").get_column("supplier_no"))
    assert set(demo.ledger.get_column("leverantor_id").unique()) <= numbers


def test_names_of_persons_are_replaced_in_the_ledger(demo: Demo) -> None:
    names = demo.ledger.get_column("leverantor").unique().to_list()
    assert "[innehåller personuppgifter]" in names
    people = set(demo.table("officers").get_column("person_name"))
    assert not people & set(names)


def test_peppol_documents_add_up(demo: Demo) -> None:
    files = sorted((demo.inbox / "invoices" / "peppol").glob("*.xml"))
    kinds = Counter()
    for path in files:
        root = etree.fromstring(path.read_bytes())
        kind = etree.QName(root).localname
        kinds[kind] += 1

        def amounts(query: str, root: etree._Element = root) -> list[Decimal]:
            return [Decimal(str(node.text)) for node in root.xpath(query, namespaces=_UBL)]

        lines = amounts(f"cac:{kind}Line/cbc:LineExtensionAmount")
        net = amounts("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount")[0]
        vat = amounts("cac:TaxTotal/cbc:TaxAmount")[0]
        assert sum(lines) == net
        assert amounts("cac:LegalMonetaryTotal/cbc:PayableAmount")[0] == net + vat
        percent = amounts("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent")[0]
        assert abs(net * percent / 100 - vat) <= Decimal("0.01")
        party = "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID"
        assert luhn.is_valid(str(root.xpath(party, namespaces=_UBL)[0].text))
    assert kinds["Invoice"] >= 11
    assert kinds["CreditNote"] == 1


def test_most_peppol_invoices_are_in_the_ledger_with_the_same_amount(demo: Demo) -> None:
    booked = demo.ledger.group_by("leverantor_id", "fakturanummer").agg(pl.col("ore").sum())
    register = demo.table("suppliers").select(
        "supplier_no", digits=pl.col("orgnr").str.replace_all(r"\D", "")
    )
    found, waiting = 0, 0
    for path in (demo.inbox / "invoices" / "peppol").glob("*.xml"):
        root = etree.fromstring(path.read_bytes())
        if etree.QName(root).localname == "CreditNote":
            continue
        orgnr = str(
            root.xpath("cac:AccountingSupplierParty//cbc:EndpointID", namespaces=_UBL)[0].text
        )
        number = str(root.xpath("cbc:ID", namespaces=_UBL)[0].text)
        net = root.xpath("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", namespaces=_UBL)[0].text
        mine = register.filter(pl.col("digits").str.contains(orgnr, literal=True))
        hit = booked.join(mine, left_on="leverantor_id", right_on="supplier_no").filter(
            pl.col("fakturanummer") == number
        )
        if hit.height:
            found += 1
            assert hit.get_column("ore")[0] == int(Decimal(str(net)) * 100)
        else:
            waiting += 1
    assert found >= 8
    assert waiting == 3


def test_canonical_tables_have_the_columns_of_their_contracts(demo: Demo) -> None:
    for source in (
        "suppliers",
        "tax_status",
        "debts",
        "payroll",
        "officers",
        "owners",
        "employees",
        "trading_prohibitions",
        "sanctions",
        "time_reports",
        "company_events",
    ):
        contract = all_contracts()[source]
        names = {*contract.columns, *(a for c in contract.columns.values() for a in c.aliases)}
        frame = demo.table(source)
        assert set(frame.columns) <= names, source
        required = {name for name, column in contract.columns.items() if column.required}
        for name in required:
            column = {name, *contract.columns[name].aliases} & set(frame.columns)
            assert frame.get_column(column.pop()).null_count() == 0, (source, name)


def test_the_permits_extract_is_cp1252_with_swedish_names(demo: Demo) -> None:
    raw = demo.file("permits").read_bytes()
    assert "Återkallad".encode("cp1252") in raw
    codes = {kind.permit for kind in demo_settings().services.values() if kind.permit}
    assert set(demo.permits.get_column("Tillstand")) == codes
    assert set(demo.permits.get_column("Status")) == {
        "Aktiv",
        "Ej startad",
        "Nedlagd",
        "Återkallad",
    }


def test_the_contract_register_is_a_workbook_with_real_dates(demo: Demo) -> None:
    contracts = demo.contracts
    assert contracts.schema["valid_from"] == pl.Date
    assert contracts.get_column("contract_no").n_unique() == contracts.height
    assert contracts.get_column("value_sek").min() > 0


def test_the_supplier_register_is_untidy(demo: Demo) -> None:
    register = demo.table("suppliers")
    digits = register.get_column("orgnr").str.replace_all(r"[^0-9]", "")
    assert 0.005 < register.get_column("orgnr").null_count() / register.height < 0.06
    written = register.get_column("orgnr").drop_nulls()
    for pattern in (r"^\d{6}-\d{4}$", r"^\d{10}$", r"^16\d{10}$", r"^SE\d{12}$", r"^0007:\d{10}$"):
        assert written.str.contains(pattern).any(), pattern
    names = register.get_column("name")
    assert (names == names.str.to_uppercase()).mean() > 0.1
    assert (names != names.str.strip_chars()).any()
    ten = digits.drop_nulls().filter(digits.drop_nulls().str.len_chars() == 10).to_list()
    wrong = [number for number in ten if not luhn.is_valid(number)]
    assert 0 < len(wrong) <= 0.02 * register.height


def test_two_deliveries_of_the_supplier_register_differ_in_accounts(demo: Demo) -> None:
    first = pl.read_csv(min((demo.inbox / "suppliers").iterdir()), infer_schema=False)
    both = first.join(demo.table("suppliers"), on="supplier_no", suffix="_now")
    changed = both.filter(pl.col("bankgiro") != pl.col("bankgiro_now"))
    assert changed.height >= 10
    assert changed.select((pl.col("changed_on") < pl.col("changed_on_now")).all()).item()
    unchanged = both.filter(pl.col("bankgiro").eq_missing(pl.col("bankgiro_now")))
    assert unchanged.get_column("changed_on").equals(unchanged.get_column("changed_on_now"))


def test_every_personal_number_anywhere_is_a_test_number(demo: Demo) -> None:
    columns = [
        demo.table("officers").get_column("person_id"),
        demo.table("owners").filter(pl.col("owner_type") == "person").get_column("owner_id"),
        demo.table("employees").get_column("person_id"),
        demo.table("trading_prohibitions").get_column("person_id"),
        demo.table("tax_status").get_column("orgnr"),
        demo.table("suppliers").get_column("orgnr"),
    ]
    seen = 0
    for column in columns:
        bare = column.drop_nulls().str.replace(r"^SE(\d{10})01$", "$1")
        digits = bare.str.replace_all(r"\D", "").str.replace(r"^16(\d{10})$", "$1")
        people = [n for n in digits.to_list() if len(n) in (10, 12) and n[-8] in "01"]
        seen += len(people)
        assert all(980 <= int(n[-4:-1]) <= 999 for n in people)
        assert all(luhn.is_valid(n[-10:]) for n in people)
    assert seen > 3_000
