"""What people decided about who is who: from single decisions to what holds on a day.

A decision is about a pair of keys of one ``kind``:

========== ============================ ==============================================
kind       left_key                     right_key
========== ============================ ==============================================
company    a party (``party_keys``)     a company (``party_keys.company_key``), or a party
person     person_key                   person_key
listed     orgnr or person_key          the id of an entry of a list
========== ============================ ==============================================

What holds:

- The newest decision on a pair counts, the others stand in the history only. A decision that was
  withdrawn never was: the one before it counts again.
- ``same`` is transitive among companies and persons: A is B and B is C, so A is C. Of listed pairs
  each stands for itself, since one entry of a list may rightly be held against several companies.
- ``not_same`` parts, the whole of both groups: A is B and B is not C, so A is not C.
- ``unsure`` leaves the pair to the machine.
- Contradictions: what a person said of the very pair is never overruled by a conclusion, and a
  wrong tie accuses somebody. So every ``not_same`` stands; of the ``same`` decisions the newer are
  joined first, and one that would join what is parted, or two different companies, is set aside.
  It is told (``Reviewed.set_aside``) and changes nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from screening.identity.reviewed.party_keys import is_company_key

KINDS = ("company", "person", "listed")

#: The frame of decisions that runs are given. ``decision`` is same, not_same, unsure or withdrawn;
#: ``withdraws`` the decision_id that a withdrawal takes back.
DECISIONS: dict[str, pl.DataType] = {
    "decision_id": pl.Int64(),
    "kind": pl.String(),
    "left_key": pl.String(),
    "right_key": pl.String(),
    "decision": pl.String(),
    "decided_on": pl.Date(),
    "withdraws": pl.Int64(),
}

_PAIR = ["left_key", "right_key"]


@dataclass(frozen=True)
class Reviewed:
    """What holds of the decisions of one kind.

    Attributes:
        pairs: the decision that counts for each pair that somebody decided: left_key, right_key,
            decision (same, not_same, unsure), decision_id, decided_on. Of persons the lesser key
            stands left; a company key always stands right.
        groups: key, group: every key that ``same`` ties to another one. The group is called by its
            least key: the company's, where there is one. Empty for listed pairs.
        parted: left_key, right_key: pairs of groups, or of keys that are in none, that are not the
            same. Each pair once, the lesser first; of listed pairs as they were decided.
        set_aside: decisions that contradict others and do not count: the columns of ``pairs`` and
            ``reason`` (``parted``: a not_same stands between; ``two_companies``).
    """

    pairs: pl.DataFrame
    groups: pl.DataFrame
    parted: pl.DataFrame
    set_aside: pl.DataFrame

    def group_of(self, key: pl.Expr) -> pl.Expr:
        """The group of a key; a key that is in no group is its own."""
        return key.replace(self.groups["key"], self.groups["group"])

    def parted_keys(self) -> pl.DataFrame:
        """Every key with every key that it is parted from, both ways: key, other_key."""
        members = self.groups.select(left_key="group", key="key")
        ways = [self.parted, self.parted.select(left_key="right_key", right_key="left_key")]
        return (
            pl.concat(ways)
            .join(members, on="left_key", how="left")
            .join(members.select(right_key="left_key", other_key="key"), on="right_key", how="left")
            .select(
                key=pl.coalesce("key", "left_key"), other_key=pl.coalesce("other_key", "right_key")
            )
            .unique()
            .sort("key", "other_key")
        )

    def counts(self) -> dict[str, int]:
        """How many pairs are decided same, not_same and unsure, and how many are set aside."""
        decided = dict(self.pairs.group_by("decision").len().iter_rows())
        told = {name: int(decided.get(name, 0)) for name in ("same", "not_same", "unsure")}
        return told | {"set_aside": self.set_aside.height}


def no_decisions() -> pl.DataFrame:
    """The frame of an installation in which nobody decided anything yet."""
    return pl.DataFrame(schema=DECISIONS)


def standing(decisions: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The decisions in force on a day: made by then, not withdrawn by then, newest of their pair.

    Args:
        decisions: columns ``DECISIONS``, in any order of rows.
        as_of: the run's day; what was decided or withdrawn after it does not count.

    Returns:
        decision_id, kind, left_key, right_key, decision, decided_on; by kind, keys.
    """
    made = decisions.select(pl.col(name).cast(kind) for name, kind in DECISIONS.items()).filter(
        pl.col("decided_on") <= as_of
    )
    taken_back = made.filter(pl.col("decision") == "withdrawn").select(decision_id="withdraws")
    # A pair is the same pair either way round, except that an entry of a list is no subject.
    left_is_company = is_company_key(pl.col("left_key"))
    right_is_company = is_company_key(pl.col("right_key"))
    is_turned = (pl.col("kind") != "listed") & (
        (left_is_company & ~right_is_company)
        | ((left_is_company == right_is_company) & (pl.col("left_key") > pl.col("right_key")))
    )
    return (
        made.filter(pl.col("decision") != "withdrawn")
        .join(taken_back, on="decision_id", how="anti")
        .with_columns(
            left_key=pl.when(is_turned).then("right_key").otherwise("left_key"),
            right_key=pl.when(is_turned).then("left_key").otherwise("right_key"),
        )
        .sort("decided_on", "decision_id", descending=True)
        .unique(["kind", *_PAIR], keep="first", maintain_order=True)
        .select("decision_id", "kind", *_PAIR, "decision", "decided_on")
        .sort("kind", *_PAIR)
    )


