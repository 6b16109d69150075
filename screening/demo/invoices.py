"""The invoices: who invoices how often and how much. Lines are made when they are written.

One row per invoice in ``world.invoices``:

- ``doc``: running number; ``supplier``; ``service`` (code); ``unit`` (code of the department)
- ``day``: booking day (day number); ``ore``: amount net of VAT; ``lines``: how many lines
- ``contract``: 0 none, 1 the first, 2 the next; ``number``: the supplier's invoice number
- ``look``: what the lines' texts and shares are drawn from. The same document booked twice has
  the same look.
"""

import numpy as np
import polars as pl

from screening.demo.casting import ORDINARY
from screening.demo.draws import Floats, Ints
from screening.demo.world import World

INVOICE_COLUMNS = {
    "doc": pl.Int64,
    "supplier": pl.Int64,
    "service": pl.Int16,
    "unit": pl.Int16,
    "day": pl.Int32,
    "ore": pl.Int64,
    "lines": pl.Int16,
    "contract": pl.Int8,
    "number": pl.Int64,
    "look": pl.Int64,
}

#: Most lines an invoice has.
_MOST_LINES = 9
#: Honest invoices without a contract stay out of this band (öre), which is where those that are
#: split lie: three a fortnight would look the same.
_BAND = (7_900_000, 10_100_000)


def make_invoices(world: World, lines: int) -> World:
    """Fill ``invoices`` with about ``lines`` lines in all."""
    counts = _counts(world, lines)
    suppliers, months = np.divmod(np.flatnonzero(counts >= 0), world.calendar.months)
    per_month = counts.ravel()
    supplier = np.repeat(suppliers, per_month)
    month = np.repeat(months, per_month)
    doc = np.arange(supplier.size)
    within = doc - np.repeat(np.cumsum(per_month) - per_month, per_month)
    return world.but(
        invoices=_rows(world, supplier, month, within, np.repeat(per_month, per_month))
    )


def _kinds(world: World, name: str) -> Floats:
    kinds = world.settings.services.values()
    return np.array([getattr(kind, name) for kind in kinds], dtype=np.float64)


def _counts(world: World, lines: int) -> Ints:
    """Invoices by supplier and month."""
    draws, suppliers = world.draws, world.suppliers
    count, months = suppliers.height, world.calendar.months
    service = suppliers.get_column("service").to_numpy()
    first = suppliers.get_column("first_month").to_numpy()[:, None]
    last = suppliers.get_column("last_month").to_numpy()[:, None]
    month = np.arange(months)[None, :]
    active = (month >= first) & (month <= last)
    weight = _kinds(world, "frequency")[service] * np.exp(0.5 * draws.normal("frequency", count))
    # Suppliers with a part invoice every month, however few lines are asked for.
    least = np.where((suppliers.get_column("part") != ORDINARY).to_numpy(), 1.0, 0.15)
    per_invoice = 1.0 + _kinds(world, "extra_lines")[service]
    scale = _scale(weight, least, active.sum(axis=1) * per_invoice, lines)
    rate = np.maximum(scale * weight, least)[:, None]
    whole = np.floor(rate)
    key = np.arange(count * months).reshape(count, months)
    more = draws.uniform("invoice count", key.ravel()).reshape(count, months) < rate - whole
    counts: Ints = np.where(active, whole + more, 0).astype(np.int64)
    return counts


def _scale(weight: Floats, least: Floats, size: Floats, lines: int) -> float:
    """The factor on ``weight`` that gives ``lines`` in all (by halving the interval)."""
    low, high = 0.0, 1.0
    while (np.maximum(high * weight, least) * size).sum() < lines:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if (np.maximum(middle * weight, least) * size).sum() < lines:
            low = middle
        else:
            high = middle
    return high


def _rows(world: World, supplier: Ints, month: Ints, within: Ints, of: Ints) -> pl.DataFrame:
    draws, calendar, suppliers = world.draws, world.calendar, world.suppliers
    # A document's draws hang on its supplier, month and turn, not on how many others there are.
    key = (supplier * 4096 + month) * 65_536 + within
    main = suppliers.get_column("service").to_numpy()[supplier]
    second = suppliers.get_column("second_service").to_numpy()[supplier]
    is_second = (second >= 0) & draws.chance("invoice/second service", key, 0.25)
    service = np.where(is_second, second, main)
    steady = _kinds(world, "steady")[main] > 0
    length = calendar.month_lengths[month]
    drawn = draws.uniform("invoice/day", key)
    # Rent comes in the first days of the month.
    day = calendar.month_starts[month] + (drawn * np.where(steady, np.minimum(length, 5), length))
    lines = 1 + np.minimum(
        _poisson_like(draws.uniform("invoice/lines", key), _kinds(world, "extra_lines")[service]),
        _MOST_LINES - 1,
    )
    has_contract = np.zeros(suppliers.height, dtype=bool)
    has_contract[world.contracts.get_column("supplier").to_numpy()] = True
    # Now and then nobody writes the contract's number.
    contract = has_contract[supplier] & (draws.chance("invoice/says contract", key, 0.9) | steady)
    # The same sum every month is what a contract says.
    ore = _amounts(world, supplier, month, key, of, steady & has_contract[supplier])
    ore = np.where(contract, ore, outside_band(ore))
    return pl.DataFrame(
        {
            "doc": np.arange(supplier.size),
            "supplier": supplier,
            "service": service,
            "unit": _units(world, service, supplier, key),
            "day": day.astype(np.int64),
            "ore": ore,
            "lines": lines,
            "contract": contract.astype(np.int8),
            "number": _numbers(world, supplier),
            "look": key,
        }
    ).cast(INVOICE_COLUMNS)  # type: ignore[arg-type]


