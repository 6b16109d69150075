"""A page per rule and the public register, written from the rule files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlglot import exp

from screening.messages import Language, text
from screening.rules.catalog import load_catalog
from screening.rules.examination import examine
from screening.rules.loading import RuleSet
from screening.rules.model import ColumnGroup, DatedValue, Rule
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
    lines = []
    for source, need in sorted(rule.needs.items()):
        title = contracts[source].title[language] if source in contracts else source
        told = text("rule_pages.need", language, title=title, folder=source, days=need.max_age_days)
        lines.append(f"- {told}")
        for kind, groups in (
            ("columns", need.columns),
            ("columns_per_supplier", need.columns_per_supplier),
        ):
            lines += [
                "  - " + text(f"rule_pages.need_{kind}", language, columns=_alternatives(group))
                for group in groups
            ]
    return lines


def _alternatives(group: ColumnGroup) -> str:
    return " / ".join(f"`{name}`" for name in group)


def _absence(rule: Rule, language: Language) -> list[str]:
    """What a missing row means in each source; and that without the source nothing is said."""
    contracts = all_contracts()
    told = [
        f"- {contracts[source].title[language]}: {absent[language].strip()}"
        for source in sorted(rule.needs)
        if source in contracts and (absent := contracts[source].absent) is not None
    ]
    return [*told, "", text("rule_pages.without", language)] if told else []


def protected_columns(rule: Rule) -> list[tuple[str, str]]:
    """(view.column, privacy class) of what a rule's query uses about persons.

    Raises:
        RuleProblem: the query may not run.
    """
    catalog, examined = load_catalog(), examine(rule)
    named = {column.name for column in examined.qualified.find_all(exp.Column)}
    return sorted(
        (f"{view}.{name}", column.privacy)
        for view in examined.query.views
        for name, column in catalog.views[view].columns.items()
        if name in named and column.privacy != "ordinary"
    )


def _persons(rule: Rule, language: Language) -> list[str]:
    """Which personal data the rule uses, and how: to match, never shown."""
    used = protected_columns(rule)
    if not used:
        return [text("rule_pages.no_persons", language)]
    listed = [
        f"- `{column}` ({text(f'rule_pages.privacy_{privacy}', language)})"
        for column, privacy in used
    ]
    return [*listed, "", text("rule_pages.persons", language)]


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
        *_section("absence", _absence(rule, language), language),
        *_section("persons_used", _persons(rule, language), language),
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
    """The public register: what is checked, why, on which data, on which legal ground.

    By area, so that who reads it finds what concerns them; what nobody has checked in the law is
    marked.
    """
    columns = ("number", "question", "reason", "data", "persons", "ground")
    head = " | ".join(text(f"rule_pages.register_{name}", language) for name in columns)
    lines = [
        f"# {text('rule_pages.register', language)}",
        "",
        text("rule_pages.register_intro", language, rules=len(rules)).strip(),
        "",
    ]
    for kind in ("risk", "control", "quality"):
        of_kind = [rule for rule in rules if rule.kind == kind]
        if not of_kind:
            continue
        lines += [f"## {text(f'rule_pages.register_{kind}', language)}", ""]
        for area in dict.fromkeys(rule.area for rule in of_kind):
            lines += [f"### {text(f'scoring.area_{area}', language)}", ""]
            lines += [f"| {head} |", "|---|---|---|---|---|---|"]
            lines += [_register_row(rule, language) for rule in of_kind if rule.area == area]
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _register_row(rule: Rule, language: Language) -> str:
    contracts = all_contracts()
    persons = "yes" if protected_columns(rule) else "no"
    mark = text("rule_pages.unverified", language)
    cells = (
        str(rule.number or ""),
        f"[{rule.title[language]}](rules/{rule.id}.md)",
        rule.why[language],
        ", ".join(
            contracts[source].title[language] if source in contracts else source
            for source in sorted(rule.needs)
        ),
        text(f"rule_pages.register_{persons}", language),
        "; ".join(law.text if law.verified else f"{law.text} ({mark})" for law in rule.law),
    )
    shown = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(shown) + " |"


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
