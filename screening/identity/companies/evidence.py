"""What speaks for and against a party being a company of the register, in log odds.

Each feature of a pair has a weight (``data/reference/company_evidence.yaml``); features are grouped
into the parts that are kept and shown. ``docs/identity.md`` explains them.
"""

import math
from datetime import date

import polars as pl

from screening.identity.companies.evidence_weights import (
    cautious_weights,
    evidence_parts,
    evidence_weights,
)
from screening.identity.companies.name_comparison import NAME_FEATURES
from screening.identity.companies.readings import READING_FEATURES
from screening.identity.names.words import legal_forms

#: Shared words count around a middling name, and no further than this (thousandths).
_MIDDLING_WEIGHT, _MOST_WEIGHT = 700, 1400

#: Deregistered for longer than this is long.
_LONG_DAYS = 730

_PLACES = ("same_address", "same_box", "same_street", "same_postal_code", "same_town", "elsewhere")
_NEAR = ("same_address", "same_box", "same_street", "same_postal_code")

#: Normal forms of an address that are held against each other, of both sides of a pair.
PLACE_COLUMNS = ("door", "box", "farm", "postal", "city")

#: How å, ä and ö are written in a folded town where there are no such keys.
_TWO_LETTERS = {"aa": "a", "ae": "a", "oe": "o"}

#: What only our own supplier register tells, never the company register.
IDENTIFIER_PARTS = ("account", "vat_number", "email", "phone")

#: The parts of the evidence against the company register, as they are kept and shown.
PARTS = (*(part for part in evidence_parts() if part not in IDENTIFIER_PARTS), "caution")

#: Caution takes no candidate below this probability. That is well below a match, and high enough
#: to be shown to somebody who can look.
_HELD_AT = 0.75
HELD_AT_LOG_ODDS = math.log(_HELD_AT / (1 - _HELD_AT))


def _place() -> pl.Expr:
    """How the two addresses agree; the columns of the register's row end in ``_2``."""

    def same(column: str) -> pl.Expr:
        return (pl.col(column) == pl.col(f"{column}_2")).fill_null(False)

    def differs(column: str) -> pl.Expr:
        return (pl.col(column) != pl.col(f"{column}_2")).fill_null(False)

    region, region_2 = pl.col("postal").str.head(3), pl.col("postal_2").str.head(3)
    same_region = (region == region_2).fill_null(False)
    town, town_2 = (pl.col(city).str.replace_many(_TWO_LETTERS) for city in ("city", "city_2"))
    same_city, differs_city = (town == town_2).fill_null(False), (town != town_2).fill_null(False)
    # A box's number is given once in a town's post, a farm's name hardly twice. A postal region may
    # have many towns, each with boxes from 1 on.
    in_town = same_city | (same_region & ~differs_city)
    return (
        pl.when(same("postal") & (same("door") | same("farm")))
        .then(pl.lit("same_address"))
        # Without the same postal code: it is missing or mistyped.
        .when(same("box") & (same("postal") | in_town))
        .then(pl.lit("same_box"))
        .when((same("door") & (same_city | same_region)) | (same("farm") & in_town))
        .then(pl.lit("same_street"))
        .when(same("postal"))
        .then(pl.lit("same_postal_code"))
        .when(same_city | same_region)
        .then(pl.lit("same_town"))
        .when(differs_city | differs("postal"))
        .then(pl.lit("elsewhere"))
        .otherwise(pl.lit("unknown"))
    )


def _family(form: str) -> pl.Expr:
    return pl.col(form).replace_strict(
        dict(legal_forms().families), default=None, return_dtype=pl.String
    )


