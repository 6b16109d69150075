"""Builds the views that rules read: tables in schema ``screen`` of a run's work file.

Each view is one SELECT in ``views/<name>.sql`` over the warehouse as known on the day, and over
views before it. The tables are created from the catalogue first, so that what rules see is what
the catalogue documents. What several views need is computed once, in schema ``prep``.
"""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from screening.identity_numbers import ORGNR_WITHIN
from screening.rules.catalog import View, load_catalog
from screening.rules.lines_of_business import (
    far_divisions,
    line_with_permits,
    lines_of_accounts,
)
from screening.rules.name_fits import name_fits
from screening.rules.named_places import doors_in_texts
from screening.rules.public_holidays import public_holidays
from screening.rules.services import classify
from screening.sources.contracts import all_contracts
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.quarantine import files_query, standing_query

_FOLDER = Path(__file__).parent / "views"

#: The one view that is a view, of a table that was prepared: all others are tables.
_LINES, _PREPARED_LINES = "invoice_lines", "lines"

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


def _run(connection: duckdb.DuckDBPyConnection, query: str, as_of: date) -> None:
    """Run statements that may or may not ask for ``$as_of``."""
    for statement in duckdb.extract_statements(query):
        values = {"as_of": as_of} if "as_of" in statement.named_parameters else {}
        connection.execute(statement, values)


def _prepare(connection: duckdb.DuckDBPyConnection, name: str, as_of: date) -> None:
    query = (_FOLDER / "prepared" / f"{name}.sql").read_text(encoding="utf-8")
    _run(connection, f"CREATE TABLE prep.{name} AS {query}", as_of)


