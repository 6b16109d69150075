"""Who shares what with whom, and how much that says.

An address, account, person or mail domain that two companies share ties them the less, the more
others share it: of an accountant's address or an auditor hundreds of companies have, it says
nothing. The strength of a tie is one number between 0 and 1:

    strength = (what the kind can say at most) / (how many others share it)

where "others" are all companies of the whole register (and persons of whom we know) that have it,
but the first. Two companies with one bank account: 1.0; five at one street door: 0.6 / 4 = 0.15.
"""

import duckdb

from screening.identity.network.gathering import MOST_MEMBERS

#: What a tie through each kind of thing says where nobody else shares it. An account is somebody's
#: alone; a door may be a house of offices; a box or a care-of address is whoever empties it.
SAYS_AT_MOST = {
    "account": 1.0,
    "owner": 1.0,
    "officer": 0.9,
    "phone": 0.8,
    "door": 0.6,
    "domain": 0.6,
    "box": 0.4,
    "care_of": 0.2,
}

#: From this strength on a tie is unusual: two on three of an account's five sharers, two to four
#: at one door.
UNUSUAL_FROM = 0.2

#: Roles that people have in companies by profession: no tie between these.
PROFESSIONAL_ROLES = ("revisor", "likvidator")

#: Companies at two steps are told while this much of the tie is left.
WEAKEST_TOLD = 0.1

#: From so many companies on an address is an office house, an address for hire, or a mailbox.
CROWDED_FROM = 20

#: A company that more suppliers than this are tied to is no bridge between them.
_MOST_BRIDGED = 200


def _cases() -> str:
    whens = " ".join(f"WHEN '{kind}' THEN {most}" for kind, most in SAYS_AT_MOST.items())
    return f"CASE via_kind {whens} END"


_PROFESSIONALS = ", ".join(f"'{role}'" for role in PROFESSIONAL_ROLES)

#: ``holders``: who has what that can be shared. One row per holder and thing.
_HOLDERS = f"""
CREATE OR REPLACE TEMP TABLE holders AS
WITH told AS (
    SELECT to_node AS holder, from_node AS via,
        CASE WHEN kind = 'officer' THEN 'officer' ELSE 'owner' END AS via_kind, * EXCLUDE (kind)
    FROM identity.ties
    WHERE kind IN ('owner', 'officer') AND from_node <> to_node
        AND NOT (kind = 'officer' AND role IN ({_PROFESSIONALS}))
        -- A kind of owner that nobody is told of behind is shared by all that have none.
        AND owner_type IS DISTINCT FROM 'unknown'
    UNION ALL
    SELECT from_node, to_node, CASE WHEN kind = 'address' THEN role ELSE kind END, * EXCLUDE (kind)
    FROM identity.ties
    WHERE kind IN ('address', 'account', 'phone', 'domain')
)
SELECT holder, via,
    -- Who both owns and leads shares as an owner.
    max(via_kind) AS via_kind,
    CASE WHEN count(*) = count(from_date) THEN min(from_date) END AS from_date,
    CASE WHEN count(*) = count(to_date) THEN max(to_date) END AS to_date,
    bool_or(is_current) AS is_current, max(confidence) AS confidence,
    bool_or(role IS NOT DISTINCT FROM 'factoring') AS is_factoring,
    arg_min(ref, {{'past': NOT is_current, 'ref': ref}}) AS ref
FROM told
GROUP BY holder, via
"""

_NODE_SIZES = f"""
CREATE OR REPLACE TABLE identity.node_sizes AS
WITH registered AS (
    SELECT 'a:' || form AS node, 'c:' || orgnr AS holder, bool_or(is_registered) AS is_current
    FROM address_members GROUP BY form, orgnr
), everyone AS (
    SELECT node, holder, is_current FROM registered
    UNION ALL
    SELECT holders.via, holders.holder, holders.is_current
    FROM holders ANTI JOIN registered
        ON registered.node = holders.via AND registered.holder = holders.holder
), counted AS (
    SELECT node,
        count(*) FILTER (WHERE holder NOT LIKE 'p:%') AS companies,
        count(*) FILTER (WHERE holder NOT LIKE 'p:%' AND is_current) AS current_companies,
        count(*) FILTER (WHERE holder LIKE 'p:%') AS persons
    FROM everyone GROUP BY node
), told AS (
    SELECT via AS node, min(via_kind) AS via_kind, bool_or(is_factoring) AS is_factoring
    FROM holders GROUP BY via
), sized AS (
    SELECT told.node, told.via_kind, told.is_factoring, counted.companies,
        counted.current_companies, counted.persons
    FROM told JOIN counted USING (node)
)
SELECT
    node,
    CASE substr(node, 1, 1) WHEN 'a' THEN via_kind WHEN 'p' THEN 'person' WHEN 'c' THEN 'company'
        WHEN 'e' THEN 'other_owner' ELSE via_kind END AS kind,
    companies, current_companies, persons,
    CASE WHEN is_factoring THEN 0.0
        ELSE round({_cases()} / greatest(companies + persons - 1, 1), 6) END AS strength,
    companies + persons >= 2 AND strength >= {UNUSUAL_FROM} AS is_unusual,
    substr(node, 1, 1) = 'a' AND current_companies >= {CROWDED_FROM} AS is_crowded
FROM sized ORDER BY node
"""

