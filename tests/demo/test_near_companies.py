"""Honest suppliers whose permits, taxes and companies look odd stay on the right side."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.world import World


def _of(frame: pl.DataFrame, column: str, suppliers: Ints) -> pl.DataFrame:
    return frame.filter(pl.col(column).is_in(pl.Series(suppliers).implode()))


def test_new_to_us_but_neither_idle_nor_sold_lately(world: World) -> None:
    small = _of(world.financials, "company", world.cast.part("small_home_last_year"))
    assert small.height >= 2
    assert small.get_column("revenue_ore").min() > 5_000_000
    sold = world.cast.part("sold_long_before")
    left = _of(world.owners, "company", sold).drop_nulls("until").group_by("company").agg(
        pl.col("until").max()
    )  # fmt: skip
    assert left.height == sold.size >= 2
    begun = pl.DataFrame({"company": sold, "begun": first_days(world, sold)})
    gaps = left.join(begun, on="company").select(pl.col("begun") - pl.col("until")).to_series()
    assert gaps.min() > 180


def test_a_permit_that_begins_within_the_grace(world: World) -> None:
    mine = world.cast.part("started_within_grace")
    begins = _of(world.permits, "company", mine).group_by("company").agg(pl.col("valid_from").min())
    begun = pl.DataFrame({"company": mine, "begun": first_days(world, mine)})
    gaps = begins.join(begun, on="company").select(pl.col("valid_from") - pl.col("begun"))
    assert gaps.height >= 2
    assert gaps.to_series().is_between(1, 14).all()


def test_visits_at_an_office_are_at_an_address_of_the_company(world: World) -> None:
    mine = world.cast.part("visited_at_its_office")
    offices = _of(world.suppliers, "supplier", mine).select("supplier", "street")
    visits = _of(world.site_visits, "supplier", mine).join(offices, on="supplier")
    assert visits.height == mine.size >= 2
    assert (visits.get_column("place") == visits.get_column("street")).all()
    units = _of(world.permits, "company", mine).get_column("street")
    assert not set(units) & set(offices.get_column("street"))


def test_taxes_that_are_in_order_after_all(world: World) -> None:
    later = _of(world.tax_status, "company", world.cast.part("vat_registered_later"))
    newest = later.sort("day").group_by("company").last()
    assert newest.height >= 2
    assert newest.get_column("vat").all()
    assert not later.get_column("vat").all()
    debts = _of(world.debts, "company", world.cast.part("private_debt_under_limit"))
    assert 5_000_000 < debts.get_column("private_ore").max() < 10_000_000
    pay = _of(world.payroll, "company", world.cast.part("pay_none_two_months"))
    last = pay.sort("month").group_by("company", maintain_order=True).tail(3)
    months = last.group_by("company").agg(none=(pl.col("pay_ore") == 0).sum())
    assert set(months.get_column("none")) == {2}
    young = world.cast.part("approved_at_once")
    told = _of(world.tax_status, "company", young).drop_nulls("changed")
    born = world.suppliers.select("company", "registered")
    days = told.join(born, on="company").select(pl.col("changed") - pl.col("registered"))
    assert days.height >= 2
    assert days.to_series().is_between(0, 30).all()


def test_permits_and_f_tax_that_suffice(world: World) -> None:
    housing = _of(world.permits, "company", world.cast.part("lss_permit_for_housing"))
    assert set(housing.get_column("permit")) == {"lss_8_9_bostad"}
    late = _of(world.tax_status, "company", world.cast.part("f_tax_came_late")).sort("day")
    answers = late.group_by("company").agg("f_tax").get_column("f_tax")
    assert answers.to_list() == [[False, False, False, True]] * 2


def test_companies_that_are_what_they_were(world: World) -> None:
    woken = world.cast.part("woke_up_alone")
    assert _of(world.financials, "company", woken).get_column("revenue_ore").max() == 0
    assert _of(world.events, "company", woken).is_empty()
    renamed = _of(world.events, "company", world.cast.part("renamed_at_one_time"))
    days = renamed.group_by("company").agg(pl.col("day").n_unique(), kinds=pl.len())
    assert set(days.select("day", "kinds").rows()) == {(1, 3)}
    boxes = _of(world.suppliers, "supplier", world.cast.part("own_box")).get_column("street")
    assert boxes.str.contains(r"^Box \d+$").all()
    assert boxes.n_unique() == boxes.len() >= 2
    audited = world.officers.filter(
        (pl.col("role") == "revisor")
        & pl.col("company").is_in(pl.Series(world.cast.part("auditor_replaced")).implode())
    )
    now = audited.group_by("company").agg(pl.col("until").is_null().sum(), past=pl.len())
    assert np.array_equal(now.get_column("until").to_numpy(), np.ones(now.height))
    assert now.get_column("past").min() == 2
