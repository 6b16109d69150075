"""Rows about persons for tests, and who resolving takes them for."""

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from screening.identity.persons.rows import ROW_SCHEMA
from screening.identity.persons.table import resolve_told
from screening.identity.reviewed.pairs import DECISIONS, Reviewed, decisions_of
from screening.warehouse.exchange import as_table, to_polars

BORN = date(1985, 1, 1)
#: Two personnummer and a samordningsnummer of the same day, all with tenth digit 8.
ANNA, OTHER, COORDINATION = "198501012382", "198501019981", "198501612386"


def person(name=None, number=None, born=None, company=None, door=None, **more):
    """One row; ``company`` is where a name alone is somebody, ``door`` a street with number."""
    row = {
        "source": "officers", "name": name, "person_id": number, "birth_date": born,
        "company": company, "within": company, "street": door,
        "postal_code": "21142" if door else None,
    }  # fmt: skip
    return row | more


def frame(*rows):
    """Rows as ``resolve_told`` reads them; those without ``ref`` get one in their order."""
    numbered = [{"ref": place + 1} | row for place, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=ROW_SCHEMA)


@dataclass(frozen=True)
class Resolved:
    """The tables that were written, and what was counted."""

    persons: pl.DataFrame
    pairs: pl.DataFrame
    persons_with_two_numbers: int
    numbers_with_two_persons: int


def resolved(*rows, reviewed: Reviewed | None = None) -> Resolved:
    """Who is who among these rows."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("CREATE SCHEMA identity")
    with as_table(connection, "told_rows", frame(*rows)):
        summary = resolve_told(connection, "FROM told_rows", reviewed)
    return Resolved(
        to_polars(connection.sql("FROM identity.persons ORDER BY source, ref")),
        to_polars(connection.sql("FROM identity.person_pairs ORDER BY ALL")),
        summary.persons_with_two_numbers,
        summary.numbers_with_two_persons,
    )


def keys(*rows, reviewed: Reviewed | None = None) -> list[str]:
    """The person of each row."""
    return resolved(*rows, reviewed=reviewed).persons.sort("ref")["person_key"].to_list()


def are_one(*rows) -> bool:
    """Whether all rows are one person's."""
    return len(set(keys(*rows))) == 1


def decided(*pairs: tuple[str, str, str]) -> Reviewed:
    """Decisions of people: left key, right key, decision."""
    day = date(2026, 1, 1)
    rows = [
        {"decision_id": n, "kind": "person", "left_key": left, "right_key": right,
         "decision": decision, "decided_on": day, "withdraws": None}
        for n, (left, right, decision) in enumerate(pairs, 1)
    ]  # fmt: skip
    return decisions_of(pl.DataFrame(rows, schema=DECISIONS), "person", day)
