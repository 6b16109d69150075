"""What is asked of the register: distinct records of parties, and the words that they ask for.

Parties with the same record ask the same question, so it is answered once. A question's words are
those of its name; two of them run together, if some company writes them so; and for a word that is
doubted, the words of which it may be a misspelling. A word is doubted that no row of the register
has; and one that hardly any has, if no company has all letters of the name.

A question is settled if a company that has all letters of its name is at its door: no other comes
near that, so nobody looks for one, unless a person has said that it is not that company.
"""

import duckdb
import polars as pl

from screening.identity.companies import candidates
from screening.identity.companies.near_words import (
    HARDLY_ANY,
    MAY_BE_WRONG,
    MOST_LETTERS,
    misread_words,
    near,
    spelled,
)
from screening.identity.companies.readings import name_readings
from screening.identity.companies.register_index import (
    COMPACT,
    DOOR,
    EXACT,
    MOST_WORDS,
    POSTAL,
    RARE_BELOW,
    STREET_LINE,
    TOWN_DOOR,
)
from screening.identity.names.company_names import words_of
from screening.identity.names.readable_text import fold
from screening.identity.names.words import name_words
from screening.warehouse.exchange import as_table

#: Letters of a word that may be two run together, of each of them if the other is a common word,
#: and of one that is told by itself.
_LEAST_TOGETHER, _LEAST_PIECE, _LEAST_TELLING_PIECE = 7, 3, 5

#: Letters of a word that may have an s more: "TUs Bygg" is "TU Bygg".
_LEAST_GENITIVE = 2

#: ... and of one that may have that, and be misspelled as well.
_LEAST_GENITIVE_WRONG = 8

#: Words that one misspelled or shortened word may stand for.
MOST_GUESSES = 48

_TABLES = """
CREATE OR REPLACE TABLE identity_index.questions AS FROM questions_now LIMIT 0;
CREATE OR REPLACE TABLE identity_index.asked
    (question UBIGINT, word UBIGINT, role VARCHAR, own UBIGINT);
CREATE OR REPLACE TABLE identity_index.doubtful (question UBIGINT, text VARCHAR, last VARCHAR);
CREATE OR REPLACE TABLE identity_index.places
    (question UBIGINT, postal UINTEGER, door UBIGINT, town_door UBIGINT, exact UBIGINT);
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

#: Which of the words that another may be come first: common ones, then those that begin alike.
_TURN = """
(CASE WHEN is_common THEN '0' ELSE '1' END
    || CASE WHEN left(near.text, 1) = left(guess, 1) THEN '0' ELSE '1' END || guess)
"""

#: What turns of common words come before, and those of others do not.
_BEFORE_OTHERS = "1"

#: Questions with a word that no row had, for which a new word, or a word that is common now, may
#: be meant; not where enough others come before it (``last``).
_NEAR_NEW_WORDS = f"""
WITH asked AS (SELECT DISTINCT text, last FROM identity_index.doubtful),
    new_words AS (SELECT text, is_common FROM changed_words WHERE is_new OR is_common)
SELECT DISTINCT question FROM identity_index.doubtful SEMI JOIN (
    SELECT near.text FROM ({near("asked", "new_words")}) AS near
    JOIN new_words ON new_words.text = guess JOIN asked ON asked.text = near.text
    WHERE last IS NULL OR {_TURN} < last) AS near USING (text)
"""

#: ``own_words``: words of the names. ``pieces``: words that may be two run together, cut in two.
_OWN_WORDS = f"""
CREATE OR REPLACE TEMP TABLE own_words AS
SELECT question, asked.text, hash(asked.text) AS word, coalesce(held.rows, 0) AS rows FROM (
    SELECT question, unnest(list_distinct(string_split(form, ' ')[:{MOST_WORDS}])) AS text
    FROM asked_forms WHERE is_full AND question NOT IN (FROM settled_questions)) AS asked
LEFT JOIN identity_index.vocabulary AS held ON held.word = hash(asked.text)
WHERE asked.text NOT IN (SELECT text FROM filler_words);
CREATE OR REPLACE TEMP TABLE doubted AS
SELECT question, text, word FROM own_words WHERE rows = 0 OR rows < {HARDLY_ANY}
    AND question NOT IN (
        SELECT question FROM asked_letters JOIN identity_index.rows USING (compact));
CREATE OR REPLACE TEMP TABLE unknown_words AS
SELECT DISTINCT text FROM own_words WHERE rows = 0;
CREATE OR REPLACE TEMP TABLE pieces AS
SELECT DISTINCT text, left(written, cut) AS one, substr(written, cut + 1) AS other FROM (
    SELECT text, written, unnest(range({_LEAST_PIECE}, length(written) - {_LEAST_PIECE} + 1)) AS cut
    FROM (
        SELECT text, unnest([text, {spelled("text")}]) AS written FROM unknown_words)
    WHERE length(text) BETWEEN {_LEAST_TOGETHER} AND {MOST_LETTERS});
