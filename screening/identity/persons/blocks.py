"""Which bundles of rows are compared: those that share a name word and a day, company or door.

Nobody is compared for a name alone. Two numbered persons are different persons and are not
compared either, except where a samordningsnummer may have become a personnummer, or one person
seems to have two numbers: same name and same day of birth.

Whether a pair is compared depends on the two and on how many share a key with them, never on which
other pairs there are. So only the pairs of what changed, and of keys that too many share now or no
longer do, are found again.
"""

import duckdb

from screening.identity.persons.bundles import OFFICIAL

#: Bundles that may share a key; more are only compared where they share a finer one.
MOST_OF_A_BLOCK = 150

#: A day of birth alone is shared by few; where it is not, it takes a word of the name as well.
MOST_OF_A_DAY = 40

#: The way of sharing in which two numbered persons are compared, and the one of the day alone.
_NUMBERED_WAY, _DAY_WAY = 2, 1

_OFFICIAL = ", ".join(f"'{kind}'" for kind in OFFICIAL)

#: Ways of sharing something. ``coarse`` is what is shared beside the name, or else the name.
#: ``told``, ``named``, ``employed`` and ``placed`` are what is known of the bundles in question;
#: ``{{own}}`` are the columns that tell these apart.
_KEYS = """
held AS (
    SELECT {own}, hash('born', born) AS coarse, {numbered} AS way
    FROM told WHERE born IS NOT NULL AND {numbered_days}
    UNION ALL
    SELECT {own}, hash('company', company) AS coarse, 3 FROM employed WHERE {coarse}
    UNION ALL
    SELECT {own}, hash('door', door, postal) AS coarse, 5
    FROM placed WHERE door IS NOT NULL AND {coarse}
),
names AS (SELECT *, hash('whole', whole) AS coarse FROM named WHERE {coarse}),
keys AS (
    SELECT {own}, way, hash(way, coarse, word) AS key, coarse
    FROM (SELECT {own}, way, coarse, unnest(spelled) AS word FROM held JOIN named USING ({own}))
    UNION ALL
    SELECT {own}, way + 1, hash(way + 1, coarse, whole), coarse
    FROM held JOIN named USING ({own}) WHERE way <> {numbered}
    UNION ALL
    SELECT {own}, {day}, hash({day}, born), hash('born', born) AS coarse
    FROM told WHERE born IS NOT NULL AND {coarse}
    UNION ALL
    SELECT {own}, 7, hash(7, whole, postal), coarse FROM names JOIN placed USING ({own})
    UNION ALL
    SELECT {own}, 8, hash(8, whole, part), coarse
    FROM (
        SELECT {own}, whole, coarse, unnest([
            CASE WHEN birth_year IS NOT NULL THEN hash(1, birth_year) END,
            CASE WHEN born IS NOT NULL THEN hash(2, year(born), month(born)) END,
            CASE WHEN born IS NOT NULL THEN hash(3, year(born), day(born)) END,
            CASE WHEN born IS NOT NULL THEN
                hash(4, least(month(born), day(born)), greatest(month(born), day(born))) END
            ]) AS part
        FROM names JOIN told USING ({own}))
    WHERE part IS NOT NULL
)
"""


def _keys(coarse: str = "", numbered_days: str = "", own: str = "bundle") -> str:
    """The ways, of what has a coarse key of these queries; of everything without one."""
    return _KEYS.format(
        numbered=_NUMBERED_WAY,
        day=_DAY_WAY,
        numbered_days=f"coarse IN ({numbered_days})" if numbered_days else "true",
        coarse=f"coarse IN ({coarse})" if coarse else "true",
        own=own,
    )


#: Tables of what is known of bundles, by what they are called above.
_TABLES = {"told": "bundles", "named": "names", "employed": "companies", "placed": "places"}

#: Tables of what is known of bundles.
KNOWN = tuple(_TABLES.values())


def _known(rows: str) -> str:
    return ", ".join(f"{name} AS ({rows.format(table=table)})" for name, table in _TABLES.items())


#: Hardly anybody is without a number: what none of these has brings no pair of the other ways.
_FREE = f"""
CREATE OR REPLACE TEMP TABLE free_keys AS
    WITH told AS (FROM identity_persons.bundles WHERE kind NOT IN ({_OFFICIAL})),
    named AS (FROM identity_persons.names WHERE is_free),
    employed AS (FROM identity_persons.companies WHERE is_free),
    placed AS (FROM identity_persons.places WHERE is_free),
    {_keys()}
    SELECT DISTINCT key, coarse FROM keys WHERE way <> {_NUMBERED_WAY};
CREATE OR REPLACE TEMP TABLE free_parts AS SELECT DISTINCT coarse FROM free_keys;
"""

_EVERYBODY = "SELECT *, true AS is_now FROM identity_persons.{table}"
_ASKED = """
SELECT *, true AS is_now FROM asked_{table}
UNION ALL BY NAME SELECT * EXCLUDE (place), false AS is_now FROM old_{table}
"""


