"""Who is who, kept from run to run: persons are found again where a pair or a decision changed.

Schema ``identity_persons`` of the warehouse:

- ``found``: bundle, person (the bundle whose key the person gets), confidence, of bundles that are
  in pairs or were decided about. All others are persons of their own.
- ``decided``: bundles that people decided about.
- ``doubled``: told pairs of two numbers that look like one person's.
"""

import duckdb
import numpy as np
import polars as pl

from screening.identity.persons.evidence import HOPELESS
from screening.identity.persons.grouping import joined
from screening.identity.persons.kept_pairs import read_evidence
from screening.identity.persons.resolution import ALONE, nobody_in_pairs, resolve_bundles
from screening.identity.reviewed.pairs import Reviewed
from screening.warehouse.exchange import as_table, to_polars

PERSON_TABLES = """
CREATE TABLE identity_persons.found (bundle UBIGINT, person UBIGINT, confidence DOUBLE);
CREATE TABLE identity_persons.decided (bundle UBIGINT);
CREATE TABLE identity_persons.doubled (left_key VARCHAR, right_key VARCHAR);
CREATE OR REPLACE TABLE identity.persons (source VARCHAR, ref BIGINT, person_key VARCHAR,
    match_confidence DOUBLE, own_key VARCHAR);
CREATE OR REPLACE TABLE identity.person_pairs (left_key VARCHAR, right_key VARCHAR,
    probability DOUBLE, features VARCHAR, is_match BOOLEAN);
"""

_ALONE = " ".join(f"WHEN '{kind}' THEN {sure}" for kind, sure in ALONE.items())


def _key(bundle: str) -> str:
    return f"'p' || lpad(lower(hex({bundle})), 16, '0')"


_EDGES = f"SELECT left_bundle, right_bundle FROM identity_persons.pairs WHERE odds > {HOPELESS}"

_TIED = f"""
SELECT bundle, {_key("bundle")} AS key, kind, number, first
FROM identity_persons.bundles SEMI JOIN tied_bundles USING (bundle) ORDER BY bundle
"""

_TIED_PAIRS = """
FROM identity_persons.pairs
SEMI JOIN tied_bundles AS one ON left_bundle = one.bundle
SEMI JOIN tied_bundles AS two ON right_bundle = two.bundle
ORDER BY left_bundle, right_bundle
"""

_KEEP = f"""
CREATE OR REPLACE TEMP TABLE redone AS
    SELECT bundle, {_key("bundle")} AS key FROM (FROM redone_frame UNION FROM changed_bundles);
CREATE OR REPLACE TEMP TABLE shifted_bundles AS
    WITH before AS (FROM identity_persons.found SEMI JOIN redone USING (bundle))
    FROM changed_bundles
    UNION
    SELECT bundle FROM before FULL JOIN found_frame AS now USING (bundle)
    WHERE before.person IS DISTINCT FROM now.person
        OR before.confidence IS DISTINCT FROM now.confidence;
DELETE FROM identity_persons.found WHERE bundle IN (SELECT bundle FROM redone);
INSERT INTO identity_persons.found BY NAME FROM found_frame;
DELETE FROM identity_persons.decided;
INSERT INTO identity_persons.decided FROM decided_frame;
DELETE FROM identity_persons.doubled
WHERE left_key IN (SELECT key FROM redone) OR right_key IN (SELECT key FROM redone);
INSERT INTO identity_persons.doubled
    SELECT left_key, right_key FROM pairs_frame WHERE is_doubled;
DELETE FROM identity.person_pairs
WHERE left_key IN (SELECT key FROM redone) OR right_key IN (SELECT key FROM redone);
INSERT INTO identity.person_pairs BY NAME SELECT * EXCLUDE is_doubled FROM pairs_frame;
DELETE FROM identity.persons
WHERE own_key IN (SELECT {_key("bundle")} FROM shifted_bundles);
INSERT INTO identity.persons BY NAME
    SELECT kept.source, kept.ref, {_key("coalesce(found.person, kept.bundle)")} AS person_key,
        coalesce(found.confidence, CASE own.kind {_ALONE} END) AS match_confidence,
        {_key("kept.bundle")} AS own_key
    FROM identity_persons.rows AS kept SEMI JOIN shifted_bundles USING (bundle)
    JOIN identity_persons.bundles AS own USING (bundle)
    LEFT JOIN identity_persons.found USING (bundle)
"""

