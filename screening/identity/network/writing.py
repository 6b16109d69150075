"""The network of a day, written into schema ``identity``."""

from datetime import date

import duckdb

from screening.identity.network.gathering import gather_ties
from screening.identity.network.owning import write_ownership
from screening.identity.network.sharing import write_sharing
from screening.identity.places import find_address_members


def write_network(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write ``identity.ties`` and everything that follows from them.

    Tables: ties, node_sizes, shared_ties, company_ties, indirect_owners, groups, ownership,
    loop_companies. Needs suppliers, supplier_numbers, parties, persons and addresses.
    """
    find_address_members(connection)
    gather_ties(connection, as_of)
    write_sharing(connection)
    write_ownership(connection)
    for name in ("address_members", "network_suppliers", "network_companies"):
        connection.execute(f"DROP TABLE temp.{name}")
