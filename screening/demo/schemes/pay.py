"""Scheme about wages: declared pay far below what the work that is invoiced must cost."""

import polars as pl

from screening.demo.draws import Ints
from screening.demo.world import World


def pay_too_low(world: World, suppliers: Ints) -> World:
    """What the company declares as pay is a fraction of what the invoiced hours cost."""
    share = world.draws.uniform("pay too low", suppliers, 0.04, 0.16)
    low = with_pay_share(world, suppliers, pl.Series(share))
    first = world.payroll.get_column("month").min()
    since = world.calendar.month_starts[int(first)]  # type: ignore[arg-type]
    return low.having_planted("pay-too-low-for-invoiced", suppliers, int(since))


def with_pay_share(world: World, suppliers: Ints, share: pl.Series) -> World:
    """Set declared pay to a share of what was invoiced in the same month."""
    told = pl.DataFrame({"company": suppliers, "told": share})
    pay = (
        world.payroll.join(told, on="company", how="left", maintain_order="left")
        .with_columns(
            pay_ore=pl.when(pl.col("told").is_not_null())
            .then((pl.col("heavy_ore") * pl.col("told") / 100).round() * 100)
            .otherwise("pay_ore")
            .cast(pl.Int64)
        )
        .drop("told")
    )
    return world.but(payroll=pay)
