"""Rules about who is behind whom, from files to findings: one small town, every view at work."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from screening.cli import app
from tests.end_to_end.small_inbox import Town, Week, company, only_rules, person

#: Alba lost its contract; Bo leads Cedern and another bidder; Dalia is paid to Cilla's account.
ALBA, BJORK, CEDERN, DALIA, EKEN, FLADER, GONE, UNASKED, RIVAL = (
    company(number) for number in range(41, 50)
)
ANNA, BO, CILLA = (person("19700512", 1), person("19810703", 2), person("19641130", 3))
RULES = ("permits/001", *(f"ownership/0{number}" for number in (21, 22, 24, 26, 33, 35)))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("behind")
    town = Town(folder, only_rules(folder / "rules", *RULES))
    suppliers = [ALBA, BJORK, CEDERN, DALIA, EKEN, FLADER]
    names = [f"Firma {number} AB" for number in range(1, 7)]
    town.put(
        "suppliers/suppliers-2026-11-16.csv",
        "supplier_no;name;orgnr;bankgiro",
        *(
            f"{number};{name};{orgnr};{'5050-1055' if orgnr == DALIA else ''}"
            for number, (name, orgnr) in enumerate(zip(names, suppliers, strict=True), start=1)
        ),
    )
    town.put(
        "companies/companies-2026-11-16.csv",
        "orgnr;name",
        *(f"{orgnr};{name}" for name, orgnr in zip(names, suppliers, strict=True)),
        f"{UNASKED};Moder AB",
        f"{RIVAL};Medtävlaren AB",
    )
    town.put(
        "invoices/invoices-2026-11-16.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek;account_text;description",
        f"A-1;{ALBA};Firma 1 AB;2026-09-30;250000;HVB;placering",
        f"B-1;{BJORK};Firma 2 AB;2026-09-30;25000;Städ;städ",
    )
    town.put(
        "permits/permits-2026-11-16.csv",
        "orgnr;permit_type;status;permit_number;valid_from;valid_to",
        f"{EKEN};hvb;aktiv;T-1;2020-01-01;",
    )
    town.put(
        "contracts/contracts-2026-11-16.csv",
        "contract_no;orgnr;service_area;valid_from;valid_to;ended_on;ended_reason",
        f"K-1;{ALBA};hvb;2024-01-01;2028-12-31;2026-05-01;hävt",
        f"K-2;{BJORK};hvb;2024-01-01;2028-12-31;;",
        f"K-3;{EKEN};hvb;2024-01-01;2028-12-31;2026-05-01;överenskommelse",
    )
    town.put(
        "bidders/bidders-2026-11-16.csv",
        "tender_no;orgnr;name",
        f"U-1;{CEDERN};Firma 3 AB",
        f"U-1;{RIVAL};Medtävlaren AB",
    )
    town.put(
        "officers/officers-2026-11-16.csv",
        "orgnr;person_id;person_name;role;from_date;to_date",
        *(f"{orgnr};{ANNA};Anna Alm;ledamot;2020-01-01;" for orgnr in (ALBA, BJORK)),
        *(f"{orgnr};{BO};Bo Berg;ledamot;2020-01-01;" for orgnr in (CEDERN, RIVAL)),
        *(f"{orgnr};{CILLA};Cilla Ceder;suppleant;2020-01-01;" for orgnr in (EKEN, FLADER)),
        f"{DALIA};;Dan Dahl;ledamot;2020-01-01;",
    )
    town.put(
        "owners/owners-2026-11-16.csv",
        "orgnr;owner_id;owner_name;owner_type;share_percent;is_beneficial_owner",
        f"{ALBA};{ANNA};Anna Alm;person;100;ja",
        f"{BJORK};{UNASKED};Moder AB;bolag;100;",
        f"{CEDERN};{GONE};Borta AB;bolag;60;",
        f"{CEDERN};{BO};Bo Berg;person;40;ja",
        f"{DALIA};;Okänd;okänd;;",
        f"{EKEN};{UNASKED};Moder AB;bolag;100;nej",
        f"{FLADER};;Far Holding Ltd;bolag;100;",
    )
    town.put(
        "employees/employees-2026-11-16.csv",
        "employee_id;person_id;name;unit;role;sensitive_role;bank_account",
        f"E1;{CILLA};Cilla Ceder;Vård;Lärare;nej;5050-1055",
    )
    return town


@pytest.fixture(scope="module")
def week(town: Town) -> Week:
    return town.run()


def test_everybody_who_should_be_is_found_and_nobody_else(week: Week) -> None:
    assert week.found() == {
        (ALBA, "no-active-permit"),
        # Anna led Alba when its contract was cancelled, and leads Björk.
        (BJORK, "behind-ended-contract"),
        (BJORK, "tied-to-critical-finding"),
        (CEDERN, "officer-shared-same-contract-area"),
        (CEDERN, "beneficial-owner-unknown"),
        (DALIA, "beneficial-owner-unknown"),
        (DALIA, "shared-with-staff"),
        (EKEN, "beneficial-owner-unknown"),
        # Two steps: Eken and Björk have one parent company.
        (EKEN, "tied-to-critical-finding"),
    }
    week.assert_counts_add_up()


def test_each_answer_about_owners_counts_for_what_it_says(week: Week) -> None:
    """A company that does not exist; an owner not told; an answer that there is no such owner."""
    said = {
        each["supplier_id"]: each["summary"]
        for each in week.findings
        if each["rule_id"] == "beneficial-owner-unknown"
    }
    assert "Ägarbolag som inte finns: 1." in said[CEDERN]
    assert "Okända ägare: 1." in said[DALIA]
    assert "ingen verklig huvudman är anmäld: 1." in said[EKEN]


def test_a_finding_that_builds_on_another_points_at_the_rows_of_both(week: Week) -> None:
    wanted = (BJORK, "tied-to-critical-finding")
    (tied,) = (each for each in week.findings if (each["supplier_id"], each["rule_id"]) == wanted)
    sources = {row["source"] for row in json.loads(tied["evidence"])}
    assert sources == {"officers", "invoices"}
    assert "no-active-permit" in tied["summary"]
    assert tied["points"] == "5"


def test_explaining_such_a_finding_asks_the_critical_rules_too(town: Town, week: Week) -> None:
    def told(supplier: str) -> dict[str, Any]:
        words = ["rules", "explain", "35", supplier, "--state", str(town.folder / "state")]
        asked = CliRunner().invoke(app, [*words, "--rules", str(town.rules), "--json"])
        content: dict[str, Any] = json.loads(asked.stdout)
        return content

    assert told(BJORK)["outcome"] == "found"
    assert told(CEDERN)["outcome"] == "clear"
