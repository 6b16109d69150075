"""What could not be checked is never shown as passed, and accuses nobody.

A source that is missing, empty or old, and a supplier for whom nobody asked: each makes the rules
that need it *not checked*, for exactly those whom it concerns.
"""

from datetime import date
from functools import cache

import pytest

from screening.places import RULES_DIR
from screening.reports.doctor import examine
from screening.rules.critical_findings import feeds, reads_findings
from screening.rules.loading import load_rules
from tests.end_to_end.small_inbox import AS_OF, Town, Week, company, only_rules
from tests.end_to_end.small_town import (
    ALBA,
    BJORK,
    FLADER,
    GRANEN,
    HASSELN,
    TABLES,
    file_of,
    settle,
)

RULES = load_rules([RULES_DIR]).rules
NEEDS = {rule.id: set(rule.needs) for rule in RULES}


def _groups() -> list[tuple[str, ...]]:
    """Sources to take away together: no rule needs two of a group, so each tells of its own."""
    groups: list[list[str]] = []
    for source in sorted(set().union(*NEEDS.values())):
        beside = set().union(*(needs for needs in NEEDS.values() if source in needs))
        fitting = next((group for group in groups if not beside & set(group)), None)
        if fitting is None:
            groups.append([source])
        else:
            fitting.append(source)
    return [tuple(group) for group in groups]


GROUPS = _groups()


@cache
def building_on_others() -> set[str]:
    """Rules that read what critical ones found."""
    return {rule.id for rule in RULES if reads_findings(rule)}


def suffering(*sources: str) -> set[str]:
    """Rules that need one of these sources, or findings that none of the others can give."""
    stopped = {rule for rule, needs in NEEDS.items() if needs & set(sources)}
    critical = {rule.id for rule in RULES if feeds(rule)} - building_on_others()
    return stopped | (building_on_others() if stopped >= critical else set())


def unchecked(week: Week) -> set[str]:
    """Rules that could not be checked for anybody."""
    return {rule["id"] for rule in week.manifest["rules"] if rule["status"] == "not_checked"}


@pytest.fixture
def complete(whole_week) -> Week:
    return whole_week


def test_every_source_that_a_rule_needs_is_taken_away_once():
    taken = [source for group in GROUPS for source in group]
    assert sorted(taken) == sorted(set().union(*NEEDS.values()))
    assert set(taken) == set(TABLES)
    for group in GROUPS:
        assert all(len(needs & set(group)) <= 1 for needs in NEEDS.values()), group


def test_with_every_source_there_every_rule_runs(complete):
    assert unchecked(complete) == set()
    assert complete.exit_code == 0
    complete.assert_counts_add_up()


@pytest.mark.parametrize("group", GROUPS, ids="+".join)
def test_a_missing_source_stops_exactly_the_rules_that_need_it(tmp_path, complete, group):
    week = settle(Town(tmp_path), without=group).run()
    assert unchecked(week) == suffering(*group)
    assert week.exit_code == 3
    assert {warning["source"] for warning in week.warned("source_missing")} == set(group)
    week.assert_counts_add_up()
    for rule in suffering(*group):
        counts = week.rules[rule]
        assert counts["not_checked"] == week.manifest["suppliers"] > 0
        assert counts["reason"]
    assert not {rule for _, rule in week.found()} & suffering(*group)
    assert week.found() <= complete.found()


#: Registers in which a supplier's absence would be a finding, and the findings.
REGISTERS = {"companies": "not-in-register", "permits": "no-active-permit"}


def test_registers_accuse_when_they_are_there(complete):
    assert complete.found() >= {(HASSELN, "not-in-register"), (ALBA, "no-active-permit")}


