"""``vaksam rules compare``: what it foretells is what the week then brings."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from screening.cli import app
from screening.places import RULES_DIR
from tests.end_to_end.small_inbox import Town, Week, only_rules
from tests.end_to_end.small_town import EKEN

DEBT = "tax/013-public-debt.yaml"


@pytest.fixture
def town(whole_town: Town) -> Town:
    return whole_town


def compare(town: Town, *arguments: object) -> Result:
    words = ["rules", "compare", *map(str, arguments), "--state", str(town.folder / "state")]
    return CliRunner().invoke(app, words)


def compared(town: Town, *arguments: object) -> dict[str, Any]:
    found = compare(town, *arguments, "--json")
    assert found.exit_code == 0, found.output
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def changed_rules(folder: Path, file: str, *changes: tuple[str, str]) -> Path:
    """All shipped rules, one of them changed."""
    shutil.copytree(RULES_DIR, folder)
    written = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in written
        written = written.replace(old, new)
    (folder / file).write_text(written, encoding="utf-8")
    return folder


def standing(week: Week) -> dict[str, tuple[str, str]]:
    return {row["supplier_id"]: (row["points"], row["reasons"]) for row in week.ranked}


def test_it_names_exactly_the_suppliers_that_the_next_week_moves(
    town: Town, tmp_path: Path
) -> None:
    """A lower threshold lets some come, a graver severity lets others rise."""
    changes = [("min_public_debt_sek: 50000", "min_public_debt_sek: 40000")]
    changes += [("severity: medium", "severity: high")]
    rules = changed_rules(tmp_path / "rules", DEBT, *changes)
    told = compared(town, "--with", rules)
    state = town.as_before_the_rules(tmp_path.name + "-state")
    changed = Town(town.folder, rules).run(out=tmp_path.name, state=state)
    before = standing(Week(town.folder / "out" / changed.folder.name, 0))
    after = standing(changed)
    moved = {who for who in before.keys() | after.keys() if before.get(who) != after.get(who)}
    assert moved
    assert {each["supplier_id"] for each in told["suppliers"]} == moved
    assert {each["rule_id"] for each in told["rules"] if each["change"] != "same"} == {
        "public-debt"
    }
    points = {each["supplier_id"]: each["points_after"] for each in told["suppliers"]}
    assert points == {who: int(after[who][0]) if who in after else 0 for who in moved}
    moves = {each["supplier_id"]: each["move"] for each in told["suppliers"]}
    assert {who for who, move in moves.items() if move == "comes"} == moved - before.keys()
    assert {who for who, move in moves.items() if move == "goes"} == moved - after.keys()


def test_the_same_rules_move_nobody_and_nothing_is_touched(town: Town) -> None:
    before = {path: path.stat().st_mtime_ns for path in (town.folder / "out").rglob("*.csv")}
    told = compared(town, "--with", RULES_DIR)
    assert told["suppliers"] == []
    assert {each["change"] for each in told["rules"]} == {"same"}
    assert told["as_of"] == "2026-11-20"
    assert "Ingen leverantör påverkas" in compare(town, "--with", RULES_DIR).stdout
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_patch_leaves_the_other_rules_in_place(town: Town, tmp_path: Path) -> None:
    patch = only_rules(tmp_path / "patch", "tax/013")
    file = patch / DEBT
    limit = ("min_public_debt_sek: 50000", "min_public_debt_sek: 40000")
    file.write_text(file.read_text(encoding="utf-8").replace(*limit), encoding="utf-8")
    whole = changed_rules(tmp_path / "whole", DEBT, limit)
    assert compared(town, "--with", patch, "--patch") == compared(town, "--with", whole)
    alone = compare(town, "--with", patch)
    assert "borttagen" in alone.stdout
    assert "--patch" in alone.stdout


def test_a_policy_beside_the_rules_counts_for_them(town: Town, tmp_path: Path) -> None:
    rules = changed_rules(tmp_path / "rules", "policy.yaml", ("medium: 15", "medium: 16"))
    told = compared(town, "--with", rules)
    assert {each["move"] for each in told["suppliers"]} == {"up"}
    assert {each["change"] for each in told["rules"]} == {"same"}


def test_a_rule_that_cannot_be_read_is_told_and_moves_who_it_found(
    town: Town, tmp_path: Path
) -> None:
    rules = changed_rules(tmp_path / "rules", DEBT, ("query: |", "query: ["))
    found = compare(town, "--with", rules, "--json")
    assert found.exit_code == 3
    told = json.loads(found.stdout)
    assert "public-debt" in told["failed"][0]
    assert all("public-debt" in each["lost"] for each in told["suppliers"])
    assert told["suppliers"]


def test_what_is_shown_names_rules_and_bands_in_the_readers_language(
    town: Town, tmp_path: Path
) -> None:
    rules = changed_rules(
        tmp_path / "rules", DEBT, ("min_public_debt_sek: 50000", "min_public_debt_sek: 95000")
    )
    shown = compare(town, "--with", rules, "--lang", "en").stdout
    assert "Suppliers that are affected" in shown
    assert "−public-debt" in shown
    assert EKEN not in shown


def test_without_a_list_or_a_folder_it_says_so(tmp_path: Path) -> None:
    nothing = Town(tmp_path)
    told = compare(nothing, "--with", RULES_DIR)
    assert told.exit_code == 1
    assert "vaksam weekly" in told.output
    assert compare(nothing, "--with", tmp_path / "ingenstans").exit_code == 2


def test_statistics_count_what_the_list_counts(town: Town) -> None:
    words = ["rules", "stats", "--state", str(town.folder / "state")]
    found = CliRunner().invoke(app, [*words, "--json"])
    told = json.loads(found.stdout)
    (week,) = (town.folder / "out").iterdir()
    counted = Week(week, 0).manifest
    keys = ("found", "clear", "not_checked")
    assert {each["rule_id"]: [each[key] for key in keys] for each in told["rules"]} == {
        each["id"]: [each[key] for key in keys] for each in counted["rules"]
    }
    assert told["suppliers"] == counted["suppliers"]
    shown = CliRunner().invoke(app, [*words, "--lang", "en", "--often", "0"]).stdout
    assert "Debts to the state at the Enforcement Authority" in shown
