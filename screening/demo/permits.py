"""Permits from IVO: every honest supplier has what its services need."""

import numpy as np
import polars as pl

from screening.demo.draws import Ints
from screening.demo.names import Address, addresses, person_names, stems
from screening.demo.numbers import MOST_PERSONS
from screening.demo.world import World, among

PERMIT_COLUMNS = {
    "company": pl.Int64,
    "permit": pl.String,
    "status": pl.String,
    "unit_name": pl.String,
    "street": pl.String,
    "postal_code": pl.String,
    "city": pl.String,
    "valid_from": pl.Int64,
    "valid_to": pl.Int64,
}


def make_permits(world: World) -> World:
    """Fill ``permits``: one row per unit; the first unit lies at the company's own address."""
    asked = pl.concat(
        [
            world.suppliers.filter(pl.col("form") != "OFF").select(
                "company", "service", "registered"
            ),
            world.suppliers.filter(pl.col("second_service") >= 0).select(
                "company", service="second_service", registered="registered"
            ),
            world.others.filter(pl.col("kind").is_in(["holder", "neighbour", "provider"])).select(
                "company", "service", "registered"
            ),
        ]
    )
    return world.but(permits=permits_for(world, asked))


def permits_for(world: World, asked: pl.DataFrame) -> pl.DataFrame:
    """Active permits for ``company, service, registered``; none where the service needs none."""
    kinds = list(world.settings.services.values())
    needed = pl.Series([kind.permit for kind in kinds], dtype=pl.String)
    holding = asked.with_columns(
        permit=needed.gather(asked.get_column("service")),
        area=pl.Series([kind.area for kind in kinds]).gather(asked.get_column("service")),
    ).filter(pl.col("permit").is_not_null())
    key = (holding.get_column("company") * 64 + holding.get_column("service")).to_numpy()
    units = 1 + world.draws.pick("permit/units", key, [0.62, 0.25, 0.13])
    rows = (
        holding.with_columns(unit=pl.int_ranges(0, pl.Series(units)))
        .explode("unit")
        .with_columns(unit=pl.col("unit").cast(pl.Int64))
    )
    return _unit_rows(world, rows)


def _unit_rows(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    draws, words = world.draws, world.settings.words
    company = rows.get_column("company").to_numpy()
    unit = rows.get_column("unit").to_numpy()
    key = (company * 64 + rows.get_column("service").to_numpy()) * 4 + unit
    since = int(world.calendar.month_starts[0]) - draws.integers("permit/since", key, 40, 2_500)
    since = np.maximum(since, rows.get_column("registered").to_numpy() + 5)
    elsewhere = addresses(
        draws, words, Address(3_000_000 + key % 7_000_000, draws.chance("permit/home", key, 0.5))
    )
    own = pl.concat(
        [
            world.suppliers.select("company", "street", "postal_code", "city"),
            world.others.select("company", "street", "postal_code", "city"),
        ]
    )
    placed = rows.select("company").join(own, on="company", how="left", maintain_order="left")
    is_first = pl.Series(unit == 0)
    words_of = stems(words, draws.pick("permit/unit name", key, 5_000))
    return rows.select(
        "company",
        "permit",
        status=pl.lit("Aktiv"),
        unit_name=pl.concat_str("area", pl.lit(" "), pl.lit(words_of)),
        **{
            column: pl.select(
                pl.when(is_first)
                .then(placed.get_column(column))
                .otherwise(elsewhere.get_column(column))
            ).to_series()
            for column in ("street", "postal_code", "city")
        },
        valid_from=pl.Series(since),
        valid_to=pl.lit(None, pl.Int64),
    ).cast(PERMIT_COLUMNS)  # type: ignore[arg-type]


def manager_names(world: World, count: int) -> pl.Series:
    """Names of the managers that permits name."""
    return person_names(
        world.draws, world.settings.words, MOST_PERSONS - 1 - np.arange(count)
    ).get_column("name")


def without_permits(world: World, companies: Ints) -> World:
    """The same world in which these companies never had a permit."""
    return world.but(permits=world.permits.filter(~among("company", companies)))