def _asked_keys(rows: str) -> str:
    """``asked_keys``: keys of the bundles that are asked about, as they are and as they were."""
    return f"""
    CREATE OR REPLACE TEMP TABLE asked_keys AS
        WITH {_known(rows)}, {_keys("FROM free_parts", own="bundle, is_now")}
        SELECT DISTINCT bundle, is_now, way, key, coarse FROM keys
        WHERE way = {_NUMBERED_WAY} OR key IN (SELECT key FROM free_keys)
    """


_ALL_KEYS = f"""
{_FREE} {_asked_keys(_EVERYBODY)};
CREATE OR REPLACE TEMP TABLE sharing AS SELECT bundle, way, key, true AS is_asked FROM asked_keys
"""

#: ``sharing``: keys of the bundles that are asked about, and of all others that have one of these.
_TOUCHED_KEYS = f"""
{_asked_keys(_ASKED)};
CREATE OR REPLACE TEMP TABLE sharing AS
    WITH {_known("FROM identity_persons.{table}")},
    {
    _keys(
        f"SELECT coarse FROM asked_keys WHERE way <> {_NUMBERED_WAY}",
        f"SELECT coarse FROM asked_keys WHERE way = {_NUMBERED_WAY}",
    )
}
    SELECT bundle, way, key, true AS is_asked FROM asked_keys WHERE is_now
    UNION ALL
    SELECT DISTINCT bundle, way, key, false
    FROM keys SEMI JOIN asked_keys USING (key) ANTI JOIN asked_bundles USING (bundle)
"""

_MOST = f"CASE WHEN way = {_DAY_WAY} THEN {MOST_OF_A_DAY} ELSE {MOST_OF_A_BLOCK} END"

#: Bundles with a key that brings pairs now and did not, or the other way round.
_CROSSED = f"""
CREATE OR REPLACE TEMP TABLE crossed_bundles AS
WITH sizes AS (
    SELECT key, {_MOST} AS most, sum(now) AS bundles, sum(earlier) AS bundles_before
    FROM (
        SELECT key, way, 1 AS now, (NOT is_asked)::INT AS earlier FROM sharing
        UNION ALL SELECT key, way, 0, 1 FROM asked_keys WHERE NOT is_now)
    GROUP BY key, way HAVING (bundles <= most) <> (bundles_before <= most)
)
SELECT DISTINCT bundle FROM sharing SEMI JOIN sizes USING (key) WHERE NOT is_asked;
SELECT count(*) FROM crossed_bundles
"""

_PAIRS = f"""
CREATE OR REPLACE TEMP TABLE found_pairs AS
WITH fit AS (
    SELECT key FROM sharing GROUP BY key, way HAVING count(*) BETWEEN 2 AND {_MOST}),
shared AS (
    SELECT bundle, way, key, is_asked, kind IN ({_OFFICIAL}) AS is_official
    FROM sharing SEMI JOIN fit USING (key) JOIN identity_persons.bundles USING (bundle)
)
SELECT least(one.bundle, two.bundle) AS left_bundle,
    greatest(one.bundle, two.bundle) AS right_bundle
FROM shared AS one JOIN shared AS two ON one.key = two.key AND one.bundle <> two.bundle
WHERE one.is_asked AND (NOT two.is_asked OR one.bundle < two.bundle)
    AND (one.way = {_NUMBERED_WAY} OR NOT (one.is_official AND two.is_official))
UNION
SELECT least(strange.bundle, own.bundle), greatest(strange.bundle, own.bundle)
FROM identity_persons.bundles AS strange JOIN identity_persons.bundles AS own USING (number)
WHERE strange.kind = 'stranger' AND own.kind <> 'stranger'
    AND (strange.bundle IN (SELECT bundle FROM asked_bundles)
        OR own.bundle IN (SELECT bundle FROM asked_bundles))
"""

_TEMPORARY = ("free_keys", "free_parts", "asked_keys", "sharing", "crossed_bundles")


def find_pairs(connection: duckdb.DuckDBPyConnection, are_others: bool) -> None:
    """Make ``found_pairs`` (left_bundle < right_bundle): all pairs of ``asked_bundles``.

    These are what is known of the bundles that changed, with ``asked_names`` and so on;
    ``old_bundles`` and so on are what was known of them. Where nothing was known before,
    ``asked_bundles`` are all that there are. Added are those that share something that more or
    fewer bundles share than before, and that is enough to be compared or no longer is.

    Args:
        connection: the warehouse.
        are_others: whether there were bundles before.
    """
    if are_others:
        connection.execute(f"{_FREE} {_TOUCHED_KEYS}")
        ((crossed,),) = connection.execute(_CROSSED).fetchall()
        if crossed:
            for table in KNOWN:
                connection.execute(
                    f"INSERT INTO asked_{table} FROM identity_persons.{table} "
                    "SEMI JOIN crossed_bundles USING (bundle)"
                )
            connection.execute(_TOUCHED_KEYS)
    else:
        connection.execute(_ALL_KEYS)
    connection.execute(_PAIRS)
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))
