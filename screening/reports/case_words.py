"""What people decided about findings, in words: who, why, until when, and why it holds no more.

Decisions are made by hand, so there are few: each is put into words by itself.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.scoring.ranking import REASON_JOINER


def case_notes(findings: pl.DataFrame, language: Language) -> pl.DataFrame:
    """finding, case_note: a sentence for each finding that somebody decided about.

    Args:
        findings: ``week.FINDING_SCHEMA`` with ``finding``, a number of the caller's.
        language: of the sentences.
    """
    decided = findings.filter(pl.col("still_open").fill_null(value=False)).drop_nulls("case_status")
    notes = [note(row, language) for row in decided.iter_rows(named=True)]
    return decided.select("finding").with_columns(case_note=pl.Series(notes, dtype=pl.String))


def notes_by_supplier(findings: pl.DataFrame) -> pl.DataFrame:
    """supplier_id, case_note: the notes of all findings about a supplier, each after its title.

    Args:
        findings: supplier_id, title and case_note (null where nobody decided), in order.
    """
    return (
        findings.drop_nulls("case_note")
        .group_by("supplier_id", maintain_order=True)
        .agg(case_note=pl.format("{}: {}", "title", "case_note").str.join(REASON_JOINER))
    )


def status_words(status: str, language: Language) -> str:
    """A status, or several as the list joins them, in words."""
    return ", ".join(
        text(f"judgements.status_{each}", language) for each in status.split(REASON_JOINER)
    )


def note(finding: Mapping[str, Any], language: Language) -> str:
    """What was decided about one finding (``judgements.CASE_SCHEMA``), and what became of it."""
    status = finding["case_status"]
    until = finding["case_until"]
    values = {
        "by": finding["case_by"],
        "on": finding["case_on"],
        "decision": finding["case_decision"],
        "reason": finding["case_reason"],
        "until": until,
        "until_words": text("judgements.until_words", language, until=until) if until else "",
    }
    if status == "returned":
        values["why"] = why(finding, language)
        values["kind"] = text(f"judgements.kind_{finding['case_kind']}", language)
        values["since"] = finding["case_since"]
    if status == "overridden":
        by_rule = finding["severity_by_rule"] or finding["severity"]
        values["before"] = text(f"scoring.severity_{by_rule}", language)
        values["after"] = text(f"scoring.severity_{finding['severity']}", language)
    told = text(f"judgements.note_{status}", language, **values)
    if status == "overridden" and finding["case_changed"]:
        more = why(finding, language)
        return text("judgements.note_overridden_more", language, note=told, why=more)
    return told


def why(finding: Mapping[str, Any], language: Language) -> str:
    """Why a decision is not what it was, without a full stop."""
    return text(
        f"judgements.why_{finding['case_changed']}",
        language,
        until=finding["case_until"],
        before=written.sek(finding["case_amount_sek"], language) or "–",
        after=written.sek(finding["amount_sek"], language) or "–",
        count=finding["case_new_rows"],
    )