@pytest.mark.parametrize("way", ["no rows or no text", "too old", "rows all in quarantine"])
def test_a_register_that_says_nothing_accuses_nobody(tmp_path, complete, way):
    rules = only_rules(tmp_path / "rules", "company/046", "permits/001", "tax/013")
    town = settle(Town(tmp_path, rules), without=REGISTERS, is_whole=False)
    for source in REGISTERS:
        header, rows = TABLES[source]
        if way == "too old":
            town.put(f"{source}/{source}-2026-07-01.csv", header, *rows)
        elif way == "no rows or no text" and source == "permits":
            town.put_bytes(file_of(source), bytes(range(256)) * 20)
        elif way == "no rows or no text":
            town.put(file_of(source), header)
        else:
            town.put(file_of(source), header, *(row.replace("5598", "5599") for row in rows))
    week = town.run()
    week.assert_counts_add_up()
    assert week.exit_code == 3
    assert unchecked(week) == set(REGISTERS.values())
    code = "source_too_old" if way == "too old" else "source_missing"
    assert {warning["source"] for warning in week.warned(code)} == set(REGISTERS)
    assert week.found() == {pair for pair in complete.found() if pair[1] == "public-debt"}


@pytest.mark.parametrize("form", ["{}", "16{}", "SE{}01"])
def test_a_row_in_quarantine_accuses_nobody_however_its_number_is_written(tmp_path, form):
    """Hasseln's own row in the register cannot be read: that is no sign that it is not there."""
    town = Town(tmp_path, only_rules(tmp_path / "rules", "company/046"))
    settle(town, is_whole=False)
    number = form.format(HASSELN)
    town.put(
        "companies/more-2026-11-17.csv",
        "orgnr;name;registered_on",
        f"{number};Hasseln AB;i våras",
    )
    week = town.run()
    week.assert_counts_add_up()
    assert len(week.quarantine) == 1
    assert week.found() == set()


def outcomes(week: Week) -> dict[str, tuple[str, str, str]]:
    """Rules found, clear and not checked by supplier, of a list made with everybody on it."""
    names = ("rules_found", "rules_clear", "rules_not_checked")
    return {row["supplier_id"]: tuple(row[name] for name in names) for row in week.ranked}


def test_where_answers_are_asked_for_no_answer_is_not_checked(tmp_path):
    town = Town(tmp_path, only_rules(tmp_path / "rules", "tax/009", "tax/013"))
    settle(town, is_whole=False)
    answered, refused, old, future, slip = (company(n) for n in range(201, 206))
    town.put(
        "debts/more-2026-11-16.csv",
        "orgnr;as_of;public_debt_sek;private_debt_sek",
        f"{answered};2026-11-16;0;0",
        f"{refused};2026-11-16;;",
        f"{old};2026-08-11;0;0",
        f"{future};2026-11-21;0;0",
        f"{slip};2026-11-16;ingen;0",
    )
    parties = (answered, refused, old, future, slip)
    town.put(
        "invoices/more-2026-11-16.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek",
        *(f"Q-{n};{orgnr};Bolag {n};2026-11-01;500" for n, orgnr in enumerate(parties)),
    )
    week = town.run(is_complete=True)
    week.assert_counts_add_up()
    told = outcomes(week)
    # Nobody asked Skatteverket about any of the five; Kronofogden answered for some.
    assert told[answered] == ("0", "1", "1")
    assert told[old] == told[future] == told[slip] == ("0", "0", "2")
    # Asked for both by the town: Alba owes, Björk owes and has no F-tax, nobody asked about Fläder.
    assert told[ALBA] == ("1", "1", "0")
    assert (BJORK, "public-debt") in week.found()
    assert told[FLADER] == ("0", "0", "2")
    # A supplier without a number cannot be asked about at all.
    assert told["lev:108"] == ("0", "0", "2")
    # Granen has an answer about tax and none about debts.
    assert told[GRANEN] == ("0", "1", "1")
    unasked = sum(int(unchecked) for _, _, unchecked in told.values())
    assert unasked == sum(rule["not_checked"] for rule in week.rules.values())


