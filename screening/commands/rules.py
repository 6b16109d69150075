"""``vaksam rules …``: rule files listed, checked, tested, documented."""

from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import AsJson, Lang, Rules, rule_folders
from screening.commands.rule_workbench import compare, explain, stats
from screening.commands.scoring_policy import policy, used_policy
from screening.commands.telling import told_plainly
from screening.messages import text

rules_app = typer.Typer(
    help="Rule files: list, lint, test, explain, compare, document.", no_args_is_help=True
)
rules_app.command("compare")(compare)
rules_app.command("stats")(stats)
rules_app.command("explain")(explain)
rules_app.command("policy")(policy)


@rules_app.command("list")
def list_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """List the rules: what each asks, how heavy it weighs, what it needs.

    Example: vaksam rules list --lang en
    """
    from screening.rules.listing import rule_rows
    from screening.rules.loading import load_rules

    rows = rule_rows(load_rules(rule_folders(rules)), lang)
    if json:
        terminal.say_json(rows)
    else:
        terminal.show_rules(rows, lang)


@rules_app.command("lint")
def lint_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Check rule files: schema, safe SQL, known columns, fairness, texts, cases, portability.

    The scoring policy (policy.yaml) is proved as well.

    Example: vaksam rules lint --rules rules
    """
    from screening.rules.linting import lint
    from screening.rules.loading import load_rules

    folders = rule_folders(rules)
    with told_plainly(lang):
        used_policy(folders)
    report = lint(load_rules(folders))
    if json:
        terminal.say_json(report.as_json())
    else:
        terminal.show_lint(report, lang)
    raise typer.Exit(0 if report.is_clean else 1)


@rules_app.command("test")
def test_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Run the cases that each rule file carries.

    Example: vaksam rules test
    """
    from screening.rules.casework import run_all_cases
    from screening.rules.loading import load_rules

    report = run_all_cases(load_rules(rule_folders(rules)))
    if json:
        terminal.say_json(report.as_json())
    else:
        terminal.show_cases(report, lang)
    raise typer.Exit(0 if report.is_passed else 1)


@rules_app.command("docs")
def document_rules(
    out: Annotated[Path, typer.Option("--out", help="Folder of the documentation.")] = Path("docs"),
    rules: Rules = None,
    lang: Lang = "sv",
) -> None:
    """Write a page per rule and the public register of what is checked.

    Example: vaksam rules docs --out docs
    """
    from screening.rules.documenting import write_rule_documents
    from screening.rules.loading import load_rules

    with told_plainly(lang):
        pages = write_rule_documents(load_rules(rule_folders(rules)), out)
    terminal.say(text("cli.docs_done", lang, pages=pages, folder=out))
