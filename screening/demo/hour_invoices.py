"""Invoices by the hour: one a month for what was done the month before, sent as XML.

``world.hour_invoices``: ``doc, supplier, month`` (whose work it is), ``tenths`` (of an hour).
"""

import numpy as np
import polars as pl

from screening.demo.casting import ORDINARY
from screening.demo.draws import Ints
from screening.demo.invoices import next_numbers, with_more_invoices
from screening.demo.visits import VISIT_DAYS, with_rounds
from screening.demo.world import World, among

#: The price of an hour (öre).
HOUR_ORE = 42_000
_MONTHS = 3
#: Sent when the month has been over for some days.
_SENT_AFTER = 5
_ORDINARY = 12


def make_hour_invoices(world: World) -> World:
    """Let some ordinary suppliers bill by the hour, and those at whom that is looked at later."""
    made = set(world.hour_invoices.get_column("supplier"))
    visited = world.visits.get_column("company").unique()
    plain = world.suppliers.filter(
        (pl.col("part") == ORDINARY)
        & (pl.col("form") == "AB")
        & pl.col("supplier").is_in(visited.implode())
    )
    usual = plain.get_column("supplier").head(_ORDINARY)
    # Somebody goes on a round each afternoon, with time to get from door to door.
    world = with_rounds(world, usual.to_numpy(), 925, 60, 5, 40, 12, begins=900)
    wanted = {
        *usual,
        *world.cast.scheme("billed-more-than-granted").tolist(),
        *world.cast.part("all_granted_used").tolist(),
    }
    return with_hour_invoices(world, np.array(sorted(wanted - made), dtype=np.int64), 0.97)


def with_hour_invoices(world: World, suppliers: Ints, times: float, more: float = 0.0) -> World:
    """Add an invoice a month for the hours of visits, times a factor, and some hours more."""
    rows = _hours(world, suppliers).with_columns(
        tenths=((pl.col("hours") * times + more) * 10).round().cast(pl.Int64)
    )
    if rows.is_empty():
        return world
    starts = world.calendar.month_starts
    month = rows.get_column("month").to_numpy()
    told = world.suppliers.select("supplier", "service")
    units = [kind.units[0] for kind in world.settings.services.values()]
    agreed = world.contracts.get_column("supplier").unique()
    whole = rows.join(told, on="supplier", how="left", maintain_order="left").with_columns(
        day=pl.Series(starts[month + 1] + _SENT_AFTER),
        ore=pl.col("tenths") * (HOUR_ORE // 10),
        unit=pl.col("service").cast(pl.Int64).replace_strict(dict(enumerate(units))),
        lines=pl.lit(1),
        contract=pl.col("supplier").is_in(agreed.implode()).cast(pl.Int8),
        number=next_numbers(world, rows),
    )
    first = int(world.invoices.get_column("doc").max()) + 1  # type: ignore[arg-type]
    billed = whole.select("supplier", "month", "tenths").with_columns(
        doc=first + pl.int_range(pl.len())
    )
    noted = billed.select(world.hour_invoices.columns).cast(pl.Int64)
    return with_more_invoices(world, whole).but(
        hour_invoices=pl.concat([world.hour_invoices, noted])
    )


def _hours(world: World, suppliers: Ints) -> pl.DataFrame:
    """``supplier, month, hours`` of the last whole months; an early one is as the next."""
    calendar = world.calendar
    ready = np.flatnonzero(calendar.month_starts[1:] + _SENT_AFTER <= calendar.today)
    months = ready[-_MONTHS:]
    reported = (
        world.visits.filter(among("company", suppliers))
        .with_columns(
            month=pl.Series(
                calendar.month_of(
                    world.visits.filter(among("company", suppliers)).get_column("start").to_numpy()
                    // 1440
                )
            )
        )
        .group_by(supplier="company", month="month")
        .agg(hours=(pl.col("end") - pl.col("start")).sum() / 60)
    )
    is_covered = calendar.month_starts[months] >= calendar.today - VISIT_DAYS
    like = np.where(is_covered, months, months[np.argmax(is_covered)])
    return (
        pl.DataFrame({"supplier": suppliers.astype(np.int64)})
        .join(
            pl.DataFrame({"month": months, "like": like}), how="cross", maintain_order="left_right"
        )
        .join(
            reported.rename({"month": "like"}),
            on=["supplier", "like"],
            how="left",
            maintain_order="left",
        )
        .select("supplier", "month", pl.col("hours").fill_null(0.0))
        .filter(pl.col("hours") > 0)
    )


def with_granted_total(world: World, suppliers: Ints, times: float) -> World:
    """Share out what is granted so that each supplier's clients have, together, the largest month
    that it has billed, times a factor.
    """
    most = world.hour_invoices.group_by(company="supplier").agg(
        total=pl.col("tenths").max() / 10 * times
    )
    mine = most.filter(among("company", suppliers))
    grants = (
        world.grants.join(mine, on="company", how="left", maintain_order="left")
        .with_columns(
            hours=pl.when(pl.col("total").is_not_null())
            .then((pl.col("total") / pl.len().over("company")).ceil().cast(pl.Int64))
            .otherwise("hours")
        )
        .drop("total")
    )
    return world.but(grants=grants)
