"""Three weeks in a small town, told from the inbox to the list.

Four suppliers. Alba sells home care without a permit, week after week. Björk owes taxes, then loses
its approval for F-tax, then gets it back. Cedern owes taxes, pays, and owes again. Dalia begins to
owe in the second week. The town asks three questions (rules) and has four kinds of files.
"""

import json
from datetime import date
from types import SimpleNamespace

import pytest

from tests.end_to_end.small_inbox import Town, company, only_rules

ALBA, BJORK, CEDERN, DALIA = company(1), company(2), company(3), company(4)

RISK_LIST = (
    "rank;supplier_id;orgnr;supplier_no;name;band;score;points;change;reasons;amount_sek;"
    "exposure_sek_12m;rules_found;rules_clear;rules_not_checked;action;case_status;case_note"
)
FINDINGS = (
    "supplier_id;rule_id;rule_version;kind;severity;points;amount_sek;match_confidence;summary;"
    "evidence;first_seen;still_open;"
    "case_status;case_decision;case_by;case_until;case_reason;case_note"
)
QUARANTINE = "source;file;row;column;reason;raw"
SIX_FILES = {
    "risk-list.csv",
    "risk-list.xlsx",
    "findings.csv",
    "report.html",
    "quarantine.csv",
    "run.json",
}


def first_monday(town):
    """Everything is there and recent."""
    town.put(
        "invoices/leverantorsreskontra-2026-11-16.csv",
        "fakturanummer;organisationsnummer;leverantör;fakturadatum;belopp;kontotext",
        f"A-1;{ALBA};Alba Omsorg AB;2026-10-31;250 000,00;Hemtjänst",
        f"B-1;{BJORK};Björk Städ AB;2026-10-31;40 000,50;Städning",
        f"C-1;{CEDERN};Cedern Bygg AB;2026-10-31;10 000,00;Reparationer",
        f"D-1;{DALIA};Dalia Mat AB;2026-10-31;5 000,00;Livsmedel",
    )
    town.put(
        "permits/ivo-utdrag-2026-11-16.csv",
        "orgnr;tillstand;status;giltigt_fran",
        f"{company(77)};hemtjänst;aktiv;2020-01-01",
    )
    town.put(
        "debts/svar-kronofogden-2026-11-16.csv",
        "orgnr;as_of;allmanna_mal_sek",
        f"{ALBA};2026-11-16;0",
        f"{BJORK};2026-11-16;60000",
        f"{CEDERN};2026-11-16;50000",
        f"{DALIA};2026-11-16;49999,99",
    )
    town.put(
        "tax_status/svar-skatteverket-2026-11-16.csv",
        "orgnr;as_of;f_skatt",
        *(f"{orgnr};2026-11-16;ja" for orgnr in (ALBA, BJORK, CEDERN, DALIA)),
    )


def second_monday(town):
    """New answers come, and one file that nobody can read. The old files stay where they are."""
    town.put(
        "debts/svar-kronofogden-2026-11-23.csv",
        "orgnr;as_of;allmanna_mal_sek",
        f"{BJORK};2026-11-23;60000",
        f"{CEDERN};2026-11-23;0",
        f"{DALIA};2026-11-23;70000",
    )
    town.put(
        "tax_status/svar-skatteverket-2026-11-23.csv",
        "orgnr;as_of;f_skatt",
        f"{BJORK};2026-11-23;nej",
    )
    town.put_bytes("debts/avbruten.xlsx", b"PK\x03\x04 and then the line broke")


def third_monday(town):
    """The broken file is gone, Björk is approved again, Cedern owes again."""
    town.remove(["debts/avbruten.xlsx"])
    town.put(
        "debts/svar-kronofogden-2026-11-30.csv",
        "orgnr;as_of;allmanna_mal_sek",
        f"{CEDERN};2026-11-30;90000",
    )
    town.put(
        "tax_status/svar-skatteverket-2026-11-30.csv",
        "orgnr;as_of;f_skatt",
        f"{BJORK};2026-11-30;ja",
    )


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    rules = only_rules(folder / "rules", "permits/001", "tax/010", "tax/013")
    town = Town(folder, rules)
    first_monday(town)
    first = town.run(date(2026, 11, 20))
    second_monday(town)
    second = town.run(date(2026, 11, 27))
    third_monday(town)
    third = town.run(date(2026, 12, 4))
    return SimpleNamespace(first=first, second=second, third=third, folder=folder)


def in_short(week):
    """Supplier, points and change, in the order of the list."""
    return [(row["supplier_id"], int(row["points"]), row["change"]) for row in week.ranked]


def seen(week):
    """Of each finding: since when, and whether it is still open."""
    return {
        (row["supplier_id"], row["rule_id"]): (row["first_seen"], row["still_open"])
        for row in week.findings
    }


def evidence(week, supplier_id, rule_id):
    """The rows that a finding points at, as (file, row)."""
    (finding,) = [
        row
        for row in week.findings
        if (row["supplier_id"], row["rule_id"]) == (supplier_id, rule_id)
    ]
    return {(each["file"], each["row"]) for each in json.loads(finding["evidence"])}


def test_each_week_leaves_its_six_files_and_nothing_else(weeks):
    assert {path.name for path in (weeks.folder / "out").iterdir()} == {
        "2026-W47",
        "2026-W48",
        "2026-W49",
    }
    for week in (weeks.first, weeks.second, weeks.third):
        assert {path.name for path in week.folder.iterdir()} == SIX_FILES


