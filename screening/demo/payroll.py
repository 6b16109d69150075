"""What suppliers declared as pay, month by month, for those whose work is mostly hands."""

import numpy as np
import polars as pl

from screening.demo.casting import BANKRUPT, ORDINARY
from screening.demo.draws import Ints
from screening.demo.invoices import months_of
from screening.demo.world import World

PAYROLL_COLUMNS = {
    "company": pl.Int64,
    "month": pl.Int64,
    "heavy_ore": pl.Int64,
    "pay_ore": pl.Int64,
    "employees": pl.Int64,
}
#: Employer contributions as a share of pay.
CONTRIBUTIONS = 0.3142
#: The newest month that is declared lies this many months back.
_LAG = 1
_MONTHS = 13
_MONTHLY_PAY_ORE = 2_900_000
_NOT_ASKED = (BANKRUPT, "struck_off", "merged_company", "closed_after_last_invoice")


def make_payroll(world: World) -> World:
    """Fill ``payroll``: ``company, month`` (index), ``heavy_ore, pay_ore, employees``.

    Honest pay is at least 45 % of what was invoiced: the average of three months, times what other
    customers pay for.
    """
    draws, calendar = world.draws, world.calendar
    suppliers = world.suppliers
    heavy = [kind.labour_heavy for kind in world.settings.services.values()]
    part = suppliers.get_column("part").to_numpy()
    silent = world.cast.scheme("not-registered-as-employer")
    asked = (
        np.array(heavy)[suppliers.get_column("service").to_numpy()]
        & (suppliers.get_column("form").is_in(["AB", "HB", "EK", "I"])).to_numpy()
        & ((part != ORDINARY) | draws.chance("payroll/asked", suppliers.height, 0.7))
        & ~np.isin(part, [*_NOT_ASKED, "no_employees_small"])
        & ~np.isin(np.arange(suppliers.height), silent)
    )
    last = calendar.months - 1 - _LAG
    months = np.arange(max(0, last - _MONTHS + 1), last + 1)
    rows = (
        suppliers.filter(pl.Series(asked))
        .select("company", "monthly_ore")
        .join(pl.DataFrame({"month": months}), how="cross", maintain_order="left_right")
        .join(
            months_of(world).select(company="supplier", month="month", heavy_ore="heavy_ore"),
            on=["company", "month"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("heavy_ore").fill_null(0))
    )
    company = rows.get_column("company").to_numpy()
    key: Ints = company * 4096 + rows.get_column("month").to_numpy()
    level = pl.Series(
        draws.uniform("pay/level", company, 0.48, 0.72)
        * draws.uniform("pay/other customers", company, 1.0, 2.6)
        * draws.uniform("pay/month", key, 0.94, 1.06)
    )
    smooth = (
        pl.col("heavy_ore")
        .rolling_mean(3, min_samples=1)
        .over("company", mapping_strategy="group_to_rows")
    )
    # Pay follows the work, not the day of the invoice.
    pay = pl.max_horizontal(smooth, pl.col("heavy_ore") * 0.97) * level
    told = rows.with_columns(pay_ore=(pay / 100).round() * 100)
    return world.but(
        payroll=told.with_columns(employees=(pl.col("pay_ore") / _MONTHLY_PAY_ORE).ceil())
        .select(list(PAYROLL_COLUMNS))
        .cast(PAYROLL_COLUMNS)  # type: ignore[arg-type]
    )
