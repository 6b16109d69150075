"""What is kept of the company register's names from run to run, and what changed since the last.

Schema ``identity_index`` of the warehouse holds, for each row of the register, its words, its
postal code and two short keys. It is kept up row by row: a row whose line is another than last
time is read again, whichever day the run is for. How many rows have a word counts in coarse
classes only, so that a few new companies do not change what every name with that word is worth.

All hashes are DuckDB's, so that what one run wrote the next can read.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import duckdb
import polars as pl

from screening.identity.kept_schema import made_from, note_made_from, take_note_away
from screening.identity.names.company_names import full_name
from screening.identity.names.words import name_words
from screening.warehouse.exchange import as_table, to_polars

#: Least numbers of rows of the classes in which words are counted.
CLASSES_FROM = (1, 4, 12, 32, 128, 512, 2048, 8192, 32768, 131072, 524288, 2097152)

#: A word in fewer rows finds candidates by itself; one of ``CLASSES_FROM``.
RARE_BELOW = 32

#: A register smaller than this is weighed as if it had this many rows: in a handful of names every
#: word looks common.
_SMALLEST_SIZE = 10_000

#: Weight of a word that is said or left out at will, in thousandths.
FILLER_WEIGHT = 20

#: Words of a name that are read. No company's name has more; what has, is a mistake or an attack.
MOST_WORDS = 16

#: From this share of new lines on, everything is made anew: that is cheaper than deltas.
_ANEW_FROM = 0.2

#: Rows that are read from the register at once, and those that one thread reads in one go.
_ROWS_AT_ONCE, _NAMES_AT_ONCE = 500_000, 50_000

#: Rows of which half is worth a thread of its own.
ROWS_WORTH_A_THREAD = 4_000

#: Columns of known.companies that a match may depend on.
REGISTER_COLUMNS = (
    "orgnr", "name", "legal_form", "street", "postal_code", "city", "deregistered_on",
)  # fmt: skip

#: Days after which a deregistered company counts for less, and for much less (``evidence.py``).
_GONE_DAYS = (0, 731)

_SCHEMA = "identity_index"

_TABLES = """
CREATE SCHEMA IF NOT EXISTS identity_index;
CREATE OR REPLACE TABLE identity_index.made (made_from VARCHAR);
CREATE OR REPLACE TABLE identity_index.rows
    (ref BIGINT, line UBIGINT, postal UINTEGER, compact UBIGINT, door UBIGINT,
    town_door UBIGINT, exact UBIGINT);
