"""What the command line shows: first the answer, then the reason, then what needs a look."""

import io
import json
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import structlog
from rich.console import Console
from rich.markup import escape as without_markup
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from screening.messages import Language, text
from screening.reports.decided_findings import decided_summary
from screening.reports.readable import band_name
from screening.reports.top_of_list import TOP, top_of_list

if TYPE_CHECKING:
    from pathlib import Path

    from screening.demo.inbox import DemoSummary
    from screening.reports.check import Checked
    from screening.reports.doctor import Health
    from screening.reports.freshness import SourceFreshness
    from screening.reports.publish import Published
    from screening.rules.casework import CasesReport
    from screening.rules.linting import LintReport
    from screening.scoring import Evaluation
    from screening.sources.contracts import Contract

_is_watched = sys.stdout is not None and sys.stdout.isatty()
_out = Console(highlight=False, width=None if _is_watched else 160)
_err = Console(stderr=True, highlight=False)

_BAND_STYLES = {"hög": "bold red", "förhöjd": "yellow", "låg": "dim"}
_STAGES = ("ingest", "resolve", "screen", "publish")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: Characters of one text that are shown; the files have all of it.
_LONGEST = 1000
#: Warnings of one kind that are shown one by one; the rest are counted and stand in run.json.
_SHOWN_WARNINGS = 5


def escape(written: str) -> str:
    """A text from outside, harmless: no markup, nothing that a terminal would obey, no novel."""
    tame = _CONTROL.sub("\ufffd", written)
    return without_markup(tame if len(tame) <= _LONGEST else tame[:_LONGEST] + "…")


def escape_lines(written: str) -> str:
    """As `escape`, but of any length."""
    return without_markup(_CONTROL.sub("\ufffd", written))


def write_whatever_comes() -> None:
    """A terminal of another encoding shows ``?`` for what it does not know; nothing fails on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def keep_log_apart() -> None:
    """The log goes to standard error, so that standard output holds the answer alone.

    A person who watches the bar sees only what is wrong; a scheduler's log gets every file.
    """
    level = logging.WARNING if _err.is_terminal else logging.INFO
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Asked for at each line: whoever captures standard error may have closed it since.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )


def keep_log_to_warnings() -> None:
    """What is loaded is no news where it is thrown away again."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def say(message: str) -> None:
    """A plain line."""
    _out.print(escape(message), soft_wrap=True)


def ask(prompt: str) -> None:
    """What is written before an answer; the answer follows on the same line."""
    _out.print(escape(prompt), end="", soft_wrap=True)


def heading(words: str) -> None:
    """A line that something begins with."""
    _out.print()
    _out.print(escape(words), style="bold", soft_wrap=True)


def say_verbatim(written: str) -> None:
    """Lines as they are, to be copied."""
    _out.print(escape_lines(written), soft_wrap=True)


def say_json(content: object) -> None:
    """JSON for a program, nothing else on standard output."""
    _out.out(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def error(message: str) -> None:
    """What went wrong, on standard error."""
    _err.print(escape(message), style="red", soft_wrap=True)


def first_line(problem: BaseException) -> str:
    """The first line of an exception's message: the rest may hold rows of data."""
    return (str(problem).splitlines() or [type(problem).__name__])[0][:300]


class Progress:
    """Shows which stage is under way and how many files are read, on standard error."""

    def __init__(self, language: Language, *, is_quiet: bool) -> None:
        self._language = language
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            console=_err,
            transient=True,
            disable=is_quiet or not _err.is_terminal,
        )
        self._task = self._bar.add_task("", total=len(_STAGES))
        self._is_told = not is_quiet and not _err.is_terminal

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def step(self, what: str, done: int, total: int) -> None:
        """A stage begins (``what`` is its name), or a file of ``total`` is read."""
        if what in _STAGES:
            words = text(f"cli.stage_{what}", self._language)
            self._bar.update(self._task, description=words, completed=0, total=None)
            if self._is_told:
                _err.print(words)
        else:
            self._bar.update(self._task, completed=done, total=total or None)


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _cells(*values: object) -> list[str]:
    return ["" if value is None else escape(str(value)) for value in values]


