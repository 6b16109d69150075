"""Stage ``resolve``: who is who among suppliers, invoice parties and persons."""

from datetime import date

from screening.identity.resolve import ResolveSummary, resolve
from screening.warehouse.connection import open_warehouse
from screening.warehouse.known import set_known_day
from screening.warehouse.state import State


def resolve_stage(state: State, as_of: date) -> ResolveSummary:
    """Resolve everything known on ``as_of`` into schema ``identity`` of the warehouse.

    Raises:
        duckdb.IOException: the warehouse cannot be opened.
    """
    with open_warehouse(state) as connection:
        set_known_day(connection, as_of)
        return resolve(connection, as_of)
