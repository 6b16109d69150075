"""Companies that lie still and are taken over: idle reports, new people, changes registered."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.people import OWNER_COLUMNS, new_persons
from screening.demo.records import with_financials
from screening.demo.schemes.ownership import with_new_board
from screening.demo.world import World, among


def with_idle_year(world: World, suppliers: Ints, revenue_ore: int = 900_000) -> World:
    """The newest annual report tells of next to no revenue, and of nobody employed."""
    return with_financials(
        world, suppliers, revenue_ore=revenue_ore, result_ore=-300_000, employees=0
    )


def with_new_people(world: World, suppliers: Ints, days: Ints) -> World:
    """Somebody else owns the companies and sits on their boards from the given days on."""
    world = with_new_board(world, suppliers, days)
    world, persons = new_persons(world, suppliers.size)
    told = pl.DataFrame({"company": suppliers.astype(np.int64), "day": days.astype(np.int64)})
    sold = pl.col("until").is_null() & pl.col("day").is_not_null()
    owners = (
        world.owners.join(told, on="company", how="left", maintain_order="left")
        .with_columns(until=pl.when(sold).then("day").otherwise("until"))
        .drop("day")
    )
    bought = told.select(
        "company",
        person=pl.Series(persons),
        parent=pl.lit(-1),
        share=pl.lit(100.0),
        since="day",
        until=pl.lit(None, pl.Int64),
    ).cast(OWNER_COLUMNS)  # type: ignore[arg-type]
    return world.but(owners=pl.concat([owners.cast(OWNER_COLUMNS), bought]))  # type: ignore[arg-type]


def with_events(world: World, suppliers: Ints, event: str, days: Ints) -> World:
    """The register has a change of each company on its day."""
    told = pl.DataFrame({"company": suppliers.astype(np.int64), "day": days.astype(np.int64)})
    rows = told.with_columns(event=pl.lit(event), detail=pl.lit(""))
    return world.but(events=pl.concat([world.events, rows.select(world.events.columns)]))


def without_events(world: World, suppliers: Ints) -> World:
    """The register knows no change of these companies."""
    return world.but(events=world.events.filter(~among("company", suppliers)))
