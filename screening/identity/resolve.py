"""Who is who: suppliers, invoice parties, persons and addresses, from what is known on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl

from screening.identity.companies.suppliers import find_suppliers, write_suppliers
from screening.identity.listed.table import write_listed_matches
from screening.identity.network.writing import write_network
from screening.identity.persons.table import PersonSummary, resolve_persons
from screening.identity.places import write_addresses
from screening.identity.reviewed.pairs import Decided, decisions_of, no_decisions, summed_up
from screening.sources.delivery import ReadWarning

_TEMPORARY = (
    "invoice_parties", "numbered", "unnumbered", "named", "number_entities", "bare_entities",
    "party_entities", "entities",
)  # fmt: skip

_COUNTS = """
SELECT
    (SELECT count(*) FROM identity.suppliers),
    (SELECT count(*) FROM identity.suppliers WHERE match_method = 'name'),
    (SELECT count(*) FROM identity.suppliers WHERE match_method = 'reviewed'),
    (SELECT count(*) FROM identity.suppliers WHERE orgnr IS NULL),
    (SELECT count(*) FROM identity.parties),
    (SELECT count(*) FROM identity.parties WHERE supplier_id IS NULL)
"""


@dataclass(frozen=True)
class ResolveSummary:
    """What resolving gave, as counts; nothing in it is personal.

    Attributes:
        suppliers: supplier entities.
        matched_by_name: of them, known by their name and address only.
        matched_by_review: of them, known because a person decided who they are.
        without_orgnr: of them, without a known organisationsnummer.
        parties: distinct ways in which invoices name a supplier.
        nameless_parties: of them, with neither number nor name: nobody's.
        persons: distinct persons.
        contradicted_numbers: supplier numbers whose invoices give another organisationsnummer
            than the supplier register.
        decisions: decisions of people in force: same, not_same, unsure, and set_aside (those that
            contradict others and do not count).
        decisions_hash: one hash over them; empty where there are none.
        two_numbers: pairs of identity numbers that look like one person's; kept apart.
        strange_names: names of an identity number that share nothing with its other names; kept
            apart.
        unread_hashes: keyed hashes, where a key is given that fits none of them.
    """

    suppliers: int
    matched_by_name: int
    matched_by_review: int
    without_orgnr: int
    parties: int
    nameless_parties: int
    persons: int
    contradicted_numbers: int
    decisions: Mapping[str, int] = field(default_factory=dict)
    decisions_hash: str = ""
    two_numbers: int = 0
    strange_names: int = 0
    unread_hashes: int = 0

    @property
    def warnings(self) -> tuple[ReadWarning, ...]:
        """What a person should look at."""
        found = []
        if self.contradicted_numbers:
            found.append(
                ReadWarning("contradicted_supplier_numbers", {"rows": self.contradicted_numbers})
            )
        if self.nameless_parties:
            found.append(ReadWarning("nameless_parties", {"rows": self.nameless_parties}))
        if self.two_numbers:
            found.append(ReadWarning("persons_with_two_numbers", {"rows": self.two_numbers}))
        if self.strange_names:
            found.append(ReadWarning("numbers_with_two_persons", {"rows": self.strange_names}))
        if self.unread_hashes:
            found.append(ReadWarning("hash_key_fits_nothing", {"rows": self.unread_hashes}))
        if set_aside := self.decisions.get("set_aside"):
            found.append(ReadWarning("identity_decisions_set_aside", {"rows": set_aside}))
        return tuple(found)


def _counted(
    connection: duckdb.DuckDBPyConnection,
    contradicted_numbers: int,
    persons: PersonSummary,
    decided: Decided,
) -> ResolveSummary:
    ((suppliers, by_name, by_review, without, parties, nameless),) = connection.execute(
        _COUNTS
    ).fetchall()
    return ResolveSummary(
        suppliers=suppliers,
        matched_by_name=by_name,
        matched_by_review=by_review,
        without_orgnr=without,
        parties=parties,
        nameless_parties=nameless,
        persons=persons.persons,
        contradicted_numbers=contradicted_numbers,
        decisions=decided.counts,
        decisions_hash=decided.hash,
        two_numbers=persons.persons_with_two_numbers,
        strange_names=persons.numbers_with_two_persons,
        unread_hashes=persons.unread_hashes,
    )


def _write_tables(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    decisions: pl.DataFrame,
    hash_key: bytes | None,
) -> ResolveSummary:
    # Each kind of pair takes its own from the frame: decisions_of(decisions, kind, as_of).
    companies = decisions_of(decisions, "company", as_of)
    contradicted_numbers = find_suppliers(connection, as_of, companies)
    write_addresses(connection)
    write_suppliers(connection)
    persons = resolve_persons(connection, decisions_of(decisions, "person", as_of), hash_key)
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE temp.{name}")
    write_network(connection, as_of)
    write_listed_matches(connection, as_of, decisions)
    return _counted(connection, contradicted_numbers, persons, summed_up(decisions, as_of))


def resolve(
    warehouse: duckdb.DuckDBPyConnection,
    as_of: date,
    decisions: pl.DataFrame | None = None,
    hash_key: bytes | None = None,
) -> ResolveSummary:
    """Write every table of schema ``identity``, all of them or none.

    The same rows in schema ``known`` give the same tables, whatever their order.

    Args:
        warehouse: schema ``known`` shows what was known on ``as_of``.
        as_of: the run's day.
        decisions: what people decided about pairs (``reviewed.DECISIONS``); none by default. What
            was decided after ``as_of`` does not count.
        hash_key: the key with which identity numbers were hashed before delivery (``hash_key``).

    Raises:
        duckdb.Error: the warehouse cannot be read or written; the tables are as they were.
    """
    warehouse.execute("CREATE SCHEMA IF NOT EXISTS identity")
    warehouse.execute("BEGIN")
    try:
        summary = _write_tables(
            warehouse, as_of, no_decisions() if decisions is None else decisions, hash_key
        )
    except BaseException:
        warehouse.execute("ROLLBACK")
        raise
    warehouse.execute("COMMIT")
    return summary
