"""Honest suppliers whose invoices look odd at first sight, one function per part."""

from collections.abc import Callable

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.numbers import company_numbers, digits, written_bankgiro
from screening.demo.platform import foreign_iban, plain_account, platform_rows, with_platform
from screening.demo.schemes.invoice_habits import (
    hours_at,
    on_sundays,
    with_numbers_in_a_row,
    with_reported_revenue,
)
from screening.demo.schemes.payments import with_changed_account
from screening.demo.world import World, among

#: Running number of a factoring company that few suppliers use.
_FACTORING = 3_999_998
#: A fee that comes every month.
_FEE_ORE = 2_500_000


def _spread(world: World, suppliers: Ints, times: int, prefix: str, ore: int) -> pl.DataFrame:
    """Invoices two weeks apart, of different amounts."""
    return platform_rows(suppliers, times, prefix).with_columns(
        day=world.calendar.today - 110 + pl.col("turn") * 14,
        ore=ore + pl.col("turn") * 71_300 + pl.col("supplier") * 17,
    )


def factored_to_plain_account(world: World, suppliers: Ints) -> World:
    """The claims were sold to a factoring company, which the invoices say; it has no giro."""
    factoring = digits(company_numbers(world.draws, "AB", np.array([_FACTORING])), 10)[0]
    told = pl.DataFrame({"supplier": suppliers, "account": plain_account(suppliers)})
    rows = _spread(world, suppliers, 4, "Q", 1_600_000).with_columns(payee=pl.lit(factoring))
    return with_platform(world, rows.join(told, on="supplier", maintain_order="left"))


def old_account_on_invoice(world: World, suppliers: Ints) -> World:
    """The register has the new account; invoices still bear the one that it had before."""
    ordered = np.sort(suppliers)
    changed = with_changed_account(world, ordered)
    old = changed.suppliers.get_column("old_bankgiro").gather(ordered)
    told = pl.DataFrame({"supplier": ordered, "account": old}).with_columns(
        account=written_bankgiro(pl.col("account"))
    )
    rows = _spread(world, suppliers, 3, "O", 1_200_000)
    return with_platform(changed, rows.join(told, on="supplier", maintain_order="left"))


def name_written_shorter(world: World, suppliers: Ints) -> World:
    """The invoice has the company's name without form, in capitals, and a misspelling."""
    stem = world.suppliers.get_column("stem").gather(suppliers).str.to_uppercase()
    told = pl.DataFrame({"supplier": suppliers, "name": stem + " SVERIGE"})
    rows = _spread(world, suppliers, 3, "B", 900_000)
    return with_platform(world, rows.join(told, on="supplier", maintain_order="left"))


def little_paid_abroad(world: World, suppliers: Ints) -> World:
    """One small fee went to an account abroad."""
    told = pl.DataFrame({"supplier": suppliers, "account": foreign_iban(suppliers)})
    rows = _spread(world, suppliers, 1, "L", 600_000)
    return with_platform(world, rows.join(told, on="supplier", maintain_order="left"))


def equal_deliveries(world: World, suppliers: Ints) -> World:
    """Two orders of the same week at the same even price, numbered one after the other."""
    rows = platform_rows(suppliers, 2, "D", step=1).with_columns(
        day=world.calendar.today - 60 + pl.col("turn") * 3, ore=pl.lit(1_250_000)
    )
    return with_platform(world, rows)


def fixed_fee(world: World, suppliers: Ints) -> World:
    """A round fee every month, as the contract says."""
    mine = among("supplier", suppliers)
    invoices = world.invoices.with_columns(
        ore=pl.when(mine).then(_FEE_ORE).otherwise("ore").cast(pl.Int64),
        contract=pl.when(mine).then(1).otherwise("contract").cast(pl.Int8),
    )
    yearly = pl.when(mine).then(40 * _FEE_ORE).otherwise("annual_ore").cast(pl.Int64)
    return world.but(invoices=invoices, contracts=world.contracts.with_columns(annual_ore=yearly))


def care_for_us_only(world: World, suppliers: Ints) -> World:
    """Care that only the municipality buys: no other customer, and numbers in a row."""
    return with_numbers_in_a_row(world, suppliers)


def many_small_and_large(world: World, suppliers: Ints) -> World:
    """Hundreds of amounts of every size, as real orders have."""
    rows = platform_rows(suppliers, 240, "M", step=3)
    key = (rows.get_column("supplier") * 512 + rows.get_column("turn")).to_numpy()
    ore = np.round(10 ** world.draws.uniform("every size", key, 3.4, 5.4)).astype(np.int64)
    day = world.calendar.today - 350 + pl.col("turn") * 350 // 240
    return with_platform(
        world, rows.with_columns(ore=pl.Series(ore), day=day, says_contract=pl.lit(value=False))
    )


def sunday_paperwork(world: World, suppliers: Ints) -> World:
    """Half of the invoices were written on Sundays."""
    sundays = on_sundays(world, suppliers, 6, "Y").with_columns(ore=pl.lit(431_200))
    rows = hours_at(world, suppliers, 95_000, 110_000)
    world = with_platform(world, sundays.with_columns(ore=pl.col("ore") + pl.col("turn") * 11_100))
    return with_platform(world, rows)


def grew_by_half(world: World, suppliers: Ints) -> World:
    """The last months' invoices are larger, but not many times."""
    start = int(world.calendar.month_starts[-4])
    more = among("supplier", suppliers) & (pl.col("day") >= start)
    ore = pl.when(more).then(pl.col("ore") * 3 // 2).otherwise("ore")
    return world.but(invoices=world.invoices.with_columns(ore=ore.cast(pl.Int64)))


def invoiced_while_forming(world: World, suppliers: Ints) -> World:
    """The first invoices came while the registration was under way."""
    ordered = np.sort(suppliers)
    return world.with_supplier_values(ordered, registered=first_days(world, ordered) + 40)


def other_customers_too(world: World, suppliers: Ints) -> World:
    """The municipality is a large customer, and not the only one."""
    return with_reported_revenue(world, suppliers, 10, 7)


def somewhat_dearer(world: World, suppliers: Ints) -> World:
    """An hour costs a fifth more than with others."""
    return with_platform(world, hours_at(world, suppliers, 118_000, 126_000))


def licence_with_contract(world: World, suppliers: Ints) -> World:
    """The same sum every month, and a contract that says so."""
    return fixed_fee(world, suppliers)


def rent_in_advance(world: World, suppliers: Ints) -> World:
    """Rent is paid before the quarter that it is for."""
    rows = _spread(world, suppliers, 3, "R", 2_100_000).with_columns(
        paid=pl.col("day") + 10, since=pl.col("day") + 40, until=pl.col("day") + 130
    )
    return with_platform(world, rows)


INVOICE_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "factored_to_plain_account": factored_to_plain_account,
    "old_account_on_invoice": old_account_on_invoice,
    "name_written_shorter": name_written_shorter,
    "little_paid_abroad": little_paid_abroad,
    "equal_deliveries": equal_deliveries,
    "fixed_fee": fixed_fee,
    "care_for_us_only": care_for_us_only,
    "many_small_and_large": many_small_and_large,
    "sunday_paperwork": sunday_paperwork,
    "grew_by_half": grew_by_half,
    "invoiced_while_forming": invoiced_while_forming,
    "other_customers_too": other_customers_too,
    "somewhat_dearer": somewhat_dearer,
    "licence_with_contract": licence_with_contract,
    "rent_in_advance": rent_in_advance,
}
