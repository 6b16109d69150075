"""How the rules fire on what an installation knows, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from screening.messages import Language, text
from screening.reports.critical_judged import judging_by
from screening.reports.resolved_state import resolved_state
from screening.rules.firing import Firing, firing
from screening.rules.stage import screen

_REMARKS = ("often", "never", "not_checked", "failed")


@dataclass(frozen=True)
class RuleStatistics:
    """How the rules fire, with the day and the titles of the rules."""

    as_of: date
    firing: Firing
    titles: dict[str, dict[Language, str]]

    def answer(self, language: Language) -> str:
        """The first line: how many rules, and how many are worth a look."""
        remarks = self.firing.rules["remark"]
        counts = {remark: int((remarks == remark).sum()) for remark in _REMARKS}
        return text(
            "firing.answer",
            language,
            rules=len(remarks),
            suppliers=self.firing.suppliers,
            as_of=self.as_of,
            **counts,
        )

    def title(self, rule_id: str, language: Language) -> str:
        """A rule's title; its id where its file could not be read."""
        return self.titles.get(rule_id, {}).get(language, rule_id)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "as_of": self.as_of.isoformat(),
            "suppliers": self.firing.suppliers,
            "rules": self.firing.rules.to_dicts(),
            "overlaps": self.firing.overlaps.to_dicts(),
        }


def rule_statistics(
    folder: Path, rule_folders: Sequence[Path], often_share: float, decisions: pl.DataFrame
) -> RuleStatistics:
    """Run the rules on what the last run knew.

    ``decisions``: what people decided about findings (``scoring.judgements.DECISIONS``).

    Raises:
        NothingPublishedError: nothing was resolved in this state folder yet.
        StateBusyError: a run is under way.
    """
    with resolved_state(folder) as (state, day):
        screened = screen(state, day, rule_folders, judging=judging_by(state, decisions, day))
    return RuleStatistics(
        as_of=day,
        firing=firing(screened, often_share),
        titles={
            rule.id: {"sv": rule.title.sv, "en": rule.title.en} for rule in screened.rules.rules
        },
    )