def test_an_answer_that_grew_old_is_an_answer_no_more(tmp_path):
    """Half a year later, with nothing new but invoices."""
    town = settle(Town(tmp_path), without=("invoices",))
    header, rows = TABLES["invoices"]
    town.put("invoices/invoices-2027-05-17.csv", header, *rows)
    later = date(2027, 5, 21)
    week = town.run(later)
    week.assert_counts_add_up()
    newest = dict.fromkeys(TABLES, date(2026, 11, 16)) | {
        "invoices": date(2027, 5, 17),
        "financials": date(2025, 12, 31),
        "payroll": date(2026, 10, 31),
    }
    too_old = {
        (rule.id, source)
        for rule in load_rules([RULES_DIR]).rules
        for source, need in rule.needs.items()
        if (later - newest[source]).days > need.max_age_days
    }
    assert len({source for _, source in too_old}) > len(TABLES) / 2
    warned = {warning["source"] for warning in week.warned("source_too_old")}
    assert warned == {source for _, source in too_old}
    assert unchecked(week) == {rule for rule, _ in too_old}


def test_a_column_that_nobody_delivers_stops_the_rules_that_need_it(tmp_path, complete):
    """A ledger without the one who approved; only one supplier's lines say who ordered."""
    town = settle(Town(tmp_path), without=("invoices",))
    header, rows = TABLES["invoices"]
    place = header.split(";").index("approver_id")
    town.put(file_of("invoices"), header, *(_emptied(row, place) for row in rows))
    week = town.run()
    week.assert_counts_add_up()
    assert unchecked(complete) == set()
    assert unchecked(week) == {"approver-is-orderer"}
    (told,) = week.warned("column_untold")
    assert told["source"] == "invoices"
    assert "approver_id" in told["text"]
    assert week.rules["approver-is-orderer"]["reason"]
    assert week.exit_code == 0
    ordered = week.rules["orderer-not-certified"]
    assert (ordered["status"], ordered["clear"]) == ("run", 1)  # whose line says who ordered
    health = examine(town.folder / "state", AS_OF, [RULES_DIR])
    (said,) = health.untold
    assert said.columns == ("approver_id",)
    assert said.sentence("sv") in health.problems("sv")
    assert not health.is_well


def _emptied(row: str, place: int) -> str:
    cells = row.split(";")
    cells[place] = ""
    return ";".join(cells)


def test_a_rule_that_fails_is_told_and_the_others_go_on(tmp_path, complete):
    town = settle(Town(tmp_path))
    extra = tmp_path / "own rules"
    only_rules(extra, "tax/013")
    (path,) = extra.rglob("*.yaml")
    sound = path.read_text(encoding="utf-8")
    path.unlink()
    broken = {
        "not-yaml": "id: [",
        "not-a-rule": "id: not-a-rule\n",
        "no-such-view": sound.replace("id: public-debt", "id: no-such-view").replace(
            "JOIN debts AS d", "JOIN secrets AS d"
        ),
        "reads-a-file": sound.replace("id: public-debt", "id: reads-a-file").replace(
            "JOIN debts AS d", "JOIN read_csv('/etc/passwd') AS d"
        ),
        "divides-by-nothing": sound.replace("id: public-debt", "id: divides-by-nothing").replace(
            "d.public_debt_sek >= $min_public_debt_sek",
            "CAST(s.name AS BIGINT) // 0 > $min_public_debt_sek",
        ),
    }
    for name, content in broken.items():
        (extra / f"{name}.yaml").write_text(content, encoding="utf-8")
    (extra / "not-text.yaml").write_bytes(b"\xff\xfe\x00")
    (extra / "none.txt").write_text("no rule", encoding="utf-8")
    week = town.run(rules=(RULES_DIR, extra))
    assert week.exit_code == 3
    failed = {rule["id"] for rule in week.manifest["rules"] if rule["status"] == "failed"}
    assert failed == {*broken, "not-text"}
    assert len(week.warned("rule_failed")) == len(failed)
    assert week.found() == complete.found()
    week.assert_counts_add_up()
    for rule in failed:
        assert week.rules[rule]["not_checked"] == week.manifest["suppliers"]
    words = " ".join(warning["text"] for warning in week.warned("rule_failed"))
    assert "Omsorg" not in words  # no data in what is told of a failure
