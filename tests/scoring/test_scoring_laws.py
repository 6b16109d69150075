"""What holds for every list, whatever was found."""

from random import Random

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from screening.scoring.points import with_granted
from screening.scoring.policy import BANDS
from tests.scoring.scoring_tables import FACES, POLICY, SUPPLIERS, finding, findings_of_a_week, week

law = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def standing(scored, supplier_id):
    """points, score, how grave the band is, priority: all 0 for those not on the list."""
    row = scored.ranked.filter(pl.col("supplier_id") == supplier_id).to_dicts()
    if not row:
        return (0, 0, 0, 0)
    gravity = len(BANDS) - BANDS.index(row[0]["band"])
    return (row[0]["points"], row[0]["score"], gravity, row[0]["priority"])


@law
@given(findings_of_a_week())
def test_shown_points_sum_exactly_to_the_total(rows):
    scored = week(rows)
    shown = scored.findings.group_by("supplier_id").agg(pl.col("points").sum())
    together = scored.ranked.select("supplier_id", "points").join(
        shown, on="supplier_id", suffix="_shown"
    )
    assert together.height == scored.ranked.height
    assert together.filter(pl.col("points") != pl.col("points_shown")).is_empty()


@law
@given(findings_of_a_week(), st.sampled_from(SUPPLIERS), st.sampled_from(FACES))
def test_one_finding_more_never_lowers_anything(rows, supplier_id, face):
    fewer = [row for row in rows if (row["supplier_id"], row["rule_id"]) != (supplier_id, face.id)]
    before = standing(week(fewer), supplier_id)
    after = standing(week([*fewer, finding(supplier_id, face)]), supplier_id)
    assert all(new >= old for new, old in zip(after, before, strict=True))


@law
@given(findings_of_a_week())
def test_no_area_gives_more_than_its_cap_and_none_is_wasted(rows):
    scored = week(rows)
    areas = scored.findings.group_by("supplier_id", "area").agg(
        pl.col("points").sum(), pl.col("points_raw").sum()
    )
    for row in areas.to_dicts():
        assert row["points"] == min(POLICY.area_caps[row["area"]], row["points_raw"])


@law
@given(findings_of_a_week())
def test_different_points_never_tie_and_more_points_score_higher(rows):
    ordered = week(rows).ranked.sort("points")
    pairs = ordered.select("points", "score").unique().sort("points")
    assert pairs.get_column("score").is_sorted()
    assert pairs.get_column("score").n_unique() == pairs.get_column("points").n_unique()


@law
@given(findings_of_a_week(), st.integers(0, 1000))
def test_the_order_of_rows_and_rules_does_not_matter(rows, seed):
    chance = Random(seed)
    shuffled, rules = chance.sample(rows, len(rows)), chance.sample(FACES, len(FACES))
    one, other = week(rows), week(shuffled, rules=rules)
    for name in ("ranked", "unlisted", "findings", "supplier_history", "left", "way_off"):
        assert_frame_equal(getattr(one, name), getattr(other, name))


@law
@given(findings_of_a_week())
def test_the_list_is_everyone_with_a_finding_by_priority_then_points_then_id(rows):
    scored = week(rows)
    assert set(scored.ranked["supplier_id"]) == {row["supplier_id"] for row in rows}
    assert set(scored.unlisted["supplier_id"]) == set(SUPPLIERS) - set(scored.ranked["supplier_id"])
    assert scored.ranked["rank"].to_list() == list(range(1, scored.ranked.height + 1))
    keys = [
        (-row["priority"], -row["points"], row["supplier_id"]) for row in scored.ranked.to_dicts()
    ]
    assert keys == sorted(keys)


@law
@given(findings_of_a_week())
def test_the_priority_can_be_reckoned_again_from_what_is_shown(rows):
    for row in week(rows).ranked.to_dicts():
        product = row["score"] * row["money_factor"] * row["criticality_factor"]
        assert abs(row["priority"] - product) <= 1 / 200


@law
@given(findings_of_a_week(max_size=8))
def test_doing_what_the_way_off_says_reaches_the_target(rows):
    scored = week(rows)
    depth = {None: 0, "låg": 1, "förhöjd": 2, "hög": 3}
    wanted = {"below_high": 2, "below_elevated": 1, "off_list": 0}
    for way in scored.way_off.to_dicts():
        rest = [
            row
            for row in rows
            if row["supplier_id"] == way["supplier_id"] and row["rule_id"] not in way["rule_ids"]
        ]
        after = week(rest).ranked.to_dicts()
        band, points = (after[0]["band"], after[0]["points"]) if after else (None, 0)
        assert (band, points) == (way["band_after"], way["points_after"])
        assert depth[band] <= wanted[way["target"]]


@law
@given(findings_of_a_week(), findings_of_a_week())
def test_a_supplier_gets_no_points_from_the_findings_of_another(rows, others):
    mine = [row for row in rows if row["supplier_id"] == SUPPLIERS[0]]
    theirs = [row for row in others if row["supplier_id"] != SUPPLIERS[0]]
    assert standing(week(mine + theirs), SUPPLIERS[0]) == standing(week(mine), SUPPLIERS[0])


def test_a_cap_takes_from_the_lightest_finding_and_ties_go_by_rule():
    raw = pl.DataFrame(
        {
            "supplier_id": ["a"] * 4,
            "area": ["contracts"] * 4,
            "rule_id": ["d", "b", "c", "a"],
            "points_raw": [5, 30, 30, 20],
        }
    )
    granted = with_granted(raw, POLICY, ["supplier_id"])
    assert dict(granted.select("rule_id", "points").iter_rows()) == {
        "b": 30,
        "c": 30,
        "a": 0,
        "d": 0,
    }
