"""Which rows are others than last time, and what is made again with them."""

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.kept_rows import keep_all_rows, note_changed_rows, start_rows, unit
from screening.warehouse.exchange import as_table

_ROWS = "SELECT hash(row) AS unit, hash(family) AS family, hash(row, family, value) AS line FROM t"
_SCHEMA = {"row": pl.Int64, "family": pl.Int64, "value": pl.Int64}

#: Rows by number: the family each belongs to, and what it says.
weeks = st.lists(
    st.dictionaries(st.integers(1, 6), st.tuples(st.integers(1, 3), st.integers(1, 2))),
    min_size=2, max_size=4,
)  # fmt: skip


def _table(connection, rows):
    frame = pl.DataFrame(
        [(n, *told) for n, told in rows.items()], schema=_SCHEMA, orient="row"
    )  # fmt: skip
    with as_table(connection, "given_rows", frame):
        connection.execute("CREATE OR REPLACE TABLE t AS FROM given_rows")


def _changed(connection, has_families):
    connection.execute("CREATE OR REPLACE TEMP TABLE changed (unit UBIGINT)")
    is_changed = note_changed_rows(connection, "kept", _ROWS, "changed", has_families)
    numbers = connection.execute(
        "SELECT n FROM range(1, 7) AS all_rows(n) SEMI JOIN changed ON changed.unit = hash(n)"
    ).fetchall()
    return is_changed, {n for (n,) in numbers}


def _expected(before, now, has_families):
    others = {n for n in before.keys() | now.keys() if before.get(n) != now.get(n)}
    if not has_families:
        return others
    families = {rows[n][0] for rows in (before, now) for n in others if n in rows}
    return others | {n for n, (family, _) in now.items() if family in families}


@settings(max_examples=20, deadline=None)
@given(given_weeks=weeks, has_families=st.booleans())
def test_every_other_row_is_told_with_its_family(given_weeks, has_families):
    connection = duckdb.connect(":memory:", config={"threads": 1})
    start_rows(connection, "kept")
    before = {}
    for now in given_weeks:
        _table(connection, now)
        expected = _expected(before, now, has_families)
        assert _changed(connection, has_families) == (before != now, expected)
        assert _changed(connection, has_families) == (False, set())
        before = now


def test_what_a_first_run_keeps_is_nothing_new_to_the_next():
    connection = duckdb.connect(":memory:")
    _table(connection, {1: (1, 1), 2: (1, 2)})
    start_rows(connection, "kept")
    keep_all_rows(connection, "kept", _ROWS)
    assert _changed(connection, has_families=True) == (False, set())


def test_what_a_changed_row_is_found_by_is_told_with_it():
    connection = duckdb.connect(":memory:")
    start_rows(connection, "kept")
    connection.execute("CREATE TEMP TABLE changed (unit UBIGINT, family UBIGINT)")
    _table(connection, {1: (7, 1), 2: (8, 2)})
    note_changed_rows(connection, "kept", _ROWS, "changed", told="unit, family")
    found = connection.execute("SELECT family FROM changed WHERE unit = hash(2::BIGINT)").fetchall()
    assert found == connection.execute("SELECT hash(8::BIGINT)").fetchall()


def test_rows_of_two_sources_with_one_reference_are_two_units():
    ((one, other, again),) = duckdb.execute(
        f"SELECT {unit(repr('owners'))}, {unit(repr('officers'))}, {unit('source')} "
        "FROM (SELECT 7::BIGINT AS ref, 'owners' AS source)"
    ).fetchall()
    assert one == again != other
