"""Which rows of the company register a question may be about: blocking, by keys in common.

Keys are made the same way on both sides: a rare word; a commoner word with the postal code or the
postal region; two commoner words; all letters of the name; postal code and door; both of these. A
key that too many rows have says nothing and is passed over, whoever asks: which rows are candidates
depends on the two records, on the classes of their words and on how many rows have a key, not on
who else is a candidate (but for a company that has name and door, ``questions.py``). That is what
lets a later run look at changed rows alone.
"""

import duckdb

from screening.identity.companies.register_index import RARE_BELOW, rows_class, weight_sql
from screening.warehouse.connection import joins_as_written

#: Rows that one key may bring: all letters of a name, or a door; and any other key.
MOST_ROWS_PER_KEY, MOST_ROWS_PER_WEAK_KEY = 64, 32

#: Rows that two words may bring of a name that has no rarer one: there is nothing else to go by.
MOST_ROWS_PER_COMMON_PAIR = 128

#: Rows that two common words may bring where a rarer one is there to go by.
MOST_ROWS_PER_SPARE_KEY = 24

#: Words in so many rows make no key with the postal region, or the postal code.
_NO_REGION_FROM, _NO_POSTAL_FROM = 512, 8192

#: Words of a question that make keys, the rarest ones, and of these the ones that make pairs.
_WORDS_WITH_KEYS = 48
_WORDS_WITH_PAIRS = 6

#: Share of the words' weight that question and row must have in common to be compared, by how
#: their places agree. All letters in common are enough.
_SHARE_IN_COMMON, _SHARE_IN_REGION, _SHARE_AT_POSTAL, _SHARE_AT_DOOR = 0.65, 0.55, 0.4, 0.05

#: Of two names elsewhere, one may have no more weight of its own than this.
_MOST_OF_ITS_OWN = 50

#: Two names that are not at one postal code and share less than one own word (thousandths) may not
#: differ by more than this.
_TELLING_SHARED, _FEW_MORE = 1000, 250

_REGION = "hash(2, word, postal // 100)"
_POSTAL = "hash(3, word, postal)"

_TABLES = """
CREATE OR REPLACE TABLE identity_index.keys (question UBIGINT, key UBIGINT, most INTEGER);
CREATE OR REPLACE TABLE identity_index.key_rows (key UBIGINT, rows BIGINT);
"""

#: Keys of rows: ``key``, ``ref``, from postings that may make keys by themselves, with the region,
#: with the postal code, and in pairs.
_ROW_KEYS = f"""
SELECT word AS key, ref FROM {{alone}}
UNION ALL SELECT {_REGION}, ref FROM {{in_region}} WHERE postal IS NOT NULL
UNION ALL SELECT {_POSTAL}, ref FROM {{at_postal}} WHERE postal IS NOT NULL
UNION ALL SELECT hash(4, one.word, two.word), one.ref
    FROM {{paired}} AS one JOIN {{paired}} AS two ON one.ref = two.ref AND one.word < two.word
UNION ALL SELECT compact, ref FROM {{rows}} WHERE compact IS NOT NULL
UNION ALL SELECT door, ref FROM {{rows}} WHERE door IS NOT NULL
UNION ALL SELECT town_door, ref FROM {{rows}} WHERE town_door IS NOT NULL
UNION ALL SELECT exact, ref FROM {{rows}} WHERE exact IS NOT NULL
"""

_RAREST_WORDS = f"""
CREATE OR REPLACE TEMP TABLE rarest_words AS
SELECT question, word, postal, class, role,
    row_number() OVER (
        PARTITION BY question, class >= {RARE_BELOW} ORDER BY role, class, word) AS turn
FROM (
    SELECT asked.question, asked.word, {rows_class("held.rows")} AS class,
        min(CASE role WHEN 'word' THEN 1 ELSE 2 END) AS role
    FROM asked_words AS asked JOIN identity_index.vocabulary AS held USING (word)
    WHERE asked.role IN ('word', 'joined', 'guess') GROUP BY ALL
) JOIN asked_places USING (question)
QUALIFY turn <= {_WORDS_WITH_KEYS};
CREATE OR REPLACE TEMP TABLE pair_words AS
SELECT question, word, rarest.question IS NOT NULL AS has_rarer
FROM rarest_words LEFT JOIN (
    SELECT DISTINCT question FROM rarest_words WHERE class < {RARE_BELOW} AND role = 1) AS rarest
    USING (question)
WHERE class >= {RARE_BELOW} AND turn <= {_WORDS_WITH_PAIRS};
"""

