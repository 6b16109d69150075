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


def groups(graph: Graph) -> pl.DataFrame:
    """Companies that are controlled or control: node, controller, head, parent.

    ``controller`` (null at the top) decides directly; ``head`` is where the chain ends, maybe a
    person; ``parent`` is the last legal entity of the chain, so that those with the same one are a
    group (koncern). In a circle of majorities the first key in the alphabet is head and parent.
    """
    controller = controllers(graph)
    is_person = graph.nodes.str.starts_with("p:").to_numpy()
    by_entity = controllers(graph.part(~is_person[graph.owner]))
    head, parent = _heads(controller), _heads(by_entity)
    controls = np.zeros(graph.size, dtype=np.bool_)
    controls[controller[controller >= 0]] = True
    controls[by_entity[by_entity >= 0]] = True
    chosen = np.flatnonzero(((controller >= 0) | controls) & ~is_person)
    above = controller[chosen]
    return pl.DataFrame(
        {
            "node": graph.nodes.gather(pl.Series(chosen)),
            "controller": graph.nodes.gather(pl.Series(np.maximum(above, 0))),
            "head": graph.nodes.gather(pl.Series(head[chosen])),
            "parent": graph.nodes.gather(pl.Series(parent[chosen])),
            "has_controller": above >= 0,
        }
    ).select(
        "node",
        controller=pl.when("has_controller").then("controller"),
        head="head",
        parent="parent",
    )
