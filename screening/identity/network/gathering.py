"""Every tie that the sources tell, in one table: who or what, to whom or what, from when to when.

The ties of a row (``source`` and ``ref``) are its unit: they are made together, from the row and
the few others that it stands with, and they are made again when one of these is another than last
time. What is not touched stands.
"""

from datetime import date

import duckdb

from screening.identity.kept_rows import keep_all_rows, note_changed_rows, unit
from screening.identity.network import ties_told
from screening.identity.network.contacts import contact_forms
from screening.identity.network.index import rows_of
from screening.identity.network.members import find_all_members, find_changed_members
from screening.warehouse.connection import has_rows
from screening.warehouse.exchange import as_table, to_polars

#: ``network_suppliers``, ``numbered_suppliers``: the node of each supplier, and supplier number.
_SUPPLIERS = """
CREATE OR REPLACE TEMP TABLE network_suppliers AS
SELECT supplier_id, orgnr, CASE WHEN orgnr IS NULL THEN 's:' || supplier_id ELSE 'c:' || orgnr END
    AS node
FROM identity.suppliers;
CREATE OR REPLACE TEMP TABLE numbered_suppliers AS
SELECT supplier_no, supplier.node, number.match_confidence
FROM identity.supplier_numbers AS number JOIN network_suppliers AS supplier USING (supplier_id)
"""

#: Companies whose owners or officers somebody asked for are looked at even where they are no
#: suppliers (yet), unless a whole register of them is held.
_MOST_ASKED_FOR = 100_000

#: ``network_companies``: the nodes whose surroundings are told.
_COMPANIES = f"""
CREATE OR REPLACE TEMP TABLE network_companies AS
WITH asked AS (
    SELECT orgnr FROM known.owners WHERE orgnr IS NOT NULL
    UNION
    SELECT orgnr FROM known.officers
)
SELECT node FROM network_suppliers
UNION
SELECT 'c:' || orgnr FROM known.bidders WHERE orgnr IS NOT NULL
UNION
SELECT 'c:' || orgnr FROM asked WHERE (SELECT count(*) FROM asked) <= {_MOST_ASKED_FOR}
"""

_NOW = """
coalesce(from_date, DATE '{day}') <= DATE '{day}' AND (to_date IS NULL OR to_date > DATE '{day}')
"""

_TIES = """
SELECT from_node, to_node, kind, role, share_percent, share_min_percent, share_max_percent,
    is_direct, is_beneficial_owner, owner_type, from_date, to_date, {now} AS is_current,
    confidence::DOUBLE AS confidence, source, ref
FROM ({parts})
WHERE from_node IS NOT NULL AND to_node IS NOT NULL AND {wanted}
"""


def _rows(source: str, family: str, read: str, table: str) -> str:
    """Rows of a source (a name in quotes, or a column): unit, family and line."""
    own = unit(source)
    told = f"{own} AS unit, {family or own} AS family, hash({own}, {read}) AS line"
    return f"SELECT {told} FROM {table}"


#: Rows of each source, with what their ties depend on beside the address. Suppliers stand together
#: by their supplier number, officers by their company where it is known when it was asked. That
#: somebody no longer is an officer is seen in the rows of persons.
_ROWS = " UNION ALL ".join((
    _rows("source", "", "person_key, match_confidence", "identity.persons"),
    _rows("'owners'", "", ", ".join(ties_told.OWNERS_READ), "known.owners"),
    _rows("'officers'", "", "'in force', orgnr", "known.officers WHERE officer_type = 'company'"),
    _rows("'officers'", "", ", ".join(ties_told.OFFICERS_READ), "{officer_versions}"),
    _rows("'officers'", "hash('answered', orgnr)",
          "orgnr, answered_on, is_whole_answer, {same_officer}",
          "{officer_versions} WHERE answered_on IS NOT NULL"),
    _rows("'employees'", "", "bank_account, secondary_employment_orgnr", "known.employees"),
    _rows("'permits'", "", "orgnr", "known.permits"),
    _rows("'suppliers'", "hash('supplier', supplier_no)",
          "supplier_no, node, match_confidence, " + ", ".join(ties_told.SUPPLIERS_READ),
          "{supplier_versions} LEFT JOIN numbered_suppliers USING (supplier_no)"),
    _rows("'suppliers'", "hash('supplier', supplier_no)", "supplier_no", "known.suppliers"),
    _rows("source", "", "'owner', node, person_key, confidence", "sole_traders"),
    _rows("source", "", "from_node, to_node, role, from_date, confidence", "payees"),
))  # fmt: skip

_IS_TOUCHED = f"{unit('source')} IN (SELECT unit FROM touched_units)"

#: ``changed_ties``: ties that are gone or new, in each case as they were or are. No tie is there
#: twice, so they may be told apart by a hash of all that is told of them.
_REPLACE = f"""
CREATE OR REPLACE TEMP TABLE old_ties AS
    SELECT rowid AS place, hash(tie) AS line, tie.* FROM identity.ties AS tie WHERE {_IS_TOUCHED};
CREATE OR REPLACE TEMP TABLE fresh_ties AS
    SELECT * EXCLUDE (line) FROM (SELECT hash(tie) AS line, tie.* FROM new_ties AS tie)
    ANTI JOIN old_ties USING (line);
CREATE OR REPLACE TEMP TABLE changed_ties AS
    SELECT * EXCLUDE (line) FROM old_ties
    ANTI JOIN (SELECT hash(tie) AS line FROM new_ties AS tie) USING (line);
DELETE FROM identity.ties WHERE rowid IN (SELECT place FROM changed_ties);
ALTER TABLE changed_ties DROP COLUMN place;
INSERT INTO changed_ties FROM fresh_ties;
INSERT INTO identity.ties FROM fresh_ties;
DROP TABLE temp.old_ties;
DROP TABLE temp.fresh_ties;
DROP TABLE temp.new_ties
"""

