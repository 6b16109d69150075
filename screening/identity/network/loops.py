"""Circular ownership: which companies lie on loops, and what a loop does to shares.

Think of a share as a chance: whoever stands in a company goes on to each owner with the chance of
its share. An owner's indirect share is the chance to come by it. In a loop one may go round any
number of times; the sum over all rounds is a geometric series, and ``N = (I - A)^-1`` is its value
for the shares ``A`` within the loop. From ``N`` follow two numbers for companies j and i of a loop:

- ``passing`` ``N[i, j]``: how often one comes by i from j on average. What is behind i counts that
  many times.
- ``reached`` ``N[i, j] / N[i, i]``: the chance to come by i at all, that is the share of i in j.

Where nobody outside owns anything of a loop the series has no value. Then one never gets out: each
of the loop's companies has all of the others, and nobody is behind them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.identity.network.graph import Flags, Floats, Graph, Ints

#: Rounds of taking away what has no owners or owns nothing, before the rest is searched in depth.
_TRIMMING_ROUNDS = 50

#: Loops of more companies than this are not solved, but followed step by step like chains.
LARGEST_SOLVED = 200

#: What leaves a loop, at least, for the series to have a value.
_SMALLEST_LEAK = 1e-9


def loop_of_nodes(graph: Graph) -> Ints:
    """The loop that each node lies on: the lowest number on it; -1 for nodes on none.

    A loop is a strongly connected component of two nodes or more.
    """
    left = _on_both_sides(graph)
    label = np.full(graph.size, -1, dtype=np.int64)
    if not left.any():
        return label
    kept = graph.part(left)
    for members in _components(kept):
        label[members] = min(members)
    return label


def _on_both_sides(graph: Graph) -> Flags:
    """Links between nodes that both are owned and own: all loops, and what is between them."""
    left = np.ones(len(graph.owner), dtype=np.bool_)
    for _ in range(_TRIMMING_ROUNDS):
        owner, owned = graph.owner[left], graph.owned[left]
        owns = np.zeros(graph.size, dtype=np.bool_)
        is_owned = np.zeros(graph.size, dtype=np.bool_)
        owns[owner], is_owned[owned] = True, True
        stays = is_owned[owner] & owns[owned]
        if stays.all():
            break
        left[np.flatnonzero(left)[~stays]] = False
    return left


def _components(graph: Graph) -> list[list[int]]:
    """Strongly connected components of two nodes or more (Tarjan's algorithm, without recursion).

    Searching in depth goes from node to node and cannot be done by columns; little is left of an
    ownership register by then, and the search is linear in it.
    """
    starts, owners = graph.starts.tolist(), graph.owner.tolist()
    order = [-1] * graph.size
    lowest = [0] * graph.size
    is_open = bytearray(graph.size)
    opened: list[int] = []
    found: list[list[int]] = []
    turn = 0
    for root in np.unique(graph.owned).tolist():
        if order[root] >= 0:
            continue
        order[root] = lowest[root] = turn
        turn += 1
        opened.append(root)
        is_open[root] = 1
        path, places = [root], [starts[root]]
        while path:
            node, place = path[-1], places[-1]
            if place < starts[node + 1]:
                places[-1] += 1
                owner = owners[place]
                if order[owner] < 0:
                    order[owner] = lowest[owner] = turn
                    turn += 1
                    opened.append(owner)
                    is_open[owner] = 1
                    path.append(owner)
                    places.append(starts[owner])
                elif is_open[owner]:
                    lowest[node] = min(lowest[node], order[owner])
                continue
            path.pop()
            places.pop()
            if path:
                lowest[path[-1]] = min(lowest[path[-1]], lowest[node])
            if lowest[node] == order[node]:
                members: list[int] = []
                while not members or members[-1] != node:
                    members.append(opened.pop())
                    is_open[members[-1]] = 0
                if len(members) > 1:
                    found.append(members)
    return found


@dataclass(frozen=True)
class LoopPairs:
    """From each company on a solved loop to each company of the same loop (itself too).

    ``starts`` is by node, as in ``Graph``. ``most`` variants hold where shares are not exact: then
    the loop says nothing about how much it is at most. ``ref``: of the link, where the two are next
    to each other, else -1.
    """

    is_solved: Flags
    starts: Ints
    to: Ints
    passing: Floats
    reached: Floats
    most_passing: Floats
    most_reached: Floats
    steps: Ints
    ref: Ints


def solve_loops(graph: Graph, label: Ints) -> LoopPairs:
    """What each loop does to shares; loops of one size are solved together."""
    members = np.flatnonzero(label >= 0)
    order = np.lexsort((members, label[members]))
    members = members[order]
    _, first, counts = np.unique(label[members], return_index=True, return_counts=True)
    solved = counts <= LARGEST_SOLVED
    local = np.full(graph.size, -1, dtype=np.int64)
    loop_at = np.full(graph.size, -1, dtype=np.int64)
    within = np.arange(len(members)) - np.repeat(first, counts)
    local[members], loop_at[members] = within, np.repeat(np.arange(len(counts)), counts)
    inside = (label[graph.owned] >= 0) & (label[graph.owned] == label[graph.owner])
    links = np.flatnonzero(inside)
    parts = [
        _solved_together(graph, links, local, loop_at, members, first, size, counts)
        for size in np.unique(counts[solved]).tolist()
    ]
    source, *values = (np.concatenate(each) for each in zip(_NO_PAIRS, *parts, strict=True))
    by_source = np.lexsort((values[0], source))
    starts = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=graph.size))])
    is_solved = np.zeros(graph.size, dtype=np.bool_)
    is_solved[members] = np.repeat(solved, counts)
    return LoopPairs(is_solved, starts, *(value[by_source] for value in values))


_NO_PAIRS = (
    np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0),
    np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64),
)  # fmt: skip


def _solved_together(
    graph: Graph,
    links: Ints,
    local: Ints,
    loop_at: Ints,
    members: Ints,
    first: Ints,
    size: int,
    counts: Ints,
) -> tuple[NDArray[Any], ...]:
    """All pairs of all loops of ``size`` companies: from, to, and the columns of LoopPairs."""
    chosen = np.flatnonzero(counts == size)
    place = np.full(len(counts), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    mine = links[place[loop_at[graph.owned[links]]] >= 0]
    at = place[loop_at[graph.owned[mine]]]
    owner, owned = local[graph.owner[mine]], local[graph.owned[mine]]
    shares = np.zeros((len(chosen), size, size))
    shares[at, owner, owned] = graph.least[mine]
    is_vague = np.zeros(len(chosen), dtype=np.bool_)
    np.logical_or.at(is_vague, at, graph.most[mine] - graph.least[mine] > 1e-9)
    linked = np.zeros((len(chosen), size, size), dtype=np.bool_)
    linked[at, owner, owned] = True
    refs = np.full((len(chosen), size, size), -1, dtype=np.int64)
    refs[at, owner, owned] = graph.ref[mine]

    leak = (1.0 - shares.sum(axis=1)).max(axis=1)
    is_closed = leak < _SMALLEST_LEAK
    # A closed loop gets a leak so that it can be solved with the others; its values are set after.
    solvable = np.where(is_closed[:, None, None], shares * 0.5, shares)
    passing = np.linalg.inv(np.eye(size)[None] - solvable)
    reached = passing / np.diagonal(passing, axis1=1, axis2=2)[:, :, None]
    reached[is_closed], passing[is_closed] = 1.0, 0.0
    np.clip(passing, 0.0, None, out=passing)
    np.clip(reached, 0.0, 1.0, out=reached)
    # Nothing is known about the most: a great number that is capped where it is used.
    vague = is_vague[:, None, None]
    most_passing = np.where(vague, 1e9, passing)
    most_reached = np.where(vague, 1.0, reached)

    nodes = members[first[chosen][:, None] + np.arange(size)[None, :]]
    to = np.broadcast_to(nodes[:, :, None], passing.shape)
    source = np.broadcast_to(nodes[:, None, :], passing.shape)
    return (
        source.reshape(-1), to.reshape(-1), passing.reshape(-1), reached.reshape(-1),
        most_passing.reshape(-1), most_reached.reshape(-1), _distances(linked).reshape(-1),
        refs.reshape(-1),
    )  # fmt: skip


def _distances(linked: Flags) -> Ints:
    """Fewest links from each company (last axis) to each owner within its loop (middle axis)."""
    size = linked.shape[1]
    near = np.eye(size, dtype=np.bool_)[None] | linked
    steps = np.where(np.eye(size, dtype=np.bool_)[None], 0, np.where(linked, 1, size))
    reach = near
    for step in range(2, size):
        further = np.matmul(near.astype(np.float32), reach.astype(np.float32)) > 0
        new = further & ~reach
        if not new.any():
            break
        steps = np.where(new, step, steps)
        reach = further
    return steps.astype(np.int64)
