"""A page per rule and the public register, written from the rule files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from screening.messages import Language, text
from screening.rules.loading import RuleSet
from screening.rules.model import DatedValue, Rule
from screening.sources.contracts import all_contracts

_LANGUAGES: tuple[Language, ...] = ("sv", "en")


def _law(rule: Rule, language: Language) -> list[str]:
    lines = []
    for law in rule.law:
        verified = (
            text("rule_pages.verified", language, day=law.verified.isoformat())
            if law.verified
            else text("rule_pages.unverified", language)
        )
        lines.append(f"- {law.text} ({verified})")
    return lines


def _needs(rule: Rule, language: Language) -> list[str]:
    contracts = all_contracts()
    return [
        "- "
        + text(
            "rule_pages.need",
            language,
            title=contracts[source].title[language] if source in contracts else source,
            folder=source,
            days=days,
        )
        for source, days in sorted(rule.needs.items())
    ]


def _value(value: object, language: Language) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], DatedValue):
        return "; ".join(
            text("rule_pages.from_day", language, value=each.value, day=each.valid_from.isoformat())
            for each in value
        )
    return str(value)


def _parameters(rule: Rule, language: Language) -> list[str]:
    return [f"- `{name}`: {_value(value, language)}" for name, value in rule.parameters.items()]


def _section(heading: str, lines: Sequence[str], language: Language) -> list[str]:
    if not lines:
        return []
    return [f"### {text(f'rule_pages.{heading}', language)}", "", *lines, ""]


def _half(rule: Rule, language: Language) -> list[str]:
    other = [f"- {each[language]}" for each in rule.false_positives]
    return [
        f"## {rule.title[language]}",
        "",
        rule.why[language].strip(),
        "",
        *_section("action", [rule.action[language].strip()], language),
        *_section("false_positives", other, language),
        *_section("needs", _needs(rule, language), language),
        *_section("parameters", _parameters(rule, language), language),
        *_section("law", _law(rule, language), language),
    ]


def rule_page(rule: Rule) -> str:
    """The page of one rule in Markdown: both languages, then the query and its cases."""
    number = f"{rule.number}. " if rule.number else ""
    lines = [
        f"# {number}{rule.id}",
        "",
        f"`{rule.kind}` · `{rule.area}` · `{rule.severity}` · version {rule.version}",
        "",
    ]
    for language in _LANGUAGES:
        lines += _half(rule, language)
    lines += ["## Query", "", "```sql", rule.query.strip(), "```", "", "## Cases", ""]
    for case in rule.cases:
        found = ", ".join(expected.supplier_id for expected in case.expect)
        lines.append(f"- {case.name}: {'finds ' + found if found else 'stays silent'}")
    return "\n".join(lines) + "\n"


def register_page(rules: Sequence[Rule], language: Language) -> str:
    """The public register: what is checked, why, on which data, on which legal ground."""
    columns = ("number", "question", "reason", "data", "ground")
    head = " | ".join(text(f"rule_pages.register_{name}", language) for name in columns)
    lines = [
        f"# {text('rule_pages.register', language)}",
        "",
        text("rule_pages.register_intro", language),
        "",
        f"| {head} |",
        "|---|---|---|---|---|",
    ]
    for rule in rules:
        cells = (
            str(rule.number or ""),
            f"[{rule.title[language]}](rules/{rule.id}.md)",
            rule.why[language],
            ", ".join(sorted(rule.needs)),
            "; ".join(law.text for law in rule.law),
        )
        lines.append("| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def rule_documents(rules: RuleSet) -> Mapping[str, str]:
    """Every generated page by its path below ``docs/``."""
    ordered = sorted(rules.rules, key=lambda rule: (rule.number or 10_000, rule.id))
    pages = {f"rules/{rule.id}.md": rule_page(rule) for rule in ordered}
    return pages | {
        "rule-register.sv.md": register_page(ordered, "sv"),
        "rule-register.en.md": register_page(ordered, "en"),
    }


def write_rule_documents(rules: RuleSet, folder: Path) -> int:
    """Write them below ``folder``; pages of rules that are gone are removed. How many pages."""
    pages = rule_documents(rules)
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for old in (folder / "rules").glob("*.md"):
        if f"rules/{old.name}" not in pages:
            old.unlink()
    for name, content in pages.items():
        (folder / name).write_text(content, encoding="utf-8")
    return len(pages)