CREATE OR REPLACE TEMP TABLE run_together AS
SELECT text, other AS piece FROM pieces SEMI JOIN common_words ON common_words.text = one
UNION
SELECT text, one FROM pieces SEMI JOIN common_words ON common_words.text = other;
CREATE OR REPLACE TEMP TABLE doubtful_words AS
SELECT text, text AS own FROM doubted WHERE {MAY_BE_WRONG}
UNION
SELECT {spelled("text")}, text FROM doubted
WHERE {MAY_BE_WRONG} AND {spelled("text")} NOT IN (SELECT text FROM identity_index.vocabulary)
UNION
SELECT left(text, -1), text FROM doubted
WHERE ends_with(text, 's') AND length(text) >= {_LEAST_GENITIVE_WRONG}
UNION
SELECT piece AS text, text AS own FROM run_together
WHERE {MAY_BE_WRONG.replace("text", "piece")} AND piece NOT IN (
    SELECT text FROM identity_index.vocabulary);
"""

_COMMON_WORDS = f"""
CREATE OR REPLACE TEMP TABLE common_words AS
SELECT text FROM identity_index.vocabulary WHERE rows >= {RARE_BELOW}
"""

#: ``near_words``: words of the register that a doubtful word is a typing error from, or begins.
#: ``guesses``: words of the register that a word of a question may be.
_GUESSES = f"""
CREATE OR REPLACE TEMP TABLE near_words AS
WITH asked AS (SELECT DISTINCT text FROM doubtful_words),
known AS (
    SELECT text, text IN (SELECT text FROM common_words) AS is_common
    FROM identity_index.vocabulary
)
SELECT near.text, guess, {_TURN} AS turn
FROM ({near("asked", "known")}) AS near JOIN known ON known.text = guess
QUALIFY row_number() OVER (PARTITION BY near.text ORDER BY turn) <= {{most}};
CREATE OR REPLACE TEMP TABLE guesses AS
WITH known AS (
    SELECT text, text IN (SELECT text FROM common_words) AS is_common
    FROM identity_index.vocabulary SEMI JOIN (
        SELECT one AS text FROM pieces UNION SELECT other FROM pieces) AS halves USING (text)
)
SELECT own, guess FROM doubtful_words JOIN near_words USING (text) WHERE own <> guess
UNION SELECT text, piece FROM run_together
UNION SELECT pieces.text, one FROM pieces JOIN known ON known.text = one
    WHERE length(one) >= {_LEAST_TELLING_PIECE} OR known.is_common
UNION SELECT pieces.text, other FROM pieces JOIN known ON known.text = other
    WHERE length(other) >= {_LEAST_TELLING_PIECE} OR known.is_common
"""

#: ``read_words``: words of any reading that hardly any row has, and the common words of which they
#: may be misspellings: these weigh in the comparison. ``meant_otherwise``: whose words may be
#: misspellings of words that are common now, or no longer are.
_READ_WORDS = f"""
CREATE OR REPLACE TEMP TABLE read_words AS
SELECT DISTINCT question, asked.text FROM (
    SELECT question, unnest(string_split(form, ' ')) AS text FROM asked_forms) AS asked
LEFT JOIN identity_index.vocabulary AS held ON held.word = hash(asked.text)
WHERE coalesce(held.rows, 0) < {HARDLY_ANY};
CREATE OR REPLACE TEMP TABLE misread_words AS {misread_words("read_words", "common_words")};
CREATE OR REPLACE TEMP TABLE meant_otherwise AS
WITH no_longer AS (SELECT text FROM changed_words WHERE NOT is_new AND NOT is_common)
SELECT DISTINCT question FROM read_words SEMI JOIN (
    SELECT text FROM misread_words SEMI JOIN changed_words ON changed_words.text = guess
    UNION SELECT text FROM ({misread_words("read_words", "no_longer")})) AS meant USING (text);
"""

#: ``role``: word, joined and guess find rows; a word that is read weighs in the comparison, and
#: one that is watched would change what is guessed.
_ASKED = f"""
CREATE OR REPLACE TEMP TABLE asked_words AS
SELECT question, word, 'word' AS role, word AS own FROM own_words
UNION
SELECT question, hash({spelled("text")}), 'word', word FROM doubted
UNION
SELECT question, hash(text), 'joined', hash(text) FROM (
    SELECT question, unnest(
        list_transform(range(1, len(words)), lambda i: words[i] || words[i + 1])) AS text
    FROM (SELECT question, string_split(form, ' ')[:{MOST_WORDS}] AS words
        FROM asked_forms WHERE is_full AND question NOT IN (FROM settled_questions)))
UNION
SELECT question, hash(text), 'joined', hash(text) FROM (
    SELECT question, unnest(string_split(form, ' ')[:{MOST_WORDS}]) AS text
    FROM care_of_forms WHERE question NOT IN (FROM settled_questions))
UNION
SELECT question, hash(text || 's'), 'guess', word FROM own_words
    WHERE length(text) >= {_LEAST_GENITIVE} AND NOT ends_with(text, 's')
UNION
SELECT question, hash(left(text, -1)), 'guess', word FROM own_words
    WHERE length(text) > {_LEAST_GENITIVE} AND ends_with(text, 's')