def outside_band(ore: Ints) -> Ints:
    """Amounts moved below the band in which split invoices lie."""
    moved: Ints = np.where((ore >= _BAND[0]) & (ore <= _BAND[1]), ore * 7 // 10, ore)
    return moved


def _poisson_like(drawn: Floats, mean: Floats) -> Ints:
    """Whole numbers with the given mean (geometric), from uniform draws."""
    ratio = mean / (1.0 + mean)
    with np.errstate(divide="ignore"):
        counted: Ints = np.floor(np.log1p(-drawn) / np.log(ratio)).astype(np.int64)
    return counted


def _amounts(
    world: World, supplier: Ints, month: Ints, key: Ints, of: Ints, steady: np.ndarray
) -> Ints:
    """Öre: the supplier's month, shared by its invoices; the same every month where steady."""
    draws = world.draws
    monthly = world.suppliers.get_column("monthly_ore").to_numpy()[supplier]
    season = draws.uniform("month level", supplier * 4096 + month, 0.88, 1.12)
    own = draws.uniform("invoice/level", key, 0.75, 1.25)
    ore = monthly / of * np.where(steady, 1.0, season * own)
    to_kronor = draws.chance("invoice/whole kronor", key, 0.3) | steady
    return np.where(to_kronor, np.round(ore / 100) * 100, np.round(ore)).astype(np.int64)


def _units(world: World, service: Ints, supplier: Ints, key: Ints) -> Ints:
    kinds = list(world.settings.services.values())
    most = max(len(kind.units) for kind in kinds)
    table = np.array(
        [[kind.units[place % len(kind.units)] for place in range(most)] for kind in kinds]
    )
    # Most go to the department that a supplier mainly works for.
    usual = world.draws.pick("unit/usual", supplier, most)
    other = world.draws.pick("unit/other", key, most)
    strays = world.draws.chance("unit/strays", key, 0.15)
    units: Ints = table[service, np.where(strays, other, usual)]
    return units


def _numbers(world: World, supplier: Ints) -> Ints:
    """Invoice numbers that rise by supplier, with gaps for its other customers."""
    count = world.suppliers.height
    start = world.draws.integers("number/start", count, 1_000, 60_000)
    gap = world.draws.integers("number/gap", count, 2, 17)
    first_row = np.searchsorted(supplier, np.arange(count))
    turn = np.arange(supplier.size) - first_row[supplier]
    numbers: Ints = start[supplier] + turn * gap[supplier]
    return numbers


def with_more_invoices(world: World, rows: pl.DataFrame) -> World:
    """Append invoices; ``rows`` has every column but ``doc``, and ``look`` may be left out.

    Without a look of its own a document gets one that no other has.
    """
    first = int(world.invoices.get_column("doc").max()) + 1  # type: ignore[arg-type]
    numbered = rows.with_columns(doc=first + pl.int_range(pl.len()))
    if "look" not in rows.columns:
        numbered = numbered.with_columns(look=-1 - pl.col("doc"))
    more = numbered.select(list(INVOICE_COLUMNS)).cast(INVOICE_COLUMNS)  # type: ignore[arg-type]
    return world.but(invoices=pl.concat([world.invoices, more]))


def next_numbers(world: World, rows: pl.DataFrame) -> pl.Series:
    """Unused invoice numbers for rows with ``supplier``: beyond all that the supplier has used."""
    used = world.invoices.group_by("supplier").agg(last=pl.col("number").max())
    turn = rows.select(pl.int_range(pl.len()).over("supplier")).to_series()
    last = rows.select("supplier").join(used, on="supplier", how="left", maintain_order="left")
    return last.get_column("last").fill_null(90_000) + 1 + turn


def months_of(world: World) -> pl.DataFrame:
    """``supplier, month, ore, heavy_ore`` (the labour-heavy part) of all invoices so far."""
    heavy = _kinds(world, "labour_heavy") > 0
    days = world.invoices.get_column("day").to_numpy()
    return (
        world.invoices.select(
            "supplier",
            "ore",
            month=pl.Series(world.calendar.month_of(days)),
            heavy=pl.Series(heavy[world.invoices.get_column("service").to_numpy()]),
        )
        .group_by("supplier", "month")
        .agg(ore=pl.col("ore").sum(), heavy_ore=pl.col("ore").filter("heavy").sum())
        .sort("supplier", "month")
    )


def first_days(world: World, suppliers: Ints) -> Ints:
    """The day of each supplier's first invoice; today where there is none."""
    first = world.invoices.group_by("supplier").agg(pl.col("day").min())
    wanted = pl.DataFrame({"supplier": suppliers.astype(np.int64)})
    days = wanted.join(first, on="supplier", how="left", maintain_order="left").get_column("day")
    return days.fill_null(world.calendar.today).cast(pl.Int64).to_numpy()


def last_days(world: World, suppliers: Ints) -> Ints:
    """The day of each supplier's last invoice; today where there is none."""
    last = world.invoices.group_by("supplier").agg(pl.col("day").max())
    wanted = pl.DataFrame({"supplier": suppliers.astype(np.int64)})
    days = wanted.join(last, on="supplier", how="left", maintain_order="left").get_column("day")
    return days.fill_null(world.calendar.today).cast(pl.Int64).to_numpy()


def without_invoices_after(world: World, suppliers: Ints, days: Ints) -> World:
    """Take away the invoices of suppliers after a day of each."""
    told = pl.DataFrame({"supplier": suppliers.astype(np.int64), "end": days})
    kept = (
        world.invoices.join(told, on="supplier", how="left", maintain_order="left")
        .filter(pl.col("end").is_null() | (pl.col("day") <= pl.col("end")))
        .drop("end")
    )
    return world.but(invoices=kept)
