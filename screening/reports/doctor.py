"""Is everything there that the rules need, and is it recent?"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from pydantic import ValidationError

from screening.messages import Language, text
from screening.reports.freshness import SourceFreshness, freshness
from screening.reports.manifest import Manifest
from screening.reports.untold_columns import UntoldColumns, untold_now
from screening.rules.coverage import LANGUAGES
from screening.rules.loading import FailedRule, load_rules
from screening.rules.model import Rule
from screening.rules.untold_columns import asked_columns, untold_in_all
from screening.warehouse.connection import open_warehouse
from screening.warehouse.publishing import iso_week, open_published, published_weeks
from screening.warehouse.publishing import newest as newest_published
from screening.warehouse.source_days import Arrived, known_sources
from screening.warehouse.state import State


@dataclass(frozen=True)
class Health:
    """The state of an installation.

    ``sources``: how recent each is, the worst first; files and rows are all that were ever read.
    ``suppliers_not_checked``: source -> suppliers that the newest list could not check for lack of
    it; None where there is no list. ``untold``: columns that rules need and no row tells.
    """

    folder: Path
    has_warehouse: bool
    newest_week: str | None
    this_week: str
    sources: tuple[SourceFreshness, ...]
    suppliers_not_checked: Mapping[str, int] | None
    failed_rules: tuple[FailedRule, ...]
    untold: tuple[UntoldColumns, ...] = ()

    @property
    def is_well(self) -> bool:
        """Nothing that a rule needs is missing or old, and this week's list is there."""
        return (
            self.has_warehouse
            and not self.failed_rules
            and not self.untold
            and self.newest_week == self.this_week
            and not any(each.needs_a_look for each in self.sources)
        )

    def problems(self, language: Language) -> list[str]:
        """What is wrong beside the sources, one sentence each."""
        found = []
        if not self.has_warehouse:
            found.append(text("cli.doctor_no_warehouse", language, folder=self.folder))
        elif self.newest_week is None:
            found.append(text("cli.doctor_no_list", language))
        elif self.newest_week != self.this_week:
            found.append(text("cli.doctor_list_old", language, week=self.newest_week))
        found += [each.sentence(language) for each in self.untold]
        found += [
            text("cli.doctor_rule_failed", language, rule=failed.id, why=failed.reason)
            for failed in self.failed_rules
        ]
        return found

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "is_well": self.is_well,
            "newest_week": self.newest_week,
            "sources": [self._source_json(each) for each in self.sources],
            "columns_untold": [each.as_json() for each in self.untold],
            "problems": self.problems("en"),
        }

    def _source_json(self, each: SourceFreshness) -> dict[str, Any]:
        source = each.contract.source
        counts = self.suppliers_not_checked
        return {
            "source": source,
            "title": each.contract.title,
            "status": each.status,
            "newest_as_of": each.newest.isoformat() if each.newest else None,
            "age_days": each.age_days,
            "limit_days": each.limit_days,
            "files": each.arrived.files,
            "rows": each.arrived.rows,
            "needed_by": len(each.needed_by),
            "rules": [need.rule_id for need in each.suffering],
            "rules_soon": [need.rule_id for need in each.soon],
            "suppliers_not_checked": None if counts is None else counts.get(source, 0),
            "text": {language: each.sentence(language) for language in LANGUAGES},
        }


def _known(
    state: State, as_of: date, rules: Sequence[Rule]
) -> tuple[dict[str, date], dict[str, Arrived], tuple[UntoldColumns, ...]]:
    with open_warehouse(state, read_only=True) as connection:
        untold = untold_in_all(connection, as_of, asked_columns(rules))
        return (*known_sources(connection, as_of), untold_now(rules, untold))


def _last_counts(state: State) -> dict[str, int] | None:
    """Suppliers that the newest list could not check, by the source that was lacking."""
    path = newest_published(state)
    if path is None or not path.is_file():
        return None
    # A list that another version made, or that is damaged, says nothing; the doctor goes on.
    with suppress(duckdb.Error, ValidationError), open_published(path) as connection:
        ((manifest,),) = connection.execute("SELECT manifest FROM run").fetchall()
        sources = Manifest.model_validate_json(manifest).sources
        return {each.source: each.suppliers_not_checked for each in sources} or None
    return None


def examine(folder: Path, as_of: date, rule_folders: Sequence[Path]) -> Health:
    """Look at the state folder and the rules; nothing is changed.

    Raises:
        duckdb.IOException: the warehouse cannot be opened, because a run is under way.
    """
    state = State(folder)
    rules = load_rules(rule_folders)
    has_warehouse = state.warehouse.is_file()
    newest, arrived, untold = _known(state, as_of, rules.rules) if has_warehouse else ({}, {}, ())
    weeks = published_weeks(state)
    return Health(
        folder=folder,
        has_warehouse=has_warehouse,
        newest_week=weeks[-1] if weeks else None,
        this_week=iso_week(as_of),
        sources=freshness(rules.rules, as_of, newest, arrived),
        suppliers_not_checked=_last_counts(state),
        failed_rules=rules.failed,
        untold=untold,
    )
