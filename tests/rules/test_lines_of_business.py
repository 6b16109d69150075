"""Which line of business an account belongs to, and what is far from it."""

import duckdb
import polars as pl
import pytest

from screening.places import RULES_DIR
from screening.rules.lines_of_business import (
    far_divisions,
    line_with_permits,
    lines_of_accounts,
    shipped_lines,
)
from screening.warehouse.exchange import as_table

VIEW = RULES_DIR.parent / "screening" / "rules" / "views" / "business_lines.sql"


@pytest.mark.parametrize(
    ("account_text", "line"),
    [
        ("Inhyrd personal sjuksköterskor", "staffing"),
        ("Städning och renhållning", "cleaning"),
        ("Städning: material", None),
        ("Taxi och sjukresor", "passenger_transport"),
        ("Bemanning och städning", None),
        ("Konsulttjänster", None),
    ],
)
def test_an_account_that_names_one_line_belongs_to_it(account_text: str, line: str | None) -> None:
    found = lines_of_accounts(pl.Series([account_text, None]))
    assert found.get_column("service_line").to_list() == ([line] if line else [])


def test_care_staffing_and_holding_codes_are_far_from_no_care() -> None:
    """What care companies are often registered as must never count against them."""
    far = far_divisions().filter(pl.col("service_line") == line_with_permits())
    assert not {
        "55",
        "64",
        "68",
        "70",
        "78",
        "82",
        "84",
        "85",
        "86",
        "87",
        "88",
        "94",
        "96",
        "00",
    } & set(far.get_column("division"))
    assert all(len(division) == 2 for line in shipped_lines().values() for division in line.far)
    assert [key for key, line in shipped_lines().items() if line.permits] == ["care"]


@pytest.mark.parametrize(
    ("sni_codes", "counts"),
    [
        ("41200", (1, 1)),
        ("41.200, 43999", (2, 2)),
        ("41200,88101", (2, 1)),
        ("00000", (1, 0)),
        (None, None),
    ],
)
def test_codes_are_counted_by_division(
    sni_codes: str | None, counts: tuple[int, int] | None
) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA prep; CREATE SCHEMA screen")
        connection.execute("""
            CREATE TABLE prep.permit_line AS SELECT 'care' AS service_line;
            CREATE TABLE prep.account_lines (account_text VARCHAR, service_line VARCHAR);
            CREATE TABLE prep.who AS SELECT 'a' AS supplier_id, '5560000001' AS orgnr;
            CREATE TABLE screen.invoice_lines AS
                SELECT 'a' AS supplier_id, 'hvb' AS permit_type, 'HVB' AS account_text,
                    100.0 AS amount_sek, DATE '2026-05-01' AS invoice_date, 7 AS ref
            """)
        connection.execute(
            "CREATE TABLE screen.companies AS SELECT '5560000001' AS orgnr, true AS is_supplier, "
            "?::VARCHAR AS sni_codes",
            [sni_codes],
        )
        with as_table(connection, "told", far_divisions()):
            connection.execute("CREATE TABLE prep.far_divisions AS SELECT * FROM told")
        query = VIEW.read_text(encoding="utf-8").replace("$as_of", "DATE '2026-06-30'")
        rows = connection.execute(f"SELECT divisions, far_divisions FROM ({query})").fetchall()
    assert rows == ([counts] if counts else [])
