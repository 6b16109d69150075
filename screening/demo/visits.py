"""Time reports of the last fourteen weeks: who was at whose home, from when to when."""

import numpy as np
import numpy.typing as npt
import polars as pl

from screening.demo.draws import Ints
from screening.demo.world import World, among

VISIT_COLUMNS = {
    "company": pl.Int64,
    "worker": pl.Int64,
    "client": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
    "by_hand": pl.Boolean,
    "employer": pl.Int64,
}

#: Two whole months lie in it, on whatever day of a month it ends.
VISIT_DAYS = 98
_SLOTS = 6
#: Running number of the subcontractor of supplier 0; far from those of other companies.
FIRST_SUBCONTRACTOR = 3_900_000
#: Workers and clients of a supplier are numbered from these times its number on.
_PEOPLE = 1_000
_ROWS_PER_LINE = 0.25
_FEWEST, _MOST = 4_000, 300_000
#: Fewer visits than this in fourteen weeks are no business, however few lines are asked for.
_FEWEST_EACH = 180


def make_visits(world: World, lines: int) -> World:
    """Fill ``visits``: ``company, worker, client, start, end`` (minutes since 1970-01-01).

    ``by_hand`` is null where chance decides how it was entered, ``employer`` (a running number of
    companies) where it is the supplier itself.

    A worker has six possible visits a day, 75 minutes apart between seven and half past two, of
    half an hour to an hour: visits of honest work never overlap. About a quarter as many visits as
    invoice lines, within bounds, and never fewer than make a business of each supplier's.
    """
    kinds = [kind.visits for kind in world.settings.services.values()]
    makes = np.array(kinds)[world.suppliers.get_column("service").to_numpy()]
    still = (world.suppliers.get_column("last_month") == world.calendar.months - 1).to_numpy()
    legal = (world.suppliers.get_column("form") != "OFF").to_numpy()
    suppliers = np.flatnonzero(makes & still & legal)
    total = min(max(_FEWEST, round(lines * _ROWS_PER_LINE)), _MOST)
    wanted = max(total / max(1, suppliers.size), _FEWEST_EACH)
    workers = max(2, min(40, round(wanted / 120)))
    share = min(0.9, wanted / (workers * VISIT_DAYS * _SLOTS))
    places = suppliers.size * workers * VISIT_DAYS * _SLOTS
    chosen = np.flatnonzero(world.draws.chance("visit", places, share))
    slot, rest = chosen % _SLOTS, chosen // _SLOTS
    day, rest = rest % VISIT_DAYS, rest // VISIT_DAYS
    company = suppliers[rest // workers]
    late = world.draws.integers("visit/late", chosen, 0, 10)
    start = (world.calendar.today - VISIT_DAYS + day) * 1440 + 420 + slot * 75 + late
    visits = pl.DataFrame(
        {
            "company": company,
            "worker": company * _PEOPLE + rest % workers,
            "client": company * _PEOPLE + world.draws.integers("visit/client", chosen, 0, 24),
            "start": start,
            "end": start + world.draws.integers("visit/length", chosen, 30, 60),
        }
    ).with_columns(by_hand=pl.lit(None, pl.Boolean), employer=pl.lit(None, pl.Int64))
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
    day = world.calendar.today - 3 - turn * (VISIT_DAYS // times - 1 if times > 1 else 1)
    start = day * 1440 + 1_020 + world.draws.integers("evening", key, 0, 45)
    end = start + 60
    worker = company * _PEOPLE + 900
    first_visits = _visits(company, worker, company * _PEOPLE + 30, start, end)
    next_visits = _visits(
        second, worker, second * _PEOPLE + 31, end + gap_minutes, end + gap_minutes + 55
    )
    return world.but(visits=pl.concat([world.visits, first_visits, next_visits]))


def with_rounds(
    world: World,
    suppliers: Ints,
    worker: int,
    days: int,
    visits: int,
    minutes: int,
    pause: int,
    begins: int,
) -> World:
    """Add a worker who goes from client to client every day.

    Args:
        world: as it is.
        suppliers: who gets such a worker each.
        worker: the worker's number with the supplier, from 901 to 999.
        days: on how many days, the last of them yesterday.
        visits: how many visits a day.
        minutes: how long each visit is.
        pause: minutes between two visits.
        begins: minute of the day on which the first visit begins.
    """
    rows = (
        pl.DataFrame({"company": suppliers.astype(np.int64)})
        .join(pl.DataFrame({"day": np.arange(days)}), how="cross", maintain_order="left_right")
        .join(pl.DataFrame({"turn": np.arange(visits)}), how="cross", maintain_order="left_right")
    )
    company, day, turn = (rows.get_column(name).to_numpy() for name in ("company", "day", "turn"))
    start = (world.calendar.today - 1 - day) * 1440 + begins + turn * (minutes + pause)
    # The same clients on the same round each day.
    client = company * _PEOPLE + 40 + (turn + worker) % 24
    added = _visits(company, company * _PEOPLE + worker, client, start, start + minutes)
    return world.but(visits=pl.concat([world.visits, added]))


def with_entries_by_hand(world: World, suppliers: Ints, share: float) -> World:
    """Some suppliers' visits are entered by hand, but for some; the others tag as before."""
    by_hand = world.draws.chance("by hand", world.visits.height, share)
    return world.but(
        visits=world.visits.with_columns(
            by_hand=pl.when(among("company", suppliers))
            .then(pl.Series(by_hand))
            .otherwise("by_hand")
        )
    )


def with_hired_workers(world: World, suppliers: Ints) -> World:
    """At some suppliers two of the workers are employed by another company."""
    hired = among("company", suppliers) & (pl.col("worker") % _PEOPLE < 2)
    return world.but(
        visits=world.visits.with_columns(
            employer=pl.when(hired)
            .then(pl.col("company") + FIRST_SUBCONTRACTOR)
            .otherwise("employer")
        )
    )


def _visits(company: Ints, worker: Ints, client: Ints, start: Ints, end: Ints) -> pl.DataFrame:
    told = pl.DataFrame(
        {"company": company, "worker": worker, "client": client, "start": start, "end": end}
    )
    untold = told.with_columns(by_hand=pl.lit(None, pl.Boolean), employer=pl.lit(None, pl.Int64))
    return untold.cast(VISIT_COLUMNS)  # type: ignore[arg-type]
