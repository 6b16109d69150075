"""Honest companies whose permits, taxes, people and register look odd at first sight."""

from collections.abc import Callable

import numpy as np
import polars as pl

from screening.demo.answers import TAX_DAYS, with_private_debts, with_tax_status
from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.names import Address, addresses
from screening.demo.records import with_financials
from screening.demo.schemes.company_shape import with_former_auditors
from screening.demo.schemes.permit_use import with_permits_from, with_site_visits
from screening.demo.schemes.tax_gaps import (
    f_tax_days,
    with_first_f_tax,
    with_silent_months,
    with_vat,
)
from screening.demo.takeovers import (
    with_events,
    with_idle_year,
    with_new_people,
    without_events,
)
from screening.demo.world import World, among


def small_home_last_year(world: World, suppliers: Ints) -> World:
    """A small home with little revenue last year, and new to the municipality."""
    return with_financials(world, suppliers, revenue_ore=31_000_000, employees=1)


def sold_long_before(world: World, suppliers: Ints) -> World:
    """The company was sold, and a year later the municipality began to buy from it."""
    sold = first_days(world, suppliers) - 330
    return with_new_people(world, suppliers, sold)


def started_within_grace(world: World, suppliers: Ints) -> World:
    """The first invoice is some days older than the permit, as dates in registers are."""
    return with_permits_from(world, suppliers, first_days(world, suppliers) + 9)


def visited_at_its_office(world: World, suppliers: Ints) -> World:
    """The follow-up was at the company's office; the homes lie elsewhere."""
    key = 4_600_000 + suppliers
    at = addresses(
        world.draws, world.settings.words, Address(key, np.ones(suppliers.size, dtype=bool))
    )
    moved = at.with_columns(company=pl.Series(suppliers.astype(np.int64)))
    homes = world.permits.update(moved, on="company", how="left", maintain_order="left")
    office = world.suppliers.get_column("street").gather(pl.Series(suppliers))
    days = world.calendar.today - world.draws.integers("office", suppliers, 20, 200)
    return with_site_visits(world.but(permits=homes), suppliers, days, office)


def vat_registered_later(world: World, suppliers: Ints) -> World:
    """Registered for VAT during the year, and charging it since."""
    told = np.tile(np.array([False, False, True, True]), (suppliers.size, 1))
    return with_tax_status(with_vat(world, suppliers), suppliers, vat=told)


def private_debt_under_limit(world: World, suppliers: Ints) -> World:
    """A disputed invoice at Kronofogden, under the limit."""
    debt = world.draws.uniform("private under", suppliers, 60_000, 96_000)[:, None]
    return with_private_debts(world, suppliers, debt * np.array([0.0, 1.0, 1.0, 0.99]))


def approved_at_once(world: World, suppliers: Ints) -> World:
    """A new company with F-tax from the start, and small invoices."""
    return with_first_f_tax(world, suppliers, f_tax_days(world, suppliers))


def woke_up_alone(world: World, suppliers: Ints) -> World:
    """The owner has taken up a company that lay still; nobody and nothing else is new."""
    return without_events(with_idle_year(world, suppliers, 0), suppliers)


def registered_as_consultant(world: World, suppliers: Ints) -> World:
    """A care company that the register has as a consultancy."""
    codes = pl.Series(["70220"] * suppliers.size, dtype=pl.String)
    return world.with_supplier_values(suppliers, sni=codes)


def own_box(world: World, suppliers: Ints) -> World:
    """The post goes to a box of the company's own."""
    boxes = pl.Series(7_000 + suppliers).cast(pl.String)
    street = pl.select(pl.concat_str(pl.lit("Box "), pl.lit(boxes))).to_series()
    return world.with_supplier_values(suppliers, street=street)


def renamed_at_one_time(world: World, suppliers: Ints) -> World:
    """Name, purpose and seat were changed at the same meeting, and never else."""
    world = without_events(world, suppliers)
    day = world.calendar.today - world.draws.integers("renamed", suppliers, 60, 600)
    for event in ("name_change", "purpose_change", "seat_change"):
        world = with_events(world, suppliers, event, day)
    return world


def auditor_replaced(world: World, suppliers: Ints) -> World:
    """The auditor retired, and another came on the same day."""
    day = world.calendar.today - world.draws.integers("retired", suppliers, 60, 300)
    world = with_former_auditors(without_events(world, suppliers), suppliers, day)
    auditor = world.officers.filter(
        (pl.col("role") == "revisor") & ~among("company", suppliers)
    ).get_column("person")
    came = pl.DataFrame({"company": suppliers.astype(np.int64), "since": day}).select(
        "company",
        person=pl.lit(auditor.max(), pl.Int64),
        role=pl.lit("revisor"),
        since="since",
        until=pl.lit(None, pl.Int64),
    )
    return with_events(
        world.but(officers=pl.concat([world.officers, came])), suppliers, "auditor_change", day
    )


def pay_none_two_months(world: World, suppliers: Ints) -> World:
    """Nothing declared for the two newest months; the declaration is late."""
    return with_silent_months(world, suppliers, 2)


def lss_permit_for_housing(world: World, suppliers: Ints) -> World:
    """Housing with special service, under the permit for such housing by the law of LSS."""
    mine = among("company", suppliers) & (pl.col("permit") == "bostad_med_sarskild_service")
    permit = pl.when(mine).then(pl.lit("lss_8_9_bostad")).otherwise("permit")
    return world.but(permits=world.permits.with_columns(permit=permit))


def f_tax_came_late(world: World, suppliers: Ints) -> World:
    """The application took its time: three answers say no, the newest says yes."""
    answered = np.tile(np.array([False, False, False, True]), (suppliers.size, 1))
    came = np.full(suppliers.size, world.calendar.today - TAX_DAYS[-1] - 20)
    return with_tax_status(world, suppliers, changed=came, f_tax=answered)


COMPANY_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "small_home_last_year": small_home_last_year,
    "sold_long_before": sold_long_before,
    "started_within_grace": started_within_grace,
    "visited_at_its_office": visited_at_its_office,
    "vat_registered_later": vat_registered_later,
    "lss_permit_for_housing": lss_permit_for_housing,
    "f_tax_came_late": f_tax_came_late,
    "private_debt_under_limit": private_debt_under_limit,
    "approved_at_once": approved_at_once,
    "woke_up_alone": woke_up_alone,
    "registered_as_consultant": registered_as_consultant,
    "own_box": own_box,
    "renamed_at_one_time": renamed_at_one_time,
    "auditor_replaced": auditor_replaced,
}
