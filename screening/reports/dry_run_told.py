"""What ``vaksam sources check`` says on the terminal."""

from collections.abc import Sequence
from pathlib import Path

from screening import terminal
from screening.messages import Language, text
from screening.reports.dry_run_report import Report, ToldFile, ToldReason, grouped

#: Remarks of one file that are shown; ``--json`` has all.
_MOST_REMARKS = 6
_FIGURES = ("read", "would_load", "repeated", "quarantined", "left_out")


def _said(key: str, language: Language, **values: object) -> str:
    return text(f"check.{key}", language, **values)


def show_dry_run(report: Report, folder: Path, language: Language) -> None:
    """A table of the files, then for each what would be set aside and what to do."""
    if not report.files:
        terminal.say(_said("nothing_there", language, folder=folder))
        _show_not_read(report, language)
        return
    terminal.heading(_said("title", language))
    alone, together = grouped(report.files)
    figures = _worth_showing(report)
    names = [_said(f"column_{name}", language) for name in ("file", "source", "written", *figures)]
    rows = [_row(file, figures) for file in alone]
    for source, files in together:
        rows.append(_together(source, files, figures, language))
    if len(report.files) > 1:
        total = [report.total(figure) for figure in figures]
        rows.append([_said("total", language), "", "", *map(_figure, total)])
    terminal.show_table(names, rows, figures=names[3:])
    for file in alone:
        _show_reasons(file, language)
    _show_remarks(alone, language)
    _show_not_read(report, language)
    terminal.say("")
    key = "all_load_but" if report.total("repeated") else "all_load"
    key = "needs_a_look" if report.needs_a_look else key
    totals = {figure: _figure(report.total(figure)) for figure in _FIGURES}
    terminal.say(_said(key, language, files=len(report.files), **totals))


def _worth_showing(report: Report) -> list[str]:
    """The figures that are not nought everywhere; the first two and quarantine always."""
    always = ("read", "would_load", "quarantined")
    return [figure for figure in _FIGURES if figure in always or report.total(figure)]


def _row(file: ToldFile, figures: Sequence[str]) -> list[str]:
    own = [_figure(getattr(file, figure)) for figure in figures]
    return [file.file, file.source, file.written, *own]


def _together(
    source: str, files: Sequence[ToldFile], figures: Sequence[str], language: Language
) -> list[str]:
    if len(files) == 1:
        return _row(files[0], figures)
    written = sorted({file.written for file in files})
    sums = [_figure(sum(getattr(file, figure) for file in files)) for figure in figures]
    shown = written[0] if len(written) == 1 else "; ".join(written[:2])
    return [_said("several_files", language, files=len(files)), source, shown, *sums]


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def _show_reasons(file: ToldFile, language: Language) -> None:
    if not file.needs_a_look:
        return
    key = "whole_file" if not file.is_read else "reasons_of" if file.read else "no_rows"
    told = {"quarantined": _figure(file.quarantined), "read": _figure(file.read)}
    terminal.heading(_said(key, language, file=file.file, **told))
    for reason in file.reasons:
        terminal.say(f"  – {reason.what}{_where(reason, language)}")
        if reason.action:
            terminal.say(f"    → {reason.action}")
    if file.more_reasons:
        terminal.say("  " + _said("more_reasons", language, more=file.more_reasons))


def _where(reason: ToldReason, language: Language) -> str:
    """How many rows, which column, and what stood there."""
    if reason.row_no is None:
        return (
            " " + _said("reason_details", language, example=reason.example)
            if reason.example
            else ""
        )
    key = "reason_rows" if reason.rows > 1 else "reason_row"
    parts = [_said(key, language, rows=_figure(reason.rows), row_no=reason.row_no)]
    if reason.column:
        parts.append(_said("reason_column", language, column=reason.column))
    if reason.example:
        parts.append(_said("reason_example", language, example=reason.example))
    return f" ({', '.join(parts)})"


def _show_remarks(files: Sequence[ToldFile], language: Language) -> None:
    remarks = [remark for file in files for remark in file.warnings]
    if remarks:
        terminal.heading(_said("remarks", language))
    for remark in remarks[:_MOST_REMARKS]:
        terminal.say(f"  – {remark}")
    if len(remarks) > _MOST_REMARKS:
        terminal.say(f"  … +{len(remarks) - _MOST_REMARKS}")


def _show_not_read(report: Report, language: Language) -> None:
    if report.warnings:
        terminal.heading(_said("not_read", language))
    for warning in report.warnings:
        terminal.say(f"  – {warning}")
