"""The command line as a user, a script and a stranger meet it."""

import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from screening.cases.database import cases_of
from screening.cases.finding_decisions import Judgement
from screening.cases.finding_decisions import record as record_judgement
from screening.cases.identity_decisions import Answer, record
from screening.cli import app
from screening.reports.findings_to_decide import newest_list
from screening.warehouse.lock import sole_writer
from screening.warehouse.state import State
from tests.end_to_end.small_inbox import Town, company, only_rules

ROOT = Path(__file__).parents[2]
DEBTOR = company(1)


def commands(group: click.Group, *before: str) -> dict[str, click.Command]:
    """Every command and sub-command by its words, groups left out."""
    found = {}
    for name, command in group.commands.items():
        words = (*before, name)
        if hasattr(command, "commands"):
            found |= commands(command, *words)
        else:
            found[" ".join(words)] = command
    return found


COMMANDS = commands(typer.main.get_command(app))
WITH_JSON = {
    words
    for words, command in COMMANDS.items()
    if any("--json" in option.opts for option in command.params)
}


def ask(*arguments: object):
    """Run in this process: exit code, standard output and standard error."""
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    """A town with one debtor and one published week."""
    folder = tmp_path_factory.mktemp("a town å")
    town = Town(folder, only_rules(folder / "rules", "tax/013"))
    town.put(
        "invoices/ledger-2026-11-16.csv",
        "invoice_no;orgnr;supplier_name;invoice_date;amount_sek",
        f"1;{DEBTOR};Alba AB;2026-11-01;1000",
    )
    town.put(
        "debts/svar-2026-11-16.csv",
        "orgnr;as_of;public_debt_sek",
        f"{DEBTOR};2026-11-16;70000",
        f"{company(2)};2026-11-16;inget",
    )
    (folder / "labels.csv").write_text(
        f"supplier_id,supplier_no,orgnr,scheme,from_date\n{DEBTOR},,{DEBTOR},public-debt,2026-01-01\n",
        encoding="utf-8",
    )
    assert town.run().exit_code == 0
    return town


def decided(town: Town) -> int:
    """A decision that can be withdrawn."""
    answer = Answer(kind="company", left_key="lev:1", right_key=DEBTOR, decision="same")
    return record(cases_of(State(town.folder / "state")), answer, "Rut")


def judged(town: Town) -> int:
    """A decision about a finding that can be withdrawn."""
    newest = newest_list(town.folder / "state")
    on = newest.finding("public-debt", newest.supplier(DEBTOR))
    judgement = Judgement(on, "explain", "betald")
    cases = cases_of(State(town.folder / "state"))
    return record_judgement(cases, judgement, "Rut", longest_snooze_days=180)[0]


def arguments(town: Town) -> dict[str, list[object]]:
    """A sound call of every command that ends by itself."""
    state = ["--state", town.folder / "state"]
    day = ["--as-of", "2026-11-20"]
    rules = ["--rules", town.rules]
    out = ["--out", town.folder / "out"]
    about = ["public-debt", DEBTOR, "--reason", "väntar på svar", *state]
    return {
        "weekly": ["--inbox", town.inbox, *out, *state, *day, *rules],
        "ingest": ["--inbox", town.inbox, *state, *day],
        "check": [DEBTOR, *state, *day, *rules],
        "doctor": [*state, *day, *rules],
        "evaluate": ["--labels", town.folder / "labels.csv", *state],
        "identity review": state,
        "identity explain": [DEBTOR, *state],
        "identity decisions": state,
        "identity withdraw": [decided(town), *state],
        "findings list": [DEBTOR, *state],
        "findings snooze": [*about, "--until", datetime.now(UTC).date() + timedelta(days=30)],
        "findings explain": about,
        "findings override": [*about, "--severity", "high"],
        "findings decisions": state,
        "findings withdraw": [judged(town), *state],
        "network": [DEBTOR, *state],
        "quarantine list": [*state, *day, *rules],
        "quarantine show": ["svar-2026-11-16.csv", *state, *day],
        "quarantine export": ["svar-2026-11-16.csv", "--out", town.folder / "rows.xlsx", *state],
        "quarantine retry": [*state, *day],
        "rules list": rules,
        "rules compare": ["--with", town.rules, *state, *rules],
        "rules stats": [*state, *rules],
        "rules explain": ["public-debt", DEBTOR, *state, *rules],
        "rules lint": rules,
        "rules test": rules,
        "rules docs": ["--out", town.folder / "pages"],
        "rules new": ["a-new-rule", "--area", "tax", "--rules", town.folder / "new rules"],
        "rules policy": rules,
        "sources list": [],
        "sources map": [town.inbox / "debts/svar-2026-11-16.csv", *day],
        "sources check": [town.inbox, *day],
        "sources docs": ["--out", town.folder / "source pages"],
        "sources template": ["bidders", "--out", town.folder / "mall.xlsx", "--force"],
    }


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_that_fits(words):
    result = ask(*words.split(), "--help")
    assert result.exit_code == 0
    plain = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", result.stdout).split())
    example = re.search(rf"Example: vaksam {words}\b([^│╭]*)", plain)
    assert example, f"no line 'Example: vaksam {words}' in the help"
    known = {option for each in COMMANDS[words].params for option in each.opts}
    used = {word for word in shlex.split(example[1]) if word.startswith("--")}
    assert used <= known


