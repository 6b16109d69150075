"""Stage ``screen``: build the views of the day, run the rules on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from screening.rules.loading import RuleSet, load_rules
from screening.rules.running import RunResult, run_rules
from screening.rules.view_building import build_views
from screening.warehouse.connection import memory_limit, open_work
from screening.warehouse.exchange import to_polars
from screening.warehouse.state import State


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


def screen(
    state: State, as_of: date, rule_folders: Sequence[Path], asked: Sequence[str] = ()
) -> Screened:
    """Run every rule for every supplier, and for the companies ``asked`` about.

    The work file is made anew and removed again; the warehouse is only read.

    Raises:
        duckdb.IOException: the warehouse cannot be opened.
    """
    rules = load_rules(rule_folders)
    work = _emptied(state.work / ("asked_run.duckdb" if asked else "weekly_run.duckdb"))
    try:
        with open_work(state, work) as connection:
            build_views(connection, as_of, asked)
            suppliers = to_polars(
                connection.sql("SELECT * FROM screen.suppliers ORDER BY supplier_id")
            )
            sources = to_polars(connection.sql("SELECT * FROM screen.sources ORDER BY source"))
        result = run_rules(work, rules, as_of, memory_limit=memory_limit())
    finally:
        _emptied(work)
    return Screened(rules=rules, result=result, suppliers=suppliers, sources=sources)
