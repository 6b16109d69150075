"""Honest suppliers of whom something is written down that looks worse than it is."""

from collections.abc import Callable

import numpy as np

from screening.demo.draws import Ints
from screening.demo.near_work import WORK_RECORD_NEAR_MISSES
from screening.demo.records import (
    broken_year_end,
    visited_lately,
    with_authority_record,
    with_ended_grants,
    with_financials,
    with_incidents,
)
from screening.demo.world import World


def judgment_may_be_appealed(world: World, suppliers: Ints) -> World:
    """A judgment that the company has appealed."""
    ago = world.draws.integers("appealed", suppliers, 10, 60)
    return with_authority_record(
        world, suppliers, "Granåviks tingsrätt", "dom", ago, is_binding=False
    )


def sanction_long_ago(world: World, suppliers: Ints) -> World:
    """A sanction of the Work Environment Authority, four years back."""
    ago = world.draws.integers("long ago", suppliers, 1_200, 1_500)
    return with_authority_record(
        world, suppliers, "Arbetsmiljöverket", "sanktionsavgift", ago, 4_000_000
    )


def reported_to_inspectorate(world: World, suppliers: Ints) -> World:
    """Reported to IVO, which has decided nothing."""
    ago = world.draws.integers("reported", suppliers, 20, 300)
    return with_authority_record(world, suppliers, "IVO", "anmalan", ago)


def mild_complaints(world: World, suppliers: Ints) -> World:
    """Several complaints, all of them mild."""
    for turn in range(3):
        ago = world.draws.integers(f"mild {turn}", suppliers, 10, 350)
        world = with_incidents(world, suppliers, "klagomal", 2, ago)
    return world


def old_tip(world: World, suppliers: Ints) -> World:
    """A tip a year ago that led nowhere."""
    ago = world.draws.integers("old tip", suppliers, 250, 500)
    return with_incidents(world, suppliers, "tips", 2, ago)


def equity_just_enough(world: World, suppliers: Ints) -> World:
    """A loss has taken most of what there was, and half the share capital is left."""
    return with_financials(world, suppliers, equity_ore=2_600_000, result_ore=-9_000_000)


def report_in_time(world: World, suppliers: Ints) -> World:
    """A broken financial year: the last report is older than the others', and in time."""
    ended = broken_year_end(world.calendar.today, 440)
    return with_financials(world, suppliers, ended=ended)


def works_alone(world: World, suppliers: Ints) -> World:
    """No employees: the owner does the work, and it is little."""
    return with_financials(world, suppliers, employees=0, revenue_ore=90_000_000)


def help_renewed(world: World, suppliers: Ints) -> World:
    """The decision ended and was renewed the day after; the visits went on."""
    clients = visited_lately(world, np.sort(suppliers), 35)
    return with_ended_grants(world, clients, 40, "avslutad", renewed_after=1)


RECORD_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "judgment_may_be_appealed": judgment_may_be_appealed,
    "sanction_long_ago": sanction_long_ago,
    "reported_to_inspectorate": reported_to_inspectorate,
    "mild_complaints": mild_complaints,
    "old_tip": old_tip,
    "equity_just_enough": equity_just_enough,
    "report_in_time": report_in_time,
    "works_alone": works_alone,
    "help_renewed": help_renewed,
    **WORK_RECORD_NEAR_MISSES,
}
