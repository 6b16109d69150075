"""A file of mended rows comes in: its rows take their places in the files that they are from.

Such a file has no rows of its own in the history. Its counts say what became of them: loaded (in
the original file's name), or skipped, where the row was mended before, is still wrong and stands
in quarantine as the original file's row, or cannot be used. Warnings tell the last two apart.
"""

import json
from collections.abc import Mapping as Values
from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import Delivery, ReadWarning, UnreadableFileError
from screening.sources.mappings import Mapping
from screening.sources.mending_table import MendedTable, read_mending_table
from screening.warehouse.corrections import (
    Sorted,
    closed_references,
    count_mended_rows,
    files_of,
    keep_corrections,
    sort_rows,
    with_references,
)
from screening.warehouse.loading import Transaction
from screening.warehouse.quarantine import standing
from screening.warehouse.receiving import Arrival
from screening.warehouse.rereading import Reading, UnreadableNowError, read_again
from screening.warehouse.state import State

#: Status in ``meta.files`` of a file of mended rows: it makes no source newer.
STATUS = "correction"


def load_mended_rows(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
) -> None:
    """Load a file of mended rows: all of it, in one transaction, or nothing.

    A file that cannot be read, or that belongs to no file of the warehouse, is quarantined whole
    and tried again at each run.
    """
    delivery = arrival.delivery
    with Transaction(connection) as transaction:
        try:
            table = read_mending_table(delivery.path)
            found = _sorted(connection, table, delivery)
            loaded, still_wrong = _mend(
                connection, table, found, delivery, contract, mappings, state
            )
        except UnreadableFileError as error:
            transaction.start_over()
            _note_unreadable(connection, arrival, error.code)
            return
        except (UnreadableNowError, FileNotFoundError):
            transaction.start_over()
            _note_unreadable(connection, arrival, "correction_original_gone")
            return
        unused = found.unused | {"still_wrong": still_wrong}
        _note(connection, arrival, STATUS, table.rows.height, loaded)
        for code, rows in unused.items():
            if rows:
                _warn(connection, arrival, ReadWarning(f"mended_{code}", {"rows": rows}))


def _sorted(
    connection: duckdb.DuckDBPyConnection, table: MendedTable, delivery: Delivery
) -> Sorted:
    stood = standing(connection, delivery.received_on).filter(
        (pl.col("source") == delivery.source) & pl.col("row_no").is_not_null()
    )
    found = sort_rows(
        table,
        with_references(connection, stood),
        closed_references(connection, delivery.source),
    )
    if found.usable.is_empty() and not (found.unused["mended_before"] + found.unused["differing"]):
        has_marks = found.unused["unknown"] > 0
        raise UnreadableFileError(
            "correction_unknown_file" if has_marks else "correction_without_rows"
        )
    return found


def _mend(
    connection: duckdb.DuckDBPyConnection,
    table: MendedTable,
    found: Sorted,
    delivery: Delivery,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
) -> tuple[int, int]:
    """Put the rows in their places; how many are in the history, and how many are still wrong."""
    keep_corrections(connection, table, found.usable, delivery.received_on, delivery.sha256)
    reading = Reading(delivery.received_on, "mended", delivery.sha256)
    loaded = 0
    for sha256, as_of in files_of(found.usable):
        done = read_again(connection, sha256, as_of, contract, mappings, state, reading)
        original = _original(delivery, sha256, as_of)
        loaded += count_mended_rows(connection, done.file_id, original, delivery.sha256)
    standing_now = standing(connection, delivery.received_on)
    own = ["source", "sha256", "as_of", "member", "row_no"]
    still_wrong = found.usable.join(standing_now, on=own, how="semi")["row_no_here"].n_unique()
    # A file that was delivered on two days has the row twice, and this one has it once.
    return min(loaded, found.usable["row_no_here"].n_unique() - still_wrong), still_wrong


def _original(delivery: Delivery, sha256: str, as_of: date) -> Delivery:
    return Delivery(
        path=delivery.path,
        name="",
        source=delivery.source,
        sha256=sha256,
        received_on=delivery.received_on,
        as_of=as_of,
    )


def _note_unreadable(connection: duckdb.DuckDBPyConnection, arrival: Arrival, reason: str) -> None:
    file_id = _note(connection, arrival, "quarantined", 1, 0, quarantined=1)
    connection.execute(
        "INSERT INTO meta.quarantine BY NAME "
        "SELECT ?::BIGINT AS file_id, '' AS member, ? AS reason",
        [file_id, reason],
    )


def _note(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    status: str,
    read: int,
    loaded: int,
    quarantined: int = 0,
) -> int:
    delivery = arrival.delivery
    noted: Values[str, object] = {
        "sha256": delivery.sha256,
        "source": delivery.source,
        "name": delivery.name,
        "received_on": delivery.received_on,
        "as_of": delivery.as_of,
        "as_of_origin": arrival.as_of_origin,
        "status": status,
        "rows_read": read,
        "rows_loaded": loaded,
        "rows_quarantined": quarantined,
        "rows_skipped": read - loaded - quarantined,
        "is_published": False,
    }
    ((file_id,),) = connection.execute(
        "INSERT INTO meta.files BY NAME SELECT nextval('meta.file_ids') AS file_id, "
        + ", ".join(f"${name} AS {name}" for name in noted)
        + " RETURNING file_id",
        noted,
    ).fetchall()
    return int(file_id)


def _warn(connection: duckdb.DuckDBPyConnection, arrival: Arrival, warning: ReadWarning) -> None:
    delivery = arrival.delivery
    connection.execute(
        "INSERT INTO meta.warnings SELECT file_id, ?, ? FROM meta.files "
        "WHERE source = ? AND sha256 = ? AND as_of = ?",
        [
            warning.code,
            json.dumps(dict(warning.values)),
            delivery.source,
            delivery.sha256,
            delivery.as_of,
        ],
    )
