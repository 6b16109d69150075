"""The decisions about findings, as a list for people and for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from screening.cases.database import Cases
from screening.cases.finding_decisions import (
    FindingDecision,
    history,
    known_finding_decisions,
)
from screening.messages import Language, text
from screening.reports.case_words import why
from screening.reports.csv_files import write_records
from screening.reports.findings_to_decide import NewestList
from screening.reports.privacy import text_without_personal_numbers
from screening.scoring.judgements import standing

#: How a decision stands: it counts; its last day is past; there is more behind the finding, which
#: is back; nothing is found that it is about; a newer one counts; withdrawn; a withdrawal itself.
STANDINGS = (
    "in_force",
    "ended",
    "returned",
    "nothing_found",
    "replaced",
    "withdrawn",
    "withdrawal",
)


@dataclass(frozen=True)
class ListedDecision:
    """A decision, how it stands (``STANDINGS``), and why the finding came back where it did."""

    decision: FindingDecision
    standing: str
    returned: dict[str, Any] | None = None

    @property
    def supplier(self) -> str:
        """The supplier's name then, with what decisions call it."""
        name = self.decision.evidence.get("shown", {}).get("name")
        key = text_without_personal_numbers(self.decision.supplier_key)
        return f"{name} ({key})" if name else key

    def standing_words(self, language: Language) -> str:
        """How it stands, in words."""
        return text(
            f"findings.standing_{self.standing}",
            language,
            by=self.decision.withdrawn_by,
            withdraws=self.decision.withdraws,
            why=why(self.returned, language) if self.returned else "",
        )

    def as_json(self) -> dict[str, Any]:
        """The same as plain values; of the rows of evidence only how many there were."""
        kept, shown = self.decision, self.decision.evidence.get("shown", {})
        return {
            "decision_id": kept.decision_id,
            "supplier": text_without_personal_numbers(kept.supplier_key),
            "name": shown.get("name"),
            "rule": kept.rule_id,
            "decision": kept.decision,
            "standing": self.standing,
            "standing_because": self.returned["case_changed"] if self.returned else None,
            "severity": kept.severity,
            "until": kept.until.isoformat() if kept.until else None,
            "withdraws": kept.withdraws,
            "withdrawn_by": kept.withdrawn_by,
            "decided_on": kept.decided_on.isoformat(),
            "recorded_at": kept.recorded_at.isoformat(),
            "decided_by": kept.decided_by,
            "reason": kept.reason,
            "list": shown.get("week"),
            "summary": shown.get("summary"),
            "rule_version": kept.evidence.get("rule_version"),
            "amount_sek": kept.evidence.get("amount_sek"),
            "evidence_rows": len(kept.evidence.get("rows") or ()),
            "evidence_hash": kept.evidence_hash,
        }


def listed_decisions(cases: Cases, newest: NewestList | None, today: date) -> list[ListedDecision]:
    """Every decision with how it stands, oldest first.

    Args:
        cases: where they are kept.
        newest: the newest list, which tells what came back; None where there is none yet.
        today: the day to ask about.

    Raises:
        CasesError: the database of decisions cannot be used.
    """
    counting = set(standing(known_finding_decisions(cases), today)["decision_id"])
    found: dict[tuple[str, str], dict[str, Any]] = {}
    if newest is not None:
        found = {
            (row["supplier_key"], row["rule_id"]): row
            for row in newest.findings.drop_nulls("supplier_key").iter_rows(named=True)
        }

    def told(each: FindingDecision) -> ListedDecision:
        if each.decision == "withdrawn":
            return ListedDecision(each, "withdrawal")
        if each.withdrawn_by is not None:
            return ListedDecision(each, "withdrawn")
        if each.decision_id not in counting:
            return ListedDecision(each, "replaced")
        if each.until is not None and each.until < today:
            return ListedDecision(each, "ended")
        row = found.get((each.supplier_key, each.rule_id))
        if row is None:
            return ListedDecision(each, "in_force" if newest is None else "nothing_found")
        is_back = row["case_decision"] == each.decision_id and row["case_status"] == "returned"
        return ListedDecision(each, "returned" if is_back else "in_force", row if is_back else None)

    return [told(each) for each in history(cases)]


#: Columns of the file, of :meth:`ListedDecision.as_json`.
_FILE_COLUMNS: dict[str, type[pl.DataType]] = {
    "decision_id": pl.Int64,
    "supplier": pl.String,
    "name": pl.String,
    "rule": pl.String,
    "decision": pl.String,
    "standing": pl.String,
    "severity": pl.String,
    "until": pl.String,
    "withdraws": pl.Int64,
    "withdrawn_by": pl.Int64,
    "decided_on": pl.String,
    "recorded_at": pl.String,
    "decided_by": pl.String,
    "reason": pl.String,
    "list": pl.String,
    "rule_version": pl.Int64,
    "amount_sek": pl.String,
    "evidence_rows": pl.Int64,
    "evidence_hash": pl.String,
}


def export_decisions(listed: Sequence[ListedDecision], path: Path) -> None:
    """Write decisions to a csv file that spreadsheets open.

    Raises:
        OSError: the file cannot be written.
    """
    write_records((each.as_json() for each in listed), _FILE_COLUMNS, path)
