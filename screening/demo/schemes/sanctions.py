"""Suppliers that are on a sanctions list, or whose owner is."""

import numpy as np

from screening.demo.draws import Ints
from screening.demo.people import owner_of
from screening.demo.sanctions import with_listed_companies, with_listed_persons
from screening.demo.world import World


def on_sanctions_list(world: World, suppliers: Ints) -> World:
    """One in three is listed itself, by number; of the others the owner is, by name and birth.

    Of every second of these the list has the owner's number as well.
    """
    since = world.calendar.today - world.draws.integers("sanctioned", suppliers, 200, 1_400)
    turn = np.arange(suppliers.size) % 3
    itself, by_birth, by_number = (turn == place for place in range(3))
    owners = owner_of(world, suppliers)
    world = with_listed_companies(world, suppliers[itself], since[itself])
    world = with_listed_persons(world, owners[by_birth], since[by_birth])
    world = with_listed_persons(world, owners[by_number], since[by_number], numbered=True)
    return world.having_planted("on-sanctions-list", suppliers, since)
