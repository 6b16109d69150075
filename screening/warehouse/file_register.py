"""Which files the warehouse holds, and what is counted of each."""

import json
from dataclasses import dataclass
from datetime import date

import duckdb

from screening.sources.delivery import ReadWarning
from screening.warehouse.receiving import Arrival


@dataclass(frozen=True)
class FileCounts:
    """Rows of one file. Always ``read == loaded + quarantined + skipped``."""

    read: int
    loaded: int
    quarantined: int
    skipped: int


@dataclass(frozen=True)
class HeldFile:
    """A file that the warehouse holds: rows of ``meta.files``."""

    file_id: int
    as_of: date
    status: str
    is_published: bool
    counts: FileCounts


class FileRegister:
    """The files of ``meta.files``, read once, and again when that is asked for.

    The same bytes are the same file, under any name. Only a name with another date makes them
    another delivery: nothing has changed, and that is news of that day.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._held: dict[tuple[str, str], list[HeldFile]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read all again: files may have come, or been taken out and loaded anew."""
        self._held.clear()
        rows = self._connection.execute(
            "SELECT source, sha256, file_id, as_of, status, is_published, rows_read, rows_loaded, "
            "rows_quarantined, rows_skipped FROM meta.files ORDER BY as_of, file_id"
        ).fetchall()
        for source, sha256, file_id, as_of, status, is_published, *counts in rows:
            held = HeldFile(file_id, as_of, status, is_published, FileCounts(*counts))
            self._held.setdefault((source, sha256), []).append(held)

    def find(self, arrival: Arrival) -> HeldFile | None:
        """The file, None where it is new."""
        delivery = arrival.delivery
        held = self._held.get((delivery.source, delivery.sha256), [])
        if arrival.as_of_origin == "file name":
            held = [file for file in held if file.as_of == delivery.as_of]
        return min(held, key=lambda file: (file.as_of, file.file_id)) if held else None

    def forget(self, file: HeldFile, arrival: Arrival) -> None:
        """Take out a file of which nothing could be read, to try it again.

        A mapping that came since, or a newer vaksam, may read it.
        """
        self._connection.execute("BEGIN")
        for table in ("files", "quarantine", "warnings", "parts"):
            self._connection.execute(f"DELETE FROM meta.{table} WHERE file_id = ?", [file.file_id])
        self._connection.execute("COMMIT")
        self._held[(arrival.delivery.source, arrival.delivery.sha256)].remove(file)

    def warnings(self) -> dict[int, list[ReadWarning]]:
        """What is worth a look in each file."""
        rows = self._connection.execute(
            "SELECT file_id, code, details FROM meta.warnings ORDER BY file_id, code, details"
        ).fetchall()
        told: dict[int, list[ReadWarning]] = {}
        for file_id, code, details in rows:
            told.setdefault(file_id, []).append(ReadWarning(code, json.loads(details)))
        return told
