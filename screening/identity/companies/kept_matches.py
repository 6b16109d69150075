"""Matches that are kept from run to run: only what changed, and what that touches, is done again.

A question is asked again in full if it is new, if a word of it is worth something else than last
time, if a new word of the register may be what it means, if a company with just its letters comes
or goes, or if a key of it brings too many rows
now, or no longer does. A row of the register is compared again, with the questions that it has a
key in common with, if it is new or another, or if one of its words is worth something else. All
else follows from what is the same as last time, and stands: also the evidence of a pair whose
question is asked again for what it may mean, while both records and their words are as they were.

The first run asks everything of everything, by the same statements: the result of a later run is
that of a first one.
"""

from collections.abc import Callable
from datetime import date

import duckdb
import polars as pl
import rapidfuzz

from screening.identity.companies.candidates import (
    find_pairs_of_questions,
    find_pairs_of_rows,
    keep_promising_pairs,
    note_changed_keys,
    start_keys,
)
from screening.identity.companies.pair_evidence import PAIR_COLUMNS, in_threads, weigh_pairs
from screening.identity.companies.questions import (
    ask,
    note_changed_questions,
    note_questions,
    note_questions_of_changed_letters,
    note_questions_of_changed_words,
    record_columns,
    start_questions,
)
from screening.identity.companies.readings import normal_rows
from screening.identity.companies.register_index import (
    apply_changes,
    counted_size,
    index_stands,
    note_changes,
    note_lines,
    seal_index,
    start_index,
    unseal_index,
)
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.fingerprint import fingerprint

_PAIRS = f"""
CREATE OR REPLACE TABLE identity_index.pairs (question UBIGINT, ref BIGINT,
    {", ".join(f"{name} {kind}" for name, kind in PAIR_COLUMNS.items())});
CREATE OR REPLACE TABLE identity_index.weighed (question UBIGINT, ref BIGINT);
CREATE OR REPLACE TABLE identity_index.more_words (ref BIGINT, word UBIGINT);
CREATE OR REPLACE TABLE identity_index.matches (question UBIGINT, orgnr VARCHAR,
    probability DOUBLE, is_match BOOLEAN, features VARCHAR);
"""

_QUESTIONS_AGAIN = """
CREATE OR REPLACE TEMP TABLE questions_again AS
SELECT question FROM (
    FROM fresh_questions UNION FROM questions_of_words UNION FROM questions_of_letters
    UNION FROM questions_of_keys)
ANTI JOIN gone_questions USING (question);
CREATE OR REPLACE TEMP TABLE questions_left AS
    FROM questions_again UNION FROM gone_questions;
"""

_FORGET_WORDS = """
DELETE FROM identity_index.more_words WHERE ref IN (SELECT ref FROM gone_rows)
"""

_IS_ANY_LEFT_ALONE = "FROM identity_index.questions ANTI JOIN questions_again USING (question)"

#: Of no use where every question is asked again, and nothing was weighed before.
_NO_ROWS_AGAIN = "CREATE OR REPLACE TEMP TABLE rows_again (ref BIGINT)"

_ROWS_AGAIN = """
CREATE OR REPLACE TEMP TABLE rows_again AS
    SELECT ref FROM fresh_rows
    UNION SELECT ref FROM identity_index.postings SEMI JOIN changed_words USING (word)
    UNION SELECT ref FROM identity_index.more_words SEMI JOIN changed_words USING (word);
"""

#: Rows and questions that are another, or have a word that weighs another: what was weighed of them
#: no longer stands. ``read`` are all words of a question, in every reading; ``meant_otherwise``
#: counts such words of it as others that they may be.
_STANDING = """
CREATE OR REPLACE TEMP TABLE rows_left AS
    SELECT ref FROM rows_again UNION SELECT ref FROM gone_rows;
CREATE OR REPLACE TEMP TABLE standing_pairs AS
    SELECT question, ref FROM identity_index.weighed SEMI JOIN promising_pairs USING (question, ref)
    ANTI JOIN rows_left USING (ref)
    ANTI JOIN (
        FROM fresh_questions
        UNION SELECT question FROM identity_index.asked SEMI JOIN changed_words USING (word)
            WHERE role = 'read'
        UNION FROM meant_otherwise) AS others USING (question);
CREATE OR REPLACE TEMP TABLE pairs_to_weigh AS
    FROM promising_pairs ANTI JOIN standing_pairs USING (question, ref);
"""

#: Pairs that no longer stand, and the questions that lose one or may win one.
_LEAVE = """
CREATE OR REPLACE TEMP TABLE questions_touched AS
    FROM questions_left
    UNION SELECT question FROM promising_pairs
    UNION SELECT question FROM identity_index.pairs SEMI JOIN rows_left USING (ref);
"""

_LEAVE_PAIRS = """
DELETE FROM identity_index.{kept} AS kept
WHERE (question IN (FROM questions_left) OR ref IN (FROM rows_left))
    AND NOT EXISTS (FROM standing_pairs AS standing
        WHERE standing.question = kept.question AND standing.ref = kept.ref)
"""

_KEEP_WEIGHED = "INSERT INTO identity_index.weighed FROM pairs_to_weigh"

_ANY_CHANGE = """
SELECT 1 FROM fresh_lines UNION ALL SELECT 1 FROM gone_rows
UNION ALL SELECT 1 FROM fresh_questions UNION ALL SELECT 1 FROM gone_questions
"""

_KEEP_MATCHES = """
DELETE FROM identity_index.matches WHERE question IN (FROM questions_touched);
INSERT INTO identity_index.matches FROM decided;
"""

