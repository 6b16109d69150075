"""What is asked of the register: distinct records of parties, and the words that they ask for.

Parties with the same record ask the same question, so it is answered once. A question's words are
those of its name; two of them run together, if some company writes them so; and for a word that no
row of the register has, the words of which it may be a misspelling.
"""

import duckdb
import polars as pl

from screening.identity.name_words import name_words
from screening.identity.readings import name_readings
from screening.identity.register_index import COMPACT, DOOR, MOST_WORDS, POSTAL
from screening.warehouse.exchange import as_table

#: Letters of a word that may be a misspelling.
_LEAST_LETTERS = 4

#: Words that one misspelled word may stand for.
_MOST_GUESSES = 24

_TABLES = """
CREATE OR REPLACE TABLE identity_index.questions AS FROM questions_now LIMIT 0;
CREATE OR REPLACE TABLE identity_index.asked
    (question UBIGINT, word UBIGINT, role VARCHAR, own UBIGINT);
CREATE OR REPLACE TABLE identity_index.doubtful (question UBIGINT, text VARCHAR);
CREATE OR REPLACE TABLE identity_index.places (question UBIGINT, postal UINTEGER, door UBIGINT);
CREATE OR REPLACE TABLE identity_index.letters (question UBIGINT, compact UBIGINT);
"""

_NOW = """
CREATE OR REPLACE TEMP TABLE questions_of AS
    SELECT party_id, hash({columns}) AS question FROM parties_now;
CREATE OR REPLACE TEMP TABLE questions_now AS
    SELECT DISTINCT hash({columns}) AS question, {columns} FROM parties_now;
"""

_CHANGED = """
CREATE OR REPLACE TEMP TABLE gone_questions AS
    SELECT question FROM identity_index.questions ANTI JOIN questions_now USING (question);
CREATE OR REPLACE TEMP TABLE fresh_questions AS
    SELECT question FROM questions_now ANTI JOIN identity_index.questions USING (question);
"""

#: Every way of leaving out one letter, and the word itself: two words that are one typing error
#: apart have one of these in common.
_SPELLINGS = f"""
SELECT text, hash(substr(text, 1, left_out - 1) || substr(text, left_out + 1)) AS spelling
FROM (SELECT text, unnest(range(1, length(text) + 2)) AS left_out FROM {{texts}}
    WHERE length(text) >= {_LEAST_LETTERS} AND NOT regexp_matches(text, '[0-9]'))
"""

#: Questions with a misspelled word that a new word of the register may be the right one of.
_NEAR_NEW_WORDS = f"""
WITH asked AS (SELECT DISTINCT text FROM identity_index.doubtful),
    new_words AS (SELECT text FROM changed_words WHERE is_new),
    near AS (
        SELECT DISTINCT asked.text FROM ({_SPELLINGS.format(texts="asked")}) AS asked
        JOIN ({_SPELLINGS.format(texts="new_words")}) AS new_word USING (spelling)
        WHERE damerau_levenshtein(asked.text, new_word.text) = 1)
SELECT DISTINCT question FROM identity_index.doubtful SEMI JOIN near USING (text)
"""

_OWN_WORDS = f"""
CREATE OR REPLACE TEMP TABLE own_words AS
SELECT question, text, hash(text) AS word FROM (
    SELECT question, unnest(list_distinct(string_split(form, ' ')[:{MOST_WORDS}])) AS text
    FROM asked_forms WHERE is_full)
WHERE text NOT IN (SELECT text FROM filler_words);
CREATE OR REPLACE TEMP TABLE doubtful_words AS
SELECT question, text FROM own_words
ANTI JOIN identity_index.vocabulary AS held USING (word)
WHERE length(text) >= {_LEAST_LETTERS} AND NOT regexp_matches(text, '[0-9]');
"""

_GUESSES = f"""
CREATE OR REPLACE TEMP TABLE guesses AS
WITH asked AS (SELECT DISTINCT text FROM doubtful_words)
SELECT asked.text, held.text AS guess FROM ({_SPELLINGS.format(texts="asked")}) AS asked
JOIN ({_SPELLINGS.format(texts="identity_index.vocabulary")}) AS held USING (spelling)
WHERE damerau_levenshtein(asked.text, held.text) = 1
GROUP BY asked.text, held.text
QUALIFY row_number() OVER (PARTITION BY asked.text
    ORDER BY left(asked.text, 1) = left(held.text, 1) DESC, held.text) <= {_MOST_GUESSES}
"""

