"""Who of the whole register is at the places of those we know of, kept from run to run."""

import duckdb

from screening.identity.kept_rows import keep_all_rows, note_changed_rows, unit
from screening.identity.network.index import rows_of
from screening.identity.places import IS_TOLD, PLACE_KEY, read_places
from screening.warehouse.connection import has_rows

#: Addresses with more companies than this are shown by their number only, without each of them.
MOST_MEMBERS = 50

_OUR_PLACES = """
INSERT INTO identity_network.our_places
SELECT DISTINCT hash(form), form, right(form, 5) FROM (
    SELECT address_key AS form FROM identity.addresses
    UNION ALL SELECT mailbox_key FROM identity.addresses
) WHERE form IS NOT NULL
"""

#: ``moved_places``: forms that are ours only now, or no longer.
_MOVED_PLACES = """
CREATE OR REPLACE TEMP TABLE moved_places AS
WITH asked AS (SELECT DISTINCT form FROM changed_forms), still AS (
    SELECT address_key AS form FROM identity.addresses WHERE address_key IN (FROM asked)
    UNION SELECT mailbox_key FROM identity.addresses WHERE mailbox_key IN (FROM asked)
), held AS (SELECT form FROM identity_network.our_places SEMI JOIN asked USING (form))
SELECT form, true AS is_new FROM still ANTI JOIN held USING (form)
UNION ALL
SELECT form, false FROM held ANTI JOIN still USING (form);
DELETE FROM identity_network.our_places
    WHERE form IN (SELECT form FROM moved_places WHERE NOT is_new);
INSERT INTO identity_network.our_places
    SELECT hash(form), form, right(form, 5) FROM moved_places WHERE is_new
"""

_POSTAL_CODES = """
CREATE OR REPLACE TEMP TABLE our_postal_codes AS
SELECT DISTINCT postal_code FROM identity_network.our_places
"""

#: Rows of the register with one of our postal codes.
_LINES = f"FROM known.companies SEMI JOIN our_postal_codes USING (postal_code) WHERE {IS_TOLD}"

_UNIT = unit("'companies'")

_HASHED = f"""
SELECT {_UNIT} AS unit, {_UNIT} AS family,
    hash({_UNIT}, orgnr, {PLACE_KEY}, deregistered_on IS NULL) AS line
{_LINES}
"""

_FRESH = f"""
CREATE OR REPLACE TEMP TABLE fresh_lines AS
SELECT ref, orgnr, street, care_of, postal_code, {PLACE_KEY} AS key,
    deregistered_on IS NULL AS is_registered
"""

#: Which rows are new or others, of those that are still asked for.
_CHANGED_LINES = f"{_LINES} AND {_UNIT} IN (FROM changed_register)"

_WRITE = """
INSERT INTO identity_network.register_places
SELECT line.ref, line.orgnr, hash(form.address_key), line.is_registered
FROM fresh_lines AS line JOIN place_forms AS form USING (key) WHERE form.address_key IS NOT NULL
UNION ALL
SELECT line.ref, line.orgnr, hash(form.mailbox_key), line.is_registered
FROM fresh_lines AS line JOIN place_forms AS form USING (key) WHERE form.mailbox_key IS NOT NULL
"""

#: ``left_lines``: what was known of rows that are gone or others.
_LEAVE = f"""
CREATE OR REPLACE TEMP TABLE left_lines AS
SELECT rowid AS line, place FROM identity_network.register_places
WHERE {_UNIT} IN (SELECT unit FROM changed_register);
DELETE FROM identity_network.register_places WHERE rowid IN (SELECT line FROM left_lines)
"""

#: ``touched_places``: those of ours at which somebody of the register is who was not, or the other
#: way round, and those that are ours only now or no longer.
_TOUCHED_PLACES = """
CREATE OR REPLACE TEMP TABLE touched_places AS
SELECT place, form FROM identity_network.our_places SEMI JOIN (
    SELECT place FROM left_lines
    UNION SELECT hash(address_key) FROM place_forms
    UNION SELECT hash(mailbox_key) FROM place_forms
) AS moved USING (place)
UNION SELECT hash(form), form FROM moved_places
"""

