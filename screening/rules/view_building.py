"""Builds the views that rules read: tables in schema ``screen`` of a run's work file.

Each view is one SELECT in ``views/<name>.sql`` over the warehouse as known on the day, and over
views before it. The tables are created from the catalogue first, so that what rules see is what
the catalogue documents. What several views need is computed once, in schema ``prep``.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from screening.identity_numbers import ORGNR_WITHIN
from screening.rules.catalog import View, load_catalog
from screening.rules.untold_columns import AskedColumns, fill_untold, prepared_for
from screening.rules.view_preparing import (
    PREPARED_LINES,
    drop_prepared,
    prepare,
    run_statements,
    tables_read,
)
from screening.sources.contracts import all_contracts
from screening.warehouse.quarantine import files_query, standing_query

_FOLDER = Path(__file__).parent / "views"

#: The one view that is a view, of a table that was prepared: all others are tables.
_LINES = "invoice_lines"

#: In the order in which they are built: a view comes after those that it reads.
_VIEW_ORDER = (
    "contracts",
    "bidders",
    "invoices",
    "service_days",
    "months",
    "area_spend",
    "purchase_channels",
    "suppliers",
    "companies",
    "business_lines",
    "permits",
    "tax_status_history",
    "tax_status",
    "debt_history",
    "debts",
    "payroll",
    "company_people",
    "company_auditors",
    "company_owners",
    "shared_ties",
    "company_ties",
    "indirect_owners",
    "company_groups",
    "company_ownership",
    "company_addresses",
    "trading_prohibitions",
    "listed_matches",
    "employees",
    "bank_accounts",
    "bank_account_changes",
    "register_entries",
    "register_answers",
    "payee_accounts",
    "invoice_names",
    "invoice_habits",
    "similar_invoices",
    "number_series",
    "first_digits",
    "repeated_amounts",
    "unit_prices",
    "time_reports",
    "company_events",
    "financials",
    "authority_records",
    "incidents",
    "followups",
    "service_places",
    "orderers",
    "granted_help",
    "declared_subcontractors",
    "billed_hours",
    "reported_hours",
    "granted_hours",
)

_COVERAGE = """
CREATE TABLE screen.sources AS
SELECT source, max(rows_as_of) AS newest_as_of
FROM ({files})
WHERE status = 'loaded' AND rows_usable > 0 AND received_on <= $as_of AND rows_as_of <= $as_of
GROUP BY source;
CREATE TABLE screen.coverage AS
SELECT supplier.supplier_id, answer.source, max(answer.as_of) AS as_of
FROM warehouse.meta.answers AS answer
JOIN prep.who AS supplier USING (orgnr)
WHERE answer.as_of <= $as_of AND answer.seen_from <= $as_of
GROUP BY supplier.supplier_id, answer.source;
-- Suppliers named in a row in quarantine: for them, not being in that source is no answer. Where
-- the company register has a row of theirs, another one in quarantine takes nothing away.
CREATE TABLE screen.set_aside AS
WITH named AS (
    SELECT DISTINCT
        held.source,
        regexp_replace(
            unnest(regexp_extract_all(held.raw, '{number}', 1)), '[^0-9]', '', 'g'
        ) AS orgnr
    FROM ({standing}) AS held
    WHERE held.row_no IS NOT NULL AND held.received_on <= $as_of AND held.source IN ({registers})
)
SELECT DISTINCT supplier.supplier_id, named.source
FROM named JOIN prep.who AS supplier USING (orgnr)
WHERE NOT (named.source = 'companies' AND supplier.in_register);
"""


def _complete_registers() -> list[str]:
    """Sources in which a company that is not there does not exist."""
    return [
        contract.source
        for contract in all_contracts().values()
        if contract.absence == "complete" and contract.keyed_by == "orgnr"
    ]


def _needed(read: Iterable[str] | None) -> frozenset[str]:
    """Tables such as ``screen.invoices`` and ``prep.who`` that must be there for what is read.

    Who the suppliers are is always asked.
    """
    views = load_catalog().views if read is None else {*read, "suppliers"}
    needed = {f"screen.{name}" for name in views} | {"prep.who"}
    for name in reversed(_VIEW_ORDER):
        if f"screen.{name}" in needed:
            needed |= tables_read(_FOLDER / f"{name}.sql")
    if f"screen.{_LINES}" in needed:
        needed.add(f"prep.{PREPARED_LINES}")
    return frozenset(needed)


def build_views(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    asked: Sequence[str] = (),
    read: Iterable[str] | None = None,
    columns: Iterable[AskedColumns] = (),
) -> dict[str, float]:
    """Fill schema ``screen`` from the attached ``warehouse``, as known on ``as_of``.

    Args:
        connection: a work file, ``warehouse`` attached.
        as_of: the day.
        asked: organisationsnummer of companies to treat as suppliers even where they are none yet.
        read: names of the views that will be read; by default all. ``suppliers`` is always there.
        columns: that rules need, to tell of those without any value.

    Returns:
        Seconds that each view took; what several views need is under ``prepared``.

    Raises:
        duckdb.Error: a view does not fit the catalogue; nothing the data can cause.
    """
    started = time.perf_counter()
    told = tuple(columns)
    needed = _needed(read) | prepared_for(told)
    connection.execute("CREATE SCHEMA screen")
    prepare(connection, as_of, asked, needed)
    for view in load_catalog().views.values():
        if f"screen.{view.name}" not in needed:
            continue
        if view.name == _LINES:
            connection.execute(_view_of_lines(view))
        else:
            listed = ", ".join(f'"{name}" {column.type}' for name, column in view.columns.items())
            connection.execute(f"CREATE TABLE screen.{view.name} ({listed})")
    seconds = {"prepared": time.perf_counter() - started}
    for name in _VIEW_ORDER:
        if f"screen.{name}" not in needed:
            continue
        started = time.perf_counter()
        query = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        run_statements(connection, f"INSERT INTO screen.{name} BY NAME {query}", as_of)
        seconds[name] = time.perf_counter() - started
    registers = ", ".join(f"'{source}'" for source in _complete_registers())
    standing, files = standing_query(as_of, "warehouse."), files_query(as_of, "warehouse.")
    run_statements(
        connection,
        _COVERAGE.format(registers=registers, standing=standing, files=files, number=ORGNR_WITHIN),
        as_of,
    )
    started = time.perf_counter()
    fill_untold(connection, as_of, told)
    seconds["untold"] = time.perf_counter() - started
    drop_prepared(connection)
    return seconds


def _view_of_lines(view: View) -> str:
    """Ten million lines are not written twice: rules see the prepared ones, those that count."""
    columns = ", ".join(
        f'CAST("{name}" AS {column.type}) AS "{name}"' for name, column in view.columns.items()
    )
    query = f"SELECT {columns} FROM prep.{PREPARED_LINES} WHERE is_counted"
    return f"CREATE VIEW screen.{view.name} AS {query}"
