"""The decisions about who is who, as a list for people and for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from screening.cases.database import Cases
from screening.cases.identity_decisions import Decision, history, known_decisions
from screening.identity.reviewed.pairs import KINDS, decisions_of
from screening.messages import Language, text
from screening.reports.csv_files import write_records


@dataclass(frozen=True)
class Listed:
    """A decision and how it stands: in_force, withdrawn, replaced, set_aside or withdrawal."""

    decision: Decision
    standing: str

    @property
    def left(self) -> str:
        return self._shown("left", self.decision.left_key)

    @property
    def right(self) -> str:
        return self._shown("right", self.decision.right_key)

    def _shown(self, side: str, key: str) -> str:
        name = self.decision.evidence.get(side, {}).get("name")
        return f"{name} ({key})" if name else key

    def standing_words(self, language: Language) -> str:
        """How it stands, in words."""
        return text(
            f"identity.standing_{self.standing}",
            language,
            by=self.decision.withdrawn_by,
            withdraws=self.decision.withdraws,
        )

    def as_json(self) -> dict[str, Any]:
        kept = self.decision
        return {
            "decision_id": kept.decision_id,
            "kind": kept.kind,
            "left_key": kept.left_key,
            "right_key": kept.right_key,
            "decision": kept.decision,
            "standing": self.standing,
            "withdraws": kept.withdraws,
            "withdrawn_by": kept.withdrawn_by,
            "decided_on": kept.decided_on.isoformat(),
            "recorded_at": kept.recorded_at.isoformat(),
            "decided_by": kept.decided_by,
            "reason": kept.reason,
            "probability": kept.probability,
            "evidence": kept.evidence,
        }


def listed_decisions(cases: Cases) -> list[Listed]:
    """Every decision with how it stands now, oldest first.

    Raises:
        CasesError: the database of decisions cannot be used.
    """
    kept, known = history(cases), known_decisions(cases)
    in_force: set[int] = set()
    aside: set[int] = set()
    for kind in KINDS:
        reviewed = decisions_of(known, kind, date.max)
        in_force.update(reviewed.pairs["decision_id"])
        aside.update(reviewed.set_aside["decision_id"])

    def standing(each: Decision) -> str:
        if each.decision == "withdrawn":
            return "withdrawal"
        if each.withdrawn_by is not None:
            return "withdrawn"
        if each.decision_id in aside:
            return "set_aside"
        return "in_force" if each.decision_id in in_force else "replaced"

    return [Listed(each, standing(each)) for each in kept]


#: Columns of the file, of :meth:`Listed.as_json` and the names of both sides.
_FILE_COLUMNS: dict[str, type[pl.DataType]] = {
    "decision_id": pl.Int64,
    "kind": pl.String,
    "left_key": pl.String,
    "right_key": pl.String,
    "left": pl.String,
    "right": pl.String,
    "decision": pl.String,
    "standing": pl.String,
    "withdraws": pl.Int64,
    "withdrawn_by": pl.Int64,
    "decided_on": pl.String,
    "recorded_at": pl.String,
    "decided_by": pl.String,
    "reason": pl.String,
    "probability": pl.Float64,
}


def export_decisions(listed: Sequence[Listed], path: Path) -> None:
    """Write decisions to a csv file that spreadsheets open.

    Raises:
        OSError: the file cannot be written.
    """
    records = ({**each.as_json(), "left": each.left, "right": each.right} for each in listed)
    write_records(records, _FILE_COLUMNS, path)
