"""A person decides who is who, and every later run honours it, until it is taken back."""

import csv
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from screening.cases import identity_decisions
from screening.cli import app
from tests.end_to_end.small_inbox import AS_OF, Town, Week, company, only_rules, person

SOL, BANKRUPT_SOL, BJORK, OTHER_BJORK, LIND = (company(number) for number in range(50, 55))
#: A sole trader's number is a person's.
ANNA = person("19700512", 1)[2:]
NEXT_WEEK = AS_OF + timedelta(days=7)
THE_LIST = ("risk-list.csv", "findings.csv", "risk-list.xlsx", "report.html")


def settled(folder) -> Town:
    """A town in which two companies share each name, so that no machine can tell them apart."""
    town = Town(folder, only_rules(folder / "rules", "company/037"))
    town.put(
        "companies/companies-2026-11-16.csv",
        "orgnr;name;legal_form;registered_on;proceeding;proceeding_from;street;postal_code;city",
        f"{SOL};Solgården Omsorg AB;AB;2010-01-01;;;Storgatan 1;211 42;Malmö",
        f"{BANKRUPT_SOL};Solgården Omsorg AB;AB;;bankruptcy;2026-10-01;Ågatan 2;223 50;Lund",
        f"{BJORK};Björk Städ AB;AB;2011-01-01;;;Ågatan 2;223 50;Lund",
        f"{OTHER_BJORK};Björk Städ AB;AB;2011-01-01;;;Ågatan 4;223 51;Lund",
        f"{LIND};Lind Bygg AB;AB;2011-01-01;;;Hamngatan 4;211 51;Malmö",
        f"{ANNA};Anna Alm Film;;2011-01-01;;;Hamngatan 8;211 51;Malmö",
        f"{person('19810703', 2)[2:]};Anna Alm Film;;2012-01-01;;;Hamngatan 8;211 51;Malmö",
    )
    town.put(
        "suppliers/suppliers-2026-11-16.csv",
        "supplier_no;name;orgnr;street;postal_code;city",
        "7;Solgården Omsorg AB;;;;",
        "8;Björk Städ AB;;;;",
        f"9;Lind Bygg AB;{LIND};;;",
        "10;Anna Alm Film;;Hamngatan 8;211 51;Malmö",
    )
    town.put(
        "invoices/invoices-2026-11-16.csv",
        "invoice_no;supplier_no;orgnr;supplier_name;invoice_date;amount_sek",
        "1;7;;;2026-10-15;900000",
        "2;8;;;2026-10-15;100000",
        "3;;;Lind Bygg;2026-10-15;5000",
        "4;10;;;2026-10-15;4000",
        "5;7;;;2024-10-15;70000000",
    )
    return town


