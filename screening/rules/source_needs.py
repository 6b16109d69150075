"""Which rules need a source, and how old it may be for each."""

from collections.abc import Iterable

from screening.rules.coverage import LANGUAGES
from screening.rules.model import Rule
from screening.sources.documenting import Need, Needs


def needs_by_source(rules: Iterable[Rule]) -> Needs:
    """Source -> the rules that need it, by number, then id."""
    ordered = sorted(rules, key=lambda rule: (rule.number or 10_000, rule.id))
    found: dict[str, list[Need]] = {}
    for rule in ordered:
        for source, need in rule.needs.items():
            title = {language: rule.title[language] for language in LANGUAGES}
            found.setdefault(source, []).append(
                Need(rule.id, rule.number, title, need.max_age_days, need.groups)
            )
    return found
