"""Parquet files as tables of text, in the same written forms as a CSV.

Read with DuckDB, which tells of damage as an error. Polars' own reader can end the whole process
over a page that says it holds more than any memory (seen with Polars 2.1).
"""

import base64
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from screening.sources.delimited import unique_names
from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.sheets import CHUNK_ROWS, damage_told_as
from screening.sources.text_table import TextChunk, TextTable

MOST_PARQUET_ROWS = 200_000_000
#: Cells read at a time, which keeps files of many columns within DuckDB's memory.
_CHUNK_CELLS = 10_000_000
_MEMORY_LIMIT = "1GB"
_DAMAGE = "unreadable_parquet"
#: DuckDB takes some characters of a path as a pattern; such files are read by another name.
_BEYOND_PLAIN = re.compile(r"[^\w./ :-]")
#: What is read of each DuckDB type; all others (lists, structures, bytes, ...) are left empty.
_READ_AS = {
    **dict.fromkeys(("boolean", "date", "time", "time_ns", "varchar"), "{}"),
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint", "hugeint"), "{}"),
    **dict.fromkeys(("utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"), "{}"),
    **dict.fromkeys(("float", "double", "decimal"), "{}"),
    **dict.fromkeys(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), "{}"),
    **dict.fromkeys(("timestamp with time zone", "timestamptz_ns"), "{}"),
    **dict.fromkeys(("time with time zone",), "CAST({} AS TIME)"),
}


class _Stream:
    """An answer of DuckDB as Polars takes it without PyArrow: by the Arrow stream alone."""

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self._relation = relation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._relation.__arrow_c_stream__(requested_schema)


@dataclass(frozen=True)
class _Layout:
    """What a file's footer says.

    Attributes:
        names: of its columns, as written.
        height: how many rows it has.
        query: SQL for its rows: columns ``c0``, ``c1``, ... and ``place`` from 0, to be followed
            by a condition on ``file_row_number``; the one parameter is the path.
        kinds: types of ``c0``, ``c1``, ... as they come from DuckDB.
        declared: types that the file's writer meant, where it said.
    """

    names: Sequence[str]
    height: int
    query: str
    kinds: Sequence[pl.DataType]
    declared: Sequence[pl.DataType | None]


