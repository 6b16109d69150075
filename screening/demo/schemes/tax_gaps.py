"""Schemes about taxes that are charged and not owed, or owed and not declared."""

import numpy as np
import polars as pl

from screening.demo.answers import TAX_DAYS, with_private_debts, with_tax_status
from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.world import World, among

#: The newest months for which nothing is declared.
_SILENT_MONTHS = 3


def vat_not_registered(world: World, suppliers: Ints) -> World:
    """VAT stands on the invoices; Skatteverket knows of no registration."""
    never = np.zeros((suppliers.size, len(TAX_DAYS)), dtype=bool)
    return with_tax_status(with_vat(world, suppliers), suppliers, vat=never).having_planted(
        "vat-charged-not-registered", suppliers, first_days(world, suppliers)
    )


def with_vat(world: World, suppliers: Ints) -> World:
    """The invoices of these suppliers carry VAT, and some of them come as documents."""
    mine = pl.Series(suppliers.astype(np.int64))
    return world.but(charging_vat=pl.concat([world.charging_vat, mine]))


def private_debt(world: World, suppliers: Ints) -> World:
    """Others than the state wait for their money."""
    debt = world.draws.uniform("private debt", suppliers, 130_000, 700_000)[:, None]
    over_time = debt * np.array([1.05, 1.03, 1.02, 1.0])
    return with_private_debts(world, suppliers, over_time).having_planted(
        "private-debt", suppliers, world.calendar.today - 284
    )


def f_tax_at_once(world: World, suppliers: Ints) -> World:
    """F-tax was there a fortnight after the company was."""
    approved = f_tax_days(world, suppliers)
    return with_first_f_tax(world, suppliers, approved).having_planted(
        "f-tax-at-formation-large-invoices", suppliers, approved
    )


def f_tax_days(world: World, suppliers: Ints) -> Ints:
    """Days on which companies were approved for F-tax: soon after they were registered."""
    registered = world.suppliers.get_column("registered").gather(pl.Series(suppliers)).to_numpy()
    days: Ints = registered + world.draws.integers("f-tax at once", suppliers, 3, 24)
    return days


def with_first_f_tax(world: World, suppliers: Ints, days: Ints) -> World:
    """Answers since the given days tell of F-tax and of when it came; earlier ones of none."""
    asked = world.calendar.today - np.array(TAX_DAYS)
    return with_tax_status(world, suppliers, changed=days, f_tax=asked[None, :] >= days[:, None])


def no_contributions(world: World, suppliers: Ints) -> World:
    """The work goes on; for three months nothing has been declared."""
    since = world.calendar.month_starts[world.calendar.months - 1 - _SILENT_MONTHS]
    return with_silent_months(world, suppliers, _SILENT_MONTHS).having_planted(
        "no-employer-contributions", suppliers, int(since)
    )


def with_silent_months(world: World, suppliers: Ints, months: int) -> World:
    """Nothing is declared for the newest ``months`` months that are declared at all."""
    newest = int(world.payroll.get_column("month").to_numpy().max())
    silent = among("company", suppliers) & (pl.col("month") > newest - months)
    return world.but(
        payroll=world.payroll.with_columns(
            pay_ore=pl.when(silent).then(0).otherwise("pay_ore").cast(pl.Int64),
            employees=pl.when(silent).then(0).otherwise("employees").cast(pl.Int64),
        )
    )