CREATE OR REPLACE TABLE identity_index.postings (word UBIGINT, postal UINTEGER, ref BIGINT);
CREATE OR REPLACE TABLE identity_index.vocabulary (word UBIGINT, text VARCHAR, rows BIGINT);
"""

#: A postal code as a number; what is written otherwise than as five digits is read slowly.
POSTAL = (
    "coalesce(CASE WHEN length(postal_code) = 5 THEN try_cast(postal_code AS UINTEGER) END, "
    "try_cast(nullif(regexp_extract(regexp_replace(postal_code, '[^0-9]', '', 'g'), "
    "'^[0-9]{5}$'), '') AS UINTEGER))"
)

#: A street line without a number, but for the town, whom the post goes to, and words that are no
#: farm's; and how each of its words begins, whatever their order.
_FARM_LINE = (
    "regexp_replace(replace(translate(lower(left(street, 200)), 'åäöéü', 'aaoeu'), "
    "coalesce(nullif(translate(lower(trim(city)), 'åäöéü', 'aaoeu'), ''), '-'), ''), "
    "'c ?/ ?o[^,]*|[a-z]*(gatan|vagen|torget|centrum|omradet|avdelning)', '', 'g')"
)
_FARM = (
    f"array_to_string(list_sort(regexp_extract_all({_FARM_LINE}, '([a-z]{{3,4}})[a-z]*', 1)), ' ')"
)

#: The letters before the first number of the street line, and that number: the same for two ways
#: of writing one street, or one box. Without a number it is the farm, and a dash. A struct of
#: street and number.
STREET_LINE = (
    "CASE WHEN regexp_matches(street, '[0-9]') THEN regexp_extract(left(street, 200), "
    "'([A-Za-zÅÄÖÉÜåäöéü]{1,3})[A-Za-zÅÄÖÉÜåäöéü]*[.]? *0*([0-9]{1,5})', ['street', 'number']) "
    f"ELSE {{'street': {_FARM}, 'number': CASE WHEN {_FARM} <> '' THEN '-' END}} END"
)
_STREET = "translate(lower(place_line.street), 'åäöéü', 'aaoeu')"

#: Keys of a door, from ``place_line`` (``STREET_LINE``): with the postal region, and with the town,
#: for the postal code may be missing or mistyped.
DOOR = (
    "CASE WHEN postal IS NOT NULL AND place_line.number <> '' "
    f"THEN hash(6, postal // 100, {_STREET}, place_line.number) END"
)
TOWN_DOOR = (
    "CASE WHEN city IS NOT NULL AND place_line.number <> '' "
    "THEN hash(7, left(translate(lower(trim(city)), 'åäöéü', 'aaoeu'), 5), "
    f"{_STREET}, place_line.number) END"
)

#: All letters of a folded name together, so that spaces do not matter.
COMPACT = "CASE WHEN form IS NOT NULL THEN hash(5, replace(form, ' ', '')) END"

#: All letters of the name, and the door: null where either is.
EXACT = "CASE WHEN compact IS NOT NULL AND door IS NOT NULL THEN hash(8, compact, door) END"

_LINES = """
CREATE OR REPLACE TEMP VIEW register_lines AS
SELECT ref, hash({columns}, {standing}) AS line, {gone} AS is_gone FROM known.companies
"""

_CHANGES = """
CREATE OR REPLACE TEMP TABLE line_changes AS
SELECT now.ref, now.line, now.is_gone, held.ref AS gone_ref
FROM register_lines AS now FULL JOIN identity_index.rows AS held USING (ref, line)
WHERE now.ref IS NULL OR held.ref IS NULL;
CREATE OR REPLACE TEMP TABLE fresh_lines AS
    SELECT ref, line, is_gone FROM line_changes WHERE ref IS NOT NULL;
CREATE OR REPLACE TEMP TABLE gone_rows AS
    SELECT gone_ref AS ref FROM line_changes WHERE gone_ref IS NOT NULL;
DROP TABLE temp.line_changes
"""

#: Nothing is kept: every line is a fresh one.
_ALL_FRESH = """
CREATE OR REPLACE TEMP TABLE fresh_lines AS FROM register_lines;
CREATE OR REPLACE TEMP TABLE gone_rows (ref BIGINT)
"""

#: The lines that are read at once, and their names.
_FRESH_PART = """
CREATE OR REPLACE TEMP TABLE fresh_part AS
FROM fresh_lines WHERE hash(ref) % {parts} = {part}
"""
_FRESH_NAMES = "SELECT ref, name FROM known.companies SEMI JOIN fresh_part USING (ref)"

_FRESH_TABLES = """
CREATE OR REPLACE TEMP TABLE fresh_rows AS FROM identity_index.rows LIMIT 0;
CREATE OR REPLACE TEMP TABLE fresh_words
    (word UBIGINT, text VARCHAR, postal UINTEGER, ref BIGINT);
"""

_FRESH_PLACES = f"""
CREATE OR REPLACE TEMP TABLE fresh_places AS
SELECT ref, line, is_gone, postal, {DOOR} AS door, {TOWN_DOOR} AS town_door
FROM (
    SELECT company.ref, company.city, fresh.line, fresh.is_gone, {POSTAL} AS postal,
        {STREET_LINE} AS place_line
    FROM known.companies AS company JOIN fresh_part AS fresh USING (ref))
