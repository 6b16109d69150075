"""Who is who among bundles of rows: from the evidence of pairs to persons, every pair explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.identity.persons.bundles import NUMBER_KINDS, OFFICIAL
from screening.identity.persons.evidence import (
    HOPELESS,
    LEAST_TOLD,
    THRESHOLD,
    PairEvidence,
    log_odds,
)
from screening.identity.persons.fields import Floats, Ints
from screening.identity.persons.grouping import groups, joined
from screening.identity.persons.weights import chance
from screening.identity.reviewed.pairs import Reviewed

#: How sure a row is about whom it is about, where nothing had to be compared: by number, by name
#: and date of birth, by name within one company.
BY_NUMBER, BY_NAME_AND_BIRTH, BY_NAME_IN_COMPANY = 1.0, 0.9, 0.7
BY_REVIEW = 1.0

#: How sure a bundle's rows are, by its kind.
ALONE = {
    "personnummer": BY_NUMBER, "samordningsnummer": BY_NUMBER, "hash": BY_NUMBER,
    "born": BY_NAME_AND_BIRTH, "within": BY_NAME_IN_COMPANY, "stranger": BY_NAME_IN_COMPANY,
    "row": BY_NAME_IN_COMPANY,
}  # fmt: skip

#: Whose key a person gets: the first kind of these that is among the rows.
_KEY_KINDS = [
    "personnummer", "samordningsnummer", "hash", "born", "within", "stranger", "row",
]  # fmt: skip

PAIR_SCHEMA: dict[str, pl.DataType] = {
    "left_key": pl.String(),
    "right_key": pl.String(),
    "probability": pl.Float64(),
    "features": pl.String(),
    "is_match": pl.Boolean(),
}


@dataclass(frozen=True)
class ResolvedBundles:
    """Who is who.

    Attributes:
        persons: ``bundle``, ``person`` (the bundle whose key the person gets), ``confidence``.
        pairs: ``PAIR_SCHEMA``, by keys, and ``is_doubled`` (two numbers, kept apart, that look like
            one person's): pairs with a probability of at least ``LEAST_TOLD``.
    """

    persons: pl.DataFrame
    pairs: pl.DataFrame


@dataclass(frozen=True)
class _Said:
    """Decisions of people, as bundles."""

    same: tuple[Ints, Ints]
    never: tuple[Ints, Ints]


def nobody_in_pairs() -> ResolvedBundles:
    """Where no bundle is in a pair or was decided about."""
    persons = {"bundle": pl.UInt64(), "person": pl.UInt64(), "confidence": pl.Float64()}
    pairs = PAIR_SCHEMA | {"is_doubled": pl.Boolean()}
    return ResolvedBundles(pl.DataFrame(schema=persons), pl.DataFrame(schema=pairs))


def _pairs_of_keys(keys: pl.DataFrame, pairs: pl.DataFrame) -> tuple[Ints, Ints]:
    held = (
        pairs.join(keys.rename({"key": "left_key", "bundle": "left"}), on="left_key", how="inner")
        .join(keys.rename({"key": "right_key", "bundle": "right"}), on="right_key", how="inner")
        .filter(pl.col("left") != pl.col("right"))
        .sort("left", "right")
    )
    return held["left"].to_numpy(), held["right"].to_numpy()


def _said(keys: pl.DataFrame, reviewed: Reviewed | None) -> _Said:
    nothing = np.zeros(0, dtype=np.int64)
    if reviewed is None:
        return _Said((nothing, nothing), (nothing, nothing))
    members = keys.join(reviewed.groups, on="key", how="inner").sort("group", "bundle")
    first = members.with_columns(first=pl.col("bundle").first().over("group"))
    parted = reviewed.parted_keys().select(left_key="key", right_key="other_key")
    return _Said(
        (first["first"].to_numpy(), first["bundle"].to_numpy()), _pairs_of_keys(keys, parted)
    )


def _owner_codes(table: pl.DataFrame, are_hashes_read: bool) -> list[Ints]:
    """Numbers of each kind as codes, -1 where a bundle has none.

    Where the key is known, a hash that is still a hash is nobody's whose number is known.
    """
    held = table.select(
        pl.when(pl.col("kind") == kind).then("number").alias(kind) for kind in NUMBER_KINDS
    )
    if are_hashes_read:
        held = held.with_columns(personnummer=pl.coalesce("personnummer", "hash"))
    return [
        column.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
        for column in held.iter_columns()
    ]


def _strangers(table: pl.DataFrame) -> tuple[Ints, Ints]:
    """Bundles that have one number but names that share nothing."""
    placed = table.select("kind", "number", place=pl.int_range(pl.len()))
    own = placed.filter(pl.col("kind").is_in(NUMBER_KINDS))
    parted = placed.filter(pl.col("kind") == "stranger").join(own, on="number").sort("place")
    return parted["place"].to_numpy(), parted["place_right"].to_numpy()


def _rivals(of: Ints, owner: Ints, odds: Floats, chosen: np.typing.NDArray[np.bool_]) -> Floats:
    """What other owners take from a pair of a bundle and an owner: at most one is right."""
    frame = pl.DataFrame(
        {"of": of, "owner": owner, "odds": odds, "pair": np.arange(of.size)}
    ).filter(pl.Series(chosen & (odds > HOPELESS)))
    sums = (
        frame.group_by("of", "owner")
        .agg(pl.col("odds").max().clip(upper_bound=30.0).exp())
        .sort("of", "owner")
    )
    others = sums.with_columns(all=pl.col("odds").sum().over("of")).select(
        "of", "owner", others=(pl.col("all") - pl.col("odds")).clip(lower_bound=0.0)
    )
    taken = frame.join(others, on=["of", "owner"], how="left", maintain_order="left")
    off = np.zeros(of.size)
    off[taken["pair"].to_numpy()] = -np.log1p(taken["others"].to_numpy())
    return off


def _competition(table: pl.DataFrame, evidence: PairEvidence, odds: Floats, labels: Ints) -> Floats:
    """Log odds that rival owners take from each pair, 0 or below."""
    kinds = table["kind"].to_numpy()
    official, hashed = np.isin(kinds, OFFICIAL), kinds == "hash"
    off = np.zeros(odds.size)
    torn = np.zeros(labels.size, dtype=bool)
    for owned in (official, hashed):
        for one, two in ((evidence.left, evidence.right), (evidence.right, evidence.left)):
            between = ~owned[one] & owned[two]
            taken = _rivals(one, labels[two], odds, between)
            off += taken
            undecided = between & (odds > 0) & (odds + taken < log_odds(THRESHOLD)) & (taken < 0)
            torn[one[undecided]] = True
    # Where two numbered persons fit a row, another row like it may be about the other of the two.
    like = (torn[evidence.left] | torn[evidence.right]) & ~evidence.shares_place
    like &= ~(official | hashed)[evidence.left] & ~(official | hashed)[evidence.right]
    return np.where(like, np.minimum(off, log_odds(0.5) - np.log(2) - odds), off)


def _grouped(
    table: pl.DataFrame, evidence: PairEvidence, odds: Floats, start: Ints, said: _Said,
    owner_codes: Sequence[Ints],
) -> Ints:  # fmt: skip
    strangers = _strangers(table)
    never = tuple(np.concatenate(sides) for sides in zip(said.never, strangers, strict=True))
    return groups(
        evidence.left,
        evidence.right,
        odds,
        start,
        owner_codes,
        (never[0], never[1]),
        threshold=log_odds(THRESHOLD),
        uncompared=None,
        names=table["bundle"].to_numpy().view(np.int64),
    )


def _features(evidence: PairEvidence, parts: Mapping[str, Floats]) -> pl.Series:
    """Each part of the evidence in log odds, and how names and births agree, as JSON."""
    rounded = {name: np.round(part, 2) + 0.0 for name, part in parts.items()}
    told = {f"{name}_agrees": words.tolist() for name, words in evidence.told.items()}
    frame = pl.DataFrame({**rounded, **told})
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _pair_table(
    table: pl.DataFrame,
    evidence: PairEvidence,
    odds: Floats,
    parts: Mapping[str, Floats],
    labels: Ints,
) -> pl.DataFrame:
    told = np.flatnonzero(chance(odds) >= LEAST_TOLD)
    pairs = evidence.taken(told)
    is_official = np.isin(table["kind"].to_numpy(), OFFICIAL)
    is_match = labels[pairs.left] == labels[pairs.right]
    keys = table["key"]
    told_pairs = pl.DataFrame(
        {
            "one": keys.gather(pairs.left),
            "two": keys.gather(pairs.right),
            "probability": np.round(chance(odds[told]), 6),
            "features": _features(pairs, {name: part[told] for name, part in parts.items()}),
            "is_match": is_match,
            "is_doubled": is_official[pairs.left] & is_official[pairs.right] & ~is_match,
        }
    )
    return told_pairs.select(
        left_key=pl.min_horizontal("one", "two"),
        right_key=pl.max_horizontal("one", "two"),
        probability="probability",
        features="features",
        is_match="is_match",
        is_doubled="is_doubled",
    ).sort("left_key", "right_key")


def _confidence(
    table: pl.DataFrame,
    evidence: PairEvidence,
    odds: Floats,
    labels: Ints,
    anchors: Ints,
    said: _Said,
) -> Floats:
    """How sure each bundle's rows are about the person whose key they get."""
    alone = table["kind"].replace_strict(ALONE, return_dtype=pl.Float64).to_numpy()
    best = np.zeros(labels.size)
    together = labels[evidence.left] == labels[evidence.right]
    probability = chance(odds[together])
    for side in (evidence.left, evidence.right):
        np.maximum.at(best, side[together], probability)
    is_anchor = anchors == np.arange(labels.size)
    confidence = np.where(is_anchor | (best == 0), alone, best)
    for side in said.same:
        confidence[side] = np.maximum(confidence[side], BY_REVIEW)
    return np.asarray(np.round(confidence, 4), dtype=np.float64)


def _anchors(table: pl.DataFrame, labels: Ints) -> Ints:
    """The bundle whose key each bundle's person gets."""
    rank = pl.col("kind").replace_strict(_KEY_KINDS, range(len(_KEY_KINDS)), return_dtype=pl.Int64)
    place = pl.int_range(pl.len())
    ordered = table.with_columns(label=pl.Series(labels), rank=rank, place=place).sort(
        "label", "rank", "first", "key", nulls_last=True
    )
    first = ordered.with_columns(anchor=pl.col("place").first().over("label"))
    return first.sort("place")["anchor"].to_numpy()


def resolve_bundles(
    table: pl.DataFrame,
    evidence: PairEvidence,
    reviewed: Reviewed | None = None,
    are_hashes_read: bool = False,
) -> ResolvedBundles:
    """Tell which bundles are about one person.

    Two different numbers of one kind are never one person, unless a person said so.

    Args:
        table: ``bundle``, ``key``, ``kind``, ``number``, ``first``, by bundle: of bundles that are
            in pairs with each other, or are said to be one person, all or none.
        evidence: all their pairs.
        reviewed: decisions of people about pairs of keys.
        are_hashes_read: the key of the hashes is known, so that what is still a hash is nobody
            whose number is known.
    """
    said = _said(table.select("key", bundle=pl.int_range(pl.len())), reviewed)
    raw = np.minimum(evidence.odds, evidence.cap)
    start = joined(table.height, *said.same)
    codes = _owner_codes(table, are_hashes_read)
    # First which numbers are one person's, then whose the other rows are.
    official = np.isin(table["kind"].to_numpy(), OFFICIAL)
    between = np.flatnonzero(official[evidence.left] & official[evidence.right])
    numbered = _grouped(table, evidence.taken(between), raw[between], start, said, codes)
    # Two numbers that look like one person's are no rivals for a row that fits both.
    doubled = between[evidence.shares_place[between] & (evidence.odds[between] > 0)]
    alike = joined(
        table.height,
        np.concatenate([numbered, evidence.left[doubled]]),
        np.concatenate([np.arange(numbered.size), evidence.right[doubled]]),
    )
    rivals = _competition(table, evidence, evidence.odds, alike)
    odds = np.minimum(evidence.odds + rivals, evidence.cap)
    labels = _grouped(table, evidence, odds, numbered, said, codes)
    limit = odds - evidence.odds - rivals
    parts = {**evidence.parts, "rivals": rivals, "limit": limit}
    anchors = _anchors(table, labels)
    persons = pl.DataFrame(
        {
            "bundle": table["bundle"],
            "person": table["bundle"].gather(anchors),
            "confidence": _confidence(table, evidence, odds, labels, anchors, said),
        }
    )
    return ResolvedBundles(persons, _pair_table(table, evidence, odds, parts, labels))
