"""JSON texts to typed columns, by DuckDB's parser: one record's flaws never touch its neighbours.

Values are taken out by a structure that says what is wanted. What has another shape than wanted is
null; every scalar is wanted as text, so that the contract's own parsers judge it.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
import polars as pl

from screening.sources.delivery import QUARANTINE_SCHEMA
from screening.sources.json_records import JsonChunk
from screening.sources.records import LONGEST_RAW

#: What is wanted of a record: names to ``VARCHAR``, to a structure, or to a list of either.
Structure = Mapping[str, Any]


class _Stream:
    """A frame as DuckDB takes it without PyArrow: by the Arrow stream interface alone."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class JsonParser:
    """Parses texts of JSON; see `json_parser`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def ask(self, frame: pl.DataFrame, query: str) -> pl.DataFrame:
        """The answer to a query over ``texts``, the frame."""
        self._connection.register("texts", _Stream(frame))
        try:
            return pl.DataFrame(self._connection.sql(query))
        finally:
            self._connection.unregister("texts")

    def records(self, chunk: JsonChunk, wanted: Structure) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What is wanted of each record that is a JSON object, and the records that are none.

        Returns:
            ``row_no``, ``text`` and a column for each name in ``wanted``; and the quarantine:
            the chunk's own, ``json_malformed_record`` and ``bad_record`` for other JSON.
        """
        frame, broken = self.objects(chunk)
        told = self.ask(
            frame,
            f"SELECT row_no, json_transform(text, {_literal(wanted)}) AS told "
            "FROM texts ORDER BY row_no",
        )
        if not frame.height:  # without a row there is no struct to take apart
            return _empty(wanted), broken
        return frame.join(told, on="row_no", maintain_order="left").unnest("told"), broken

    def objects(self, chunk: JsonChunk) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The records that are JSON objects, and the quarantine of all others."""
        kinds = self.ask(
            chunk.records,
            "SELECT row_no, text, json_type(CASE WHEN json_valid(text) THEN text END) AS kind "
            "FROM texts ORDER BY row_no",
        )
        is_object = (pl.col("kind") == "OBJECT").fill_null(False)
        reason = pl.when(pl.col("kind").is_null()).then(pl.lit("json_malformed_record"))
        others = kinds.filter(~is_object).select(
            "row_no",
            pl.lit(None, pl.String).alias("column"),
            reason.otherwise(pl.lit("bad_record")).alias("reason"),
            pl.col("text").str.slice(0, LONGEST_RAW).alias("raw"),
        )
        broken = pl.concat([chunk.broken, others]).sort("row_no")
        return kinds.filter(is_object).select("row_no", "text"), broken


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Kept for the life of the process: making it takes longer than reading a small file."""
    return duckdb.connect(
        ":memory:",
        config={
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "enable_external_access": "false",
            "python_enable_replacements": "false",
        },
    )


@contextmanager
def json_parser() -> Iterator[JsonParser]:
    """A parser in memory, without files, network or extensions."""
    connection = _database().cursor()
    connection.execute("SET enable_progress_bar = false")
    try:
        yield JsonParser(connection)
    finally:
        connection.close()


def _literal(structure: object) -> str:
    return "'" + json.dumps(structure).replace("'", "''") + "'"


def _empty(wanted: Structure) -> pl.DataFrame:
    columns = {name: _dtype(kind) for name, kind in wanted.items()}
    return pl.DataFrame(schema={"row_no": pl.Int64(), "text": pl.String(), **columns})


def _dtype(kind: object) -> pl.DataType:
    if isinstance(kind, Mapping):
        return pl.Struct({name: _dtype(inner) for name, inner in kind.items()})
    if isinstance(kind, list):
        return pl.List(_dtype(kind[0]))
    return pl.String()


__all__ = ["QUARANTINE_SCHEMA", "JsonParser", "Structure", "json_parser"]
