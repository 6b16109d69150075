"""Who ordered, who approved and how it came: what the municipality's own system adds to the ledger.

Most is as it should be. One orderer has no valid certificate any more, one approves what they
ordered themselves, and one unit has gone from e-commerce to PDF in the last half year.
"""

import polars as pl

from screening.demo.world import World

#: Orderers are shared out among the units in turn.
ORDERERS = 36
#: Places of units in the settings, and turns of orderers within them.
_UNIT_UNCERTIFIED, _UNIT_ALONE, _UNIT_BACK_TO_PAPER = 5, 3, 4
_TURN_UNCERTIFIED, _TURN_ALONE = 5, 4
#: Days before today since when something is as it should not be.
UNCERTIFIED_SINCE = 300
_ALONE_SINCE = 200
_PAPER_SINCE = 180


def ordered(world: World) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """``bestallare, attestant, kanal`` of invoices, from their ``supplier, unit, day``."""
    today, units = world.calendar.today, len(world.settings.units)
    unit, supplier = pl.col("unit").cast(pl.Int64), pl.col("supplier").cast(pl.Int64)
    turn = supplier % (ORDERERS // units)
    orderer = pl.format("B{}", 500 + unit + units * turn)
    is_alone = (
        (unit == _UNIT_ALONE) & (turn == _TURN_ALONE) & (pl.col("day") >= today - _ALONE_SINCE)
    )
    habit = (supplier * 7) % 20
    went_back = (
        (unit == _UNIT_BACK_TO_PAPER)
        & (supplier % 2 == 0)
        & (pl.col("day") >= today - _PAPER_SINCE)
    )
    return (
        orderer.alias("bestallare"),
        pl.when(is_alone).then(orderer).otherwise(pl.format("C{}", 700 + unit)).alias("attestant"),
        pl.when(went_back | (habit >= 18))
        .then(pl.lit("pdf"))
        .when(habit == 17)
        .then(pl.lit("papper"))
        .when(habit >= 13)
        .then(pl.lit("peppol"))
        .otherwise(pl.lit("e-handel"))
        .alias("kanal"),
    )


def orderer_units(units: int) -> pl.DataFrame:
    """``number, unit, is_certified`` of every orderer; units by their place in the settings."""
    numbers = pl.int_range(ORDERERS, eager=True)
    return pl.DataFrame({"number": numbers}).with_columns(
        unit=pl.col("number") % units,
        is_certified=pl.col("number") != _UNIT_UNCERTIFIED + units * _TURN_UNCERTIFIED,
    )
