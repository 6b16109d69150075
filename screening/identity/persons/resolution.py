"""Who is who among rows about persons: from rows to person keys, with every pair explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from screening.identity.persons.blocks import candidate_bundles, owners
from screening.identity.persons.bundles import Bundles, bundles
from screening.identity.persons.evidence import (
    LEAST_TOLD,
    THRESHOLD,
    PairEvidence,
    log_odds,
    pair_evidence,
)
from screening.identity.persons.fields import Floats, Ints
from screening.identity.persons.grouping import groups, joined
from screening.identity.persons.rows import person_keys
from screening.identity.persons.weights import chance
from screening.identity.reviewed.pairs import Reviewed

#: How sure a row is about whom it is about, where nothing had to be compared: by number, by name
#: and date of birth, by name within one company.
BY_NUMBER, BY_NAME_AND_BIRTH, BY_NAME_IN_COMPANY = 1.0, 0.9, 0.7
BY_REVIEW = 1.0

#: Whose key a person gets: the first kind of these that is among the rows.
_KEY_KINDS = [
    "personnummer", "samordningsnummer", "hash", "born", "within", "stranger", "row",
]  # fmt: skip
_OFFICIAL = ["personnummer", "samordningsnummer"]

PAIR_SCHEMA: dict[str, pl.DataType] = {
    "left_key": pl.String(),
    "right_key": pl.String(),
    "probability": pl.Float64(),
    "features": pl.String(),
    "is_match": pl.Boolean(),
}


@dataclass(frozen=True)
class ResolvedPersons:
    """Who is who.

    Attributes:
        persons: ``source``, ``ref``, ``person_key``, ``match_confidence``, ``own_key``; by source
            and ref. ``own_key`` is the key that the row's bundle has by itself: pairs are pairs of
            these, and the person's key is the own key of one of its bundles.
        pairs: ``PAIR_SCHEMA``, by keys: pairs with a probability of at least ``LEAST_TOLD``.
        persons_with_two_numbers: pairs of different numbers, kept apart, that look like one
            person: same name and same day of birth.
        numbers_with_two_persons: rows' names that share nothing with their number's own name;
            they are kept apart.
    """

    persons: pl.DataFrame
    pairs: pl.DataFrame
    persons_with_two_numbers: int
    numbers_with_two_persons: int


@dataclass(frozen=True)
class _Said:
    """Decisions of people, as bundles."""

    same: tuple[Ints, Ints]
    never: tuple[Ints, Ints]


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


def _owner_codes(found: Bundles, are_hashes_read: bool) -> list[Ints]:
    """Numbers of each kind as codes, -1 where a bundle has none.

    Where the key is known, a hash that is still a hash is nobody's whose number is known.
    """
    held = owners(found)
    if are_hashes_read:
        held = held.with_columns(personnummer=pl.coalesce("personnummer", "hash"))
    return [
        column.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
        for column in held.iter_columns()
    ]


def _rivals(of: Ints, owner: Ints, odds: Floats, chosen: np.typing.NDArray[np.bool_]) -> Floats:
    """What other owners take from a pair of a bundle and an owner: at most one is right."""
    frame = pl.DataFrame(
        {"of": of, "owner": owner, "odds": odds, "pair": np.arange(of.size)}
    ).filter(pl.Series(chosen))
    sums = frame.group_by("of", "owner").agg(pl.col("odds").max().clip(upper_bound=30.0).exp())
    others = sums.with_columns(all=pl.col("odds").sum().over("of")).select(
        "of", "owner", others=(pl.col("all") - pl.col("odds")).clip(lower_bound=0.0)
    )
    taken = frame.join(others, on=["of", "owner"], how="left", maintain_order="left")
    off = np.zeros(of.size)
    off[taken["pair"].to_numpy()] = -np.log1p(taken["others"].to_numpy())
    return off


def _competition(found: Bundles, evidence: PairEvidence, odds: Floats, labels: Ints) -> Floats:
    """Log odds that rival owners take from each pair, 0 or below."""
    kinds = found.table["kind"].to_numpy()
    official, hashed = np.isin(kinds, _OFFICIAL), kinds == "hash"
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
    found: Bundles, evidence: PairEvidence, odds: Floats, start: Ints, said: _Said,
    owner_codes: Sequence[Ints],
) -> Ints:  # fmt: skip
    strangers = found.parted["left"].to_numpy(), found.parted["right"].to_numpy()
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
    )


def _features(evidence: PairEvidence, parts: Mapping[str, Floats]) -> pl.Series:
    """Each part of the evidence in log odds, and how names and births agree, as JSON."""
    rounded = {name: np.round(part, 2) + 0.0 for name, part in parts.items()}
    told = {f"{name}_agrees": words.tolist() for name, words in evidence.told.items()}
    frame = pl.DataFrame({**rounded, **told})
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _pair_table(
    keys: pl.Series, evidence: PairEvidence, odds: Floats, parts: Mapping[str, Floats], labels: Ints
) -> pl.DataFrame:
    told = np.flatnonzero(chance(odds) >= LEAST_TOLD)
    pairs = evidence.taken(told)
    table = pl.DataFrame(
        {
            "one": keys.gather(pairs.left),
            "two": keys.gather(pairs.right),
            "probability": np.round(chance(odds[told]), 6),
            "features": _features(pairs, {name: part[told] for name, part in parts.items()}),
            "is_match": labels[pairs.left] == labels[pairs.right],
        }
    )
    return table.select(
        left_key=pl.min_horizontal("one", "two"),
        right_key=pl.max_horizontal("one", "two"),
        probability="probability",
        features="features",
        is_match="is_match",
    ).sort("left_key", "right_key")


def _confidence(
    found: Bundles, evidence: PairEvidence, odds: Floats, labels: Ints, anchors: Ints, said: _Said
) -> pl.Series:
    """How sure each bundle's rows are about the person whose key they get."""
    kinds = pl.col("kind")
    alone = found.table.select(
        pl.when(kinds.is_in([*_OFFICIAL, "hash"]))
        .then(BY_NUMBER)
        .when(kinds == "born")
        .then(BY_NAME_AND_BIRTH)
        .otherwise(BY_NAME_IN_COMPANY)
    ).to_series().to_numpy()  # fmt: skip
    best = np.zeros(labels.size)
    together = labels[evidence.left] == labels[evidence.right]
    probability = chance(odds[together])
    for side in (evidence.left, evidence.right):
        np.maximum.at(best, side[together], probability)
    is_anchor = anchors == np.arange(labels.size)
    confidence = np.where(is_anchor | (best == 0), alone, best)
    for side in said.same:
        confidence[side] = np.maximum(confidence[side], BY_REVIEW)
    return pl.Series("match_confidence", np.round(confidence, 4))


