"""``identity.listed_matches``: who is on a list, how sure that is, and on what it stands."""

from datetime import date

import duckdb
import polars as pl

from screening.identity.listed.company_names import RegisterWords
from screening.identity.listed.entries import Lists, read_lists
from screening.identity.listed.kept_pairs import Listed, bring_up_to_date, forget
from screening.identity.listed.matching import concluded
from screening.identity.listed.subjects import Subjects, read_subjects
from screening.identity.reviewed.pairs import Reviewed, decisions_of, no_decisions
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: Columns of the table. ``refs`` are rows of the subject, ``ref`` is the row of the list.
COLUMNS = {
    "subject_kind": "VARCHAR",
    "subject_key": "VARCHAR",
    "supplier_id": "VARCHAR",
    "orgnr": "VARCHAR",
    "person_key": "VARCHAR",
    "refs": "BIGINT[]",
    "list": "VARCHAR",
    "list_name": "VARCHAR",
    "entry_id": "VARCHAR",
    "entry_name": "VARCHAR",
    "matched_name": "VARCHAR",
    "programme": "VARCHAR",
    "from_date": "DATE",
    "to_date": "DATE",
    "is_in_force": "BOOLEAN",
    "is_sanction": "BOOLEAN",
    "list_as_of": "DATE",
    "probability": "DOUBLE",
    "log_odds": "DOUBLE",
    "features": "VARCHAR",
    "is_match": "BOOLEAN",
    "decision": "VARCHAR",
    "ref": "BIGINT",
}

#: Words of the register's names, roughly as names are read; only those that are asked for. Names
#: are taken apart at spaces first: far fewer words than names have to be read then.
_REGISTER_WORDS = """
SELECT word, sum(rows)::BIGINT AS rows FROM (
    SELECT unnest(list_distinct(regexp_split_to_array(
        strip_accents(lower(written)), '[^a-z0-9]+'))) AS word, rows
    FROM (
        SELECT written, count(*) AS rows
        FROM (SELECT unnest(string_split(left(name, 200), ' ')) AS written FROM known.companies)
        GROUP BY written))
SEMI JOIN asked_words USING (word)
GROUP BY word ORDER BY word
"""

#: The same from the index that parties without a number are matched by, where there is one: it was
#: brought up to date when suppliers were found.
_INDEXED_WORDS = """
SELECT asked.word, held.rows FROM asked_words AS asked
JOIN identity_index.vocabulary AS held ON held.word = hash(asked.word)
ORDER BY asked.word
"""

_IS_INDEXED = """
FROM duckdb_tables() WHERE schema_name = 'identity_index' AND table_name = 'vocabulary'
"""

#: All parties: ``is_entry``, ``no``, ``content``.
_NOW = """
CREATE OR REPLACE TEMP TABLE listed_now AS
SELECT true AS is_entry, no, content FROM ({entries})
UNION ALL SELECT false, no, content FROM ({subjects})
"""

#: The key that a row has by itself, and the key of the person that it turned out to be about.
_PERSON_KEYS = """
SELECT own_key, min(person_key) AS person_key FROM identity.persons
WHERE own_key <> person_key GROUP BY own_key ORDER BY own_key
"""


_DECIDED = {"entry": pl.UInt64(), "subject": pl.UInt64(), "decision": pl.String()}


def _register_words(connection: duckdb.DuckDBPyConnection) -> RegisterWords:
    """Tells how many rows of the company register have a word."""
    query = _INDEXED_WORDS if has_rows(connection, _IS_INDEXED) else _REGISTER_WORDS

    def rows_with(words: pl.DataFrame) -> pl.DataFrame:
        with as_table(connection, "asked_words", words):
            return to_polars(connection.sql(query))

    return rows_with


