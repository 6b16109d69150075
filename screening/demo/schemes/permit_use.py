"""Schemes about how permits are used: dormant and bought, not begun, at another address."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.names import Address, addresses
from screening.demo.takeovers import with_idle_year, with_new_people, without_events
from screening.demo.world import World, among

#: Running numbers of addresses that nobody else has.
_ELSEWHERE = 4_500_000


def with_permits_from(world: World, companies: Ints, days: Ints, status: str = "Aktiv") -> World:
    """The companies' permits begin on the given days and stand as ``status`` says."""
    told = pl.DataFrame({"company": companies.astype(np.int64), "begins": days.astype(np.int64)})
    mine = among("company", companies)
    permits = world.permits.join(told, on="company", how="left", maintain_order="left")
    return world.but(
        permits=permits.with_columns(
            valid_from=pl.coalesce("begins", "valid_from"),
            status=pl.when(mine).then(pl.lit(status)).otherwise("status"),
        ).drop("begins")
    )


def with_site_visits(world: World, suppliers: Ints, days: Ints, places: pl.Series) -> World:
    """Somebody of the municipality was at a place and wrote it down."""
    rows = pl.DataFrame(
        {"supplier": suppliers.astype(np.int64), "day": days.astype(np.int64), "place": places}
    )
    return world.but(site_visits=pl.concat([world.site_visits, rows]))


def dormant_permit(world: World, suppliers: Ints) -> World:
    """A permit held for years, a year without revenue, and then invoices."""
    held = world.calendar.today - world.draws.integers("dormant permit", suppliers, 1_300, 2_400)
    world = with_permits_from(world, suppliers, held)
    return with_idle_year(world, suppliers).having_planted(
        "dormant-permit-invoicing", suppliers, first_days(world, suppliers)
    )


def people_changed(world: World, suppliers: Ints) -> World:
    """Owners and board were exchanged some weeks before the first invoice."""
    begun = first_days(world, suppliers)
    changed = begun - world.draws.integers("people changed", suppliers, 40, 110)
    world = with_new_people(without_events(world, suppliers), suppliers, changed)
    return world.having_planted("people-changed-before-permit-invoices", suppliers, changed)


def permit_not_started(world: World, suppliers: Ints) -> World:
    """The home takes people in; its permit begins later, or IVO knows of no start."""
    begun = first_days(world, suppliers)
    waiting = np.arange(suppliers.size) % 2 == 0
    late = world.calendar.today - world.draws.integers("permit later", suppliers, 20, 50)
    world = with_permits_from(world, suppliers[~waiting], late[~waiting])
    world = with_permits_from(world, suppliers[waiting], begun[waiting] - 30, "Ej startad")
    return world.having_planted("permit-not-started", suppliers, begun)


def unit_elsewhere(world: World, suppliers: Ints) -> World:
    """A follow-up on site finds people at an address that no permit has."""
    days = world.calendar.today - world.draws.integers("unit elsewhere", suppliers, 15, 120)
    words, key = world.settings.words, _ELSEWHERE + suppliers
    place = addresses(world.draws, words, Address(key, np.ones(suppliers.size, dtype=bool)))
    visited = with_site_visits(world, suppliers, days, place.get_column("street"))
    return visited.having_planted("unit-not-on-permit", suppliers, days)
