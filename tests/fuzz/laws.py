"""What must hold of every file, whatever is in it."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from screening import messages
from screening.places import MAPPINGS_DIR
from screening.sources.contracts import Contract, all_contracts
from screening.sources.delivery import (
    QUARANTINE_SCHEMA,
    Batch,
    Delivery,
    ReadWarning,
    UnreadableFileError,
)
from screening.sources.mappings import load_mappings
from screening.sources.reading import read_delivery
from screening.sources.typed_rows import empty_rows

RECEIVED = date(2026, 11, 20)
#: Text that lies in a file outside; it must never come out of a reader.
SECRET = "fuzz-secret-7f3a"
_LANGUAGES: tuple[messages.Language, ...] = ("sv", "en")


@dataclass(frozen=True)
class Outcome:
    """What became of a file: rows read, loaded and quarantined, or why it was not read at all."""

    read: int
    loaded: int
    quarantined: int
    left_out: int
    unreadable: str | None
    problems: tuple[str, ...]


def outcome_of(
    path: Path, name: str, source: str, work_dir: Path, rows: int | None = None
) -> Outcome:
    """Read a file and say which laws it broke.

    Args:
        path: the file.
        name: under which it lay in the inbox.
        source: of its folder.
        work_dir: where it may be unpacked to.
        rows: how many rows it has, where that is known from outside.
    """
    contract = all_contracts()[source]
    delivery = Delivery(path, f"{source}/{name}", source, "0" * 64, RECEIVED, RECEIVED)
    problems: list[str] = []
    batches: list[Batch] = []
    unreadable = None
    try:
        for batch in read_delivery(delivery, contract, _mappings(), work_dir):
            problems += _batch_problems(batch, contract)
            batches.append(batch)
    except UnreadableFileError as error:
        unreadable = error.code
        problems += _unknown_texts("quarantine", error.code, {})
        problems += _secret_told([str(error)])
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        problems.append(f"crash: {type(error).__name__}: {str(error)[:300]}")
    if unreadable == "reader_failed":
        problems.append("reader_failed")
    problems += _number_problems(batches)
    read = sum(batch.rows_read for batch in batches)
    left_out = sum(_left_out(warning) for batch in batches for warning in batch.warnings)
    # Where the file was set aside whole, no row of it counts.
    if rows is not None and unreadable is None and read + left_out != rows:
        problems.append(f"count: {read} rows read, {left_out} left out, of {rows}")
    return Outcome(
        read,
        sum(batch.rows.height for batch in batches),
        sum(batch.quarantine.height for batch in batches),
        left_out,
        unreadable,
        tuple(dict.fromkeys(problems)),
    )


def _mappings() -> list:  # type: ignore[type-arg]
    global _LOADED  # noqa: PLW0603 - the same for every file of a process
    if _LOADED is None:
        _LOADED = load_mappings([MAPPINGS_DIR])
    return _LOADED


_LOADED: list | None = None  # type: ignore[type-arg]


def _left_out(warning: ReadWarning) -> int:
    rows = warning.values.get("rows")
    return rows if warning.code == "rows_left_out" and isinstance(rows, int) else 0


def _batch_problems(batch: Batch, contract: Contract) -> list[str]:
    problems = []
    if batch.rows_read != batch.rows.height + batch.quarantine.height:
        problems.append(
            f"sum: {batch.rows_read} != {batch.rows.height} + {batch.quarantine.height}"
        )
    expected = _schema_of(contract)
    if batch.rows.schema != expected:
        problems.append(f"schema: {dict(batch.rows.schema)}")
    if dict(batch.quarantine.schema) != QUARANTINE_SCHEMA:
        problems.append(f"quarantine schema: {dict(batch.quarantine.schema)}")
    for reason in batch.quarantine["reason"].unique().to_list():
        problems += _unknown_texts("quarantine", str(reason), {})
        if reason == "reader_failed":
            problems.append("reader_failed")
    for warning in batch.warnings:
        values = {"file": "f"} | dict(warning.values)
        problems += _unknown_texts("warnings", warning.code, values)
    told = [str(warning.values) for warning in batch.warnings]
    for frame in (batch.rows, batch.quarantine):
        told += frame.select(pl.col(pl.String).str.join("")).rows()[:1] if frame.height else []
    return problems + _secret_told(map(str, told))


_SCHEMAS: dict[str, pl.Schema] = {}


def _schema_of(contract: Contract) -> pl.Schema:
    if contract.source not in _SCHEMAS:
        _SCHEMAS[contract.source] = empty_rows(contract).schema
    return _SCHEMAS[contract.source]


def _number_problems(batches: Sequence[Batch]) -> list[str]:
    """A row has one number within its member, whether it was loaded or set aside."""
    numbers: dict[str, list[pl.Series]] = {}
    for batch in batches:
        own = numbers.setdefault(batch.member, [])
        own += [batch.rows["row_no"], batch.quarantine["row_no"].drop_nulls()]
        if batch.rows["row_no"].null_count():
            return ["row without number"]
    doubled = any(pl.concat(own).is_duplicated().any() for own in numbers.values())
    return ["row number twice"] if doubled else []


def _unknown_texts(topic: str, code: str, values: dict[str, object]) -> list[str]:
    """A code without a text in a language, or a text that asks for a value which is not given."""
    problems = []
    for language in _LANGUAGES:
        try:
            template = messages.text(f"{topic}.{code}", language)
        except messages.MissingMessageError:
            problems.append(f"no text for {topic}.{code} in {language}")
            continue
        if values:
            asked = {name for _, name, _, _ in string.Formatter().parse(template) if name}
            if missing := asked - set(values):
                problems.append(f"{topic}.{code} lacks {sorted(missing)}")
    return problems


def _secret_told(texts: Sequence[str] | map) -> list[str]:  # type: ignore[type-arg]
    return ["a file outside was read"] if any(re.search(SECRET, text) for text in texts) else []
