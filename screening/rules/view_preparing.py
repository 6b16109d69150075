"""What several views need, computed once a run: the tables of schema ``prep``.

Each is one SELECT in ``views/prepared/<name>.sql``, or comes of what SQL cannot tell: the service
that a text names, the street, the line of business, whether a name fits.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

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

_FOLDER = Path(__file__).parent / "views" / "prepared"

#: The one table that stays when the views are built: the view of invoice lines reads it.
PREPARED_LINES = "lines"

#: Made first, in this order.
_FIRST = (
    "who",
    "numbers",
    "network_nodes",
    "contracts",
    "contract_areas",
    "documents",
    "officer_terms",
)


def prepare(connection: duckdb.DuckDBPyConnection, as_of: date, asked: Sequence[str]) -> None:
    """Fill schema ``prep`` from the attached ``warehouse``; ``asked`` as in ``build_views``."""
    connection.execute("CREATE SCHEMA prep")
    _prepare_answer_ages(connection)
    connection.execute("CREATE TABLE prep.asked (orgnr VARCHAR)")
    if asked:
        connection.executemany("INSERT INTO prep.asked VALUES (?)", [[number] for number in asked])
    for name in _FIRST:
        _prepare(connection, name, as_of)
    _prepare_services(connection, as_of)
    _prepare_lines(connection, as_of)
    _prepare_places(connection)
    _prepare_business_lines(connection)
    _prepare(connection, "help_services", as_of)
    _prepare_habits(connection, as_of)


def drop_prepared(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what was prepared for several views, but for what the view of lines reads."""
    prepared = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'prep' "
        "AND database_name = current_database() AND table_name <> $lines",
        {"lines": PREPARED_LINES},
    ).fetchall()
    for (name,) in prepared:
        connection.execute(f'DROP TABLE prep."{name}"')


def run_statements(connection: duckdb.DuckDBPyConnection, query: str, as_of: date) -> None:
    """Run statements that may or may not ask for ``$as_of``."""
    for statement in duckdb.extract_statements(query):
        values = {"as_of": as_of} if "as_of" in statement.named_parameters else {}
        connection.execute(statement, values)


def _prepare(connection: duckdb.DuckDBPyConnection, name: str, as_of: date) -> None:
    query = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    run_statements(connection, f"CREATE TABLE prep.{name} AS {query}", as_of)


def _prepare_lines(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The invoice lines, with what the small tables say of each.

    The joins are made as they are written, the many lines passing by tables held in memory.
    DuckDB's guess of how few lines the conditions leave would have it hold the lines instead.
    """
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        _prepare(connection, PREPARED_LINES, as_of)
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
