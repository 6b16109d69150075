"""Schemes about the company itself. What the register says was settled when it was made."""

import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.world import World, among


def deregistered(world: World, suppliers: Ints) -> World:
    """The company was struck off months ago; it invoices as before."""
    ended = world.suppliers.filter(among("supplier", suppliers)).sort("supplier")
    return world.having_planted(
        "deregistered", suppliers, ended.get_column("deregistered").to_numpy()
    )


def insolvency(world: World, suppliers: Ints) -> World:
    """Bankruptcy, liquidation or reconstruction is under way."""
    since = (
        world.suppliers.filter(among("supplier", suppliers))
        .sort("supplier")
        .get_column("proceeding")
        .str.tail(10)
        .str.to_date()
        .cast(pl.Int32)
    )
    return world.having_planted("insolvency", suppliers, since.to_numpy())


def new_company_large_invoices(world: World, suppliers: Ints) -> World:
    """A company of a few months invoices millions."""
    return world.having_planted(
        "new-company-large-invoices", suppliers, first_days(world, suppliers)
    )


def not_in_register(world: World, suppliers: Ints) -> World:
    """No register knows the organisationsnummer."""
    return world.having_planted("not-in-register", suppliers, first_days(world, suppliers))
