"""A person puts a finding aside, every later run honours it, and it returns when there is more."""

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import yaml
from typer.testing import CliRunner

from screening.cases import finding_decisions
from screening.cli import app
from screening.commands import findings as commands
from screening.warehouse.publishing import newest, open_published
from screening.warehouse.state import State
from tests.end_to_end.small_inbox import AS_OF, Town, Week, company, only_rules, person

SOL, BJORK = company(60), company(61)
#: A sole trader's number is a person's.
ANNA = person("19700512", 1)[2:]
NEXT_WEEK = AS_OF + timedelta(days=7)
THIRD_WEEK = AS_OF + timedelta(days=14)
THE_LIST = ("risk-list.csv", "findings.csv", "risk-list.xlsx", "report.html")


def debts(town, day, amount=90_000):
    town.put(
        f"debts/debts-{day}.csv",
        "orgnr;as_of;public_debt_sek;public_count",
        f"{SOL};{day};{amount};3",
        f"{BJORK};{day};60000;1",
        f"{ANNA};{day};70000;1",
    )


def settled(folder) -> Town:
    """A town in which two companies and a sole trader owe the state, one of them bankrupt too."""
    town = Town(folder, only_rules(folder / "rules", "tax/013", "company/037"))
    town.put(
        "companies/companies-2026-11-16.csv",
        "orgnr;name;legal_form;registered_on;proceeding;proceeding_from",
        f"{SOL};Solgården Omsorg AB;AB;2010-01-01;;",
        f"{BJORK};Björk Städ AB;AB;2011-01-01;bankruptcy;2026-10-01",
        f"{ANNA};Anna Alm Film;;2011-01-01;;",
    )
    town.put(
        "suppliers/suppliers-2026-11-16.csv",
        "supplier_no;name;orgnr",
        f"7;Solgården Omsorg AB;{SOL}",
        f"8;Björk Städ AB;{BJORK}",
        f"10;Anna Alm Film;{ANNA}",
    )
    town.put(
        "invoices/invoices-2026-11-16.csv",
        "invoice_no;supplier_no;orgnr;supplier_name;invoice_date;amount_sek",
        "1;7;;;2026-10-15;900000",
        "2;8;;;2026-10-15;100000",
        "3;10;;;2026-10-15;4000",
    )
    debts(town, "2026-11-16")
    return town


@pytest.fixture
def clock(monkeypatch):
    """The day on which people decide."""
    moment = SimpleNamespace(day=AS_OF)
    monkeypatch.setattr(
        finding_decisions,
        "now",
        lambda: datetime(moment.day.year, moment.day.month, moment.day.day, 12, tzinfo=UTC),
    )
    as_given = commands.day
    monkeypatch.setattr(
        commands, "day", lambda written: moment.day if written is None else as_given(written)
    )
    return moment


@pytest.fixture(scope="module")
def first_week(tmp_path_factory):
    """A town after its first week, to be copied."""
    town = settled(tmp_path_factory.mktemp("first week"))
    town.run()
    return town


@pytest.fixture
def town(first_week, tmp_path, clock):
    """A town of its own after its first week."""
    shutil.copytree(first_week.folder, tmp_path, dirs_exist_ok=True)
    town = Town(tmp_path, tmp_path / "rules")
    town.first = Week(tmp_path / "out" / "2026-W47", 0)
    return town


def ask(town, *words, **more):
    arguments = [*map(str, words), "--state", str(town.folder / "state")]
    return CliRunner().invoke(app, arguments, **more)


def decide(town, *words):
    result = ask(town, "findings", *words, "--by", "Rut Ek", "--rules", town.rules)
    assert result.exit_code == 0, result.output
    return result.stdout


def finding(week, supplier, rule="public-debt"):
    (row,) = [
        each for each in week.findings if (each["supplier_id"], each["rule_id"]) == (supplier, rule)
    ]
    return row


def evidence_of(town):
    """References of the rows behind each finding of the newest list."""
    with open_published(newest(State(town.folder / "state"))) as connection:
        return connection.execute("SELECT evidence FROM findings ORDER BY ALL").fetchall()


