"""The contract of each source, described once in ``data/contracts/<source>.yaml``.

Readers, checks, the warehouse's tables, coverage of rules and the documentation all come from
these descriptions.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from screening.places import CONTRACTS_DIR

ColumnType = Literal[
    "text",
    "orgnr",
    "person_id",
    "party_id",
    "date",
    "month",
    "datetime",
    "amount",
    "decimal",
    "integer",
    "boolean",
    "code",
    "postal_code",
    "vat",
    "bankgiro",
    "plusgiro",
    "bank_account",
    "iban",
]

#: DuckDB type of each contract type. ``month`` is the first day of the month.
SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "orgnr": "VARCHAR",
    "person_id": "VARCHAR",
    "party_id": "VARCHAR",
    "date": "DATE",
    "month": "DATE",
    "datetime": "TIMESTAMP",
    "amount": "DECIMAL(18,2)",
    "decimal": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "code": "VARCHAR",
    "postal_code": "VARCHAR",
    "vat": "VARCHAR",
    "bankgiro": "VARCHAR",
    "plusgiro": "VARCHAR",
    "bank_account": "VARCHAR",
    "iban": "VARCHAR",
}

#: Columns that the stages add to every row of every source.
#: ``origin``: which format the row came in (bolagsverket, scb, ledger, peppol, canonical, ...).
#: ``row_no``: the row's number as a spreadsheet shows it (header is row 1); for XML the line's
#: ordinal within the document. ``as_of``: the day on which the row was true.
SYSTEM_COLUMNS: dict[str, str] = {"origin": "VARCHAR", "row_no": "BIGINT", "as_of": "DATE"}


class Column(BaseModel):
    """One column of a source: its type, whether it must be there, and what is plausible."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ColumnType
    required: bool = False
    aliases: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] | None = None
    reference: str | None = None
    privacy: Literal["ordinary", "personal", "sensitive"] = "ordinary"
    on_error: Literal["quarantine", "null_with_warning"] = "quarantine"
    earliest: date = date(1850, 1, 1)
    latest: date = date(2199, 12, 31)
    latest_after_received_days: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    maximum_abs: float | None = None
    not_before: str | None = None
    precision: bool = False
    masked: bool = False
    warn_zero: bool = False
    accepts_hash: bool = False
    doc: str = ""

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


class Contract(BaseModel):
    """What a source holds, how its rows are told apart, and what a missing row means.

    ``absence`` is what no row means: ``complete`` (a complete register: not being in it is an
    answer), ``answers`` (answers asked for: nobody asked, so nothing is known) or ``own`` (our own
    records: complete by nature). ``keyed_by`` is what ties a row to a supplier.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    title: dict[Literal["sv", "en"], str]
    absence: Literal["complete", "answers", "own"]
    keyed_by: Literal["orgnr", "supplier", "none"]
    max_age_days: int = Field(gt=0)
    key: tuple[str, ...]
    columns: dict[str, Column]
    as_of_column: str = "as_of"
    required_source: bool = False
    repeats: bool = False
    required_any: tuple[tuple[str, ...], ...] = ()

    @model_validator(mode="after")
    def _known_columns(self) -> "Contract":
        known = set(self.columns) | set(SYSTEM_COLUMNS)
        named = set(self.key) | {name for group in self.required_any for name in group}
        if unknown := named - known:
            raise ValueError(f"{self.source}: unknown columns {sorted(unknown)}")
        return self

    @property
    def value_columns(self) -> dict[str, str]:
        """Every stored column of the source with its DuckDB type, ``as_of`` left out.

        A date column whose precision is kept has a companion ``<name>_is_month`` (BOOLEAN).
        """
        stored: dict[str, str] = {}
        for name, column in self.columns.items():
            if name == "as_of":
                continue
            stored[name] = column.sql_type
            if column.precision:
                stored[f"{name}_is_month"] = "BOOLEAN"
        return stored


def read_contract(path: Path) -> Contract:
    """Read one contract file. Raises pydantic's ValidationError where it is not well formed."""
    with path.open(encoding="utf-8") as stream:
        return Contract.model_validate(yaml.safe_load(stream))


@cache
def all_contracts() -> dict[str, Contract]:
    """Every source's contract by source name, in alphabetical order."""
    contracts = (read_contract(path) for path in sorted(CONTRACTS_DIR.glob("*.yaml")))
    return {contract.source: contract for contract in contracts}