_RECORDS = """
FROM questions_now SEMI JOIN ({wanted}) AS wanted USING (question) ORDER BY question
"""

_TEMPORARY = (
    "fresh_lines", "gone_rows", "fresh_rows", "fresh_words", "fresh_part",
    "fresh_places", "word_changes", "changed_words", "questions_now", "fresh_questions",
    "gone_questions", "questions_of_words",
    "questions_of_keys", "questions_of_letters", "questions_again", "questions_left",
    "questions_touched", "own_words", "doubted",
    "unknown_words", "pieces", "run_together", "common_words", "doubtful_words", "near_words",
    "guesses", "asked_words", "asked_places", "asked_letters", "rarest_words", "pair_words",
    "asked_keys", "asked_matches", "asked_postings", "counted_keys", "blocked_pairs", "left_keys",
    "gone_postings", "gone_keys", "key_changes", "rows_again", "again_postings", "again_keys",
    "promising_pairs", "standing_pairs", "pairs_to_weigh", "rows_left",
    "weighed_postings", "wanted_words", "shared_weights", "settled_questions",
    "read_words", "misread_words", "meant_otherwise", "unheard_words",
)  # fmt: skip


def _made_from(parties: pl.DataFrame) -> str:
    return fingerprint(pl.__version__, rapidfuzz.__version__, *record_columns(parties))


def _records(connection: duckdb.DuckDBPyConnection, wanted: str) -> pl.DataFrame:
    """Normal forms of the questions that ``wanted`` names, those with a readable name."""
    records = to_polars(connection.sql(_RECORDS.format(wanted=wanted)))
    return in_threads(records, normal_rows).drop_nulls("main")


def _find_pairs(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Make ``blocked_pairs`` of all that changed; returns normal forms of ``questions_again``."""
    note_changes(connection)
    note_questions_of_changed_words(connection)
    note_questions_of_changed_letters(connection)
    note_changed_keys(connection)
    apply_changes(connection)
    connection.execute(_QUESTIONS_AGAIN)
    asked = _records(connection, "FROM questions_again")
    ask(connection, asked)
    find_pairs_of_questions(connection)
    connection.execute(_FORGET_WORDS)
    is_any_left_alone = has_rows(connection, _IS_ANY_LEFT_ALONE)
    was_weighed = has_rows(connection, "FROM identity_index.weighed")
    connection.execute(_ROWS_AGAIN if is_any_left_alone or was_weighed else _NO_ROWS_AGAIN)
    if is_any_left_alone:
        find_pairs_of_rows(connection)
    return asked


def _note_all(connection: duckdb.DuckDBPyConnection, parties: pl.DataFrame, as_of: date) -> int:
    """Note what there is to ask and to be asked of; returns the size of the register."""
    size = note_lines(connection, as_of)
    if size:
        note_questions(connection, parties)
        if not index_stands(connection, _made_from(parties), size):
            start_index(connection)
            start_questions(connection)
            start_keys(connection)
            connection.execute(_PAIRS)
        note_changed_questions(connection)
    return size


def find_all_pairs(
    connection: duckdb.DuckDBPyConnection, parties: pl.DataFrame, as_of: date
) -> bool:
    """Make ``blocked_pairs`` (question, ref) of everything; whether there is a register at all."""
    if not _note_all(connection, parties, as_of):
        return False
    _find_pairs(connection)
    return True


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection,
    parties: pl.DataFrame,
    as_of: date,
    decide: Callable[[pl.DataFrame], pl.DataFrame],
) -> bool:
    """Make ``identity_index.matches`` what it would be if everything were asked for the first time.

    Leaves the temporary table ``questions_of`` (party_id, question).

    Args:
        connection: the warehouse, schema ``known`` set to the run's day.
        parties: ``party_id``, what is known of each party, and ``look_further`` (Boolean): whether
            to look beyond a company with just that name and door.
        as_of: the run's day.
        decide: of pairs (rows of ``identity_index.pairs``), the best company of each question.

    Returns:
        Whether there is a register at all; if not, nothing is done.
    """
    size = _note_all(connection, parties, as_of)
    if not size:
        return False
    if not has_rows(connection, _ANY_CHANGE):
        return True
    unseal_index(connection)
    asked = _find_pairs(connection)
    keep_promising_pairs(connection, counted_size(size))
    connection.execute(_STANDING)
    connection.execute(_LEAVE)
    for kept in ("pairs", "weighed"):
        connection.execute(_LEAVE_PAIRS.format(kept=kept))
    connection.execute(_KEEP_WEIGHED)
    if has_rows(connection, "FROM pairs_to_weigh"):
        others = _records(
            connection, "SELECT DISTINCT question FROM pairs_to_weigh EXCEPT FROM questions_again"
        )
        weigh_pairs(connection, pl.concat([asked, others]), as_of, counted_size(size))
    touched = "FROM identity_index.pairs SEMI JOIN questions_touched USING (question)"
    with as_table(connection, "decided", decide(to_polars(connection.sql(touched)))):
        connection.execute(_KEEP_MATCHES)
    seal_index(connection, _made_from(parties), size)
    return True


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop all that is kept: the next run asks everything anew, with the same result."""
    connection.execute("DROP SCHEMA IF EXISTS identity_index CASCADE")


def drop_temporary(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what ``bring_up_to_date`` left, all but ``questions_of``."""
    connection.execute("DROP VIEW IF EXISTS temp.register_lines")
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
