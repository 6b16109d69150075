"""Schemes about the work itself: one worker at two clients at once."""

import numpy as np

from screening.demo.draws import Ints
from screening.demo.schemes.ownership import suppliers_in_pairs
from screening.demo.visits import with_evening_pairs
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
