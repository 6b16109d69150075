"""Honest suppliers whose owners, leaders or neighbours look like trouble."""

from collections.abc import Callable

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import without_invoices_after
from screening.demo.schemes.behind import (
    others_of,
    with_address_of_supplier,
    with_ended_contracts,
    with_posts,
    with_shared_officer,
    with_sole_owner,
)
from screening.demo.schemes.ownership import (
    suppliers_in_pairs,
    with_new_board,
    with_shared_owner,
)
from screening.demo.world import World, among


def deputy_in_two(world: World, suppliers: Ints) -> World:
    """Who leads one supplier is a deputy on the board of another in the same area."""
    return with_shared_officer(world, suppliers, "suppleant", world.calendar.today - 900)


def neighbour_is_staff(world: World, suppliers: Ints) -> World:
    """Somebody on the staff, without a say in purchases, lives where the company has its seat."""
    free = world.staff.filter(~pl.col("is_taken") & ~pl.col("is_sensitive")).head(suppliers.size)
    taken = free.select("employee").with_columns(is_taken=pl.lit(value=True))
    homes = pl.concat(
        [
            free.select("person"),
            world.suppliers.select("street", "postal_code", "city")[suppliers.tolist()],
        ],
        how="horizontal",
    )
    return world.but(
        staff=world.staff.update(taken, on="employee", how="left", maintain_order="left"),
        people=world.people.update(homes, on="person", how="left", maintain_order="left"),
    )


def parent_not_asked(world: World, suppliers: Ints) -> World:
    """A company owns the supplier, and nobody has asked who owns that company."""
    parents = others_of(world, "parent", suppliers).get_column("company").to_numpy()
    return world.but(owners=world.owners.filter(~among("company", parents)))


def own_shares(world: World, suppliers: Ints) -> World:
    """The company has bought back a tenth of its own shares."""
    mine = among("company", suppliers)
    thinned = world.owners.with_columns(
        share=pl.when(mine).then(pl.col("share") * 0.9).otherwise("share")
    )
    own = pl.DataFrame({"company": suppliers.astype(np.int64)}).select(
        "company",
        person=pl.lit(-1, pl.Int64),
        parent="company",
        share=pl.lit(10.0),
        since=pl.lit(world.calendar.today - 700, pl.Int64),
        until=pl.lit(None, pl.Int64),
    )
    return world.but(owners=pl.concat([thinned, own]))


def new_tenant(world: World, suppliers: Ints) -> World:
    """A new company rents the premises of one that went bankrupt; the people are others."""
    return with_address_of_supplier(world, "fallen", suppliers)


def busy_director(world: World, suppliers: Ints) -> World:
    """The owner sits on the boards of eleven other companies, and all are sound."""
    return with_posts(world, "directed", suppliers)


def sold_and_stayed(world: World, suppliers: Ints) -> World:
    """The owner retired and sold to somebody who carries on at the same address."""
    when = np.full(suppliers.size, world.calendar.today - 90)
    still = ~(among("company", suppliers) & pl.col("event").is_in(["address_change"]))
    return with_new_board(
        world.but(events=world.events.filter(still)), suppliers, when, newcomers=1
    )


def parted_as_agreed(world: World, suppliers: Ints) -> World:
    """A contract ended early by agreement; its owner has another supplier too."""
    leaders, _ = suppliers_in_pairs(world, suppliers)
    ended = np.full(leaders.size, world.calendar.today - 150)
    world = with_ended_contracts(world, leaders, ended, "overenskommelse")
    world = without_invoices_after(world, leaders, ended + 20)
    return with_shared_owner(world, suppliers, 60.0, world.calendar.today - 800)


def open_group(world: World, suppliers: Ints) -> World:
    """Two suppliers are daughters of one company, which one person owns."""
    leaders, _ = suppliers_in_pairs(world, suppliers)
    groups = pl.DataFrame({"supplier": suppliers, "group_no": world.cast.groups(suppliers)})
    parents = (
        others_of(world, "holding", leaders)
        .join(groups, on="supplier", maintain_order="left")
        .select("group_no", parent="company")
    )
    told = groups.join(parents, on="group_no", maintain_order="left")
    nobody = np.full(suppliers.size, -1)
    return with_sole_owner(world, suppliers, nobody, told.get_column("parent").to_numpy())


def house_of_critical(world: World, suppliers: Ints) -> World:
    """Four firms sit in the house of a home without a permit, and share nothing else."""
    homes = world.cast.part("ghost_home")
    home = homes[world.cast.groups(suppliers) % homes.size]
    place = world.suppliers.select("street", "postal_code", "city")[home.tolist()]
    return world.with_supplier_values(suppliers, **place.to_dict())


BEHIND_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "deputy_in_two": deputy_in_two,
    "neighbour_is_staff": neighbour_is_staff,
    "parent_not_asked": parent_not_asked,
    "own_shares": own_shares,
    "new_tenant": new_tenant,
    "busy_director": busy_director,
    "sold_and_stayed": sold_and_stayed,
    "parted_as_agreed": parted_as_agreed,
    "open_group": open_group,
    "house_of_critical": house_of_critical,
}
