"""Views about how suppliers invoice, each over small tables."""

from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

import duckdb
import pytest

from screening.rules.catalog import load_catalog

_VIEWS = files("screening.rules").joinpath("views")
AS_OF = date(2026, 6, 30)
_TABLES = """
CREATE SCHEMA prep; CREATE SCHEMA screen;
ATTACH ':memory:' AS warehouse; CREATE SCHEMA warehouse.known; CREATE SCHEMA warehouse.identity;
CREATE TABLE warehouse.known.suppliers_versions (
    supplier_no VARCHAR, bankgiro VARCHAR, plusgiro VARCHAR, bank_account VARCHAR, iban VARCHAR);
CREATE TABLE warehouse.identity.supplier_numbers (supplier_no VARCHAR, supplier_id VARCHAR);
INSERT INTO warehouse.identity.supplier_numbers VALUES ('1', 'a'), ('2', 'b'), ('3', 'c');
CREATE TABLE prep.public_holidays AS SELECT DATE '2026-05-14' AS day;
CREATE TABLE prep.dated_files (file_id BIGINT, has_own_dates BOOLEAN);
INSERT INTO prep.dated_files VALUES (0, true), (1, false);
"""
_READ = ("invoices", "invoice_lines", "bank_accounts")


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute(_TABLES)
        for view in _READ:
            columns = load_catalog().views[view].columns.items()
            listed = ", ".join(f'"{name}" {column.type}' for name, column in columns)
            connection.execute(f"CREATE TABLE screen.{view} ({listed})")
        yield connection


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]
) -> None:
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def _invoices(connection: duckdb.DuckDBPyConnection, *rows: dict[str, Any]) -> None:
    whole = [
        {"invoice_id": n, "ref": n, "match_confidence": 1.0, "needs_permit": False, **row}
        for n, row in enumerate(rows, start=1)
    ]
    _fill(connection, "screen.invoices", whole)


