"""What is known of each bundle of rows, and the evidence of each pair, kept from run to run.

Schema ``identity_persons`` of the warehouse:

- ``bundles``, ``names``, ``companies``, ``places``: see ``bundles.told_of_bundles``.
- ``pairs``: pairs of bundles that were compared, with what was found (``evidence``).

Evidence of a pair is found again where one of the two is another, or where a word, a company or a
door of one of them is common in another degree than it was.
"""

import duckdb
import numpy as np
import polars as pl

from screening.identity.persons.blocks import KNOWN, find_pairs
from screening.identity.persons.bundles import told_of_bundles
from screening.identity.persons.evidence import (
    PRIOR,
    USUAL_AT_COMPANY,
    USUAL_AT_DOOR,
    Bundles,
    PairEvidence,
    pair_evidence,
)
from screening.identity.persons.kept_words import read_book
from screening.identity.persons.name_evidence import MOST_WORDS
from screening.warehouse.exchange import as_table, to_polars

_PARTS = ("name", "birth", "company", "address", "number", "sex_digit")
_TOLD = ("name", "birth")

PAIR_TABLES = f"""
CREATE TABLE identity_persons.bundles (bundle UBIGINT, kind VARCHAR, number UBIGINT,
    sex_digit BIGINT, born DATE, birth_year BIGINT, first DATE);
CREATE TABLE identity_persons.names (bundle UBIGINT, words VARCHAR, whole UBIGINT,
    spelled UBIGINT[], is_free BOOLEAN);
CREATE TABLE identity_persons.companies (bundle UBIGINT, company VARCHAR, is_free BOOLEAN);
CREATE TABLE identity_persons.places (bundle UBIGINT, door VARCHAR, postal VARCHAR,
    is_free BOOLEAN);
CREATE TABLE identity_persons.pairs (left_bundle UBIGINT, right_bundle UBIGINT, odds DOUBLE,
    cap DOUBLE, shares_place BOOLEAN, {", ".join(f"{part} DOUBLE" for part in _PARTS)},
    {", ".join(f"{part}_agrees VARCHAR" for part in _TOLD)});
"""

#: How the columns of what is known of bundles are made of those of the frames.
_MADE_OF = {
    "bundles": "* REPLACE (CASE WHEN number IS NOT NULL THEN hash(number) END AS number)",
    "names": "* REPLACE (hash(whole) AS whole), "
    "list_transform(string_split(whole, ' '), lambda word: hash(word)) AS spelled",
    "companies": "*",
    "places": "*",
}

#: What was known of the changed bundles, and what is: put in its place.
_REPLACE = """
CREATE OR REPLACE TEMP TABLE old_{table} AS
    SELECT kept.rowid AS place, kept.* FROM identity_persons.{table} AS kept
    SEMI JOIN changed_bundles USING (bundle);
DELETE FROM identity_persons.{table} WHERE rowid IN (SELECT place FROM old_{table});
CREATE OR REPLACE TEMP TABLE asked_{table} AS FROM identity_persons.{table} LIMIT 0;
INSERT INTO asked_{table} BY NAME SELECT {columns} FROM told_frame;
INSERT INTO identity_persons.{table} FROM asked_{table};
"""

#: The same where nothing was known before.
_FIRST = "INSERT INTO identity_persons.{table} BY NAME SELECT {columns} FROM told_frame"

#: Crowds up to the usual one are all the same; beyond, they are told in powers of two.
_CROWD = "CASE WHEN {count} > {usual} THEN floor(log2({count} / {usual})) + 0.5 ELSE 0 END"

#: What more or fewer bundles share than before, so that it says more or less.
_CHANGED_VALUES = """
CREATE OR REPLACE TEMP TABLE changed_{table} AS
WITH shift AS (
    SELECT {value}, sum(more) AS more FROM (
        SELECT {value}, 1 AS more FROM asked_{table}
        UNION ALL SELECT {value}, -1 FROM old_{table}
    ) GROUP BY {value} HAVING sum(more) <> 0),
counts AS (
    SELECT {value}, count(*) AS bundles FROM identity_persons.{table} SEMI JOIN shift
        USING ({value}) GROUP BY {value})
SELECT {value}, coalesce(bundles, 0) AS count_now, count_now - more AS count_before
FROM shift LEFT JOIN counts USING ({value})
WHERE {now} <> {before};
"""