@pytest.fixture
def clock(monkeypatch):
    """The day on which people decide."""
    moment = SimpleNamespace(day=AS_OF)
    monkeypatch.setattr(
        identity_decisions,
        "now",
        lambda: datetime(moment.day.year, moment.day.month, moment.day.day, 12, tzinfo=UTC),
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
    arguments = ["identity", *map(str, words), "--state", str(town.folder / "state")]
    return CliRunner().invoke(app, arguments, **more)


def pairs(town, *more):
    result = ask(town, "review", "--json", *more)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["pairs"]


def decide(town, lines):
    result = ask(town, "review", "--by", "Rut Ek", input=lines)
    assert result.exit_code == 0, result.output
    return result.stdout


def about(pair, number):
    return pair["left_key"] == f"lev:{number}"


def test_the_pairs_come_in_the_order_of_money_and_doubt(town):
    told = pairs(town)
    assert [pair["left_key"][:5] for pair in told] == ["lev:7", "lev:8", "lev:1", "namn:"]
    assert [pair["amount_sek"] for pair in told] == [900_000, 100_000, 4_000, 5_000]
    first = told[0]
    assert 0.2 < first["probability"] <= 0.5  # two companies share it
    assert not first["is_match"]
    assert first["left"]["name"] == first["right"]["name"] == "Solgården Omsorg AB"
    assert {first["right"]["number"], first["runner_up"]["number"]} == {
        f"{number[:6]}-{number[6:]}" for number in (SOL, BANKRUPT_SOL)
    }
    assert all(part["words"] and part["log_odds"] for part in first["parts"])
    assert len(pairs(town, "--limit", "1")) == 1
    assert pairs(town, "--kind", "listed") == []


def test_nothing_that_is_shown_or_kept_has_a_personal_number_in_it(town):
    shown = ask(town, "review", input="").stdout + json.dumps(pairs(town))
    decide(town, "\n\n\ns 700512-9819 intygade\n")
    shown += ask(town, "decisions").stdout + ask(town, "decisions", "--json").stdout
    shown += ask(town, "explain", "10").stdout + ask(town, "explain", "10", "--json").stdout
    ask(town, "decisions", "--export", town.folder / "beslut.csv")
    kept = b"".join(path.read_bytes() for path in (town.folder / "state").glob("cases.db*"))
    kept += (town.folder / "beslut.csv").read_bytes()
    for number in (ANNA, ANNA[6:]):
        assert number not in shown
        assert number.encode() not in kept
    assert "700512-****" in shown


def test_the_next_run_honours_what_was_said_and_withdrawing_brings_the_first_list_back(town):
    first, run_id = town.first.bytes_of(*THE_LIST), town.first.manifest["run_id"]
    assert town.first.ranked == []
    # Of two that nothing tells apart the lower number is asked about.
    told = decide(town, "n ringde konkursförvaltaren\ns\nq\n")
    assert "Sparat som beslut 1: inte samma" in told
    assert "Sparat som beslut 2: samma" in told

    second = town.run()
    assert second.found() == {(BANKRUPT_SOL, "insolvency")}
    assert [row["supplier_id"] for row in second.ranked] == [BANKRUPT_SOL]
    counted = second.manifest["reviewed_pairs"]
    assert (counted["same"], counted["not_same"], counted["set_aside"]) == (1, 1, 0)
    assert second.manifest["run_id"] != run_id
    assert [pair["left_key"][:5] for pair in pairs(town)] == ["lev:1", "namn:"]
    # The next best won on its own evidence; what a person said is sure.
    parted = json.loads(ask(town, "explain", "7", "--json").stdout)
    assert (parted["match_method"], parted["supplier_id"]) == ("name", BANKRUPT_SOL)
    assert [each["decision"] for each in parted["decisions"]] == ["not_same"]
    joined = json.loads(ask(town, "explain", "8", "--json").stdout)
    assert (joined["match_method"], joined["match_confidence"]) == ("reviewed", 1.0)
    assert joined["supplier_id"] == BJORK

    for number, word in (("1", "--reason"), ("2", "--why")):
        result = ask(town, "withdraw", number, word, "fel bolag", "--by", "Bo")
        assert result.exit_code == 0, result.stderr
    third = town.run()
    assert third.bytes_of(*THE_LIST) == first
    assert third.manifest["run_id"] == run_id
    assert len(pairs(town)) == 4


def test_unsure_is_not_asked_again_until_a_record_changes(town):
    before = town.first.bytes_of(*THE_LIST[:2])
    decide(town, "o vet inte\nq\n")
    assert not any(about(pair, 7) for pair in pairs(town))
    town.put(
        "suppliers/suppliers-2026-11-20.csv",
        "supplier_no;name;orgnr;street;postal_code;city",
        "7;Solgården Omsorg AB;;;;Sverige",
        "8;Björk Städ AB;;;;",
        f"9;Lind Bygg AB;{LIND};;;",
        "10;Anna Alm Film;;Hamngatan 8;211 51;Malmö",
    )
    assert town.run().bytes_of(*THE_LIST[:2]) == before
    (again,) = [pair for pair in pairs(town) if about(pair, 7)]
    assert again["doubted_by"] == "Rut Ek"
    assert "Rut Ek" in ask(town, "review", "--limit", "1", input="").stdout


def test_a_past_list_does_not_know_what_was_decided_later(town, clock):
    past, run_id = town.first.bytes_of(*THE_LIST), town.first.manifest["run_id"]
    clock.day = NEXT_WEEK
    decide(town, "s\ns\ns\ns\n")
    later = town.run(NEXT_WEEK)
    assert later.manifest["reviewed_pairs"]["same"] == 4
    again = town.run(AS_OF, out="again")
    assert again.bytes_of(*THE_LIST) == past
    assert again.manifest["run_id"] == run_id
    assert again.manifest["reviewed_pairs"]["hash"] == ""
    # Taken back the week after, it still counts in the week between.
    clock.day = NEXT_WEEK + timedelta(days=7)
    assert ask(town, "withdraw", "1", "--by", "Rut").exit_code == 0
    assert town.run(NEXT_WEEK, out="between").bytes_of(*THE_LIST) == later.bytes_of(*THE_LIST)


def test_a_session_can_stop_anywhere_and_go_on(town):
    before = len(pairs(town))
    assert "1 samma" in decide(town, "s\n")  # the input ends: nobody is there any more
    assert len(pairs(town)) == before - 1
    told = decide(town, "b\nvad?\n\ns nej\nb\nn ändrade mig\nq\n")
    assert "Det gick inte att förstå" in told
    assert "Du svarade nyss: samma (beslut 2)" in told
    rows = json.loads(ask(town, "decisions", "--json").stdout)
    assert [(row["decision"], row["standing"]) for row in rows] == [
        ("same", "in_force"),
        ("same", "replaced"),
        ("not_same", "in_force"),
    ]
    assert [row["reason"] for row in rows] == [None, "nej", "ändrade mig"]
    assert {row["decided_by"] for row in rows} == {"Rut Ek"}


def test_a_session_survives_any_bytes(town):
    lines = b"\xff\xfe\x00\n\x1b[2J\ns \xe5\xe4\xf6 \x1b[31m\nq\n"
    told = decide(town, lines)
    assert "\x1b" not in told
    assert len(json.loads(ask(town, "decisions", "--json").stdout)) == 1
    assert "\x1b" not in ask(town, "decisions").stdout


def test_the_next_best_can_be_the_answer(town):
    asked = pairs(town)[0]
    assert asked["right_key"] != asked["runner_up_key"]
    told = decide(town, "2 samma konto\n\n\n2\n")
    assert "samma som den näst bästa" in told
    assert "1 par: 1 samma" in told
    assert "Det gick inte att förstå" in told  # the last pair has no next best
    (kept,) = json.loads(ask(town, "decisions", "--json").stdout)
    assert (kept["left_key"], kept["right_key"]) == ("lev:7", asked["runner_up_key"])
    assert (kept["decision"], kept["reason"]) == ("same", "samma konto")
    assert not any(about(pair, 7) for pair in pairs(town))


def test_decisions_can_be_taken_along_as_a_file(town):
    decide(town, "s =SUMMA(A1)\nn\nq\n")
    path = town.folder / "beslut å.csv"
    result = ask(town, "decisions", "--export", path)
    assert str(path) in result.stdout.replace("\n", "")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["decision"] for row in rows] == ["same", "not_same"]
    assert rows[0]["reason"] == "'=SUMMA(A1)"
    assert rows[0]["left"] == "Solgården Omsorg AB (lev:7)"


