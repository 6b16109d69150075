"""A week is published in one step; readers keep what they have open."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from screening.warehouse.publishing import (
    iso_week,
    newest,
    newest_before,
    open_published,
    publish_tables,
    published_file,
)
from screening.warehouse.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path).make()


def publish(state: State, run_id: str, day: date, value: int) -> Path:
    return publish_tables(state, run_id, day, {"ranked": pl.DataFrame({"points": [value]})})


def points(path: Path) -> int:
    with open_published(path) as connection:
        return connection.execute("SELECT points FROM ranked").fetchall()[0][0]


def test_iso_weeks_follow_the_calendar() -> None:
    assert iso_week(date(2026, 11, 20)) == "2026-W47"
    assert iso_week(date(2027, 1, 1)) == "2026-W53"
    assert iso_week(date(2026, 1, 1)) == "2026-W01"


def test_a_week_published_again_replaces_itself_only(state: State) -> None:
    publish(state, "a", date(2026, 11, 13), 1)
    publish(state, "b", date(2026, 11, 20), 2)
    again = publish(state, "c", date(2026, 11, 20), 3)
    assert published_file(state, "2026-W47") == again
    assert points(published_file(state, "2026-W46")) == 1
    assert newest(state) == again


def test_the_week_before_is_found_across_gaps_and_years(state: State) -> None:
    assert newest_before(state, "2026-W47") is None
    old = publish(state, "a", date(2025, 12, 29), 1)
    publish(state, "b", date(2026, 11, 20), 2)
    assert newest_before(state, "2026-W47") == old
    assert newest_before(state, "2026-W01") is None


def test_a_reader_keeps_its_list_while_the_next_one_comes(state: State) -> None:
    first = publish(state, "a", date(2026, 11, 20), 1)
    with open_published(first) as reader:
        second = publish(state, "b", date(2026, 11, 20), 2)
        assert reader.execute("SELECT points FROM ranked").fetchall() == [(1,)]
    assert points(second) == 2


def test_a_run_that_died_while_publishing_is_no_obstacle(state: State) -> None:
    (state.work / "a.publishing.duckdb").write_bytes(b"half a file")
    assert points(publish(state, "a", date(2026, 11, 20), 1)) == 1