def _anchors(found: Bundles, labels: Ints) -> Ints:
    """The bundle whose key each bundle's person gets."""
    rank = pl.col("kind").replace_strict(_KEY_KINDS, range(len(_KEY_KINDS)), return_dtype=pl.Int64)
    ordered = found.table.with_columns(label=pl.Series(labels), rank=rank).sort(
        "label", "rank", "first", "text", nulls_last=True
    )
    first = ordered.with_columns(anchor=pl.col("bundle").first().over("label"))
    return first.sort("bundle")["anchor"].to_numpy()


def _two_numbers(found: Bundles, evidence: PairEvidence, odds: Floats, labels: Ints) -> int:
    kinds = found.table["kind"].to_numpy()
    both = np.isin(kinds[evidence.left], _OFFICIAL) & np.isin(kinds[evidence.right], _OFFICIAL)
    apart = labels[evidence.left] != labels[evidence.right]
    return int((both & apart & (chance(odds) >= LEAST_TOLD)).sum())


def resolve_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: pl.DataFrame,
    reviewed: Reviewed | None = None,
    are_hashes_read: bool = False,
) -> ResolvedPersons:
    """Tell which rows are about one person.

    Two different numbers of one kind are never one person, unless a person said so.

    Args:
        connection: DuckDB makes the keys.
        rows: columns ``person_rows.ROW_SCHEMA``; hashes already replaced by the numbers they are.
        reviewed: decisions of people about pairs of keys.
        are_hashes_read: the key of the hashes is known, so that what is still a hash is nobody
            whose number is known.
    """
    found = bundles(rows)
    keys = person_keys(connection, found.table["text"])
    said = _said(pl.DataFrame({"key": keys, "bundle": found.table["bundle"]}), reviewed)
    evidence = pair_evidence(found, candidate_bundles(found))
    raw = np.minimum(evidence.odds, evidence.cap)
    start = joined(found.table.height, *said.same)
    codes = _owner_codes(found, are_hashes_read)
    # First which numbers are one person's, then whose the other rows are.
    kinds = found.table["kind"].to_numpy()
    official = np.isin(kinds, _OFFICIAL)
    between = np.flatnonzero(official[evidence.left] & official[evidence.right])
    numbered = _grouped(found, evidence.taken(between), raw[between], start, said, codes)
    # Two numbers that look like one person's are no rivals for a row that fits both.
    doubled = between[evidence.shares_place[between] & (evidence.odds[between] > 0)]
    alike = joined(
        found.table.height,
        np.concatenate([numbered, evidence.left[doubled]]),
        np.concatenate([np.arange(numbered.size), evidence.right[doubled]]),
    )
    rivals = _competition(found, evidence, evidence.odds, alike)
    odds = np.minimum(evidence.odds + rivals, evidence.cap)
    labels = _grouped(found, evidence, odds, numbered, said, codes)
    limit = odds - evidence.odds - rivals
    parts = {**evidence.parts, "rivals": rivals, "limit": limit}
    anchors = _anchors(found, labels)
    confidence = _confidence(found, evidence, odds, labels, anchors, said)
    table = pl.DataFrame(
        {
            "bundle": found.table["bundle"],
            "person_key": keys.gather(anchors),
            "match_confidence": confidence,
            "own_key": keys,
        }
    )
    persons = found.rows.join(table, on="bundle", how="left").drop("bundle").sort("source", "ref")
    return ResolvedPersons(
        persons,
        _pair_table(keys, evidence, odds, parts, labels),
        _two_numbers(found, evidence, odds, labels),
        found.parted.height,
    )
