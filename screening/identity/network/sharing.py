"""Who shares what with whom, and how much that says.

An address, account, person or mail domain that two companies share ties them the less, the more
others share it: of an accountant's address or an auditor hundreds of companies have, it says
nothing. The strength of a tie is one number between 0 and 1:

    strength = (what the kind can say at most) / (how many others share it)

where "others" are all companies of the whole register (and persons of whom we know) that have it,
but the first. Two companies with one bank account: 1.0; five at one street door: 0.6 / 4 = 0.15.

What is shared is the unit: all who have a thing are looked at together, and again when any tie to
it is another than last time.
"""

import duckdb

from screening.identity.network.members import MOST_MEMBERS
from screening.warehouse.connection import has_rows

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
    WHERE kind IN ('owner', 'officer') AND from_node <> to_node AND {{owner}}
        AND NOT (kind = 'officer' AND role IN ({_PROFESSIONALS}))
        -- A kind of owner that nobody is told of behind is shared by all that have none.
        AND owner_type IS DISTINCT FROM 'unknown'
    UNION ALL
    SELECT from_node, to_node, CASE WHEN kind = 'address' THEN role ELSE kind END, * EXCLUDE (kind)
    FROM identity.ties
    WHERE kind IN ('address', 'account', 'phone', 'domain') AND {{thing}}
)
SELECT holder, via,
    -- Who both owns and leads shares as an owner.
    max(via_kind) AS via_kind,
    CASE WHEN count(*) = count(from_date) THEN min(from_date) END AS from_date,
    CASE WHEN count(*) = count(to_date) THEN max(to_date) END AS to_date,
    bool_or(is_current) AS is_current, max(confidence) AS confidence,
    bool_or(role IS NOT DISTINCT FROM 'factoring') AS is_factoring,
    arg_min(ref, {{{{'past': NOT is_current, 'ref': ref}}}}) AS ref
