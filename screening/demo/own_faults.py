"""What is not as it should be with the municipality itself: its purchases, follow-ups and data.

Only at suppliers that nothing is the matter with and that play no part: what a scheme or a near
miss is seen by stays as it is. Nothing of this is labelled, for it says nothing of a supplier.
"""

import numpy as np
import polars as pl

from screening.demo.agreements import CONTRACT_COLUMNS, contract_numbers
from screening.demo.casting import ORDINARY
from screening.demo.draws import Flags
from screening.demo.world import World, among

#: What a direct award may be worth at most; what costs more was tendered (öre).
_DIRECT_AT_MOST = 70_000_000
#: The most critical contracts are followed up every half year, the others every year.
_MOST_CRITICAL = 4
#: A service that few sell on contracts, though one sells nearly all of it.
_NICHE, _NICHE_SOLD_BY = "Storköksunderhåll", 3
#: Answers that are not asked for again are those of the last half year.
_UNASKED_DAYS = 150


def with_own_faults(world: World) -> World:
    """Direct awards, a dominated area, follow-ups in time and not, and answers that grew old."""
    return _with_old_answers(_with_niche(_with_direct_awards(_followed_up(_tendered(world)))))


def wrong_bankgiro(world: World) -> Flags:
    """Suppliers whose bankgiro somebody mistyped in the register."""
    return _few(world, "own/bankgiro", 0.006)


def _few(world: World, name: str, share: float) -> Flags:
    """A share of the suppliers that play no part."""
    plain = (world.suppliers.get_column("part") == ORDINARY).to_numpy()
    drawn: Flags = plain & world.draws.chance(name, world.suppliers.height, share)
    return drawn


def _tendered(world: World) -> World:
    """What is too large for a direct award was tendered."""
    years = ((pl.col("until").fill_null(pl.col("since") + 1_461) - pl.col("since")) / 365).ceil()
    is_large = (pl.col("procedure") == "direktupphandling") & (
        pl.col("annual_ore") * years > _DIRECT_AT_MOST
    )
    procedure = pl.when(is_large).then(pl.lit("upphandling")).otherwise("procedure")
    return world.but(contracts=world.contracts.with_columns(procedure=procedure))


def _followed_up(world: World) -> World:
    """Nine in ten contracts were followed up, most of them in time."""
    contracts, draws = world.contracts, world.draws
    key = contracts.get_column("supplier").to_numpy() * 4 + contracts.get_column("which").to_numpy()
    every = np.where(contracts.get_column("criticality").to_numpy() == _MOST_CRITICAL, 200, 400)
    day = world.calendar.today - draws.integers("own/followup", key, 15, every)
    was_done = draws.chance("own/followed up", key, 0.92)
    return world.but(
        contracts=contracts.with_columns(
            followup=pl.when(pl.Series(was_done)).then(pl.Series(day)).cast(pl.Int64)
        )
    )


def _with_direct_awards(world: World) -> World:
    """Some awards by the rules; some without the procurement unit; some too much together."""
    sells_plain = world.suppliers.get_column("service").is_in(
        [
            code
            for code, kind in enumerate(world.settings.services.values())
            if kind.permit is None and not kind.labour_heavy
        ]
    )
    usual = _few(world, "own/award", 0.14) & sells_plain.to_numpy()
    drawn = world.draws.pick("own/award kind", world.suppliers.height, [4, 2, 2])
    chosen = world.suppliers.filter(pl.Series(usual)).select("supplier", "service")
    row = chosen.get_column("supplier").to_numpy()
    kinds = list(world.settings.services.values())
    frames = []
    # which: 0 and 3 are numbers that no other contract of a supplier has
    for which in (3, 0):
        awarded = world.draws.integers(f"own/award/{which}", row, 180, 440) * 100_000
        together = pl.Series(drawn[row] == 2)
        frames.append(
            chosen.with_columns(
                which=pl.lit(which),
                number=contract_numbers(row, which),
                area=pl.Series([kind.area for kind in kinds]).gather(chosen["service"]),
                unit=pl.Series(list(world.settings.units)).gather(
                    pl.Series([kind.units[0] for kind in kinds]).gather(chosen["service"])
                ),
                procedure=pl.lit("direktupphandling"),
                since=world.calendar.today - 60 - 100 * which,
                until=world.calendar.today - 60 - 100 * which + 364,
                annual_ore=pl.when(together).then(40_000_000).otherwise(pl.Series(awarded)),
                criticality=pl.lit(1),
                followup=pl.lit(None, pl.Int64),
                involved=pl.Series(drawn[row] != 1),
            ).filter(together | pl.lit(which == 3))
        )
    more = pl.concat(frames)
    held = [name for name in CONTRACT_COLUMNS if name in more.columns]
    more = more.select(pl.col(name).cast(CONTRACT_COLUMNS[name]) for name in held)
    return world.but(contracts=pl.concat([world.contracts, more], how="diagonal"))


def _with_niche(world: World) -> World:
    """One area of its own for the largest and the smallest of the plain contracts."""
    plain = world.suppliers.filter(pl.col("part") == ORDINARY).select("supplier")
    simple = world.contracts.filter(
        (pl.col("which") == 1) & (pl.col("criticality") < _MOST_CRITICAL - 1)
    )
    sold = (
        world.invoices.filter(
            (pl.col("contract") == 1) & (pl.col("day") > world.calendar.today - 365)
        )
        .group_by("supplier")
        .agg(pl.col("ore").sum())
        .filter(pl.col("ore") > 0)
        .join(plain, on="supplier", how="semi")
        .join(simple, on="supplier", how="semi")
        .sort("ore", "supplier", descending=[True, False])
    )
    sellers = pl.concat([sold.head(1), sold.tail(_NICHE_SOLD_BY - 1)]).get_column("supplier")
    is_niche = among("supplier", sellers.to_numpy()) & (pl.col("which") == 1)
    area = pl.when(is_niche).then(pl.lit(_NICHE)).otherwise("area")
    return world.but(contracts=world.contracts.with_columns(area=area))


def _with_old_answers(world: World) -> World:
    """About a few suppliers nobody has asked Skatteverket or Kronofogden again."""
    unasked = np.flatnonzero(_few(world, "own/unasked", 0.03))
    recent = pl.col("day") > world.calendar.today - _UNASKED_DAYS
    companies = world.suppliers.filter(among("supplier", unasked)).get_column("company").to_numpy()
    keep = ~(among("company", companies) & recent)
    return world.but(tax_status=world.tax_status.filter(keep), debts=world.debts.filter(keep))