def decisions_hash(decisions: pl.DataFrame, as_of: date) -> str:
    """One hash over the decisions in force on a day; empty text where there are none.

    A decision that was withdrawn by then leaves no trace in it: the result is what it was before.
    """
    if decisions.is_empty():
        return ""
    held = standing(decisions, as_of)
    return hashlib.sha256(repr(held.rows()).encode()).hexdigest() if held.height else ""


@dataclass(frozen=True)
class Decided:
    """The decisions of all kinds in force on a day: how many, and one hash over them."""

    counts: dict[str, int]
    hash: str


def summed_up(decisions: pl.DataFrame, as_of: date) -> Decided:
    """How many decisions are in force: same, not_same, unsure, set_aside."""
    counted = [decisions_of(decisions, kind, as_of).counts() for kind in KINDS]
    counts = {name: sum(each[name] for each in counted) for name in counted[0]}
    return Decided(counts, decisions_hash(decisions, as_of))


def decisions_of(decisions: pl.DataFrame, kind: str, as_of: date) -> Reviewed:
    """What people decided about the pairs of one kind, as it holds on a day.

    Persons: put ``groups`` over the person keys (``group_of``) after linking, and let linking join
    nobody whose groups stand in ``parted``. Listed pairs: ``pairs`` with decision ``same`` are
    matches of probability 1, those with ``not_same`` are none, whatever the machine says.
    Companies: ``same`` gives ``match_method`` 'reviewed' and confidence 1.

    Args:
        decisions: columns ``DECISIONS``; the order of rows does not matter.
        kind: company, person or listed.
        as_of: the run's day.

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of pair: {', '.join(KINDS)}")
    return _nothing_decided(kind) if decisions.is_empty() else _decided(decisions, kind, as_of)


@cache
def _nothing_decided(kind: str) -> Reviewed:
    """Frames without rows; most installations never have others."""
    return _decided(no_decisions(), kind, date.min)


def _decided(decisions: pl.DataFrame, kind: str, as_of: date) -> Reviewed:
    pairs = (
        standing(decisions, as_of)
        .filter(pl.col("kind") == kind)
        .select(*_PAIR, "decision", "decision_id", "decided_on")
    )
    same = pairs.filter(pl.col("decision") == "same")
    not_same = pairs.filter(pl.col("decision") == "not_same").select(_PAIR)
    if kind == "listed":
        return Reviewed(
            pairs=pairs,
            groups=_groups(same.clear()),
            parted=not_same,
            set_aside=_with_reason(pairs.clear(), {}),
        )
    aside = _contradicting(same, not_same, companies_differ=kind == "company")
    groups = _groups(same.filter(~pl.col("decision_id").is_in(list(aside))))
    named = {"old": groups["key"], "new": groups["group"]}
    ends = not_same.select(pl.col(name).replace(**named) for name in _PAIR)
    parted = (
        ends.select(
            left_key=pl.min_horizontal(_PAIR),
            right_key=pl.max_horizontal(_PAIR),
        )
        .unique()
        .sort(_PAIR)
    )
    return Reviewed(pairs, groups, parted, _with_reason(pairs, aside))


def _with_reason(pairs: pl.DataFrame, reasons: dict[int, str]) -> pl.DataFrame:
    told = pl.DataFrame(
        {"decision_id": list(reasons), "reason": list(reasons.values())},
        schema={"decision_id": pl.Int64(), "reason": pl.String()},
    )
    return pairs.join(told, on="decision_id").sort("decision_id")


def _groups(same: pl.DataFrame) -> pl.DataFrame:
    """Connected components of pairs: key, group (its least key); by key."""
    keys = pl.concat([same["left_key"], same["right_key"].alias("left_key")]).unique().sort()
    place = pl.int_range(keys.len(), eager=True)
    left, right = (
        same[name].replace_strict(keys, place, return_dtype=pl.Int64).to_numpy().astype(np.int64)
        for name in _PAIR
    )
    least = np.arange(keys.len())
    while (least[left] != least[right]).any():
        lesser = np.minimum(least[left], least[right])
        # A root learns of the lesser root of its neighbour, then everybody asks its root anew.
        np.minimum.at(least, least[left], lesser)
        np.minimum.at(least, least[right], lesser)
        while (least[least] != least).any():
            least = least[least]
    return pl.DataFrame({"key": keys, "group": keys.gather(least)})


def _contradicting(
    same: pl.DataFrame, not_same: pl.DataFrame, *, companies_differ: bool
) -> dict[int, str]:
    """Which ``same`` decisions cannot hold beside the others, by decision_id, and why.

    Only groups in which something contradicts are gone through one decision at a time: few pairs,
    all of them decided by hand.
    """
    groups = _groups(same)
    inside = not_same.select(pl.col(name).replace(groups["key"], groups["group"]) for name in _PAIR)
    torn = inside.filter(pl.col("left_key") == pl.col("right_key"))["left_key"]
    if companies_differ:
        several = (
            groups.filter(is_company_key(pl.col("key")))
            .group_by("group")
            .len("companies")
            .filter(pl.col("companies") > 1)["group"]
        )
        torn = pl.concat([torn, several])
    in_torn = pl.col("left_key").replace(groups["key"], groups["group"]).is_in(torn.to_list())
    suspects = same.filter(in_torn).sort("decided_on", "decision_id", descending=True)
    members = groups.filter(pl.col("group").is_in(torn.to_list()))["key"]
    companies = members.filter(members.to_frame().select(is_company_key(pl.col("key"))).to_series())
    joining = _Joining(
        not_same.filter(pl.col("left_key").is_in(members.to_list())).iter_rows(),
        companies if companies_differ else (),
    )
    refused = (
        (decision_id, joining.join(left, right))
        for decision_id, left, right in suspects.select("decision_id", *_PAIR).iter_rows()
    )
    return {decision_id: reason for decision_id, reason in refused if reason is not None}


@dataclass
class _Joining:
    """Groups that grow pair by pair and refuse to join what is parted."""

    parted: Iterable[tuple[str, str]]
    companies: Iterable[str]
    _root: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _against: dict[str, set[str]] = field(default_factory=dict)
    _company: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._company = {key: key for key in self.companies}
        for left, right in self.parted:
            self._against.setdefault(left, set()).add(right)
            self._against.setdefault(right, set()).add(left)

    def join(self, left: str, right: str) -> str | None:
        """Join two groups. Returns why they cannot be, None if they are one now."""
        kept, lost = self._root.get(left, left), self._root.get(right, right)
        if kept == lost:
            return None
        if lost in self._against.get(kept, ()):
            return "parted"
        if kept in self._company and lost in self._company:
            return "two_companies"
        if self._size(kept) < self._size(lost):
            kept, lost = lost, kept
        self._take_over(kept, lost)
        return None

    def _size(self, root: str) -> int:
        return len(self._members.get(root, ())) + len(self._against.get(root, ()))

    def _take_over(self, kept: str, lost: str) -> None:
        moved = self._members.pop(lost, [lost])
        self._root.update(dict.fromkeys(moved, kept))
        self._members.setdefault(kept, [kept]).extend(moved)
        for other in self._enemies(lost):
            self._against[other].discard(lost)
            self._against[other].add(kept)
            self._against.setdefault(kept, set()).add(other)
        if lost in self._company:
            self._company[kept] = self._company.pop(lost)

    def _enemies(self, root: str) -> Iterator[str]:
        yield from self._against.pop(root, set())
