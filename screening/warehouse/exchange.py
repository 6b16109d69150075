"""Frames between Polars and DuckDB over the Arrow C stream, with no pyarrow installed."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl


class _ArrowStream:
    """Shows only the Arrow stream of a frame or a relation.

    DuckDB takes a frame that looks like this without pyarrow, and Polars a relation without trying
    what else it could be.
    """

    def __init__(self, rows: pl.DataFrame | duckdb.DuckDBPyRelation) -> None:
        self._rows = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._rows.__arrow_c_stream__(requested_schema)


@contextmanager
def as_table(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame
) -> Iterator[None]:
    """Let SQL on ``connection`` read ``frame`` as table ``name`` for the length of the block."""
    connection.register(name, _ArrowStream(frame))
    try:
        yield
    finally:
        connection.unregister(name)


def to_polars(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """All rows of a DuckDB relation (``connection.sql(...)``) as a Polars frame."""
    return pl.DataFrame(_ArrowStream(relation))
