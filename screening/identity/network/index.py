"""What is kept of addresses and the network from run to run, in schema ``identity_network``.

Hashes of the rows that the tables were made from, who of the register is at our places, who was
looked at, which companies are next to each other, and who controls whom. With these a later run
makes again what changed and what that touches. The tables of schema ``identity`` are part of it:
they are changed where they stand.
"""

import duckdb
import polars as pl

from screening.identity.kept_rows import start_rows
from screening.identity.kept_schema import made_from, note_made_from
from screening.warehouse.fingerprint import fingerprint

_SCHEMA = "identity_network"

_FROM_NOTHING, _UNDER_WAY = "from nothing", "under way"

_ADDRESSES = """
CREATE SCHEMA IF NOT EXISTS identity_network;
CREATE OR REPLACE TABLE identity_network.made (made_from VARCHAR);
CREATE OR REPLACE TABLE identity.addresses
    (source VARCHAR, ref BIGINT, address_key VARCHAR, mailbox_key VARCHAR, address_kind VARCHAR,
    is_care_of BOOLEAN);
"""

_TABLES = """
CREATE OR REPLACE TABLE identity_network.our_places
    (place UBIGINT, form VARCHAR, postal_code VARCHAR);
CREATE OR REPLACE TABLE identity_network.register_places
    (ref BIGINT, orgnr VARCHAR, place UBIGINT, is_registered BOOLEAN);
CREATE OR REPLACE TABLE identity_network.crowded_places (place UBIGINT);
CREATE OR REPLACE TABLE identity_network.companies (node VARCHAR);
CREATE OR REPLACE TABLE identity_network.staff (node VARCHAR);
CREATE OR REPLACE TABLE identity_network.near
    (node VARCHAR, other_node VARCHAR, strength DOUBLE, kinds VARCHAR[], refs BIGINT[]);
CREATE OR REPLACE TABLE identity_network.controls
    (node VARCHAR, controller VARCHAR, by_entity VARCHAR, head VARCHAR, parent VARCHAR);
CREATE OR REPLACE TABLE identity.ties
    (from_node VARCHAR, to_node VARCHAR, kind VARCHAR, role VARCHAR, share_percent DOUBLE,
    share_min_percent DOUBLE, share_max_percent DOUBLE, is_direct BOOLEAN,
    is_beneficial_owner BOOLEAN, owner_type VARCHAR, from_date DATE, to_date DATE,
    is_current BOOLEAN, confidence DOUBLE, source VARCHAR, ref BIGINT);
CREATE OR REPLACE TABLE identity.node_sizes
    (node VARCHAR, kind VARCHAR, companies BIGINT, current_companies BIGINT, persons BIGINT,
    strength DOUBLE, is_unusual BOOLEAN, is_crowded BOOLEAN);
CREATE OR REPLACE TABLE identity.shared_ties
    (node VARCHAR, other_node VARCHAR, via VARCHAR, via_kind VARCHAR, sharing BIGINT,
    strength DOUBLE, is_unusual BOOLEAN, is_current BOOLEAN, from_date DATE, to_date DATE,
    other_from_date DATE, other_to_date DATE, confidence DOUBLE, ref BIGINT, other_ref BIGINT);
CREATE OR REPLACE TABLE identity.company_ties
    (node VARCHAR, other_node VARCHAR, distance INTEGER, bridge VARCHAR, strength DOUBLE,
    kinds VARCHAR[], refs BIGINT[]);
CREATE OR REPLACE TABLE identity.indirect_owners
    (orgnr VARCHAR, owner_node VARCHAR, owner_kind VARCHAR, share_percent DOUBLE,
    share_max_percent DOUBLE, steps INTEGER, is_ultimate BOOLEAN, is_told BOOLEAN,
    confidence DOUBLE, path VARCHAR[], refs BIGINT[]);
CREATE OR REPLACE TABLE identity.groups
    (orgnr VARCHAR, group_id VARCHAR, group_companies BIGINT, controller_node VARCHAR,
    head_node VARCHAR, head_companies BIGINT);
CREATE OR REPLACE TABLE identity.ownership
    (orgnr VARCHAR, owners BIGINT, persons BIGINT, persons_percent DOUBLE, nowhere_percent DOUBLE,
    nowhere BIGINT, longest_chain BIGINT, told_persons BIGINT, loop_node VARCHAR,
    loop_companies BIGINT, own_percent DOUBLE, told_percent DOUBLE, is_cut BOOLEAN,
    is_on_loop BOOLEAN);
CREATE OR REPLACE TABLE identity.loop_companies (node VARCHAR, loop_node VARCHAR);
"""


def rows_of(source: str) -> str:
    """The table with the hashes of rows: ``addressed``, ``register``, or ``told`` (all others)."""
    return f"identity_network.{source}_rows"


def open_network(connection: duckdb.DuckDBPyConnection) -> bool:
    """Begin with what is kept, or with nothing where other code made it.

    A run that ends half-way leaves a mark that nothing is whole, should it have written anything.

    Returns:
        Whether everything is made from nothing.
    """
    stands = made_from(connection, _SCHEMA, "identity.ties") == fingerprint(pl.__version__)
    if not stands:
        connection.execute(_ADDRESSES)
        start_rows(connection, rows_of("addressed"))
        start_network(connection)
    note_made_from(connection, _SCHEMA, _UNDER_WAY if stands else _FROM_NOTHING)
    return not stands


def start_network(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all tables but the addresses, empty: the run makes everything from nothing."""
    connection.execute(_TABLES)
    for source in ("register", "told"):
        start_rows(connection, rows_of(source))


def is_from_nothing(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether this run, which ``open_network`` began, makes everything from nothing."""
    return connection.execute("FROM identity_network.made").fetchall() == [(_FROM_NOTHING,)]


def seal_network(connection: duckdb.DuckDBPyConnection) -> None:
    """Note that the tables are whole, and what code made them."""
    note_made_from(connection, _SCHEMA, fingerprint(pl.__version__))


def forget_network(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what is kept: the next run makes everything anew, with the same result."""
    connection.execute("DROP SCHEMA IF EXISTS identity_network CASCADE")