def _decided_pairs(
    connection: duckdb.DuckDBPyConnection, decided: Reviewed, lists: Lists, subjects: Subjects
) -> pl.DataFrame:
    """Decisions whose subject and entry are both there: entry, subject, decision.

    Who was a person by themselves when somebody decided may be one with others by now, under
    another key; of decisions that come together so the newest counts.
    """
    if decided.pairs.is_empty():
        return pl.DataFrame(schema=_DECIDED)
    person_keys = to_polars(connection.sql(_PERSON_KEYS))
    newest = (
        decided.pairs.sort("decided_on", "decision_id", descending=True)
        .select(
            key=pl.col("left_key").replace(person_keys["own_key"], person_keys["person_key"]),
            entry_id="right_key",
            decision="decision",
        )
        .unique(["key", "entry_id"], keep="first", maintain_order=True)
    )
    entries = lists.numbers_of(newest["entry_id"].unique()).rename({"no": "entry"})
    return (
        newest.join(subjects.numbers_of(newest["key"].unique()).rename({"no": "subject"}), on="key")
        .join(entries, on="entry_id")
        .select(_DECIDED.keys())
    )


def _with_decisions(matches: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """What a person decided holds, whatever the evidence says; the evidence stands beside it."""
    is_same, is_not = pl.col("decision") == "same", pl.col("decision") == "not_same"
    return matches.join(decided, on=["entry", "subject"], how="left").with_columns(
        probability=pl.when(is_same).then(1.0).when(is_not).then(0.0).otherwise("probability"),
        is_match=pl.when(is_same | is_not).then(is_same).otherwise("is_match"),
    )


def listed_matches(
    connection: duckdb.DuckDBPyConnection, as_of: date, decisions: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Every subject that is, or may be, on a list: ``COLUMNS``, by subject and entry.

    Args:
        connection: schema ``known`` set to the run's day; the other tables of ``identity`` made.
        as_of: the run's day.
        decisions: what people decided (``screening.identity.reviewed.pairs.DECISIONS``).
    """
    lists = read_lists(connection, as_of)
    if not lists.any():
        forget(connection)
        return pl.DataFrame(schema=list(COLUMNS))
    subjects = read_subjects(connection)
    held = no_decisions() if decisions is None else decisions
    reviewed = decisions_of(held, "listed", as_of)
    decided = _decided_pairs(connection, reviewed, lists, subjects)
    connection.execute(_NOW.format(entries=lists.contents, subjects=subjects.contents))
    ((size,),) = connection.execute("SELECT count(*) FROM known.companies").fetchall()
    pairs = bring_up_to_date(
        Listed(
            connection,
            now="listed_now",
            read=lambda is_entry, asked: (
                lists.side_of(asked) if is_entry else subjects.side_of(asked)
            ),
            register=_register_words(connection),
            register_size=size,
            wanted=decided.select("entry", "subject").unique().sort("entry", "subject"),
        )
    )
    matches = concluded(pairs, decided)
    shown = subjects.shown(matches["subject"])
    entries = lists.shown(matches.select(no="entry").unique())
    subjects.forget()
    lists.forget()
    connection.execute("DROP TABLE temp.listed_now")
    return (
        _with_decisions(matches, decided)
        .join(entries.rename({"no": "entry"}), on="entry")
        .join(shown.rename({"no": "subject"}), on="subject")
        .sort("subject_kind", "subject_key", "list", "entry_id", "ref")
        .select(COLUMNS.keys())
    )


def write_listed_matches(
    connection: duckdb.DuckDBPyConnection, as_of: date, decisions: pl.DataFrame | None = None
) -> int:
    """Write ``identity.listed_matches`` anew; how many of its rows are matches.

    Raises:
        duckdb.Error: the warehouse cannot be read or written.
    """
    matches = listed_matches(connection, as_of, decisions)
    listed = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    connection.execute(f"CREATE OR REPLACE TABLE identity.listed_matches ({listed})")
    if matches.height:
        with as_table(connection, "matches_found", matches):
            connection.execute("INSERT INTO identity.listed_matches FROM matches_found")
    return int(matches["is_match"].sum()) if matches.height else 0
