"""Time reports of the last three months: who was at whose home, from when to when."""

import numpy as np
import numpy.typing as npt
import polars as pl

from screening.demo.draws import Ints
from screening.demo.world import World

VISIT_COLUMNS = {
    "company": pl.Int64,
    "worker": pl.Int64,
    "client": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
}

_DAYS = 84
_SLOTS = 6
#: Workers and clients of a supplier are numbered from these times its number on.
_PEOPLE = 1_000
_ROWS_PER_LINE = 0.25
_FEWEST, _MOST = 4_000, 300_000


def make_visits(world: World, lines: int) -> World:
    """Fill ``visits``: ``company, worker, client, start, end`` (minutes since 1970-01-01).

    A worker has six possible visits a day, 75 minutes apart between seven and half past two, of
    half an hour to an hour: visits of honest work never overlap. About a quarter as many visits as
    invoice lines, within bounds.
    """
    kinds = [kind.visits for kind in world.settings.services.values()]
    makes = np.array(kinds)[world.suppliers.get_column("service").to_numpy()]
    still = (world.suppliers.get_column("last_month") == world.calendar.months - 1).to_numpy()
    legal = (world.suppliers.get_column("form") != "OFF").to_numpy()
    suppliers = np.flatnonzero(makes & still & legal)
    wanted = min(max(_FEWEST, round(lines * _ROWS_PER_LINE)), _MOST) / max(1, suppliers.size)
    workers = max(2, min(40, round(wanted / 120)))
    share = min(0.9, wanted / (workers * _DAYS * _SLOTS))
    places = suppliers.size * workers * _DAYS * _SLOTS
    chosen = np.flatnonzero(world.draws.chance("visit", places, share))
    slot, rest = chosen % _SLOTS, chosen // _SLOTS
    day, rest = rest % _DAYS, rest // _DAYS
    company = suppliers[rest // workers]
    late = world.draws.integers("visit/late", chosen, 0, 10)
    start = (world.calendar.today - _DAYS + day) * 1440 + 420 + slot * 75 + late
    visits = pl.DataFrame(
        {
            "company": company,
            "worker": company * _PEOPLE + rest % workers,
            "client": company * _PEOPLE + world.draws.integers("visit/client", chosen, 0, 24),
            "start": start,
            "end": start + world.draws.integers("visit/length", chosen, 30, 60),
        }
    )
    return world.but(visits=visits.cast(VISIT_COLUMNS))  # type: ignore[arg-type]


def with_evening_pairs(
    world: World,
    suppliers: Ints,
    shared: npt.NDArray[np.int64],
    times: int,
    gap_minutes: int,
) -> World:
    """Add evenings on which a worker visits two clients, one after the other or at once.

    Args:
        world: as it is.
        suppliers: who sends the worker to the first client.
        shared: who sends the same worker to the second client; the same supplier or another.
        times: on how many evenings.
        gap_minutes: from the first visit's end to the second's start; negative: they overlap.
    """
    rows = pl.DataFrame({"company": suppliers, "second": shared}).join(
        pl.DataFrame({"turn": np.arange(times)}), how="cross", maintain_order="left_right"
    )
    company = rows.get_column("company").to_numpy()
    second = rows.get_column("second").to_numpy()
    turn = rows.get_column("turn").to_numpy()
    key = company * 64 + turn
    day = world.calendar.today - 3 - turn * (_DAYS // times - 1 if times > 1 else 1)
    start = day * 1440 + 1_020 + world.draws.integers("evening", key, 0, 45)
    end = start + 60
    worker = company * _PEOPLE + 900
    first_visits = _visits(company, worker, company * _PEOPLE + 30, start, end)
    next_visits = _visits(
        second, worker, second * _PEOPLE + 31, end + gap_minutes, end + gap_minutes + 55
    )
    return world.but(visits=pl.concat([world.visits, first_visits, next_visits]))


def _visits(company: Ints, worker: Ints, client: Ints, start: Ints, end: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {"company": company, "worker": worker, "client": client, "start": start, "end": end}
    ).cast(VISIT_COLUMNS)  # type: ignore[arg-type]
