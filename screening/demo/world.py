"""The demo's world while it is made: frames that each step takes and hands on, changed."""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl

from screening.demo.casting import Cast
from screening.demo.draws import Draws, Ints
from screening.demo.numbers import day_number
from screening.demo.settings import Settings

#: Columns of ``World.platform``, told in ``screening.demo.platform``.
PLATFORM_COLUMNS = {
    "supplier": pl.Int64,
    "number": pl.String,
    "day": pl.Int64,
    "ore": pl.Int64,
    "paid": pl.Int64,
    "since": pl.Int64,
    "until": pl.Int64,
    "hours": pl.Int64,
    "price_ore": pl.Int64,
    "name": pl.String,
    "account": pl.String,
    "payee": pl.String,
    "says_contract": pl.Boolean,
}


@dataclass(frozen=True)
class Calendar:
    """The demo's days, as day numbers (days since 1970-01-01).

    ``month_starts`` are the first days of the months that are invoiced, oldest first; the last
    month is that of ``today`` and not over.
    """

    today: int
    month_starts: Ints

    @property
    def months(self) -> int:
        return len(self.month_starts)

    @property
    def month_lengths(self) -> Ints:
        """Days of each month that have been."""
        ends = np.append(self.month_starts[1:], self.today + 1)
        lengths: Ints = ends - self.month_starts
        return lengths

    def month_of(self, days: Ints) -> Ints:
        """Which month a day lies in; -1 before the first."""
        found: Ints = np.searchsorted(self.month_starts, days, side="right") - 1
        return found


@dataclass(frozen=True)
class World:
    """Everything that is known about the invented municipality and its suppliers.

    Days are day numbers, companies and persons running numbers, amounts öre. The columns of each
    frame are told where it is made.
    """

    draws: Draws
    settings: Settings
    cast: Cast
    calendar: Calendar
    suppliers: pl.DataFrame = field(default_factory=pl.DataFrame)
    others: pl.DataFrame = field(default_factory=pl.DataFrame)
    people: pl.DataFrame = field(default_factory=pl.DataFrame)
    officers: pl.DataFrame = field(default_factory=pl.DataFrame)
    owners: pl.DataFrame = field(default_factory=pl.DataFrame)
    staff: pl.DataFrame = field(default_factory=pl.DataFrame)
    prohibitions: pl.DataFrame = field(default_factory=pl.DataFrame)
    sanctions: pl.DataFrame = field(default_factory=pl.DataFrame)
    permits: pl.DataFrame = field(default_factory=pl.DataFrame)
    tax_status: pl.DataFrame = field(default_factory=pl.DataFrame)
    debts: pl.DataFrame = field(default_factory=pl.DataFrame)
    contracts: pl.DataFrame = field(default_factory=pl.DataFrame)
    events: pl.DataFrame = field(default_factory=pl.DataFrame)
    invoices: pl.DataFrame = field(default_factory=pl.DataFrame)
    platform: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PLATFORM_COLUMNS))
    payroll: pl.DataFrame = field(default_factory=pl.DataFrame)
    visits: pl.DataFrame = field(default_factory=pl.DataFrame)
    financials: pl.DataFrame = field(default_factory=pl.DataFrame)
    authority_records: pl.DataFrame = field(default_factory=pl.DataFrame)
    incidents: pl.DataFrame = field(default_factory=pl.DataFrame)
    grants: pl.DataFrame = field(default_factory=pl.DataFrame)
    hour_invoices: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema=dict.fromkeys(("doc", "supplier", "month", "tenths"), pl.Int64)
        )
    )
    site_visits: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"supplier": pl.Int64, "day": pl.Int64, "place": pl.String}
        )
    )
    #: Suppliers whose invoices carry VAT whatever they sell.
    charging_vat: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))
    planted: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"supplier": pl.Int64, "scheme": pl.String, "day": pl.Int64}
        )
    )

    def but(self, **frames: pl.DataFrame | pl.Series) -> "World":
        """The same world with some frames exchanged."""
        return replace(self, **frames)  # type: ignore[arg-type]

    def having_planted(self, scheme: str, suppliers: Ints, days: Ints | int) -> "World":
        """Note that a scheme was planted at suppliers, and since when."""
        noted = pl.DataFrame({"supplier": suppliers, "day": np.broadcast_to(days, suppliers.shape)})
        rows = noted.select(
            pl.col("supplier").cast(pl.Int64),
            scheme=pl.lit(scheme),
            day=pl.col("day").cast(pl.Int64),
        )
        return self.but(planted=pl.concat([self.planted, rows]))

    def with_supplier_values(self, suppliers: Ints, **values: pl.Series | Ints) -> "World":
        """Some suppliers' columns exchanged: one value per supplier."""
        changed = pl.DataFrame({"supplier": suppliers.astype(np.int64), **values})
        return self.but(
            suppliers=self.suppliers.update(
                changed, on="supplier", how="left", maintain_order="left"
            )
        )


def among(column: str, numbers: Ints) -> pl.Expr:
    """Whether a column's number is one of ``numbers``."""
    return pl.col(column).is_in(pl.Series(numbers.astype(np.int64)).implode())


def make_calendar(today: date, months: int) -> Calendar:
    """The calendar of the ``months`` months up to the day ``today``."""
    last = np.array([today], dtype="datetime64[M]")
    starts = (last - np.arange(months)[::-1]).astype("datetime64[D]")
    return Calendar(day_number(today), starts.astype(np.int64))
