"""What several views need, computed once a run: the tables of schema ``prep``.

Each is one SELECT in ``views/prepared/<name>.sql``, or comes of what SQL cannot tell: the service
that a text names, the street, the line of business, whether a name fits.
"""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
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
from screening.warehouse.connection import joins_as_written
from screening.warehouse.exchange import as_table, to_polars
from screening.warehouse.parsed_sql import parsed

_FOLDER = Path(__file__).parent / "views" / "prepared"

#: The one table that stays when the views are built: the view of invoice lines reads it.
PREPARED_LINES = "lines"

#: Named in SQL as ``prep.<name>`` or ``screen.<name>``.
_READ = re.compile(r"\b(prep|screen)\.([a-z_]+)")


@cache
def tables_read(path: Path) -> frozenset[str]:
    """What the SELECT in a file reads of schemas ``prep`` and ``screen``, such as ``prep.who``."""
    named = _READ.findall(path.read_text(encoding="utf-8"))
    return frozenset(f"{schema}.{name}" for schema, name in named)


def prepare(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    asked: Sequence[str],
    read: AbstractSet[str],
) -> None:
    """Fill schema ``prep`` from the attached ``warehouse``; ``asked`` as in ``build_views``.

    Only what somebody reads is made; ``read`` holds names such as ``prep.lines``.
    """
    connection.execute("CREATE SCHEMA prep")
    connection.execute("CREATE TABLE prep.asked (orgnr VARCHAR)")
    if asked:
        connection.executemany("INSERT INTO prep.asked VALUES (?)", [[number] for number in asked])
    for step in _needed(read):
        step.make(connection, as_of)


@dataclass(frozen=True)
class _Step:
    """Makes some tables of ``prep``, for a day, from the warehouse and from those it reads."""

    makes: frozenset[str]
    reads: frozenset[str]
    make: Callable[[duckdb.DuckDBPyConnection, date], None]


def _needed(read: AbstractSet[str]) -> list[_Step]:
    """The steps that make what is read, and what those read in turn, in their order."""
    wanted, steps = set(read), []
    for step in reversed(_STEPS):
        if wanted & step.makes:
            wanted |= step.reads
            steps.append(step)
    return steps[::-1]


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
    for statement in parsed(query):
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
    with joins_as_written(connection):
        _prepare(connection, PREPARED_LINES, as_of)


def _prepare_services(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:  # noqa: ARG001
    """Tell for each distinct way of naming a service which permit it needs."""
    services = classify(to_polars(connection.sql("SELECT * FROM prep.service_texts")))
    with as_table(connection, "told_services", services):
        connection.execute(
            "CREATE TABLE prep.services AS SELECT account_no, account_text, description, "
            "service_area, permit_type, is_labour_heavy FROM told_services"
        )


def _prepare_places(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:  # noqa: ARG001
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


def _prepare_business_lines(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:  # noqa: ARG001
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


def _prepare_answer_ages(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:  # noqa: ARG001
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


def _prepare_name_fits(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:  # noqa: ARG001
    """Tell which names on invoices are their supplier's."""
    fits = name_fits(to_polars(connection.sql("SELECT * FROM prep.name_pairs")))
    with as_table(connection, "told_fits", fits):
        connection.execute("CREATE TABLE prep.name_fits AS SELECT * FROM told_fits")


def _prepare_holidays(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Tell which days nobody is at a desk."""
    with as_table(connection, "told_days", public_holidays(as_of.year - 1, as_of.year)):
        connection.execute("CREATE TABLE prep.public_holidays AS SELECT * FROM told_days")


def _by_query(name: str) -> _Step:
    """A table that is one SELECT over the warehouse and over what was made before it."""
    return _Step(
        frozenset({f"prep.{name}"}),
        tables_read(_FOLDER / f"{name}.sql"),
        lambda connection, as_of: _prepare(connection, name, as_of),
    )


def _step(makes: str, reads: str, make: Callable[[duckdb.DuckDBPyConnection, date], None]) -> _Step:
    made, known = (frozenset(f"prep.{name}" for name in names.split()) for names in (makes, reads))
    return _Step(made, known, make)


#: In the order in which they are taken: a step comes after those that it reads from.
_STEPS = (
    _step("answer_ages", "", _prepare_answer_ages),
    *map(_by_query, ("who", "numbers", "network_nodes", "contracts", "contract_areas")),
    *map(_by_query, ("documents", "officer_terms", "service_texts")),
    _step("services", "service_texts", _prepare_services),
    replace(_by_query(PREPARED_LINES), make=_prepare_lines),
    _step("places", "services", _prepare_places),
    _step("account_lines far_divisions permit_line", "services", _prepare_business_lines),
    *map(_by_query, ("help_services", "dated_files", "name_pairs")),
    _step("name_fits", "name_pairs", _prepare_name_fits),
    _step("public_holidays", "", _prepare_holidays),
)