def show_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], figures: Sequence[str] = ()
) -> None:
    """A table; the columns named in ``figures`` are numbers and stand to the right."""
    table = _table(*columns)
    for column in table.columns:
        if column.header in figures:
            column.justify = "right"
    for row in rows:
        table.add_row(*_cells(*row))
    _out.print(table)


def show_week(published: "Published", language: Language) -> None:
    """The summary of a run: how many to look at, the first of them with reasons, where the rest is.

    Personal numbers are masked, as in the files.
    """
    record = published.manifest
    rows = top_of_list(published.ranked, language)
    _out.print()
    _out.print(
        published.answer(language),
        style="bold",
        soft_wrap=True,
    )
    _out.print()
    for row in rows:
        style = _BAND_STYLES.get(row["band"], "")
        _out.print(
            f"{row['rank']:>3}. [{style}]{escape(band_name(row['band'], language))}[/]  "
            f"[bold]{escape(row['name'])}[/]  {escape(row['who'])}  "
            f"[dim]{escape(text('cli.week_line', language, **row['figures']))}[/]",
            soft_wrap=True,
        )
        for reason in row["reasons"]:
            _out.print(f"     – {escape(reason)}", soft_wrap=True)
    if record.listed > TOP:
        _out.print(text("cli.week_more", language, more=record.listed - TOP), style="dim")
    _out.print()
    if published.own:
        say(text("cli.week_own", language))
        for line in published.own:
            _out.print(f"  – {escape(line)}", soft_wrap=True)
    if decided := decided_summary(record.decided_findings, language):
        say(decided)
    _out.print()
    _show_warnings(published, language)
    say(text("cli.week_path", language, path=published.folder / "risk-list.csv"))
    say(text("cli.week_report", language, path=published.folder / "report.html"))


def _show_warnings(published: "Published", language: Language) -> None:
    warnings = published.manifest.warnings
    if not warnings:
        return
    _out.print(text("cli.warnings", language, count=len(warnings)), style="yellow")
    for warning in warnings[:_SHOWN_WARNINGS]:
        _out.print(f"  – {escape(warning.text)}", soft_wrap=True)
    if len(warnings) > _SHOWN_WARNINGS:
        more = len(warnings) - _SHOWN_WARNINGS
        _out.print(text("cli.warnings_more", language, more=more), style="dim")
    _out.print()


def show_demo(summary: "DemoSummary", inbox: "Path", labels: "Path", language: Language) -> None:
    """What was made, and where."""
    say(
        text(
            "cli.demo_made",
            language,
            inbox=inbox,
            suppliers=summary.suppliers,
            invoices=summary.invoice_lines,
            planted=summary.planted_suppliers,
            labels=labels,
        )
    )


def show_evaluation(evaluation: "Evaluation", language: Language) -> None:
    """Precision at the top, recall per scheme, false positives by rule."""
    for name in ("precision", "recall", "false_positives", "honest_bands"):
        frame = getattr(evaluation, name)
        table = _table(*frame.columns, title=text(f"cli.evaluation_{name}", language))
        for row in frame.iter_rows():
            table.add_row(*_cells(*(f"{c:.3f}" if isinstance(c, float) else c for c in row)))
        _out.print(table)
        _out.print()


def show_checked(checked: Sequence["Checked"], language: Language) -> None:
    """For each number: what was found, what could not be checked, what was clear."""
    for each in checked:
        style = _BAND_STYLES.get(each.band or "", "")
        clear = "judgements.check_aside" if each.findings else "cli.check_clear"
        band = band_name(each.band, language) if each.band else text(clear, language)
        _out.print(
            f"[bold]{escape(each.name or '–')}[/]  {escape(each.shown_number)}  "
            f"[{style or 'green'}]{escape(band)}[/]"
        )
        say(text("cli.check_counts", language, **each.counts))
        _show_findings(each.findings)
        for kind, findings in each.own.items():
            if findings:
                words = text(f"scoring.kind_{kind}", language)
                say(text("cli.check_own", language, kind=words))
                _show_findings(findings)
        for title, reason in each.not_checked:
            _out.print(f"  [dim]? {escape(title)}: {escape(reason)}[/]", soft_wrap=True)
        _out.print()