def test_a_finding_rests_stays_in_sight_returns_and_can_be_taken_back(town, clock):
    first, run_id = town.first.bytes_of(*THE_LIST), town.first.manifest["run_id"]
    assert [row["supplier_id"] for row in town.first.ranked] == [BJORK, SOL, "lev:10"]
    told = decide(
        town, "explain", "13", SOL[:6] + "-" + SOL[6:], "--reason", "Avbetalningsplan <b>finns</b>"
    )
    assert "Sparat som beslut 1: public-debt om Solgården Omsorg AB är förklarad" in told
    decide(town, "override", "public-debt", "8", "--severity", "low", "--reason", "tvistig")

    second = town.run()
    assert [row["supplier_id"] for row in second.ranked] == [BJORK, "lev:10"]
    aside = finding(second, SOL)
    assert (aside["points"], aside["case_status"], aside["still_open"]) == (
        "0",
        "explained",
        "true",
    )
    assert "Rut Ek" in aside["case_note"]
    judged = finding(second, BJORK)
    assert (judged["severity"], judged["case_status"]) == ("low", "overridden")
    assert second.ranked[0]["case_status"] == "overridden"
    counted = second.manifest["decided_findings"]
    assert (counted["explained"], counted["overridden"], counted["suppliers_set_aside"]) == (
        1,
        1,
        1,
    )
    assert second.manifest["rules"][1]["found"] == town.first.manifest["rules"][1]["found"]
    assert second.manifest["run_id"] != run_id
    page = (second.folder / "report.html").read_text(encoding="utf-8")
    assert "Avbetalningsplan &lt;b&gt;finns&lt;/b&gt;" in page
    assert "Solgården Omsorg AB" in page

    # The same answer a week later changes nothing; a larger debt brings the finding back.
    clock.day = NEXT_WEEK
    debts(town, NEXT_WEEK)
    third = town.run(NEXT_WEEK)
    assert finding(third, SOL)["case_status"] == "explained"
    debts(town, THIRD_WEEK, 200_000)
    clock.day = THIRD_WEEK
    fourth = town.run(THIRD_WEEK)
    back = finding(fourth, SOL)
    assert (back["case_status"], back["points"]) == ("returned", "15")
    assert "rader i underlaget är nya sedan beslutet" in back["case_note"]
    (row,) = [each for each in fourth.ranked if each["supplier_id"] == SOL]
    assert (row["change"], row["case_status"]) == ("back", "returned")
    assert "Åter sedan 2026-12-04" in row["case_note"]
    listed = json.loads(ask(town, "findings", "decisions", "--json").stdout)
    assert [(each["standing"], each["standing_because"]) for each in listed] == [
        ("returned", "rows"),
        ("in_force", None),
    ]

    # A past list does not know what was decided later, nor forgets what was decided then.
    for number in (1, 2):
        result = ask(town, "findings", "withdraw", number, "--reason", "fel", "--by", "Bo")
        assert result.exit_code == 0, result.output
    assert town.run(AS_OF, out="again").bytes_of(*THE_LIST) == second.bytes_of(*THE_LIST)
    clock.day = AS_OF
    standing = town.run(THIRD_WEEK, out="taken back")
    assert {row["case_status"] for row in standing.findings} == {""}
    assert finding(standing, BJORK)["severity"] == "medium"
    assert first  # the first list was made before anybody decided: the same day, other decisions


def test_withdrawn_on_the_same_day_the_first_list_comes_back_byte_for_byte(town):
    first, run_id = town.first.bytes_of(*THE_LIST), town.first.manifest["run_id"]
    until = NEXT_WEEK.isoformat()
    decide(town, "snooze", "public-debt", "10", "--until", until, "--reason", "Anna 700512-9819")
    rested = town.run()
    assert finding(rested, "lev:10")["case_status"] == "snoozed"
    assert rested.manifest["decided_findings"]["snoozed"] == 1
    assert ask(town, "findings", "withdraw", "1", "--by", "Bo").exit_code == 0
    again = town.run()
    assert again.bytes_of(*THE_LIST) == first
    assert again.manifest["run_id"] == run_id
    # A sole trader's number is nowhere, and the name is not kept with the decision.
    kept = b"".join(path.read_bytes() for path in (town.folder / "state").glob("cases.db*"))
    shown = ask(town, "findings", "decisions").stdout.encode()
    shown += b"".join(rested.bytes_of("findings.csv", "report.html", "run.json").values())
    for number in (ANNA, "700512-9819"):
        assert number.encode() not in kept + shown
    assert b"Anna Alm Film" not in kept
    assert b"700512-****" in shown


