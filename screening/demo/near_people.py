"""Honest suppliers whose people look like trouble: namesakes, former members, auditors."""

from collections.abc import Callable

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.numbers import bankgiro_numbers, digits
from screening.demo.people import new_persons, owner_of
from screening.demo.prohibitions import with_prohibitions
from screening.demo.sanctions import with_listed_persons
from screening.demo.schemes.ownership import (
    with_bankruptcies,
    with_new_board,
    with_shared_owner,
    with_staff,
)
from screening.demo.world import World, among


def _namesakes(world: World, suppliers: Ints) -> tuple[World, Ints]:
    """New persons with the names of the suppliers' owners, but other dates of birth."""
    world, persons = new_persons(world, suppliers.size)
    names = (
        pl.DataFrame({"person": owner_of(world, suppliers)})
        .join(world.people.select("person", "name"), on="person", how="left", maintain_order="left")
        .get_column("name")
    )
    named = pl.DataFrame({"person": persons, "name": names})
    people = world.people.update(named, on="person", how="left", maintain_order="left")
    return world.but(people=people), persons


def prohibited_namesake(world: World, suppliers: Ints) -> World:
    """Somebody under trading prohibition has the owner's name, and is another person."""
    world, persons = _namesakes(world, suppliers)
    since = np.full(suppliers.size, world.calendar.today - 400)
    return with_prohibitions(world, persons, since, since + 5 * 365)


def prohibition_over(world: World, suppliers: Ints) -> World:
    """The owner was under trading prohibition once; it is over."""
    until = world.calendar.today - world.draws.integers("over", suppliers, 60, 900)
    return with_prohibitions(world, owner_of(world, suppliers), until - 3 * 365, until)


def prohibition_exempted(world: World, suppliers: Ints) -> World:
    """The owner is under trading prohibition and has an exemption for this company."""
    since = np.full(suppliers.size, world.calendar.today - 300)
    exemption = (since + 40, since + 1_500)
    return with_prohibitions(world, owner_of(world, suppliers), since, since + 5 * 365, exemption)


def prohibited_left_board(world: World, suppliers: Ints) -> World:
    """Somebody left the board when the prohibition came."""
    world, persons = new_persons(world, suppliers.size)
    since = np.full(suppliers.size, world.calendar.today - 350)
    registered = world.suppliers.get_column("registered").gather(pl.Series(suppliers))
    world = _with_former_officers(world, suppliers, persons, registered, since)
    return with_prohibitions(world, persons, since, since + 5 * 365)


def _with_former_officers(
    world: World, companies: Ints, persons: Ints, since: pl.Series, until: Ints
) -> World:
    seats = pl.DataFrame(
        {
            "company": companies,
            "person": persons,
            "role": ["ledamot"] * persons.size,
            "since": since.cast(pl.Int64),
            "until": until,
        }
    )
    return world.but(officers=pl.concat([world.officers, seats]))


def owner_in_two_areas(world: World, suppliers: Ints) -> World:
    """One person owns two suppliers with contracts in different areas."""
    return with_shared_owner(world, suppliers, 60.0, world.calendar.today - 1_000)


def small_share_in_two(world: World, suppliers: Ints) -> World:
    """The owner of one supplier has a tenth of another in the same area."""
    return with_shared_owner(world, suppliers, 10.0, world.calendar.today - 1_000)


def staff_namesake(world: World, suppliers: Ints) -> World:
    """Somebody on the staff has the owner's name, and is another person."""
    world, persons = _namesakes(world, suppliers)
    return with_staff(world, suppliers, persons)


def former_director_is_staff(world: World, suppliers: Ints) -> World:
    """Somebody left the board years ago and works for the municipality now."""
    world, persons = new_persons(world, suppliers.size)
    until = world.calendar.today - world.draws.integers("former director", suppliers, 500, 1_000)
    registered = world.suppliers.get_column("registered").gather(pl.Series(suppliers))
    world = _with_former_officers(
        world, suppliers, persons, registered.clip(upper_bound=int(until.min()) - 90), until
    )
    return with_staff(world, suppliers, persons)


def factoring_customer(world: World, suppliers: Ints) -> World:
    """Many suppliers have sold their invoices to one factoring company and share its account."""
    count = world.suppliers.height
    accounts = bankgiro_numbers(world.draws, 2 * count + world.cast.groups(suppliers))
    return world.with_supplier_values(suppliers, bankgiro=digits(accounts, 8))


def left_before_bankruptcy(world: World, suppliers: Ints) -> World:
    """The owner left the boards of two companies years before they went bankrupt."""
    ties = _ties(world, suppliers, "bankrupt")
    return with_bankruptcies(world, ties, left_days_before=900)


