"""Which JSON a file is: a publisher's own format, told by the names in its records, or rows."""

from datetime import date
from pathlib import Path

from screening.sources import bods, bods_statements, foretagsinformation
from screening.sources.contracts import Contract
from screening.sources.encoding import TextEncoding
from screening.sources.json_records import JsonRecords, json_records
from screening.sources.json_values import json_parser
from screening.sources.officer_answers import read_officers
from screening.sources.prohibition_answers import prohibition_contract, read_prohibitions
from screening.sources.rowstore import WRAPPERS, read_rowstore
from screening.sources.text_table import TextTable


def read_json(path: Path, encoding: TextEncoding, source: str, day: date) -> TextTable:
    """Read a JSON file of a source; ``day`` is the file's.

    ``owners`` takes BODS, ``officers`` and ``trading_prohibitions`` take answers of
    Företagsinformation; every source takes rows.

    Raises:
        UnreadableFileError: what the format's reader says, or JSON that is neither.
    """
    size = path.stat().st_size
    if source == "owners":
        records = json_records(path, encoding, ("statements", *WRAPPERS))
        if _names(records) & bods_statements.KEYS:
            return bods.read_bods(records, size)
    if source in ("officers", "trading_prohibitions"):
        records = json_records(path, encoding, foretagsinformation.WRAPPERS)
        if _names(records) & foretagsinformation.KEYS:
            read = read_officers if source == "officers" else read_prohibitions
            return read(records, size, day)
    return read_rowstore(path, encoding)


def contract_of_json(contract: Contract, origin: str) -> Contract:
    """What rows of a format must have, which may be less than the source asks of others."""
    if origin == bods.ORIGIN:
        return bods.bods_contract(contract)
    if origin == foretagsinformation.ORIGIN and contract.source == "trading_prohibitions":
        return prohibition_contract(contract)
    return contract


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
