"""Files with something in quarantine, read again with today's mappings and code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from screening.sources.contracts import all_contracts
from screening.sources.mappings import Mapping
from screening.warehouse.loading import Transaction
from screening.warehouse.rereading import Reading, UnreadableNowError, read_again
from screening.warehouse.state import State

#: Reasons of files of mended rows: each run tries these again by itself.
_OF_MENDED_ROWS = "correction_"


@dataclass(frozen=True)
class Retried:
    """One file: entries that ended, entries that stand; why it could not be read, if so."""

    source: str
    file: str
    sound: int
    standing: int
    failure: str | None = None


def retry(
    connection: duckdb.DuckDBPyConnection,
    entries: pl.DataFrame,
    mappings: Sequence[Mapping],
    state: State,
    day: date,
) -> list[Retried]:
    """Read the files of ``entries`` (as ``standing`` has them) again, oldest first.

    Each file is a transaction of its own. One that cannot be read at all stays as it is.
    """
    files = (
        entries.filter(~pl.col("reason").str.starts_with(_OF_MENDED_ROWS))
        .group_by("source", "as_of", "sha256")
        .agg(pl.col("shown_file").str.split("!").list.first().first(), pl.len().alias("entries"))
        .sort("source", "as_of", "sha256")
    )
    contracts = all_contracts()
    done = []
    for source, as_of, sha256, file, standing in files.iter_rows():
        try:
            with Transaction(connection):
                again = read_again(
                    connection,
                    sha256,
                    as_of,
                    contracts[source],
                    mappings,
                    state,
                    Reading(day, "read again"),
                )
        except UnreadableNowError as error:
            done.append(Retried(source, file, 0, standing, error.code))
        except FileNotFoundError:
            done.append(Retried(source, file, 0, standing, "raw_copy_gone"))
        else:
            done.append(Retried(source, file, again.sound, again.standing))
    return done