def one_bankruptcy_elsewhere(world: World, suppliers: Ints) -> World:
    """One bankruptcy, and one more than five years ago."""
    ties = pl.concat([_ties(world, suppliers, "bankrupt"), _ties(world, suppliers, "old_bankrupt")])
    return with_bankruptcies(world, ties, left_days_before=0)


def auditor_of_bankrupt(world: World, suppliers: Ints) -> World:
    """The company's auditor audited two companies that went bankrupt."""
    world, persons = new_persons(world, suppliers.size)
    auditors = pl.DataFrame({"supplier": suppliers, "person": persons})
    seats = pl.concat(
        [
            auditors.select(company="supplier", person="person"),
            _ties(world, suppliers, "bankrupt")
            .join(auditors, on="supplier", maintain_order="left")
            .select("company", "person"),
        ]
    ).with_columns(
        role=pl.lit("revisor"),
        since=pl.lit(world.calendar.today - 2_000).cast(pl.Int64),
        until=pl.lit(None, pl.Int64),
    )
    return world.but(officers=pl.concat([world.officers, seats]))


def _ties(world: World, suppliers: Ints, kind: str) -> pl.DataFrame:
    return world.others.filter((pl.col("kind") == kind) & among("supplier", suppliers)).select(
        "supplier", "company"
    )


def one_of_five_replaced(world: World, suppliers: Ints) -> World:
    """One of five on the board was replaced."""
    world, persons = new_persons(world, suppliers.size)
    day = world.calendar.today - 70
    last = (pl.col("role") == "ledamot") & among("company", suppliers) & pl.col("until").is_null()
    numbered = world.officers.with_columns(
        turn=pl.when(last).then(last.cum_sum().over("company", mapping_strategy="group_to_rows"))
    )
    officers = numbered.with_columns(
        until=pl.when(pl.col("turn") == 5).then(day).otherwise("until").cast(pl.Int64)
    ).drop("turn")
    seats = pl.DataFrame(
        {
            "company": suppliers,
            "person": persons,
            "role": ["ledamot"] * persons.size,
            "since": np.full(persons.size, day),
        }
    ).with_columns(until=pl.lit(None, pl.Int64))
    return world.but(officers=pl.concat([officers, seats]))


def board_replaced_long_ago(world: World, suppliers: Ints) -> World:
    """The whole board was replaced, but more than half a year ago."""
    return with_new_board(world, suppliers, np.full(suppliers.size, world.calendar.today - 320))


def generation_shift(world: World, suppliers: Ints) -> World:
    """The founders handed over to the next generation this spring."""
    return with_new_board(world, suppliers, np.full(suppliers.size, world.calendar.today - 110))


def listed_namesake(world: World, suppliers: Ints) -> World:
    """A sanctions list has the owner's name: born another day, or nobody says when."""
    world, persons = _namesakes(world, suppliers)
    since = np.full(suppliers.size, world.calendar.today - 500)
    dated = np.arange(suppliers.size) % 2 == 0
    world = with_listed_persons(world, persons[dated], since[dated])
    return with_listed_persons(world, persons[~dated], since[~dated], told="nothing")


def sanction_lifted(world: World, suppliers: Ints) -> World:
    """The owner was on a sanctions list; the sanction was lifted, and the list says so."""
    until = world.calendar.today - world.draws.integers("lifted", suppliers, 60, 400)
    return with_listed_persons(world, owner_of(world, suppliers), until - 900, until=until)


PEOPLE_NEAR_MISSES: dict[str, Callable[[World, Ints], World]] = {
    "prohibited_namesake": prohibited_namesake,
    "prohibition_over": prohibition_over,
    "prohibition_exempted": prohibition_exempted,
    "prohibited_left_board": prohibited_left_board,
    "listed_namesake": listed_namesake,
    "sanction_lifted": sanction_lifted,
    "owner_in_two_areas": owner_in_two_areas,
    "small_share_in_two": small_share_in_two,
    "staff_namesake": staff_namesake,
    "former_director_is_staff": former_director_is_staff,
    "factoring_customer": factoring_customer,
    "left_before_bankruptcy": left_before_bankruptcy,
    "one_bankruptcy_elsewhere": one_bankruptcy_elsewhere,
    "auditor_of_bankrupt": auditor_of_bankrupt,
    "one_of_five_replaced": one_of_five_replaced,
    "board_replaced_long_ago": board_replaced_long_ago,
    "generation_shift": generation_shift,
}
