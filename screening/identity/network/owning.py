"""Who is behind whom, written as tables: indirect owners, groups, and how each chain ends."""

from dataclasses import dataclass

import duckdb
import polars as pl

from screening.identity.network.control import controls, groups
from screening.identity.network.graph import graph_of
from screening.identity.network.holdings import Holdings, direct_holdings
from screening.identity.network.indirect import Indirect, indirect_owners
from screening.warehouse.exchange import as_table, to_polars

#: Ties that count as owning on the day.
_IN_FORCE = "kind = 'owner' AND is_current"

_ROWS = f"""
SELECT from_node AS owner, to_node AS owned, share_percent, share_min_percent, share_max_percent,
    role AS interest, is_direct, is_beneficial_owner, from_date, confidence, ref
FROM identity.ties WHERE {_IN_FORCE} AND {{to_node}}
"""

_KINDS = """
SELECT from_node AS owner, coalesce(min(owner_type), 'company') AS owner_kind
FROM identity.ties WHERE kind = 'owner' AND {from_node} GROUP BY from_node
"""

_PERCENT = 6


@dataclass(frozen=True)
class Ownership:
    """The tables as frames; see ``own_all``. ``controls`` as in ``control.py``."""

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


#: ``below``: whose owners, direct or indirect, may be others than last time: what a changed tie is
#: to and what that owns, and what is owned by an owner of whom another kind is told.
_BELOW = f"""
CREATE OR REPLACE TEMP TABLE owning AS SELECT from_node, to_node FROM identity.ties
    WHERE {_IN_FORCE};
CREATE OR REPLACE TEMP TABLE below AS
WITH RECURSIVE changed AS (FROM changed_ties WHERE kind = 'owner'), found AS (
    SELECT node FROM (
        SELECT to_node AS node FROM changed
        UNION SELECT 'c:' || orgnr FROM identity.indirect_owners
            WHERE owner_node IN (SELECT from_node FROM changed WHERE from_node NOT LIKE 'p:%')
        UNION FROM changed_companies
    )
    UNION
    SELECT owning.to_node FROM found JOIN owning ON owning.from_node = found.node
)
FROM found;
CREATE OR REPLACE TEMP TABLE behind AS
WITH RECURSIVE found AS (
    FROM below
    UNION
    SELECT owning.from_node FROM found JOIN owning ON owning.to_node = found.node
)
FROM found;
DROP TABLE temp.owning
"""

_LEAVE = """
CREATE OR REPLACE TEMP TABLE old_controls AS
    FROM identity_network.controls WHERE node IN (FROM below);
DELETE FROM identity.indirect_owners WHERE 'c:' || orgnr IN (FROM below);
DELETE FROM identity.ownership WHERE 'c:' || orgnr IN (FROM below);
DELETE FROM identity.loop_companies WHERE node IN (FROM below);
DELETE FROM identity_network.controls WHERE node IN (FROM below)
"""

#: ``touched_heads``: tops of groups and heads of which a company has come or gone, or another
#: decides in one, with all that have a company in common with one of these.
_TOUCHED_HEADS = """
CREATE OR REPLACE TEMP TABLE touched_heads AS
WITH RECURSIVE fresh AS (
    FROM identity_network.controls WHERE node IN (FROM below)
), moved AS (
    (FROM old_controls EXCEPT FROM fresh) UNION ALL (FROM fresh EXCEPT FROM old_controls)
), asked AS (
    SELECT unnest([node, controller, by_entity, head, parent]) AS node FROM moved
), pair AS (
    SELECT head AS one, parent AS other FROM identity_network.controls WHERE head <> parent
    UNION SELECT parent, head FROM identity_network.controls WHERE head <> parent
), found AS (
    SELECT node FROM asked WHERE node IS NOT NULL
    UNION SELECT unnest([control.head, control.parent])
        FROM identity_network.controls AS control SEMI JOIN asked USING (node)
    UNION
    SELECT pair.other FROM found JOIN pair ON pair.one = found.node
)
FROM found;
DROP TABLE temp.old_controls
"""

