"""The contracts that ship say everything about their source, and a wrong one is told plainly."""

import re
from pathlib import Path

import pytest

from screening.sources.codes import reference_titles
from screening.sources.contracts import ContractFileError, all_contracts, read_contract
from screening.sources.format_descriptions import formats

CONTRACTS = all_contracts()
#: The inputs as agreed with those who deliver them: `*` required, `|` one of a group, `=` codes.
AGREED = """
companies: orgnr* name* legal_form registered_on deregistered_on deregistration_reason status sni_codes street care_of postal_code city municipality_code employees_class as_of
company_events: orgnr* event*=name_change,address_change,seat_change,board_change,auditor_change,purpose_change,share_capital_change,late_annual_report,injunction occurred_on* detail
officers: orgnr* person_id person_name* birth_date role*=ledamot,suppleant,vd,ordforande,firmatecknare,revisor,likvidator,komplementar,innehavare from_date to_date street postal_code city country
owners: orgnr* owner_id owner_name* owner_type*=person,company birth_date share_percent interest from_date to_date direct
tax_status: orgnr* f_tax vat_registered employer_registered changed_on as_of*
debts: orgnr* as_of* public_debt_sek public_count private_debt_sek private_count source
payroll: orgnr* month* employer_contributions_sek declared_pay_sek employees
financials: orgnr* period_start period_end* revenue_sek result_sek equity_sek share_capital_sek employees auditor_remark filed_on
permits: orgnr* permit_type* status*=aktiv,ej_startad,nedlagd,aterkallad provider_name permit_number unit_name street postal_code city valid_from valid_to decided_on manager_name as_of
suppliers: supplier_no* name* orgnr vat_no bankgiro plusgiro bank_account iban street care_of postal_code city email phone created_on changed_on blocked
invoices: invoice_no* supplier_no| orgnr| supplier_name| invoice_date* amount_sek* vat_sek booking_date paid_on due_date buyer_unit account_no account_text description quantity unit unit_price service_from service_to contract_no orderer_id channel=e-handel,peppol,pdf,papper payee_account voucher_no
contracts: contract_no* supplier_no| orgnr| title service_area procedure=ramavtal,upphandling,direktupphandling,avrop,lov valid_from* valid_to value_sek annual_value_sek owner_unit criticality last_followup_on procurement_unit_involved
followups: contract_no* orgnr supplier_no done_on* kind*=platsbesok,ekonomi,bemanning,tillstand,stickprov,dialog outcome=utan_anmarkning,brist,allvarlig_brist place note
orderers: orderer_id* name unit certified_on certified_until
employees: employee_id* person_id name birth_date unit role sensitive_role street postal_code bank_account secondary_employment_orgnr
time_reports: worker_id* client_id* orgnr* service* start* end* source=tagg,manuell unit
decisions: client_id* service* orgnr hours_per_month* valid_from* valid_to ended_reason=avliden,flyttat,avslutad
authority_records: orgnr person_id subject_name authority* kind*=sanktionsavgift,forbud,dom,foretagsbot,forelaggande,anmalan decided_on* amount_sek reference legally_binding
trading_prohibitions: person_id* person_name* from_date* to_date provisional exemption_from exemption_to exemption_revoked_on
sanctions: id schema name aliases birth_date countries addresses identifiers sanctions phones emails program_ids dataset first_seen last_seen last_change
incidents: incident_id* orgnr| supplier_no| occurred_on* kind*=klagomal,avvikelse,lex_sarah,tips severity unit description status
procurement_plan: plan_id* title* authority service_area value_sek planned_start replaces_contract_no
bidders: tender_no* orgnr* name
"""  # noqa: E501 - a line per source
#: Other names that those who deliver were promised.
PROMISED = {
    "companies": {"foretagsnamn": "name", "organisationsnamn": "name"},
    "tax_status": {
        "f_skatt": "f_tax",
        "moms": "vat_registered",
        "arbetsgivare": "employer_registered",
    },
    "debts": {"allmanna_mal_sek": "public_debt_sek", "enskilda_mal_sek": "private_debt_sek"},
    "payroll": {"arbetsgivaravgifter": "employer_contributions_sek"},
    "permits": {"tillstand": "permit_type"},
    "suppliers": {"leverantor_id": "supplier_no"},
    "invoices": {"forvaltning": "buyer_unit", "konto_nr": "account_no", "avtal": "contract_no"},
}