#: Pairs of a company looked at and whoever shares something with it. What very many share makes
#: no pairs.
_SHARED_TIES = f"""
CREATE OR REPLACE TABLE identity.shared_ties AS
WITH staff AS (
    SELECT DISTINCT 'p:' || person_key AS node FROM identity.persons WHERE source = 'employees'
), telling AS (
    SELECT node, companies + persons AS sharing, strength FROM identity.node_sizes
    WHERE companies + persons BETWEEN 2 AND {MOST_MEMBERS} AND strength > 0
), mine AS (
    SELECT holders.*, telling.sharing, telling.strength
    FROM holders JOIN telling ON telling.node = holders.via
    WHERE holders.holder IN (SELECT node FROM network_companies)
)
SELECT
    mine.holder AS node, theirs.holder AS other_node, mine.via,
    least(mine.via_kind, theirs.via_kind) AS via_kind, mine.sharing,
    round(least(1.0, mine.strength), 6) AS strength, mine.strength >= {UNUSUAL_FROM} AS is_unusual,
    mine.is_current AND theirs.is_current AS is_current,
    mine.from_date, mine.to_date, theirs.from_date AS other_from_date,
    theirs.to_date AS other_to_date, least(mine.confidence, theirs.confidence) AS confidence,
    mine.ref, theirs.ref AS other_ref
FROM mine JOIN holders AS theirs ON theirs.via = mine.via AND theirs.holder <> mine.holder
WHERE theirs.holder NOT LIKE 'p:%' OR theirs.holder IN (SELECT node FROM staff)
ORDER BY node, other_node, via
"""

#: ``near``: each company looked at and those next to it: what they share, and who owns whom.
_NEAR = """
CREATE OR REPLACE TEMP TABLE near AS
WITH direct AS (
    SELECT from_node AS one, to_node AS two, confidence, ref,
        CASE WHEN kind = 'owner' THEN coalesce(share_percent, share_min_percent, 25) / 100
            ELSE 0.9 END AS strength
    FROM identity.ties
    WHERE is_current AND kind IN ('owner', 'officer') AND from_node LIKE 'c:%'
        AND to_node LIKE 'c:%' AND from_node <> to_node AND role IS DISTINCT FROM 'revisor'
), told AS (
    SELECT node, other_node, strength * confidence AS strength, via_kind AS kind, ref, other_ref
    FROM identity.shared_ties
    WHERE is_current AND other_node NOT LIKE 'p:%'
    UNION ALL
    SELECT one, two, strength * confidence, 'ownership', ref, NULL FROM direct
    WHERE one IN (SELECT node FROM network_companies)
    UNION ALL
    SELECT two, one, strength * confidence, 'ownership', ref, NULL FROM direct
    WHERE two IN (SELECT node FROM network_companies)
)
SELECT node, other_node,
    round(1 - product(1 - least(strength, 1.0)), 6) AS strength,
    list_sort(list(DISTINCT kind)) AS kinds,
    list_sort(list_distinct(flatten([list(ref), list(other_ref)]))) AS refs
FROM (SELECT * FROM told ORDER BY ALL)
GROUP BY node, other_node
"""

_COMPANY_TIES = f"""
CREATE OR REPLACE TABLE identity.company_ties AS
WITH bridge AS (
    SELECT other_node AS bridge FROM near GROUP BY other_node HAVING count(*) <= {_MOST_BRIDGED}
), over AS (
    SELECT one.node, two.node AS other_node, one.other_node AS bridge,
        round(one.strength * two.strength, 6) AS strength,
        list_sort(list_distinct(list_concat(one.kinds, two.kinds))) AS kinds,
        list_sort(list_distinct(list_concat(one.refs, two.refs))) AS refs
    FROM near AS one
    JOIN bridge ON bridge.bridge = one.other_node
    JOIN near AS two ON two.other_node = one.other_node AND two.node <> one.node
    LEFT JOIN near AS next ON next.node = one.node AND next.other_node = two.node
    WHERE next.node IS NULL
), best AS (
    SELECT * FROM over WHERE strength >= {WEAKEST_TOLD}
    QUALIFY row_number() OVER (PARTITION BY node, other_node ORDER BY strength DESC, bridge) = 1
)
SELECT node, other_node, 1 AS distance, NULL::VARCHAR AS bridge, strength, kinds, refs
FROM near WHERE strength >= {WEAKEST_TOLD}
UNION ALL
SELECT node, other_node, 2, bridge, strength, kinds, refs FROM best
ORDER BY 1, 2
"""


def write_sharing(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.node_sizes``, ``identity.shared_ties`` and ``identity.company_ties``.

    - node_sizes: node, kind (door, box, care_of, account, phone, domain, person, company,
      other_owner), companies (that have or had it, of the whole register), current_companies,
      persons (staff and officers of whom we know), strength (of a tie through it), is_unusual,
      is_crowded (of addresses).
    - shared_ties: node (of a company looked at), other_node (a company's, or an employee's), via,
      via_kind, sharing (how many have it), strength, is_unusual, is_current (both have it now),
      from_date, to_date, other_from_date, other_to_date, confidence, ref, other_ref. None
      through what more
      than ``MOST_MEMBERS`` have.
    - company_ties: node, other_node, distance (1; 2 is between companies looked at, by way of
      ``bridge``), strength (1 less the product of what each tie leaves open; along two steps, the
      product), kinds, refs. Ties of the day only.

    Needs ``identity.ties`` and the temporary tables ``network_companies``, ``address_members``.
    """
    for statement in (_HOLDERS, _NODE_SIZES, _SHARED_TIES, _NEAR, _COMPANY_TIES):
        connection.execute(statement)
    connection.execute("DROP TABLE temp.holders; DROP TABLE temp.near")
