"""The lines of invoices, made a month at a time."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.world import World

#: The second and later lines carry at least this share of an even part.
_LEAST_SHARE = 0.25


def lines_of(world: World, invoices: pl.DataFrame) -> pl.DataFrame:
    """One row per line: every column of ``invoices`` but ``ore``, which is the line's own.

    Adds ``line`` (0, 1 ...) and ``account`` (place in the service's list of accounts). The lines
    of an invoice add up to it to the öre.
    """
    count = invoices.get_column("lines").to_numpy().astype(np.int64)
    of = np.repeat(np.arange(count.size), count)
    line = np.arange(of.size) - np.repeat(np.cumsum(count) - count, count)
    look = invoices.get_column("look").to_numpy()[of]
    key = look * 16 + line
    service = invoices.get_column("service").to_numpy()[of]
    ore = _shared_out(world, invoices.get_column("ore").to_numpy(), count, of, key)
    most = np.array([len(kind.accounts) for kind in world.settings.services.values()])
    usual = world.draws.uniform("line/usual account", look)
    account = np.where(
        world.draws.chance("line/other account", key, 0.1),
        world.draws.integers("line/account", key, 0, most[service] - 1),
        np.floor(usual * most[service]).astype(np.int64),
    )
    return invoices.drop("ore", "lines")[of].with_columns(
        ore=pl.Series(ore), line=pl.Series(line), account=pl.Series(account)
    )


def _shared_out(world: World, total: Ints, count: Ints, of: Ints, key: Ints) -> Ints:
    """Each line's öre; rounding is put on the first line."""
    weight = _LEAST_SHARE + world.draws.uniform("line/weight", key)
    first = np.cumsum(count) - count
    weights = np.add.reduceat(weight, first) if of.size else weight
    ore = np.trunc(total[of] * weight / weights[of]).astype(np.int64)
    if of.size:
        ore[first] += total - np.add.reduceat(ore, first)
    return ore