@pytest.mark.parametrize("line", AGREED.strip().splitlines(), ids=lambda line: line.split(":")[0])
def test_a_source_has_the_columns_that_were_agreed(line: str) -> None:
    source, _, listed = line.partition(": ")
    contract = CONTRACTS[source]
    group = []
    for word in listed.split():
        found = re.fullmatch(r"(\w+)([*|]?)(?:=(.*))?", word)
        assert found
        name, mark, codes = found.groups()
        column = contract.columns[name]
        if source != "sanctions":
            assert column.required == (mark == "*"), name
        if mark == "|":
            group.append(name)
        if codes:
            known = reference_titles(column.reference) if column.reference else column.values
            assert set(codes.split(",")) <= set(known or {}), name
    assert {frozenset(each) for each in contract.required_any} == (
        {frozenset(group)} if group else set()
    )


def test_no_source_is_left_out_of_what_was_agreed() -> None:
    assert {line.split(":")[0] for line in AGREED.strip().splitlines()} == set(CONTRACTS)


@pytest.mark.parametrize("source", PROMISED)
def test_the_promised_names_are_read(source: str) -> None:
    for alias, name in PROMISED[source].items():
        assert alias in CONTRACTS[source].columns[name].aliases


@pytest.mark.parametrize("source", CONTRACTS)
def test_a_source_says_what_it_is_and_where_it_comes_from(source: str) -> None:
    contract = CONTRACTS[source]
    assert contract.about
    assert contract.obtained
    assert contract.absent
    assert contract.deliver
    assert contract.key
    assert contract.examples
    assert set(contract.formats) <= set(formats())
    assert "table" in contract.formats
    for name, column in contract.columns.items():
        assert column.doc, name
        assert column.type != "code" or column.values or reference_titles(column.reference or "")


@pytest.mark.parametrize("source", CONTRACTS)
def test_what_is_about_persons_is_marked(source: str) -> None:
    telling = {
        "person_id",
        "person_name",
        "owner_name",
        "birth_date",
        "email",
        "phone",
        "client_id",
    }
    for name, column in CONTRACTS[source].columns.items():
        if name in telling or column.type in ("person_id", "party_id", "bank_account", "iban"):
            assert column.privacy != "ordinary", name


GOOD = """
source: things
title: {sv: Saker, en: Things}
absence: own
keyed_by: none
max_age_days: 30
key: [a]
columns:
  a: {type: text, required: true}
  b: {type: code, values: {x: [y]}}
"""


def error_of(folder: Path, content: str, name: str = "things") -> str:
    path = folder / f"{name}.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ContractFileError) as raised:
        read_contract(path)
    return str(raised.value)


def test_a_small_contract_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "things.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(read_contract(path).columns) == ["a", "b"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("type: text", "type: txt", "contract things.yaml, columns.a.type: Input should be 'text'"),
        ("required: true", "must: true", "contract things.yaml, columns.a.must: Extra inputs"),
        ("key: [a]", "key: [z]", "unknown columns ['z']"),
        ("en: Things", "en: ''", "contract things.yaml, title: the text in en is missing"),
        ("values: {x: [y]}", "minimum: 1", "columns.b: values or reference are for type code"),
        ("{type: text, required: true}", "{type: text, values: {q: []}}", "columns.a: values or"),
        ("required: true}", "required: true, aliases: [B]}", "'B' would be both a and b"),
        ("type: text", "type: integer, minimum: 4, maximum: 1", "minimum is above maximum"),
        ("key: [a]", "key: [a]\nkey: [b]", "not well-formed YAML: the field 'key' stands twice"),
        ("source: things", "source: others", "name the file others.yaml or correct the source"),
        ("source: things", "source: [", "contract things.yaml is not well-formed YAML"),
        (GOOD, "just words", "contract things.yaml, the whole: Input should be"),
    ],
)
def test_a_wrong_contract_is_told_with_file_place_and_what(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert GOOD.count(old) >= 1
    assert told in error_of(tmp_path, GOOD.replace(old, new, 1))


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    wrong = GOOD.replace("type: text", "type: txt").replace("absence: own", "absence: odd")
    lines = error_of(tmp_path, wrong).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "contract things.yaml, absence",
        "contract things.yaml, columns.a.type",
    ]
