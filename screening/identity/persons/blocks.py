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
#: ``told``, ``named``, ``employed`` and ``placed`` are what is known of the bundles in question.
_KEYS = """
held AS (
    SELECT bundle, hash('born', born) AS coarse, {numbered} AS way
    FROM told WHERE born IS NOT NULL AND {numbered_days}
    UNION ALL
    SELECT bundle, hash('company', company) AS coarse, 3 FROM employed WHERE {coarse}
    UNION ALL
    SELECT bundle, hash('door', door, postal) AS coarse, 5
    FROM placed WHERE door IS NOT NULL AND {coarse}
),
names AS (SELECT *, hash('whole', whole) AS coarse FROM named WHERE {coarse}),
keys AS (
    SELECT bundle, way, hash(way, coarse, word) AS key, coarse
    FROM (SELECT bundle, way, coarse, unnest(spelled) AS word FROM held JOIN named USING (bundle))
    UNION ALL
    SELECT bundle, way + 1, hash(way + 1, coarse, whole), coarse
    FROM held JOIN named USING (bundle) WHERE way <> {numbered}
    UNION ALL
    SELECT bundle, {day}, hash({day}, born), hash('born', born) AS coarse
    FROM told WHERE born IS NOT NULL AND {coarse}
    UNION ALL
    SELECT bundle, 7, hash(7, whole, postal), coarse FROM names JOIN placed USING (bundle)
    UNION ALL
    SELECT bundle, 8, hash(8, whole, part), coarse
    FROM (
        SELECT bundle, whole, coarse, unnest([
            CASE WHEN birth_year IS NOT NULL THEN hash(1, birth_year) END,
            CASE WHEN born IS NOT NULL THEN hash(2, year(born), month(born)) END,
            CASE WHEN born IS NOT NULL THEN hash(3, year(born), day(born)) END,
            CASE WHEN born IS NOT NULL THEN
                hash(4, least(month(born), day(born)), greatest(month(born), day(born))) END
            ]) AS part
        FROM names JOIN told USING (bundle))
    WHERE part IS NOT NULL
)
"""


def _keys(coarse: str = "", numbered_days: str = "") -> str:
    """The ways, of what has a coarse key of these tables; of everything without one."""
    return _KEYS.format(
        numbered=_NUMBERED_WAY,
        day=_DAY_WAY,
        numbered_days=f"coarse IN (FROM {numbered_days})" if numbered_days else "true",
        coarse=f"coarse IN (FROM {coarse})" if coarse else "true",
    )


def _known(prefix: str) -> str:
    tables = {"told": "bundles", "named": "names", "employed": "companies", "placed": "places"}
    return ", ".join(f"{name} AS (FROM {prefix}{table})" for name, table in tables.items())


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

_OLD_KEYS = f"""
CREATE OR REPLACE TEMP TABLE old_keys AS
    WITH {_known("old_")}, {_keys()}
    SELECT DISTINCT bundle, way, key, coarse FROM keys;
"""

#: Keys of the bundles that are asked about, and then of all others that have one of these.
_ASKED_KEYS = f"""
CREATE OR REPLACE TEMP TABLE asked_keys AS
    WITH {_known("asked_")}, {_keys("free_parts")}
    SELECT DISTINCT bundle, way, key, coarse FROM keys
    WHERE way = {_NUMBERED_WAY} OR key IN (SELECT key FROM free_keys);
CREATE OR REPLACE TEMP TABLE left_keys AS
    FROM old_keys WHERE way = {_NUMBERED_WAY} OR key IN (SELECT key FROM free_keys);
CREATE OR REPLACE TEMP TABLE touched_keys AS
    SELECT way, key, coarse FROM asked_keys UNION SELECT way, key, coarse FROM left_keys;
CREATE OR REPLACE TEMP TABLE touched_days AS
    SELECT DISTINCT coarse FROM touched_keys WHERE way = {_NUMBERED_WAY};
CREATE OR REPLACE TEMP TABLE touched_parts AS
    SELECT DISTINCT coarse FROM touched_keys WHERE way <> {_NUMBERED_WAY};
CREATE OR REPLACE TEMP TABLE sharing AS
    SELECT bundle, way, key, true AS is_asked FROM asked_keys;
"""

_OTHERS_KEYS = f"""
INSERT INTO sharing
    WITH {_known("identity_persons.")}, {_keys("touched_parts", "touched_days")}
    SELECT DISTINCT bundle, way, key, false
    FROM keys SEMI JOIN touched_keys USING (key) ANTI JOIN asked_bundles USING (bundle);
"""

_MOST = f"CASE WHEN way = {_DAY_WAY} THEN {MOST_OF_A_DAY} ELSE {MOST_OF_A_BLOCK} END"

#: Bundles with a key that brings pairs now and did not, or the other way round.
_CROSSED = f"""
CREATE OR REPLACE TEMP TABLE crossed_bundles AS
WITH sizes AS (
    SELECT key, {_MOST} AS most, sum(now) AS bundles, sum(earlier) AS bundles_before
    FROM (
        SELECT key, way, 1 AS now, (NOT is_asked)::INT AS earlier FROM sharing
        UNION ALL SELECT key, way, 0, 1 FROM left_keys)
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

#: Tables of what is known of bundles.
KNOWN = ("bundles", "names", "companies", "places")

_TEMPORARY = (
    "free_keys", "free_parts", "old_keys", "asked_keys", "left_keys", "touched_keys",
    "touched_days", "touched_parts", "sharing", "crossed_bundles",
)  # fmt: skip


def find_pairs(connection: duckdb.DuckDBPyConnection, are_others: bool) -> None:
    """Make ``found_pairs`` (left_bundle < right_bundle): all pairs of ``asked_bundles``.

    These are what is known now of the bundles that changed, with ``asked_names`` and so on;
    ``old_bundles`` and so on are what was known of them. Added are those that share something that
    more or fewer bundles share than before, and that is enough to be compared or no longer is.

    Args:
        connection: the warehouse.
        are_others: whether there are bundles that did not change.
    """
    connection.execute(f"{_OLD_KEYS} {_FREE} {_ASKED_KEYS}")
    if are_others:
        connection.execute(_OTHERS_KEYS)
        ((crossed,),) = connection.execute(_CROSSED).fetchall()
        if crossed:
            for table in KNOWN:
                connection.execute(
                    f"INSERT INTO asked_{table} FROM identity_persons.{table} "
                    "SEMI JOIN crossed_bundles USING (bundle)"
                )
            connection.execute(f"{_ASKED_KEYS} {_OTHERS_KEYS}")
    connection.execute(_PAIRS)
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))