#: ``role``: word, joined and guess find rows; a read word only weighs in the comparison.
_ASKED = f"""
CREATE OR REPLACE TEMP TABLE asked_words AS
SELECT question, word, 'word' AS role, word AS own FROM own_words
UNION
SELECT question, hash(text), 'joined', hash(text) FROM (
    SELECT question, unnest(
        list_transform(range(1, len(words)), lambda i: words[i] || words[i + 1])) AS text
    FROM (SELECT question, string_split(form, ' ')[:{MOST_WORDS}] AS words
        FROM asked_forms WHERE is_full))
UNION
SELECT question, hash(guess), 'guess', hash(text) FROM doubtful_words JOIN guesses USING (text)
UNION
SELECT question, hash(text), 'read', NULL FROM (
    SELECT question, unnest(string_split(form, ' ')) AS text FROM asked_forms)
"""

_PLACED = f"""
CREATE OR REPLACE TEMP TABLE asked_places AS
SELECT question, postal, {DOOR} AS door FROM (
    SELECT question, street, {POSTAL} AS postal
    FROM questions_now SEMI JOIN questions_again USING (question));
CREATE OR REPLACE TEMP TABLE asked_letters AS
SELECT DISTINCT question, {COMPACT} AS compact FROM asked_forms;
"""

_KEEP_QUESTIONS = """
DELETE FROM identity_index.questions WHERE question IN (SELECT question FROM gone_questions);
INSERT INTO identity_index.questions
    FROM questions_now SEMI JOIN fresh_questions USING (question);
"""

_KEEP = """
DELETE FROM identity_index.{kept} WHERE question IN (SELECT question FROM questions_left);
INSERT INTO identity_index.{kept} FROM {made};
"""

_KEPT = {
    "asked": "asked_words",
    "doubtful": "doubtful_words",
    "places": "asked_places",
    "letters": "asked_letters",
}


def note_questions(connection: duckdb.DuckDBPyConnection, parties: pl.DataFrame) -> None:
    """Make ``questions_of`` (party_id, question) and ``questions_now`` (question, the record)."""
    columns = ", ".join(f'"{name}"' for name in record_columns(parties))
    with as_table(connection, "parties_now", parties):
        connection.execute(_NOW.format(columns=columns))


def record_columns(parties: pl.DataFrame) -> list[str]:
    """The columns of parties that make their record, in alphabetical order."""
    return sorted(name for name in parties.columns if name != "party_id")


def start_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty tables of questions, as if nobody had asked before."""
    connection.execute(_TABLES)


def note_changed_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``fresh_questions`` and ``gone_questions`` (question)."""
    connection.execute(_CHANGED)


def note_questions_of_changed_words(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``questions_of_words``: whose words, or guesses at them, are worth something else now.

    Needs ``changed_words`` of the register's index.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE questions_of_words AS "
        "SELECT DISTINCT question FROM identity_index.asked SEMI JOIN changed_words USING (word) "
        f"UNION SELECT question FROM ({_NEAR_NEW_WORDS})"
    )


def ask(connection: duckdb.DuckDBPyConnection, asked: pl.DataFrame) -> None:
    """Find the words that ``questions_again`` ask for.

    Makes ``asked_words`` (question, word, role, own), ``asked_places`` (question, postal, door) and
    ``asked_letters`` (question, compact), and keeps them in the index.

    Args:
        connection: the warehouse; the register's index is up to date.
        asked: ``normal_rows`` of ``questions_again``, with ``question``.
    """
    forms = pl.concat(
        [
            asked.select("question", form="full", is_full=True).drop_nulls("form"),
            name_readings(asked, "question").select("question", form="text", is_full=False),
        ]
    )
    fillers = pl.DataFrame({"text": sorted(name_words().fillers)})
    with as_table(connection, "asked_forms", forms), as_table(connection, "filler_words", fillers):
        for statement in (_OWN_WORDS, _GUESSES, _ASKED, _PLACED):
            connection.execute(statement)
    connection.execute(_KEEP_QUESTIONS)
    for kept, made in _KEPT.items():
        connection.execute(_KEEP.format(kept=kept, made=made))
