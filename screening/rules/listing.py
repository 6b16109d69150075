"""The rules as rows, for lists of them."""

from typing import Any

from screening.messages import Language
from screening.rules.loading import RuleSet
from screening.rules.model import Rule


def rule_rows(ruleset: RuleSet, language: Language = "sv") -> list[dict[str, Any]]:
    """One row per rule, by area, number and id; files that could not be read come last.

    Keys: id, number, version, title, kind, area, severity, points, needs (source -> days), columns
    (source -> groups of columns that must say something), cases (how many), file, reason (why a
    file cannot be used, else None).
    """
    ordered = sorted(ruleset.rules, key=lambda rule: (rule.area, rule.number or 0, rule.id))
    rows = [_row(rule, ruleset.files.get(rule.id, ""), language) for rule in ordered]
    unread: list[dict[str, Any]] = [
        dict.fromkeys(_KEYS)
        | {"id": failed.id, "file": ", ".join(failed.files)}
        | {"needs": {}, "columns": {}, "reason": failed.reason}
        for failed in ruleset.failed
    ]
    return rows + unread


_KEYS = (
    "id",
    "number",
    "version",
    "title",
    "kind",
    "area",
    "severity",
    "points",
    "needs",
    "columns",
    "cases",
    "file",
    "reason",
)


def _row(rule: Rule, file: str, language: Language) -> dict[str, Any]:
    return {
        "id": rule.id,
        "number": rule.number,
        "version": rule.version,
        "title": rule.title[language],
        "kind": rule.kind,
        "area": rule.area,
        "severity": rule.severity,
        "points": rule.points,
        "needs": {source: need.max_age_days for source, need in sorted(rule.needs.items())},
        "columns": {
            source: [list(group) for group in need.groups]
            for source, need in sorted(rule.needs.items())
            if need.groups
        },
        "cases": len(rule.cases),
        "file": file,
        "reason": None,
    }
