"""Every file of a week, from one scored week: the top of the reports."""

from pathlib import Path

import polars as pl

from screening.messages import Language
from screening.reports.findings_file import write_findings
from screening.reports.manifest import Manifest, write_manifest
from screening.reports.page import write_page
from screening.reports.quarantine_file import write_quarantine
from screening.reports.readable import readable
from screening.reports.risk_list import write_risk_list
from screening.reports.workbook import write_workbook
from screening.scoring.week import ScoredWeek


def write_week(
    folder: Path,
    week: ScoredWeek,
    *,
    manifest: Manifest,
    evidence: pl.DataFrame,
    quarantine: pl.DataFrame,
    not_checked: pl.DataFrame | None = None,
    language: Language = "sv",
    include_all: bool = False,
) -> None:
    """Write the six files of a week into ``folder``; run.json last.

    The same arguments give the same bytes in every file.

    Args:
        folder: made where it is not there; files in it are overwritten one by one. Whoever needs
            all of them to change at once writes to a folder beside and moves it.
        week: from scoring, with whole identity numbers; everything is masked on the way out.
        manifest: of the run.
        evidence: ref, source, file, row_no of every reference in ``week.findings``.
        quarantine: source, file, row_no, column, reason (code), raw.
        not_checked: rule_id, supplier_id and why, for the sheet of what was not checked.
        language: of every text and heading; column names of csv files are always English.
        include_all: also the suppliers without findings, at the end of the list.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = readable(week, evidence, language)
    write_risk_list(shown, folder / "risk-list.csv", include_all=include_all)
    write_findings(shown, folder / "findings.csv")
    write_quarantine(quarantine, folder / "quarantine.csv", language)
    write_workbook(shown, manifest, not_checked, folder / "risk-list.xlsx", include_all=include_all)
    write_page(shown, manifest, quarantine, not_checked, folder / "report.html")
    write_manifest(manifest, folder / "run.json")