def _show_findings(findings: Sequence[Mapping[str, Any]]) -> None:
    for finding in findings:
        _out.print(f"  – {escape(finding['summary'])}", soft_wrap=True)
        if finding["case_note"]:
            _out.print(f"    {escape(finding['case_note'])}", soft_wrap=True)
        _out.print(f"    [dim]{escape(finding['action'])}[/]", soft_wrap=True)


def show_health(health: "Health", language: Language) -> None:
    """One line per source, the worst first; then what suffers, and what else is wrong."""
    names = ("source", "status", "newest", "age_limit", "rows_files", "suppliers")
    table = _table(*(text(f"freshness.col_{name}", language) for name in names))
    counts = health.suppliers_not_checked
    idle = [each.contract.title[language] for each in health.sources if each.is_idle]
    for each in (each for each in health.sources if not each.is_idle):
        age = "–" if each.age_days is None else each.age_days
        table.add_row(
            *_cells(each.contract.title[language]),
            f"[{_freshness_style(each)}]{text(f'freshness.status_{each.status}', language)}[/]",
            *_cells(
                each.newest or "–",
                f"{age} / {each.limit_days}",
                f"{each.arrived.rows} ({each.arrived.files})",
                "–" if counts is None else counts.get(each.contract.source, 0),
            ),
        )
    _out.print(table)
    if idle:
        said = text("freshness.unneeded", language, titles=", ".join(sorted(idle)))
        _out.print(escape(said), style="dim", soft_wrap=True)
    sentences = [each.sentence(language) for each in health.sources]
    for problem in [*filter(None, sentences), *health.problems(language)]:
        _out.print(f"– {escape(problem)}", style="yellow", soft_wrap=True)
    if health.is_well:
        _out.print(text("cli.doctor_well", language), style="green")


def _freshness_style(each: "SourceFreshness") -> str:
    if each.suffering:
        return "red"
    return "green" if each.status == "fresh" else "yellow"


def show_rules(rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    """The rules, by area."""
    names = ("number", "id", "area", "severity", "title", "needs")
    table = _table(*(text(f"cli.rules_{name}", language) for name in names))
    for row in rows:
        table.add_row(*_cells(*(row[name] for name in names)))
    _out.print(table)


def show_lint(report: "LintReport", language: Language) -> None:
    """What is wrong with the rule files, or that nothing is."""
    for problem in report.problems:
        style = "red" if problem.level == "error" else "yellow"
        _out.print(
            f"[{style}]{escape(problem.rule_id)}[/]: {escape(problem.sentence(language))}",
            soft_wrap=True,
        )
    say(text("cli.lint_done", language, rules=report.rules, problems=len(report.problems)))


def show_cases(report: "CasesReport", language: Language) -> None:
    """Which cases went wrong, or that none did."""
    for failed in report.failed:
        error(f"{failed.id}: {failed.reason}")
    for result in report.results:
        if not result.passed:
            for sentence in result.sentences(language):
                error(f"{result.rule_id}, {result.case}: {sentence}")
    passed = sum(result.passed for result in report.results)
    say(text("cli.cases_done", language, passed=passed, cases=len(report.results)))


def show_sources(contracts: Sequence["Contract"], language: Language) -> None:
    """The sources: folder, what a missing row means, age limit, required columns."""
    names = ("folder", "title", "absence", "age", "required")
    table = _table(*(text(f"cli.sources_{name}", language) for name in names))
    for contract in contracts:
        required = [name for name, column in contract.columns.items() if column.required]
        table.add_row(
            *_cells(
                contract.source + "/",
                contract.title[language],
                text(f"cli.absence_{contract.absence}", language),
                contract.max_age_days,
                ", ".join(required),
            )
        )
    _out.print(table)