def _view(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    query = _VIEWS.joinpath(f"{name}.sql").read_text(encoding="utf-8")
    asked = {"as_of": AS_OF} if "$as_of" in query else {}
    found = connection.execute(query, asked)
    columns = [column[0] for column in found.description or []]
    assert set(columns) == set(load_catalog().views[name].columns)
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return sorted(rows, key=str)


def _bill(supplier: str, day: str, sek: float, **more: Any) -> dict[str, Any]:
    return {"supplier_id": supplier, "invoice_date": day, "amount_sek": sek, **more}


def test_an_account_and_its_iban_are_one_and_old_accounts_are_registered(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    versions = [
        {"supplier_no": "1", "bankgiro": "bg:91234567", "bank_account": "ac:60001234567"},
        {"supplier_no": "1", "bankgiro": "bg:97654321"},
    ]
    _fill(tables, "warehouse.known.suppliers_versions", versions)
    held = {"supplier_id": "a", "found_in": "suppliers", "is_factoring": False}
    _fill(
        tables,
        "screen.bank_accounts",
        [{**held, "account": "bg:97654321", "account_kind": "bankgiro", "ref": 70}],
    )
    accounts = ("bg:91234567", "bg:97654321", "iban:SE1260000000000001234567", "iban:LT12", "ac:9")
    _invoices(tables, *(_bill("a", "2026-05-05", 100, payee_account=each) for each in accounts))
    told = {row["account"]: row for row in _view(tables, "payee_accounts")}
    assert {each: told[each]["is_registered"] for each in accounts} == {
        **dict.fromkeys(accounts[:3], True), **dict.fromkeys(accounts[3:], False)
    }  # fmt: skip
    assert [told[each]["country"] for each in accounts] == ["SE", "SE", "SE", "LT", "SE"]
    assert told["ac:9"]["refs"] == [5, 70]
    assert all(row["has_giro"] and row["register_accounts"] == 1 for row in told.values())


def test_where_invoices_are_silent_the_only_account_of_the_register_is_the_payee(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    held = {"found_in": "suppliers", "is_factoring": False, "account_kind": "iban"}
    rows = [("a", "iban:LT1"), ("b", "iban:LT2"), ("b", "iban:LT3")]
    _fill(
        tables,
        "screen.bank_accounts",
        [{**held, "supplier_id": who, "account": what, "ref": 9} for who, what in rows],
    )
    _invoices(tables, _bill("a", "2026-05-05", 100), _bill("b", "2026-05-05", 100))
    (row,) = _view(tables, "payee_accounts")
    assert (row["supplier_id"], row["account"], row["found_in"]) == ("a", "iban:LT1", "suppliers")
    assert row["refs"] == [1, 9]


@pytest.mark.parametrize(
    ("one", "other", "written_otherwise", "slip"),
    [
        ("F-1234", "F1234", True, False),
        ("001234", "1234", True, False),
        ("F1234", "INV1234", True, False),
        ("1234", "1243", False, True),
        ("1234", "12334", False, True),
        ("1234", "1235", False, False),
        ("1234", "1244", False, False),
        ("12", "21", False, False),
    ],
)
def test_numbers_that_are_alike_and_those_that_only_follow(
    tables: duckdb.DuckDBPyConnection, one: str, other: str, written_otherwise: bool, slip: bool
) -> None:
    _invoices(
        tables,
        _bill("a", "2026-05-05", 100, invoice_no=one, voucher_no="V1"),
        _bill("a", "2026-05-09", 100, invoice_no=other, voucher_no="V2"),
    )
    (pair,) = _view(tables, "similar_invoices")
    assert (pair["is_written_otherwise"], pair["is_slip"]) == (written_otherwise, slip)
    assert (pair["days_apart"], pair["refs"]) == (4, [1, 2])


def test_one_voucher_prices_and_other_sums_make_no_pairs(tables: duckdb.DuckDBPyConnection) -> None:
    _invoices(
        tables,
        _bill("a", "2026-05-05", 100, invoice_no="1234", voucher_no="V1"),
        _bill("a", "2026-05-05", 100, invoice_no="12-34", voucher_no="V1"),
        _bill("b", "2026-05-05", 100, invoice_no="1234", voucher_no="V2"),
        _bill("b", "2026-05-05", 101, invoice_no="12-34", voucher_no="V3"),
        *(
            _bill("c", "2026-05-05", 100, invoice_no=f"{n}-77", voucher_no=f"W{n}")
            for n in range(5)
        ),
    )
    assert _view(tables, "similar_invoices") == []


def test_days_are_told_only_where_they_are_the_invoice_s_own(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    _invoices(
        tables,
        _bill("a", "2026-05-10", 100),  # a Sunday
        _bill("a", "2026-05-14", 100),  # Ascension
        _bill("a", "2026-05-13", 100),
        _bill("a", "2026-05-31", 100),  # a Sunday, the last of the month
        _bill("a", "2026-03-01", 100),  # a Sunday, the first of the month
        _bill("a", "2026-05-17", 100, is_month_only=True),
        _bill("a", "2026-05-17", 100, ref=(1 << 32) + 7),  # of a ledger with booking days
        _bill("a", "2026-05-17", -100),
    )
    (row,) = _view(tables, "invoice_habits")
    assert (row["dated_count"], row["day_off_count"], row["invoice_count"]) == (3, 2, 7)
    assert sorted(row["day_off_refs"]) == [1, 2]


def test_numbers_go_by_series_and_the_same_number_counts_once(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    numbers = ["F1", "F2", "F3", "F3", "F5", "F6", "2026-1", None, "utan"]
    _invoices(tables, *(_bill("a", "2026-05-05", 10, invoice_no=number) for number in numbers))
    (row,) = _view(tables, "number_series")
    assert (row["prefix"], row["numbers"], row["steps"], row["steps_of_one"]) == ("F", 5, 4, 3)


def test_the_same_amount_counts_once_among_first_figures(tables: duckdb.DuckDBPyConnection) -> None:
    _invoices(tables, *(_bill("a", "2026-05-05", 100 + n % 60) for n in range(120)))
    told = _view(tables, "first_digits")
    assert [(row["digit"], row["amounts"], row["invoice_count"]) for row in told] == [(1, 60, 120)]


def test_a_rent_is_known_by_its_account_and_staff_on_hire_is_none(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    days = [f"2026-0{month}-05" for month in (1, 2, 3)]
    texts = {"a": "Hyra av lokaler", "b": "Inhyrd personal"}
    _invoices(tables, *(_bill(who, day, 500) for who in texts for day in days))
    _fill(
        tables,
        "screen.invoice_lines",
        [
            {"invoice_id": 3 * place + n, "account_text": text}
            for place, text in enumerate(texts.values())
            for n in (1, 2, 3)
        ],
    )
    told = {
        row["supplier_id"]: (row["is_rent"], row["months"])
        for row in _view(tables, "repeated_amounts")
    }
    assert told == {"a": (True, 3), "b": (False, 3)}


def test_hours_are_compared_however_they_are_written_and_pieces_are_not(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    units = ["tim", "HUR", "timmar", "h"]
    line = {"invoice_date": "2026-05-05", "amount_sek": 100, "account_no": "6550"}
    rows = [
        {**line, "supplier_id": f"s{place}", "unit": unit, "unit_price": 100.0 * (place + 1)}
        for place, unit in enumerate(units)
        for _ in range(3)
    ]
    rows += [{**line, "supplier_id": "s9", "unit": "C62", "unit_price": 1.0} for _ in range(3)]
    _fill(tables, "screen.invoice_lines", [{**row, "ref": n} for n, row in enumerate(rows)])
    told = _view(tables, "unit_prices")
    assert {row["supplier_id"] for row in told} == {"s0", "s1", "s2", "s3"}
    assert {(row["unit"], row["suppliers"], row["usual_price"]) for row in told} == {
        ("timme", 4, 250.0)
    }