@pytest.mark.parametrize("words", ["", "rules", "sources", "quarantine", "identity", "findings"])
def test_groups_without_a_command_show_their_help(words):
    result = ask(*words.split())
    assert result.exit_code == 2
    assert "Commands" in result.stdout + result.stderr


def test_the_documents_speak_of_every_command_and_of_no_other():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    content = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    words = r"((?:rules |sources |quarantine |identity |findings )?[a-z]+)"
    spoken_of = set(re.findall(rf"vaksam {words}", content))
    assert set(COMMANDS) <= spoken_of
    named_in_code = set(re.findall(rf"(?:`|bin/)vaksam {words}", content))
    assert named_in_code <= set(COMMANDS)


def test_every_command_is_called_below(town):
    assert set(arguments(town)) | {"demo", "schedule"} == set(COMMANDS)


@pytest.mark.parametrize("words", sorted(WITH_JSON))
def test_json_is_all_that_stands_on_standard_output(town, words):
    result = ask(*words.split(), *arguments(town)[words], "--json", "--lang", "en")
    assert result.exit_code in (0, 3), result.stderr
    told = json.loads(result.stdout)
    if words == "weekly":
        assert (told["week"], told["listed"], told["exit_code"]) == ("2026-W47", 1, 0)
        assert Path(told["folder"], "risk-list.csv").is_file()
    if words == "ingest":
        assert {each["file"]: each["quarantined"] for each in told["files"]} == {
            "debts/svar-2026-11-16.csv": 1,
            "invoices/ledger-2026-11-16.csv": 0,
        }
    if words == "check":
        assert [(each["points"], each["found"]) for each in told] == [(15, 1)]


