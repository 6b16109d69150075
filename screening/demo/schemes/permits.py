"""Schemes about permits: none, ended, for something else, or somebody else's."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.people import owner_of
from screening.demo.permits import without_permits
from screening.demo.world import World, among

_OTHER_PERMITS = ("konsulentstod", "lss_10_daglig_verksamhet", "lss_3_ledsagarservice")


def no_active_permit(world: World, suppliers: Ints) -> World:
    """A service that needs a permit is sold by a company that never had one."""
    return without_permits(world, suppliers).having_planted(
        "no-active-permit", suppliers, first_days(world, suppliers)
    )


def _in_turn(suppliers: Ints, alternatives: int) -> pl.Series:
    """0, 1, 2 ... and over again, so that each alternative is there however few suppliers are."""
    return pl.Series(np.arange(suppliers.size) % alternatives)


def permit_ended(world: World, suppliers: Ints) -> World:
    """The permit was closed, withdrawn or ran out months ago; the invoices go on."""
    ended = world.calendar.today - world.draws.integers("permit ended", suppliers, 130, 280)
    how = pl.Series(["Nedlagd", "Återkallad", "Aktiv"]).gather(_in_turn(suppliers, 3))
    told = pl.DataFrame({"company": suppliers, "ended": ended, "how": how})
    permits = (
        world.permits.join(told, on="company", how="left", maintain_order="left")
        .with_columns(
            valid_to=pl.coalesce("ended", "valid_to"), status=pl.coalesce("how", "status")
        )
        .drop("ended", "how")
    )
    return world.but(permits=permits).having_planted(
        "permit-ended-payments-continue", suppliers, ended + 31
    )


def permit_for_other_service(world: World, suppliers: Ints) -> World:
    """The company has a permit, but for another service than it invoices."""
    other = pl.Series(list(_OTHER_PERMITS)).gather(_in_turn(suppliers, len(_OTHER_PERMITS)))
    told = pl.DataFrame({"company": suppliers, "other": other})
    permits = (
        world.permits.join(told, on="company", how="left", maintain_order="left")
        .with_columns(permit=pl.coalesce("other", "permit"))
        .drop("other")
    )
    return world.but(permits=permits).having_planted(
        "permit-for-other-service", suppliers, first_days(world, suppliers)
    )


def permit_held_by_other(world: World, suppliers: Ints) -> World:
    """The permit is another company's: one at the same address, or with the same person."""
    holders = world.others.filter((pl.col("kind") == "holder") & among("supplier", suppliers))
    at_address = holders.filter(pl.col("supplier") % 2 == 0)
    with_person = holders.filter(pl.col("supplier") % 2 == 1)
    moved = (
        at_address.select("company", "supplier")
        .join(
            world.suppliers.select("supplier", "street", "postal_code", "city"),
            on="supplier",
            maintain_order="left",
        )
        .drop("supplier")
    )
    board = with_person.select(
        "company",
        person=pl.Series(owner_of(world, with_person.get_column("supplier").to_numpy())),
        role=pl.lit("ledamot"),
        since=pl.col("registered"),
        until=pl.lit(None, pl.Int64),
    )
    changed = world.but(
        others=world.others.update(moved, on="company", how="left", maintain_order="left"),
        permits=world.permits.update(moved, on="company", how="left", maintain_order="left"),
        officers=pl.concat([world.officers, board]),
    )
    return without_permits(changed, suppliers).having_planted(
        "permit-held-by-other-company", suppliers, first_days(world, suppliers)
    )
