"""Shares multiplied along chains and summed over paths, loops and bad input included."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.identity.network import indirect, loops
from screening.identity.network.graph import graph_of
from screening.identity.network.holdings import direct_holdings
from screening.identity.network.indirect import indirect_owners
from tests.identity.network.holding_rows import holding, rows_of


def _behind(*rows, of=None, smallest=0.0):
    links = direct_holdings(rows_of(*rows)).links
    graph = graph_of(links)
    asked = graph.nodes if of is None else pl.Series(list(of))
    return indirect_owners(graph, asked, smallest)


def _shares(*rows, **options):
    found = _behind(*rows, **options).owners
    return {
        (company, owner): least
        for company, owner, least in found.select("company", "owner", "least").iter_rows()
    }


def test_shares_multiply_along_a_chain_and_add_up_over_paths():
    shares = _shares(
        holding("p", "h", 60.0), holding("h", "a", 50.0), holding("p", "a", 25.0), of="a"
    )
    assert shares == {("a", "h"): 0.5, ("a", "p"): pytest.approx(0.55)}


def test_the_strongest_path_is_told_with_its_rows():
    found = _behind(
        holding("p", "h", 90.0, ref=1), holding("h", "a", 80.0, ref=2),
        holding("p", "i", 10.0, ref=3), holding("i", "a", 20.0, ref=4, confidence=0.7), of="a",
    ).owners.filter(owner="p")  # fmt: skip
    row = found.row(0, named=True)
    assert row["path"] == ["p", "h", "a"]
    assert row["refs"] == [1, 2]
    assert (row["steps"], row["confidence"]) == (2, 1.0)


def test_two_companies_that_own_each_other_leave_the_rest_to_those_outside():
    rows = (
        holding("b", "a", 50.0), holding("a", "b", 50.0),
        holding("p", "a", 50.0), holding("q", "b", 50.0),
    )  # fmt: skip
    shares = _shares(*rows)
    # 1/2 + 1/2 * 1/4 + 1/2 * 1/16 + ... = 2/3
    assert shares["a", "p"] == pytest.approx(2 / 3)
    assert shares["a", "q"] == pytest.approx(1 / 3)
    assert shares["a", "b"] == pytest.approx(0.5)
    assert ("a", "a") not in shares
    assert _behind(*rows).loops.rows() == [("a", "a"), ("b", "a")]


def test_a_small_owner_of_a_nearly_closed_loop_has_it_all():
    shares = _shares(holding("b", "a", 99.9), holding("a", "b", 100.0), holding("p", "a", 0.1))
    assert shares["b", "p"] == pytest.approx(1.0)


def test_nobody_is_behind_a_closed_loop():
    shares = _shares(holding("b", "a", 100.0), holding("a", "b", 100.0), holding("b", "s", 50.0))
    assert shares == {
        ("a", "b"): 1.0, ("b", "a"): 1.0, ("s", "b"): 0.5, ("s", "a"): 0.5,
    }  # fmt: skip


def test_unknown_shares_are_bounds():
    found = _behind(
        holding("p", "h"),
        holding("h", "a", 40.0),
        holding("q", "a", share_min_percent=25.0),
        of="a",
    ).owners
    bounds = {row["owner"]: (row["least"], row["most"]) for row in found.to_dicts()}
    assert bounds == {
        "h": (0.4, pytest.approx(0.4)),
        "p": (0.0, pytest.approx(0.4)),
        "q": (0.25, pytest.approx(0.6)),
    }


def test_in_a_loop_with_unknown_shares_the_most_is_everything():
    found = _behind(
        holding("b", "a"), holding("a", "b", 50.0), holding("p", "b", 10.0), of="a"
    ).owners.filter(owner="p")
    assert found["most"].item() == 1.0


def test_a_chain_of_a_hundred_thousand_is_cut_and_told():
    count = 100_000
    links = pl.DataFrame(
        {
            "owner": [f"c{number:06}" for number in range(1, count)],
            "owned": [f"c{number:06}" for number in range(count - 1)],
        }
    ).with_columns(
        least=1.0, most=1.0, votes=1.0, confidence=1.0, ref=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    found = indirect_owners(graph_of(links), pl.Series(["c000000"]))
    assert found.owners.height == indirect.MOST_STEPS - 1
    assert found.notes.rows() == [("c000000", "long_chain", None)]


def test_a_hundred_thousand_small_owners_are_told_of_the_company_and_not_behind_others():
    count = 100_000
    hub = pl.DataFrame({"owner": [f"p{number}" for number in range(count)]}).with_columns(
        owned=pl.lit("hub"), least=1 / count, most=1 / count
    )
    below = pl.DataFrame({"owned": [f"s{number}" for number in range(500)]}).with_columns(
        owner=pl.lit("hub"), least=1.0, most=1.0
    )
    links = pl.concat([hub, below.select(hub.columns)]).with_columns(
        votes="least", confidence=1.0, ref=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    found = indirect_owners(graph_of(links), links["owned"]).owners
    assert found.filter(company="hub").height == count
    assert found.filter(pl.col("company") != "hub")["owner"].unique().to_list() == ["hub"]


def test_many_owners_of_unknown_shares_are_not_followed_and_that_is_told():
    count = indirect.MOST_UNKNOWN_OWNERS + 1
    rows = [holding(f"p{number}", "h") for number in range(count)]
    found = _behind(*rows, holding("h", "a", 50.0), of="a", smallest=0.001)
    assert found.owners["owner"].to_list() == ["h"]
    assert found.notes.rows() == [("h", "unknown_owners", None)]


def test_a_net_of_unknown_shares_ends_and_that_is_told(monkeypatch):
    monkeypatch.setattr(indirect, "MOST_FOLLOWED", 150)
    layers = [
        holding(f"n{layer}_{one}", f"n{layer - 1}_{two}")
        for layer in range(1, 6) for one in range(10) for two in range(10)
    ]  # fmt: skip
    found = _behind(*layers, holding("n0_0", "a", 100.0), of="a", smallest=0.001)
    assert found.notes.rows() == [("a", "wide_net", None)]


def test_a_loop_too_large_to_solve_is_followed_step_by_step():
    size = loops.LARGEST_SOLVED + 5
    ring = [holding(f"c{(n + 1) % size:03}", f"c{n:03}", 50.0) for n in range(size)]
    out = [holding(f"p{n:03}", f"c{n:03}", 50.0) for n in range(size)]
    found = _behind(*ring, *out, of=["c000"], smallest=0.001)
    shares = dict(found.owners.select("owner", "least").iter_rows())
    assert shares["p000"] == 0.5
    assert shares["p003"] == 0.5**4
    assert found.loops.height == size


def _matrix_shares(nodes, links):
    """The chance to come by each owner, from the matrix of all shares at once."""
    place = {node: number for number, node in enumerate(nodes)}
    matrix = np.zeros((len(nodes), len(nodes)))
    for owner, owned, least in links.select("owner", "owned", "least").iter_rows():
        matrix[place[owner], place[owned]] = least
    walks = np.linalg.inv(np.eye(len(nodes)) - matrix)
    return {
        (company, owner): walks[place[owner], place[company]] / walks[place[owner], place[owner]]
        for company in nodes for owner in nodes
        if owner != company and walks[place[owner], place[company]] > 1e-12
    }  # fmt: skip


COMPANIES = "abcdef"
GRAPHS = st.lists(
    st.tuples(st.sampled_from(COMPANIES + "pq"), st.sampled_from(COMPANIES), st.integers(1, 19)),
    unique_by=lambda tie: tie[:2], max_size=18,
)  # fmt: skip


@settings(max_examples=40)
@given(GRAPHS)
def test_shares_over_paths_equal_those_of_the_whole_matrix(ties):
    # At most five owners of 19 % each: something always leaves a loop.
    counted = {owned: 0 for _, owned, _ in ties}
    rows = []
    for owner, owned, share in ties:
        counted[owned] += 1
        if owner != owned and counted[owned] <= 5:
            rows.append(holding(owner, owned, float(share)))
    links = direct_holdings(rows_of(*rows)).links
    nodes = sorted({*links["owner"], *links["owned"]})
    found = _shares(*rows)
    expected = _matrix_shares(nodes, links)
    assert found.keys() == expected.keys()
    for pair, share in expected.items():
        assert found[pair] == pytest.approx(share, abs=1e-9)


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            holding, st.sampled_from(COMPANIES + "pq"), st.sampled_from(COMPANIES),
            st.none() | st.integers(0, 100).map(float),
        ), max_size=20,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_rows_never_matters_and_shares_stay_within_the_whole(rows, random):
    numbered = [{"ref": ref} | row for ref, row in enumerate(rows)]
    one = _behind(*numbered)
    two = _behind(*random.sample(numbered, len(numbered)))
    assert one.owners.equals(two.owners)
    assert one.loops.equals(two.loops)
    assert one.owners["least"].is_between(0.0, 1.0).all()
    assert (one.owners["least"] <= one.owners["most"] + 1e-9).all()


@settings(max_examples=40)
@given(GRAPHS)
def test_every_company_on_a_loop_and_no_other_owns_itself_in_the_end(ties):
    rows = [holding(owner, owned, 10.0) for owner, owned, _ in ties if owner != owned]
    links = direct_holdings(rows_of(*rows)).links
    reach = {node: set(links.filter(owned=node)["owner"]) for node in COMPANIES}
    for _ in COMPANIES:
        reach = {
            node: owners.union(*(reach.get(owner, set()) for owner in owners))
            for node, owners in reach.items()
        }
    assert set(_behind(*rows).loops["node"]) == {node for node in COMPANIES if node in reach[node]}
