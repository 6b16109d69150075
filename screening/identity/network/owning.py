"""Who is behind whom, as frames: indirect owners, groups, and how each chain ends."""

from dataclasses import dataclass

import polars as pl

from screening.identity.network.control import controls, groups
from screening.identity.network.graph import graph_of
from screening.identity.network.holdings import Holdings, direct_holdings
from screening.identity.network.indirect import Indirect, indirect_owners

_PERCENT = 6


@dataclass(frozen=True)
class Ownership:
    """The tables as frames; see ``owning_tables.own_all``. ``controls`` as in ``control.py``."""

    owners: pl.DataFrame
    controls: pl.DataFrame
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


def group_rows(controlled: pl.DataFrame) -> pl.DataFrame:
    """The table ``groups`` from rows of ``control.controls``."""
    size = pl.len().cast(pl.Int64)
    return (
        groups(controlled)
        .with_columns(group_companies=size.over("parent"), head_companies=size.over("head"))
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


def _loop_rows(indirect: Indirect, asked: pl.DataFrame) -> pl.DataFrame:
    """The loops on which one of the companies looked at is."""
    return (
        indirect.loops.filter(pl.col("node").is_in(asked["node"].implode()).any().over("loop"))
        .select("node", loop_node="loop")
        .sort("node")
    )


def ownership(rows: pl.DataFrame, kinds: pl.DataFrame, companies: pl.DataFrame) -> Ownership:
    """Owners behind ``companies`` (node), and who controls whom of all in ``rows``."""
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
        controls(graph),
        _company_rows(owners, holdings, indirect, companies),
        _loop_rows(indirect, companies),
    )