#: A word is a key as long as its class is rare; of any other key, ``most`` rows count.
_ASKED_KEYS = f"""
CREATE OR REPLACE TEMP TABLE asked_keys AS
SELECT question, key, max(most) AS most FROM (
    SELECT question, word AS key, NULL::INTEGER AS most FROM rarest_words
        WHERE class < {RARE_BELOW}
    UNION ALL SELECT question, {_REGION}, {{weak}} FROM rarest_words
        WHERE class >= {RARE_BELOW} AND class < {_NO_REGION_FROM} AND postal IS NOT NULL
    UNION ALL SELECT question, {_POSTAL}, {{weak}} FROM rarest_words
        WHERE class >= {RARE_BELOW} AND class < {_NO_POSTAL_FROM} AND postal IS NOT NULL
    UNION ALL SELECT one.question, hash(4, one.word, two.word),
        CASE WHEN one.has_rarer THEN {{spare}} ELSE {{common}} END
        FROM pair_words AS one JOIN pair_words AS two
        ON one.question = two.question AND one.word < two.word
    UNION ALL SELECT question, exact, {{most}} FROM asked_places WHERE exact IS NOT NULL
    UNION ALL SELECT question,
        unnest([compact, door, town_door]), {{most}}
        FROM asked_places LEFT JOIN asked_letters USING (question)
        WHERE question NOT IN (FROM settled_questions)
) WHERE key IS NOT NULL GROUP BY question, key
"""

#: Rows of the whole register that the asked keys bring, and how many each brings. Of a common word
#: there are many postings: no key is made of one that it cannot make.
_ASKED_MATCHES = f"""
CREATE OR REPLACE TEMP TABLE asked_postings AS
SELECT word, postal, ref, class, in_pairs FROM identity_index.postings JOIN (
    SELECT word, any_value(class) AS class, word IN (SELECT word FROM pair_words) AS in_pairs
    FROM rarest_words GROUP BY word) AS asked USING (word);
CREATE OR REPLACE TEMP TABLE asked_matches AS
WITH rare AS (FROM asked_postings WHERE class < {RARE_BELOW}),
regional AS (
    FROM asked_postings WHERE class >= {RARE_BELOW} AND class < {_NO_REGION_FROM}),
postal AS (FROM asked_postings WHERE class >= {RARE_BELOW} AND class < {_NO_POSTAL_FROM}),
pairs AS (SELECT word, ref FROM asked_postings WHERE in_pairs)
SELECT key, ref FROM ({{row_keys}})
SEMI JOIN (SELECT DISTINCT key FROM asked_keys) USING (key)
"""

_ASKED_PAIRS = """
CREATE OR REPLACE TEMP TABLE counted_keys AS
SELECT key, count(*) AS rows FROM asked_matches
SEMI JOIN (SELECT DISTINCT key FROM asked_keys WHERE most IS NOT NULL) USING (key) GROUP BY key;
CREATE OR REPLACE TEMP TABLE blocked_pairs AS
SELECT DISTINCT asked.question, found.ref
FROM asked_keys AS asked JOIN asked_matches AS found USING (key)
LEFT JOIN counted_keys AS counted USING (key)
WHERE asked.most IS NULL OR counted.rows <= asked.most;
"""

_KEEP_KEYS = """
CREATE OR REPLACE TEMP TABLE left_keys AS
    SELECT DISTINCT key FROM identity_index.keys SEMI JOIN questions_left USING (question)
    WHERE most IS NOT NULL;
DELETE FROM identity_index.keys WHERE question IN (SELECT question FROM questions_left);
INSERT INTO identity_index.keys FROM asked_keys;
DELETE FROM identity_index.key_rows WHERE key IN (
    FROM left_keys ANTI JOIN identity_index.keys USING (key) UNION SELECT key FROM counted_keys);
INSERT INTO identity_index.key_rows FROM counted_keys;
"""