FROM told
GROUP BY holder, via
"""

_NODE_SIZES = f"""
INSERT INTO identity.node_sizes
WITH registered AS (
    SELECT 'a:' || ours.form AS node, 'c:' || there.orgnr AS holder,
        bool_or(there.is_registered) AS is_current
    FROM identity_network.register_places AS there
    JOIN (SELECT * FROM identity_network.our_places WHERE {{place}}) AS ours USING (place)
    GROUP BY ours.form, there.orgnr
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
FROM sized
"""

#: Pairs of a company looked at and whoever shares something with it. What very many share makes
#: no pairs.
_SHARED_TIES = f"""
CREATE OR REPLACE TEMP TABLE new_shared AS
WITH telling AS (
    SELECT node, companies + persons AS sharing, strength FROM identity.node_sizes
    WHERE companies + persons BETWEEN 2 AND {MOST_MEMBERS} AND strength > 0
), mine AS (
    SELECT holders.*, telling.sharing, telling.strength
    FROM holders JOIN telling ON telling.node = holders.via
    WHERE holders.holder IN (FROM identity_network.companies)
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
WHERE theirs.holder NOT LIKE 'p:%' OR theirs.holder IN (FROM identity_network.staff)
"""

_EVERYTHING = {"owner": "true", "thing": "true", "place": "true"}
_TOUCHED = {
    "owner": "from_node IN (FROM vias)",
    "thing": "to_node IN (FROM vias)",
    "place": "'a:' || form IN (FROM vias)",
}

#: ``changed_staff``, ``changed_companies``: who is staff, or looked at, only now or no longer.
_STANDING = """
CREATE OR REPLACE TEMP TABLE staff_now AS
SELECT DISTINCT 'p:' || person_key AS node FROM identity.persons WHERE source = 'employees';
CREATE OR REPLACE TEMP TABLE changed_staff AS
    (FROM staff_now ANTI JOIN identity_network.staff USING (node))
    UNION ALL (FROM identity_network.staff ANTI JOIN staff_now USING (node));
CREATE OR REPLACE TEMP TABLE changed_companies AS
    (FROM network_companies ANTI JOIN identity_network.companies USING (node))
    UNION ALL (FROM identity_network.companies ANTI JOIN network_companies USING (node));
CREATE OR REPLACE TEMP TABLE changed_standing AS FROM changed_staff UNION FROM changed_companies
"""

_KEEP_STANDING = """
DELETE FROM identity_network.staff WHERE node IN (FROM changed_staff);
INSERT INTO identity_network.staff FROM staff_now SEMI JOIN changed_staff USING (node);
DELETE FROM identity_network.companies WHERE node IN (FROM changed_companies);
INSERT INTO identity_network.companies FROM network_companies SEMI JOIN changed_companies
    USING (node)
"""

_VIA = "CASE WHEN kind IN ('owner', 'officer') THEN from_node ELSE to_node END"

#: Whatever a tie that is gone or new makes shared.
_TOUCH = f"""
INSERT INTO touched_vias SELECT {_VIA} FROM changed_ties WHERE kind <> 'side_job'
"""

#: What those have whose standing is another.
_TOUCH_STANDING = f"""
INSERT INTO touched_vias
SELECT {_VIA} FROM identity.ties
WHERE kind <> 'side_job' AND from_node IN (FROM changed_standing)
UNION ALL
SELECT {_VIA} FROM identity.ties
WHERE kind <> 'side_job' AND to_node IN (FROM changed_companies)
"""

_VIAS = "CREATE OR REPLACE TEMP TABLE vias AS SELECT DISTINCT via FROM touched_vias"

_LEAVE = """
DELETE FROM identity.node_sizes WHERE node IN (FROM vias);
CREATE OR REPLACE TEMP TABLE old_shared AS
    FROM identity.shared_ties WHERE via IN (FROM vias);
DELETE FROM identity.shared_ties WHERE via IN (FROM vias)
"""

_COME = """
CREATE OR REPLACE TEMP TABLE changed_shared AS
SELECT coalesce(old.node, new.node) AS node
FROM (SELECT hash(tie) AS line, node FROM old_shared AS tie) AS old
FULL JOIN (SELECT hash(tie) AS line, node FROM new_shared AS tie) AS new USING (line)
WHERE old.node IS NULL OR new.node IS NULL;
INSERT INTO identity.shared_ties FROM new_shared;
DROP TABLE temp.old_shared
"""


def _stand(connection: duckdb.DuckDBPyConnection) -> bool:
    """Bring up to date who is looked at and who is staff; whether anybody's standing is another."""
    connection.execute(_STANDING)
    is_other = has_rows(connection, "FROM changed_standing")
    if is_other:
        connection.execute(_KEEP_STANDING)
    connection.execute("DROP TABLE temp.staff_now")
    return is_other


def _share(connection: duckdb.DuckDBPyConnection, which: dict[str, str]) -> None:
    for statement in (_HOLDERS, _NODE_SIZES, _SHARED_TIES):
        connection.execute(statement.format(**which))
    connection.execute("DROP TABLE temp.holders")


def share_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``identity.node_sizes`` and ``identity.shared_ties`` anew.

    - node_sizes: node, kind (door, box, care_of, account, phone, domain, person, company,
      other_owner), companies (that have or had it, of the whole register), current_companies,
      persons (staff and officers of whom we know), strength (of a tie through it), is_unusual,
      is_crowded (of addresses).
    - shared_ties: node (of a company looked at), other_node (a company's, or an employee's), via,
      via_kind, sharing (how many have it), strength, is_unusual, is_current (both have it now),
      from_date, to_date, other_from_date, other_to_date, confidence, ref, other_ref. None
      through what more
      than ``MOST_MEMBERS`` have.

    Needs ``identity.ties`` and the temporary table ``network_companies``.
    """
    _stand(connection)
    _share(connection, _EVERYTHING)
    connection.execute("INSERT INTO identity.shared_ties FROM new_shared")
    connection.execute("DROP TABLE temp.new_shared")


def share_changed(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the tables of ``share_all`` up to date.

    Leaves the temporary tables ``changed_shared`` (node: of rows of shared_ties that are gone or
    new) and ``changed_companies`` (node: looked at only now, or no longer). Needs ``changed_ties``
    and ``touched_vias``.
    """
    is_other = _stand(connection)
    connection.execute(_TOUCH)
    if is_other:
        connection.execute(_TOUCH_STANDING)
    connection.execute(_VIAS)
    if has_rows(connection, "FROM vias"):
        connection.execute(_LEAVE)
        _share(connection, _TOUCHED)
        connection.execute(_COME)
    else:
        connection.execute("CREATE OR REPLACE TEMP TABLE changed_shared (node VARCHAR)")
    for name in ("new_shared", "changed_staff", "changed_standing", "vias"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
