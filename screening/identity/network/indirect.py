"""Indirect ownership: shares multiplied along chains, summed over all paths.

From each company one step after another is taken to its owners, all companies at once. What comes
by the same owner by several paths within a step is summed; loops are solved beforehand
(``loops.py``), so that without them the steps end. Each share is a lower bound (``least``: what is
told) and an upper bound (``most``: what it can be where shares are unknown or ranges).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.identity.network.graph import Floats, Graph, Ints, behind, slices
from screening.identity.network.loops import LoopPairs, loop_of_nodes, solve_loops

#: Companies whose owners are followed together; it bounds memory, not results.
_TOGETHER = 2_000

#: Steps after which a chain is no longer followed.
MOST_STEPS = 100

#: Owners of one company that are followed beyond the first step, where their shares are unknown.
MOST_UNKNOWN_OWNERS = 200

#: Links that are followed from one company in all; a net of unknown shares could have no end.
MOST_FOLLOWED = 20_000

#: Smallest share of interest: owners that cannot have more are not followed.
SMALLEST_SHARE = 0.001


@dataclass(frozen=True)
class Indirect:
    """Who is behind each company.

    Attributes:
        owners: company, owner (nodes), least, most (0-1), steps (fewest links), confidence (least
            along the strongest path), path (list of nodes from owner to company), refs (list:
            the rows of that path).
        loops: node, loop (the lowest node on it): companies on loops, of those looked at.
        notes: node, note, value: ``long_chain``, ``wide_net`` (where following ended early),
            ``unknown_owners`` (so many that they are not followed).
    """

    owners: pl.DataFrame
    loops: pl.DataFrame
    notes: pl.DataFrame


@dataclass(frozen=True)
class _Rows:
    """What stands at a step: the company started from, where one is, and how one came there.

    ``parent`` is the row of the trail before; ``ref`` the row of the link just taken.
    """

    company: Ints
    node: Ints
    least: Floats
    most: Floats
    steps: Ints
    confidence: Floats
    parent: Ints
    ref: Ints

    def some(self, chosen: Ints) -> "_Rows":
        return _Rows(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def _joined(parts: list[_Rows]) -> _Rows:
    names = _Rows.__dataclass_fields__
    return _Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _first_of_each(ordered: Ints) -> Ints:
    """Where each value of an ordered array begins."""
    return np.flatnonzero(np.append([True], ordered[1:] != ordered[:-1])[: len(ordered)])


def _summed(rows: _Rows, size: int) -> _Rows:
    """One row per company and node: shares summed, the way of the greatest share kept."""
    key = rows.company * size + rows.node
    order = np.lexsort((rows.parent, rows.steps, -rows.most, -rows.least, key))
    rows, key = rows.some(order), key[order]
    first = _first_of_each(key)
    best = rows.some(first)
    if not len(key):
        return best
    return _Rows(
        best.company, best.node,
        np.minimum(np.add.reduceat(rows.least, first), 1.0),
        np.minimum(np.add.reduceat(rows.most, first), 1.0),
        np.minimum.reduceat(rows.steps, first),
        best.confidence, best.parent, best.ref,
    )  # fmt: skip


@dataclass(frozen=True)
class _Followable:
    """The links that are followed from a company itself, and from whatever is behind it."""

    first: Graph
    further: Graph
    loops: LoopPairs


def _followable(graph: Graph, label: Ints, smallest: float) -> tuple[_Followable, Ints]:
    """What is followed, and the nodes with too many unknown owners to follow them further."""
    loops = solve_loops(graph, label)
    same = (label[graph.owner] >= 0) & (label[graph.owner] == label[graph.owned])
    outside = ~(same & loops.is_solved[graph.owned])
    can_matter = outside & (graph.most >= smallest)
    vague = can_matter & (graph.least < smallest) & (graph.most > graph.least)
    vague_owners = np.bincount(graph.owned[vague], minlength=graph.size)
    too_many = vague_owners > MOST_UNKNOWN_OWNERS
    further = graph.part(can_matter & ~(vague & too_many[graph.owned]))
    return _Followable(graph.part(outside), further, loops), np.flatnonzero(too_many)


def _round_loops(rows: _Rows, trail_rows: Ints, loops: LoopPairs) -> tuple[_Rows, _Rows]:
    """Rows on loops, taken round: how far each company of the loop is reached, and passed."""
    places, of_row = slices(loops.starts, rows.node)
    came, to = rows.some(of_row), loops.to[places]
    is_itself = to == came.node
    shared = (
        came.steps + loops.steps[places],
        came.confidence,
        np.where(is_itself, came.parent, trail_rows[of_row]),
        np.where(is_itself, came.ref, loops.ref[places]),
    )
    most = np.minimum(came.most * loops.most_reached[places], 1.0)
    reached = _Rows(came.company, to, came.least * loops.reached[places], most, *shared)
    most = came.most * loops.most_passing[places]
    passing = _Rows(came.company, to, came.least * loops.passing[places], most, *shared)
    return reached, passing


def _stepped(rows: _Rows, trail_rows: Ints, graph: Graph) -> _Rows:
    """One step from each row to each owner of its node."""
    places, of_row = slices(graph.starts, rows.node)
    came = rows.some(of_row)
    return _Rows(
        came.company,
        graph.owner[places],
        came.least * graph.least[places],
        np.minimum(came.most * graph.most[places], 1.0),
        came.steps + 1,
        np.minimum(came.confidence, graph.confidence[places]),
        trail_rows[of_row],
        graph.ref[places],
    )


def _within_bounds(rows: _Rows, graph: Graph, followed: Ints) -> tuple[Ints, Ints]:
    """Which rows are followed, the greatest shares first; companies for which some are not.

    ``followed`` counts links per company, and is counted on.
    """
    order = np.lexsort((rows.node, -rows.least, -rows.most, rows.company))
    company = rows.company[order]
    links = (graph.starts[rows.node + 1] - graph.starts[rows.node])[order]
    before = np.cumsum(links) - links
    starts = _first_of_each(company)
    so_far = before - np.repeat(before[starts], np.diff(np.append(starts, len(company))))
    inside = followed[company] + so_far + links <= MOST_FOLLOWED
    np.add.at(followed, company[inside], links[inside])
    return np.sort(order[inside]), np.unique(company[~inside])


def _follow(
    companies: Ints, ways: _Followable, smallest: float
) -> tuple[_Rows, pl.DataFrame, list[tuple[str, Ints]]]:
    """All owners behind ``companies`` (few thousand): results, the trail, and notes.

    In the results, ``company`` is a place in ``companies``. The trail has node, parent, ref.
    """
    size = ways.first.size
    count = len(companies)
    places = np.arange(count, dtype=np.int64)
    nothing = np.full(count, -1, dtype=np.int64)
    ones, zeros = np.ones(count), np.zeros(count, dtype=np.int64)
    arrived = _Rows(places, companies, ones, ones, zeros, ones, nothing, nothing)
    results: list[_Rows] = []
    trail: list[_Rows] = []
    trail_length = 0
    followed = np.zeros(count, dtype=np.int64)
    notes: list[tuple[str, Ints]] = []
    for _ in range(MOST_STEPS):
        numbers = trail_length + np.arange(len(arrived.node))
        on_loop = ways.loops.is_solved[arrived.node]
        plain, plain_numbers = arrived.some(np.flatnonzero(~on_loop)), numbers[~on_loop]
        reached, passing = _round_loops(
            arrived.some(np.flatnonzero(on_loop)), numbers[on_loop], ways.loops
        )
        results += [plain, reached]
        trail += [arrived, passing]
        passing_numbers = trail_length + len(numbers) + np.arange(len(passing.node))
        trail_length += len(numbers) + len(passing.node)
        standing = _joined([plain, passing])
        standing_numbers = np.concatenate([plain_numbers, passing_numbers])

        is_start = standing.node == companies[standing.company]
        matters = (standing.most >= smallest) & (standing.most > 0)
        first = np.flatnonzero(is_start & matters)
        further = np.flatnonzero(~is_start & matters)
        kept, cut = _within_bounds(standing.some(further), ways.further, followed)
        further = further[kept]
        if len(cut):
            notes.append(("wide_net", companies[cut]))
        stepped = _joined(
            [
                _stepped(standing.some(first), standing_numbers[first], ways.first),
                _stepped(standing.some(further), standing_numbers[further], ways.further),
            ]
        )
        arrived = _summed(stepped, size)
        if not len(arrived.node):
            break
    else:
        notes.append(("long_chain", companies[np.unique(arrived.company)]))
    rows = _joined(trail)
    return (
        _joined(results),
        pl.DataFrame({"node": rows.node, "parent": rows.parent, "ref": rows.ref}),
        notes,
    )


def _strongest(results: _Rows, companies: Ints, smallest: float, size: int) -> _Rows:
    """One row per company and owner, shares of all steps summed; not the company itself."""
    others = np.flatnonzero(results.node != companies[results.company])
    total = _summed(results.some(others), size)
    matters = (total.most >= smallest) | (total.steps == 1)
    return total.some(np.flatnonzero(matters & (total.most > 0)))


def _paths(rows: _Rows, trail: pl.DataFrame, nodes: pl.Series) -> pl.DataFrame:
    """The path (owner first) and refs of each row, in the rows' order."""
    trail_node, trail_parent, trail_ref = (trail[name].to_numpy() for name in trail.columns)
    row = np.arange(len(rows.node), dtype=np.int64)
    at, met, refs = rows.parent, [(row, rows.node)], [(row, rows.ref)]
    active = row
    while len(active):
        met.append((active, trail_node[at]))
        refs.append((active, trail_ref[at]))
        at = trail_parent[at]
        active, at = active[at >= 0], at[at >= 0]
    long = pl.DataFrame(
        {
            "row": np.concatenate([rows_ for rows_, _ in met]),
            "node": np.concatenate([nodes_ for _, nodes_ in met]),
            "ref": np.concatenate([refs_ for _, refs_ in refs]),
        }
    )
    ref = pl.col("ref")
    return (
        long.with_columns(key=nodes.gather(long["node"]))
        .group_by("row", maintain_order=True)
        .agg(path=pl.col("key"), refs=ref.filter(ref >= 0).unique(maintain_order=True))
        .sort("row")
        .select("path", "refs")
    )