_CONTROLLED = """
FROM identity_network.controls
WHERE head IN (FROM touched_heads) OR parent IN (FROM touched_heads)
"""

_GROUPS = """
DELETE FROM identity.groups
    WHERE group_id IN (FROM touched_heads) OR head_node IN (FROM touched_heads);
INSERT INTO identity.groups FROM told_groups
"""

_WANTED = """
SELECT node FROM identity_network.companies WHERE node LIKE 'c:%' AND {node} ORDER BY node
"""

_EVERYTHING = dict.fromkeys(
    (
        "to_node", "from_node", "node", "identity.indirect_owners", "identity.ownership",
        "identity.loop_companies", "identity_network.controls",
    ),
    "true",
)  # fmt: skip
#: What is behind the touched companies is read, and only of them something is written.
_TOUCHED = {
    "to_node": "to_node IN (FROM behind)",
    "from_node": "from_node IN (FROM behind)",
    "node": "node IN (FROM below)",
    "identity.indirect_owners": "true",
    "identity.ownership": "true",
    "identity.loop_companies": "node IN (FROM below)",
    "identity_network.controls": "node IN (FROM below)",
}


def _own(connection: duckdb.DuckDBPyConnection, which: dict[str, str]) -> None:
    rows, kinds, companies = (
        to_polars(connection.sql(query.format(**which))) for query in (_ROWS, _KINDS, _WANTED)
    )
    told = ownership(rows, kinds, companies)
    for name, frame in (
        ("identity.indirect_owners", told.owners), ("identity.ownership", told.companies),
        ("identity.loop_companies", told.loops), ("identity_network.controls", told.controls),
    ):  # fmt: skip
        with as_table(connection, "told_frame", frame):
            connection.execute(f"INSERT INTO {name} BY NAME FROM told_frame WHERE {which[name]}")


def own_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.indirect_owners``, ``groups``, ``ownership`` and ``loop_companies`` anew.

    - indirect_owners: orgnr, owner_node, owner_kind (person, company, arrangement, state,
      unknown), share_percent (the least it can be, over all paths; null where nothing is told),
      share_max_percent, steps (fewest links; null where only said), is_ultimate (nobody is known
      behind it), is_told (said to own through others, or more than the links add up to),
      confidence, path (nodes, owner first), refs. Of
      the companies looked at (``identity_network.companies``).
    - groups: orgnr, group_id (the node of the top company of the group), group_companies,
      controller_node, head_node (maybe a person), head_companies.
    - ownership: orgnr, owners (direct), persons, persons_percent (of ultimate persons and states),
      nowhere, nowhere_percent (of others that nobody is known behind), longest_chain,
      told_persons, loop_node, loop_companies, own_percent (of itself), told_percent (sum of the
      direct shares, where over 100), is_cut (too long or wide to follow to the end), is_on_loop.
    - loop_companies: node, loop_node: who is on the loops that a company looked at is on.
    """
    _own(connection, _EVERYTHING)
    controlled = to_polars(connection.sql("FROM identity_network.controls"))
    with as_table(connection, "told_groups", group_rows(controlled)):
        connection.execute("INSERT INTO identity.groups FROM told_groups")


def own_changed(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the tables of ``own_all`` up to date.

    What is behind a company decides all that is told of it, so a changed tie touches what is owned
    by it and what that owns. Needs ``changed_ties`` and ``changed_companies``.
    """
    connection.execute(_BELOW)
    if connection.execute("SELECT count(*) FROM below").fetchall() != [(0,)]:
        connection.execute(_LEAVE)
        _own(connection, _TOUCHED)
        connection.execute(_TOUCHED_HEADS)
        controlled = to_polars(connection.sql(_CONTROLLED))
        with as_table(connection, "told_groups", group_rows(controlled)):
            connection.execute(_GROUPS)
        connection.execute("DROP TABLE temp.touched_heads")
    connection.execute("DROP TABLE temp.below; DROP TABLE temp.behind")