@pytest.mark.parametrize(
    ("name", "header"),
    [("risk-list.csv", RISK_LIST), ("findings.csv", FINDINGS), ("quarantine.csv", QUARANTINE)],
)
def test_csv_files_have_the_promised_columns_behind_a_mark_of_utf8(weeks, name, header):
    for week in (weeks.first, weeks.second, weeks.third):
        content = (week.folder / name).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.decode("utf-8-sig").split("\n", 1)[0] == header


def test_the_manifest_has_the_promised_fields(weeks):
    manifest = weeks.first.manifest
    assert manifest.keys() >= {
        *("run_id", "as_of", "week", "versions", "inputs_hash", "rules_hash", "inputs", "rules"),
        *("suppliers", "timings", "peak_rss_mb", "warnings"),
    }
    counts = {"rows_read", "rows_loaded", "rows_quarantined", "rows_skipped"}
    assert manifest["inputs"][0].keys() >= {"source", "file", "sha256", "as_of"} | counts
    assert manifest["rules"][0].keys() >= {
        *("id", "version", "status", "found", "clear", "not_checked", "seconds", "reason"),
    }
    assert manifest["suppliers"] == 4
    assert set(manifest["timings"]) == {"ingest", "resolve", "screen", "publish"}
    for week in (weeks.first, weeks.second, weeks.third):
        week.assert_counts_add_up()


def test_first_week_everybody_on_the_list_is_new(weeks):
    assert weeks.first.exit_code == 0
    assert in_short(weeks.first) == [
        (ALBA, 100, "new"),
        (BJORK, 15, "new"),
        (CEDERN, 15, "new"),
    ]
    alba = weeks.first.ranked[0]
    assert (alba["rank"], alba["name"], alba["band"]) == ("1", "Alba Omsorg AB", "hög")
    assert (alba["rules_found"], alba["rules_clear"], alba["rules_not_checked"]) == ("1", "2", "0")
    assert float(alba["exposure_sek_12m"]) == 250_000
    assert "hemtjänst" in alba["reasons"]
    assert alba["action"]
    assert alba["case_status"] == ""


def test_evidence_names_the_file_and_the_row_that_a_spreadsheet_shows(weeks):
    answers = "debts/svar-kronofogden-2026-11-16.csv"
    ledger = "invoices/leverantorsreskontra-2026-11-16.csv"
    assert evidence(weeks.first, BJORK, "public-debt") == {(answers, 3), (ledger, 3)}
    assert evidence(weeks.first, CEDERN, "public-debt") == {(answers, 4), (ledger, 4)}
    assert evidence(weeks.first, ALBA, "no-active-permit") == {(ledger, 2)}
    assert (answers, 3) not in evidence(weeks.second, BJORK, "public-debt")
    assert ("debts/svar-kronofogden-2026-11-23.csv", 2) in evidence(
        weeks.second, BJORK, "public-debt"
    )


def test_second_week_says_who_is_worse_who_is_new_and_who_left(weeks):
    assert in_short(weeks.second) == [
        (ALBA, 100, "same"),
        (BJORK, 55, "up"),
        (DALIA, 15, "new"),
    ]
    assert weeks.second.manifest["previous_week"] == "2026-W47"
    assert seen(weeks.second) == {
        (ALBA, "no-active-permit"): ("2026-11-20", "true"),
        (BJORK, "public-debt"): ("2026-11-20", "true"),
        (BJORK, "f-tax-lost"): ("2026-11-27", "true"),
        (DALIA, "public-debt"): ("2026-11-27", "true"),
        (CEDERN, "public-debt"): ("2026-11-20", "false"),
    }


def test_a_file_that_cannot_be_read_makes_the_second_week_worth_a_look(weeks):
    assert (weeks.first.exit_code, weeks.second.exit_code, weeks.third.exit_code) == (0, 3, 0)
    (warning,) = weeks.second.warned("file_in_quarantine")
    assert warning["file"] == "debts/avbruten.xlsx"
    (row,) = weeks.second.quarantine
    assert (row["source"], row["file"], row["row"]) == ("debts", "debts/avbruten.xlsx", "")
    assert row["reason"]


def test_third_week_says_who_is_better_and_who_came_back(weeks):
    assert in_short(weeks.third) == [
        (ALBA, 100, "same"),
        (BJORK, 15, "down"),
        (CEDERN, 15, "back"),
        (DALIA, 15, "same"),
    ]
    assert seen(weeks.third) == {
        (ALBA, "no-active-permit"): ("2026-11-20", "true"),
        (BJORK, "public-debt"): ("2026-11-20", "true"),
        (BJORK, "f-tax-lost"): ("2026-11-27", "false"),
        (CEDERN, "public-debt"): ("2026-12-04", "true"),
        (DALIA, "public-debt"): ("2026-11-27", "true"),
    }


def test_files_that_stay_in_the_inbox_are_counted_as_read_before(weeks):
    ledger = weeks.second.inputs["invoices/leverantorsreskontra-2026-11-16.csv"]
    assert (ledger["rows_read"], ledger["rows_loaded"], ledger["rows_skipped"]) == (4, 0, 4)
    fresh = weeks.second.inputs["debts/svar-kronofogden-2026-11-23.csv"]
    assert (fresh["rows_read"], fresh["rows_loaded"], fresh["rows_skipped"]) == (3, 3, 0)


def test_points_of_the_open_findings_sum_to_the_total(weeks):
    for week in (weeks.first, weeks.second, weeks.third):
        totals = {row["supplier_id"]: int(row["points"]) for row in week.ranked}
        sums = dict.fromkeys(totals, 0)
        for row in week.findings:
            sums[row["supplier_id"]] = sums.get(row["supplier_id"], 0) + int(row["points"])
        assert {key: value for key, value in sums.items() if value} == totals
