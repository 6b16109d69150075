"""Which companies are tied to which, by all that they share and own, at one step and at two.

Two companies at two steps are tied by way of a third, the bridge. A company that very many are tied
to is no bridge: it says nothing of those.
"""

import duckdb

from screening.identity.network.sharing import WEAKEST_TOLD
from screening.warehouse.connection import has_rows

#: A company that more suppliers than this are tied to is no bridge between them.
_MOST_BRIDGED = 200

#: ``new_near``: each company looked at and those next to it: what they share, and who owns whom.
_NEAR = """
CREATE OR REPLACE TEMP TABLE new_near AS
WITH direct AS (
    SELECT from_node AS one, to_node AS two, confidence, ref,
        CASE WHEN kind = 'owner' THEN coalesce(share_percent, share_min_percent, 25) / 100
            ELSE 0.9 END AS strength
    FROM identity.ties
    WHERE is_current AND kind IN ('owner', 'officer') AND from_node LIKE 'c:%'
        AND to_node LIKE 'c:%' AND from_node <> to_node AND role IS DISTINCT FROM 'revisor'
        AND ({one} OR {two})
), told AS (
    SELECT node, other_node, strength * confidence AS strength, via_kind AS kind, ref, other_ref
    FROM identity.shared_ties
    WHERE is_current AND other_node NOT LIKE 'p:%' AND {node}
    UNION ALL
    SELECT one AS node, two, strength * confidence, 'ownership', ref, NULL FROM direct
    WHERE one IN (FROM identity_network.companies) AND {node}
    UNION ALL
    SELECT two AS node, one, strength * confidence, 'ownership', ref, NULL FROM direct
    WHERE two IN (FROM identity_network.companies) AND {node}
)
SELECT node, other_node,
    round(1 - product(1 - least(strength, 1.0)), 6) AS strength,
    list_sort(list(DISTINCT kind)) AS kinds,
    list_sort(list_distinct(flatten([list(ref), list(other_ref)]))) AS refs
FROM (SELECT * FROM told ORDER BY ALL)
GROUP BY node, other_node
"""

_COMPANY_TIES = f"""
INSERT INTO identity.company_ties
WITH mine AS (
    FROM identity_network.near WHERE {{tied}}
), bridge AS (
    SELECT other_node AS bridge FROM identity_network.near
    WHERE other_node IN (SELECT other_node FROM mine)
    GROUP BY other_node HAVING count(*) <= {_MOST_BRIDGED}
), over AS (
    SELECT one.node, two.node AS other_node, one.other_node AS bridge,
        round(one.strength * two.strength, 6) AS strength,
        list_sort(list_distinct(list_concat(one.kinds, two.kinds))) AS kinds,
        list_sort(list_distinct(list_concat(one.refs, two.refs))) AS refs
    FROM mine AS one
    JOIN bridge ON bridge.bridge = one.other_node
    JOIN identity_network.near AS two
        ON two.other_node = one.other_node AND two.node <> one.node
    LEFT JOIN mine AS next ON next.node = one.node AND next.other_node = two.node
    WHERE next.node IS NULL
), best AS (
    SELECT * FROM over WHERE strength >= {WEAKEST_TOLD}
    QUALIFY row_number() OVER (PARTITION BY node, other_node ORDER BY strength DESC, bridge) = 1
)
SELECT node, other_node, 1 AS distance, NULL::VARCHAR AS bridge, strength, kinds, refs
FROM mine WHERE strength >= {WEAKEST_TOLD}
UNION ALL
SELECT node, other_node, 2, bridge, strength, kinds, refs FROM best
"""

#: ``touched_near``: companies whose ties to those next to them may be others than last time.
_TOUCH_NEAR = """
CREATE OR REPLACE TEMP TABLE touched_near AS
SELECT node FROM changed_shared
UNION SELECT node FROM changed_companies
UNION SELECT unnest([from_node, to_node]) FROM changed_ties
    WHERE kind IN ('owner', 'officer') AND from_node LIKE 'c:%' AND to_node LIKE 'c:%'
"""

#: ``touched_tied``: those, and all that are next to a company that they came to or left.
_REPLACE_NEAR = f"""
CREATE OR REPLACE TEMP TABLE old_near AS
    FROM identity_network.near WHERE node IN (FROM touched_near);
CREATE OR REPLACE TEMP TABLE changed_near AS
SELECT DISTINCT coalesce(old.node, new.node) AS node,
    coalesce(old.other_node, new.other_node) AS other_node
FROM (SELECT hash(near) AS line, node, other_node FROM old_near AS near) AS old
FULL JOIN (SELECT hash(near) AS line, node, other_node FROM new_near AS near) AS new USING (line)
WHERE old.node IS NULL OR new.node IS NULL;
DELETE FROM identity_network.near WHERE node IN (FROM touched_near);
INSERT INTO identity_network.near FROM new_near;
CREATE OR REPLACE TEMP TABLE touched_tied AS
WITH bridge AS (
    SELECT other_node, count(*) AS changed FROM changed_near GROUP BY other_node
), counted AS (
    SELECT other_node, count(*) AS n FROM identity_network.near
    SEMI JOIN bridge USING (other_node) GROUP BY other_node
), may_bridge AS (
    SELECT other_node FROM counted JOIN bridge USING (other_node)
    WHERE n - changed <= {_MOST_BRIDGED}
)
SELECT node FROM changed_near
UNION SELECT node FROM identity_network.near SEMI JOIN may_bridge USING (other_node);
DELETE FROM identity.company_ties WHERE node IN (FROM touched_tied)
"""

_EVERYTHING = {"one": "true", "two": "true", "node": "true", "tied": "true"}
_TOUCHED = {
    "one": "from_node IN (FROM touched_near)",
    "two": "to_node IN (FROM touched_near)",
    "node": "node IN (FROM touched_near)",
    "tied": "node IN (FROM touched_tied)",
}
_TEMPORARY = ("new_near", "touched_near", "old_near", "changed_near", "touched_tied")


def tie_all_companies(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.company_ties`` anew, and ``identity_network.near``, from which it follows.

    company_ties: node, other_node, distance (1; 2 is between companies looked at, by way of
    ``bridge``), strength (1 less the product of what each tie leaves open; along two steps, the
    product), kinds, refs. Ties of the day only.
    """
    connection.execute(_NEAR.format(**_EVERYTHING))
    if has_rows(connection, "FROM new_near"):
        connection.execute("INSERT INTO identity_network.near FROM new_near")
        connection.execute(_COMPANY_TIES.format(**_EVERYTHING))
    connection.execute("DROP TABLE temp.new_near")


def tie_changed_companies(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring ``identity.company_ties`` up to date.

    Needs ``changed_ties``, ``changed_shared`` and ``changed_companies``.
    """
    connection.execute(_TOUCH_NEAR)
    if has_rows(connection, "FROM touched_near"):
        connection.execute(_NEAR.format(**_TOUCHED))
        connection.execute(_REPLACE_NEAR)
        connection.execute(_COMPANY_TIES.format(**_TOUCHED))
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))
