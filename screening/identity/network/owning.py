"""Who is behind whom, written as tables: indirect owners, groups, and how each chain ends."""

from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.network.control import groups
from screening.identity.network.graph import Graph, graph_of
from screening.identity.network.holdings import Holdings, direct_holdings
from screening.identity.network.indirect import Indirect, indirect_owners
from screening.warehouse.exchange import as_table, to_polars

_ROWS = """
SELECT from_node AS owner, to_node AS owned, share_percent, share_min_percent, share_max_percent,
    role AS interest, is_direct, is_beneficial_owner, from_date, confidence, ref
FROM identity.ties WHERE kind = 'owner' AND is_current
"""

_KINDS = """
SELECT from_node AS owner, coalesce(min(owner_type), 'company') AS owner_kind
FROM identity.ties WHERE kind = 'owner' GROUP BY from_node
"""

_PERCENT = 6


@dataclass(frozen=True)
class Ownership:
    """The tables as frames; see ``write_ownership``."""

    owners: pl.DataFrame
    groups: pl.DataFrame
    companies: pl.DataFrame
    loops: pl.DataFrame


def _percent(share: pl.Expr) -> pl.Expr:
    return (share * 100).round(_PERCENT)


def _with_told(found: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Owners found by following links, and those said to own through others.

    Who is said to own more than the known links add up to, owns what is said.
    """
    said = told.select(
        "owner", "owned", said_least="least", said_most="most", said_confidence="confidence",
        said_ref="ref",
    )  # fmt: skip
    both = found.join(
        said, left_on=["company", "owner"], right_on=["owned", "owner"], how="full", coalesce=True
    )
    is_more = pl.col("said_least").fill_null(-1.0) > pl.col("least").fill_null(-2.0)
    only_said = pl.col("least").is_null()
    return both.select(
        "company",
        "owner",
        least=pl.when(is_more).then("said_least").otherwise("least"),
        most=pl.when(only_said)
        .then("said_most")
        .otherwise(pl.max_horizontal("most", pl.when(is_more).then("said_least"))),
        steps="steps",
        confidence=pl.when(is_more).then("said_confidence").otherwise("confidence"),
        path=pl.col("path"),
        refs=pl.when(only_said)
        .then(pl.concat_list("said_ref"))
        .when(is_more)
        .then(pl.concat_list("refs", "said_ref"))
        .otherwise("refs"),
        is_told=only_said | is_more,
    )


def _owner_rows(indirect: Indirect, holdings: Holdings, kinds: pl.DataFrame) -> pl.DataFrame:
    told = holdings.told.filter(pl.col("owned").str.starts_with("c:"))
    links = holdings.links
    told = told.join(links, on=["owner", "owned"], how="anti")
    owned = links.select(owner="owned").unique().with_columns(has_owners=pl.lit(value=True))
    least = pl.col("least")
    return (
        _with_told(indirect.owners, told)
        .join(owned, on="owner", how="left")
        .join(kinds, on="owner", how="left")
        .select(
            orgnr=pl.col("company").str.strip_prefix("c:"),
            owner_node="owner",
            owner_kind=pl.when(pl.col("owner").str.starts_with("p:"))
            .then(pl.lit("person"))
            .otherwise(pl.col("owner_kind").fill_null("company")),
            share_percent=_percent(pl.when(least > 0).then(least)),
            share_max_percent=_percent(pl.col("most")),
            steps=pl.col("steps").cast(pl.Int32),
            is_ultimate=pl.col("owner").str.starts_with("p:") | pl.col("has_owners").is_null(),
            is_told="is_told",
            confidence=pl.col("confidence").round(_PERCENT),
            path="path",
            refs="refs",
        )
        .sort("orgnr", "owner_node")
    )


def _group_rows(graph: Graph) -> pl.DataFrame:
    told = groups(graph)
    size = pl.len().cast(pl.Int64)
    is_company = ~pl.col("node").str.starts_with("p:")
    return (
        told.with_columns(
            group_companies=size.over("parent"),
            head_companies=(size - is_company.not_().sum()).over("head").cast(pl.Int64),
        )
        .filter(pl.col("node").str.starts_with("c:"))
        .select(
            orgnr=pl.col("node").str.strip_prefix("c:"),
            group_id="parent",
            group_companies="group_companies",
            controller_node="controller",
            head_node="head",
            head_companies="head_companies",
        )
        .sort("orgnr")
    )


def _company_rows(
    owners: pl.DataFrame, holdings: Holdings, indirect: Indirect, asked: pl.DataFrame
) -> pl.DataFrame:
    """How the ownership of each company ends."""
    share = pl.col("share_percent").fill_null(0.0)
    is_end, is_person = pl.col("is_ultimate"), pl.col("owner_kind").is_in(["person", "state"])
    ends = owners.group_by("orgnr").agg(
        owners=(pl.col("steps") == 1).sum().cast(pl.Int64),
        persons=(is_person & is_end).sum().cast(pl.Int64),
        persons_percent=share.filter(is_person & is_end).sum().clip(0, 100).round(_PERCENT),
        nowhere_percent=share.filter(~is_person & is_end).sum().clip(0, 100).round(_PERCENT),
        nowhere=(~is_person & is_end).sum().cast(pl.Int64),
        longest_chain=pl.col("steps").max().cast(pl.Int64),
        told_persons=(is_person & pl.col("is_told")).sum().cast(pl.Int64),
    )
    noted = pl.concat([holdings.notes, indirect.notes])
    values = {
        name: noted.filter(note=name).select(
            orgnr=pl.col("node").str.strip_prefix("c:"), **{column: _percent(pl.col("value"))}
        )
        for name, column in (("own_shares", "own_percent"), ("over_100", "told_percent"))
    }
    cut = (
        indirect.notes.filter(pl.col("note").is_in(["long_chain", "wide_net"]))
        .select(orgnr=pl.col("node").str.strip_prefix("c:"), is_cut=pl.lit(value=True))
        .unique()
    )
    loops = indirect.loops.with_columns(loop_companies=pl.len().over("loop").cast(pl.Int64)).select(
        orgnr=pl.col("node").str.strip_prefix("c:"),
        loop_node="loop",
        loop_companies="loop_companies",
    )
    return (
        asked.select(orgnr=pl.col("node").str.strip_prefix("c:"))
        .join(ends, on="orgnr", how="left")
        .filter(pl.col("owners").is_not_null())
        .join(loops, on="orgnr", how="left")
        .join(values["own_shares"], on="orgnr", how="left")
        .join(values["over_100"], on="orgnr", how="left")
        .join(cut, on="orgnr", how="left")
        .with_columns(
            is_on_loop=pl.col("loop_node").is_not_null(),
            is_cut=pl.col("is_cut").fill_null(value=False),
        )
        .sort("orgnr")
    )


def ownership(rows: pl.DataFrame, kinds: pl.DataFrame, companies: pl.DataFrame) -> Ownership:
    """Owners behind ``companies`` (node), and the groups of all companies in ``rows``."""
    holdings = direct_holdings(rows)
    graph = graph_of(holdings.links)
    indirect = indirect_owners(graph, companies["node"])
    told = Holdings(
        holdings.links,
        holdings.told.join(companies.select(owned="node"), on="owned", how="semi"),
        holdings.notes,
    )
    owners = _owner_rows(indirect, told, kinds)
    return Ownership(
        owners,
        _group_rows(graph),
        _company_rows(owners, holdings, indirect, companies),
        indirect.loops.select("node", loop_node="loop").sort("node"),
    )


def write_ownership(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.indirect_owners``, ``groups``, ``ownership`` and ``loop_companies``.

    - indirect_owners: orgnr, owner_node, owner_kind (person, company, arrangement, state,
      unknown), share_percent (the least it can be, over all paths; null where nothing is told),
      share_max_percent, steps (fewest links; null where only said), is_ultimate (nobody is known
      behind it), is_told (said to own through others, or more than the links add up to),
      confidence, path (nodes, owner first), refs. Of
      the companies looked at (``network_companies``).
    - groups: orgnr, group_id (the node of the top company of the group), group_companies,
      controller_node, head_node (maybe a person), head_companies.
    - ownership: orgnr, owners (direct), persons, persons_percent (of ultimate persons and states),
      nowhere, nowhere_percent (of others that nobody is known behind), longest_chain,
      told_persons, loop_node, loop_companies, own_percent (of itself), told_percent (sum of the
      direct shares, where over 100), is_cut (too long or wide to follow to the end), is_on_loop.
    - loop_companies: node, loop_node: who is on loops, of all that was followed.
    """
    companies = to_polars(
        connection.sql("SELECT node FROM network_companies WHERE node LIKE 'c:%' ORDER BY node")
    )
    told = ownership(to_polars(connection.sql(_ROWS)), to_polars(connection.sql(_KINDS)), companies)
    for name, frame in (
        ("indirect_owners", told.owners), ("groups", told.groups), ("ownership", told.companies),
        ("loop_companies", told.loops),
    ):  # fmt: skip
        with as_table(connection, "told_frame", frame):
            connection.execute(
                f"CREATE OR REPLACE TABLE identity.{name} AS SELECT * FROM told_frame"
            )
