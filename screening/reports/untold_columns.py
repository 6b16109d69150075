"""Columns that no row tells, and the rules that had nothing to look at: one answer for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from screening.messages import Language, text
from screening.reports.freshness import counted, rule_names
from screening.reports.readable import source_title
from screening.rules.coverage import LANGUAGES
from screening.rules.model import Rule
from screening.rules.untold_columns import AskedColumns, named
from screening.sources.documenting import Need


@dataclass(frozen=True)
class UntoldColumns:
    """Columns of a source without any value, and the rules that are not checked for that.

    ``columns``: each is one column, or several of which one would do ("bankgiro / plusgiro").
    """

    source: str
    columns: tuple[str, ...]
    rules: tuple[Need, ...]

    def sentence(self, language: Language) -> str:
        """What a person should know of it."""
        return text(
            "freshness.column_untold",
            language,
            title=source_title(self.source, language),
            columns=", ".join(self.columns),
            count=counted("rules", len(self.rules), language),
            rules=rule_names(self.rules, language),
        )

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "source": self.source,
            "columns": list(self.columns),
            "rules": [need.rule_id for need in self.rules],
            "text": {language: self.sentence(language) for language in LANGUAGES},
        }


def untold_now(rules: Sequence[Rule], untold: Iterable[AskedColumns]) -> tuple[UntoldColumns, ...]:
    """The columns that no row tells, with all rules that need them, by source.

    Args:
        rules: all of them.
        untold: as ``rules.untold_columns.untold_in_all`` tells.
    """
    return _by_source(
        rules,
        [
            (each.source, named(each.columns), rule.id)
            for each in untold
            for rule in rules
            if each.source in rule.needs and each.columns in rule.needs[each.source].groups
        ],
    )


def untold_in_run(rules: Sequence[Rule], not_checked: pl.DataFrame) -> tuple[UntoldColumns, ...]:
    """The columns for lack of which rules were checked for nobody in a run, by source.

    Args:
        rules: of the run.
        not_checked: ``coverage.NOT_CHECKED_SCHEMA``.
    """
    stopped = not_checked.filter(pl.col("reason").cast(pl.String) == "column_untold")
    return _by_source(rules, stopped.select("source", "column_names", "rule_id").unique().rows())


def _by_source(
    rules: Sequence[Rule], lacking: Iterable[tuple[str, str, str]]
) -> tuple[UntoldColumns, ...]:
    by_id = {rule.id: rule for rule in rules}
    columns: dict[str, set[str]] = {}
    stopped: dict[str, set[str]] = {}
    for source, names, rule_id in lacking:
        columns.setdefault(source, set()).add(names)
        stopped.setdefault(source, set()).add(rule_id)
    return tuple(
        UntoldColumns(
            source,
            tuple(sorted(columns[source])),
            _by_number(by_id[rule_id] for rule_id in stopped[source]),
        )
        for source in sorted(columns)
    )


def _by_number(rules: Iterable[Rule]) -> tuple[Need, ...]:
    ordered = sorted(rules, key=lambda rule: (rule.number or 10_000, rule.id))
    return tuple(
        Need(rule.id, rule.number, {language: rule.title[language] for language in LANGUAGES}, 0)
        for rule in ordered
    )
