"""Holdings as arrays of numbers, sorted by what is owned, so that owners are found by a slice."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Links beyond which nobody is looked for; no real chain, and no real loop, has as many.
FURTHEST = 1_000


@dataclass(frozen=True)
class Graph:
    """Links between numbered nodes; the owners of node ``n`` are ``starts[n]:starts[n + 1]``.

    Attributes:
        nodes: the nodes' keys in the alphabet: a node's number is its place here.
        starts: one more than there are nodes.
        owner, owned: numbers of nodes per link, by owned and then owner.
        least, most, votes, confidence: of the link, 0-1.
        ref: of the row that says so.
    """

    nodes: pl.Series
    starts: Ints
    owner: Ints
    owned: Ints
    least: Floats
    most: Floats
    votes: Floats
    confidence: Floats
    ref: Ints

    @property
    def size(self) -> int:
        return len(self.nodes)

    def numbers_of(self, keys: pl.Series) -> Ints:
        """Numbers of the keys that are nodes, in ascending order."""
        wanted = keys.unique().sort()
        places = self.nodes.search_sorted(wanted).to_numpy().astype(np.int64)
        inside = places < self.size
        found = pl.Series(places[inside], dtype=pl.Int64)
        same = (self.nodes.gather(found) == wanted.filter(pl.Series(inside))).to_numpy()
        return np.asarray(places[inside][same], dtype=np.int64)

    def part(self, kept: Flags) -> "Graph":
        """The same nodes with some of the links."""
        return _sorted_graph(
            self.nodes, self.owner[kept], self.owned[kept], self.least[kept], self.most[kept],
            self.votes[kept], self.confidence[kept], self.ref[kept],
        )  # fmt: skip


def _sorted_graph(
    nodes: pl.Series, owner: Ints, owned: Ints, *values: NDArray[np.generic]
) -> Graph:
    counts = np.bincount(owned, minlength=len(nodes))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Graph(nodes, starts, owner, owned, *values)  # type: ignore[arg-type]


def graph_of(links: pl.DataFrame) -> Graph:
    """The graph of ``Holdings.links``."""
    nodes = pl.concat([links["owner"], links["owned"]]).unique().sort().alias("node")
    numbers = pl.DataFrame({"node": nodes}).with_row_index("number").cast({"number": pl.Int64})
    told = (
        links.join(numbers.rename({"node": "owner", "number": "from"}), on="owner")
        .join(numbers.rename({"node": "owned", "number": "to"}), on="owned")
        .sort("to", "from")
    )
    return _sorted_graph(
        nodes,
        *(
            told[name].to_numpy()
            for name in ("from", "to", "least", "most", "votes", "confidence", "ref")
        ),
    )


def slices(starts: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """All links of each row's node: places of the links, and for each the row that it is of."""
    counts = starts[rows + 1] - starts[rows]
    of_row = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    within = np.arange(len(of_row), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[rows][of_row] + within, of_row


def behind(graph: Graph, first: Ints) -> Flags:
    """Which nodes are ``first`` or behind them, at most ``FURTHEST`` links away."""
    seen = np.zeros(graph.size, dtype=np.bool_)
    seen[first] = True
    front = first
    for _ in range(FURTHEST):
        if not len(front):
            break
        places, _ = slices(graph.starts, front)
        owners = np.unique(graph.owner[places])
        front = owners[~seen[owners]]
        seen[front] = True
    return seen