def _changed_values(table: str, value: str, usual: int) -> str:
    now, before = (
        _CROWD.format(count=count, usual=usual) for count in ("count_now", "count_before")
    )
    return _CHANGED_VALUES.format(table=table, value=value, now=now, before=before)


_VALUES = {"companies": ("company", USUAL_AT_COMPANY), "places": ("door, postal", USUAL_AT_DOOR)}

#: Bundles that share something that says more or less than before, and are in pairs.
_SWAYED = f"""
CREATE OR REPLACE TEMP TABLE paired_bundles AS
    SELECT left_bundle AS bundle FROM identity_persons.pairs
    UNION SELECT right_bundle FROM identity_persons.pairs;
CREATE OR REPLACE TEMP TABLE swayed_bundles AS
    SELECT bundle FROM (
        SELECT bundle, unnest(string_split(words, ' ')[1:{MOST_WORDS}]) AS word
        FROM identity_persons.names SEMI JOIN paired_bundles USING (bundle))
        SEMI JOIN changed_words USING (word)
    UNION SELECT bundle FROM identity_persons.companies SEMI JOIN paired_bundles USING (bundle)
        SEMI JOIN changed_companies USING (company)
    UNION SELECT bundle FROM identity_persons.places SEMI JOIN paired_bundles USING (bundle)
        SEMI JOIN changed_places USING (door, postal);
"""

#: Pairs to be weighed (``found_pairs``), and bundles whose person may be another.
_WEIGH = """
CREATE OR REPLACE TEMP TABLE lost_bundles AS
    SELECT bundle FROM asked_bundles UNION FROM changed_bundles;
CREATE OR REPLACE TEMP TABLE left_pairs AS
    SELECT rowid AS place, left_bundle, right_bundle,
        left_bundle IN (FROM lost_bundles) OR right_bundle IN (FROM lost_bundles) AS is_lost
    FROM identity_persons.pairs
    WHERE is_lost
        OR left_bundle IN (FROM swayed_bundles) OR right_bundle IN (FROM swayed_bundles);
DELETE FROM identity_persons.pairs WHERE rowid IN (SELECT place FROM left_pairs);
INSERT INTO found_pairs SELECT left_bundle, right_bundle FROM left_pairs WHERE NOT is_lost;
CREATE OR REPLACE TEMP TABLE moved_bundles AS
    FROM lost_bundles UNION SELECT unnest([left_bundle, right_bundle]) FROM left_pairs;
"""

#: ``compared_bundles``: those in pairs that are weighed.
_COMPARE = """
CREATE OR REPLACE TEMP TABLE compared_bundles AS
    SELECT DISTINCT unnest([left_bundle, right_bundle]) AS bundle FROM found_pairs
"""

_CROWDED = """
WITH held AS (FROM identity_persons.{table} SEMI JOIN compared_bundles USING (bundle)),
counts AS (
    SELECT {value}, count(*) AS bundles FROM identity_persons.{table}
    SEMI JOIN held USING ({value}) GROUP BY {value})
SELECT held.*, CASE WHEN bundles > {usual} THEN pow(2, {crowd}) ELSE 1.0 END AS crowd
FROM held LEFT JOIN counts USING ({value}) ORDER BY ALL
"""

_COMPARED = "FROM identity_persons.{table} SEMI JOIN compared_bundles USING (bundle) ORDER BY ALL"


def _crowded(table: str) -> str:
    value, usual = _VALUES[table]
    crowd = _CROWD.format(count="bundles", usual=usual)
    return _CROWDED.format(table=table, value=value, usual=usual, crowd=crowd)


