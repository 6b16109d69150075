"""Which JSON a file is: a publisher's own format, told by the names in its records, or rows."""

from pathlib import Path

from screening.sources import bods_statements, foretagsinformation
from screening.sources.bods import read_bods
from screening.sources.encoding import TextEncoding
from screening.sources.json_records import JsonRecords, json_records
from screening.sources.json_values import json_parser
from screening.sources.officer_answers import read_officers
from screening.sources.prohibition_answers import read_prohibitions
from screening.sources.rowstore import WRAPPERS, read_rowstore
from screening.sources.text_table import TextTable


def read_json(path: Path, encoding: TextEncoding, source: str) -> TextTable:
    """Read a JSON file of a source.

    ``owners`` takes BODS, ``officers`` and ``trading_prohibitions`` take answers of
    Företagsinformation; every source takes rows.

    Raises:
        UnreadableFileError: what the format's reader says, or JSON that is neither.
    """
    size = path.stat().st_size
    if source == "owners":
        records = json_records(path, encoding, ("statements", *WRAPPERS))
        if _names(records) & bods_statements.KEYS:
            return read_bods(records, size)
    if source in ("officers", "trading_prohibitions"):
        records = json_records(path, encoding, foretagsinformation.WRAPPERS)
        if _names(records) & foretagsinformation.KEYS:
            read = read_officers if source == "officers" else read_prohibitions
            return read(records, size)
    return read_rowstore(path, encoding)


def _names(records: JsonRecords) -> set[str]:
    """Names in a file's first records, or in the records of its first lists."""
    with json_parser() as parser:
        for chunk in records.chunks():
            told = parser.ask(
                chunk.records.head(100),
                "SELECT DISTINCT unnest(json_keys(CASE json_type(told) "
                "WHEN 'ARRAY' THEN json_extract(told, '$[0]') ELSE told END)) AS name "
                "FROM (SELECT CASE WHEN json_valid(text) THEN text::JSON END AS told FROM texts)",
            )
            if chunk.records.height:
                return set(told["name"])
    return set()
