"""Is everything there that the rules need, and is it recent?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from screening.messages import Language, text
from screening.rules.loading import FailedRule, load_rules
from screening.sources.contracts import all_contracts
from screening.warehouse.connection import open_warehouse
from screening.warehouse.publishing import iso_week, published_weeks
from screening.warehouse.state import State


@dataclass(frozen=True)
class Health:
    """The state of an installation.

    ``sources``: source, title, newest_as_of, age (days), state (ok, old, missing, unused), rules
    (how many suffer where it is not ok).
    """

    folder: Path
    has_warehouse: bool
    newest_week: str | None
    this_week: str
    sources: tuple[dict[str, Any], ...]
    failed_rules: tuple[FailedRule, ...]

    @property
    def is_well(self) -> bool:
        """Nothing that a rule needs is missing or old, and this week's list is there."""
        return (
            self.has_warehouse
            and not self.failed_rules
            and self.newest_week == self.this_week
            and all(row["state"] in ("ok", "unused") for row in self.sources)
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
            "sources": list(self.sources),
            "problems": self.problems("en"),
        }


def _newest(state: State, as_of: date) -> dict[str, date]:
    with open_warehouse(state, read_only=True) as connection:
        rows = connection.execute(
            "SELECT source, max(rows_as_of) FROM meta.files "
            "WHERE status = 'loaded' AND rows_as_of <= ? AND received_on <= ? "
            "GROUP BY source",
            [as_of, as_of],
        ).fetchall()
    return dict(rows)


def _row(source: str, newest: date | None, as_of: date, limits: list[int]) -> dict[str, Any]:
    age = (as_of - newest).days if newest else None
    suffering = [days for days in limits if age is None or age > days]
    absent = "missing" if limits else "unused"
    present = "old" if suffering else "ok"
    return {
        "source": source,
        "title": all_contracts()[source].title,
        "newest_as_of": newest.isoformat() if newest else None,
        "age": age,
        "state": absent if age is None else present,
        "rules": len(suffering),
    }


def examine(folder: Path, as_of: date, rule_folders: Sequence[Path]) -> Health:
    """Look at the state folder and the rules; nothing is changed.

    Raises:
        duckdb.IOException: the warehouse cannot be opened, because a run is under way.
    """
    state = State(folder)
    rules = load_rules(rule_folders)
    has_warehouse = state.warehouse.is_file()
    newest = _newest(state, as_of) if has_warehouse else {}
    weeks = published_weeks(state)
    return Health(
        folder=folder,
        has_warehouse=has_warehouse,
        newest_week=weeks[-1] if weeks else None,
        this_week=iso_week(as_of),
        sources=tuple(
            _row(
                source,
                newest.get(source),
                as_of,
                [rule.needs[source] for rule in rules.rules if source in rule.needs],
            )
            for source in all_contracts()
        ),
        failed_rules=rules.failed,
    )
