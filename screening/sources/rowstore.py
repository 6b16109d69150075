"""Rows in JSON, as portals give them out: lists of objects or of lists, wrapped or not, or lines.

The file is read twice, for the names of its columns and for its rows, both block by block.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from screening.sources.delimited import unique_names
from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.encoding import TextEncoding
from screening.sources.json_records import JsonChunk, JsonRecords, json_records
from screening.sources.json_values import JsonParser, json_parser
from screening.sources.records import LONGEST_RAW
from screening.sources.text_table import TextChunk, TextTable

#: Where portals put the rows when they wrap them: EntryScape, CKAN, OData, Opendatasoft, GeoJSON.
WRAPPERS = ("results", "records", "rows", "data", "value", "items", "values", "features")
#: Where a record's own columns may be, one level down (Opendatasoft, Airtable, GeoJSON).
_INNER = ("fields", "properties")
#: More columns than any table has: the keys are data.
_MOST_COLUMNS = 2_000


@dataclass(frozen=True)
class _Layout:
    """How records become rows.

    Attributes:
        kind: JSON type of a record that is a row: OBJECT or ARRAY.
        inner: key of the object that holds the columns, where it is not the record itself.
        pointers: JSON pointers to the columns.
        columns: their names.
        header_row: number of the record that holds the names and is no row.
    """

    kind: str
    inner: str | None
    pointers: tuple[str, ...]
    columns: tuple[str, ...]
    header_row: int | None = None


def read_rowstore(path: Path, encoding: TextEncoding) -> TextTable:
    """Read a list of flat JSON records as a table of text.

    Names of columns are the keys in order of appearance; ``row_no`` is the record's ordinal.
    Objects and lists inside a row are kept as JSON text. Of lists without names beside them, the
    first holds the names. A row with a key twice is broken: nobody can tell which value holds.

    Raises:
        UnreadableFileError: ``json_malformed``, ``json_record_too_large``, ``not_a_known_format``
            for JSON that holds no rows.
    """
    return table_of_records(json_records(path, encoding, WRAPPERS))


def table_of_records(records: JsonRecords) -> TextTable:
    """As `read_rowstore`, for records whose layout is known."""
    layout = _layout(records)

    def chunks() -> Iterator[TextChunk]:
        with json_parser() as parser:
            for chunk in records.chunks():
                yield _rows(chunk, layout, parser)

    return TextTable("canonical", list(layout.columns), chunks(), reopen=chunks)


def _layout(records: JsonRecords) -> _Layout:
    kind: str | None = None
    inner: str | None = None
    keys: dict[str, None] = {}
    with json_parser() as parser:
        for chunk in records.chunks():
            if kind is None and (first := _first_row(chunk, parser)) is not None:
                kind, inner = first
            if kind == "ARRAY":
                return _list_layout(records.before, chunk, parser)
            if kind == "OBJECT":
                keys |= dict.fromkeys(_keys(chunk, inner, parser))
            if len(keys) > _MOST_COLUMNS:
                raise UnreadableFileError("not_a_known_format")
    if not keys:
        raise UnreadableFileError("not_a_known_format")
    pointers = tuple("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
    return _Layout("OBJECT", inner, pointers, tuple(unique_names(list(keys))))


def _first_row(chunk: JsonChunk, parser: JsonParser) -> tuple[str, str | None] | None:
    """Kind of the first record that can be a row, and the key under which its columns are."""
    inner = " ".join(
        f"WHEN json_type(told, '$.{name}') = 'OBJECT' THEN '{name}'" for name in _INNER
    )
    found = parser.ask(
        chunk.records,
        f"SELECT json_type(told) AS kind, CASE {inner} END AS inner_key FROM ({_TOLD}) "
        "WHERE json_type(told) IN ('OBJECT', 'ARRAY') ORDER BY row_no LIMIT 1",
    )
    return found.row(0) if found.height else None


_TOLD = "SELECT row_no, text, CASE WHEN json_valid(text) THEN text::JSON END AS told FROM texts"


def _of_kind(kind: str, inner: str | None) -> str:
    """Rows of a block: row_no, text, told (the JSON of its columns, null where it is no row)."""
    part = f"json_extract(told, '$.{inner}')" if inner else "told"
    return (
        f"SELECT row_no, text, told IS NOT NULL AS is_json, "
        f"CASE WHEN json_type({part}) = '{kind}' THEN {part} END AS told FROM ({_TOLD})"
    )


def _keys(chunk: JsonChunk, inner: str | None, parser: JsonParser) -> list[str]:
    told = parser.ask(
        chunk.records,
        "SELECT keys, min(row_no) AS first FROM ("
        f"SELECT row_no, json_keys(told) AS keys FROM ({_of_kind('OBJECT', inner)})) "
        "WHERE keys IS NOT NULL GROUP BY keys ORDER BY first",
    )
    return told["keys"].explode().drop_nulls().unique(maintain_order=True).to_list()


def _list_layout(before: bytes, chunk: JsonChunk, parser: JsonParser) -> _Layout:
    names = _names_beside(before)
    header_row = None
    if names is None:
        first = parser.ask(
            chunk.records,
            "SELECT row_no, json_extract_string(told, '$[*]') AS names, "
            "list_distinct(json_type(told, '$[*]')) = ['VARCHAR'] AS are_texts "
            f"FROM ({_of_kind('ARRAY', None)}) WHERE told IS NOT NULL ORDER BY row_no LIMIT 1",
        )
        header_row, names, are_texts = first.row(0)
        if not are_texts:
            raise UnreadableFileError("not_a_known_format")
    if not names or len(names) > _MOST_COLUMNS:
        raise UnreadableFileError("not_a_known_format")
    pointers = tuple(f"/{place}" for place in range(len(names)))
    return _Layout("ARRAY", None, pointers, tuple(unique_names(names)), header_row)


def _names_beside(before: bytes) -> list[str] | None:
    """Names of columns that stand beside the rows: CKAN's ``fields``, or ``columns``."""
    closed = before.decode("utf-8", "replace").rstrip()[:-1] + "null"
    try:
        wrapper = json.loads(closed + "}" * (closed.count("{") - closed.count("}")), strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(wrapper, dict):
        return None
    found = wrapper.get("fields") or wrapper.get("columns")
    if not isinstance(found, list):
        return None
    names = [
        each.get("id") or each.get("name") if isinstance(each, dict) else each for each in found
    ]
    return [str(name) for name in names]


def _rows(chunk: JsonChunk, layout: _Layout, parser: JsonParser) -> TextChunk:
    pointers = "[" + ", ".join("'" + p.replace("'", "''") + "'" for p in layout.pointers) + "]"
    repeats = "len(json_keys(told)) > len(list_distinct(json_keys(told)))"
    told = parser.ask(
        chunk.records,
        f"SELECT row_no, text, is_json, told IS NOT NULL AS is_row, "
        f"{repeats if layout.kind == 'OBJECT' else 'false'} AS repeats, "
        f"json_extract_string(told, {pointers}) AS cells, json_type(told, {pointers}) AS kinds "
        f"FROM ({_of_kind(layout.kind, layout.inner)}) ORDER BY row_no",
    )
    if layout.header_row is not None:
        told = told.filter(pl.col("row_no") != layout.header_row)
    is_good = pl.col("is_row") & ~pl.col("repeats").fill_null(value=False)
    reason = (
        pl.when(~pl.col("is_json"))
        .then(pl.lit("json_malformed_record"))
        .when(pl.col("is_row"))
        .then(pl.lit("json_repeated_key"))
    )
    broken = told.filter(~is_good).select(
        "row_no",
        pl.lit(None, pl.String).alias("column"),
        reason.otherwise(pl.lit("bad_record")).alias("reason"),
        pl.col("text").str.slice(0, LONGEST_RAW).alias("raw"),
    )
    frame = told.filter(is_good).select(
        *(_cell(place).alias(name) for place, name in enumerate(layout.columns)), "row_no"
    )
    rejects = pl.concat([chunk.broken, broken.cast(QUARANTINE_SCHEMA)]).sort("row_no")  # type: ignore[arg-type]
    return TextChunk(frame, rejects)


def _cell(place: int) -> pl.Expr:
    """A cell's text. A number's decimals never look like thousands; NaN is no number."""
    cell = pl.col("cells").list.get(place, null_on_oob=True).replace("", None)
    is_number = pl.col("kinds").list.get(place, null_on_oob=True) == "DOUBLE"
    return (
        pl.when(is_number & cell.str.contains(r"\.\d{3}$"))
        .then(cell + "0")
        .when(is_number & cell.str.contains(r"^-?(?:NaN|Inf)"))
        .then(None)
        .otherwise(cell)
    )
