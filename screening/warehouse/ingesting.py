"""Stage ``ingest``: everything in the inbox into the warehouse, each file counted."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import structlog

from screening.places import MAPPINGS_DIR
from screening.sources.contracts import all_contracts
from screening.sources.delivery import ReadWarning
from screening.sources.mappings import load_mappings
from screening.warehouse.connection import open_warehouse
from screening.warehouse.known import set_known_day
from screening.warehouse.loading import FileCounts, load
from screening.warehouse.receiving import Arrival, receive
from screening.warehouse.state import State

_log = structlog.get_logger(__name__)

#: Called with what is being done, how many are done, and how many there are.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True)
class InputFile:
    """One file of the inbox in this run. ``read == loaded + quarantined + skipped``."""

    file_id: int
    source: str
    file: str
    sha256: str
    as_of: date
    as_of_origin: str
    received_on: date
    status: str
    counts: FileCounts


@dataclass
class IngestSummary:
    """What came in: every file with its counts, and what is worth a look."""

    inputs: list[InputFile] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


class _KnownFiles:
    """Which files the warehouse holds.

    The same bytes are the same file, under any name. Only a name with another date makes them
    another delivery: nothing has changed, and that is news of that day.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def find(self, arrival: Arrival) -> int | None:
        """The file's id, None where it is new."""
        delivery = arrival.delivery
        rows = self._connection.execute(
            "SELECT as_of, file_id FROM meta.files WHERE source = ? AND sha256 = ? ORDER BY as_of",
            [delivery.source, delivery.sha256],
        ).fetchall()
        if arrival.as_of_origin == "file name":
            rows = [row for row in rows if row[0] == delivery.as_of]
        return int(rows[0][1]) if rows else None

    def unless_unreadable(self, file_id: int) -> int | None:
        """The same id, or None where nothing of the file could be read: then it is tried again.

        A mapping that came since, or a newer vaksam, may read it.
        """
        where = [file_id]
        found = self._connection.execute(
            "SELECT 1 FROM meta.files WHERE file_id = ? AND status = 'quarantined'", where
        ).fetchall()
        if not found:
            return file_id
        self._connection.execute("BEGIN")
        for table in ("files", "quarantine", "warnings", "parts"):
            self._connection.execute(f"DELETE FROM meta.{table} WHERE file_id = ?", where)
        self._connection.execute("COMMIT")
        return None


def _counts_again(
    connection: duckdb.DuckDBPyConnection, file_id: int, *, is_repeat: bool
) -> tuple[FileCounts, str]:
    """Counts of a file that is in the warehouse already.

    Until a run was published with it, its rows count as loaded (a run that died changes nothing in
    what the next one reports); after that, as skipped. Its quarantine stands until it is mended.
    """
    ((read, loaded, quarantined, skipped, status, published),) = connection.execute(
        "SELECT rows_read, rows_loaded, rows_quarantined, rows_skipped, status, is_published "
        "FROM meta.files WHERE file_id = ?",
        [file_id],
    ).fetchall()
    if published or is_repeat:
        loaded, skipped = 0, read - quarantined
    return FileCounts(read, loaded, quarantined, skipped), status


def _file_warnings(
    connection: duckdb.DuckDBPyConnection, file_id: int, name: str
) -> list[ReadWarning]:
    rows = connection.execute(
        "SELECT code, details FROM meta.warnings WHERE file_id = ? ORDER BY code, details",
        [file_id],
    ).fetchall()
    return [ReadWarning(code, {"file": name} | json.loads(details)) for code, details in rows]


def _in_loading_order(arrivals: list[Arrival]) -> list[Arrival]:
    """Older answers first; file names play no part, so that names change nothing."""
    return sorted(
        arrivals,
        key=lambda arrival: (
            arrival.delivery.source,
            arrival.delivery.as_of,
            arrival.delivery.sha256,
        ),
    )


def ingest(
    inbox: Path,
    state: State,
    as_of: date,
    mapping_folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> IngestSummary:
    """Load what is new in the inbox and point the warehouse at ``as_of``.

    A file that was loaded before, under any name, is not read again, unless its name now bears
    another date: then the same rows are confirmed for that day. The mappings that ship are used
    where those of ``mapping_folders`` fit no better.

    Raises:
        NotADirectoryError: there is no such inbox.
        duckdb.IOException: the warehouse cannot be opened.
    """
    received = receive(inbox, state, as_of)
    summary = IngestSummary(warnings=received.warnings)
    mappings = load_mappings((MAPPINGS_DIR, *mapping_folders))
    contracts = all_contracts()
    with open_warehouse(state) as connection:
        known = _KnownFiles(connection)
        seen: set[int] = set()
        arrivals = _in_loading_order(received.arrivals)
        for position, arrival in enumerate(arrivals):
            delivery = arrival.delivery
            progress(delivery.name, position, len(arrivals))
            file_id = known.find(arrival)
            if file_id is not None and file_id not in seen:
                file_id = known.unless_unreadable(file_id)
            if file_id is None:
                load(connection, arrival, contracts[delivery.source], mappings, state)
                file_id = known.find(arrival)
                _log.info("loaded", source=delivery.source, file_sha256=delivery.sha256[:12])
            assert file_id is not None  # noqa: S101 - it has just been loaded
            is_repeat = file_id in seen
            seen.add(file_id)
            counts, status = _counts_again(connection, file_id, is_repeat=is_repeat)
            summary.warnings += _file_warnings(connection, file_id, delivery.name)
            summary.inputs.append(
                InputFile(
                    file_id=file_id,
                    source=delivery.source,
                    file=delivery.name,
                    sha256=delivery.sha256,
                    as_of=delivery.as_of,
                    as_of_origin=arrival.as_of_origin,
                    received_on=delivery.received_on,
                    status=status,
                    counts=counts,
                )
            )
        set_known_day(connection, as_of)
        connection.execute("CHECKPOINT")
    summary.inputs.sort(key=lambda file: file.file)
    progress("", len(summary.inputs), len(summary.inputs))
    return summary