_TEMPORARY = (
    "registered", "contact_nodes", "sole_traders", "payees", "touched_persons", "network_suppliers",
    "numbered_suppliers",
)  # fmt: skip


_VERSIONS = """
SELECT view_name FROM duckdb_views() WHERE schema_name = 'known'
UNION ALL
SELECT table_name FROM duckdb_tables() WHERE schema_name = 'known'
"""


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """All known versions of rows, or the current ones where nothing else is kept."""
    there = {f"known.{name}" for (name,) in connection.execute(_VERSIONS).fetchall()}
    names = {source: f"known.{source}_versions" for source in ("officers", "suppliers")}
    held = {source: name if name in there else f"known.{source}" for source, name in names.items()}
    return {
        "officer_versions": held["officers"],
        "supplier_versions": held["suppliers"],
        "same_officer": "key_hash" if held["officers"].endswith("_versions") else "ref",
    }


def _ties(connection: duckdb.DuckDBPyConnection, told: dict[str, str]) -> str:
    """The query for all ties of the wanted rows."""
    connection.execute(ties_told.REGISTER.format(**told))
    contacts = contact_forms(to_polars(connection.sql(ties_told.CONTACTS)))
    with as_table(connection, "read_contacts", contacts):
        connection.execute("CREATE OR REPLACE TEMP TABLE contact_nodes AS FROM read_contacts")
    parts = " UNION ALL BY NAME ".join(
        f"(SELECT * FROM ({part.format(**told)}))" for part in ties_told.PARTS
    )
    return _TIES.format(parts=parts, now=told["now"], wanted=told["wanted"])


def _note_touched(connection: duckdb.DuckDBPyConnection, tables: dict[str, str], now: str) -> None:
    """Fill ``touched_units``: the rows whose ties may be others than last time."""
    connection.execute("INSERT INTO touched_units SELECT unit FROM changed_addresses")
    find_changed_members(connection)
    note_changed_rows(
        connection, rows_of("told"), _ROWS.format(**tables), "touched_units", has_families=True
    )
    connection.execute(
        f"INSERT INTO touched_units SELECT {unit('source')} FROM identity.ties "
        f"WHERE is_current <> ({now})"
    )


def start_gathering(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables ``network_suppliers`` and ``network_companies`` (node)."""
    connection.execute(f"{_SUPPLIERS}; {_COMPANIES}; {ties_told.PAYEES_PAID}")
    are_traders = has_rows(connection, ties_told.TRADERS)
    connection.execute(ties_told.SOLE_TRADERS if are_traders else ties_told.NO_SOLE_TRADERS)


def gather_all_ties(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write ``identity.ties`` anew, and note from which rows.

    Columns: from_node, to_node, kind (owner, officer, address, account, phone, domain, side_job),
    role (of an officer; an owner's interest; door, box or care_of; factoring, staff),
    share_percent, share_min_percent, share_max_percent, is_direct, is_beneficial_owner,
    owner_type, from_date,
    to_date (null: not known, or still so), is_current (on ``as_of``), confidence (0-1, of the match
    that made the tie), source, ref.

    Needs the other tables of ``identity``, and the temporary tables of ``start_gathering``.
    """
    find_all_members(connection)
    tables = _tables(connection)
    keep_all_rows(connection, rows_of("told"), _ROWS.format(**tables))
    told = tables | {"wanted": "true", "persons": "identity.persons", "now": _now(as_of)}
    connection.execute(f"INSERT INTO identity.ties {_ties(connection, told)}")
    _drop(connection)


def find_touched(connection: duckdb.DuckDBPyConnection, as_of: date) -> float:
    """Find the rows whose ties may be others than last time: ``touched_units`` (unit).

    Leaves ``touched_vias`` (via) as well: addresses at which others of the register are than last
    time. Needs ``changed_addresses`` and ``changed_forms``.

    Returns:
        How many rows that is, as a part of all that ties are made from.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE touched_units (unit UBIGINT); "
        "CREATE OR REPLACE TEMP TABLE touched_vias (via VARCHAR)"
    )
    _note_touched(connection, _tables(connection), _now(as_of))
    ((touched, told),) = connection.execute(
        "SELECT (SELECT count(DISTINCT unit) FROM touched_units), "
        f"(SELECT count(*) FROM {rows_of('told')})"
    ).fetchall()
    return float(touched / max(1, told))


def gather_changed_ties(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Make the ties of ``touched_units`` again; leave ``changed_ties``: those gone or new."""
    tables, now = _tables(connection), _now(as_of)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_persons AS FROM identity.persons WHERE {_IS_TOUCHED}"
    )
    if has_rows(connection, "FROM touched_units"):
        told = tables | {"wanted": _IS_TOUCHED, "persons": "touched_persons", "now": now}
        connection.execute(f"CREATE OR REPLACE TEMP TABLE new_ties AS {_ties(connection, told)}")
        connection.execute(_REPLACE)
    else:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE changed_ties AS FROM identity.ties LIMIT 0"
        )
    _drop(connection)


def _now(as_of: date) -> str:
    return _NOW.format(day=as_of.isoformat())


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))
