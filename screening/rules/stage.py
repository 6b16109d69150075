"""Stage ``screen``: build the views of the day, run the rules on them."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from screening.rules.loading import RuleSet, load_rules
from screening.rules.running import RunResult, run_rules
from screening.rules.view_building import build_views
from screening.warehouse.connection import memory_limit, open_warehouse, open_work
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


def _screen(state: State, as_of: date, rules: RuleSet, asked: Sequence[str]) -> Screened:
    """The work file is made anew and removed again; the warehouse is only read."""
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
    state: State, as_of: date, rule_folders: Sequence[Path], asked: Sequence[str] = ()
) -> Screened:
    """Run every rule for every supplier, and for the companies ``asked`` about.

    What was found before from the same files, with the same rules, for the same day and by the
    same code is not looked for again.

    Raises:
        duckdb.IOException: the warehouse cannot be opened.
    """
    rules = load_rules(rule_folders)
    if asked:
        return _screen(state, as_of, rules, asked)
    with open_warehouse(state, read_only=True) as connection:
        inputs = inputs_hash(connection, as_of)
    made_from = fingerprint(inputs, rules.rules_hash, as_of.isoformat())
    kept = state.work / f"screened-{made_from[:24]}"
    if kept.is_dir():
        with suppress(pl.exceptions.PolarsError, KeyError):  # damaged: found anew
            return _read_back(kept, rules)
        shutil.rmtree(kept)
    screened = _screen(state, as_of, rules, ())
    if not any(screened.result.rules["status"] == "failed"):
        _keep(screened, kept)
    return screened