UNION
SELECT question, hash(guess), 'guess', word FROM doubted
    JOIN guesses ON guesses.own = doubted.text
UNION
SELECT question, unnest([hash(one), hash(other)]), 'watched', NULL
    FROM own_words JOIN pieces USING (text)
UNION
SELECT question, hash(guess), 'watched', NULL FROM read_words JOIN misread_words USING (text)
UNION
SELECT question, hash(text), 'read', NULL FROM (
    SELECT question, unnest(string_split(form, ' ')) AS text FROM asked_forms)
"""

_PLACED = f"""
CREATE OR REPLACE TEMP TABLE asked_letters AS
SELECT DISTINCT question, {COMPACT} AS compact FROM asked_forms;
CREATE OR REPLACE TEMP TABLE asked_places AS
SELECT question, postal, door, town_door, {EXACT} AS exact FROM (
    SELECT question, postal, {DOOR} AS door, {TOWN_DOOR} AS town_door FROM (
        SELECT question, city, {POSTAL} AS postal, {STREET_LINE} AS place_line
        FROM questions_now SEMI JOIN questions_again USING (question)))
LEFT JOIN (SELECT question, {COMPACT} AS compact FROM asked_forms WHERE is_full) USING (question);
"""

#: Questions that need no search: a company has all their letters, and is at their door.
_SETTLED = """
CREATE OR REPLACE TEMP TABLE settled_questions AS
SELECT question FROM asked_places JOIN questions_now USING (question)
WHERE NOT look_further AND exact IN (
    SELECT exact FROM identity_index.rows SEMI JOIN asked_places USING (exact)
    GROUP BY exact HAVING count(*) <= {most})
"""

_QUESTIONS_OF_LETTERS = f"""
CREATE OR REPLACE TEMP TABLE questions_of_letters AS
WITH changed AS (
    SELECT compact, exact FROM fresh_rows
    UNION ALL SELECT compact, exact FROM identity_index.rows SEMI JOIN gone_rows USING (ref)
)
SELECT question FROM identity_index.letters SEMI JOIN changed USING (compact)
SEMI JOIN (
    SELECT question FROM identity_index.asked JOIN identity_index.vocabulary USING (word)
    WHERE role = 'word' AND rows < {HARDLY_ANY}) AS rare USING (question)
UNION
SELECT question FROM identity_index.places SEMI JOIN changed USING (exact)
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
    "doubtful": f"""(
        SELECT DISTINCT question, doubtful_words.text, last FROM doubted
        JOIN doubtful_words ON doubtful_words.own = doubted.text
        LEFT JOIN (
            SELECT text, max(turn) AS last FROM near_words
            GROUP BY text HAVING count(*) = {MOST_GUESSES}) AS full_up
        ON full_up.text = doubtful_words.text
        UNION ALL SELECT question, text, '{_BEFORE_OTHERS}' FROM read_words
        UNION ALL SELECT question, {spelled("text")}, '{_BEFORE_OTHERS}' FROM read_words)""",
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


def note_questions_of_changed_letters(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``questions_of_letters``: a company that has all their letters came or went.

    Only where that is asked: a question with a word that hardly any company has, and one with such
    a company at its door. Needs the register's changes, not yet applied.
    """
    connection.execute(_QUESTIONS_OF_LETTERS)


def ask(connection: duckdb.DuckDBPyConnection, asked: pl.DataFrame) -> None:
    """Find the words that ``questions_again`` ask for.

    Makes ``asked_words`` (question, word, role, own), ``asked_places`` (question, postal, door,
    town_door, exact) and ``asked_letters`` (question, compact), and keeps them in the index; and
    ``settled_questions`` and ``meant_otherwise`` (question). Needs ``changed_words``.

    Args:
        connection: the warehouse; the register's index is up to date.
        asked: ``normal_rows`` of ``questions_again``, with ``question``.
    """
    forms = pl.concat(
        [
            asked.select("question", form="full", is_full=True).drop_nulls("form"),
            name_readings(asked, "question", in_register=False).select(
                "question", form="text", is_full=False
            ),
        ]
    )
    # Who takes a party's letters may be the party itself, under its registered name.
    care_of = (
        asked.select("question", "name")
        .filter(pl.col("name").str.contains(r"(?i)c ?/ ?o"))
        .select("question", form=fold(words_of(pl.col("name"))))
    )
    fillers = pl.DataFrame({"text": sorted(name_words().fillers)})
    settled = _SETTLED.format(most=candidates.MOST_ROWS_PER_KEY)
    with (
        as_table(connection, "asked_forms", forms),
        as_table(connection, "care_of_forms", care_of),
        as_table(connection, "filler_words", fillers),
    ):
        guesses = _GUESSES.format(most=MOST_GUESSES)
        for statement in (
            _PLACED,
            settled,
            _COMMON_WORDS,
            _OWN_WORDS,
            guesses,
            _READ_WORDS,
            _ASKED,
        ):
            connection.execute(statement)
    connection.execute(_KEEP_QUESTIONS)
    for kept, made in _KEPT.items():
        connection.execute(_KEEP.format(kept=kept, made=made))