#: ``crossed_places``: those that have become crowded, or are so no longer, and those that are
#: ours only now or no longer.
_CROSSED = f"""
CREATE OR REPLACE TEMP TABLE crossed_places AS
WITH there AS (
    SELECT place, orgnr FROM identity_network.register_places
    SEMI JOIN touched_places USING (place)
), crowded AS (
    SELECT place FROM there SEMI JOIN identity_network.our_places USING (place)
    GROUP BY place HAVING count(DISTINCT orgnr) > {MOST_MEMBERS}
), held AS (
    SELECT place FROM identity_network.crowded_places SEMI JOIN touched_places USING (place)
)
SELECT place, true AS is_crowded FROM crowded ANTI JOIN held USING (place)
UNION ALL
SELECT place, false FROM held ANTI JOIN crowded USING (place);
DELETE FROM identity_network.crowded_places
    WHERE place IN (SELECT place FROM crossed_places WHERE NOT is_crowded);
INSERT INTO identity_network.crowded_places SELECT place FROM crossed_places WHERE is_crowded
"""

_TOUCH = f"""
INSERT INTO touched_units
SELECT unit FROM changed_register
UNION ALL
SELECT {_UNIT} FROM identity_network.register_places
SEMI JOIN (
    SELECT place FROM crossed_places UNION SELECT hash(form) FROM moved_places
) AS moved USING (place);
INSERT INTO touched_vias SELECT 'a:' || form FROM touched_places
"""

_TEMPORARY = (
    "our_postal_codes", "moved_places", "changed_register", "left_lines", "touched_places",
    "crossed_places", "fresh_lines", "place_forms",
)  # fmt: skip


def _read(connection: duckdb.DuckDBPyConnection, lines: str) -> None:
    connection.execute(_FRESH + lines)
    read_places(connection, "FROM fresh_lines")
    connection.execute(_WRITE)


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))


def find_all_members(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``identity_network.our_places``, ``register_places`` and ``crowded_places`` anew.

    - our_places: place (a hash of the form), form: an address_key or mailbox_key of
      ``identity.addresses``, and its postal_code.
    - register_places: ref, orgnr, place, is_registered (not deregistered): of all rows of the
      register with one of our postal codes.
    - crowded_places: place: of ours, those with more companies than ``MOST_MEMBERS``.
    """
    connection.execute(_OUR_PLACES)
    connection.execute(_POSTAL_CODES)
    keep_all_rows(connection, rows_of("register"), _HASHED)
    _read(connection, _LINES)
    connection.execute(
        "INSERT INTO identity_network.crowded_places "
        "SELECT place FROM identity_network.register_places "
        "SEMI JOIN identity_network.our_places USING (place) "
        f"GROUP BY place HAVING count(DISTINCT orgnr) > {MOST_MEMBERS}"
    )
    _drop(connection)


def find_changed_members(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the tables of ``find_all_members`` up to date.

    Adds to the temporary tables ``touched_units`` (rows of the register whose ties to addresses
    are to be made again) and ``touched_vias`` (addresses that others are at than last time). Needs
    ``changed_forms``.
    """
    connection.execute(_MOVED_PLACES)
    connection.execute(_POSTAL_CODES)
    connection.execute("CREATE OR REPLACE TEMP TABLE changed_register (unit UBIGINT)")
    is_other = note_changed_rows(connection, rows_of("register"), _HASHED, "changed_register")
    if is_other or has_rows(connection, "FROM moved_places"):
        connection.execute(_LEAVE)
        _read(connection, _CHANGED_LINES)
        connection.execute(f"{_TOUCHED_PLACES}; {_CROSSED}; {_TOUCH}")
    _drop(connection)
