"""Honest suppliers whose invoices look odd: they stay on the right side."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from screening.demo.draws import Ints
from screening.demo.platform import foreign_iban, platform_table
from screening.demo.story import tell
from screening.demo.world import World
from screening.identity_numbers.accounts import iban


def _theirs(world: World, part: str) -> pl.DataFrame:
    mine = pl.Series(world.cast.part(part)).implode()
    rows = world.platform.filter(pl.col("supplier").is_in(mine))
    assert rows.get_column("supplier").n_unique() == world.cast.part(part).size
    return rows


@pytest.mark.parametrize(
    ("part", "column"),
    [("factored_to_plain_account", "payee"), ("old_account_on_invoice", "account")],
)
def test_what_explains_an_account_is_on_the_invoice(world: World, part: str, column: str) -> None:
    assert _theirs(world, part).get_column(column).null_count() == 0


def test_the_old_account_is_the_one_that_the_register_had(world: World) -> None:
    rows = _theirs(world, "old_account_on_invoice").join(
        world.suppliers.select("supplier", "old_bankgiro", "bankgiro"), on="supplier"
    )
    plain = rows.get_column("account").str.replace("-", "", literal=True)
    assert plain.equals(rows.get_column("old_bankgiro"))
    assert (plain != rows.get_column("bankgiro")).all()


def test_little_goes_abroad_and_equal_deliveries_have_the_next_number(world: World) -> None:
    abroad = _theirs(world, "little_paid_abroad").group_by("supplier").agg(pl.col("ore").sum())
    assert (abroad.get_column("ore") < 2_000_000).all()
    twice = _theirs(world, "equal_deliveries").sort("supplier", "day")
    number = pl.col("number").str.slice(1).cast(pl.Int64)
    steps = twice.group_by("supplier").agg(number.diff().drop_nulls().first().alias("step"))
    assert (steps.get_column("step") == 1).all()


def test_amounts_of_every_size_begin_as_benford_says(world: World) -> None:
    ore = _theirs(world, "many_small_and_large").get_column("ore").to_numpy() / 100
    first = np.floor(ore / 10 ** np.floor(np.log10(ore)))
    shares = np.array([(first == digit).mean() for digit in range(1, 10)])
    assert np.abs(shares - np.log10(1 + 1 / np.arange(1, 10))).mean() < 0.03


def test_half_of_the_sunday_paperwork_is_done_on_working_days(world: World) -> None:
    rows = _theirs(world, "sunday_paperwork")
    sundays = rows.get_column("day").to_numpy() % 7 == 3
    assert 0.4 < sundays.mean() < 0.6


def test_foreign_account_numbers_have_right_check_digits(world: World) -> None:
    written = foreign_iban(np.arange(50))
    assert all(iban(number) is not None for number in written)
    table = platform_table(world)
    assert table.get_column("voucher_no").is_unique().all()
    assert table.height == world.platform.height


@pytest.mark.parametrize("day", [date(2026, 7, 6), date(2027, 3, 2)])
def test_a_reported_year_lies_within_the_invoices_on_any_day(day: date) -> None:
    world = tell(200, 6_000, 3, day, 24)
    for part in ("standing_order", "other_customers_too"):
        reports = _newest_reports(world, world.cast.part(part))
        ours = reports.join(world.invoices, left_on="company", right_on="supplier").filter(
            pl.col("day").is_between(pl.col("ended") - 364, pl.col("ended"))
        )
        told = ours.group_by("company", "revenue_ore").agg(pl.col("ore").sum())
        assert told.height >= 1
        assert told.get_column("ore").min() >= 50_000_000
        is_most = told.select(pl.col("ore") >= 0.9 * pl.col("revenue_ore")).to_series()
        assert is_most.all() if part == "standing_order" else not is_most.any()
    late = _newest_reports(world, world.cast.part("report_in_time")).get_column("ended")
    assert late.len() >= 1
    assert (world.calendar.today - late).is_between(440, 475).all()


def _newest_reports(world: World, suppliers: Ints) -> pl.DataFrame:
    mine = world.financials.filter(pl.col("company").is_in(pl.Series(suppliers).implode()))
    return mine.filter(pl.col("ended") == pl.col("ended").max().over("company")).select(
        pl.col("company").cast(pl.Int64), "ended", "revenue_ore"
    )