_COUNTS = """
SELECT
    (SELECT count(*) FROM identity_persons.bundles LEFT JOIN identity_persons.found USING (bundle)
        WHERE person IS NULL OR person = bundle),
    (SELECT count(*) FROM identity_persons.doubled),
    (SELECT count(*) FROM identity_persons.bundles WHERE kind = 'stranger')
"""


def _decided(reviewed: Reviewed | None) -> tuple[pl.Series, pl.DataFrame]:
    """Bundles that people decided about, and pairs of those that they said to be one."""
    nothing = pl.Series("bundle", dtype=pl.UInt64)
    if reviewed is None or (reviewed.groups.is_empty() and reviewed.parted.is_empty()):
        return nothing, pl.DataFrame({"left_bundle": nothing, "right_bundle": nothing})

    def bundles(keys: pl.Series) -> pl.Series:
        return keys.str.slice(1).str.to_integer(base=16, dtype=pl.UInt64, strict=False)

    groups = reviewed.groups
    same = pl.DataFrame(
        {"left_bundle": bundles(groups["group"]), "right_bundle": bundles(groups["key"])}
    ).drop_nulls()
    told = [*same.iter_columns()]
    told += [bundles(reviewed.parted_keys()[side]) for side in ("key", "other_key")]
    return pl.concat([part.rename("bundle") for part in told]).drop_nulls().unique().sort(), same


def _tied(edges: pl.DataFrame, moved: pl.Series, decided: pl.Series) -> pl.Series:
    """Bundles in pairs, or decided about, that hang together with one that moved."""
    left, right = (edges[side].to_numpy() for side in edges.columns)
    nodes, places = np.unique(
        np.concatenate([left, right, moved.to_numpy(), decided.to_numpy()]), return_inverse=True
    )
    ends = places[: left.size], places[left.size : 2 * left.size]
    labels = joined(nodes.size, *ends)
    moves = np.zeros(nodes.size, dtype=bool)
    moves[labels[places[2 * left.size :]]] = True
    is_tied = np.zeros(nodes.size, dtype=bool)
    is_tied[np.concatenate([*ends, places[places.size - decided.len() :]])] = True
    return pl.Series("bundle", nodes[moves[labels] & is_tied], dtype=pl.UInt64)


def has_decisions(connection: duckdb.DuckDBPyConnection, reviewed: Reviewed | None) -> bool:
    """Whether people decided anything, now or by the last run."""
    ((before,),) = connection.execute("SELECT count(*) FROM identity_persons.decided").fetchall()
    return before > 0 or not _decided(reviewed)[0].is_empty()


def keep_persons(
    connection: duckdb.DuckDBPyConnection, reviewed: Reviewed | None, are_hashes_read: bool
) -> None:
    """Bring ``identity.persons`` and ``identity.person_pairs`` up to date.

    Args:
        connection: the warehouse, with ``changed_bundles`` and ``moved_bundles`` noted.
        reviewed: what people decided about pairs of persons.
        are_hashes_read: see ``resolution.resolve_bundles``.
    """
    decided, same = _decided(reviewed)
    moved = to_polars(
        connection.sql("FROM moved_bundles UNION FROM identity_persons.decided ORDER BY ALL")
    ).to_series()
    edges = pl.concat([to_polars(connection.sql(_EDGES)), same])
    tied = _tied(edges, moved, decided)
    resolved = nobody_in_pairs()
    if tied.len():
        with as_table(connection, "tied_bundles", tied.to_frame()):
            table = to_polars(connection.sql(_TIED))
            pairs = to_polars(connection.sql(_TIED_PAIRS))
        resolved = resolve_bundles(table, read_evidence(table, pairs), reviewed, are_hashes_read)
    redone = pl.concat([moved.rename("bundle"), tied]).unique()
    with (
        as_table(connection, "redone_frame", redone.to_frame()),
        as_table(connection, "decided_frame", decided.to_frame()),
        as_table(connection, "found_frame", resolved.persons),
        as_table(connection, "pairs_frame", resolved.pairs),
    ):
        connection.execute(_KEEP)


def count_persons(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Persons, pairs of numbers that look like one person's, and strange names of a number."""
    ((persons, doubled, strange),) = connection.execute(_COUNTS).fetchall()
    return persons, doubled, strange
