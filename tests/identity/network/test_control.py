"""Who decides: more than half of the votes, alone or through what is controlled."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from screening.identity.network.control import controls, groups
from screening.identity.network.graph import graph_of
from screening.identity.network.holdings import direct_holdings
from tests.identity.network.holding_rows import holding, rows_of


def _groups(*rows):
    graph = graph_of(direct_holdings(rows_of(*rows)).links)
    return {row["node"]: (row["controller"], row["head"], row["parent"])
            for row in groups(controls(graph)).to_dicts()}  # fmt: skip


def test_half_is_not_more_than_half():
    assert _groups(holding("c:h", "c:a", 50.0), holding("c:i", "c:a", 50.0)) == {}
    assert _groups(holding("c:h", "c:a", 50.1)) == {
        "c:a": ("c:h", "c:h", "c:h"),
        "c:h": (None, "c:h", "c:h"),
    }


def test_a_person_heads_companies_that_are_no_group():
    told = _groups(holding("p:1", "c:a", 100.0), holding("p:1", "c:b", 60.0))
    assert told == {"c:a": ("p:1", "p:1", "c:a"), "c:b": ("p:1", "p:1", "c:b")}


def test_votes_of_what_is_controlled_count():
    told = _groups(
        holding("c:top", "c:h", 60.0), holding("c:h", "c:a", 30.0), holding("c:top", "c:a", 30.0),
        holding("p:1", "c:top", 90.0),
    )  # fmt: skip
    assert told["c:a"] == ("p:1", "p:1", "c:top")
    assert told["c:h"] == ("c:top", "p:1", "c:top")


def test_votes_in_what_controls_one_decide_nothing():
    told = _groups(
        holding("c:top", "c:a", 60.0), holding("c:a", "c:top", 40.0), holding("p:1", "c:top", 30.0)
    )
    assert told["c:top"] == (None, "c:top", "c:top")


def test_a_circle_of_majorities_is_one_group():
    told = _groups(
        holding("c:b", "c:a", 60.0), holding("c:c", "c:b", 60.0), holding("c:a", "c:c", 60.0),
        holding("c:c", "c:d", 60.0),
    )  # fmt: skip
    assert {head for _, head, _ in told.values()} == {"c:a"}
    assert {parent for _, _, parent in told.values()} == {"c:a"}


@given(st.integers(2, 300))
def test_chains_of_any_length_have_one_head(length):
    told = _groups(*(holding(f"c:{n + 1:04}", f"c:{n:04}", 100.0) for n in range(length)))
    assert {head for _, head, _ in told.values()} == {f"c:{length:04}"}


@given(
    st.lists(
        st.builds(
            holding, st.sampled_from(["c:a", "c:b", "c:c", "c:d", "p:1"]),
            st.sampled_from(["c:a", "c:b", "c:c", "c:d"]), st.integers(0, 100).map(float),
        ), max_size=12,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_rows_never_matters(rows, random):
    numbered = [{"ref": ref} | row for ref, row in enumerate(rows)]
    links = [
        direct_holdings(rows_of(*some)).links
        for some in (numbered, random.sample(numbered, len(numbered)))
    ]
    one, two = (groups(controls(graph_of(each))) for each in links)
    assert one.equals(two)
    assert one["node"].is_unique().all()
    assert isinstance(one, pl.DataFrame)
