"""What a town's files tell about the town itself, from the files to the page, and to no points."""

import pytest
from typer.testing import CliRunner

from screening.cli import app
from tests.end_to_end.small_inbox import Town, Week, company, only_rules

ALBA, BJORK, CEDERN, DALIA = (company(number) for number in range(1, 5))
CONTROL = {
    (ALBA, "direct-award-alone"),
    (ALBA, "direct-awards-above-limit"),
    (ALBA, "supplier-dominates-area"),
    (BJORK, "approver-is-orderer"),
    (DALIA, "electronic-share-falling"),
    (CEDERN, "orderer-not-certified"),
}
QUALITY = {
    ("lev:5", "no-valid-number"),
    (BJORK, "twice-in-register"),
    (CEDERN, "register-answer-too-old"),
    (DALIA, "wrong-check-digit"),
    ("lev:5", "wrong-check-digit"),
}


def _line(number: int, supplier: int, day: str, sek: int, *rest: str) -> str:
    return ";".join([f"F{number}", str(supplier), day, str(sek), *rest])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("own")
    rules = only_rules(
        folder / "rules", "contracts/076", "contracts/077", "contracts/079", "purchasing/088",
        "purchasing/089", "purchasing/090", "quality/091", "quality/092", "quality/093",
        "quality/094", "tax/013",
    )  # fmt: skip
    town = Town(folder, rules)
    town.put(
        "suppliers/register-2026-11-16.csv",
        "supplier_no;name;orgnr;bankgiro",
        f"1;Alba AB;{ALBA};",
        f"2;Björk AB;{BJORK};9123-4567",
        f"3;Björk AB;{BJORK};",
        f"4;Cedern AB;{CEDERN};",
        f"5;Okänd Firma;{ALBA[:9]}{(int(ALBA[9]) + 1) % 10};",
        f"6;Dalia AB;{DALIA};912-3450",
    )
    town.put(
        "contracts/avtal-2026-11-16.csv",
        "contract_no;supplier_no;service_area;procedure;valid_from;valid_to;value_sek;"
        "procurement_unit_involved",
        "K1;1;Tolk;direktupphandling;2026-03-01;;500000;nej",
        "K2;1;Tolk;direktupphandling;2026-06-01;;300000;ja",
        "K3;2;tolk;ramavtal;2024-01-01;;9000000;ja",
        "K4;4;TOLK;ramavtal;2024-01-01;;9000000;ja",
        "K5;6;HVB;direktupphandling;2026-06-01;;7000000;ja",
    )
    town.put(
        "invoices/kop-2026-11-18.csv",
        "invoice_no;supplier_no;invoice_date;amount_sek;contract_no;buyer_unit;orderer_id;"
        "approver_id;kanal",
        _line(1, 1, "2026-09-10", 2_500_000, "K1", "Skola", "B1", "C1", "peppol"),
        _line(2, 2, "2026-09-11", 100_000, "K3", "Skola", "B1", "B1", "e-handel"),
        _line(3, 4, "2026-09-12", 90_000, "K4", "Skola", "B2", "C1", "e-handel"),
        _line(4, 5, "2026-09-13", 20_000, "", "Skola", "B1", "C1", "peppol"),
        _line(5, 6, "2026-01-14", 800_000, "", "Vård", "B1", "C1", "e-handel"),
        _line(6, 6, "2026-09-14", 700_000, "", "Vård", "B1", "C1", "papper"),
        _line(7, 4, "2026-09-15", 60_000, "", "Park", "", "", ""),
    )
    town.put("orderers/bestallare-2026-11-16.csv", "orderer_id;certified_on", "B1;2024-01-01")
    town.put(
        "debts/svar-2026-11-16.csv",
        "orgnr;as_of;public_debt_sek",
        f"{ALBA};2026-11-16;70000",
        f"{CEDERN};2026-06-01;0",
        f"{DALIA};2026-11-16;0",
    )
    return town


@pytest.fixture(scope="module")
def week(town: Town) -> Week:
    return town.run()


def test_each_is_found_where_it_is_and_nowhere_else(week: Week) -> None:
    found = {kind: set() for kind in ("risk", "control", "quality")}
    for row in week.findings:
        found[row["kind"]].add((row["supplier_id"], row["rule_id"]))
        assert row["kind"] == "risk" or row["points"] == "0"
        assert row["evidence"] != "[]"
    assert found == {"risk": {(ALBA, "public-debt")}, "control": CONTROL, "quality": QUALITY}
    week.assert_counts_add_up()


def test_only_who_has_a_risk_is_on_the_list_and_only_for_that(week: Week) -> None:
    (listed,) = week.ranked
    assert (listed["supplier_id"], listed["points"]) == (ALBA, "15")
    assert "tolk" not in listed["reasons"].lower()
    assert "inköpsenheten" not in listed["reasons"]


def test_the_manifest_says_which_rules_are_about_whom(week: Week) -> None:
    kinds = {rule["id"]: rule["kind"] for rule in week.manifest["rules"]}
    assert kinds.pop("public-debt") == "risk"
    assert {kinds[rule] for _, rule in CONTROL} == {"control"}
    assert {kinds[rule] for _, rule in QUALITY} == {"quality"}


def test_the_page_has_a_section_for_each_beside_the_suppliers(week: Week) -> None:
    page = (week.folder / "report.html").read_text(encoding="utf-8")
    card = page[page.index('<article class="card') : page.index("</article>")]
    control = page[page.index('<section id="egen-control"') :]
    assert "Direktupphandling utan inköpsenheten" not in card
    assert "Direktupphandling utan inköpsenheten" in control
    assert "Samma leverantör finns flera gånger i registret" in control
    assert "Öppna iakttagelser: 6, från 6 av 6 regler." in control


def _told(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code in (0, 3), result.output
    return result.output


def test_the_terminal_tells_them_apart(town: Town, week: Week) -> None:
    common = ["--state", town.folder / "state", "--as-of", "2026-11-20", "--rules", town.rules]
    told = _told("weekly", "--inbox", town.inbox, "--out", town.folder / "out", *common)
    assert told.index("Om oss själva") > told.index("Alba AB")
    assert "Vår egen kontroll: 6 öppna iakttagelser från 6 av 6 regler" in told
    assert "Våra egna uppgifter: 5 öppna iakttagelser från 4 av 4 regler" in told
    checked = _told("check", ALBA, BJORK, *common)
    alba, bjork = checked.split("Björk AB")
    assert alba.index("Om oss själva") > alba.index("Kronofogden")
    assert "inga fynd" in bjork
    assert "(egen kontroll)" in bjork
    assert "(datakvalitet)" in bjork
