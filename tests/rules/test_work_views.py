"""Views about work: hours worked, reported, granted and billed, and who is declared."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.rules.catalog import load_catalog

_VIEWS = files("screening.rules").joinpath("views")
AS_OF = date(2026, 6, 30)
START = datetime(2026, 6, 1, 8, 0)  # noqa: DTZ001 - wall-clock time, as reported

_TABLES = """
CREATE SCHEMA prep; CREATE SCHEMA screen;
ATTACH ':memory:' AS warehouse; CREATE SCHEMA warehouse.known;
CREATE TABLE warehouse.known.time_reports (
    worker_id VARCHAR, client_id VARCHAR, orgnr VARCHAR, service VARCHAR, start TIMESTAMP,
    "end" TIMESTAMP, source VARCHAR, unit VARCHAR, employer_orgnr VARCHAR, ref BIGINT);
CREATE TABLE prep.who (orgnr VARCHAR, supplier_id VARCHAR);
INSERT INTO prep.who VALUES ('1', 'a'), ('2', 'b');
CREATE TABLE prep.help_services (service VARCHAR, permit_type VARCHAR);
INSERT INTO prep.help_services VALUES ('hemtjänst', 'hemtjanst'), ('Hemvård', 'hemtjanst');
CREATE TABLE prep.services (
    account_no VARCHAR, account_text VARCHAR, description VARCHAR, service_area VARCHAR,
    permit_type VARCHAR);
INSERT INTO prep.services VALUES (NULL, NULL, 'tim', NULL, 'hemtjanst'),
    (NULL, NULL, 'resa', NULL, NULL), ('1', NULL, NULL, NULL, 'hemtjanst');
CREATE TABLE prep.lines (
    supplier_id VARCHAR, invoice_no VARCHAR, is_document BOOLEAN, account_no VARCHAR,
    account_text VARCHAR, description VARCHAR, quantity DOUBLE, unit VARCHAR,
    amount_sek DECIMAL(18, 2), service_from DATE, service_to DATE, contract_no VARCHAR,
    match_confidence DOUBLE, ref BIGINT);
CREATE TABLE prep.documents (supplier_id VARCHAR, invoice_no VARCHAR);
CREATE TABLE prep.contract_areas (supplier_id VARCHAR, contract_no VARCHAR, service_area VARCHAR);
CREATE TABLE prep.contracts (
    supplier_id VARCHAR, contract_no VARCHAR, subcontractors VARCHAR, ref BIGINT);
"""


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(_TABLES)
        for view in ("time_reports", "granted_help"):
            columns = load_catalog().views[view].columns.items()
            listed = ", ".join(f'"{name}" {column.type}' for name, column in columns)
            connection.execute(f"CREATE TABLE screen.{view} ({listed})")
        yield connection


def view(
    connection: duckdb.DuckDBPyConnection, name: str, given: dict[str, Sequence[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The rows of a view over some tables, by ``ref`` and month; the tables are emptied again."""
    connection.execute("BEGIN TRANSACTION")
    try:
        for table, rows in given.items():
            for row in rows:
                names = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values())
                )
        query = (_VIEWS / f"{name}.sql").read_text(encoding="utf-8")
        values = {"as_of": AS_OF} if "$as_of" in query else {}
        found = connection.execute(query, values)
        columns = [column[0] for column in found.description or []]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    finally:
        connection.execute("ROLLBACK")
    assert set(columns) == set(load_catalog().views[name].columns)
    return sorted(rows, key=lambda row: (row["ref"], str(row.get("month")), row["supplier_id"]))


def visit(ref: int, begins: int, ends: int, **other: Any) -> dict[str, Any]:
    """A visit of minutes since eight on the first of June."""
    return {
        "worker_id": "W1",
        "client_id": "k",
        "orgnr": "1",
        "service": "hemtjänst",
        "start": START + timedelta(minutes=begins),
        "end": START + timedelta(minutes=ends),
        "ref": ref,
    } | other


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 200)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(spans=SPANS)
def test_time_at_work_is_counted_once_however_visits_overlap(
    tables: duckdb.DuckDBPyConnection, spans: list[tuple[int, int]]
) -> None:
    visits = [
        visit(ref, begins, begins + length, orgnr="12"[ref % 2])
        for ref, (begins, length) in enumerate(spans)
    ]
    rows = view(tables, "time_reports", {"warehouse.known.time_reports": visits})
    at_work = {m for begins, length in spans for m in range(begins, begins + length)}
    assert sum(row["added_minutes"] for row in rows) == len(at_work)
    assert [row["minutes"] for row in rows] == [length for _, length in spans]


