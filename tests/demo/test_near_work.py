"""Honest suppliers whose hours, visits and contracts come near a limit, and stay below it."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from screening.demo.near_work import WORK_NEAR_MISSES, WORK_RECORD_NEAR_MISSES
from screening.demo.settings import demo_settings
from screening.demo.story import tell
from screening.demo.world import World, among
from tests.demo.made_demo import Demo
from tests.demo.work_traces import WORK_BY_NUMBER, WORK_BY_ORGNR, billed

PARTS = sorted({**WORK_NEAR_MISSES, **WORK_RECORD_NEAR_MISSES})
CHECKS: dict[str, Callable[[Demo], list[str]]] = {**WORK_BY_ORGNR, **WORK_BY_NUMBER}


@pytest.mark.parametrize("part", PARTS)
def test_who_comes_near_a_limit_is_not_beyond_it(demo: Demo, world: World, part: str) -> None:
    near = demo_settings().honest[part].near
    assert near is not None
    mine = world.suppliers.filter(among("supplier", world.cast.part(part)))
    named = {*mine.get_column("supplier_no").cast(pl.String), *mine.get_column("orgnr")}
    assert len(named) >= 4
    assert not named & set(CHECKS[near](demo))


def test_they_come_near(demo: Demo, world: World) -> None:
    visits = world.visits.with_columns(minutes=pl.col("end") - pl.col("start"))
    long = visits.filter(
        among("company", world.cast.part("long_weeks")) & (pl.col("worker") % 1_000 == 910)
    )
    assert long.group_by("worker").agg(pl.col("minutes").sum())["minutes"].min() > 6 * 65 * 60
    by_hand = visits.filter(among("company", world.cast.part("tags_lost")))
    assert by_hand.group_by("company").agg(pl.col("by_hand").sum())["by_hand"].min() >= 100
    incidents = world.incidents.filter(among("supplier", world.cast.part("four_complaints")))
    assert set(incidents.group_by("supplier").len().get_column("len")) == {4}
    hired = visits.filter(among("company", world.cast.part("declared_subcontractor")))
    assert hired.drop_nulls("employer").get_column("company").n_unique() >= 2
    hours = billed(demo).group_by("orgnr").len()
    told = world.suppliers.select("supplier", "orgnr").join(hours, on="orgnr")
    for part in ("travel_paid", "all_granted_used"):
        assert set(world.cast.part(part)) <= set(told.get_column("supplier"))


@pytest.mark.parametrize(
    "today", [date(2026, 3, 1), date(2026, 3, 6), date(2026, 5, 31), date(2026, 12, 1)]
)
def test_two_whole_months_are_billed_and_reported_on_whatever_day(today: date) -> None:
    world = tell(120, 3_000, 5, today, 12)
    starts = world.calendar.month_starts
    covered = starts >= int(world.visits.get_column("start").min()) // 1440  # type: ignore[operator]
    months = np.flatnonzero(covered)
    billed_hours = world.hour_invoices.filter(pl.col("month").is_in(months))
    for scheme in ("billed-more-than-reported", "billed-more-than-granted"):
        mine = billed_hours.filter(among("supplier", world.cast.scheme(scheme)))
        assert mine.group_by("supplier").len().get_column("len").min() >= 2
