"""Schemes about taxes, debts and employer registration."""

import numpy as np

from screening.demo.answers import DEBT_DAYS, TAX_DAYS, with_debts, with_tax_status
from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.world import World


def no_f_tax(world: World, suppliers: Ints) -> World:
    """Skatteverket never answered that the supplier is approved for F-tax."""
    never = np.zeros((suppliers.size, len(TAX_DAYS)), dtype=bool)
    return with_tax_status(world, suppliers, f_tax=never).having_planted(
        "no-f-tax", suppliers, first_days(world, suppliers)
    )


def f_tax_lost(world: World, suppliers: Ints) -> World:
    """The approval for F-tax was withdrawn during the year."""
    lost = world.calendar.today - world.draws.integers("f-tax lost", suppliers, 20, 180)
    asked = world.calendar.today - np.array(TAX_DAYS)
    return with_tax_status(
        world, suppliers, changed=lost, f_tax=asked[None, :] < lost[:, None]
    ).having_planted("f-tax-lost", suppliers, lost)


def not_registered_as_employer(world: World, suppliers: Ints) -> World:
    """Work that takes many hands is sold by a company that has no employees to declare."""
    never = np.zeros((suppliers.size, len(TAX_DAYS)), dtype=bool)
    return with_tax_status(world, suppliers, employer=never).having_planted(
        "not-registered-as-employer", suppliers, first_days(world, suppliers)
    )


def public_debt(world: World, suppliers: Ints) -> World:
    """Taxes and fees went to Kronofogden; the debt stays about the same (see ``debt_growing``)."""
    growing = np.isin(suppliers, world.cast.scheme("debt-growing"))
    steady = suppliers[~growing]
    debt = world.draws.uniform("public debt", steady, 70_000, 400_000)[:, None]
    over_time = debt * np.array([1.06, 1.04, 1.02, 1.0])
    indebted = with_debts(world, steady, over_time, np.zeros_like(over_time))
    since = world.calendar.today - np.where(growing, DEBT_DAYS[2], DEBT_DAYS[0])
    return indebted.having_planted("public-debt", suppliers, since)


def debt_growing(world: World, suppliers: Ints) -> World:
    """The debt grows from answer to answer: to the public where that is planted, else to others."""
    to_public = np.isin(suppliers, world.cast.scheme("public-debt"))[:, None]
    growth = np.array([0.15, 0.4, 0.7, 1.0])
    large = world.draws.uniform("growing debt", suppliers, 90_000, 600_000)[:, None] * growth
    # Under the limit of a rule of its own.
    private = world.draws.uniform("growing private", suppliers, 45_000, 95_000)[:, None] * growth
    small = world.draws.uniform("small debt", suppliers, 12_000, 40_000)[:, None] * growth
    indebted = with_debts(
        world,
        suppliers,
        np.where(to_public, large, small),
        np.where(to_public, small, private),
    )
    return indebted.having_planted("debt-growing", suppliers, world.calendar.today - DEBT_DAYS[1])
