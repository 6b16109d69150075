"""What was read stays read, and is what it would be if it were read for the first time."""

from dataclasses import replace

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity import kept_readings
from screening.identity.kept_readings import Reading, keep_read, read_nothing
from screening.warehouse.exchange import as_table

_INPUTS = {"street": pl.String, "town": pl.String}

texts = st.one_of(st.none(), st.sampled_from(["", "a", "A", "ab", "b", "å", "a|b"]))
deliveries = st.lists(st.lists(st.tuples(texts, texts), max_size=8), min_size=1, max_size=5)


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        form=pl.col("street").str.to_uppercase(), size=pl.col("town").str.len_chars().cast(pl.Int64)
    )


class Reader:
    """A reading that remembers what it was asked to read."""

    def __init__(self):
        self.read_rows = []
        self.reading = Reading(
            "places", tuple(_INPUTS), {"form": "VARCHAR", "size": "BIGINT"}, self._read
        )

    def _read(self, rows):
        self.read_rows += rows.select(_INPUTS.keys()).rows()
        return _read(rows)


def _keep(connection, reading, rows):
    frame = pl.DataFrame(rows, schema=_INPUTS, orient="row")
    with as_table(connection, "given_rows", frame):
        connection.execute("CREATE OR REPLACE TEMP TABLE given AS FROM given_rows")
    keep_read(connection, reading, "FROM given")
    return connection.execute(
        "SELECT street, town, kept.form, kept.size FROM given "
        f"JOIN identity_readings.places AS kept ON kept.key = {reading.key('given')} ORDER BY ALL"
    ).fetchall()


def _read_at_once(rows):
    frame = pl.DataFrame(rows, schema=_INPUTS, orient="row")
    return sorted(_read(frame).rows(), key=lambda row: [(v is None, v) for v in row])


@settings(max_examples=25, deadline=None)
@given(given_rows=deliveries)
def test_every_row_is_read_as_it_would_be_at_first_and_nothing_twice(given_rows):
    reader, connection = Reader(), duckdb.connect(":memory:", config={"threads": 1})
    before = set()
    for rows in given_rows:
        reader.read_rows = []
        assert _keep(connection, reader.reading, rows) == _read_at_once(rows)
        now = set(rows)
        assert len(reader.read_rows) == len(now - before)
        assert set(reader.read_rows) == now - before
        # What nobody asks for any longer is forgotten.
        ((held,),) = connection.execute("SELECT count(*) FROM identity_readings.places").fetchall()
        assert held == len(now)
        before = now


def test_many_rows_are_read_in_parts(monkeypatch):
    monkeypatch.setattr(kept_readings, "_ROWS_AT_ONCE", 7)
    reader, connection = Reader(), duckdb.connect()
    rows = [(f"street {number}", "x" * number) for number in range(50)]
    assert _keep(connection, reader.reading, rows) == _read_at_once(rows)
    assert len(reader.read_rows) == 50


def test_what_nobody_asks_for_is_forgotten_and_read_again_when_asked_for():
    reader, connection = Reader(), duckdb.connect()
    _keep(connection, reader.reading, [("a", "b")])
    read_nothing(connection, reader.reading)
    assert connection.execute("SELECT count(*) FROM identity_readings.places").fetchall() == [(0,)]
    assert _keep(connection, reader.reading, [("a", "b")]) == [("a", "b", "A", 1)]
    assert reader.read_rows == [("a", "b"), ("a", "b")]


def test_other_code_reads_everything_again(monkeypatch):
    reader, connection = Reader(), duckdb.connect()
    _keep(connection, reader.reading, [("a", "b")])
    shout = replace(
        reader.reading, read=lambda rows: _read(rows).with_columns(form=pl.lit("other"))
    )
    assert _keep(connection, shout, [("a", "b")]) == [("a", "b", "A", 1)]
    monkeypatch.setattr(kept_readings, "fingerprint", lambda *parts: "other code")
    assert _keep(connection, shout, [("a", "b")]) == [("a", "b", "other", 1)]


def test_a_reading_that_fails_leaves_nothing_half_read():
    reader, connection = Reader(), duckdb.connect()
    _keep(connection, reader.reading, [("a", "b")])

    def fail(rows):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        _keep(connection, replace(reader.reading, read=fail), [("a", "b"), ("c", "d")])
    assert _keep(connection, reader.reading, [("a", "b"), ("c", "d")]) == [
        ("a", "b", "A", 1), ("c", "d", "C", 1),
    ]  # fmt: skip
