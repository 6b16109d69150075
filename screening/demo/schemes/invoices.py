"""Schemes about invoices: paid twice, or split below a limit."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import next_numbers, with_more_invoices
from screening.demo.world import World, among

#: The limit (öre) above which the procurement unit is asked.
SPLIT_LIMIT = 10_000_000


def duplicate_invoice(world: World, suppliers: Ints) -> World:
    """Invoices that were paid come again weeks later, with the same number and amount.

    Suppliers without an invoice worth it are left alone.
    """
    copies = booked_again(world, suppliers, 3)
    first = copies.group_by("supplier").agg(pl.col("day").min()).sort("supplier")
    supplier, day = (first.get_column(name).cast(pl.Int64) for name in ("supplier", "day"))
    return with_more_invoices(world, copies).having_planted(
        "duplicate-invoice", supplier.to_numpy(), day.to_numpy()
    )


def booked_again(world: World, suppliers: Ints, most: int) -> pl.DataFrame:
    """Copies, some weeks later, of each supplier's ``most`` largest invoices of the past year."""
    calendar = world.calendar
    window = (pl.col("day") > calendar.today - 330) & (pl.col("day") < calendar.today - 45)
    largest = (
        world.invoices.filter(among("supplier", suppliers) & window & (pl.col("ore") > 150_000))
        .sort("supplier", "ore", "doc", descending=[False, True, False])
        .group_by("supplier", maintain_order=True)
        .head(most)
    )
    doc = largest.get_column("doc").to_numpy()
    later = world.draws.integers("booked again", doc, 6, 40)
    return largest.with_columns(day=pl.col("day") + pl.Series(later).cast(pl.Int32)).drop("doc")


def split_invoices(world: World, suppliers: Ints) -> World:
    """What should have been one purchase comes as several just below the limit."""
    start = world.calendar.today - world.draws.integers("split", suppliers, 25, 300)
    rows = near_limit(world, suppliers, start, pieces=4, within_days=11)
    return with_more_invoices(world, rows).having_planted("split-invoices", suppliers, start)


def near_limit(
    world: World, suppliers: Ints, start: Ints, pieces: int, within_days: int, contract: int = 0
) -> pl.DataFrame:
    """Invoices of 83-99 % of the limit to one department within some days."""
    usual = (
        world.invoices.filter(among("supplier", suppliers))
        .group_by("supplier")
        .agg(pl.col("service", "unit").first())
        .sort("supplier")
    )
    turns = pl.DataFrame({"turn": np.arange(pieces)})
    rows = usual.with_columns(start=pl.Series(start)).join(
        turns, how="cross", maintain_order="left_right"
    )
    key = (rows.get_column("supplier") * 16 + rows.get_column("turn")).to_numpy()
    ore = world.draws.uniform("near limit", key, 0.83, 0.99) * SPLIT_LIMIT
    return rows.with_columns(
        ore=pl.Series(np.round(ore / 10_000) * 10_000),
        day=pl.col("start") + pl.col("turn") * within_days // max(1, pieces - 1),
        lines=pl.lit(1),
        contract=pl.lit(contract),
        number=next_numbers(world, rows),
    )
