"""Schemes about the people behind: prohibitions, shared owners, insiders, phoenixes."""

import numpy as np
import polars as pl

from screening.demo.casting import BANKRUPT
from screening.demo.draws import Ints
from screening.demo.invoices import first_days
from screening.demo.people import new_persons, owner_of
from screening.demo.prohibitions import with_prohibitions
from screening.demo.world import World, among

_BOARD = ("ledamot", "ordforande", "vd")


def trading_prohibition(world: World, suppliers: Ints) -> World:
    """The owner is under a trading prohibition."""
    since = world.calendar.today - world.draws.integers("prohibited", suppliers, 200, 800)
    return with_prohibitions(
        world, owner_of(world, suppliers), since, since + 5 * 365
    ).having_planted("trading-prohibition", suppliers, since)


def owner_shared(world: World, suppliers: Ints) -> World:
    """One person owns two suppliers that hold contracts in the same service area."""
    since = world.calendar.today - 800
    return with_shared_owner(world, suppliers, 60.0, since).having_planted(
        "owner-shared-same-contract-area", suppliers, since
    )


def with_shared_owner(world: World, suppliers: Ints, share: float, since: int) -> World:
    """Give the followers of each pair the leader's owner, with ``share`` per cent."""
    leaders, followers = suppliers_in_pairs(world, suppliers)
    return with_owners(world, followers, owner_of(world, leaders), share, since)


def with_owners(world: World, companies: Ints, persons: Ints, share: float, since: int) -> World:
    """Let persons have ``share`` per cent of companies; what the others have shrinks."""
    others_have = 1.0 - share / 100.0
    thinned = world.owners.with_columns(
        share=pl.when(among("company", companies))
        .then(pl.col("share") * others_have)
        .otherwise("share")
    )
    added = pl.DataFrame(
        {
            "company": companies,
            "person": persons,
            "parent": np.full(companies.size, -1),
            "share": np.full(companies.size, share),
            "since": np.full(companies.size, since),
        }
    ).with_columns(until=pl.lit(None, pl.Int64))
    return world.but(owners=pl.concat([thinned, added]))


def suppliers_in_pairs(world: World, suppliers: Ints) -> tuple[Ints, Ints]:
    """The first of each group, and the others of the group beside it, in equal numbers."""
    rows = world.cast.roster.filter(among("supplier", suppliers)).sort("part", "group_no", "place")
    pairs = rows.with_columns(
        leader=pl.col("supplier").first().over("part", "group_no", mapping_strategy="group_to_rows")
    ).filter(pl.col("supplier") != pl.col("leader"))
    return pairs.get_column("leader").to_numpy(), pairs.get_column("supplier").to_numpy()


def account_shared(world: World, suppliers: Ints) -> World:
    """Two suppliers have their money paid to the same account."""
    leaders, followers = suppliers_in_pairs(world, suppliers)
    shared = world.suppliers.get_column("bankgiro").gather(pl.Series(leaders))
    return world.with_supplier_values(followers, bankgiro=shared).having_planted(
        "bank-account-shared", suppliers, first_days(world, suppliers)
    )


