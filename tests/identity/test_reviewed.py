"""What holds of the decisions that people made about who is who."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.identity.reviewed.pairs import DECISIONS, decisions_of, no_decisions

DAY = date(2026, 11, 20)
SOL, EKEN = "5590000013", "5590000021"
NAMES = st.sampled_from("abcdef")


def made(*rows, kind="person"):
    """Decisions (left, right, decision[, days ago[, withdraws]]), numbered from 1."""
    filled = [(*row, *(0, None)[len(row) - 3 :]) for row in rows]
    return pl.DataFrame(
        [
            (number, kind, left, right, decision, DAY - timedelta(days=ago), withdraws)
            for number, (left, right, decision, ago, withdraws) in enumerate(filled, start=1)
        ],
        schema=DECISIONS,
        orient="row",
    )


def groups(reviewed):
    """The groups as sets of keys."""
    return {frozenset(keys) for _, keys in reviewed.groups.group_by("group").agg("key").iter_rows()}


def held(reviewed):
    return reviewed.pairs.select("left_key", "right_key", "decision").rows()


def test_without_decisions_nothing_holds():
    reviewed = decisions_of(no_decisions(), "company", DAY)
    assert reviewed.pairs.is_empty()
    assert reviewed.groups.is_empty()
    assert reviewed.parted.is_empty()
    assert reviewed.set_aside.is_empty()
    assert reviewed.counts() == {"same": 0, "not_same": 0, "unsure": 0, "set_aside": 0}


def test_same_is_transitive_and_the_group_has_its_least_key():
    reviewed = decisions_of(
        made(("c", "b", "same"), ("b", "a", "same"), ("x", "y", "same")), "person", DAY
    )
    assert groups(reviewed) == {frozenset("abc"), frozenset("xy")}
    assert dict(reviewed.groups.iter_rows()) == {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"}


def test_not_same_parts_whole_groups():
    reviewed = decisions_of(
        made(("a", "b", "same"), ("b", "c", "not_same"), ("c", "d", "same")), "person", DAY
    )
    assert reviewed.parted.rows() == [("a", "c")]
    assert groups(reviewed) == {frozenset("ab"), frozenset("cd")}


def test_the_newest_decision_on_a_pair_counts_either_way_round():
    reviewed = decisions_of(
        made(("a", "b", "same", 3), ("b", "a", "not_same", 1), ("a", "b", "unsure", 2)),
        "person",
        DAY,
    )
    assert held(reviewed) == [("a", "b", "not_same")]


def test_of_one_day_the_later_decision_counts():
    assert held(decisions_of(made(("a", "b", "same"), ("a", "b", "unsure")), "person", DAY)) == [
        ("a", "b", "unsure")
    ]


def test_unsure_takes_back_what_was_said_before():
    reviewed = decisions_of(made(("a", "b", "same", 1), ("a", "b", "unsure")), "person", DAY)
    assert reviewed.groups.is_empty()
    assert reviewed.parted.is_empty()


def test_later_days_do_not_count():
    decisions = made(("a", "b", "same", 2), ("a", "b", "not_same", -1))
    assert held(decisions_of(decisions, "person", DAY)) == [("a", "b", "same")]
    assert held(decisions_of(decisions, "person", DAY + timedelta(days=1))) == [
        ("a", "b", "not_same")
    ]
    assert held(decisions_of(decisions, "person", DAY - timedelta(days=3))) == []


def test_withdrawing_brings_back_the_decision_before_from_that_day_on():
    decisions = made(
        ("a", "b", "same", 5), ("a", "b", "not_same", 4), ("a", "b", "withdrawn", 1, 2)
    )
    assert held(decisions_of(decisions, "person", DAY)) == [("a", "b", "same")]
    before = decisions_of(decisions, "person", DAY - timedelta(days=2))
    assert held(before) == [("a", "b", "not_same")]


def test_kinds_do_not_mix():
    mixed = pl.concat([made(("a", "b", "same")), made(("a", "b", "not_same"), kind="listed")])
    assert held(decisions_of(mixed, "person", DAY)) == [("a", "b", "same")]
    assert held(decisions_of(mixed, "listed", DAY)) == [("a", "b", "not_same")]
    with pytest.raises(ValueError, match="'firm' is no kind"):
        decisions_of(mixed, "firm", DAY)


def test_of_a_contradiction_the_not_same_stands_and_the_oldest_same_is_set_aside():
    rows = (("a", "b", "same", 3), ("b", "c", "same", 2), ("a", "c", "not_same", 9))
    reviewed = decisions_of(made(*rows), "person", DAY)
    assert groups(reviewed) == {frozenset("bc")}
    assert reviewed.parted.rows() == [("a", "b")]
    assert reviewed.set_aside.select("decision_id", "reason").rows() == [(1, "parted")]
    assert reviewed.counts() == {"same": 2, "not_same": 1, "unsure": 0, "set_aside": 1}


def test_what_does_not_take_part_in_a_contradiction_is_left_alone():
    rows = (
        *(("a", "b", "same", 3), ("b", "c", "same", 2), ("a", "c", "not_same", 1)),
        *(("a", "z", "same", 9), ("c", "y", "same", 9), ("k", "l", "same", 9)),
    )
    reviewed = decisions_of(made(*rows), "person", DAY)
    assert groups(reviewed) == {frozenset("az"), frozenset("bcy"), frozenset("kl")}


def test_two_companies_are_never_one():
    rows = (("lev:1", SOL, "same", 2), ("lev:1", EKEN, "same", 1))
    reviewed = decisions_of(made(*rows, kind="company"), "company", DAY)
    assert dict(reviewed.groups.iter_rows()) == {"lev:1": EKEN, EKEN: EKEN}
    assert reviewed.set_aside.select("decision_id", "reason").rows() == [(1, "two_companies")]


def test_a_company_names_its_group_and_stands_right():
    rows = ((SOL, "namn:0a", "same"), ("namn:0a", "lev:7", "same"))
    reviewed = decisions_of(made(*rows, kind="company"), "company", DAY)
    assert set(reviewed.groups["group"]) == {SOL}
    assert ("namn:0a", SOL, "same") in held(reviewed)


def test_listed_pairs_stand_for_themselves():
    rows = ((SOL, "eu-1", "same"), (EKEN, "eu-1", "same"), (SOL, "eu-2", "not_same"))
    reviewed = decisions_of(made(*rows, kind="listed"), "listed", DAY)
    assert reviewed.groups.is_empty()
    assert reviewed.set_aside.is_empty()
    assert reviewed.parted.rows() == [(SOL, "eu-2")]
    assert reviewed.pairs.filter(decision="same")["left_key"].to_list() == [SOL, EKEN]


def test_the_group_of_a_key_in_none_is_itself():
    reviewed = decisions_of(made(("b", "a", "same")), "person", DAY)
    keys = pl.DataFrame({"key": ["a", "b", "q"]})
    assert keys.select(reviewed.group_of(pl.col("key")))["key"].to_list() == ["a", "a", "q"]


rows = st.tuples(
    NAMES, NAMES, st.sampled_from(["same", "same", "not_same", "unsure"]), st.integers(0, 9)
).filter(lambda row: row[0] != row[1])
many = st.lists(rows, max_size=14)


def plain(reviewed):
    return tuple(
        frame.rows()
        for frame in (reviewed.pairs, reviewed.groups, reviewed.parted, reviewed.set_aside)
    )


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(decided, random):
    decisions = made(*decided)
    order = list(range(decisions.height))
    random.shuffle(order)
    assert plain(decisions_of(decisions[order], "person", DAY)) == plain(
        decisions_of(decisions, "person", DAY)
    )


@given(many)
def test_groups_are_what_same_reaches_and_nothing_parted_is_joined(decided):
    reviewed = decisions_of(made(*decided), "person", DAY)
    aside = set(reviewed.set_aside["decision_id"])
    edges = [
        (row["left_key"], row["right_key"])
        for row in reviewed.pairs.iter_rows(named=True)
        if row["decision"] == "same" and row["decision_id"] not in aside
    ]
    reach = {key: {key} for key in "abcdef"}
    for _ in range(6):
        for left, right in edges:
            reach[left] |= reach[right]
            reach[right] |= reach[left]
    assert groups(reviewed) == {frozenset(each) for each in reach.values() if len(each) > 1}
    told = {tuple(sorted(pair)) for pair in reviewed.parted.iter_rows()}
    for left, right, decision in held(reviewed):
        if decision == "not_same":
            assert right not in reach[left]
            assert tuple(sorted((min(reach[left]), min(reach[right])))) in told
    # Whatever was set aside would have joined what is parted.
    for left, right in reviewed.set_aside.select("left_key", "right_key").iter_rows():
        assert tuple(sorted((min(reach[left]), min(reach[right])))) in told


@given(many, rows)
def test_withdrawing_restores_exactly_what_held_before(decided, one_more):
    before = decisions_of(made(*decided), "person", DAY)
    number = len(decided) + 1
    withdrawal = (one_more[0], one_more[1], "withdrawn", 0, number)
    after = decisions_of(made(*decided, one_more, withdrawal), "person", DAY)
    assert plain(after) == plain(before)


@given(st.permutations(list(range(60))))
def test_long_chains_are_one_group(order):
    keys = [f"p{place:02d}" for place in order]
    chain = [(left, right, "same") for left, right in pairwise(keys)]
    assert groups(decisions_of(made(*chain), "person", DAY)) == {frozenset(keys)}
