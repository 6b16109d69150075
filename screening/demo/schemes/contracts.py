"""Schemes about contracts: paid long after they ended."""

import polars as pl

from screening.demo.draws import Ints
from screening.demo.world import World


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
