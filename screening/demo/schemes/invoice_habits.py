"""Schemes in how a supplier invoices: odd sums, numbers, days and prices."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.platform import platform_rows, with_platform
from screening.demo.records import broken_year_end, with_financials
from screening.demo.world import World, among

_YEAR = 365
#: A report has come in by then; the year that it is for lies within the invoices, on any day.
_REPORTED_AFTER = 200
#: How many honest consultants invoice by the hour: so many, and more where dear ones are many.
_BY_THE_HOUR = 20
_HONEST_TO_DEAR = 4


def _noted(world: World, scheme: str, suppliers: Ints, days_ago: int) -> World:
    return world.having_planted(scheme, suppliers, world.calendar.today - days_ago)


def _their_invoices(world: World, suppliers: Ints, **columns: pl.Expr) -> World:
    """The ledger's invoices of some suppliers with columns exchanged; ``turn`` counts them."""
    turn = pl.int_range(pl.len()).over("supplier", order_by=["day", "doc"])
    counted = world.invoices.with_columns(turn=turn)
    mine = among("supplier", suppliers)
    changed = counted.with_columns(
        **{
            name: pl.when(mine).then(value).otherwise(name).cast(world.invoices.schema[name])
            for name, value in columns.items()
        }
    )
    return world.but(invoices=changed.drop("turn"))


def round_amounts(world: World, suppliers: Ints) -> World:
    """Every invoice is on some whole five thousands."""
    ore = 1_500_000 + (pl.col("turn") * 5 % 13) * 500_000
    return _noted(_their_invoices(world, suppliers, ore=ore), "round-amounts", suppliers, _YEAR)


def consecutive_numbers(world: World, suppliers: Ints) -> World:
    """Nobody else gets an invoice from it."""
    numbered = with_numbers_in_a_row(world, suppliers)
    return _noted(numbered, "consecutive-numbers", suppliers, _YEAR)


def with_numbers_in_a_row(world: World, suppliers: Ints) -> World:
    """Invoice numbers without gaps."""
    return _their_invoices(world, suppliers, number=1_001 + pl.col("turn"))


def on_sundays(world: World, suppliers: Ints, times: int, prefix: str) -> pl.DataFrame:
    """Invoices dated on the second Sunday of months past: ``supplier, turn, number, day``."""
    starts = world.calendar.month_starts[-times - 1 : -1]
    # Day 0 was a Thursday; a Sunday is 3 modulo 7. Never the first days of a month.
    sundays = starts + 7 + (3 - (starts + 7)) % 7
    return platform_rows(suppliers, times, prefix).with_columns(
        day=pl.Series(sundays).gather(pl.Series(np.tile(np.arange(times), suppliers.size)))
    )


def dated_on_days_off(world: World, suppliers: Ints) -> World:
    """Hours at twice the price of others, invoiced on Sundays."""
    rows = on_sundays(world, suppliers, 11, "S").with_columns(
        hours=6 + pl.col("turn") % 4, price_ore=pl.lit(210_000)
    )
    planted = with_platform(world, rows.with_columns(ore=pl.col("hours") * pl.col("price_ore")))
    return _noted(planted, "dated-on-days-off", suppliers, 330)


def unit_price_far_from_peers(world: World, suppliers: Ints) -> World:
    """Their price is twice that of others."""
    return _noted(world, "unit-price-far-from-peers", suppliers, 330)


def with_hourly_prices(world: World) -> World:
    """Consultants that nothing is the matter with take much the same for an hour."""
    service = world.settings.service_names.index("konsult")
    others = [*world.settings.planted, "sunday_paperwork", "somewhat_dearer"]
    chosen = world.suppliers.filter(
        (pl.col("service") == service)
        & ~pl.col("part").is_in(others)
        & (pl.col("form") == "AB")
        # Who was there before the first of these invoices, and is still.
        & (pl.col("first_month") < world.calendar.months - 10)
        & (pl.col("last_month") == world.calendar.months - 1)
        & pl.col("deregistered").is_null()
    )
    dear = world.cast.scheme("unit-price-far-from-peers").size
    enough = max(_BY_THE_HOUR, _HONEST_TO_DEAR * dear)
    suppliers = chosen.get_column("supplier").to_numpy()[:enough]
    return with_platform(world, hours_at(world, suppliers, 92_000, 114_000))


