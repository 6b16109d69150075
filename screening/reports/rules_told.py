"""Rule files as the terminal shows them: the list, what lint and their cases say."""

from collections.abc import Mapping, Sequence
from typing import Any

from screening import terminal
from screening.messages import Language, text
from screening.rules.casework import CasesReport
from screening.rules.linting import LintReport


def show_rules(rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    """The rules, by area; of each source that they need, how many days old it may be."""
    names = ("number", "id", "area", "severity", "title")
    table = terminal.new_table(*(text(f"cli.rules_{name}", language) for name in (*names, "needs")))
    for row in rows:
        needs = ", ".join(f"{source} ({days})" for source, days in row["needs"].items())
        table.add_row(*terminal.cells(*(row[name] for name in names), needs))
    terminal.put(table)


def show_lint(report: LintReport, language: Language) -> None:
    """What is wrong with the rule files, or that nothing is."""
    for problem in report.problems:
        style = "red" if problem.level == "error" else "yellow"
        sentence = terminal.escape(problem.sentence(language))
        terminal.line(f"[{style}]{terminal.escape(problem.rule_id)}[/]: {sentence}")
    terminal.say(text("cli.lint_done", language, rules=report.rules, problems=len(report.problems)))


def show_cases(report: CasesReport, language: Language) -> None:
    """Which cases went wrong, or that none did."""
    for failed in report.failed:
        terminal.error(f"{failed.id}: {failed.reason}")
    for result in report.results:
        if not result.passed:
            for sentence in result.sentences(language):
                terminal.error(f"{result.rule_id}, {result.case}: {sentence}")
    passed = sum(result.passed for result in report.results)
    terminal.say(text("cli.cases_done", language, passed=passed, cases=len(report.results)))
