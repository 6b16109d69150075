"""Schemes about what a company is: bought off the shelf, hardly anywhere, always something else."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.names import stems
from screening.demo.records import last_year_end, with_auditor_remarks
from screening.demo.schemes.ownership import with_new_board
from screening.demo.takeovers import with_events, with_idle_year
from screening.demo.world import World, among

#: Retail of clothes, which is far from staffing and cleaning.
_FAR_SNI = "47710"


def shelf_company(world: World, suppliers: Ints) -> World:
    """An old company that did nothing was bought, renamed and moved, and invoices."""
    bought = world.calendar.today - world.draws.integers("shelf company", suppliers, 200, 260)
    registered = world.calendar.today - world.draws.integers("shelf age", suppliers, 2_500, 5_000)
    world = world.with_supplier_values(suppliers, registered=registered)
    world = with_new_board(with_idle_year(world, suppliers), suppliers, bought)
    world = with_events(world, suppliers, "name_change", bought + 6)
    return with_events(world, suppliers, "address_change", bought + 6).having_planted(
        "shelf-company", suppliers, bought
    )


def line_far(world: World, suppliers: Ints) -> World:
    """The register has the company down for something quite different."""
    codes = pl.Series([_FAR_SNI] * suppliers.size, dtype=pl.String)
    return world.with_supplier_values(suppliers, sni=codes).having_planted(
        "line-of-business-far", suppliers, first_days(world, suppliers)
    )


def mail_address(world: World, suppliers: Ints) -> World:
    """The company has a care-of address and no other."""
    words = world.settings.words
    whom = stems(words, world.draws.pick("care of", suppliers, 5_000))
    street = pl.select(pl.concat_str(pl.lit("c/o "), pl.lit(whom), pl.lit(" Redovisning")))
    return world.with_supplier_values(suppliers, street=street.to_series()).having_planted(
        "mail-address-or-crowd", suppliers, first_days(world, suppliers)
    )


def changed_repeatedly(world: World, suppliers: Ints) -> World:
    """A new name, a new seat and a new purpose, half a year apart."""
    first = world.calendar.today - world.draws.integers("changed", suppliers, 480, 650)
    world = with_events(world, suppliers, "name_change", first)
    world = with_events(world, suppliers, "seat_change", first + 150)
    return with_events(world, suppliers, "purpose_change", first + 320).having_planted(
        "changed-repeatedly", suppliers, first + 320
    )


def auditor_trouble(world: World, suppliers: Ints) -> World:
    """The auditor remarks, is changed twice, or leaves and nobody follows; each in turn."""
    remarked, changed, left = (
        suppliers[np.arange(suppliers.size) % 3 == turn] for turn in range(3)
    )
    ago = world.draws.integers("auditor", suppliers, 30, 300)
    world = with_auditor_remarks(world, remarked)
    for days in (500, 90):
        gone = np.full(changed.size, world.calendar.today - days)
        world = with_events(world, changed, "auditor_change", gone)
    parted = world.calendar.today - ago[np.arange(suppliers.size) % 3 == 2]
    world = with_former_auditors(world, left, parted)
    since = np.full(suppliers.size, last_year_end(world.calendar.today))
    return world.having_planted("auditor-left-or-remarked", suppliers, since)


def with_former_auditors(world: World, companies: Ints, days: Ints) -> World:
    """The companies' auditors leave on the given days; who has none gets one who leaves."""
    others = world.officers.filter(~(among("company", companies) & (pl.col("role") == "revisor")))
    auditor = world.officers.filter(pl.col("role") == "revisor").get_column("person").min()
    rows = pl.DataFrame({"company": companies.astype(np.int64), "until": days.astype(np.int64)})
    left = rows.select(
        "company",
        person=pl.lit(auditor, pl.Int64),
        role=pl.lit("revisor"),
        since=pl.col("until") - 1_200,
        until="until",
    )
    return world.but(officers=pl.concat([others, left]))
