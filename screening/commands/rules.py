"""``vaksam rules …``: rule files listed, checked, tested, documented."""

from pathlib import Path
from typing import Annotated

import typer

from screening import terminal
from screening.commands.options import AsJson, Lang, Rules, rule_folders
from screening.commands.rule_workbench import compare, explain, stats
from screening.commands.scoring_policy import policy, used_policy
from screening.commands.telling import stop, told_plainly
from screening.messages import text
from screening.places import RULES_DIR
from screening.rules.model import Area, Severity

rules_app = typer.Typer(
    help="Rule files: list, lint, test, explain, compare, document.", no_args_is_help=True
)
rules_app.command("compare")(compare)
rules_app.command("stats")(stats)
rules_app.command("explain")(explain)
rules_app.command("policy")(policy)


@rules_app.command("new")
def new_rule(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Lower-case words with hyphens.")],
    area: Annotated[Area, typer.Option("--area", help="Area of the rule.")],
    number: Annotated[
        int | None, typer.Option("--number", min=1, max=9999, help="Number in the library.")
    ] = None,
    severity: Annotated[Severity, typer.Option("--severity", help="How heavy it weighs.")] = "low",
    view: Annotated[
        str, typer.Option("--view", help="View of the catalogue that it reads.")
    ] = "invoices",
    rules: Rules = None,
    lang: Lang = "sv",
) -> None:
    """Write a rule file to begin from: whole in form, its cases pass, its texts are to be written.

    It goes into the first folder of rules. A file that is there is never overwritten.

    Example: vaksam rules new rent-too-high --area invoices --number 901 --rules my-rules
    """
    from screening.rules.loading import load_rules
    from screening.rules.problems import RuleProblem
    from screening.rules.skeleton import skeleton, write_skeleton

    folder = rules[0] if rules else RULES_DIR
    known = load_rules([each for each in {folder, RULES_DIR} if each.is_dir()])
    try:
        made = skeleton(
            rule_id, area=area, number=number, severity=severity, view=view, known=known
        )
        path = write_skeleton(made, folder)
    except RuleProblem as problem:
        stop(problem.sentence(lang))
    except FileExistsError:
        stop(text("rules.new_exists", lang, file=folder / made.file))
    except ValueError as error:
        stop(text("rules.new_not_a_rule", lang, reason=error))
    terminal.say(text("rules.new_done", lang, file=path))


@rules_app.command("list")
def list_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """List the rules: what each asks, how heavy it weighs, what it needs.

    Example: vaksam rules list --lang en
    """
    from screening.reports.rules_told import show_rules
    from screening.rules.listing import rule_rows
    from screening.rules.loading import load_rules

    rows = rule_rows(load_rules(rule_folders(rules)), lang)
    if json:
        terminal.say_json(rows)
    else:
        show_rules(rows, lang)


@rules_app.command("lint")
def lint_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Check rule files: schema, safe SQL, known columns, fairness, texts, cases, portability.

    The scoring policy (policy.yaml) is proved as well.

    Example: vaksam rules lint --rules rules
    """
    from screening.reports.rules_told import show_lint
    from screening.rules.linting import lint
    from screening.rules.loading import load_rules

    folders = rule_folders(rules)
    with told_plainly(lang):
        used_policy(folders)
    report = lint(load_rules(folders))
    if json:
        terminal.say_json(report.as_json())
    else:
        show_lint(report, lang)
    raise typer.Exit(0 if report.is_clean else 1)


@rules_app.command("test")
def test_rules(rules: Rules = None, lang: Lang = "sv", json: AsJson = False) -> None:
    """Run the cases that each rule file carries.

    Example: vaksam rules test
    """
    from screening.reports.rules_told import show_cases
    from screening.rules.casework import run_all_cases
    from screening.rules.loading import load_rules

    report = run_all_cases(load_rules(rule_folders(rules)))
    if json:
        terminal.say_json(report.as_json())
    else:
        show_cases(report, lang)
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
