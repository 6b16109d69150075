"""Honest suppliers whose visits, hours and contracts look like trouble at first sight."""

from collections.abc import Callable

import polars as pl

from screening.demo.draws import Ints
from screening.demo.hour_invoices import with_granted_total, with_hour_invoices
from screening.demo.records import with_authority_record, with_incidents
from screening.demo.schemes.contracts import with_contract_used, without_contract
from screening.demo.visits import (
    FIRST_SUBCONTRACTOR,
    with_entries_by_hand,
    with_hired_workers,
    with_rounds,
)
from screening.demo.world import World, among


def long_weeks(world: World, suppliers: Ints) -> World:
    """Somebody works ten hours a day for weeks, which is much and possible."""
    return with_rounds(world, suppliers, 910, 42, 11, 55, 5, begins=420)


def travel_paid(world: World, suppliers: Ints) -> World:
    """A tenth more hours are billed than reported, for the contract pays for travel."""
    return with_hour_invoices(
        with_rounds(world, suppliers, 920, 60, 5, 40, 15, begins=900), suppliers, 1.10
    )


def tags_lost(world: World, suppliers: Ints) -> World:
    """For weeks tags were lacking; a good third of the visits are entered by hand."""
    visited = with_rounds(world, suppliers, 920, 60, 5, 40, 15, begins=900)
    return with_entries_by_hand(visited, suppliers, 0.38)


def neighbours_in_turn(world: World, suppliers: Ints) -> World:
    """Clients of one house are visited in turn, for some days."""
    return with_rounds(world, suppliers, 930, 10, 5, 30, 0, begins=960)


def contract_nearly_used(world: World, suppliers: Ints) -> World:
    """A little more was bought than the contract is worth."""
    return with_contract_used(world, suppliers, 1.12)


def declared_subcontractor(world: World, suppliers: Ints) -> World:
    """Workers of another company, which the contract names."""
    contracts = world.contracts.with_columns(
        subcontractor=pl.when(among("supplier", suppliers))
        .then(pl.col("supplier") + FIRST_SUBCONTRACTOR)
        .otherwise("subcontractor")
    )
    return with_hired_workers(world.but(contracts=contracts), suppliers)


def all_granted_used(world: World, suppliers: Ints) -> World:
    """Every hour that was granted is worked and billed, and no more."""
    return with_granted_total(world, suppliers, 1.0)


def one_payment_remark(world: World, suppliers: Ints) -> World:
    """A single payment remark, about a bill in dispute."""
    ago = world.draws.integers("one remark", suppliers, 30, 600)
    noted = with_authority_record(
        world, suppliers, "Kronofogden", "betalningsanmarkning", ago, 900_000
    )
    return with_authority_record(noted, suppliers, "Granåviks tingsrätt", "tvist", ago + 20)


def four_complaints(world: World, suppliers: Ints) -> World:
    """Four complaints in a year, and nothing else."""
    world = world.but(incidents=world.incidents.filter(~among("supplier", suppliers)))
    for turn in range(4):
        ago = world.draws.integers(f"four {turn}", suppliers, 10, 80) + 80 * turn
        world = with_incidents(world, suppliers, "klagomal", 2, ago)
    return world


#: Those that are played before anything is planted.
WORK_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "long_weeks": long_weeks,
    "travel_paid": travel_paid,
    "tags_lost": tags_lost,
    "neighbours_in_turn": neighbours_in_turn,
    "small_without_contract": without_contract,
    "contract_nearly_used": contract_nearly_used,
    "declared_subcontractor": declared_subcontractor,
}
#: Those in what is written down, and in what was granted.
WORK_RECORD_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "all_granted_used": all_granted_used,
    "one_payment_remark": one_payment_remark,
    "four_complaints": four_complaints,
}
