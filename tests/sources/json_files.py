"""JSON files for tests: written, and read as a source reads them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from screening.identity_numbers import luhn_digit
from screening.sources.contracts import all_contracts
from screening.sources.delivery import Batch, Delivery
from screening.sources.reading import read_delivery
from tests.sources.text_tables import everything

DAY = date(2026, 11, 20)


def company(number: int) -> str:
    """An organisationsnummer, ten digits with the right check digit."""
    payload = f"5598{number:05d}"
    return payload + str(luhn_digit(payload))


def person(born: str, number: int) -> str:
    """A person's number, twelve digits, of the birth numbers that are kept for tests."""
    payload = f"{born[2:]}{980 + number}"
    return f"{born[:2]}{payload}{luhn_digit(payload)}"


def as_bytes(content: Any) -> bytes:
    """Bytes as they are, text in UTF-8, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text.encode()


def read_source(path: Path, source: str, content: Any, day: date = DAY) -> Batch:
    """A file with this content in the folder of a source, read; the law of counts is checked."""
    path.write_bytes(as_bytes(content))
    delivery = Delivery(path, f"{source}/file", source, "0" * 64, DAY, day)
    batches: Iterator[Batch] = read_delivery(delivery, all_contracts()[source], [])
    return everything(batches)


def rows(batch: Batch, *columns: str) -> list[tuple[Any, ...]]:
    return batch.rows.sort("row_no").select(columns).rows()


def reasons(batch: Batch) -> list[tuple[str | None, str]]:
    """Column and reason of each row in quarantine."""
    return batch.quarantine.sort("row_no").select("column", "reason").rows()


def warned(batch: Batch) -> dict[str, dict[str, Any]]:
    """Values of each warning by its code."""
    return {each.code: dict(each.values) for each in batch.warnings}
