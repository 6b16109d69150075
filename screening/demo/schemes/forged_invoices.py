"""Schemes on invoices in a supplier's number: another account, another name, paid ahead, abroad."""

import polars as pl

from screening.demo.draws import Ints
from screening.demo.numbers import bankgiro_numbers, digits, written_bankgiro
from screening.demo.platform import foreign_iban, plain_account, platform_rows, with_platform
from screening.demo.world import World

#: Running numbers of accounts that nobody in the register has.
_STRANGE_ACCOUNTS = 700_000


def _noted(world: World, scheme: str, suppliers: Ints, days_ago: int) -> World:
    return world.having_planted(scheme, suppliers, world.calendar.today - days_ago)


def _days(world: World, first_days_ago: int, step: int) -> pl.Expr:
    return pl.lit(world.calendar.today - first_days_ago) + pl.col("turn") * step


def plain_account_despite_giro(world: World, suppliers: Ints) -> World:
    """Invoices in another name ask for payment to a bank account, though there is a bankgiro."""
    rows = platform_rows(suppliers, 3, "H").with_columns(
        day=_days(world, 95, 21), ore=1_940_000 + pl.col("turn") * 113_000
    )
    told = pl.DataFrame({"supplier": suppliers}).with_columns(
        account=plain_account(suppliers),
        name=world.suppliers.get_column("stem").gather(suppliers).str.reverse().str.to_titlecase()
        + " Invest AB",
    )
    planted = with_platform(world, rows.join(told, on="supplier", maintain_order="left"))
    return _noted(planted, "plain-account-despite-giro", suppliers, 95)


def invoice_name_unknown(world: World, suppliers: Ints) -> World:
    """The name on those invoices is nobody's in the registers."""
    return _noted(world, "invoice-name-unknown", suppliers, 95)


def account_not_in_register(world: World, suppliers: Ints) -> World:
    """Invoices ask for payment to a bankgiro that the register never had."""
    rows = platform_rows(suppliers, 3, "A-").with_columns(
        day=_days(world, 80, 17), ore=1_525_000 + pl.col("turn") * 211_000
    )
    strange = digits(bankgiro_numbers(world.draws, _STRANGE_ACCOUNTS + suppliers), 8)
    told = pl.DataFrame({"supplier": suppliers, "account": strange}).with_columns(
        account=written_bankgiro(pl.col("account"))
    )
    planted = with_platform(world, rows.join(told, on="supplier", maintain_order="left"))
    return _noted(planted, "account-not-in-register", suppliers, 80)


def near_duplicate_invoice(world: World, suppliers: Ints) -> World:
    """An invoice comes again with its number written otherwise."""
    rows = platform_rows(suppliers, 1, "F-").with_columns(
        day=pl.lit(world.calendar.today - 120), ore=pl.lit(2_345_075)
    )
    again = rows.with_columns(
        number=pl.col("number").str.replace("-", "", literal=True), day=pl.col("day") + 12
    )
    planted = with_platform(world, pl.concat([rows, again]))
    return _noted(planted, "near-duplicate-invoice", suppliers, 108)


def foreign_account(world: World, suppliers: Ints) -> World:
    """Cleaning to come, invoiced and paid beforehand, to an account abroad."""
    rows = platform_rows(suppliers, 3, "U").with_columns(
        day=_days(world, 100, 25), ore=2_480_000 + pl.col("turn") * 90_500
    )
    told = pl.DataFrame({"supplier": suppliers, "account": foreign_iban(suppliers)})
    ahead = rows.join(told, on="supplier", maintain_order="left").with_columns(
        paid=pl.col("day") + 6, since=pl.col("day") + 45, until=pl.col("day") + 75
    )
    return _noted(with_platform(world, ahead), "foreign-account", suppliers, 100)


def paid_before_service(world: World, suppliers: Ints) -> World:
    """The invoices of the scheme abroad were paid before the work they are for."""
    return _noted(world, "paid-before-service", suppliers, 94)


def dated_outside_registration(world: World, suppliers: Ints) -> World:
    """Work goes on after the company was struck off, as its invoices say themselves."""
    ended = world.suppliers.select("supplier", "deregistered")
    rows = (
        platform_rows(suppliers, 2, "E")
        .join(ended, on="supplier", maintain_order="left")
        .with_columns(
            day=pl.col("deregistered") + 20 + 25 * pl.col("turn"),
            since=pl.col("deregistered") + 2 + 20 * pl.col("turn"),
            ore=1_130_000 + 87_000 * pl.col("turn"),
        )
        .with_columns(until=pl.col("since") + 15)
        .drop("deregistered")
    )
    days = ended.get_column("deregistered").gather(suppliers).to_numpy()
    return with_platform(world, rows).having_planted("dated-outside-registration", suppliers, days)
