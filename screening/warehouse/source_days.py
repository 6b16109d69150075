"""What came of each source until a day, and how recent it was."""

from dataclasses import dataclass
from datetime import date

import duckdb

from screening.warehouse.quarantine import files_query


@dataclass(frozen=True)
class Arrived:
    """What came of a source: files, rows that could be used, rows in quarantine."""

    files: int = 0
    rows: int = 0
    quarantined: int = 0


def known_sources(
    connection: duckdb.DuckDBPyConnection, as_of: date
) -> tuple[dict[str, date], dict[str, Arrived]]:
    """The day of each source's newest data, and all that had come of it, as known on ``as_of``.

    What came later, or is of a later day, does not count: a past list is made again as it was.
    """
    rows = connection.execute(
        "SELECT source, count(*), sum(rows_usable), sum(rows_read - rows_usable), "
        "max(rows_as_of) FILTER (WHERE status = 'loaded' AND rows_usable > 0 "
        "AND rows_as_of <= $as_of) "
        f"FROM ({files_query(as_of)}) WHERE received_on <= $as_of GROUP BY source ORDER BY source",
        {"as_of": as_of},
    ).fetchall()
    newest = {source: day for source, _, _, _, day in rows if day is not None}
    arrived = {
        source: Arrived(int(files), int(usable or 0), int(quarantined or 0))
        for source, files, usable, quarantined, _ in rows
    }
    return newest, arrived
