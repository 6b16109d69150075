"""Persons under trading prohibition, most of whom have nothing to do with any supplier."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.people import new_persons
from screening.demo.world import World

PROHIBITION_COLUMNS = {
    "person": pl.Int64,
    "since": pl.Int64,
    "until": pl.Int64,
    "provisional": pl.Boolean,
    "exemption_from": pl.Int64,
    "exemption_to": pl.Int64,
}


def make_prohibitions(world: World) -> World:
    """Fill ``prohibitions`` (see ``PROHIBITION_COLUMNS``) with strangers."""
    count = max(25, world.suppliers.height // 20)
    world, persons = new_persons(world, count)
    since = world.calendar.today - world.draws.integers("prohibition", count, 30, 2_400)
    return with_prohibitions(
        world.but(prohibitions=pl.DataFrame(schema=PROHIBITION_COLUMNS)),
        persons,
        since,
        since + 365 * world.draws.integers("prohibition/years", count, 3, 10),
    )


def with_prohibitions(
    world: World,
    persons: Ints,
    since: Ints,
    until: Ints,
    exemption: tuple[Ints, Ints] | None = None,
) -> World:
    """Add prohibitions of persons, with exemptions from and to if given."""
    rows = pl.DataFrame(
        {
            "person": persons,
            "since": since,
            "until": until,
            "provisional": np.zeros(persons.size, dtype=bool),
            "exemption_from": None if exemption is None else exemption[0],
            "exemption_to": None if exemption is None else exemption[1],
        },
        schema=PROHIBITION_COLUMNS,
    )
    return world.but(prohibitions=pl.concat([world.prohibitions, rows]))
