"""Honest suppliers whose invoices look odd: they stay on the right side."""

import numpy as np
import polars as pl
import pytest

from screening.demo.platform import foreign_iban, platform_table
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
