"""How likely two bundles of rows are about one person, as a sum of log odds.

The weights are set by hand from what is known of names, dates and addresses (`docs/identity.md`
has them as a table), not fitted to a municipality's data: a match must not come or go because
other rows came. Only how common words, doors and companies are is counted.

Rules stand above the sum: without an identity number it takes the whole name and the day of birth,
or the name and a shared company or door; less is shown to a person, never tied by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from screening.identity.persons.bundles import OFFICIAL
from screening.identity.persons.fields import LEVELS, Field, Floats, Ints, code_levels, coded
from screening.identity.persons.name_evidence import NameBook, NameEvidence, compare_names

Flags = npt.NDArray[np.bool_]

#: From here on a pair is one person.
THRESHOLD = 0.8
#: Pairs below are not told.
LEAST_TOLD = 0.05

#: One in a hundred thousand: two rows of a municipality's registers that are one person.
PRIOR = -11.5
#: A pair of at most so much evidence says at most that two groups are not one person.
HOPELESS = -6.0

_BIRTH = {
    "equal": 8.5, "typing_error": 2.0, "day_month_swapped": 4.0, "two_parts": -1.0, "near": -4.0,
    "generation": -5.0, "differs": -9.0, "year_equal": 3.0, "year_differs": -7.0, "unknown": 0.0,
}  # fmt: skip
_SAME_COMPANY, _SAME_DOOR, _SAME_POSTAL, _SAME_REGION, _ELSEWHERE = 6.5, 7.0, 2.5, 0.7, -0.6
#: Years apart from which on one wrong figure is more likely a parent and a child of one name.
_GENERATION = 15
#: So many persons may share a company or a door before it says less.
USUAL_AT_COMPANY, USUAL_AT_DOOR = 20, 10
_SAME_NUMBER = 24.0
_TWO_OF_A_KIND = {"personnummer": -8.0, "samordningsnummer": -4.0}
_SAME_SEX_DIGIT, _OTHER_SEX_DIGIT = 0.7, -12.0

#: Probabilities that a pair cannot pass: with too little to tie it, with nothing that tells the
#: person from kin of the same name, and at all without a number.
_UNTIED, _KIN, _UNNUMBERED = 0.75, 0.93, 0.99
#: A number that two persons seem to have, and one person who seems to have two numbers.
_STRANGERS, _TWO_NUMBERS = 0.5, 0.3


@dataclass(frozen=True)
class Bundles:
    """What is known of the bundles that are compared.

    Attributes:
        table: one row for each: ``bundle``, ``kind``, ``number`` (a hash of it), ``sex_digit``,
            ``born``, ``birth_year``; by bundle. Elsewhere a bundle is its place in this table.
        names: ``bundle`` and ``name`` (place in ``book``): each name it is known by.
        book: the names.
        companies: ``bundle``, ``company``, and how many times as many bundles as usual have the
            company (``crowd``).
        places: ``bundle``, ``door``, ``postal``, and the ``crowd`` of the door.
    """

    table: pl.DataFrame
    names: pl.DataFrame
    book: NameBook
    companies: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True)
class PairEvidence:
    """Evidence of pairs of bundles.

    Attributes:
        left: bundles, as places in a table of bundles.
        right: bundles.
        odds: the sum.
        parts: log odds of each part of the evidence, by name.
        told: how the parts agree: ``name`` and ``birth``, by level.
        shares_place: a company or a door is shared that few others have.
        cap: log odds that the sum cannot pass whatever is added to it.
    """

    left: Ints
    right: Ints
    odds: Floats
    parts: Mapping[str, Floats]
    told: Mapping[str, npt.NDArray[np.object_]]
    shares_place: Flags
    cap: Floats

    def taken(self, pairs: Ints) -> "PairEvidence":
        """Only the pairs at these places."""
        return PairEvidence(
            self.left[pairs],
            self.right[pairs],
            self.odds[pairs],
            {name: part[pairs] for name, part in self.parts.items()},
            {name: told[pairs] for name, told in self.told.items()},
            self.shares_place[pairs],
            self.cap[pairs],
        )


def log_odds(probability: float) -> float:
    """Probability as log odds."""
    return float(np.log(probability / (1 - probability)))


def _names(found: Bundles, left: Ints, right: Ints) -> NameEvidence:
    """The strongest evidence among all names of both bundles; none where one has no name."""
    pairs = pl.DataFrame({"pair": np.arange(left.size), "left": left, "right": right})
    named = (
        pairs.join(found.names, left_on="left", right_on="bundle", how="inner")
        .join(found.names, left_on="right", right_on="bundle", how="inner", suffix="_right")
        .select("pair", low=pl.min_horizontal("name", "name_right"),
            high=pl.max_horizontal("name", "name_right"))
    )  # fmt: skip
    distinct = named.select("low", "high").unique().sort("low", "high")
    evidence = compare_names(found.book, distinct["low"].to_numpy(), distinct["high"].to_numpy())
    places = distinct.with_columns(place=pl.int_range(pl.len()), odds=pl.Series(evidence.odds))
    best = (
        named.join(places, on=["low", "high"], how="left")
        .sort("pair", "odds", "low", "high", descending=[False, True, False, False])
        .unique("pair", keep="first", maintain_order=True)
    )
    there, taken = best["pair"].to_numpy(), best["place"].to_numpy()

    def spread(values: npt.NDArray[np.generic], otherwise: object) -> npt.NDArray[np.generic]:
        full = np.full(left.size, otherwise, dtype=values.dtype)
        full[there] = values[taken]
        return full

    return NameEvidence(
        spread(evidence.odds, 0.0),  # type: ignore[arg-type]
        spread(evidence.agrees, otherwise=False),  # type: ignore[arg-type]
        spread(evidence.agrees_firmly, otherwise=False),  # type: ignore[arg-type]
        spread(evidence.given_agrees, otherwise=False),  # type: ignore[arg-type]
        spread(evidence.told, "unknown"),  # type: ignore[arg-type]
    )


def _births(table: pl.DataFrame, left: Ints, right: Ints) -> npt.NDArray[np.object_]:
    (days,) = coded(table, [Field("born", "date")])
    levels = code_levels(days, days.codes[left], days.codes[right])
    years = table["birth_year"].fill_null(0).to_numpy()
    known = (years[left] > 0) & (years[right] > 0)
    year = np.where(
        known, np.where(years[left] == years[right], "year_equal", "year_differs"), "unknown"
    )
    told = np.where(levels >= 0, np.array(LEVELS["date"])[levels], year).astype(object)
    told[(told == "typing_error") & (np.abs(years[left] - years[right]) >= _GENERATION)] = (
        "generation"
    )
    return told


def _shared(left: Ints, right: Ints, held: pl.DataFrame, value: str) -> Floats:
    """How much less than usual a shared value says, 0 or below; NaN where nothing is shared."""
    pairs = pl.DataFrame({"pair": np.arange(left.size), "left": left, "right": right})
    shared = (
        pairs.join(held, left_on="left", right_on="bundle", how="inner")
        .join(held.select(right="bundle", **{value: value}), on=["right", value], how="semi")
        .group_by("pair")
        .agg(pl.col("crowd").min())
    )
    odds = np.full(left.size, np.nan)
    odds[shared["pair"].to_numpy()] = -np.log(np.maximum(shared["crowd"].to_numpy(), 1.0))
    return odds


def _address(found: Bundles, left: Ints, right: Ints) -> tuple[Floats, Flags]:
    """Log odds of the address, and where a door is shared."""
    places = found.places
    doors = places.drop_nulls("door").select(
        "bundle", "crowd", door=pl.col("door") + pl.lit("|") + pl.col("postal")
    )
    somewhere = places.with_columns(crowd=pl.lit(1.0), region=pl.col("postal").str.head(3))
    postal = somewhere.select("bundle", "crowd", "postal").unique()
    regions = somewhere.select("bundle", "crowd", "region").unique()
    door = _shared(left, right, doors, "door")
    same_postal = ~np.isnan(_shared(left, right, postal, "postal"))
    same_region = ~np.isnan(_shared(left, right, regions, "region"))
    has = np.zeros(found.table.height, dtype=bool)
    has[postal["bundle"].to_numpy()] = True
    known = has[left] & has[right]
    at_door = ~np.isnan(door)
    odds = np.select(
        [at_door, same_postal, same_region, known],
        [np.maximum(_SAME_DOOR + np.nan_to_num(door), _SAME_POSTAL), _SAME_POSTAL, _SAME_REGION,
         _ELSEWHERE],
        0.0,
    )  # fmt: skip
    return odds, at_door & (odds > _SAME_DOOR - 2)


def _company(found: Bundles, left: Ints, right: Ints) -> tuple[Floats, Flags]:
    crowd = _shared(left, right, found.companies, "company")
    odds = np.nan_to_num(np.maximum(_SAME_COMPANY + crowd, 0.0), nan=0.0)
    return odds, odds > _SAME_COMPANY - 2


def _sex_digits(table: pl.DataFrame, left: Ints, right: Ints) -> Floats:
    """Whether the numbers of a samordningsnummer and a personnummer fit in their tenth digit."""
    digit = table["sex_digit"].fill_null(-1).to_numpy()
    both = (digit[left] >= 0) & (digit[right] >= 0)
    return np.where(
        both, np.where(digit[left] == digit[right], _SAME_SEX_DIGIT, _OTHER_SEX_DIGIT), 0.0
    )


def _two_numbers(left: npt.NDArray[np.object_], right: npt.NDArray[np.object_]) -> Floats:
    """What two different numbers of one kind say against one person."""
    same_kind = left == right
    return np.select(
        [same_kind & (left == kind) for kind in _TWO_OF_A_KIND], [*_TWO_OF_A_KIND.values()], 0.0
    )


def _caps(table: pl.DataFrame, left: Ints, right: Ints, ties: Mapping[str, Flags]) -> Floats:
    """Probability that each pair cannot pass."""
    kinds = table["kind"].to_numpy()
    numbers = table["number"].fill_null(0).to_numpy()
    one, two = kinds[left], kinds[right]
    both = np.isin(one, OFFICIAL) & np.isin(two, OFFICIAL)
    tied = (ties["name"] & ties["born"]) | (ties["firm"] & ties["nearly_born"])
    tied |= ties["shared"] & (ties["firm"] | (ties["given"] & ties["born"]))
    # A samordningsnummer ends when its holder gets a personnummer; two of one kind never follow.
    follows = both & (one != two) & ties["name"] & ties["born"] & ties["sex_digit"]
    follows_here = follows & ties["shared"]
    strangers = ((one == "stranger") | (two == "stranger")) & (numbers[left] == numbers[right])
    strangers &= numbers[left] != 0
    return np.select(
        [strangers, follows & ~ties["shared"], both & ~follows_here, ~tied, ~ties["born"]],
        [_STRANGERS, _UNTIED, _TWO_NUMBERS, _UNTIED, _KIN],
        _UNNUMBERED,
    )


def pair_evidence(found: Bundles, left: Ints, right: Ints) -> PairEvidence:
    """Evidence of candidate pairs.

    Args:
        found: the bundles.
        left: places in their table.
        right: the other ones.
    """
    names = _names(found, left, right)
    births = _births(found.table, left, right)
    company, in_company = _company(found, left, right)
    address, at_door = _address(found, left, right)
    kinds = found.table["kind"].to_numpy()
    numbers = found.table["number"].fill_null(0).to_numpy()
    same_number = (numbers[left] == numbers[right]) & (numbers[left] != 0)
    birth = pl.Series(births, dtype=pl.String).replace_strict(_BIRTH, return_dtype=pl.Float64)
    sex_digits = _sex_digits(found.table, left, right)
    parts = {
        "prior": np.full(left.size, PRIOR),
        "name": names.odds,
        "birth": birth.to_numpy(),
        "company": company,
        "address": address,
        "number": np.where(same_number, _SAME_NUMBER, _two_numbers(kinds[left], kinds[right])),
        "sex_digit": sex_digits,
    }
    ties = {
        "name": names.agrees,
        "firm": names.agrees_firmly,
        "given": names.given_agrees,
        "born": births == "equal",
        "nearly_born": (births == "typing_error") | (births == "day_month_swapped"),
        "shared": in_company | at_door,
        "sex_digit": sex_digits >= 0,
    }
    cap = _caps(found.table, left, right, ties)
    odds = np.asarray(sum(parts.values(), np.zeros(left.size)))
    told = {"name": names.told, "birth": births}
    return PairEvidence(left, right, odds, parts, told, ties["shared"], np.log(cap / (1 - cap)))