def _prepare_lines(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The invoice lines, with what the small tables say of each.

    The joins are made as they are written, the many lines passing by tables held in memory.
    DuckDB's guess of how few lines the conditions leave would have it hold the lines instead.
    """
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        _prepare(connection, _PREPARED_LINES, as_of)
    finally:
        connection.execute("RESET disabled_optimizers")


def _prepare_services(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Tell for each distinct way of naming a service which permit it needs."""
    _prepare(connection, "service_texts", as_of)
    services = classify(to_polars(connection.sql("SELECT * FROM prep.service_texts")))
    with as_table(connection, "told_services", services):
        connection.execute(
            "CREATE TABLE prep.services AS SELECT account_no, account_text, description, "
            "service_area, permit_type, is_labour_heavy FROM told_services"
        )


def _prepare_places(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell which streets the notes of visits and the texts of services name."""
    texts = to_polars(
        connection.sql(
            "SELECT place AS text FROM warehouse.known.followups WHERE place IS NOT NULL UNION "
            "SELECT description FROM prep.services "
            "WHERE permit_type IS NOT NULL "
            "AND regexp_matches(description, '(?i)[a-zåäö]{3,} [0-9]')"
        )
    )
    with as_table(connection, "told_places", doors_in_texts(texts.get_column("text"))):
        connection.execute("CREATE TABLE prep.places AS SELECT * FROM told_places")


def _prepare_business_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell to which line of business accounts belong, and what is far from each line."""
    texts = to_polars(connection.sql("SELECT DISTINCT account_text FROM prep.services"))
    told = {
        "account_lines": lines_of_accounts(texts.get_column("account_text")),
        "far_divisions": far_divisions(),
        "permit_line": pl.DataFrame({"service_line": [line_with_permits()]}),
    }
    for name, frame in told.items():
        with as_table(connection, "told_lines", frame):
            connection.execute(f"CREATE TABLE prep.{name} AS SELECT * FROM told_lines")


def _prepare_answer_ages(connection: duckdb.DuckDBPyConnection) -> None:
    """How old an answer may be, from the contracts of registers that are asked one by one."""
    connection.execute(
        "CREATE TABLE prep.answer_ages "
        "(source VARCHAR, title_sv VARCHAR, title_en VARCHAR, max_age_days BIGINT)"
    )
    connection.executemany(
        "INSERT INTO prep.answer_ages VALUES (?, ?, ?, ?)",
        [
            [contract.source, contract.title["sv"], contract.title["en"], contract.max_age_days]
            for contract in all_contracts().values()
            if contract.absence == "answers"
        ],
    )


def _prepare_habits(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Tell which names on invoices are their supplier's, and which days nobody is at a desk."""
    _prepare(connection, "dated_files", as_of)
    _prepare(connection, "name_pairs", as_of)
    fits = name_fits(to_polars(connection.sql("SELECT * FROM prep.name_pairs")))
    holidays = public_holidays(as_of.year - 1, as_of.year)
    with as_table(connection, "told_fits", fits), as_table(connection, "told_days", holidays):
        connection.execute("CREATE TABLE prep.name_fits AS SELECT * FROM told_fits")
        connection.execute("CREATE TABLE prep.public_holidays AS SELECT * FROM told_days")


def build_views(
    connection: duckdb.DuckDBPyConnection, as_of: date, asked: Sequence[str] = ()
) -> dict[str, float]:
    """Fill schema ``screen`` from the attached ``warehouse``, as known on ``as_of``.

    ``asked``: organisationsnummer of companies to treat as suppliers even where they are none yet.

    Returns:
        Seconds that each view took; what several views need is under ``prepared``.

    Raises:
        duckdb.Error: a view does not fit the catalogue; nothing the data can cause.
    """
    started = time.perf_counter()
    connection.execute("CREATE SCHEMA prep; CREATE SCHEMA screen")
    _prepare_answer_ages(connection)
    connection.execute("CREATE TABLE prep.asked (orgnr VARCHAR)")
    if asked:
        connection.executemany("INSERT INTO prep.asked VALUES (?)", [[number] for number in asked])
    for name in (
        "who",
        "numbers",
        "network_nodes",
        "contracts",
        "contract_areas",
        "documents",
        "officer_terms",
    ):
        _prepare(connection, name, as_of)
    _prepare_services(connection, as_of)
    _prepare_lines(connection, as_of)
    _prepare_places(connection)
    _prepare_business_lines(connection)
    _prepare(connection, "help_services", as_of)
    _prepare_habits(connection, as_of)
    for view in load_catalog().views.values():
        if view.name == _LINES:
            connection.execute(_view_of_lines(view))
        else:
            listed = ", ".join(f'"{name}" {column.type}' for name, column in view.columns.items())
            connection.execute(f"CREATE TABLE screen.{view.name} ({listed})")
    seconds = {"prepared": time.perf_counter() - started}
    for name in _VIEW_ORDER:
        started = time.perf_counter()
        query = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        _run(connection, f"INSERT INTO screen.{name} BY NAME {query}", as_of)
        seconds[name] = time.perf_counter() - started
    registers = ", ".join(f"'{source}'" for source in _complete_registers())
    standing, files = standing_query(as_of, "warehouse."), files_query(as_of, "warehouse.")
    _run(
        connection,
        _COVERAGE.format(registers=registers, standing=standing, files=files, number=ORGNR_WITHIN),
        as_of,
    )
    _drop_prepared(connection)
    return seconds


def _view_of_lines(view: View) -> str:
    """Ten million lines are not written twice: rules see the prepared ones, those that count."""
    columns = ", ".join(
        f'CAST("{name}" AS {column.type}) AS "{name}"' for name, column in view.columns.items()
    )
    query = f"SELECT {columns} FROM prep.{_PREPARED_LINES} WHERE is_counted"
    return f"CREATE VIEW screen.{view.name} AS {query}"


def _drop_prepared(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what was prepared for several views, but for what the view of lines reads."""
    prepared = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'prep' "
        "AND database_name = current_database() AND table_name <> $lines",
        {"lines": _PREPARED_LINES},
    ).fetchall()
    for (name,) in prepared:
        connection.execute(f'DROP TABLE prep."{name}"')
