"""A register that comes after newer ones takes its place among them."""

from dataclasses import dataclass

import duckdb

from screening.sources.contracts import Contract
from screening.sources.delivery import Delivery
from screening.warehouse.raw_copies import raw_copy
from screening.warehouse.receiving import Arrival
from screening.warehouse.schema import REF_FACTOR
from screening.warehouse.state import State

_FILE = "file_id, name, sha256, received_on, as_of, as_of_origin, is_published"


@dataclass(frozen=True)
class TakenOut:
    """A file whose rows were taken out, to be loaded again."""

    arrival: Arrival
    is_published: bool


def _newer_files(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival
) -> list[tuple[object, ...]]:
    delivery = arrival.delivery
    return connection.execute(
        f"SELECT {_FILE} FROM meta.files "
        "WHERE source = ? AND status = 'loaded' AND (as_of, sha256) > (?, ?) "
        "ORDER BY as_of, sha256",
        [delivery.source, delivery.as_of, delivery.sha256],
    ).fetchall()


def has_newer(connection: duckdb.DuckDBPyConnection, arrival: Arrival, contract: Contract) -> bool:
    """Whether files newer than ``arrival`` were loaded before it, and that matters."""
    return not contract.repeats and bool(_newer_files(connection, arrival))


def take_out_newer(
    connection: duckdb.DuckDBPyConnection, arrival: Arrival, contract: Contract, state: State
) -> list[TakenOut]:
    """Take the rows of files newer than ``arrival`` out of the history; which files, in order.

    Sources whose rows may repeat hold facts, not states: there the order says nothing, and nothing
    is taken out. Inside the caller's transaction.
    """
    if contract.repeats:
        return []
    return [
        _take_out(connection, contract, state, file) for file in _newer_files(connection, arrival)
    ]


def take_out(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    state: State,
    sha256: str,
    as_of: object,
) -> TakenOut:
    """Take one file's rows out of the history. Inside the caller's transaction."""
    (file,) = connection.execute(
        f"SELECT {_FILE} FROM meta.files WHERE source = ? AND sha256 = ? AND as_of = ?",
        [contract.source, sha256, as_of],
    ).fetchall()
    return _take_out(connection, contract, state, file)


def _take_out(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    state: State,
    file: tuple[object, ...],
) -> TakenOut:
    file_id, name, sha256, received_on, as_of, origin, published = file
    connection.execute(
        f"DELETE FROM history.{contract.source} WHERE ref // {REF_FACTOR} IN "
        "(SELECT part_id FROM meta.parts WHERE file_id = ?)",
        [file_id],
    )
    for table in ("parts", "quarantine", "warnings", "files"):
        connection.execute(f"DELETE FROM meta.{table} WHERE file_id = ?", [file_id])
    delivery = Delivery(
        path=raw_copy(state, str(sha256)),
        name=str(name),
        source=contract.source,
        sha256=str(sha256),
        received_on=received_on,  # type: ignore[arg-type]
        as_of=as_of,  # type: ignore[arg-type]
    )
    return TakenOut(Arrival(delivery, origin), bool(published))  # type: ignore[arg-type]
