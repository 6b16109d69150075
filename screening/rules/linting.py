"""Looks for what is wrong with rule files before they run (``vaksam rules lint``)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal

import duckdb

from screening.messages import Language
from screening.rules.casework import case_database
from screening.rules.catalog import Catalog, load_catalog
from screening.rules.completeness import need_problems, parameter_problems, text_problems
from screening.rules.coverage import check_needs
from screening.rules.examination import examine
from screening.rules.loading import RuleSet
from screening.rules.model import Rule
from screening.rules.parameters import resolve_parameters
from screening.rules.portability import portability_problems
from screening.rules.problems import RuleProblem
from screening.rules.safety import parse
from screening.rules.sandbox import returned_fields
from screening.rules.summaries import OWN_FIELDS, FieldKind, placeholders
from screening.sources.contracts import Contract, all_contracts

Level = Literal["error", "warning"]

#: Cases that a rule has at least: one that fires, one that is silent, one at the edge.
LEAST_CASES = 3
#: A day for parameters' values where only the shape of the answer matters.
_SOME_DAY = date(2026, 1, 1)
_LANGUAGES: tuple[Language, ...] = ("sv", "en")


@dataclass(frozen=True)
class LintProblem:
    """Something wrong with one rule. An ``error`` must be mended, a ``warning`` looked at."""

    rule_id: str
    file: str
    level: Level
    problem: RuleProblem

    def sentence(self, language: Language = "sv") -> str:
        """What is wrong, for the one who writes the rule."""
        return self.problem.sentence(language)


@dataclass(frozen=True)
class LintReport:
    """Everything that was found, by rule; errors before warnings."""

    rules: int
    problems: tuple[LintProblem, ...]

    @property
    def is_clean(self) -> bool:
        """No error; there may be warnings."""
        return not any(problem.level == "error" for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Plain values: is_clean, rules, problems[] (rule_id, file, level, code, text)."""
        return {
            "is_clean": self.is_clean,
            "rules": self.rules,
            "problems": [
                {
                    "rule_id": each.rule_id,
                    "file": each.file,
                    "level": each.level,
                    "code": each.problem.code,
                    "text": each.sentence("en"),
                }
                for each in self.problems
            ],
        }


def lint(ruleset: RuleSet) -> LintReport:
    """Check every rule in the set: schema, safety, columns, privacy, texts, cases, portability."""
    unreadable = [
        LintProblem(
            failed.id,
            ", ".join(failed.files),
            "error",
            RuleProblem("file_failed", reason=failed.reason),
        )
        for failed in ruleset.failed
    ]
    catalog, contracts = load_catalog(), all_contracts()
    with case_database(catalog) as connection:
        found = [
            LintProblem(rule.id, ruleset.files.get(rule.id, ""), level, problem)
            for rule in ruleset.rules
            for level, problem in _problems_of(rule, ruleset, connection, catalog, contracts)
        ]
    ordered = sorted(
        unreadable + found, key=lambda each: (each.rule_id, each.level, each.sentence("en"))
    )
    return LintReport(len(ruleset.rules) + len(ruleset.failed), tuple(ordered))


Found = Iterator[tuple[Level, RuleProblem]]


def _problems_of(
    rule: Rule,
    ruleset: RuleSet,
    connection: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    contracts: Mapping[str, Contract],
) -> Found:
    yield from _file_name(rule, ruleset.files.get(rule.id, ""))
    yield from _cases(rule)
    yield from text_problems(rule)
    try:
        check_needs(rule, contracts)
        examined = examine(rule, catalog)
        fields = returned_fields(connection, examined.query, resolve_parameters(rule, _SOME_DAY))
    except RuleProblem as problem:
        yield "error", problem
        return
    for unportable in portability_problems(parse(rule.query), examined.qualified, catalog):
        yield "error", unportable
    yield from parameter_problems(rule, examined.query.parameters)
    yield from need_problems(rule, examined.query.views, catalog, contracts)
    yield from _summary(rule, fields.fields)
    if not fields.has_evidence:
        yield "warning", RuleProblem("lint_no_evidence")


def _file_name(rule: Rule, file: str) -> Found:
    """``<area>/<number>-<id>.yaml``, so that a rule is found by looking."""
    if not file:
        return
    path = PurePosixPath(file)
    number = f"{rule.number:03d}-" if rule.number is not None else ""
    if path.stem != f"{number}{rule.id}" or path.parent.name not in {"", rule.area}:
        wanted = f"{rule.area}/{number}{rule.id}.yaml"
        yield "warning", RuleProblem("lint_file_name", file=file, wanted=wanted)


def _cases(rule: Rule) -> Found:
    if len(rule.cases) < LEAST_CASES:
        yield "error", RuleProblem("lint_few_cases", count=len(rule.cases), least=LEAST_CASES)
    if not any(case.expect for case in rule.cases):
        yield "error", RuleProblem("lint_no_firing_case")
    if all(case.expect for case in rule.cases):
        yield "error", RuleProblem("lint_no_silent_case")


def _summary(rule: Rule, fields: Mapping[str, FieldKind]) -> Found:
    known = {name for name, kind in fields.items() if kind != "other"} | set(OWN_FIELDS)
    for language in _LANGUAGES:
        template = (rule.summary or rule.title)[language]
        for name in placeholders(template):
            if name not in known:
                yield (
                    "error",
                    RuleProblem(
                        "lint_placeholder_unknown",
                        language=language,
                        name=name,
                        known=", ".join(sorted(known)),
                    ),
                )
