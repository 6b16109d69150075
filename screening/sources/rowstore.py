"""Rows in JSON, as open-data portals give them out: a list of objects, or one object a line."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from screening.sources.delimited import unique_names
from screening.sources.delivery import QUARANTINE_SCHEMA, UnreadableFileError
from screening.sources.encoding import TextEncoding, text_blocks
from screening.sources.text_table import TextChunk, TextTable

#: A list can only be read whole, so the file has to fit in memory several times over.
LARGEST_JSON_BYTES = 256 << 20
#: Where portals put the rows when they wrap them.
_WRAPPERS = ("results", "records", "rows", "data", "value", "items")


def read_rowstore(path: Path, encoding: TextEncoding) -> TextTable:
    """Read a list of flat JSON objects as a table of text.

    Names of columns are the keys in order of appearance; ``row_no`` is the object's ordinal.
    Objects and lists inside a row are kept as JSON text.

    Raises:
        UnreadableFileError: ``file_too_large``, ``json_malformed``, ``not_a_known_format`` for
            JSON that is no list of objects.
    """
    if path.stat().st_size > LARGEST_JSON_BYTES:
        raise UnreadableFileError("file_too_large")
    records = _records(b"".join(text_blocks(path, encoding)).decode("utf-8", "replace"))
    if not any(isinstance(record, dict) for record in records):
        raise UnreadableFileError("not_a_known_format")
    keys = list(dict.fromkeys(key for row in records if isinstance(row, dict) for key in row))
    columns = unique_names(keys)
    rows = [
        (number, *(_cell(record.get(key)) for key in keys))
        for number, record in enumerate(records, start=1)
        if isinstance(record, dict)
    ]
    broken = [
        (number, None, "bad_record", json.dumps(record, ensure_ascii=False)[:1000])
        for number, record in enumerate(records, start=1)
        if not isinstance(record, dict)
    ]
    schema = {"row_no": pl.Int64(), **dict.fromkeys(columns, pl.String())}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    rejects = pl.DataFrame(broken, schema=QUARANTINE_SCHEMA, orient="row")

    def chunks() -> Iterator[TextChunk]:
        yield TextChunk(frame, rejects)

    return TextTable("canonical", columns, chunks(), reopen=chunks)


def _records(text: str) -> list[object]:
    try:
        loaded = _loads(text)
    except json.JSONDecodeError:
        try:
            lines = [line for line in text.splitlines() if line.strip()]
            return [_loads(line) for line in lines]
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError("json_malformed") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError("json_malformed") from error
    if isinstance(loaded, dict):
        wrapped = next(
            (loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), list)), None
        )
        return [loaded] if wrapped is None else wrapped
    return loaded if isinstance(loaded, list) else []


def _loads(text: str) -> object:
    return json.loads(text, parse_float=_decimal, parse_int=str, parse_constant=lambda _: None)


def _decimal(text: str) -> str:
    """A JSON number as its own digits, never such that a dot looks like a thousands separator."""
    if "e" in text.lower():
        return f"{float(text):.6f}"
    return text + "0" if len(text.partition(".")[2]) == 3 else text


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        # A half of a surrogate pair is valid JSON and no text.
        return value.encode("utf-8", "replace").decode() if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=True)
