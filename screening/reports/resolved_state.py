"""A state folder as the last run resolved it: what everything that explains a list looks at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from screening.identity.stage import resolved_day
from screening.reports.readback import NothingPublishedError
from screening.warehouse.connection import open_warehouse
from screening.warehouse.known import set_known_day
from screening.warehouse.lock import sole_writer
from screening.warehouse.state import State


@contextmanager
def resolved_state(folder: Path, wait_seconds: float = 5.0) -> Iterator[tuple[State, date]]:
    """The state folder, held against runs, and the day on which it was resolved.

    The warehouse shows what was known on that day and no other: who is who, and so what rules
    find, was worked out for it alone.

    Raises:
        NothingPublishedError: nothing was resolved in this state folder yet.
        StateBusyError: a run is under way.
    """
    state = State(folder)
    if not state.warehouse.is_file():
        raise NothingPublishedError("cli.doctor_no_warehouse", folder)
    with sole_writer(state.lock, wait_seconds):
        with open_warehouse(state) as connection:
            day = resolved_day(connection)
            if day is None:
                raise NothingPublishedError("identity.not_resolved", folder)
            set_known_day(connection, day)
        yield state, day
