"""A sanctions list as OpenSanctions' ``targets.simple.csv`` has it."""

from datetime import date

import polars as pl

from screening.demo.world import World
from screening.demo.writers.writing import day_text

_DATASET = "Påhittad sanktionslista"
_PROGRAMME = "PÅHITTAT"


def sanctions_table(world: World, day: date) -> pl.DataFrame:
    """The list as fetched on a day; a sanction that was lifted has its last day."""
    rows = world.sanctions.sort("schema", "name", "since", "birth_date").with_row_index("number")
    seen = pl.lit(f"{day}T06:00:00")
    ended = pl.when(pl.col("until").is_not_null()).then(pl.lit(" - ") + day_text("until"))
    return rows.select(
        id=pl.lit("demo-") + pl.col("number").cast(pl.String).str.zfill(5),
        schema="schema",
        name="name",
        aliases="aliases",
        birth_date="birth_date",
        countries=pl.lit(None, pl.String),
        addresses="addresses",
        identifiers="identifiers",
        sanctions=pl.concat_str(pl.lit(_PROGRAMME + " - "), day_text("since"), ended.fill_null("")),
        phones=pl.lit(None, pl.String),
        emails=pl.lit(None, pl.String),
        program_ids=pl.lit(_PROGRAMME),
        dataset=pl.lit(_DATASET),
        first_seen=day_text("since") + pl.lit("T00:00:00"),
        last_seen=seen,
        last_change=day_text("since") + pl.lit("T00:00:00"),
    )
