"""What a list says about the one before."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tests.scoring.scoring_tables import AS_OF, FACES, NEXT, SUPPLIERS, finding, published, week

ONE, TWO, THREE, FOUR = SUPPLIERS
HEAVY, LIGHT = FACES[0], FACES[3]
LATER = NEXT + timedelta(days=7)


def change_of(scored):
    return dict(scored.ranked.select("supplier_id", "change").iter_rows())


def test_the_first_list_is_all_new():
    first = week([finding(ONE, HEAVY), finding(TWO, LIGHT)])
    assert set(change_of(first).values()) == {"new"}
    assert first.left.is_empty()
    assert first.previous_week is None


def test_new_up_same_down_and_back_compare_points():
    rows = [finding(ONE, HEAVY), finding(TWO, HEAVY), finding(TWO, LIGHT), finding(THREE, LIGHT)]
    first = week(rows)
    second = week(
        [
            finding(ONE, HEAVY),
            finding(ONE, LIGHT),
            finding(TWO, LIGHT),
            finding(FOUR, HEAVY),
        ],
        published(first),
        NEXT,
    )
    assert change_of(second) == {ONE: "up", TWO: "down", FOUR: "new"}
    assert second.left["supplier_id"].to_list() == [THREE]
    third = week([finding(THREE, LIGHT), finding(FOUR, HEAVY)], published(second), LATER)
    assert change_of(third) == {THREE: "back", FOUR: "same"}
    assert third.previous_week == "2026-W48"


def test_a_place_lost_to_others_is_no_change():
    first = week([finding(ONE, LIGHT)])
    second = week([finding(ONE, LIGHT), finding(TWO, HEAVY)], published(first), NEXT)
    row = second.ranked.filter(pl.col("supplier_id") == ONE).row(0, named=True)
    assert (row["rank_before"], row["rank"], row["change"]) == (1, 2, "same")


def test_a_finding_keeps_the_day_it_was_first_seen_until_it_is_gone():
    first = week([finding(ONE, HEAVY)])
    second = week([finding(ONE, HEAVY), finding(ONE, LIGHT)], published(first), NEXT)
    days = dict(second.findings.select("rule_id", "first_seen").iter_rows())
    assert days == {HEAVY.id: AS_OF, LIGHT.id: NEXT}
    assert second.ranked["findings_new"].to_list() == [1]

    third = week([finding(ONE, LIGHT)], published(second), LATER)
    gone = third.findings.filter(~pl.col("still_open")).to_dicts()
    assert [(row["rule_id"], row["points"], row["first_seen"]) for row in gone] == [
        (HEAVY.id, 0, AS_OF)
    ]
    fourth_day = LATER + timedelta(days=7)
    fourth = week([finding(ONE, HEAVY)], published(third), fourth_day)
    again = fourth.findings.filter(pl.col("still_open")).row(0, named=True)
    assert again["first_seen"] == fourth_day  # after a break it is new


def test_what_was_closed_last_week_is_not_closed_again():
    first = week([finding(ONE, HEAVY), finding(TWO, LIGHT)])
    second = week([finding(TWO, LIGHT)], published(first), NEXT)
    third = week([finding(TWO, LIGHT)], published(second), LATER)
    assert second.findings.height == 2
    assert third.findings["supplier_id"].to_list() == [TWO]


def test_what_could_not_be_checked_is_neither_open_nor_closed():
    first = week([finding(ONE, HEAVY), finding(TWO, LIGHT)])
    missed = pl.DataFrame({"supplier_id": [ONE], "rule_id": [HEAVY.id]})
    second = week([], published(first), NEXT, not_checked=missed)
    states = dict(second.findings.select("supplier_id", "still_open").iter_rows())
    assert states == {ONE: None, TWO: False}
    assert dict(second.left.select("supplier_id", "is_cleared").iter_rows()) == {
        ONE: False,
        TWO: True,
    }
    # Found again once its source is back, it is still the finding that it was.
    third = week([finding(ONE, HEAVY)], published(second), LATER)
    assert third.findings["first_seen"].to_list() == [AS_OF]
    assert change_of(third) == {ONE: "back"}


def test_history_remembers_first_and_last_day_on_a_list():
    first = week([finding(ONE, HEAVY), finding(TWO, HEAVY)])
    second = week([finding(TWO, HEAVY)], published(first), NEXT)
    assert second.supplier_history.rows() == [(ONE, AS_OF, AS_OF), (TWO, AS_OF, NEXT)]
    assert second.ranked["first_listed"].to_list() == [AS_OF]


def test_the_same_week_run_twice_says_the_same():
    first = week([finding(ONE, HEAVY)])
    once = week([finding(ONE, LIGHT)], published(first), NEXT)
    twice = week([finding(ONE, LIGHT)], published(first), NEXT)
    assert once.ranked.equals(twice.ranked)
    assert once.supplier_history.equals(twice.supplier_history)


def test_a_list_published_by_an_older_version_can_be_compared_with():
    first = week([finding(ONE, HEAVY)])
    now = published(first)
    older = replace(
        now,
        ranked=now.ranked.select("supplier_id", "rank", "points"),
        findings=now.findings.select("supplier_id", "rule_id", "first_seen"),
    )
    second = week([finding(ONE, HEAVY)], older, NEXT)
    assert change_of(second) == {ONE: "same"}
    assert second.findings["first_seen"].to_list() == [date(2026, 11, 20)]
    gone = week([], older, NEXT)
    assert gone.left.select("supplier_id", "band_before").rows() == [(ONE, None)]
