"""The terminal: what is written to it, harmless and plain. What is shown stands with each thing."""

import io
import json
import logging
import re
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import structlog
from rich.console import Console
from rich.markup import escape as without_markup
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from screening.messages import Language, text

_is_watched = sys.stdout is not None and sys.stdout.isatty()
_out = Console(highlight=False, width=None if _is_watched else 160)
_err = Console(stderr=True, highlight=False)

_STAGES = ("ingest", "resolve", "screen", "publish")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: Characters of one text that are shown; the files have all of it.
_LONGEST = 1000


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


def line(marked_up: str, style: str | None = None) -> None:
    """A line with markup of ours; what comes from outside goes through `escape` first."""
    _out.print(marked_up, style=style, soft_wrap=True)


def blank_line() -> None:
    """Room between two things."""
    _out.print()


def put(table: Table) -> None:
    """A table that was made with `new_table`."""
    _out.print(table)


def new_table(*columns: str, title: str | None = None) -> Table:
    """A table without rows; its cells are written by `cells`."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def cells(*values: object) -> list[str]:
    """Cells with texts from outside."""
    return ["" if value is None else escape(str(value)) for value in values]


def show_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], figures: Sequence[str] = ()
) -> None:
    """A table; the columns named in ``figures`` are numbers and stand to the right."""
    table = new_table(*columns)
    for column in table.columns:
        if column.header in figures:
            column.justify = "right"
    for row in rows:
        table.add_row(*cells(*row))
    _out.print(table)
