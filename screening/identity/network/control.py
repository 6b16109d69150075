"""Control: who decides in a company, by more than half of the votes, alone or through companies.

Who controls a company has its votes in other companies too: 30 % held directly and 30 % through a
company that is controlled are 60 % (so årsredovisningslagen 1 kap. 4 § counts a parent's votes).
Only companies and other legal entities make a group (koncern); a person may control several.
"""

import numpy as np
import polars as pl

from screening.identity.network.graph import Graph, Ints

#: More than this part of the votes decides.
MAJORITY = 0.5

#: Rounds in which votes are added up with those of controlled companies. Each round reaches at
#: least one layer further; nobody stacks so many with split votes.
_ROUNDS = 25


def _heads(controller: Ints) -> Ints:
    """Where each chain of controllers ends; in a circle, the lowest number on it.

    ``controller`` is -1 for nodes that nobody controls. Pointers are doubled, so that a chain of a
    million links takes twenty rounds.
    """
    size = len(controller)
    here = np.arange(size, dtype=np.int64)
    at = np.where(controller < 0, here, controller)
    lowest = np.minimum(here, at)
    for _ in range(max(1, size).bit_length()):
        lowest = np.minimum(lowest, lowest[at])
        further = at[at]
        if np.array_equal(further, at):
            break
        at = further
    # By now each stands on a circle, or at the end of its chain.
    on_circle = controller[at] >= 0
    return np.where(on_circle, lowest[at], at)


def _majorities(controller: Ints, graph: Graph) -> Ints:
    """Who has most of the votes of each node together with what it controls; -1 where nobody."""
    heads = _heads(controller)
    head = heads[graph.owner]
    # A company's votes in what controls it decide nothing.
    counts = (graph.votes > 0) & (head != heads[graph.owned])
    owned, head, votes = graph.owned[counts], head[counts], graph.votes[counts]
    order = np.lexsort((head, owned))
    owned, head, votes = owned[order], head[order], votes[order]
    is_first = np.append([True], (owned[1:] != owned[:-1]) | (head[1:] != head[:-1]))[: len(owned)]
    first = np.flatnonzero(is_first)
    found = np.full(len(controller), -1, dtype=np.int64)
    if len(first):
        together = np.add.reduceat(votes, first)
        most = first[together > MAJORITY + 1e-9]
        found[owned[most]] = head[most]
    return found


def controllers(graph: Graph) -> Ints:
    """The node that controls each node most directly; -1 where nobody does.

    Controlled alone by a direct majority, else by the head of those who have it together.
    """
    controller = np.full(graph.size, -1, dtype=np.int64)
    alone = np.flatnonzero(graph.votes > MAJORITY + 1e-9)
    controller[graph.owned[alone]] = graph.owner[alone]
    for _ in range(_ROUNDS):
        found = _majorities(controller, graph)
        new = (controller < 0) & (found >= 0)
        if not new.any():
            break
        controller[new] = found[new]
    return controller


def controls(graph: Graph) -> pl.DataFrame:
    """Who is controlled: node, controller, by_entity, head, parent.

    ``controller`` decides directly, ``by_entity`` where persons' votes count for nobody; one of
    them may be null. ``head`` is where the chain of controllers ends, maybe a person; ``parent`` is
    the last legal entity of the chain. In a circle of majorities the first key in the alphabet is
    both. A node's row follows from what is behind it alone.
    """
    controller = controllers(graph)
    is_person = graph.nodes.str.starts_with("p:").to_numpy()
    by_entity = controllers(graph.part(~is_person[graph.owner]))
    head, parent = _heads(controller), _heads(by_entity)
    chosen = np.flatnonzero((controller >= 0) | (by_entity >= 0))

    def keys(numbers: Ints) -> pl.Series:
        told = pl.Series(numbers[chosen])
        return graph.nodes.gather(told.set(told < 0, None))

    return pl.DataFrame(
        {
            "node": graph.nodes.gather(pl.Series(chosen)),
            "controller": keys(controller),
            "by_entity": keys(by_entity),
            "head": keys(head),
            "parent": keys(parent),
        }
    )


def groups(told: pl.DataFrame) -> pl.DataFrame:
    """Companies that are controlled or control: node, controller, head, parent.

    Those with the same ``parent`` are a group (koncern). ``controller`` is null at the top.

    Args:
        told: rows of ``controls``.
    """
    controlling = pl.concat([told["controller"], told["by_entity"]]).drop_nulls().unique()
    above = pl.DataFrame({"node": controlling}).join(told, on="node", how="anti")
    free = above.select(
        "node", controller=pl.lit(None, pl.String), head=pl.col("node"), parent=pl.col("node")
    )
    is_chosen = pl.col("controller").is_not_null() | pl.col("node").is_in(controlling.implode())
    return (
        pl.concat([told.filter(is_chosen).select(free.columns), free])
        .filter(~pl.col("node").str.starts_with("p:"))
        .sort("node")
    )