"""

#: One that is gone settles nothing: another may have taken its place.
_FRESH_ROWS = f"""
INSERT INTO fresh_rows
SELECT ref, line, postal, compact, door, town_door, CASE WHEN NOT is_gone THEN {EXACT} END AS exact
FROM (SELECT *, {COMPACT} AS compact FROM fresh_places JOIN fresh_forms USING (ref))
"""

_FRESH_WORDS = """
INSERT INTO fresh_words
SELECT hash(text) AS word, text, postal, ref
FROM words_of_forms JOIN fresh_places USING (ref)
"""

#: ``word_changes``: words that more or fewer rows have than last time. ``changed_words``: those
#: whose class is another for it.
_WORD_CHANGES = """
CREATE OR REPLACE TEMP TABLE word_changes AS
WITH counted AS (
    SELECT word, any_value(text) AS text, sum(n)::BIGINT AS n FROM (
        SELECT word, text, 1 AS n FROM fresh_words
        UNION ALL
        SELECT word, NULL, -1 FROM identity_index.postings SEMI JOIN gone_rows USING (ref))
    GROUP BY word HAVING sum(n) <> 0
)
SELECT word, coalesce(counted.text, held.text) AS text, coalesce(held.rows, 0) AS rows_before,
    coalesce(held.rows, 0) + n AS rows
FROM counted LEFT JOIN identity_index.vocabulary AS held USING (word);
CREATE OR REPLACE TEMP TABLE changed_words AS
SELECT word, text, rows_before = 0 AS is_new,
    rows_before < {common} AND rows >= {common} AS is_common
FROM word_changes WHERE {before} <> {now};
"""

_APPLY = """
DELETE FROM identity_index.vocabulary WHERE word IN (
    SELECT word FROM word_changes WHERE rows_before > 0);
INSERT INTO identity_index.vocabulary SELECT word, text, rows FROM word_changes WHERE rows > 0;
DELETE FROM identity_index.rows WHERE ref IN (SELECT ref FROM gone_rows);
DELETE FROM identity_index.postings WHERE ref IN (SELECT ref FROM gone_rows);
INSERT INTO identity_index.rows FROM fresh_rows;
INSERT INTO identity_index.postings SELECT word, postal, ref FROM fresh_words;
"""


def rows_class(rows: str) -> str:
    """SQL for the class of a number of rows: the least number of its class, 0 for none."""
    levels = " ".join(f"WHEN {rows} >= {least} THEN {least}" for least in reversed(CLASSES_FROM))
    return f"CASE {levels} ELSE 0 END"


def word_weights(counted_size: int) -> dict[int, int]:
    """What a word of each class tells, in thousandths: 1000 if hardly any row has it."""
    middles = {0: 1.0, CLASSES_FROM[0]: 1.0, CLASSES_FROM[-1]: 2.0 * CLASSES_FROM[-1]}
    middles |= {
        least: math.sqrt(least * above) for least, above in list(pairwise(CLASSES_FROM))[1:]
    }
    whole = math.log(counted_size)
    told = {least: 1 - math.log(middle) / whole for least, middle in middles.items()}
    return {
        least: max(FILLER_WEIGHT + 1, min(1000, round(1000 * share)))
        for least, share in sorted(told.items())
    }


def weight_sql(rows: str, counted_size: int) -> str:
    """SQL for the weight of a word that ``rows`` rows have."""
    weights = word_weights(counted_size)
    levels = " ".join(
        f"WHEN {rows} >= {least} THEN {weights[least]}" for least in reversed(CLASSES_FROM)
    )
    return f"CASE {levels} ELSE {weights[0]} END"


def counted_size(size: int) -> int:
    """The size by which words are weighed: it grows in steps, not with every new company."""
    return 3 << (int(math.log2(max(size, _SMALLEST_SIZE))) - 1)


def note_lines(connection: duckdb.DuckDBPyConnection, as_of: date) -> int:
    """Make the temporary view ``register_lines`` (ref, line, is_gone).

    ``line`` is what a match may depend on, hashed.

    Returns:
        How many rows the register has.
    """
    standing = [
        f"coalesce(DATE '{as_of.isoformat()}' - deregistered_on >= {days}, false)"
        for days in _GONE_DAYS
    ]
    connection.execute(
        _LINES.format(
            columns=", ".join(REGISTER_COLUMNS),
            standing=" + ".join(f"{told}::INT" for told in standing),
            gone=standing[0],
        )
    )
    ((size,),) = connection.execute("SELECT count(*) FROM known.companies").fetchall()
    return int(size)


def start_index(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty index tables for a register all of whose rows are to come."""
    connection.execute(_TABLES)
    connection.execute(_ALL_FRESH)


