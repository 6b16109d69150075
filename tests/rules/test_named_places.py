"""Streets that notes and invoices name, held against the addresses known of a supplier."""

import duckdb
import polars as pl
import pytest

from screening.places import RULES_DIR
from screening.rules.named_places import doors_in_texts

VIEW = RULES_DIR.parent / "screening" / "rules" / "views" / "service_places.sql"


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("Solgården, Ågatan 7 B, 111 51 Stockholm", ["agata|7"]),
        ("Norra Ågatan 7 och Storgatan 12", ["agata|7", "storgata|12"]),
        ("vårddygn Kyrkbacken 3", ["kyrkbacke|3"]),
        ("HVB vecka 12, plats 4", []),
        ("Ågatan", []),
    ],
)
def test_a_street_with_a_number_is_a_door(text: str, doors: list[str]) -> None:
    found = doors_in_texts(pl.Series([text, None, text]))
    assert found.get_column("door").to_list() == doors


@pytest.mark.parametrize(
    ("place", "address", "is_known"),
    [
        ("Ågatan 7", "agata|7|11151", True),
        ("Ågatan 7", "agata|7b|11151", True),
        ("Norra Ågatan 7", "norraagata|7|11151", True),
        ("Ågatan 7", "norraagata|7|11151", True),
        ("Ågatan 7", "agata|17|11151", False),
        ("Ågatan 7", "storgata|7|11151", False),
    ],
)
def test_a_place_is_known_whatever_the_entrance_and_the_part_of_town(
    place: str, address: str, is_known: bool
) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            CREATE SCHEMA prep; CREATE SCHEMA screen; ATTACH ':memory:' AS warehouse;
            CREATE SCHEMA warehouse.known;
            CREATE TABLE warehouse.known.followups AS SELECT ?::VARCHAR AS place, 5 AS ref;
            """.replace("?::VARCHAR", f"'{place}'")
        )
        connection.execute(f"""
            CREATE TABLE screen.followups AS
                SELECT 'a' AS supplier_id, DATE '2026-05-01' AS done_on, 'platsbesok' AS kind,
                    5 AS ref;
            CREATE TABLE screen.company_addresses AS
                SELECT '5560000001' AS orgnr, '{address}' AS address_key, 'door' AS kind,
                    'permits' AS found_in;
            CREATE TABLE prep.who AS SELECT 'a' AS supplier_id, '5560000001' AS orgnr;
            CREATE TABLE screen.invoice_lines (supplier_id VARCHAR, permit_type VARCHAR,
                invoice_date DATE, amount_sek DECIMAL(18,2), description VARCHAR, ref BIGINT)
            """)
        for door in doors_in_texts(pl.Series([place])).get_column("door"):
            connection.execute(
                f"CREATE TABLE prep.places AS SELECT '{place}' AS text, '{door}' AS door"
            )
        query = VIEW.read_text(encoding="utf-8").replace("$as_of", "DATE '2026-06-30'")
        rows = connection.execute(f"SELECT is_known_address, is_on_permit, ref FROM ({query})")
        assert rows.fetchall() == [(is_known, is_known, 5)]
