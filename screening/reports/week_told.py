"""A week, suppliers that were asked about, and how good a list was, as the terminal shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from screening import terminal
from screening.messages import Language, text
from screening.reports.check import Checked, other_day
from screening.reports.decided_findings import decided_summary
from screening.reports.publish import Published
from screening.reports.readable import band_name
from screening.reports.top_of_list import TOP, top_of_list
from screening.scoring import Evaluation

_BAND_STYLES = {"hög": "bold red", "förhöjd": "yellow", "låg": "dim"}
#: Warnings of one kind that are shown one by one; the rest are counted and stand in run.json.
_SHOWN_WARNINGS = 5


def show_week(published: Published, language: Language) -> None:
    """The summary of a run: how many to look at, the first of them with reasons, where the rest is.

    Personal numbers are masked, as in the files.
    """
    record = published.manifest
    rows = top_of_list(published.ranked, language)
    terminal.blank_line()
    terminal.line(
        published.answer(language),
        style="bold",
    )
    terminal.blank_line()
    for row in rows:
        style = _BAND_STYLES.get(row["band"], "")
        terminal.line(
            f"{row['rank']:>3}. [{style}]{terminal.escape(band_name(row['band'], language))}[/]  "
            f"[bold]{terminal.escape(row['name'])}[/]  {terminal.escape(row['who'])}  "
            f"[dim]{terminal.escape(text('cli.week_line', language, **row['figures']))}[/]",
        )
        for reason in row["reasons"]:
            terminal.line(f"     – {terminal.escape(reason)}")
    if record.listed > TOP:
        terminal.line(text("cli.week_more", language, more=record.listed - TOP), style="dim")
    terminal.blank_line()
    if published.own:
        terminal.say(text("cli.week_own", language))
        for line in published.own:
            terminal.line(f"  – {terminal.escape(line)}")
    if decided := decided_summary(record.decided_findings, language):
        terminal.say(decided)
    terminal.blank_line()
    _show_warnings(published, language)
    terminal.say(text("cli.week_path", language, path=published.folder / "risk-list.csv"))
    terminal.say(text("cli.week_report", language, path=published.folder / "report.html"))


def _show_warnings(published: Published, language: Language) -> None:
    warnings = published.manifest.warnings
    if not warnings:
        return
    terminal.line(text("cli.warnings", language, count=len(warnings)), style="yellow")
    for warning in warnings[:_SHOWN_WARNINGS]:
        terminal.line(f"  – {terminal.escape(warning.text)}")
    if len(warnings) > _SHOWN_WARNINGS:
        more = len(warnings) - _SHOWN_WARNINGS
        terminal.line(text("cli.warnings_more", language, more=more), style="dim")
    terminal.blank_line()


def show_checked(checked: Sequence[Checked], language: Language) -> None:
    """For each number: what was found, what could not be checked, what was clear."""
    if said := other_day(checked, language):
        terminal.line(terminal.escape(said), style="dim")
        terminal.blank_line()
    for each in checked:
        style = _BAND_STYLES.get(each.band or "", "")
        clear = "judgements.check_aside" if each.findings else "cli.check_clear"
        band = band_name(each.band, language) if each.band else text(clear, language)
        terminal.line(
            f"[bold]{terminal.escape(each.name or '–')}[/]  {terminal.escape(each.shown_number)}  "
            f"[{style or 'green'}]{terminal.escape(band)}[/]"
        )
        terminal.say(text("cli.check_counts", language, **each.counts))
        _show_findings(each.findings)
        for kind, findings in each.own.items():
            if findings:
                words = text(f"scoring.kind_{kind}", language)
                terminal.say(text("cli.check_own", language, kind=words))
                _show_findings(findings)
        for title, reason in each.not_checked:
            terminal.line(f"  [dim]? {terminal.escape(title)}: {terminal.escape(reason)}[/]")
        terminal.blank_line()


def _show_findings(findings: Sequence[Mapping[str, Any]]) -> None:
    for finding in findings:
        terminal.line(f"  – {terminal.escape(finding['summary'])}")
        if finding["case_note"]:
            terminal.line(f"    {terminal.escape(finding['case_note'])}")
        terminal.line(f"    [dim]{terminal.escape(finding['action'])}[/]")


def show_evaluation(evaluation: Evaluation, language: Language) -> None:
    """Precision at the top, recall per scheme, false positives by rule."""
    for name in ("precision", "recall", "false_positives", "honest_bands"):
        frame = getattr(evaluation, name)
        table = terminal.new_table(*frame.columns, title=text(f"cli.evaluation_{name}", language))
        for row in frame.iter_rows():
            table.add_row(
                *terminal.cells(*(f"{c:.3f}" if isinstance(c, float) else c for c in row))
            )
        terminal.put(table)
        terminal.blank_line()
