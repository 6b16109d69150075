"""What is around one supplier: nodes and ties within some steps, and what was left out.

A step leads from a company to the next: the one that owns it or that it owns, or that shares a
person, an address, an account, a telephone or a mail domain with it. What more than a few share is
shown with its number, but not followed; so are auditors and liquidators. Who only belongs to one
company further away is not shown, unless it is at the end of a chain of owners.
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.network.members import MOST_MEMBERS
from screening.identity.network.sharing import PROFESSIONAL_ROLES, WEAKEST_TOLD
from screening.warehouse.exchange import as_table, to_polars

#: Companies shown, the nearest first and then those of the strongest ties.
MOST_COMPANIES = 80

#: Ties read of one step; a hub has a hundred thousand.
_MOST_READ = 20_000

#: Ultimate owners whose chains are shown even where they are further away than asked.
_MOST_CHAINS = 10

_TOUCHING = f"""
SELECT tie.from_node, tie.to_node, tie.kind, tie.role, tie.share_percent, tie.share_min_percent,
    tie.share_max_percent, tie.from_date, tie.to_date, tie.is_current, tie.confidence, tie.source,
    tie.ref
FROM identity.ties AS tie
JOIN asked_nodes AS asked ON asked.node = tie.{{end}}
ORDER BY tie.is_current DESC, tie.from_node, tie.to_node, tie.kind, tie.source, tie.ref, tie.role
LIMIT {_MOST_READ}
"""

_OWNERS = """
SELECT owner_node, owner_kind, share_percent, share_max_percent, steps, is_ultimate, is_told,
    confidence, path, refs