def keep_bundles(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame, are_others: bool
) -> None:
    """Bring what is known of ``changed_bundles`` up to date.

    Args:
        connection: the warehouse.
        rows: all rows of these bundles, as ``bundles.told_of_bundles`` takes them.
        are_others: whether there were bundles before.
    """
    told = told_of_bundles(rows)
    statement = _REPLACE if are_others else _FIRST
    for table in KNOWN:
        with as_table(connection, "told_frame", told[table]):
            connection.execute(statement.format(table=table, columns=_MADE_OF[table]))
    if are_others:
        for table, (value, usual) in _VALUES.items():
            connection.execute(_changed_values(table, value, usual))
    else:
        connection.execute("CREATE OR REPLACE TEMP TABLE asked_bundles AS FROM changed_bundles")


def _compared(connection: duckdb.DuckDBPyConnection) -> Bundles:
    """What is known of the bundles in ``found_pairs``."""
    connection.execute(_COMPARE)
    table, names = (
        to_polars(connection.sql(_COMPARED.format(table=table))) for table in ("bundles", "names")
    )
    companies, places = (to_polars(connection.sql(_crowded(table))) for table in _VALUES)
    texts = names["words"].unique().sort()
    listed = pl.DataFrame({"words": texts}).with_columns(name=pl.int_range(pl.len()))
    placed = table.select(bundle_id="bundle", bundle=pl.int_range(pl.len()))

    def at_place(frame: pl.DataFrame) -> pl.DataFrame:
        held = frame.rename({"bundle": "bundle_id"})
        return held.join(placed, on="bundle_id", how="left", maintain_order="left")

    return Bundles(
        table=table,
        names=at_place(names).join(listed, on="words").select("bundle", "name"),
        book=read_book(connection, texts),
        companies=at_place(companies).select("bundle", "company", "crowd"),
        places=at_place(places).select("bundle", "door", "postal", "crowd"),
    )


def places_of(table: pl.DataFrame, bundles: pl.Series) -> np.typing.NDArray[np.int64]:
    """Places of bundles in a table of bundles that is in their order."""
    return np.searchsorted(table["bundle"].to_numpy(), bundles.to_numpy()).astype(np.int64)


def weigh_pairs(connection: duckdb.DuckDBPyConnection, are_others: bool) -> None:
    """Bring ``identity_persons.pairs`` up to date; notes ``moved_bundles``.

    Args:
        connection: the warehouse, after `keep_bundles`.
        are_others: whether there were bundles before.
    """
    find_pairs(connection, are_others)
    if are_others:
        connection.execute(f"{_SWAYED} {_WEIGH}")
    else:
        connection.execute("CREATE OR REPLACE TEMP TABLE moved_bundles AS FROM asked_bundles")
    pairs = to_polars(connection.sql("FROM found_pairs ORDER BY ALL"))
    if pairs.is_empty():
        return
    found = _compared(connection)
    left, right = (places_of(found.table, pairs[side]) for side in pairs.columns)
    evidence = pair_evidence(found, left, right)
    weighed = pairs.with_columns(
        odds=pl.Series(evidence.odds),
        cap=pl.Series(evidence.cap),
        shares_place=pl.Series(evidence.shares_place),
        **{part: pl.Series(evidence.parts[part]) for part in _PARTS},
        **{
            f"{part}_agrees": pl.Series(evidence.told[part].tolist(), dtype=pl.String)
            for part in _TOLD
        },
    )
    with as_table(connection, "weighed_frame", weighed):
        connection.execute("INSERT INTO identity_persons.pairs BY NAME FROM weighed_frame")


def read_evidence(table: pl.DataFrame, pairs: pl.DataFrame) -> PairEvidence:
    """Evidence as it was kept.

    Args:
        table: ``bundle`` of all that are in the pairs, in order.
        pairs: rows of ``identity_persons.pairs``.
    """
    parts = {part: pairs[part].to_numpy() for part in _PARTS}
    return PairEvidence(
        left=places_of(table, pairs["left_bundle"]),
        right=places_of(table, pairs["right_bundle"]),
        odds=pairs["odds"].to_numpy(),
        parts={"prior": np.full(pairs.height, PRIOR), **parts},
        told={part: pairs[f"{part}_agrees"].to_numpy() for part in _TOLD},
        shares_place=pairs["shares_place"].to_numpy(),
        cap=pairs["cap"].to_numpy(),
    )
