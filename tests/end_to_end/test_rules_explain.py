"""``vaksam rules explain``: why a rule fired, why not, or why it was not checked."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from screening.cli import app
from tests.end_to_end.small_inbox import Town
from tests.end_to_end.small_town import ALBA, ANNA, CEDERN, EKEN, FRIDA, HASSELN, settle


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = settle(Town(tmp_path_factory.mktemp("town")), without=["employees"])
    assert town.run().ranked
    return town


def ask(town: Town, *arguments: object) -> Result:
    words = ["rules", "explain", *map(str, arguments), "--state", str(town.folder / "state")]
    return CliRunner().invoke(app, words)


def told(town: Town, *arguments: object) -> dict[str, Any]:
    found = ask(town, *arguments, "--json")
    assert found.exit_code == 0, found.output
    content: dict[str, Any] = json.loads(found.stdout)
    return content


def test_a_finding_is_told_with_the_rows_that_it_stands_on(town: Town) -> None:
    content = told(town, "public-debt", ALBA)
    assert content["outcome"] == "found"
    (debt,) = [each for each in content["evidence"] if each["source"] == "debts"]
    # The answer of 2026-11-16 is the third of the file's rows; the header is row 1.
    assert (debt["file"], debt["row_no"]) == ("debts/debts-2026-11-16.csv", 4)
    shown = ask(town, "13", f"{ALBA[:6]}-{ALBA[6:]}").stdout
    assert "debts/debts-2026-11-16.csv, rad 4" in shown
    assert "90" in shown
    assert "min_public_debt_sek = 50000" in shown


def test_a_silent_rule_says_which_limit_kept_it_silent(town: Town) -> None:
    content = told(town, "public-debt", CEDERN)
    assert content["outcome"] == "clear"
    assert content["unmet_each_by_itself"]
    assert content["unmet"] == ["d.public_debt_sek >= 50000"]
    (debts,) = [each for each in content["seen"] if each["view"] == "debts"]
    assert debts["rows"][0]["public_debt_sek"] == "49999.99"
    assert debts["rows"][0]["ref"] == "debts/debts-2026-11-16.csv:6"


def test_no_row_at_all_is_an_answer_too(town: Town) -> None:
    content = told(town, "worker-at-two-clients", HASSELN)
    assert (content["outcome"], content["unmet"]) == ("clear", [])
    assert "inga rader" in ask(town, "worker-at-two-clients", HASSELN).stdout


def test_what_was_not_checked_says_why(town: Town) -> None:
    staff = told(town, "owner-or-officer-is-staff", EKEN)
    assert staff["outcome"] == "not_checked"
    nobody_asked = told(town, "public-debt", HASSELN)
    assert nobody_asked["outcome"] == "not_checked"
    assert nobody_asked["reasons"]["sv"] != staff["reasons"]["sv"]
    assert ask(town, "public-debt", HASSELN).stdout.lstrip().startswith("Inte prövat")


def test_persons_are_not_shown(town: Town) -> None:
    for arguments in (("trading-prohibition", ALBA), ("phoenix", ALBA), ("public-debt", "106")):
        for shown in (ask(town, *arguments), ask(town, *arguments, "--json")):
            assert shown.exit_code == 0, shown.output
            for secret in (ANNA, ANNA[2:], ANNA[-4:], FRIDA, "Anna Alm"):
                assert secret not in shown.stdout


def test_unknown_names_are_told_with_the_nearest(town: Town, tmp_path: Path) -> None:
    wrong = ask(town, "public-dept", ALBA)
    assert wrong.exit_code == 2
    assert "public-debt" in wrong.output
    assert ask(town, "public-debt", "finns inte").exit_code == 2
    assert ask(Town(tmp_path), "public-debt", ALBA).exit_code == 1


def test_a_rule_explains_suppliers_as_the_list_counted_them(town: Town) -> None:
    (folder,) = (town.folder / "out").iterdir()
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    counted = next(each for each in manifest["rules"] if each["id"] == "f-tax-lost")
    outcomes = [told(town, "10", number)["outcome"] for number in ("101", "102", "104", "108")]
    assert outcomes == ["clear", "found", "clear", "not_checked"]
    assert counted["found"] >= 1
    assert counted["not_checked"] >= 1