def test_a_decision_outlives_the_warehouse_and_knows_a_supplier_whose_number_is_a_persons(town):
    town.put(
        "suppliers/suppliers-2026-11-17.csv",
        "supplier_no;name;orgnr",
        f"7;Solgården Omsorg AB;{SOL}",
        f"8;Björk Städ AB;{BJORK}",
        f"{ANNA};Anna Alm Film;{ANNA}",
    )
    town.run()
    decide(town, "explain", "public-debt", ANNA, "--reason", "anstånd")
    decide(town, "explain", "public-debt", "7", "--reason", "anstånd")
    aside = town.run()
    kept = b"".join(path.read_bytes() for path in (town.folder / "state").glob("cases.db*"))
    assert ANNA.encode() not in kept
    assert aside.manifest["decided_findings"]["explained"] == 2
    references = evidence_of(town)
    # Read again from a file with one row more, every row gets another reference.
    for path in (town.folder / "state").glob("warehouse.duckdb*"):
        path.unlink()
    path = town.inbox / "debts/debts-2026-11-16.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    town.put("debts/debts-2026-11-16.csv", header, f"{company(62)};2026-11-16;0;0", *lines)
    again = town.run()
    assert again.manifest["decided_findings"]["explained"] == 2
    assert evidence_of(town) != references


def test_what_cannot_be_decided_is_told_in_one_sentence(town):
    def refused(*words):
        result = ask(town, "findings", *words, "--by", "Rut", "--lang", "en")
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.output
        return result.stderr.replace("\n", " ")

    why = ("--reason", "because")
    assert "no rule called public-dept. Do you mean public-debt?" in refused(
        "explain", "public-dept", "7", *why
    )
    assert "no rule called 99" in refused("explain", "99", "7", *why)
    assert "No supplier" in refused("explain", "public-debt", "nobody", *why)
    assert "700512-****" in refused("explain", "public-debt", "700512-9827", *why)
    assert "no open finding" in refused("explain", "insolvency", "7", *why)
    assert "needs a reason" in refused("explain", "public-debt", "7", "--reason", "  ")
    assert "through which day" in refused("snooze", "public-debt", "7", *why)
    past = ("--until", "2026-11-01")
    assert "is past already" in refused("snooze", "public-debt", "7", *why, *past)
    far = ("--until", "2027-11-01")
    assert "180 days at most" in refused("snooze", "public-debt", "7", *why, *far)
    same = ("--severity", "medium")
    assert "severity already" in refused("override", "public-debt", "7", *why, *same)
    assert "no decision number 4" in refused("withdraw", "4")
    assert not (town.folder / "state" / "cases.db").exists()
    wrong = ask(town, "findings", "snooze", "13", "7", *why, "--until", "i morgon")
    assert wrong.exit_code == 2


def test_decisions_are_shown_where_one_looks(town):
    decide(town, "explain", "public-debt", "7", "--reason", "=SUMMA(A1) \x1b[31m\u202e")
    told = decide(town, "snooze", "public-debt", "7", "--until", "2026-12-01", "--reason", "väntar")
    assert "Det ersätter beslut 1." in told
    rested = town.run()
    shown = ask(town, "findings", "list", "7").stdout
    assert "vilar" in shown
    assert "Vilar till och med 2026-12-01. Rut Ek, 2026-11-20 (beslut 2): väntar" in shown
    path = town.folder / "beslut å.csv"
    ask(town, "findings", "decisions", "--export", path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["standing"] for row in rows] == ["replaced", "in_force"]
    assert rows[0]["reason"].startswith("'=SUMMA(A1)")
    assert "\x1b" not in ask(town, "findings", "decisions").stdout
    assert finding(rested, SOL)["case_decision"] == "2"
    asked = ["check", SOL, "--as-of", AS_OF, "--rules", town.rules]
    (checked,) = json.loads(ask(town, *asked, "--json").stdout)
    assert (checked["band"], checked["points"]) == (None, 0)
    assert checked["findings"][0]["case_status"] == "snoozed"
    assert "Vilar till och med 2026-12-01" in ask(town, *asked).stdout
    explained = ["rules", "explain", "public-debt", SOL, "--rules", town.rules]
    assert "Vilar till och med 2026-12-01" in ask(town, *explained).stdout
    assert json.loads(ask(town, *explained, "--json").stdout)["case_note"]["sv"]


