"""Schemes that others have written down: authorities, accountants, clients, our own staff."""

import numpy as np

from screening.demo.draws import Ints
from screening.demo.records import (
    last_year_end,
    visited_lately,
    with_authority_record,
    with_ended_grants,
    with_financials,
    with_incidents,
)
from screening.demo.world import World

_ENDED_DAYS_AGO = 40


def conviction(world: World, suppliers: Ints) -> World:
    """A corporate fine that can no longer be appealed."""
    ago = world.draws.integers("convicted", suppliers, 60, 1_500)
    planted = world.having_planted(
        "conviction-or-corporate-fine", suppliers, world.calendar.today - ago
    )
    return with_authority_record(
        planted, suppliers, "Ekobrottsmyndigheten", "foretagsbot", ago, 15_000_000
    )


def work_environment(world: World, suppliers: Ints) -> World:
    """A prohibition and a sanction of the Work Environment Authority."""
    ago = world.draws.integers("unsafe", suppliers, 60, 900)
    planted = world.having_planted(
        "work-environment-decision", suppliers, world.calendar.today - ago
    )
    noted = with_authority_record(planted, suppliers, "Arbetsmiljöverket", "forbud", ago)
    return with_authority_record(
        noted, suppliers, "Arbetsmiljöverket", "sanktionsavgift", ago - 20, 8_000_000
    )


def care_inspectorate(world: World, suppliers: Ints) -> World:
    """IVO has ordered the company to mend faults."""
    ago = world.draws.integers("criticised", suppliers, 30, 600)
    planted = world.having_planted(
        "care-inspectorate-decision", suppliers, world.calendar.today - ago
    )
    return with_authority_record(
        planted, suppliers, "Inspektionen för vård och omsorg", "forelaggande", ago
    )


def severe_complaint(world: World, suppliers: Ints) -> World:
    """A grave complaint, and a lex Sarah report after it."""
    ago = world.draws.integers("complaint", suppliers, 40, 300)
    planted = world.having_planted("severe-complaint", suppliers, world.calendar.today - ago)
    noted = with_incidents(planted, suppliers, "klagomal", 3, ago)
    return with_incidents(noted, suppliers, "lex_sarah", 4, ago - 15)


def tip_off(world: World, suppliers: Ints) -> World:
    """Somebody has tipped the municipality off."""
    ago = world.draws.integers("tip", suppliers, 5, 150)
    planted = world.having_planted("tip-off", suppliers, world.calendar.today - ago)
    return with_incidents(planted, suppliers, "tips", 2, ago)


def equity_gone(world: World, suppliers: Ints) -> World:
    """The equity is eaten up."""
    ended = last_year_end(world.calendar.today)
    planted = world.having_planted("equity-below-half", suppliers, ended)
    left = world.draws.integers("equity gone", suppliers, -9_000_000, 2_200_000)
    return with_financials(planted, suppliers, equity_ore=left, result_ore=-6_000_000)


def report_missing(world: World, suppliers: Ints) -> World:
    """The last report is two years older than the others'."""
    ended = last_year_end(world.calendar.today) - 731
    planted = world.having_planted("annual-report-late", suppliers, ended)
    return with_financials(planted, suppliers, ended=ended)


def nobody_employed(world: World, suppliers: Ints) -> World:
    """Work for millions, and nobody is employed."""
    ended = last_year_end(world.calendar.today)
    planted = world.having_planted("no-employees", suppliers, ended)
    return with_financials(planted, suppliers, employees=0)


def service_after_end(world: World, suppliers: Ints) -> World:
    """A client has died; the visits go on in the reports."""
    clients = visited_lately(world, suppliers, _ENDED_DAYS_AGO - 5)
    planted = world.having_planted(
        "service-after-end",
        np.sort(suppliers),
        world.calendar.today - _ENDED_DAYS_AGO,
    )
    return with_ended_grants(planted, clients, _ENDED_DAYS_AGO, "avliden")


def payment_remarks(world: World, suppliers: Ints) -> World:
    """Three payment remarks and a dispute within a year and a half."""
    ago = world.draws.integers("remarks", suppliers, 20, 90)
    planted = world.having_planted("payment-remarks", suppliers, world.calendar.today - ago - 200)
    for turn in range(3):
        planted = with_authority_record(
            planted,
            suppliers,
            "Kronofogden",
            "betalningsanmarkning",
            ago + 200 * turn,
            1_800_000 + 700_000 * turn,
        )
    return with_authority_record(planted, suppliers, "Granåviks tingsrätt", "tvist", ago + 50)


def complaints_above_peers(world: World, suppliers: Ints) -> World:
    """Clients and units complain every month that nobody came."""
    planted = world.having_planted("complaints-above-peers", suppliers, world.calendar.today - 250)
    for turn in range(9):
        ago = world.draws.integers(f"many complaints {turn}", suppliers, 5, 30) + 28 * turn
        planted = with_incidents(planted, suppliers, "klagomal", 2, ago)
    return planted
