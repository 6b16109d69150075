"""Stage ``screen``: build the views of the day, run the rules on them."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from screening.identity.stage import resolved_from
from screening.rules.critical_findings import Judging
from screening.rules.examination import views_read
from screening.rules.loading import RuleSet, load_rules
from screening.rules.model import Rule
from screening.rules.results import Answer
from screening.rules.running import RunResult, run_rules
from screening.rules.untold_columns import asked_columns
from screening.rules.view_building import build_views
from screening.warehouse.connection import (
    WORK_MEMORY_LIMIT,
    memory_limit,
    open_warehouse,
    open_work,
)
from screening.warehouse.exchange import to_polars
from screening.warehouse.fingerprint import fingerprint, inputs_hash
from screening.warehouse.state import State

_RESULT_FRAMES = ("findings", "rules", "outcomes", "not_checked")


@dataclass(frozen=True)
class Screened:
    """What the rules found on the day.

    ``suppliers``: the view of that name; ``sources``: source, newest_as_of of each one present.
    """

    rules: RuleSet
    result: RunResult
    suppliers: pl.DataFrame
    sources: pl.DataFrame


def _emptied(path: Path) -> Path:
    """A work file's path with nothing left of an earlier run."""
    for left in (path, path.with_name(path.name + ".wal")):
        left.unlink(missing_ok=True)
    return path


@dataclass(frozen=True)
class BuiltViews:
    """A run's work file while it exists; ``suppliers`` and ``sources`` as in `Screened`.

    ``answered``: what rules answered so far, by id.
    """

    database: Path
    as_of: date
    suppliers: pl.DataFrame
    sources: pl.DataFrame
    answered: dict[str, Answer] = field(default_factory=dict)

    def screened(self, rules: RuleSet, judging: Judging | None = None) -> Screened:
        """What a rule set finds in them, beside what people decided (``judging``).

        Rules that were asked before are not asked again.
        """
        result = run_rules(
            self.database,
            rules,
            self.as_of,
            memory_limit=memory_limit(WORK_MEMORY_LIMIT),
            judging=judging,
            answered=self.answered,
        )
        return Screened(rules, result, self.suppliers, self.sources)


@contextmanager
def built_views(
    state: State, as_of: date, name: str, rules: Iterable[Rule], asked: Sequence[str] = ()
) -> Iterator[BuiltViews]:
    """The views of the day that rules read, in a work file that is made anew and removed again.

    The warehouse is only read. ``name`` tells the work file from those of other commands;
    ``rules`` are those that will be asked.

    Raises:
        duckdb.IOException: the warehouse cannot be opened.
    """
    work = _emptied(state.work / f"{name}_run.duckdb")
    try:
        with open_work(state, work) as connection:
            asked_for = tuple(rules)
            columns = asked_columns(asked_for)
            build_views(connection, as_of, asked, views_read(asked_for), columns)
            suppliers = to_polars(
                connection.sql("SELECT * FROM screen.suppliers ORDER BY supplier_id")
            )
            sources = to_polars(connection.sql("SELECT * FROM screen.sources ORDER BY source"))
        yield BuiltViews(work, as_of, suppliers, sources)
    finally:
        _emptied(work)


def _read_back(folder: Path, rules: RuleSet) -> Screened:
    frames = {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}
    return Screened(
        rules=rules,
        result=RunResult(**{name: frames[name] for name in _RESULT_FRAMES}),
        suppliers=frames["suppliers"],
        sources=frames["sources"],
    )


def _keep(screened: Screened, folder: Path) -> None:
    """Keep a result for the next run on the same inputs; only the last one is kept."""
    for old in folder.parent.glob("screened-*"):
        shutil.rmtree(old)
    made = folder.with_name("making-" + folder.name)
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    frames = {name: getattr(screened.result, name) for name in _RESULT_FRAMES}
    for name, frame in (frames | {"suppliers": screened.suppliers}).items():
        frame.write_parquet(made / f"{name}.parquet")
    screened.sources.write_parquet(made / "sources.parquet")
    made.replace(folder)


def screen(
    state: State,
    as_of: date,
    rule_folders: Sequence[Path],
    asked: Sequence[str] = (),
    judging: Judging | None = None,
) -> Screened:
    """Run every rule for every supplier, and for the companies ``asked`` about.

    ``judging``: what people decided about critical findings, for rules that build on them.

    What was found before from the same files and decisions about who is who, with the same rules,
    for the same day and by the same code is not looked for again.

    Raises:
        duckdb.IOException: the warehouse cannot be opened.
    """
    rules = load_rules(rule_folders)
    if asked:
        with built_views(state, as_of, "asked", rules.rules, asked) as views:
            return views.screened(rules, judging)
    with open_warehouse(state, read_only=True) as connection:
        # Who is who follows from the files and from what people decided.
        made_of = (inputs_hash(connection, as_of), resolved_from(connection))
    decided = (judging.decided,) if judging else ()
    made_from = fingerprint(*made_of, rules.rules_hash, as_of.isoformat(), *decided)
    kept = state.work / f"screened-{made_from[:24]}"
    if kept.is_dir():
        with suppress(pl.exceptions.PolarsError, KeyError):  # damaged: found anew
            return _read_back(kept, rules)
        shutil.rmtree(kept)
    with built_views(state, as_of, "weekly", rules.rules) as views:
        screened = views.screened(rules, judging)
    if not any(screened.result.rules["status"] == "failed"):
        _keep(screened, kept)
    return screened