def indirect_owners(
    graph: Graph, companies: pl.Series, smallest: float = SMALLEST_SHARE
) -> Indirect:
    """Everybody who directly or indirectly owns one of ``companies``.

    Args:
        graph: of ``Holdings.links``.
        companies: nodes; those without a link are left out.
        smallest: owners whose share cannot reach this are left out unless they own directly, and
            what is behind them is not looked for.
    """
    asked = graph.numbers_of(companies)
    near = behind(graph, asked)
    graph = graph.part(near[graph.owned])
    label = loop_of_nodes(graph)
    ways, unknown = _followable(graph, label, smallest)
    frames: list[pl.DataFrame] = []
    told: list[tuple[str, Ints]] = [("unknown_owners", unknown)]
    for start in range(0, len(asked), _TOGETHER):
        some = asked[start : start + _TOGETHER]
        results, trail, notes = _follow(some, ways, smallest)
        told += notes
        rows = _strongest(results, some, smallest, graph.size)
        frames.append(
            pl.DataFrame(
                {
                    "company": graph.nodes.gather(pl.Series(some[rows.company])),
                    "owner": graph.nodes.gather(pl.Series(rows.node)),
                    "least": rows.least,
                    "most": rows.most,
                    "steps": rows.steps,
                    "confidence": rows.confidence,
                }
            ).with_columns(_paths(rows, trail, graph.nodes))
        )
    on_loop = np.flatnonzero(label >= 0)
    return Indirect(
        owners=pl.concat(frames) if frames else _NOBODY,
        loops=pl.DataFrame(
            {
                "node": graph.nodes.gather(pl.Series(on_loop)),
                "loop": graph.nodes.gather(pl.Series(label[on_loop])),
            }
        ),
        notes=pl.concat(
            [
                pl.DataFrame({"node": graph.nodes.gather(pl.Series(np.unique(numbers)))}).select(
                    "node", note=pl.lit(note), value=pl.lit(None, pl.Float64)
                )
                for note, numbers in told
            ]
        )
        .unique()
        .sort("node", "note"),
    )


_NOBODY = pl.DataFrame(
    schema={
        "company": pl.String(),
        "owner": pl.String(),
        "least": pl.Float64(),
        "most": pl.Float64(),
        "steps": pl.Int64(),
        "confidence": pl.Float64(),
        "path": pl.List(pl.String()),
        "refs": pl.List(pl.Int64()),
    }
)
