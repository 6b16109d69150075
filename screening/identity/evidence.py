"""What speaks for and against a party being a company of the register, in log odds.

The weights were set by hand from how often each agreement is seen among the same and among
different companies, and tried on a labelled benchmark; ``docs/identity.md`` explains them.
"""

from datetime import date

import polars as pl

from screening.identity.name_words import legal_forms

#: Two equal names of middling words, nothing else being known.
BASE = 3.2

#: Rare shared words say more than common ones: per 1000 of weight around a middling name.
RARITY_PER_WEIGHT, MIDDLING_WEIGHT, MOST_WEIGHT = 1.5, 700, 1400

LEGAL_FORM_AGREES, LEGAL_FORM_CONFLICTS = 0.5, -7.0

#: What it costs to read a name so that it agrees: without its town, or by its trade name.
READING_COSTS = {"main": 0.0, "full": 0.0, "without_town": 0.8, "other": 1.5}

PLACES = {
    "same_address": 3.0,
    "same_box": 2.5,
    "same_street": 2.0,
    "same_postal_code": 1.6,
    "same_town": 0.8,
    "unknown": 0.0,
    "elsewhere": -1.2,
}

#: Elsewhere, for a form whose names are protected in their county only.
ELSEWHERE_IN_COUNTY = -4.0

#: A sole trader's name is a person's: never matched on the name alone.
PERSON_WITHOUT_PLACE = -6.0

#: Deregistered, and deregistered for longer than ``LONG_DAYS``.
GONE, GONE_LONG, LONG_DAYS = -0.3, -1.0, 730

#: The parts of the evidence, as they are kept and shown.
PARTS = ("base", "name", "rarity", "legal_form", "place", "standing", "person")


def _place() -> pl.Expr:
    """How the two addresses agree; the columns of the register's row end in ``_2``."""

    def same(column: str) -> pl.Expr:
        return (pl.col(column) == pl.col(f"{column}_2")).fill_null(False)

    def differs(column: str) -> pl.Expr:
        return (pl.col(column) != pl.col(f"{column}_2")).fill_null(False)

    region, region_2 = pl.col("postal").str.head(3), pl.col("postal_2").str.head(3)
    same_region = (region == region_2).fill_null(False)
    return (
        pl.when(same("postal") & same("door"))
        .then(pl.lit("same_address"))
        .when(same("postal") & same("box"))
        .then(pl.lit("same_box"))
        # The same door in the same town: the postal code is missing or mistyped.
        .when(same("door") & (same("city") | same_region))
        .then(pl.lit("same_street"))
        .when(same("postal"))
        .then(pl.lit("same_postal_code"))
        .when(same("city") | same_region)
        .then(pl.lit("same_town"))
        .when(differs("city") | differs("postal"))
        .then(pl.lit("elsewhere"))
        .otherwise(pl.lit("unknown"))
    )


def _family(form: str) -> pl.Expr:
    return pl.col(form).replace_strict(
        dict(legal_forms().families), default=None, return_dtype=pl.String
    )


def _weighed(as_of: date) -> dict[str, pl.Expr]:
    place = pl.col("place_level")
    protected_in_county = pl.col("form_2").is_in(sorted(legal_forms().protected_in_county))
    rarity = (pl.col("shared").clip(0, MOST_WEIGHT) - MIDDLING_WEIGHT) / 1000 * RARITY_PER_WEIGHT
    gone_days = (pl.lit(as_of) - pl.col("deregistered_on")).dt.total_days()
    is_near = place.is_in(["same_address", "same_box", "same_street", "same_postal_code"])
    return {
        "base": pl.lit(BASE),
        "name": 0.0 - pl.col("name_cost"),
        "rarity": pl.when(pl.col("letters_apart") == 0).then(rarity.clip(0)).otherwise(rarity),
        "legal_form": pl.when(_family("form") == _family("form_2"))
        .then(LEGAL_FORM_AGREES)
        .when(_family("form") != _family("form_2"))
        .then(LEGAL_FORM_CONFLICTS)
        .otherwise(0.0),
        "place": pl.when((place == "elsewhere") & protected_in_county)
        .then(ELSEWHERE_IN_COUNTY)
        .otherwise(place.replace_strict(PLACES, return_dtype=pl.Float64)),
        "standing": pl.when(gone_days > LONG_DAYS)
        .then(GONE_LONG)
        .when(gone_days >= 0)
        .then(GONE)
        .otherwise(0.0),
        "person": pl.when(pl.col("is_person") & ~is_near).then(PERSON_WITHOUT_PLACE).otherwise(0.0),
    }


def weigh(pairs: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Evidence of each pair of party and company.

    Args:
        pairs: of the party ``form`` (legal form), ``door``, ``box``, ``postal``, ``city``; of the
            company the same ending in ``_2``, ``deregistered_on``, ``is_person``; of both the
           columns of ``compare_names``, the cost of the reading included in ``name_cost``.
        as_of: the run's day.

    Returns:
        The pairs with ``place_level``, each of ``PARTS`` and their sum ``evidence`` (log odds).
    """
    placed = pairs.with_columns(place_level=_place())
    return placed.with_columns(**_weighed(as_of)).with_columns(
        evidence=pl.sum_horizontal(PARTS).round(6)
    )