def phoenix(world: World, suppliers: Ints) -> World:
    """The owner led companies that went bankrupt: an earlier supplier, or two other companies."""
    by_part = world.cast.part("phoenix")
    places = np.argsort(by_part)[np.searchsorted(np.sort(by_part), suppliers)]
    gone = world.cast.part(BANKRUPT)
    after_supplier = suppliers[places % 2 == 0]
    earlier = gone[(places[places % 2 == 0] // 2) % gone.size]
    ties = pl.concat(
        [
            pl.DataFrame({"supplier": after_supplier, "company": earlier}),
            world.others.filter(
                (pl.col("kind") == "bankrupt") & among("supplier", suppliers)
            ).select("supplier", "company"),
        ]
    )
    return with_bankruptcies(world, ties, 0).having_planted(
        "phoenix", suppliers, first_days(world, suppliers)
    )


def with_bankruptcies(
    world: World, ties: pl.DataFrame, left_days_before: int, role: str = "ledamot"
) -> World:
    """Seat the person behind a supplier on the board of a company that went bankrupt.

    Args:
        world: as it is.
        ties: ``supplier, company``.
        left_days_before: how long before the company's end the person left; 0: not at all.
        role: of the person in the company.
    """
    ends = pl.concat(
        [
            world.suppliers.select("company", "registered", "deregistered"),
            world.others.select("company", "registered", "deregistered"),
        ]
    )
    rows = ties.with_columns(
        person=pl.Series(owner_of(world, ties.get_column("supplier").to_numpy()))
    ).join(ends, on="company", maintain_order="left")
    seats = rows.select(
        "company",
        "person",
        role=pl.lit(role),
        since=pl.col("registered"),
        until=pl.col("deregistered") - left_days_before,
    )
    return world.but(officers=pl.concat([world.officers, seats]))


def owner_is_staff(world: World, suppliers: Ints) -> World:
    """The owner works in the social services and decides on such purchases."""
    return with_staff(world, suppliers, owner_of(world, suppliers)).having_planted(
        "owner-or-officer-is-staff", suppliers, first_days(world, suppliers)
    )


def with_staff(world: World, suppliers: Ints, persons: Ints) -> World:
    """Put persons on the municipality's staff, in the places of others.

    Every fourth is known there by name and date of birth only.
    """
    free = world.staff.filter(~pl.col("is_taken")).head(suppliers.size).get_column("employee")
    taken = pl.DataFrame(
        {
            "employee": free,
            "person": persons,
            "role": ["Enhetschef"] * suppliers.size,
            "is_sensitive": [True] * suppliers.size,
            "is_taken": [True] * suppliers.size,
            "has_number": np.arange(suppliers.size) % 4 != 3,
        }
    )
    return world.but(
        staff=world.staff.update(taken, on="employee", how="left", maintain_order="left")
    )


def shared_with_staff(world: World, suppliers: Ints) -> World:
    """The supplier is paid to the account of somebody on the municipality's staff."""
    free = world.staff.filter(~pl.col("is_taken")).head(suppliers.size).select("employee")
    told = free.with_columns(
        account=world.suppliers.get_column("bankgiro").gather(pl.Series(suppliers)),
        is_taken=pl.lit(value=True),
    )
    return world.but(
        staff=world.staff.update(told, on="employee", how="left", maintain_order="left")
    ).having_planted("shared-with-staff", suppliers, first_days(world, suppliers))


def board_replaced(world: World, suppliers: Ints) -> World:
    """The whole board went within half a year, and two strangers came."""
    when = world.calendar.today - world.draws.integers("board replaced", suppliers, 40, 150)
    return with_new_board(world, suppliers, when).having_planted("board-replaced", suppliers, when)


def with_new_board(world: World, suppliers: Ints, days: Ints, newcomers: int = 2) -> World:
    """Replace the boards of companies by new persons on the given days."""
    world, persons = new_persons(world, newcomers * suppliers.size)
    told = pl.DataFrame({"company": suppliers, "day": days})
    leaves = pl.col("role").is_in(_BOARD) & pl.col("until").is_null() & pl.col("day").is_not_null()
    officers = (
        world.officers.join(told, on="company", how="left", maintain_order="left")
        .with_columns(until=pl.when(leaves).then("day").otherwise("until"))
        .drop("day")
    )
    seats = pl.DataFrame(
        {
            "company": np.repeat(suppliers, newcomers),
            "person": persons,
            "role": ["ledamot"] * persons.size,
            "since": np.repeat(days, newcomers),
        }
    ).with_columns(until=pl.lit(None, pl.Int64))
    events = told.select(
        "company", event=pl.lit("board_change"), day=pl.col("day"), detail=pl.lit("")
    )
    return world.but(
        officers=pl.concat([officers, seats]), events=pl.concat([world.events, events])
    )