def test_a_pause_is_told_with_the_visit_before(tables: duckdb.DuckDBPyConnection) -> None:
    rows = view(
        tables,
        "time_reports",
        {
            "warehouse.known.time_reports": [
                visit(1, 0, 60),
                visit(2, 60, 90, client_id="l", orgnr="2"),
                visit(3, 70, 80, client_id="l"),
                visit(4, 95, 99, client_id="l", employer_orgnr="9"),
                visit(5, 95, 99, worker_id="W2"),
            ]
        },
    )
    told = [
        (row["pause_minutes"], row["is_other_client"], row["ref_before"], row["supplier_id"])
        for row in rows
    ]
    assert told == [
        (None, None, None, "a"),
        (0, True, 1, "b"),
        (-20, False, 2, "a"),
        (5, False, 3, "a"),
        (None, None, None, "a"),
    ]
    assert [row["employer_orgnr"] for row in rows] == [None, None, None, "9", None]


def test_a_visit_of_more_than_a_day_hides_no_other(tables: duckdb.DuckDBPyConnection) -> None:
    visits = [visit(1, 0, 60 * 24 * 365), visit(2, 10, 60), visit(3, 70, 70 + 60 * 24)]
    rows = view(tables, "time_reports", {"warehouse.known.time_reports": visits})
    assert [row["added_minutes"] for row in rows] == [None, 50, 60 * 24]
    assert [row["pause_minutes"] for row in rows] == [None, None, 10]


@pytest.mark.parametrize(("number", "is_one"), [("0123", False), ("01234", True), ("W1", True)])
def test_a_short_serial_number_is_somebody_else_elsewhere(
    tables: duckdb.DuckDBPyConnection, number: str, is_one: bool
) -> None:
    visits = [visit(1, 0, 60, worker_id=number), visit(2, 0, 60, worker_id=number, orgnr="2")]
    rows = view(tables, "time_reports", {"warehouse.known.time_reports": visits})
    assert (rows[0]["worker_key"] == rows[1]["worker_key"]) is is_one


def line(ref: int, **other: Any) -> dict[str, Any]:
    return {
        "supplier_id": "a",
        "invoice_no": f"F{ref}",
        "is_document": True,
        "description": "tim",
        "quantity": 10.0,
        "unit": "HUR",
        "amount_sek": 4000,
        "service_from": date(2026, 5, 1),
        "service_to": date(2026, 5, 31),
        "match_confidence": 1.0,
        "ref": ref,
    } | other


