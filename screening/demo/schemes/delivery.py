"""Schemes about the work itself: who was where, for how long, and what was billed for it."""

import numpy as np

from screening.demo.draws import Ints
from screening.demo.hour_invoices import with_granted_total, with_hour_invoices
from screening.demo.schemes.ownership import suppliers_in_pairs
from screening.demo.visits import (
    with_entries_by_hand,
    with_evening_pairs,
    with_hired_workers,
    with_rounds,
)
from screening.demo.world import World

_TIMES = 9


def worker_at_two_clients(world: World, suppliers: Ints) -> World:
    """The same worker is reported at two clients at once: within a supplier, or across two."""
    leaders, followers = suppliers_in_pairs(world, suppliers)
    across = world.cast.groups(leaders) % 2 == 1
    world = with_evening_pairs(world, leaders[across], followers[across], _TIMES, -35)
    alone = np.concatenate([leaders[~across], followers[~across]])
    world = with_evening_pairs(world, alone, alone, _TIMES, -35)
    return world.having_planted("worker-at-two-clients", suppliers, world.calendar.today - 80)


def impossible_hours(world: World, suppliers: Ints) -> World:
    """A worker is with clients from six to eight, every day for three months."""
    worked = with_rounds(world, suppliers, 910, 95, 15, 55, 0, begins=360)
    return worked.having_planted("impossible-working-hours", suppliers, world.calendar.today - 95)


def billed_more_than_reported(world: World, suppliers: Ints) -> World:
    """Half as many hours again as were reported are billed, and some more."""
    worked = with_rounds(world, suppliers, 920, 25, 5, 40, 15, begins=900)
    billed = with_hour_invoices(worked, suppliers, 1.5, more=40)
    return billed.having_planted("billed-more-than-reported", suppliers, world.calendar.today - 90)


def manual_entries(world: World, suppliers: Ints) -> World:
    """Four visits of five are entered by hand."""
    entered = with_entries_by_hand(world, suppliers, 0.8)
    return entered.having_planted("manual-entries", suppliers, world.calendar.today - 98)


def no_time_to_travel(world: World, suppliers: Ints) -> World:
    """A worker is at the next client in the minute in which the visit before ended."""
    worked = with_rounds(world, suppliers, 930, 60, 8, 30, 0, begins=420)
    return worked.having_planted("no-time-to-travel", suppliers, world.calendar.today - 60)


def billed_more_than_granted(world: World, suppliers: Ints) -> World:
    """All hours that were worked are billed; not two thirds were granted."""
    granted = with_granted_total(world, suppliers, 0.6)
    return granted.having_planted("billed-more-than-granted", suppliers, world.calendar.today - 90)


def undeclared_subcontractor(world: World, suppliers: Ints) -> World:
    """Workers are employed by another company, of which the contract says nothing."""
    hired = with_hired_workers(world, suppliers)
    return hired.having_planted("undeclared-subcontractor", suppliers, world.calendar.today - 98)
