"""Schemes about contracts: paid long after they ended, above their value, or without one."""

import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import outside_band
from screening.demo.world import World, among


def paid_after_contract_end(world: World, suppliers: Ints) -> World:
    """The contract ended months ago, no new one runs, and the invoices still name it."""
    ended = world.calendar.today - world.draws.integers("contract ended", suppliers, 130, 280)
    return with_contract_end(world, suppliers, ended).having_planted(
        "paid-after-contract-end", suppliers, ended + 31
    )


def with_contract_end(world: World, suppliers: Ints, days: Ints) -> World:
    """End the first contracts of suppliers on the given days."""
    told = pl.DataFrame({"supplier": suppliers, "ended": days})
    contracts = (
        world.contracts.join(told, on="supplier", how="left", maintain_order="left")
        .with_columns(until=pl.coalesce("ended", "until"))
        .drop("ended")
    )
    return world.but(contracts=contracts)


def paid_above_value(world: World, suppliers: Ints) -> World:
    """Twice as much is invoiced on the contract as it is worth."""
    return with_contract_used(world, suppliers, 2.0).having_planted(
        "paid-above-contract-value", suppliers, world.calendar.today - 90
    )


def with_contract_used(world: World, suppliers: Ints, times: float) -> World:
    """Set the first contract's value so that what was invoiced on it is that many times as much."""
    paid = (
        world.invoices.filter(among("supplier", suppliers) & (pl.col("contract") == 1))
        .group_by("supplier")
        .agg(paid_ore=pl.col("ore").sum())
    )
    years = ((pl.col("until").fill_null(pl.col("since") + 1_461) - pl.col("since")) / 365).ceil()
    contracts = (
        world.contracts.join(paid, on="supplier", how="left", maintain_order="left")
        .with_columns(
            annual_ore=pl.when(pl.col("paid_ore").is_not_null() & (pl.col("which") == 1))
            .then((pl.col("paid_ore") / times / years).round().cast(pl.Int64))
            .otherwise("annual_ore")
        )
        .drop("paid_ore")
    )
    return world.but(contracts=contracts)


def paid_without_contract(world: World, suppliers: Ints) -> World:
    """Bought for more than a million a year, and there is no contract."""
    since = world.calendar.today - 300
    return without_contract(world, suppliers).having_planted(
        "paid-without-contract", suppliers, since
    )


def without_contract(world: World, suppliers: Ints) -> World:
    """Take away the contracts of suppliers, and their numbers from the invoices."""
    ore = outside_band(world.invoices.get_column("ore").to_numpy())
    mine = among("supplier", suppliers)
    return world.but(
        contracts=world.contracts.filter(~mine),
        invoices=world.invoices.with_columns(
            ore=pl.when(mine).then(pl.Series(ore)).otherwise("ore"),
            contract=pl.when(mine).then(pl.lit(0, pl.Int8)).otherwise("contract"),
        ),
    )