#: A critical finding about Solgården, and one about everybody who may know one with such a finding.
CRITICAL_RULES = {
    "critical-debt": (
        "critical",
        "SELECT s.supplier_id, [d.ref] AS evidence FROM suppliers AS s JOIN debts AS d "
        "ON d.orgnr = s.orgnr WHERE d.public_debt_sek > 80000",
    ),
    "knows-one": (
        "low",
        "SELECT s.supplier_id, flatten(list(c.refs)) AS evidence FROM suppliers AS s "
        "JOIN critical_findings AS c ON c.supplier_id <> s.supplier_id GROUP BY s.supplier_id",
    ),
}


def _critical_rule(folder, name):
    severity, query = CRITICAL_RULES[name]
    (path,) = (folder / "tax").glob("013*.yaml")
    rule = yaml.safe_load(path.read_text(encoding="utf-8"))
    rule |= {"id": name, "severity": severity, "query": query, "parameters": {}, "cases": []}
    del rule["number"], rule["summary"]
    written = yaml.safe_dump(rule, allow_unicode=True)
    (folder / "tax" / f"{name}.yaml").write_text(written, encoding="utf-8")


def test_a_critical_finding_that_is_explained_casts_no_shadow_on_others(town, clock):
    for name in CRITICAL_RULES:
        _critical_rule(town.rules, name)
    assert town.run().found() >= {(SOL, "critical-debt"), (BJORK, "knows-one")}
    decide(town, "explain", "critical-debt", SOL, "--reason", "Avbetalningsplan finns")
    rules = ("--rules", town.rules, "--json")
    told = json.loads(ask(town, "rules", "explain", "knows-one", BJORK, *rules).stdout)
    assert told["outcome"] == "clear"
    (checked,) = json.loads(ask(town, "check", BJORK, "--as-of", AS_OF, *rules).stdout)
    assert {each["rule"] for each in checked["findings"]} == {"insolvency", "public-debt"}
    stats = json.loads(ask(town, "rules", "stats", *rules).stdout)
    assert {row["rule_id"]: row["found"] for row in stats["rules"]}["knows-one"] == 0
    week = town.run()
    assert (SOL, "critical-debt") in week.found()
    assert (BJORK, "knows-one") not in week.found()

    ask(town, "findings", "withdraw", "1", "--why", "Planen hölls inte", "--by", "Rut Ek")
    assert (BJORK, "knows-one") in town.run().found()
    until = ("--until", NEXT_WEEK)
    decide(town, "snooze", "critical-debt", SOL, *until, "--reason", "Väntar på svar")
    assert (BJORK, "knows-one") in town.run().found()


def test_a_check_for_another_day_says_for_which_day_who_is_who_was_worked_out(town):
    asked = ("check", SOL, "--rules", town.rules, "--as-of")
    (same,) = json.loads(ask(town, *asked, AS_OF, "--json").stdout)
    assert (same["as_of"], same["identity_as_of"]) == ("2026-11-20", "2026-11-20")
    (told,) = json.loads(ask(town, *asked, NEXT_WEEK, "--json").stdout)
    assert (told["as_of"], told["identity_as_of"]) == ("2026-11-27", "2026-11-20")
    spoken = " ".join(ask(town, *asked, NEXT_WEEK).stdout.split())
    assert "är uträknat för 2026-11-20, dagen för den senaste körningen" in spoken
    assert "uträknat" not in ask(town, *asked, AS_OF).stdout