def hours_at(world: World, suppliers: Ints, low_ore: int, high_ore: int) -> pl.DataFrame:
    """Six invoices for hours from each, on working days, at a price of its own."""
    rows = platform_rows(suppliers, 6, "T")
    price = np.round(world.draws.uniform("hourly price", suppliers, low_ore, high_ore) / 500) * 500
    told = pl.DataFrame({"supplier": suppliers, "price_ore": price.astype(np.int64)})
    day = world.calendar.today - 250 + pl.col("turn") * 28
    # Saturdays are 2 and Sundays 3 modulo 7, counted from 1 January 1970.
    working = day - pl.when(day % 7 == 2).then(1).when(day % 7 == 3).then(2).otherwise(0)
    return (
        rows.join(told, on="supplier", maintain_order="left")
        .with_columns(day=working, hours=9 + (pl.col("turn") * 5 + pl.col("supplier")) % 7)
        .with_columns(ore=pl.col("hours") * pl.col("price_ore"))
    )


def same_amount_without_contract(world: World, suppliers: Ints) -> World:
    """The same sum month after month, and nobody has a contract."""
    monthly = pl.Series(world.suppliers.get_column("monthly_ore").to_numpy() // 100 * 100)
    changed = _their_invoices(
        world,
        suppliers,
        ore=pl.lit(monthly.gather(world.invoices.get_column("supplier"))),
        contract=pl.lit(0),
    )
    kept = changed.contracts.filter(~among("supplier", suppliers))
    return _noted(changed.but(contracts=kept), "same-amount-without-contract", suppliers, _YEAR)


def with_reported_revenue(world: World, suppliers: Ints, part: int, of: int) -> World:
    """Their newest annual report, of a broken year, has a share of what they invoiced in it.

    Args:
        world: as it is.
        suppliers: whose reports.
        part: with ``of``, the revenue as a share of what they invoiced the municipality.
        of: see ``part``.
    """
    end = broken_year_end(world.calendar.today, _REPORTED_AFTER)
    revenue = _invoiced_in_year(world, suppliers, end) * part // of
    return with_financials(world, suppliers, ended=end, revenue_ore=revenue)


def _invoiced_in_year(world: World, suppliers: Ints, end: int) -> Ints:
    sums = (
        world.invoices.filter(pl.col("day").is_between(end - 364, end))
        .group_by("supplier")
        .agg(pl.col("ore").sum())
    )
    wanted = pl.DataFrame({"supplier": suppliers.astype(np.int64)})
    ore: Ints = (
        wanted.join(sums, on="supplier", how="left", maintain_order="left")
        .get_column("ore")
        .fill_null(0)
        .to_numpy()
    )
    return ore


def most_of_revenue(world: World, suppliers: Ints) -> World:
    """The annual report shows less than the municipality paid."""
    told = with_reported_revenue(world, suppliers, 8, 10)
    return _noted(told, "we-are-most-of-revenue", suppliers, 300)


def first_digits(world: World, suppliers: Ints) -> World:
    """Hundreds of invented invoices in three months, each just below the next larger coin."""
    rows = platform_rows(suppliers, 252, "N", step=3)
    key = (rows.get_column("supplier") * 512 + rows.get_column("turn")).to_numpy()
    size = 10 ** (rows.get_column("turn").to_numpy() % 3 + 3)
    ore = np.round(world.draws.uniform("invented", key, 9.0, 9.99) * size).astype(np.int64)
    months = world.calendar.month_starts
    span = int(months[-1] - months[-4])
    day = int(months[-4]) + pl.col("turn") * (span - 1) // 252
    planted = with_platform(world, rows.with_columns(ore=pl.Series(ore), day=day))
    return _noted(planted, "first-digits", suppliers, int(world.calendar.today - months[-4]))


def amounts_jump(world: World, suppliers: Ints) -> World:
    """With them the amounts of three months are many times those before."""
    return _noted(
        world,
        "amounts-jump",
        suppliers,
        int(world.calendar.today - world.calendar.month_starts[-4]),
    )
