"""A made-up sanctions list: strangers mostly, written as OpenSanctions writes its entries.

Nobody is meant: the names are the demo's own, the programme does not exist.
"""

from typing import Literal

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.people import new_persons
from screening.demo.world import World, among

Told = Literal["day", "year", "nothing"]

SANCTION_COLUMNS = {
    "schema": pl.String,
    "name": pl.String,
    "aliases": pl.String,
    "birth_date": pl.String,
    "addresses": pl.String,
    "identifiers": pl.String,
    "since": pl.Int64,
    "until": pl.Int64,
}

#: Entries that are no party: nobody may be taken for one.
_VESSELS = 6


def make_sanctions(world: World) -> World:
    """Fill ``sanctions`` (see ``SANCTION_COLUMNS``) with strangers, companies and vessels."""
    count = max(60, world.suppliers.height // 6)
    world, strangers = new_persons(world, count)
    persons = world.people.filter(among("person", strangers))
    listed = world.calendar.today - world.draws.integers("listed", count, 100, 4_000)
    world = world.but(sanctions=pl.DataFrame(schema=SANCTION_COLUMNS))
    world = _with_entries(world, _person_entries(persons, "day"), "Person", listed)
    firms = persons.select(name=pl.col("name").str.split(" ").list.last() + " Trading LLC")
    few = firms.head(count // 3)
    world = _with_entries(world, few, "Company", listed[: few.height])
    vessels = few.select(name=pl.lit("M/T ") + pl.col("name")).head(_VESSELS)
    return _with_entries(world, vessels, "Vessel", listed[: vessels.height])


def _person_entries(persons: pl.DataFrame, told: Told, *, numbered: bool = False) -> pl.DataFrame:
    """Entries about persons, their names turned and without marks, as lists have them."""
    words = pl.col("name").str.split(" ")
    plain = pl.col("name").str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    day = pl.col("birth").cast(pl.Int32).cast(pl.Date).cast(pl.String)
    births = {"day": day, "year": day.str.head(4), "nothing": pl.lit(None, pl.String)}
    return persons.select(
        name=words.list.last().str.to_uppercase()
        + pl.lit(" ")
        + words.list.slice(0, words.list.len() - 1).list.join(" "),
        aliases=pl.concat_str(plain, pl.lit(";"), plain.str.to_uppercase()),
        birth_date=births[told],
        identifiers=pl.when(pl.lit(numbered)).then("number"),
    )


def _with_entries(
    world: World, entries: pl.DataFrame, schema: str, since: Ints, until: Ints | None = None
) -> World:
    rows = entries.with_columns(
        schema=pl.lit(schema),
        since=pl.Series(since),
        until=None if until is None else pl.Series(until),
    )
    missing = [name for name in SANCTION_COLUMNS if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None).alias(name) for name in missing)
    shaped = rows.select(pl.col(name).cast(kind) for name, kind in SANCTION_COLUMNS.items())
    return world.but(sanctions=pl.concat([world.sanctions, shaped]))


def with_listed_persons(
    world: World,
    persons: Ints,
    since: Ints,
    *,
    until: Ints | None = None,
    told: Told = "day",
    numbered: bool = False,
) -> World:
    """Put persons on the list, with what it tells of their birth, and their numbers or not."""
    rows = pl.DataFrame({"person": persons.astype(np.int64)}).join(
        world.people, on="person", how="left", maintain_order="left"
    )
    entries = _person_entries(rows, told, numbered=numbered)
    return _with_entries(world, entries, "Person", since, until)


def with_listed_companies(world: World, suppliers: Ints, since: Ints) -> World:
    """Put suppliers on the list: under a former name, with their organisationsnummer."""
    rows = pl.DataFrame({"supplier": suppliers.astype(np.int64)}).join(
        world.suppliers, on="supplier", how="left", maintain_order="left"
    )
    entries = rows.select(
        name=pl.col("name").str.split(" ").list.first() + " Holding",
        addresses=pl.concat_str("street", pl.lit(", "), "city", pl.lit(", Sverige")),
        identifiers=pl.col("orgnr").str.replace(r"^(\d{6})(\d{4})$", "${1}-${2}"),
    )
    return _with_entries(world, entries, "Company", since)
