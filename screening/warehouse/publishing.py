"""What a run found, written beside, then moved into place in one step; read-only from then on."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from screening.warehouse.exchange import as_table
from screening.warehouse.state import State


def iso_week(day: date) -> str:
    """The ISO week of a day, such as ``2026-W47``; sorts as text within four-digit years."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _pointer(state: State, week: str) -> Path:
    """A text file that names the published file that holds a week's list."""
    return state.published / "weeks" / week


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def publish_tables(
    state: State, run_id: str, as_of: date, tables: Mapping[str, pl.DataFrame]
) -> Path:
    """Publish the frames of a run as tables of ``published/<run id>.duckdb``.

    Readers of the week's earlier file keep what they have open.

    Raises:
        OSError: the state folder cannot be written.
    """
    beside = state.work / f"{run_id}.publishing.duckdb"
    beside.unlink(missing_ok=True)
    with duckdb.connect(str(beside)) as connection:
        for name, frame in tables.items():
            with as_table(connection, "published_frame", frame):
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM published_frame")
        connection.execute("CHECKPOINT")
    final = state.published / f"{run_id}.duckdb"
    beside.replace(final)
    write_atomically(_pointer(state, iso_week(as_of)), final.name.encode())
    return final


def published_weeks(state: State) -> list[str]:
    """The ISO weeks that have a published list, oldest first."""
    folder = state.published / "weeks"
    return sorted(path.name for path in folder.glob("[0-9]*-W[0-9]*")) if folder.is_dir() else []


def published_file(state: State, week: str) -> Path:
    """The published file of a week. Raises FileNotFoundError where there is none."""
    name = _pointer(state, week).read_text(encoding="utf-8").strip()
    return state.published / name


def newest_before(state: State, week: str) -> Path | None:
    """The published file of the last week before ``week``, None at the first run.

    A week whose file somebody cleared away is passed over.
    """
    earlier = [published_file(state, found) for found in published_weeks(state) if found < week]
    return next((path for path in reversed(earlier) if path.is_file()), None)


def newest(state: State) -> Path | None:
    """The newest published file, None before the first run."""
    weeks = published_weeks(state)
    return published_file(state, weeks[-1]) if weeks else None


@contextmanager
def open_published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file, read-only."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        yield connection
    finally:
        connection.close()