def _features(as_of: date) -> dict[str, pl.Expr]:
    place = pl.col("place_level")
    in_county = pl.col("form_2").is_in(sorted(legal_forms().protected_in_county)).fill_null(False)
    rarity = (pl.col("shared").clip(0, _MOST_WEIGHT) - _MIDDLING_WEIGHT) / 1000
    gone_days = (pl.lit(as_of) - pl.col("deregistered_on")).dt.total_days()
    is_near = place.is_in(_NEAR)
    told_apart = (pl.col("telling_words") > 0) | (pl.col("other_number") > 0)
    named: dict[str, pl.Expr] = {
        name: pl.col(name) for name in (*NAME_FEATURES, *READING_FEATURES)
    } | {level: place == level for level in _PLACES}
    return named | {
        "equal_names": pl.lit(1.0),
        "shared_weight": pl.when(pl.col("letters_apart") == 0)
        .then(rarity.clip(0))
        .otherwise(rarity),
        "form_agrees": (_family("form") == _family("form_2")).fill_null(False),
        "form_conflicts": (_family("form") != _family("form_2")).fill_null(False),
        "elsewhere": (place == "elsewhere") & ~in_county,
        "elsewhere_in_county": (place == "elsewhere") & in_county,
        "sister_nearby": is_near & told_apart,
        "own_town_elsewhere": (place == "elsewhere") & (pl.col("own_town_dropped") > 0),
        "error_elsewhere": (place == "elsewhere") & (pl.col("first_error") > 0),
        "words_elsewhere": (place == "elsewhere")
        & ((pl.col("adds_words") + pl.col("lacks_words") + pl.col("is_replaced")) > 0),
        "words_unplaced": (place == "unknown")
        & ((pl.col("adds_words") + pl.col("lacks_words") + pl.col("is_replaced")) > 0),
        "gone": (gone_days >= 0).fill_null(False) & (gone_days <= _LONG_DAYS).fill_null(False),
        "gone_long": (gone_days > _LONG_DAYS).fill_null(False),
        "person_without_place": pl.col("is_person") & ~is_near,
    }


def with_features(pairs: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Pairs with ``place_level`` and every feature of the evidence (Float64)."""
    placed = pairs.with_columns(place_level=_place())
    features = _features(as_of)
    told = {
        name: features.get(name, pl.col(name) if name in pairs.columns else pl.lit(0.0))
        for name in evidence_weights()
    }
    return placed.with_columns(**{name: value.cast(pl.Float64) for name, value in told.items()})


def _caution() -> pl.Expr:
    """What is taken off for caution's sake (log odds), from the other parts and the features.

    A difference that law or prudence takes for another company, such as a sole trader's name
    without an address, weighs more than it proves. The whole of that would tell a probability near
    nought of candidates of which most are right. So caution takes all it may where the pair is a
    match nevertheless, else only what is above ``_HELD_AT``: the matches are those of full caution,
    and the probabilities of the others are honest.
    """
    told = pl.sum_horizontal([part for part in PARTS if part != "caution"] + [*IDENTIFIER_PARTS])
    most = pl.sum_horizontal(pl.col(name) * held for name, held in cautious_weights().items())
    return 0.0 - (told - HELD_AT_LOG_ODDS).clip(0.0, most).round(6)


def weigh(pairs: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Evidence of each pair of party and company.

    Args:
        pairs: of the party ``form`` (legal form) and ``PLACE_COLUMNS``; of the company the same
            ending in ``_2``, ``deregistered_on``, ``is_person``; of both the
            columns of ``best_readings``; those of what both have in common (``same_account`` and
            such) where they are known.
        as_of: the run's day.

    Returns:
        The pairs with ``place_level``, each of ``PARTS`` and ``IDENTIFIER_PARTS`` and their sum
        ``evidence`` (log odds).
    """
    weights, cautious = evidence_weights(), cautious_weights()
    # Rounded, for a row by itself is not computed to the last bit as it is among others.
    weighed = {
        part: pl.sum_horizontal(
            pl.col(name) * (weights[name] + cautious.get(name, 0.0)) for name in names
        ).round(6)
        for part, names in evidence_parts().items()
    }
    return (
        with_features(pairs, as_of)
        .with_columns(**weighed)
        .with_columns(caution=_caution())
        .with_columns(evidence=pl.sum_horizontal([*PARTS, *IDENTIFIER_PARTS]).round(6))
        .drop(name for name in weights if name not in evidence_parts())
    )
