"""Sums: what is shared out over lines adds up again."""

from datetime import date
from functools import cache

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from screening.demo.invoice_lines import lines_of
from screening.demo.peppol_documents import choose_documents
from screening.demo.story import tell
from screening.demo.supplier_register import make_register
from screening.demo.world import World
from screening.demo.writers.ledger import with_vouchers
from tests.demo.made_demo import Demo


@cache
def _small() -> World:
    return tell(100, 4_000, 3, date(2026, 11, 20), 12)


@given(
    st.lists(
        st.tuples(
            st.integers(-(10**11), 10**11),
            st.integers(1, 9),
            st.integers(0, 10**12),
            st.integers(0, 20),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_lines_add_up_to_their_invoice(drawn: list[tuple[int, int, int, int]]) -> None:
    invoices = pl.DataFrame(
        drawn, schema=["ore", "lines", "look", "service"], orient="row"
    ).with_row_index("doc")
    lines = lines_of(_small(), invoices)
    assert lines.height == invoices.get_column("lines").sum()
    sums = lines.group_by("doc").agg(pl.col("ore").sum()).sort("doc")
    assert sums.get_column("ore").to_list() == invoices.get_column("ore").to_list()


def test_the_ledger_holds_every_invoice_that_is_booked(demo: Demo, world: World) -> None:
    waiting = choose_documents(make_register(world)).unbooked
    booked = world.invoices.filter(~pl.col("doc").is_in(waiting.implode()))
    assert demo.ledger.get_column("ore").sum() == booked.get_column("ore").sum()
    assert demo.ledger.get_column("verifikationsnummer").n_unique() == booked.height
    assert demo.ledger.height == booked.get_column("lines").sum()


def test_vouchers_are_numbered_in_the_order_of_booking_anew_each_year(world: World) -> None:
    booked = with_vouchers(world.invoices)
    assert booked.get_column("voucher").is_unique().all()
    assert booked.get_column("voucher").is_sorted()
    years = booked.group_by(year=pl.col("voucher") // 10_000_000).agg(
        first=pl.col("voucher").min() % 10_000_000,
        last=pl.col("voucher").max() % 10_000_000,
        n=pl.len(),
    )
    assert years.height == 3
    assert years.get_column("first").to_list() == [1, 1, 1]
    assert years.get_column("last").equals(years.get_column("n").cast(pl.Int64), check_names=False)


def test_an_honest_invoice_number_is_used_once(world: World) -> None:
    again = world.invoices.group_by("supplier", "number").len().filter(pl.col("len") > 1)
    expected = {
        *world.cast.scheme("duplicate-invoice").tolist(),
        *world.cast.part("credited_and_reinvoiced").tolist(),
        *world.cast.part("sent_twice_by_mistake").tolist(),
    }
    assert set(again.get_column("supplier")) == expected


def test_suppliers_invoice_only_in_their_months(world: World) -> None:
    months = world.calendar.month_of(world.invoices.get_column("day").to_numpy())
    told = world.suppliers.select("supplier", "first_month", "last_month", "part")
    rows = world.invoices.with_columns(month=pl.Series(months)).join(told, on="supplier")
    ordinary = rows.filter(pl.col("part") == "ordinary")
    assert ordinary.select(
        pl.col("month").is_between(pl.col("first_month"), pl.col("last_month")).all()
    ).item()
    assert np.all(months >= 0)
