"""Parquet files give the same texts as a CSV would, and damage is told, never died of."""

import datetime as dt
import io
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from screening.sources import parquet
from screening.sources.delivery import UnreadableFileError
from screening.sources.parquet import read_parquet

MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - the file's own zone is not told


def rows_of(table):
    return pl.concat([chunk.frame for chunk in table.chunks])


def test_parquet_values_become_texts(tmp_path):
    path = tmp_path / "file"
    pl.DataFrame(
        {
            "text": ["å", " ", None, "d"],
            "whole": [5560000019, -1, None, 0],
            "real": [1302.03, 1e16, -1e-7, float("nan")],
            "round": [202601.0, 1.0, 100.0, None],
            "money": pl.Series([Decimal("1.50"), Decimal("-2.00"), None, None]),
            "day": [dt.date(2026, 1, 2), None, None, None],
            "time": [MOMENT.replace(microsecond=678000), None, None, None],
            "yes": [True, False, None, None],
            "kind": pl.Series(["a", "b", "a", None], dtype=pl.Categorical()),
            "parts": [[1], None, None, None],
        }
    ).write_parquet(path)
    table = read_parquet(path, chunk_rows=3)
    frame = rows_of(table)
    assert {name: frame[name].to_list() for name in frame.columns} == {
        "text": ["å", None, None, "d"],
        "whole": ["5560000019", "-1", None, "0"],
        "real": ["1302.03", "10000000000000000", "-0.000000100", None],
        "round": ["202601", "1", "100", None],
        "money": ["1.50", "-2.00", None, None],
        "day": ["2026-01-02", None, None, None],
        "time": ["2026-01-02T03:04:05", None, None, None],
        "yes": ["true", "false", None, None],
        "kind": ["a", "b", "a", None],
        "parts": [None, None, None, None],
        "row_no": [2, 3, 4, 5],
    }
    assert table.typed_columns == {"whole", "real", "round", "money"}


def test_a_column_name_is_no_pattern(tmp_path):
    path = tmp_path / "file"
    pl.DataFrame({"^a.*$": ["1"], "ab": ["2"]}).write_parquet(path)
    assert rows_of(read_parquet(path)).drop("row_no").rows() == [("1", "2")]


def test_a_damaged_parquet_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"PAR1" + b"\0" * 50 + b"PAR1")
    with pytest.raises(UnreadableFileError) as caught:
        read_parquet(path)
    assert caught.value.code == "unreadable_parquet"


@pytest.mark.parametrize("start", range(4, 60))
def test_a_damaged_page_ends_no_process(tmp_path, start):
    # At 33 is how many values a page has: Polars' reader ends the process where it is negative.
    stream = io.BytesIO()
    frame = pl.DataFrame({"a": [None] * 30 + [1] * 30})
    frame.write_parquet(stream, compression="uncompressed", statistics=False)
    content = bytearray(stream.getvalue())
    content[start] = 1
    path = tmp_path / "file"
    path.write_bytes(content)
    try:
        places = rows_of(read_parquet(path))["row_no"].to_list()
    except UnreadableFileError as error:
        assert error.code == "unreadable_parquet"
    else:
        assert set(places) <= set(range(2, 62))


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_are_told_in_the_zone_of_their_writer(tmp_path, unit):
    path = tmp_path / "file"
    zones = ["UTC", "Europe/Stockholm", "America/New_York"]
    pl.DataFrame(
        {zone: pl.Series([MOMENT], dtype=pl.Datetime(unit, "UTC")) for zone in zones}
    ).with_columns(pl.col(zone).dt.convert_time_zone(zone) for zone in zones).write_parquet(path)
    assert rows_of(read_parquet(path)).drop("row_no").rows() == [
        ("2026-01-02T03:04:05", "2026-01-02T04:04:05", "2026-01-01T22:04:05")
    ]


def test_types_that_only_some_writers_have(tmp_path):
    path = tmp_path / "file"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT '10:11:12+02'::TIMETZ AS zoned, uuid() AS id, '{}'::JSON AS json, "
            "'x'::BLOB AS bytes, INTERVAL 3 DAY AS span, MAP {'a': 1} AS map, 1.5::FLOAT AS real) "
            f"TO '{path}' (FORMAT parquet)"
        )
    table = read_parquet(path)
    assert rows_of(table).rows() == [("08:11:12", None, None, None, None, None, "1.5", 2)]
    assert table.typed_columns == {"real"}


def test_wide_integers_and_durations(tmp_path):
    path = tmp_path / "file"
    pl.DataFrame(
        {
            "wide": pl.Series([2**100, -5], dtype=pl.Int128),
            "span": [dt.timedelta(days=1), None],
        }
    ).write_parquet(path)
    table = read_parquet(path)
    assert rows_of(table).drop("row_no").rows() == [(str(2**100), "P1D"), ("-5", None)]
    assert table.typed_columns == {"wide"}


@pytest.mark.parametrize(
    "name", ["a*.parquet", "a[1].parquet", "a?", "it's", "source=debts", "back\\slash", "å \udcff"]
)
def test_a_file_name_is_no_pattern(tmp_path, name):
    folder = tmp_path / "day=1"
    folder.mkdir()
    for other in ("a1.parquet", "a1", "ab.parquet"):
        pl.DataFrame({"x": ["another"]}).write_parquet(folder / other)
    content = io.BytesIO()
    pl.DataFrame({"x": ["this"]}).write_parquet(content)
    (folder / name).write_bytes(content.getvalue())
    table = read_parquet(folder / name)
    assert table.columns == ["x"]
    assert rows_of(table)["x"].to_list() == ["this"]


def test_names_that_differ_little_or_mean_something_to_the_reader(tmp_path):
    path = tmp_path / "file"
    names = ["A", "a", " a", "row_no", "", "file_row_number", "place", "c0", "filename", "q\"'"]
    pl.DataFrame({name: [str(at), "x"] for at, name in enumerate(names)}).write_parquet(path)
    table = read_parquet(path)
    assert table.columns[:4] == ["A", "a", "a_2", "row_no_2"]
    frame = rows_of(table)
    assert frame.drop("row_no").row(0) == tuple(map(str, range(len(names))))
    assert frame["row_no"].to_list() == [2, 3]


def test_rows_keep_their_numbers_over_chunks_and_row_groups(tmp_path):
    path = tmp_path / "file"
    pl.DataFrame({"a": ["x", None, "y", " "] * 10}).write_parquet(path, row_group_size=7)
    table = read_parquet(path, chunk_rows=4)
    expected = [place + 2 for place in range(40) if place % 2 == 0]
    assert rows_of(table)["row_no"].to_list() == expected
    assert table.reopen is not None
    assert [chunk.frame.height for chunk in table.reopen()] == [2] * 10


def test_too_many_rows(tmp_path, monkeypatch):
    path = tmp_path / "file"
    pl.DataFrame({"a": [1, 2, 3]}).write_parquet(path)
    monkeypatch.setattr(parquet, "MOST_PARQUET_ROWS", 2)
    with pytest.raises(UnreadableFileError) as caught:
        read_parquet(path)
    assert (caught.value.code, caught.value.values) == ("file_too_large", {"rows": 3})