@pytest.mark.parametrize("words", sorted(set(COMMANDS) - {"demo", "schedule"}))
def test_without_it_people_are_answered(town, words):
    result = ask(*words.split(), *arguments(town)[words])
    assert result.exit_code in (0, 3), result.stderr
    assert len(result.stdout) > 20


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "weekly --nonsense",
        "weekly extra",
        "weekly --as-of 2026-13-01",
        "weekly --as-of yesterday",
        "weekly --lang fi",
        "weekly --rules /nowhere",
        "weekly --mappings /nowhere",
        "weekly --wait -1",
        "weekly --wait nan",
        "weekly --inbox ''",
        "weekly --out ''",
        "weekly --state ' '",
        "weekly --inbox {town}/inbox --out {town}/inbox/lists",
        "weekly --inbox {town}/inbox --out {town}/inbox/../inbox",
        "weekly --inbox {town}/inbox --state {town}/inbox",
        "weekly --inbox {town}/inbox --rules {town}/out",
        "weekly --inbox {town}/inbox --mappings {town}/out",
        "schedule --inbox {town}/inbox --out {town}/inbox/lists",
        "check",
        "check {debtor}0 --state {town}/state",
        "check hello --state {town}/state",
        "evaluate",
        "evaluate --labels {town}/labels.csv --week 47",
        "evaluate --labels {town}/labels.csv --week ../../x",
        "demo",
        "demo ''",
        "demo {town}/new --suppliers 1",
        "demo {town}/new --companies -1",
        "demo {town}/new --as-of 0001-01-01",
        "demo {town}/new --as-of 9999-12-31",
        "demo {town}/new --labels {town}/new/labels.csv",
        "findings snooze public-debt {debtor} --state {town}/state",
        "findings snooze public-debt {debtor} --reason x --until soon --state {town}/state",
        "findings override public-debt {debtor} --reason x --severity grave --state {town}/state",
        "findings decisions --export {town}/beslut.txt --state {town}/state",
        "findings withdraw nonsense --state {town}/state",
        "findings withdraw 99999999999999999999 --state {town}/state",
        "identity withdraw 99999999999999999999 --state {town}/state",
        "identity review --kind firm --state {town}/state",
        "identity review --limit 0 --state {town}/state",
        "identity decisions --export {town}/beslut.txt --state {town}/state",
        "identity withdraw nonsense --state {town}/state",
        "network",
        "network hello --state {town}/state",
        "network {debtor} --steps 0 --state {town}/state",
        "rules nonsense",
        "sources template",
        "sources template nonsense",
        "sources template bidders --out {town}/mall.ods",
        "sources template bidders --out {town}/labels.csv",
        "sources docs --out ''",
        "rules lint --rules /nowhere",
    ],
)
def test_wrong_usage_ends_with_2_and_touches_nothing(town, wrong):
    before = sorted(town.folder.rglob("*"))
    result = ask(*shlex.split(wrong.format(town=shlex.quote(str(town.folder)), debtor=DEBTOR)))
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()
    assert sorted(town.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("weekly --inbox {town}/nowhere --out {town}/o --state {town}/s", "nowhere"),
        ("weekly --inbox {town}/labels.csv --out {town}/o --state {town}/s", "labels.csv"),
        ("weekly --inbox {town}/inbox --out {town}/labels.csv --state {town}/state", "labels.csv"),
        ("weekly --inbox {town}/inbox --out {town}/o --state {town}/labels.csv", "labels.csv"),
        (
            "weekly --inbox {town}/inbox --mappings {town}/rules/tax --state {town}/s",
            "Mappningsfilen",
        ),
        ("check {debtor} --state {town}/nowhere", "nowhere"),
        ("evaluate --labels {town}/labels.csv --state {town}/nowhere", "nowhere"),
        ("evaluate --labels {town}/labels.csv --state {town}/state --week 2020-W01", "2020-W01"),
        ("evaluate --labels {town}/nowhere.csv --state {town}/state", "nowhere.csv"),
        ("evaluate --labels {ranked} --state {town}/state", "risk-list.csv"),
        ("evaluate --labels {other} --state {town}/state", "scheme"),
        ("demo {town}/inbox", "svar-2026-11-16.csv"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(town, tmp_path, wrong, said):
    language = ("sv", "en")[len(wrong) % 2]
    other = tmp_path / "other.csv"
    other.write_text("supplier_id,name\n1,2\n", encoding="utf-8")
    places = {
        "town": shlex.quote(str(town.folder)),
        "ranked": shlex.quote(str(town.folder / "out/2026-W47/risk-list.csv")),
        "other": other,
        "debtor": DEBTOR,
    }
    result = ask(*shlex.split(wrong.format(**places)), "--lang", language)
    assert result.exit_code == 1
    stages = ("Läser in", "Reder ut", "Prövar", "Skriver", "Reading", "Working", "Applying", "Writ")
    logged = ("timestamp=", *stages)
    told = [line for line in result.stderr.splitlines() if not line.startswith(logged)]
    assert len(told) == 1, result.stderr
    assert said in told[0]
    assert isinstance(result.exception, SystemExit)


def test_the_installed_command_tells_a_missing_inbox_without_a_traceback(vaksam):
    result = vaksam("weekly", "--inbox", "nowhere", "--out", "out", "--state", "state")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_installed_command_keeps_its_log_off_standard_output(town, vaksam, tmp_path):
    arguments_ = ["--inbox", town.inbox, "--out", tmp_path / "out", "--state", tmp_path / "state"]
    result = vaksam("weekly", *arguments_, "--as-of", "2026-11-20", "--rules", town.rules, "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["listed"] == 1
    assert "event=loaded" in result.stderr


def test_of_two_runs_at_once_the_second_is_refused_and_a_patient_one_waits(
    town, tmp_path, environment
):
    state = State(tmp_path / "state").make()
    arguments_ = ["--inbox", town.inbox, "--out", tmp_path / "out", "--state", state.folder]
    run = [sys.executable, "-m", "screening.cli", "weekly", *map(str, arguments_)]
    run += ["--as-of", "2026-11-20", "--rules", str(town.rules)]
    with sole_writer(state.lock):
        refused = subprocess.run(
            run, capture_output=True, text=True, env=environment, check=False, timeout=60
        )
        assert refused.returncode == 1
        assert str(state.folder) in refused.stderr
        assert "--wait" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert not (tmp_path / "out").exists()
        patient = subprocess.Popen(
            [*run, "--wait", "60"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            patient.wait(2)
    assert patient.wait(60) == 0
    assert (tmp_path / "out/2026-W47/risk-list.csv").is_file()


def test_a_reader_that_hangs_up_or_knows_no_swedish_changes_nothing(town, tmp_path, environment):
    arguments_ = ["--inbox", town.inbox, "--out", tmp_path / "out", "--state", tmp_path / "state"]
    run = [sys.executable, "-m", "screening.cli", "weekly", *map(str, arguments_)]
    run += ["--as-of", "2026-11-20", "--rules", str(town.rules)]
    ascii_only = environment | {"PYTHONIOENCODING": "ascii"}
    with subprocess.Popen(
        run, env=ascii_only, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(60) == 0, said
    assert "Traceback" not in said
    assert "L?ser in filerna" in said
    assert (tmp_path / "out/2026-W47/risk-list.csv").is_file()
