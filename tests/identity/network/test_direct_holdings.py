"""What registers say about direct owners becomes one holding per pair."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.identity.network.holdings import direct_holdings
from tests.identity.network.holding_rows import holding, rows_of


def _links(*rows):
    return {
        (row["owner"], row["owned"]): row
        for row in direct_holdings(rows_of(*rows)).links.to_dicts()
    }


def _notes(*rows):
    return direct_holdings(rows_of(*rows)).notes.rows()


def test_shares_are_told_exactly_as_a_range_or_not_at_all():
    links = _links(
        holding("p", "a", 40.0),
        holding("q", "a", share_min_percent=25.0, share_max_percent=50.0),
        holding("r", "a"),
    )
    bounds = {owner: (row["least"], row["most"]) for (owner, _), row in links.items()}
    # The others have at least 65 %: more than 35 % is left for nobody.
    assert bounds == {
        "p": (0.4, pytest.approx(0.4)),
        "q": (0.25, 0.5),
        "r": (0.0, pytest.approx(0.35)),
    }


def test_one_holding_told_several_times_counts_once_and_the_newest_holds():
    old, new = {"from_date": date(2020, 1, 1)}, {"from_date": date(2024, 1, 1)}
    links = _links(
        holding("p", "a", 60.0, interest="shareholding", **old),
        holding("p", "a", 40.0, interest="shareholding", **new),
        holding("p", "a", 40.0, interest="boardMember"),
        holding("q", "a", 60.0),
    )
    assert links["p", "a"]["least"] == 0.4
    assert links["q", "a"]["least"] == 0.6


def test_votes_decide_and_shares_are_what_one_has():
    links = _links(
        holding("p", "a", 10.0, interest="shareholding"),
        holding("p", "a", 55.0, interest="votingRights"),
        holding("q", "a", 30.0, interest="rösträtt"),
    )
    assert (links["p", "a"]["least"], links["p", "a"]["votes"]) == (0.1, 0.55)
    # Where only votes are told, they are what is known of the share.
    assert (links["q", "a"]["least"], links["q", "a"]["votes"]) == (0.3, 0.3)


def test_shares_over_the_whole_are_told_and_scaled_down():
    rows = (holding("p", "a", 90.0), holding("q", "a", 60.0))
    links = _links(*rows)
    assert links["p", "a"]["least"] == pytest.approx(0.6)
    assert links["q", "a"]["least"] == pytest.approx(0.4)
    assert _notes(*rows) == [("a", "over_100", pytest.approx(1.5))]
    assert _notes(holding("p", "a", 33.4), holding("q", "a", 66.9)) == []


def test_a_company_that_is_its_own_parent_is_owned_by_the_others():
    rows = (holding("a", "a", 10.0), holding("p", "a", 45.0), holding("q", "a", 45.0))
    links = _links(*rows)
    assert {pair: row["least"] for pair, row in links.items()} == {
        ("p", "a"): pytest.approx(0.5),
        ("q", "a"): pytest.approx(0.5),
    }
    assert _notes(*rows) == [("a", "own_shares", 0.1)]
    assert _links(holding("b", "b", 100.0)) == {}
    assert _links(holding("b", "b", 100.0), holding("p", "b", 100.0))["p", "b"]["least"] == 1.0


def test_what_is_said_to_be_indirect_is_no_link():
    told = direct_holdings(
        rows_of(
            holding("p", "a", 30.0, is_direct=False),
            holding("q", "a", 30.0, is_beneficial_owner=True),
            holding("h", "a", 100.0),
            holding("q", "b", 30.0, is_beneficial_owner=True),
        )
    )
    assert told.links.select("owner", "owned").rows() == [("h", "a"), ("q", "b")]
    assert told.told.select("owner", "owned").rows() == [("p", "a"), ("q", "a")]


NODES = st.sampled_from("abcd")
ROWS = st.lists(
    st.builds(
        holding, NODES | st.sampled_from("pq"), NODES,
        st.none() | st.integers(0, 100).map(float),
        share_min_percent=st.none() | st.sampled_from([0.0, 25.0, 75.0]),
        share_max_percent=st.none() | st.sampled_from([50.0, 100.0]),
        is_direct=st.none() | st.booleans(), is_beneficial_owner=st.none() | st.booleans(),
        interest=st.sampled_from([None, "shareholding", "votingRights"]),
    ), max_size=12,
)  # fmt: skip


@given(ROWS)
def test_whatever_is_told_the_links_add_up_to_no_more_than_the_whole(rows):
    links = direct_holdings(rows_of(*rows)).links
    assert (links["owner"] != links["owned"]).all()
    assert links.select("owner", "owned").is_unique().all()
    for name in ("least", "most", "votes"):
        assert links[name].is_between(0.0, 1.0).all()
    assert (links["least"] <= links["most"] + 1e-12).all()
    sums = links.group_by("owned").agg(pl.col("least", "votes").sum())
    assert (sums["least"] <= 1 + 1e-9).all()
    assert (sums["votes"] <= 1 + 1e-9).all()


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows, random):
    numbered = [{"ref": ref} | row for ref, row in enumerate(rows)]
    shuffled = random.sample(numbered, len(numbered))
    one, two = direct_holdings(rows_of(*numbered)), direct_holdings(rows_of(*shuffled))
    assert one.links.equals(two.links)
    assert one.told.equals(two.told)
    assert one.notes.equals(two.notes)
