"""What is old or missing is told alike by the manifest, the page, the workbook and the doctor."""

import json
import re
from datetime import date

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from screening.cli import app
from tests.end_to_end.small_inbox import AS_OF, Town, Week
from tests.end_to_end.small_town import ALBA, TABLES, file_of, settle

#: What is wrong with which source, and the state that it is then in.
WRONG = {
    "permits": "missing",
    "payroll": "header_only",
    "employees": "unreadable",
    "debts": "too_old",
    "trading_prohibitions": "soon_old",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    town = settle(Town(tmp_path_factory.mktemp("gaps")), without=WRONG)
    town.put(file_of("payroll"), TABLES["payroll"][0])
    town.put_bytes(file_of("employees"), bytes(range(256)) * 20)
    town.put(
        "debts/svar-2026-07-01.csv",
        "orgnr;as_of;public_debt_sek;private_debt_sek",
        f"{ALBA};2026-07-01;0;0",
    )
    header, rows = TABLES["trading_prohibitions"]
    town.put("trading_prohibitions/2026-10-08.csv", header, *rows)
    return town


@pytest.fixture(scope="module")
def week(town) -> Week:
    return town.run()


def test_run_json_has_every_source_the_worst_first(week):
    sources = week.manifest["sources"]
    states = {each["source"]: each["status"] for each in sources}
    assert {source: states[source] for source in WRONG} == WRONG
    fresh = set(TABLES) - set(WRONG)
    assert {states[source] for source in fresh} == {"fresh"}
    assert {each["source"] for each in sources[:4]} == set(WRONG) - {"trading_prohibitions"}
    for each in sources:
        if each["newest_as_of"]:
            newest = date.fromisoformat(each["newest_as_of"])
            assert each["age_days"] == (AS_OF - newest).days
            assert (each["status"] == "too_old") == (each["age_days"] > each["limit_days"])


def test_the_rules_that_suffer_are_those_that_were_not_checked(week):
    suffering = {rule for each in week.manifest["sources"] for rule in each["rules"]}
    unchecked = {rule["id"] for rule in week.manifest["rules"] if rule["status"] == "not_checked"}
    assert suffering == unchecked
    for each in week.manifest["sources"]:
        if each["rules"]:
            assert each["suppliers_not_checked"] == week.manifest["suppliers"]
    soon = {each["source"]: each["rules_soon"] for each in week.manifest["sources"]}
    assert soon["trading_prohibitions"] == ["trading-prohibition"]


def test_at_the_first_run_files_and_rows_are_those_of_the_inbox(week):
    inputs = week.manifest["inputs"]
    for each in week.manifest["sources"]:
        own = [file for file in inputs if file["source"] == each["source"]]
        assert each["files"] == len(own)
        assert each["rows"] == sum(file["rows_loaded"] + file["rows_skipped"] for file in own)


def test_warnings_name_the_rules_and_say_what_to_do(week):
    missing = {each["source"]: each["text"] for each in week.warned("source_missing")}
    assert set(missing) == {"permits", "payroll", "employees"}
    assert "1. " in missing["permits"]
    assert "Kontrollera exporten" in missing["payroll"]
    assert "karantän" in missing["employees"]
    (old,) = week.warned("source_too_old")
    assert "13. Skulder till staten" in old["text"]
    assert "142 dagar" in old["text"]
    (soon,) = week.warned("source_soon_old")
    assert "före nästa veckas körning" in soon["text"]
    assert week.exit_code == 3


def test_the_page_tells_it_at_the_top_and_in_a_table(week):
    page = (week.folder / "report.html").read_text(encoding="utf-8")
    sources = week.manifest["sources"]
    needed = [each for each in sources if each["needed_by"]]
    bad = [each for each in needed if each["status"] not in ("fresh", "soon_old")]
    assert f"{len(bad)} av {len(needed)} källor som reglerna behöver" in page
    table = page[page.index('id="kallor"') : page.index('id="ej-kontrollerat"')]
    assert table.index("Tillstånd från IVO") < table.index("Företagsregistret")
    assert re.search(r"142 / 100", table)
    assert "behövs inte av någon regel" in table


def test_the_workbook_has_them_in_the_same_order(week):
    book = fastexcel.read_excel(str(week.folder / "risk-list.xlsx"))
    rows = pl.DataFrame(book.load_sheet("Källor"))
    assert rows.height == len(week.manifest["sources"])
    titles = [each["title"] for each in week.manifest["sources"]]
    assert rows["Källa"].to_list() == titles


def test_the_doctor_says_the_same(town, week):
    place = ["--state", str(town.folder / "state"), "--as-of", AS_OF.isoformat()]
    result = CliRunner().invoke(app, ["doctor", *place, "--json"])
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    same = ("source", "status", "newest_as_of", "age_days", "limit_days", "rules", "rules_soon")
    assert [[each[name] for name in same] for each in told["sources"]] == [
        [each[name] for name in same] for each in week.manifest["sources"]
    ]
    counts = {each["source"]: each["suppliers_not_checked"] for each in week.manifest["sources"]}
    for each in told["sources"]:
        assert each["suppliers_not_checked"] == counts[each["source"]]
    spoken = CliRunner().invoke(app, ["doctor", *place]).stdout
    assert "142 / 100" in spoken
    assert "gick inte att läsa" in spoken


def test_a_week_later_what_was_soon_old_is_old(town, week):
    place = ["--state", str(town.folder / "state"), "--as-of", "2026-11-27", "--json"]
    told = json.loads(CliRunner().invoke(app, ["doctor", *place]).stdout)
    states = {each["source"]: each["status"] for each in told["sources"]}
    assert states["trading_prohibitions"] == "too_old"


def test_a_damaged_list_keeps_the_doctor_from_nothing_but_its_counts(town, week):
    state = town.folder / "state"
    for path in (state / "published").glob("*.duckdb"):
        path.write_bytes(b"no database")
    result = CliRunner().invoke(
        app, ["doctor", "--state", str(state), "--as-of", AS_OF.isoformat(), "--json"]
    )
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert {each["suppliers_not_checked"] for each in told["sources"]} == {None}
    assert told["sources"][0]["rules"]
