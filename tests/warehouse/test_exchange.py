"""Frames go to DuckDB and back whole, and leave nothing behind."""

import gc
import weakref

import duckdb
import polars as pl

from screening.warehouse.exchange import as_table, to_polars


def test_rows_come_back_as_they_were():
    frame = pl.DataFrame({"name": ["Åke", None, "Örn"], "number": [1, 2, None]})
    with duckdb.connect() as connection, as_table(connection, "rows", frame):
        assert to_polars(connection.sql("SELECT * FROM rows")).equals(frame)


def test_a_transaction_does_not_hold_the_rows_that_it_read():
    """A file of many parts is one transaction; its parts must not add up in memory."""
    read: list[weakref.ref[pl.DataFrame]] = []
    with duckdb.connect() as connection:
        connection.execute("BEGIN")
        for start in range(3):
            frame = pl.DataFrame({"number": range(start, start + 10)})
            read.append(weakref.ref(frame))
            with as_table(connection, "rows", frame):
                connection.execute("SELECT sum(number) FROM rows").fetchall()
            del frame
        gc.collect()
        assert [part() for part in read] == [None, None, None]
        connection.execute("COMMIT")