#: How many more or fewer rows a key brings than last time.
_KEY_CHANGES = """
CREATE OR REPLACE TEMP TABLE key_changes AS
WITH changed AS (
    SELECT key, 1 AS n FROM ({fresh_keys})
    UNION ALL
    SELECT key, -1 FROM ({gone_keys})
)
SELECT key, coalesce(held.rows, 0) AS rows_before, coalesce(held.rows, 0) + sum(n)::BIGINT AS rows
FROM changed
SEMI JOIN (SELECT key FROM identity_index.keys WHERE most IS NOT NULL) AS wanted USING (key)
LEFT JOIN identity_index.key_rows AS held USING (key)
GROUP BY key, held.rows HAVING sum(n) <> 0
"""

_APPLY_KEY_CHANGES = """
CREATE OR REPLACE TEMP TABLE questions_of_keys AS
SELECT DISTINCT question FROM identity_index.keys AS asked JOIN key_changes AS changed USING (key)
WHERE (changed.rows_before > asked.most) <> (changed.rows > asked.most);
DELETE FROM identity_index.key_rows WHERE key IN (SELECT key FROM key_changes);
INSERT INTO identity_index.key_rows SELECT key, rows FROM key_changes WHERE rows > 0;
"""

#: Pairs of changed rows with the questions that are not asked again.
_PAIRS_OF_ROWS = """
INSERT INTO blocked_pairs
SELECT DISTINCT asked.question, found.ref
FROM (FROM identity_index.keys ANTI JOIN questions_again USING (question)) AS asked
JOIN ({row_keys}) AS found USING (key)
LEFT JOIN identity_index.key_rows AS counted USING (key)
WHERE asked.most IS NULL OR counted.rows <= asked.most
"""

#: What the names of the pairs weigh, word by word.
_WEIGHED = """
CREATE OR REPLACE TEMP TABLE weighed_postings AS
SELECT ref, word, {weight} AS weight
FROM identity_index.postings JOIN identity_index.vocabulary USING (word)
SEMI JOIN (SELECT DISTINCT ref FROM blocked_pairs) AS pairs USING (ref);
CREATE OR REPLACE TEMP TABLE wanted_words AS
SELECT DISTINCT question, word, own, role FROM identity_index.asked
SEMI JOIN (SELECT DISTINCT question FROM blocked_pairs) AS pairs USING (question)
WHERE role IN ('word', 'joined', 'guess');
"""

#: What the two names of each pair share. Joined by words first, it would be all that share one.
_SHARED = """
CREATE OR REPLACE TEMP TABLE shared_weights AS
SELECT question, ref, sum(weight)::INTEGER AS shared
FROM (SELECT question, ref, word, weight FROM blocked_pairs JOIN weighed_postings USING (ref))
JOIN (SELECT DISTINCT question, word FROM wanted_words) AS wanted USING (question, word)
GROUP BY question, ref;
"""