def test_hours_on_invoices_by_the_month_that_they_are_for(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    ledger = {"is_document": False, "description": None, "account_no": "1"}
    rows = view(
        tables,
        "billed_hours",
        {
            "prep.documents": [{"supplier_id": "a", "invoice_no": "BOTH"}],
            "prep.lines": [
                line(1),
                line(2, unit="min", quantity=90.0),
                line(3, amount_sek=-4000),
                line(4, service_from=date(2026, 4, 15), service_to=date(2026, 5, 14)),
                line(5, invoice_no="BOTH"),
                line(6, invoice_no="BOTH", **ledger),
                line(7, **ledger),
                line(8, unit="C62"),
                line(9, description="resa"),
                line(10, service_from=None, service_to=None),
                line(11, service_to=None, unit=" Timmar"),
            ],
        },
    )
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    assert [(row["ref"], row["month"], row["hours"]) for row in rows] == [
        (1, may, 10),
        (2, may, 1.5),
        (3, may, -10),
        (4, april, 5),
        (4, may, 5),
        (5, may, 10),
        (7, may, 10),
        (11, may, 10),
    ]
    assert {row["permit_type"] for row in rows} == {"hemtjanst"}
    assert sum(row["amount_sek"] for row in rows if row["ref"] == 4) == 4000


def decision(ref: int, since: date, until: date | None = None, **other: Any) -> dict[str, Any]:
    return {
        "client_id": "k",
        "service": "Hemvård",
        "supplier_id": "a",
        "hours_per_month": 30.0,
        "valid_from": since,
        "valid_to": until,
        "ref": ref,
    } | other


def test_granted_hours_are_shared_by_the_days_of_the_month(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    rows = view(
        tables,
        "granted_hours",
        {
            "screen.granted_help": [
                decision(1, date(2026, 4, 16), date(2026, 6, 3)),
                decision(2, date(2026, 6, 1), service="trygghetslarm"),
                decision(3, date(2020, 1, 1)),
                decision(4, date(2026, 6, 20), date(2026, 6, 10)),
            ]
        },
    )
    first = [(row["month"].month, round(row["hours"], 6)) for row in rows if row["ref"] == 1]
    assert first == [(4, 15), (5, 30), (6, 3)]
    assert [row["hours"] for row in rows if row["ref"] == 4] == [0]
    lasting = [row for row in rows if row["ref"] == 3]
    assert {row["hours"] for row in lasting} == {30}
    assert len(lasting) == 13
    assert not [row for row in rows if row["ref"] == 2]


def test_a_decision_without_provider_counts_for_who_visited(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    visited = {"client_id": "k", "service": "hemtjänst", "started_at": START}
    rows = view(
        tables,
        "granted_hours",
        {
            "screen.granted_help": [
                decision(1, date(2026, 5, 1), supplier_id=None),
                decision(2, date(2026, 5, 1), supplier_id="c"),
            ],
            "screen.time_reports": [
                {**visited, "supplier_id": "a", "ref": 1},
                {**visited, "supplier_id": "a", "ref": 2},
                {**visited, "supplier_id": "b", "ref": 3},
            ],
        },
    )
    june = [(row["supplier_id"], row["ref"]) for row in rows if row["month"].month == 6]
    assert june == [("a", 1), ("b", 1), ("c", 2)]
    assert [row["supplier_id"] for row in rows if row["month"].month == 5] == ["c"]


def test_reported_hours_by_month_and_service(tables: duckdb.DuckDBPyConnection) -> None:
    told = {"supplier_id": "a", "service": "hemtjänst", "minutes": 90.0, "added_minutes": 90.0}
    rows = view(
        tables,
        "reported_hours",
        {
            "screen.time_reports": [
                {**told, "started_at": START, "ref": 1},
                {**told, "started_at": START + timedelta(days=9), "service": "Hemvård", "ref": 2},
                {**told, "started_at": START - timedelta(days=9), "ref": 3},
                {**told, "started_at": START, "service": "annat", "ref": 4},
                {**told, "started_at": START, "added_minutes": None, "ref": 5},
            ]
        },
    )
    assert [(row["ref"], row["hours"], row["visits"]) for row in rows] == [(1, 3, 2), (3, 1.5, 1)]
    assert (rows[0]["first_on"], rows[0]["last_on"]) == (date(2026, 6, 1), date(2026, 6, 10))


def test_declared_subcontractors_are_read_from_whatever_is_written(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    rows = view(
        tables,
        "declared_subcontractors",
        {
            "prep.contracts": [
                {"supplier_id": "a", "subcontractors": "559800-0023, 5598000031", "ref": 1},
                {"supplier_id": "b", "subcontractors": "inga", "ref": 2},
                {"supplier_id": "c", "subcontractors": " ", "ref": 3},
                {"supplier_id": "d", "subcontractors": None, "ref": 4},
                {"supplier_id": "e", "subcontractors": "19850101-1234; SE559800003101", "ref": 5},
            ]
        },
    )
    assert sorted((row["supplier_id"], str(row["orgnr"])) for row in rows) == [
        ("a", "5598000023"),
        ("a", "5598000031"),
        ("b", "None"),
        ("e", "5598000031"),
        ("e", "8501011234"),
    ]
