"""Which lines of a register that comes again need not be read: those of rows in force."""

from dataclasses import replace

import duckdb
import polars as pl

from screening.sources.contracts import Contract
from screening.sources.delivery import Delivery
from screening.sources.known_lines import KnownLines
from screening.sources.mended_rows import WatchedDelivery
from screening.warehouse.exchange import to_polars
from screening.warehouse.fingerprint import fingerprint


def with_known_lines(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, contract: Contract
) -> Delivery:
    """The delivery of a complete register with the lines that say what is in force on its day.

    Their rows would be dropped as loaded already: the version in force says the same, and it was
    known when the file came. A delivery with mended rows is read whole.
    """
    if contract.absence != "complete" or isinstance(delivery, WatchedDelivery):
        return delivery
    hashes = to_polars(
        connection.sql(
            f"SELECT line_hash FROM history.{contract.source} "
            "WHERE line_hash IS NOT NULL AND true_from <= $day AND seen_from <= $came "
            "AND (true_to IS NULL OR true_to > $day)",
            params={"day": delivery.as_of, "came": delivery.received_on},
        )
    )
    # Another code may read the same line in another way, another Polars may hash it so.
    seed = int(fingerprint("lines", pl.__version__)[:15], 16)
    known = KnownLines(hashes["line_hash"].cast(pl.UInt64), seed)
    return replace(delivery, known_lines=known)
