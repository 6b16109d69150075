"""Who is behind whom, written as tables: of all companies, or of those below what changed."""

import duckdb

from screening.identity.network.owning import group_rows, ownership
from screening.warehouse.connection import has_rows
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

#: ``touched_owned``: what a changed tie is to, what is owned by an owner of whom another kind may
#: be told, and who is looked at only now or no longer.
_TOUCHED_OWNED = """
CREATE OR REPLACE TEMP TABLE touched_owned AS
WITH changed AS (FROM changed_ties WHERE kind = 'owner')
SELECT to_node AS node FROM changed
UNION SELECT 'c:' || orgnr FROM identity.indirect_owners
    WHERE owner_node IN (SELECT from_node FROM changed WHERE from_node NOT LIKE 'p:%')
UNION FROM changed_companies
"""

#: ``below``: those, and all that they own: whose owners may be others than last time. ``behind``:
#: all that is behind these.
_BELOW = f"""
CREATE OR REPLACE TEMP TABLE owning AS SELECT from_node, to_node FROM identity.ties
    WHERE {_IN_FORCE};
CREATE OR REPLACE TEMP TABLE below AS
WITH RECURSIVE found AS (
    FROM touched_owned
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
    UNION ALL SELECT parent, head FROM identity_network.controls WHERE head <> parent
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
    if not has_rows(connection, f"FROM identity.ties WHERE {_IN_FORCE}"):
        return
    _own(connection, _EVERYTHING)
    controlled = to_polars(connection.sql("FROM identity_network.controls"))
    with as_table(connection, "told_groups", group_rows(controlled)):
        connection.execute("INSERT INTO identity.groups FROM told_groups")


def own_changed(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the tables of ``own_all`` up to date.

    What is behind a company decides all that is told of it, so a changed tie touches what is owned
    by it and what that owns. Needs ``changed_ties`` and ``changed_companies``.
    """
    connection.execute(_TOUCHED_OWNED)
    if has_rows(connection, "FROM touched_owned"):
        connection.execute(_BELOW)
        connection.execute(_LEAVE)
        _own(connection, _TOUCHED)
        connection.execute(_TOUCHED_HEADS)
        controlled = to_polars(connection.sql(_CONTROLLED))
        with as_table(connection, "told_groups", group_rows(controlled)):
            connection.execute(_GROUPS)
    for name in ("touched_owned", "below", "behind", "touched_heads"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
