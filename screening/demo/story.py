"""The whole making of the demo's world, step by step."""

from datetime import date

from screening.demo.agreements import make_contracts
from screening.demo.answers import make_debts, make_events, make_tax_status
from screening.demo.casting import cast_suppliers
from screening.demo.companies import make_suppliers
from screening.demo.draws import Draws
from screening.demo.hour_invoices import make_hour_invoices
from screening.demo.invoices import make_invoices
from screening.demo.near_misses import NEAR_MISSES, PAY_NEAR_MISSES, stage
from screening.demo.near_records import RECORD_NEAR_MISSES
from screening.demo.own_faults import with_own_faults
from screening.demo.payroll import make_payroll
from screening.demo.people import make_people
from screening.demo.permits import make_permits
from screening.demo.prohibitions import make_prohibitions
from screening.demo.records import (
    make_authority_records,
    make_financials,
    make_grants,
    make_incidents,
)
from screening.demo.sanctions import make_sanctions
from screening.demo.schemes import PAY_PLANTERS, PLANTERS, RECORD_PLANTERS, plant
from screening.demo.schemes.invoice_habits import with_hourly_prices
from screening.demo.settings import demo_settings
from screening.demo.surroundings import make_others
from screening.demo.visits import make_visits
from screening.demo.world import World, make_calendar


def tell(suppliers: int, invoices: int, seed: int, as_of: date, months: int) -> World:
    """Make an honest world, let the near misses be played in it, and plant the schemes.

    Raises:
        ValueError: too few suppliers for all schemes, or too few months.
    """
    if months < 12:
        raise ValueError(f"a demo needs at least 12 months of invoices, not {months}")
    draws, settings = Draws(seed), demo_settings()
    cast = cast_suppliers(draws, settings, suppliers)
    world = World(draws, settings, cast, make_calendar(as_of, months))
    for make in (
        make_suppliers,
        make_others,
        make_people,
        make_prohibitions,
        make_sanctions,
        make_permits,
        make_contracts,
        make_tax_status,
        make_debts,
        make_events,
        make_financials,
        make_authority_records,
        make_incidents,
    ):
        world = make(world)
    world = with_hourly_prices(make_invoices(world, invoices))
    world = make_visits(world, invoices)
    world = stage(world, NEAR_MISSES)
    world = plant(world, PLANTERS)
    world = make_grants(make_payroll(make_hour_invoices(world)))
    world = stage(world, PAY_NEAR_MISSES)
    world = stage(world, RECORD_NEAR_MISSES)
    world = plant(world, {**PAY_PLANTERS, **RECORD_PLANTERS})
    return with_own_faults(world)
