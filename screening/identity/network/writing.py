"""The network of a day, written into schema ``identity``: what changed, and what that touches."""

from datetime import date

import duckdb

from screening.identity.network.bridging import tie_all_companies, tie_changed_companies
from screening.identity.network.gathering import (
    find_touched,
    gather_all_ties,
    gather_changed_ties,
    start_gathering,
)
from screening.identity.network.index import is_from_nothing, seal_network, start_network
from screening.identity.network.owning_tables import own_all, own_changed
from screening.identity.network.sharing import share_all, share_changed

#: From this part of the rows on everything is made anew: that is cheaper than differences.
_ANEW_FROM = 0.3

_TEMPORARY = (
    "touched_units", "touched_vias", "changed_ties", "changed_shared", "changed_staff",
    "changed_companies", "changed_standing", "changed_addresses", "changed_forms",
    "network_companies",
)  # fmt: skip


def write_network(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write ``identity.ties`` and everything that follows from them.

    Tables: ties, node_sizes, shared_ties, company_ties, indirect_owners, groups, ownership,
    loop_companies. Needs suppliers, supplier_numbers, parties, persons, and what
    ``write_addresses`` left. What is kept for the next run stands in schema ``identity_network``.
    """
    start_gathering(connection)
    is_anew = is_from_nothing(connection)
    if not is_anew and find_touched(connection, as_of) >= _ANEW_FROM:
        start_network(connection)
        is_anew = True
    if is_anew:
        gather_all_ties(connection, as_of)
        share_all(connection)
        tie_all_companies(connection)
        own_all(connection)
    else:
        gather_changed_ties(connection, as_of)
        share_changed(connection)
        tie_changed_companies(connection)
        own_changed(connection)
    seal_network(connection)
    connection.execute("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _TEMPORARY))
