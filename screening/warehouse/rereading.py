"""A file read again: with rows that a person mended, or with today's mappings and code.

The file's rows are taken out and loaded anew, and so are those of newer files where the order
matters; in the end the history is what it would be had the file been read like this from the
start. Only the days differ: a row that was in quarantine is known from the day on which it became
sound, and the entry that stood until then is kept with the day on which it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from screening.sources.contracts import Contract
from screening.sources.mappings import Mapping
from screening.warehouse.late_arrivals import take_out, take_out_newer
from screening.warehouse.loading import load_file
from screening.warehouse.quarantine import How, close_entries, standing_query
from screening.warehouse.receiving import Arrival
from screening.warehouse.schema import REF_FACTOR
from screening.warehouse.staging import IncomingFile
from screening.warehouse.state import State
from screening.warehouse.versions import end_versions

_TEMPORARY = ("stood", "keys_before")


class UnreadableNowError(Exception):
    """A file that was read before cannot be read at all any more; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Reading:
    """A way of reading a file again: on which day, why, and through which other file."""

    day: date
    how: How
    by_sha256: str | None = None


@dataclass(frozen=True)
class ReadAgain:
    """What came of it: the file's new id, entries that ended for good, entries that stand."""

    file_id: int
    sound: int
    standing: int


def read_again(
    connection: duckdb.DuckDBPyConnection,
    sha256: str,
    as_of: date,
    contract: Contract,
    mappings: Sequence[Mapping],
    state: State,
    reading: Reading,
) -> ReadAgain:
    """Read a file of the warehouse again. Inside the caller's transaction.

    Raises:
        UnreadableNowError: nothing of it can be read; the caller rolls back.
        FileNotFoundError: its raw copy is gone; the caller rolls back.
    """
    source = contract.source
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE stood AS "
        f"SELECT * FROM ({standing_query(reading.day)}) WHERE source = ?",
        [source],
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE keys_before AS SELECT DISTINCT key_hash "
        f"FROM history.{source} WHERE ref // {REF_FACTOR} IN (SELECT part_id FROM meta.parts "
        "JOIN meta.files USING (file_id) WHERE source = ? AND sha256 = ? AND as_of = ?)",
        [source, sha256, as_of],
    )
    ((rows_as_of,),) = connection.execute(
        "SELECT rows_as_of FROM meta.files WHERE source = ? AND sha256 = ? AND as_of = ?",
        [source, sha256, as_of],
    ).fetchall()
    this = take_out(connection, contract, state, sha256, as_of)
    newer = take_out_newer(connection, this.arrival, contract, state)
    later = Reading(reading.day, "read again")
    loaded = [
        _load(connection, each.arrival, contract, mappings, each.is_published, of_this)
        for each, of_this in ((this, reading), *((each, later) for each in newer))
    ]
    end_versions(
        connection,
        contract,
        f"SELECT key_hash FROM keys_before EXCEPT SELECT key_hash FROM history.{source} "
        f"WHERE ref // {REF_FACTOR} IN (SELECT part_id FROM meta.parts "
        f"WHERE file_id = {loaded[0].file_id})",
    )
    connection.execute(
        "INSERT INTO meta.read_again VALUES (?, ?, ?, ?, ?, ?, ?)",
        [source, sha256, as_of, reading.day, reading.how, reading.by_sha256, rows_as_of],
    )
    done = _outcome(connection, loaded[0], this.arrival)
    for table in _TEMPORARY:
        connection.execute(f"DROP TABLE temp.{table}")
    return done


def _load(
    connection: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    contract: Contract,
    mappings: Sequence[Mapping],
    is_published: bool,
    reading: Reading,
) -> IncomingFile:
    def settle(file: IncomingFile) -> None:
        if file.failure is not None:
            raise UnreadableNowError(file.failure.code)
        _end_changed_entries(connection, file, reading)

    file = load_file(connection, arrival, contract, mappings, settle)
    connection.execute(
        "UPDATE meta.files SET is_published = ? WHERE file_id = ?", [is_published, file.file_id]
    )
    return file


_IS_THE_FILE = "stood.source = ? AND stood.sha256 = ? AND stood.as_of = ?"
_SAME = (
    "now.file_id = ? AND now.member = stood.member "
    "AND now.row_no IS NOT DISTINCT FROM stood.row_no "
)


def _end_changed_entries(
    connection: duckdb.DuckDBPyConnection, file: IncomingFile, reading: Reading
) -> None:
    """End the entries that are not there any more, or say something else."""
    delivery = file.arrival.delivery
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE ended_entries AS
        SELECT stood.* FROM stood LEFT JOIN meta.quarantine AS now ON {_SAME}
            AND now."column" IS NOT DISTINCT FROM stood."column" AND now.reason = stood.reason
            AND now.raw IS NOT DISTINCT FROM stood.raw
        WHERE {_IS_THE_FILE} AND now.file_id IS NULL
        """,
        [file.file_id, delivery.source, delivery.sha256, delivery.as_of],
    )
    close_entries(
        connection, "SELECT * FROM ended_entries", reading.day, reading.how, reading.by_sha256
    )
    connection.execute("DROP TABLE temp.ended_entries")


def _outcome(
    connection: duckdb.DuckDBPyConnection, file: IncomingFile, arrival: Arrival
) -> ReadAgain:
    delivery = arrival.delivery
    ((entries, standing),) = connection.execute(
        f"SELECT count(*), count(now.file_id) FROM stood LEFT JOIN meta.quarantine AS now "
        f"ON {_SAME} WHERE {_IS_THE_FILE}",
        [file.file_id, delivery.source, delivery.sha256, delivery.as_of],
    ).fetchall()
    return ReadAgain(file.file_id, int(entries) - int(standing), int(standing))