def test_a_match_is_explained_in_one_screen(town):
    for asked in ("7", "solgå"):
        result = ask(town, "explain", asked, "--lang", "en")
        assert result.exit_code == 0, result.stderr
        lines = result.stdout.splitlines()
        assert len(lines) <= 24
        assert "is not tied to any company of the register" in result.stdout
        assert "Best candidate: Solgården Omsorg AB" in result.stdout
        assert "Next best: Solgården Omsorg AB" in result.stdout
        assert "suppliers/suppliers-2026-11-16.csv, row 2" in result.stdout
    by_name = ask(town, "explain", "lind bygg", "--lang", "en").stdout
    assert "90% sure" in by_name
    by_number = ask(town, "explain", LIND, "--lang", "en")
    assert "559800-" in by_number.stdout


def test_who_cannot_be_explained_is_told(town):
    for asked, said in (("999", "999"), ("ab", "passar på"), ("19700512-9819", "700512-****")):
        result = ask(town, "explain", asked)
        assert result.exit_code == 1
        assert said in result.stderr
        assert "9819" not in result.stderr


def test_a_damaged_database_stops_the_run_and_leaves_the_last_list(town):
    decide(town, "s\n")
    path = town.folder / "state" / "cases.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    path.write_bytes(b"not a database at all" * 400)
    arguments = ["--inbox", town.inbox, "--out", town.folder / "out", "--as-of", AS_OF]
    arguments += ["--state", town.folder / "state", "--rules", town.rules]
    result = CliRunner().invoke(app, ["weekly", *map(str, arguments)])
    assert result.exit_code == 1
    assert "cases.db" in result.stderr
    assert "säkerhetskopia" in result.stderr
    assert town.first.ranked == []
    for words in (("review",), ("decisions",), ("explain", "7"), ("withdraw", "1")):
        result = ask(town, *words)
        assert result.exit_code == 1
        assert "cases.db" in result.stderr
        assert "Traceback" not in result.stderr


def test_before_the_first_run_there_is_nothing_to_review(tmp_path):
    town = Town(tmp_path)
    for words in (("review",), ("explain", "7")):
        result = ask(town, *words)
        assert result.exit_code == 1
        assert str(tmp_path) in result.stderr
    assert "Ingen har beslutat" in ask(town, "decisions").stdout
    assert ask(town, "withdraw", "3").exit_code == 1


def test_nobody_is_asked_without_a_name(town):
    result = ask(town, "review", "--by", " ", input="s\n")
    assert result.exit_code == 1
    assert "--by" in result.stderr
    assert ask(town, "decisions", "--json").stdout.strip() == "[]"