FROM identity.indirect_owners WHERE 'c:' || orgnr = $node
ORDER BY share_percent DESC NULLS LAST, steps NULLS LAST, owner_node
"""

_SHARED = (
    "SELECT * FROM identity.shared_ties WHERE node = $node ORDER BY strength DESC, other_node, via"
)


@dataclass(frozen=True)
class Surroundings:
    """Around one supplier.

    Attributes:
        centre: the supplier's node.
        nodes: node, step (companies: how far; others: of the nearest company they belong to),
            is_company, companies, current_companies, persons, strength, is_unusual, is_crowded (as
            ``identity.node_sizes``).
        ties: as ``identity.ties``, with strength (of sharing the thing; null for ownership between
            companies). Only between ``nodes``.
        owners: who is behind the supplier, as ``identity.indirect_owners``.
        shared: what it shares with whom, as ``identity.shared_ties``.
        more_companies: companies within the steps that are not shown.
    """

    centre: str
    nodes: pl.DataFrame
    ties: pl.DataFrame
    owners: pl.DataFrame
    shared: pl.DataFrame
    more_companies: int


def _is_company(node: str) -> pl.Expr:
    return pl.col(node).str.contains(r"^[cse]:")


def _touching(connection: duckdb.DuckDBPyConnection, nodes: pl.Series) -> pl.DataFrame:
    """Ties with one end among ``nodes``."""
    with as_table(connection, "asked_nodes", pl.DataFrame({"node": nodes.unique().sort()})):
        ends = [
            to_polars(connection.sql(_TOUCHING.format(end=end))) for end in ("from_node", "to_node")
        ]
    return pl.concat(ends).unique(maintain_order=True)


def _sizes(connection: duckdb.DuckDBPyConnection, nodes: pl.Series) -> pl.DataFrame:
    with as_table(connection, "asked_nodes", pl.DataFrame({"node": nodes.unique().sort()})):
        return to_polars(
            connection.sql(
                "SELECT node, companies, current_companies, persons, strength, is_unusual, "
                "is_crowded FROM identity.node_sizes JOIN asked_nodes USING (node) ORDER BY node"
            )
        )


def _ends(ties: pl.DataFrame, near: pl.Series) -> pl.DataFrame:
    """Node at the other end, per tie with an end among ``near``; is_professional of the tie."""
    is_professional = pl.col("role").is_in(list(PROFESSIONAL_ROLES)).fill_null(value=False)
    both = [
        ties.filter(pl.col(one).is_in(near.implode())).select(
            node=other, is_professional=is_professional & (pl.col("kind") == "officer")
        )
        for one, other in (("from_node", "to_node"), ("to_node", "from_node"))
    ]
    return (
        pl.concat(both)
        .group_by("node")
        .agg(pl.col("is_professional").all())
        .filter(~pl.col("node").is_in(near.implode()))
        .sort("node")
    )


def _followed(connection: duckdb.DuckDBPyConnection, things: pl.DataFrame) -> pl.DataFrame:
    """The things that lead on, with the strength of sharing them."""
    sizes = _sizes(connection, things["node"])
    return (
        things.filter(~pl.col("is_professional"))
        .join(sizes, on="node")
        .filter(pl.col("companies") + pl.col("persons") <= MOST_MEMBERS)
        .filter(pl.col("strength") >= WEAKEST_TOLD)
        .select("node", "strength")
    )


@dataclass(frozen=True)
class _Step:
    """The companies one step on (node, strength), and the ties that lead there."""

    companies: pl.DataFrame
    ties: pl.DataFrame


def _step(connection: duckdb.DuckDBPyConnection, companies: pl.Series) -> _Step:
    ties = _touching(connection, companies)
    ends = _ends(ties, companies)
    direct = ends.filter(_is_company("node"), ~pl.col("is_professional"))
    things = _followed(connection, ends.filter(~_is_company("node")))
    onward = _touching(connection, things["node"]) if things.height else ties.clear()
    pairs = [
        onward.select(thing=one, node=other)
        for one, other in (("from_node", "to_node"), ("to_node", "from_node"))
    ]
    shared = (
        pl.concat(pairs)
        .join(things.rename({"node": "thing"}), on="thing")
        .filter(_is_company("node"))
        .select("node", "strength")
    )
    found = (
        pl.concat([direct.select("node", strength=pl.lit(1.0)), shared])
        .group_by("node")
        .agg(pl.col("strength").max())
        .filter(~pl.col("node").is_in(companies.implode()))
    )
    return _Step(found, pl.concat([ties, onward]).unique(maintain_order=True))


def _leading_on(connection: duckdb.DuckDBPyConnection, companies: pl.Series) -> pl.Series:
    """Of the companies, those that are no hubs themselves, such as an owner of hundreds."""
    hubs = _sizes(connection, companies).filter(pl.col("companies") > MOST_MEMBERS)
    return companies.filter(~companies.is_in(hubs["node"].implode()))


def surroundings(connection: duckdb.DuckDBPyConnection, centre: str, steps: int) -> Surroundings:
    """Nodes and ties within ``steps`` companies of ``centre`` (a supplier's node)."""
    owners = to_polars(connection.sql(_OWNERS, params={"node": centre}))
    shared = to_polars(connection.sql(_SHARED, params={"node": centre}))
    chains = (
        owners.filter("is_ultimate")
        .head(_MOST_CHAINS)
        .select(node=pl.col("path").explode())
        .drop_nulls()
        .unique()
        .sort("node")
    )
    near = pl.DataFrame({"node": [centre], "step": [0], "strength": [1.0]})
    gathered: list[pl.DataFrame] = []
    front, more = pl.Series("node", [centre]), 0
    for number in range(1, steps + 1):
        step = _step(connection, front)
        gathered.append(step.ties)
        new = step.companies.join(near, on="node", how="anti").sort(
            "strength", "node", descending=[True, False]
        )
        room = max(0, MOST_COMPANIES - near.height)
        more += max(0, new.height - room)
        near = pl.concat(
            [
                near,
                new.head(room).select("node", pl.lit(number, pl.Int64).alias("step"), "strength"),
            ]
        )
        front = _leading_on(connection, new.head(room)["node"])
        if front.is_empty():
            break
    behind = chains.filter(_is_company("node")).join(near, on="node", how="anti")
    near = pl.concat([near, behind.with_columns(step=pl.lit(steps + 1, pl.Int64), strength=1.0)])
    if chains.height:
        gathered.append(_touching(connection, chains["node"]))
    ties = pl.concat(gathered).unique(maintain_order=True)
    return _drawn(connection, centre, near, ties, chains["node"], owners, shared, more)


def _drawn(
    connection: duckdb.DuckDBPyConnection,
    centre: str,
    near: pl.DataFrame,
    ties: pl.DataFrame,
    chains: pl.Series,
    owners: pl.DataFrame,
    shared: pl.DataFrame,
    more: int,
) -> Surroundings:
    """The part to show: the companies, and the things of the centre or that join two of them."""
    companies = near["node"]
    is_near = {end: pl.col(end).is_in(companies.implode()) for end in ("from_node", "to_node")}
    held = pl.concat(
        [
            ties.filter(is_near["from_node"], ~_is_company("to_node")).select(
                thing="to_node", company="from_node"
            ),
            ties.filter(is_near["to_node"], ~_is_company("from_node")).select(
                thing="from_node", company="to_node"
            ),
        ]
    ).unique()
    things = held.group_by("thing").agg(
        joined=pl.col("company").n_unique(), is_mine=(pl.col("company") == centre).any()
    )
    kept = things.filter(
        pl.col("is_mine") | (pl.col("joined") >= 2) | pl.col("thing").is_in(chains.implode())
    )
    steps = (
        held.join(near.select(company="node", step="step"), on="company")
        .group_by(node="thing")
        .agg(pl.col("step").min())
    )
    # Persons who have one of the same addresses or accounts, such as our own staff.
    beside = (
        ties.filter(pl.col("from_node").str.starts_with("p:"), ~_is_company("to_node"))
        .join(kept, left_on="to_node", right_on="thing")
        .join(steps, left_on="to_node", right_on="node")
        .group_by(node="from_node")
        .agg(pl.col("step").min())
    )
    others = (
        pl.concat([kept.select(node="thing").join(steps, on="node"), beside.select("node", "step")])
        .group_by("node")
        .agg(pl.col("step").min())
    )
    nodes = pl.concat(
        [
            near.select("node", "step", is_company=pl.lit(value=True)),
            others.select("node", "step", is_company=pl.lit(value=False)),
        ]
    )
    sizes = _sizes(connection, nodes["node"])
    shown = nodes.join(sizes, on="node", how="left")
    inside = [pl.col(end).is_in(nodes["node"].implode()) for end in ("from_node", "to_node")]
    thing = pl.when(_is_company("from_node")).then("to_node").otherwise("from_node")
    drawn = (
        ties.filter(*inside)
        .with_columns(thing=thing)
        .join(sizes.select(thing="node", strength="strength"), on="thing", how="left")
        .drop("thing")
        .sort("from_node", "to_node", "kind", "source", "ref", "role")
    )
    return Surroundings(
        centre, shown.sort("step", "is_company", "node", descending=[False, True, False]), drawn,
        owners, shared, more,
    )  # fmt: skip
