"""Rules and work files for tests: small, whole, and changed one field at a time."""

import copy
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from screening.rules.catalog import load_catalog
from screening.rules.loading import read_rule
from screening.rules.model import Rule

AS_OF = date(2026, 11, 20)

_PUBLIC_DEBT: dict[str, Any] = {
    "id": "public-debt",
    "number": 13,
    "version": 1,
    "title": {"sv": "Skuld till staten", "en": "Debt to the state"},
    "kind": "risk",
    "area": "tax",
    "subject": "supplier",
    "severity": "medium",
    "why": {"sv": "Den som inte betalar skatt pressar priser.", "en": "Unpaid tax lowers prices."},
    "law": [{"text": "Skatteförfarandelagen (2011:1244)", "verified": False}],
    "needs": {"debts": 100},
    "parameters": {"limit_sek": 50000},
    "query": (
        "SELECT s.supplier_id, d.public_debt_sek AS amount_sek, s.match_confidence,\n"
        "  [d.ref] AS evidence, d.public_debt_sek, d.as_of AS answered_on\n"
        "FROM suppliers AS s JOIN debts AS d ON d.orgnr = s.orgnr\n"
        "WHERE d.public_debt_sek >= $limit_sek\n"
    ),
    "summary": {
        "sv": "{public_debt_sek} kr i skuld den {answered_on}.",
        "en": "{public_debt_sek} SEK of debt on {answered_on}.",
    },
    "action": {"sv": "Fråga leverantören om skulden.", "en": "Ask the supplier about the debt."},
    "false_positives": [{"sv": "Skulden är betald.", "en": "The debt has been paid."}],
    "cases": [
        {
            "name": "above the limit",
            "as_of": AS_OF,
            "given": {
                "suppliers": [{"supplier_id": "5560000019", "orgnr": "5560000019"}],
                "debts": [{"orgnr": "5560000019", "public_debt_sek": 60000}],
            },
            "expect": [{"supplier_id": "5560000019", "amount_sek": 60000, "evidence": [2]}],
        },
        {
            "name": "just below the limit",
            "as_of": AS_OF,
            "given": {
                "suppliers": [{"supplier_id": "5560000019", "orgnr": "5560000019"}],
                "debts": [{"orgnr": "5560000019", "public_debt_sek": 49999.99}],
            },
            "expect": [],
        },
        {
            "name": "at the limit",
            "as_of": AS_OF,
            "given": {
                "suppliers": [{"supplier_id": "5560000019", "orgnr": "5560000019"}],
                "debts": [{"orgnr": "5560000019", "public_debt_sek": 50000}],
            },
            "expect": ["5560000019"],
        },
    ],
}


def rule_fields(**changes: Any) -> dict[str, Any]:
    """The fields of a whole rule, with ``changes``; a field set to None is left out."""
    fields = copy.deepcopy(_PUBLIC_DEBT) | changes
    return {name: value for name, value in fields.items() if value is not None}


def rule_text(**changes: Any) -> str:
    """The same as the text of a rule file."""
    fields = rule_fields(**changes)
    return yaml.dump(fields, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False)


class _WithoutAliases(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes a value out each time that it is used, as people do."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def a_rule(**changes: Any) -> Rule:
    """The same as a rule."""
    return read_rule(rule_text(**changes))


def asking(query: str, **changes: Any) -> Rule:
    """A rule with this query, no parameters and no cases, that needs only invoices."""
    plain: dict[str, Any] = {
        "query": query,
        "needs": {"invoices": 45},
        "parameters": {},
        "cases": [],
        "summary": None,
    }
    return a_rule(**(plain | changes))


def work_file(
    path: Path,
    tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    sources: Mapping[str, date | str] | None = None,
    answers: Iterable[tuple[str, str, date | str]] = (),
) -> Path:
    """A run's work file: the catalog's views with these rows, sources and answers."""
    path.write_bytes(_empty_work_file())
    with duckdb.connect(str(path)) as connection:
        for table, rows in (tables or {}).items():
            for row in rows:
                names = ", ".join(row)
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"INSERT INTO screen.{table} ({names}) VALUES ({marks})", list(row.values())
                )
        for source, newest in (sources or {}).items():
            connection.execute("INSERT INTO screen.sources VALUES (?, ?)", [source, newest])
        for answer in answers:
            connection.execute("INSERT INTO screen.coverage VALUES (?, ?, ?)", list(answer))
    return path


@cache
def _empty_work_file() -> bytes:
    """A work file without a row, to be copied: to make its tables takes most of the time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("BEGIN; CREATE SCHEMA screen")
            for statement in load_catalog().create_statements():
                connection.execute(statement)
            connection.execute("CREATE TABLE screen.sources (source VARCHAR, newest_as_of DATE)")
            connection.execute(
                "CREATE TABLE screen.coverage (supplier_id VARCHAR, source VARCHAR, as_of DATE)"
            )
            connection.execute(
                "CREATE TABLE screen.set_aside (supplier_id VARCHAR, source VARCHAR)"
            )
            connection.execute(
                "CREATE TABLE screen.untold "
                "(source VARCHAR, column_names VARCHAR, supplier_id VARCHAR)"
            )
            connection.execute("COMMIT")
        return path.read_bytes()
