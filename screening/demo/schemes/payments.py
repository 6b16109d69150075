"""Schemes about accounts: changed shortly before a large payment."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import next_numbers, with_more_invoices
from screening.demo.numbers import bankgiro_numbers, digits
from screening.demo.world import World, among


def account_changed_before_large_payment(world: World, suppliers: Ints) -> World:
    """A new account is put into the register, and soon after the largest invoice ever comes."""
    changed = with_changed_account(world, suppliers)
    days = _changed_days(changed, suppliers)
    usual = (
        world.invoices.filter(among("supplier", suppliers))
        .group_by("supplier")
        .agg(
            pl.col("ore").median(),
            pl.col("service", "unit").first(),
            pl.col("contract").max(),
        )
        .sort("supplier")
    )
    large = np.maximum(
        usual.get_column("ore").to_numpy()
        * world.draws.uniform("large payment", suppliers, 6.0, 9.0),
        world.draws.uniform("large payment/least", suppliers, 28_000_000, 42_000_000),
    )
    rows = usual.with_columns(
        ore=pl.Series(np.round(large / 100) * 100),
        day=pl.Series(days + world.draws.integers("large payment/day", suppliers, 5, 22)),
        lines=pl.lit(1),
        number=next_numbers(world, usual),
    )
    return with_more_invoices(changed, rows).having_planted(
        "account-changed-before-large-payment", suppliers, days
    )


def with_changed_account(world: World, suppliers: Ints) -> World:
    """Suppliers whose account in the municipality's register is another than half a year ago."""
    count = world.suppliers.height
    days = world.calendar.today - world.draws.integers("account changed", suppliers, 45, 150)
    return world.with_supplier_values(
        suppliers,
        old_bankgiro=digits(bankgiro_numbers(world.draws, count + suppliers), 8),
        account_changed=days,
    )


def _changed_days(world: World, suppliers: Ints) -> Ints:
    chosen = world.suppliers.filter(among("supplier", suppliers)).sort("supplier")
    days: Ints = chosen.get_column("account_changed").to_numpy()
    return days