#: Pairs that have enough in common to be compared.
_PROMISING = f"""
CREATE OR REPLACE TEMP TABLE promising_pairs AS
WITH totals AS (
    -- A misspelled word weighs as the commonest of the words that it may be.
    SELECT question, sum(weight)::INTEGER AS asked FROM (
        SELECT asked.question, asked.own, min(coalesce({{weight}}, 1000))
            FILTER (WHERE held.word IS NOT NULL OR asked.role = 'word') AS weight
        FROM wanted_words AS asked
        LEFT JOIN identity_index.vocabulary AS held USING (word)
        WHERE asked.role IN ('word', 'guess') GROUP BY ALL)
    GROUP BY question
), owned AS (
    SELECT ref, sum(weight)::INTEGER AS own FROM weighed_postings GROUP BY ref
)
SELECT pair.question, pair.ref FROM blocked_pairs AS pair
JOIN identity_index.rows AS company USING (ref)
JOIN identity_index.letters AS letters USING (question, compact)
UNION
SELECT question, ref FROM (
    SELECT pair.question, pair.ref,
        shared, own, asked,
        2 * shared / (own + greatest(asked, shared)) AS share,
        least(own - shared, asked - shared) AS of_its_own,
        place.door = company.door
            OR place.town_door = company.town_door AS at_door,
        place.postal = company.postal AS at_postal,
        place.postal // 100 = company.postal // 100 AS in_region
    FROM shared_weights AS pair JOIN owned USING (ref) JOIN totals USING (question)
    JOIN identity_index.rows AS company USING (ref)
    JOIN identity_index.places AS place USING (question)
) WHERE CASE
    WHEN at_door THEN share >= {_SHARE_AT_DOOR}
    WHEN at_postal THEN share >= {_SHARE_AT_POSTAL}
    WHEN in_region THEN share >= {_SHARE_IN_REGION}
        AND (shared >= {_TELLING_SHARED} OR of_its_own < {_FEW_MORE})
    ELSE share >= {_SHARE_IN_COMMON} AND of_its_own < {_MOST_OF_ITS_OWN}
        AND (shared >= {_TELLING_SHARED} OR greatest(own, asked) - shared < {_FEW_MORE}) END
"""


def start_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty tables of keys, as if nobody had asked before."""
    connection.execute(_TABLES)


def _row_keys(postings: str, rows: str) -> str:
    sources = dict.fromkeys(("alone", "in_region", "at_postal", "paired"), postings)
    return _ROW_KEYS.format(rows=rows, **sources)


def note_changed_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Count the keys that changed rows bring; make ``questions_of_keys`` (question).

    These are the questions of a key that now brings too many rows, or no longer does. Needs the
    register's changes, not yet applied.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone_postings AS "
        "FROM identity_index.postings SEMI JOIN gone_rows USING (ref); "
        "CREATE OR REPLACE TEMP TABLE gone_keys AS "
        "FROM identity_index.rows SEMI JOIN gone_rows USING (ref)"
    )
    connection.execute(
        _KEY_CHANGES.format(
            fresh_keys=_row_keys("fresh_words", "fresh_rows"),
            gone_keys=_row_keys("gone_postings", "gone_keys"),
        )
    )
    connection.execute(_APPLY_KEY_CHANGES)


def find_pairs_of_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``blocked_pairs`` (question, ref): what ``questions_again`` have in common with rows.

    Needs ``ask``. Keeps the questions' keys in the index.
    """
    connection.execute(_RAREST_WORDS)
    connection.execute(
        _ASKED_KEYS.format(
            most=MOST_ROWS_PER_KEY,
            weak=MOST_ROWS_PER_WEAK_KEY,
            spare=MOST_ROWS_PER_SPARE_KEY,
            common=MOST_ROWS_PER_COMMON_PAIR,
        )
    )
    connection.execute(
        _ASKED_MATCHES.format(
            row_keys=_ROW_KEYS.format(
                alone="rare",
                in_region="regional",
                at_postal="postal",
                paired="pairs",
                rows="identity_index.rows",
            )
        )
    )
    connection.execute(_ASKED_PAIRS)
    connection.execute(_KEEP_KEYS)


def find_pairs_of_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to ``blocked_pairs`` what ``rows_again`` (ref) have in common with other questions."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE again_postings AS "
        "FROM identity_index.postings SEMI JOIN rows_again USING (ref); "
        "CREATE OR REPLACE TEMP TABLE again_keys AS "
        "FROM identity_index.rows SEMI JOIN rows_again USING (ref)"
    )
    connection.execute(
        _PAIRS_OF_ROWS.format(
            row_keys=_row_keys("again_postings", "again_keys"),
        )
    )


def keep_promising_pairs(connection: duckdb.DuckDBPyConnection, counted_size: int) -> None:
    """Make ``promising_pairs``: the ``blocked_pairs`` that have enough in common to be compared."""
    weight = weight_sql("rows", counted_size)
    connection.execute(_WEIGHED.format(weight=weight))
    with joins_as_written(connection):
        connection.execute(_SHARED)
    connection.execute(_PROMISING.format(weight=weight))