def read_parquet(path: Path, chunk_rows: int = CHUNK_ROWS) -> TextTable:
    """Read a Parquet file, all values as text. Columns with parts of their own are left empty.

    Raises:
        UnreadableFileError: ``unreadable_parquet``, ``file_too_large``.
    """
    with _opened(path) as (connection, name):
        layout = _layout(connection, name)
    if layout.height > MOST_PARQUET_ROWS:
        raise UnreadableFileError("file_too_large", rows=layout.height)
    columns = unique_names(layout.names)
    step = max(1, min(chunk_rows, _CHUNK_CELLS // max(1, len(columns))))
    values = [
        _as_declared(pl.col(f"c{place}"), kind, declared)
        for place, (kind, declared) in enumerate(zip(layout.kinds, layout.declared, strict=True))
    ]
    kinds = pl.DataFrame(schema=_numbered(layout.kinds)).select(values).dtypes
    texts = [
        _as_text(value, kind).alias(column)
        for value, kind, column in zip(values, kinds, columns, strict=True)
    ]

    def chunks() -> Iterator[TextChunk]:
        for start in range(0, layout.height, step):
            # A connection for each: it is not held while rows wait to be asked for.
            with _opened(path) as (connection, name):
                rows = _rows(connection, name, layout, start, step)
                row_no = (pl.col("place") + 2).alias("row_no")
                frame = rows.select(*texts, row_no).filter(
                    pl.any_horizontal(pl.col(columns).is_not_null())
                )
            yield TextChunk(frame, pl.DataFrame(schema=QUARANTINE_SCHEMA))

    numbers = frozenset(
        column for kind, column in zip(kinds, columns, strict=True) if kind.is_numeric()
    )
    return TextTable("canonical", columns, chunks(), reopen=chunks, typed_columns=numbers)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A DuckDB in memory that can reach this one file, and the name that it has there."""
    with ExitStack() as kept, damage_told_as(_DAMAGE):
        path = path.absolute()
        if _BEYOND_PLAIN.search(str(path)):
            folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="vaksam-"))
            link = Path(folder) / "delivered"
            link.symlink_to(path)
            path = link
        name = str(path)
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoload_known_extensions": "false",
                "autoinstall_known_extensions": "false",
                "python_enable_replacements": "false",
                "memory_limit": _MEMORY_LIMIT,
                "threads": "1",
            },
        )
        try:
            allowed = name.replace("'", "''")
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"SET allowed_paths = ['{allowed}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection, name
        except (duckdb.Error, RuntimeError, MemoryError) as error:
            raise UnreadableFileError(_DAMAGE) from error
        finally:
            connection.close()


def _layout(connection: duckdb.DuckDBPyConnection, name: str) -> _Layout:
    told = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [name]).fetchall()
    elements = connection.execute(
        "SELECT name, coalesce(num_children, 0) FROM parquet_schema(?)", [name]
    ).fetchall()
    names = _outermost(elements)
    source = "read_parquet(?, hive_partitioning = false, filename = false)"
    found = connection.sql(f"FROM {source}", params=[name]).types
    # JSON goes by the name of text, but has parts of its own.
    types = ["json" if str(kind) == "JSON" else kind.id for kind in found]
    if len(told) != 1 or told[0][0] is None or told[0][0] < 0 or len(types) != len(names):
        raise UnreadableFileError(_DAMAGE)
    declared = _declared(connection, name, len(names))
    # By place: names may differ only in case, or be the same, and would be renamed.
    places = [f"c{place}" for place in range(len(names))]
    wanted = ", ".join(
        f"{_read_as(kind, meant).format(place)} AS {place}"
        for place, kind, meant in zip(places, types, declared, strict=True)
    )
    query = f"SELECT {wanted}, file_row_number AS place FROM {source} AS rows({', '.join(places)})"
    none = pl.DataFrame(_Stream(connection.sql(f"{query} LIMIT 0", params=[name])))
    return _Layout(names, told[0][0], query, none.drop("place").dtypes, declared)


def _read_as(kind: str, declared: pl.DataType | None) -> str:
    if kind == "blob" and _is_wide_integer(declared):
        return "{}"
    return _READ_AS.get(kind, "CAST(NULL AS VARCHAR)")


def _outermost(elements: Sequence[tuple[str, int]]) -> list[str]:
    """Names of a schema's columns: its elements below the root that are not parts of another."""
    names = []
    parts = 0
    for name, children in elements[1:]:
        if parts:
            parts -= 1
        else:
            names.append(name)
        parts += children
    return names


def _declared(
    connection: duckdb.DuckDBPyConnection, name: str, width: int
) -> list[pl.DataType | None]:
    """The types in the Arrow schema that many writers add: it alone knows names of time zones."""
    found = connection.execute(
        "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'ARROW:schema'::BLOB", [name]
    ).fetchall()
    for (value,) in found:
        try:
            with damage_told_as(_DAMAGE):
                stream = base64.b64decode(value) + b"\xff\xff\xff\xff\0\0\0\0"
                types = pl.read_ipc_stream(stream).dtypes
        except UnreadableFileError:
            continue
        if len(types) == width:
            return list(types)
    return [None] * width


def _rows(
    connection: duckdb.DuckDBPyConnection, name: str, layout: _Layout, start: int, step: int
) -> pl.DataFrame:
    """Some rows; what the footer said of their number must be true."""
    height = min(step, layout.height - start)
    is_last = start + height == layout.height
    # One row is asked for beyond the last, where there must be none.
    query = f"{layout.query} WHERE file_row_number >= ? AND file_row_number < ?"
    within = [name, start, start + height + is_last]
    frame = pl.DataFrame(_Stream(connection.sql(query, params=within)))
    places = pl.int_range(start, start + height, dtype=pl.Int64, eager=True)
    if not frame["place"].equals(places):
        raise UnreadableFileError(_DAMAGE)
    return frame


def _numbered(kinds: Sequence[pl.DataType]) -> Mapping[str, pl.DataType]:
    return {f"c{place}": kind for place, kind in enumerate(kinds)}


def _is_wide_integer(kind: pl.DataType | None) -> bool:
    return kind in (pl.Int128, pl.UInt128)


def _as_declared(value: pl.Expr, kind: pl.DataType, declared: pl.DataType | None) -> pl.Expr:
    if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
        # DuckDB tells moments in the machine's own zone.
        zone = declared.time_zone if isinstance(declared, pl.Datetime) else None
        return value.dt.convert_time_zone(zone or "UTC")
    if isinstance(declared, pl.Duration) and kind == pl.Int64:
        return value.cast(declared)
    if declared is not None and _is_wide_integer(declared) and kind == pl.Binary:
        return value.bin.reinterpret(dtype=declared, endianness="little")
    return value


def _as_text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind.is_float():
        finite = pl.when(value.is_finite()).then(value.cast(pl.Float64))
        text = finite.cast(pl.String)
        large = finite.cast(pl.Int128, strict=False).cast(pl.String)
        small = finite.cast(pl.Decimal(38, 9), strict=False).cast(pl.String)
        text = (
            pl.when(text.str.contains("e-", literal=True))
            .then(small)
            .when(text.str.contains("e", literal=True))
            .then(large)
            .otherwise(text)
        )
        return text.str.replace(r"\.0+$", "")
    if isinstance(kind, pl.Datetime):
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(kind, pl.Duration):
        return value.dt.to_string("iso")
    text = value.cast(pl.String, strict=False)
    return pl.when(text.str.strip_chars() != "").then(text)