def _made(code: str, size: int) -> str:
    return f"{code} {counted_size(size)}"


def seal_index(connection: duckdb.DuckDBPyConnection, code: str, size: int) -> None:
    """Note that the index is whole, made by this code for a register of this size."""
    note_made_from(connection, _SCHEMA, _made(code, size))


def unseal_index(connection: duckdb.DuckDBPyConnection) -> None:
    """Note that the index is being changed: if that ends before it is sealed, none stands."""
    take_note_away(connection, _SCHEMA)


def index_stands(connection: duckdb.DuckDBPyConnection, code: str, size: int) -> bool:
    """Whether there is an index that may be kept up: made by this code, for such a size."""
    if made_from(connection, _SCHEMA) != _made(code, size):
        return False
    connection.execute(_CHANGES)
    ((fresh, gone),) = connection.execute(
        "SELECT (SELECT count(*) FROM fresh_lines), (SELECT count(*) FROM gone_rows)"
    ).fetchall()
    return bool(fresh + gone <= max(size, _SMALLEST_SIZE) * _ANEW_FROM)


def _read_names(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The folded names of rows (ref, form), and the distinct words that tell something of them.

    Args:
        rows: ``ref``, ``name``.

    Returns:
        ``ref``, ``form``; and ``ref``, ``text``.
    """
    forms = rows.select("ref", form=full_name(pl.col("name")))
    fillers = pl.Series(sorted(name_words().fillers), dtype=pl.String)
    words = (
        forms.drop_nulls("form")
        .select("ref", text=pl.col("form").str.split(" ").list.head(MOST_WORDS).list.unique())
        .explode("text")
        .filter(~pl.col("text").is_in(fillers.implode()))
    )
    return forms, words


def note_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables of what changed in the register; the index is as it was.

    ``fresh_rows`` and ``fresh_words`` are what is to come into ``rows`` and ``postings``,
    ``gone_rows`` (ref) what is to go; ``changed_words`` (word, text, is_new, is_common) the words
    whose class changes. Needs ``note_lines``, and then ``index_stands`` or ``start_index``.
    """
    connection.execute(_FRESH_TABLES)
    ((fresh,),) = connection.execute("SELECT count(*) FROM fresh_lines").fetchall()
    parts = math.ceil(fresh / _ROWS_AT_ONCE)
    with ThreadPoolExecutor(2) as pool:
        for part in range(parts):
            connection.execute(_FRESH_PART.format(parts=parts, part=part))
            names = to_polars(connection.sql(_FRESH_NAMES))
            at_once = math.ceil(names.height / (1 if names.height < ROWS_WORTH_A_THREAD else 2))
            slices = names.iter_slices(min(_NAMES_AT_ONCE, at_once or 1))
            reading = [pool.submit(_read_names, rows) for rows in slices]
            # Places are read while names are.
            connection.execute(_FRESH_PLACES)
            forms, words = zip(*(each.result() for each in reading), strict=True)
            with (
                as_table(connection, "fresh_forms", pl.concat(forms)),
                as_table(connection, "words_of_forms", pl.concat(words)),
            ):
                connection.execute(_FRESH_ROWS)
                connection.execute(_FRESH_WORDS)
    connection.execute(
        _WORD_CHANGES.format(
            before=rows_class("rows_before"), now=rows_class("rows"), common=RARE_BELOW
        )
    )


def apply_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the index up to what ``note_changes`` saw."""
    connection.execute(_APPLY)
