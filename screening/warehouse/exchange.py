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
        self._rows: pl.DataFrame | duckdb.DuckDBPyRelation | None = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        if self._rows is None:
            raise RuntimeError("these rows are gone")
        return self._rows.__arrow_c_stream__(requested_schema)

    def let_go(self) -> None:
        """Hold the rows no longer."""
        self._rows = None


@contextmanager
def as_table(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame
) -> Iterator[None]:
    """Let SQL on ``connection`` read ``frame`` as table ``name`` for the length of the block."""
    stream = _ArrowStream(frame)
    connection.register(name, stream)
    try:
        yield
    finally:
        connection.unregister(name)
        # Until a transaction ends, DuckDB remembers every name that was registered in it.
        stream.let_go()


def to_polars(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """All rows of a DuckDB relation (``connection.sql(...)``) as a Polars frame."""
    return pl.DataFrame(_ArrowStream(relation))
