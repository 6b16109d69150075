"""Schemes about who is behind whom: leaders, layers, circles, fronts, business taken over."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.people import OFFICER_COLUMNS, OWNER_COLUMNS, owner_of
from screening.demo.schemes.ownership import suppliers_in_pairs, with_new_board, with_owners
from screening.demo.world import World, among

#: Suppliers with whom the municipality has cancelled the contract: they work without a permit.
CANCELLED = "unlicensed"


def officer_shared(world: World, suppliers: Ints) -> World:
    """Who leads one supplier leads another one with contracts in the same area."""
    since = world.calendar.today - 900
    return with_shared_officer(world, suppliers, "ledamot", since).having_planted(
        "officer-shared-same-contract-area", suppliers, since
    )


def with_shared_officer(world: World, suppliers: Ints, role: str, since: int) -> World:
    """Give the followers of each pair the person behind the leader as an officer."""
    leaders, followers = suppliers_in_pairs(world, suppliers)
    return with_officers(world, followers, owner_of(world, leaders), role, since)


def with_officers(
    world: World,
    companies: Ints,
    persons: Ints,
    role: str,
    since: Ints | int,
    until: pl.Series | None = None,
) -> World:
    """Seat persons in companies."""
    seats = pl.DataFrame(
        {
            "company": companies.astype(np.int64),
            "person": persons.astype(np.int64),
            "role": [role] * companies.size,
            "since": np.broadcast_to(since, companies.shape),
        }
    ).with_columns(until=pl.lit(None, pl.Int64) if until is None else until)
    added = seats.cast(OFFICER_COLUMNS)  # type: ignore[arg-type]
    return world.but(officers=pl.concat([world.officers, added]))


def others_of(world: World, kind: str, suppliers: Ints) -> pl.DataFrame:
    """``supplier, company, place`` of the companies of a kind around suppliers."""
    return world.others.filter((pl.col("kind") == kind) & among("supplier", suppliers)).select(
        "supplier", "company", "place", "registered", "deregistered"
    )


def with_sole_owner(world: World, companies: Ints, persons: Ints, parents: Ints) -> World:
    """Exchange all owners of companies for one each: a person, a company, or (both -1) nobody."""
    rows = pl.DataFrame(
        {
            "company": companies.astype(np.int64),
            "person": persons.astype(np.int64),
            "parent": parents.astype(np.int64),
        }
    ).with_columns(
        share=pl.lit(100.0),
        since=pl.lit(world.calendar.today - 1_200),
        until=pl.lit(None, pl.Int64),
    )
    kept = world.owners.filter(~among("company", companies))
    added = rows.cast(OWNER_COLUMNS)  # type: ignore[arg-type]
    return world.but(owners=pl.concat([kept, added]))


def _nobody(companies: Ints) -> Ints:
    return np.full(companies.size, -1)


def hidden_owner(world: World, suppliers: Ints) -> World:
    """One person owns two suppliers, each through a company of its own."""
    leaders, _ = suppliers_in_pairs(world, suppliers)
    first = pl.DataFrame({"supplier": leaders, "person": owner_of(world, leaders)})
    holdings = others_of(world, "holding", suppliers)
    groups = pl.DataFrame({"supplier": suppliers, "group_no": world.cast.groups(suppliers)})
    by_group = groups.join(first, on="supplier").select("group_no", "person")
    told = holdings.join(groups, on="supplier", maintain_order="left").join(
        by_group, on="group_no", maintain_order="left"
    )
    owned, holding = (told.get_column(name).to_numpy() for name in ("supplier", "company"))
    world = with_sole_owner(world, holding, told.get_column("person").to_numpy(), _nobody(holding))
    return with_sole_owner(world, owned, _nobody(owned), holding).having_planted(
        "indirect-owner-shared", suppliers, world.calendar.today - 1_200
    )


def circular(world: World, suppliers: Ints) -> World:
    """The supplier and another company own each other, and nobody else is known."""
    told = others_of(world, "circle", suppliers)
    owned, other = (told.get_column(name).to_numpy() for name in ("supplier", "company"))
    world = with_sole_owner(world, owned, _nobody(owned), other)
    return with_sole_owner(world, other, _nobody(other), owned).having_planted(
        "circular-ownership", suppliers, world.calendar.today - 1_200
    )


def owner_unknown(world: World, suppliers: Ints) -> World:
    """The answer about owners says that the owner is not known."""
    return with_sole_owner(world, suppliers, _nobody(suppliers), _nobody(suppliers)).having_planted(
        "beneficial-owner-unknown", suppliers, world.calendar.today - 1_200
    )


def inherits(world: World, suppliers: Ints) -> World:
    """A new company with the owner and the address of one that went bankrupt."""
    told = others_of(world, "fallen", suppliers)
    owners = owner_of(world, told.get_column("supplier").to_numpy())
    world = with_officers(
        world,
        told.get_column("company").to_numpy(),
        owners,
        "ledamot",
        told.get_column("registered").to_numpy(),
        told.get_column("deregistered"),
    )
    return with_address_of_supplier(world, "fallen", suppliers).having_planted(
        "new-company-inherits",
        suppliers,
        world.suppliers.get_column("registered").gather(pl.Series(suppliers)).to_numpy(),
    )


def with_address_of_supplier(world: World, kind: str, suppliers: Ints) -> World:
    """Move companies of a kind to the address of the supplier that they belong to."""
    places = world.suppliers.select("supplier", "street", "postal_code", "city")
    moved = (
        others_of(world, kind, suppliers)
        .select("supplier", "company")
        .join(places, on="supplier", maintain_order="left")
        .drop("supplier")
    )
    return world.but(
        others=world.others.update(moved, on="company", how="left", maintain_order="left")
    )


def front_person(world: World, suppliers: Ints) -> World:
    """The owner sits in eleven other companies, five of them in liquidation."""
    return with_posts(world, "fronted", suppliers).having_planted(
        "front-person", suppliers, world.calendar.today - 600
    )


def with_posts(world: World, kind: str, suppliers: Ints) -> World:
    """Seat the person behind each supplier in all companies of a kind around it."""
    told = others_of(world, kind, suppliers)
    return with_officers(
        world,
        told.get_column("company").to_numpy(),
        owner_of(world, told.get_column("supplier").to_numpy()),
        "ledamot",
        world.calendar.today - 600,
    )


def take_over(world: World, suppliers: Ints) -> World:
    """The management went, one stranger came, and the company moved."""
    when = world.calendar.today - world.draws.integers("taken over", suppliers, 60, 150)
    world = with_new_board(world, suppliers, when, newcomers=1)
    moved = pl.DataFrame({"company": suppliers.astype(np.int64), "day": when + 20}).select(
        "company", event=pl.lit("address_change"), day="day", detail=pl.lit("")
    )
    return world.but(events=pl.concat([world.events, moved])).having_planted(
        "take-over", suppliers, when
    )


def behind_cancelled(world: World, suppliers: Ints) -> World:
    """The municipality cancelled a supplier's contract; its owner is behind another supplier."""
    cancelled = np.sort(world.cast.part(CANCELLED))
    ended = world.calendar.today - world.draws.integers("cancelled", cancelled, 100, 300)
    world = with_ended_contracts(world, cancelled, ended, "avtalsbrott")
    earlier = cancelled[np.arange(suppliers.size) % cancelled.size]
    since = world.calendar.today - 200
    world = with_owners(world, suppliers, owner_of(world, earlier), 60.0, since)
    return world.having_planted("behind-ended-contract", suppliers, since)


def tied_to_critical(world: World, suppliers: Ints) -> World:
    """The supplier whose contract was cancelled has no permit, and shares its owner."""
    return world.having_planted("tied-to-critical-finding", suppliers, world.calendar.today - 200)


def with_ended_contracts(world: World, suppliers: Ints, ended: Ints, why: str) -> World:
    """All contracts of suppliers end early."""
    told = pl.DataFrame({"supplier": suppliers.astype(np.int64), "stopped": ended}).with_columns(
        why=pl.lit(why)
    )
    return world.but(
        contracts=world.contracts.update(told, on="supplier", how="left", maintain_order="left")
    )
