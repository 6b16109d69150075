"""The contract of each source, described once in ``data/contracts/<source>.yaml``.

Readers, checks, the warehouse's tables, coverage of rules and the documentation all come from
these descriptions.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from screening.messages import Language
from screening.places import CONTRACTS_DIR
from screening.sources.folding import fold
from screening.strict_yaml import StrictLoader

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


class ContractFileError(ValueError):
    """A contract file is not well formed; the text says which file, where in it and what."""


def _in_both_languages(texts: dict[Language, str]) -> dict[Language, str]:
    lacking = [language for language in ("sv", "en") if not texts.get(language, "").strip()]
    if lacking:
        raise ValueError(f"the text in {' and '.join(lacking)} is missing")
    return texts


#: A text that people read, in both languages.
Texts = Annotated[dict[Language, str], AfterValidator(_in_both_languages)]


class Column(BaseModel):
    """One column of a source: its type, whether it must be there, and what is plausible.

    Attributes:
        type: what its texts are read as.
        required: a row without it goes to quarantine.
        aliases: other names under which it is read, the best first.
        values: the codes that it may have, each with other spellings.
        reference: or the table in ``data/reference/`` that lists them.
        privacy: personal data, or sensitive on top of that.
        on_error: what a value that cannot be read does to its row.
        earliest, latest, latest_after_received_days: days outside are wrong.
        minimum, maximum, maximum_abs: numbers outside are wrong.
        not_before: another column; a value before it is wrong.
        precision: a month without a day is kept, as such.
        masked: ``*``, ``-`` and the like stand for what the publisher does not show.
        warn_zero: zero is allowed but worth a warning.
        notes_wrong: that a number's check digits are wrong is kept, though the number is not.
        accepts_hash: ``hash:<hex>`` in place of a number.
        doc: what it holds, where its name does not say it.
    """

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
    notes_wrong: bool = False
    accepts_hash: bool = False
    doc: Texts | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Column":
        if (self.type == "code") != bool(self.values or self.reference):
            raise ValueError("values or reference are for type code, which needs one of them")
        if self.notes_wrong and self.on_error != "null_with_warning":
            raise ValueError("notes_wrong is for values that are dropped: null_with_warning")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")
        if self.earliest > self.latest:
            raise ValueError("earliest is after latest")
        return self

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


class Contract(BaseModel):
    """What a source holds, how its rows are told apart, and what a missing row means.

    Attributes:
        source: its name, that of its folder in the inbox and of this file.
        title: its name for people.
        absence: what no row means: ``complete`` (a complete register: not being in it is an
            answer), ``answers`` (answers asked for: nobody asked, so nothing is known) or ``own``
            (our own records: complete by nature).
        keyed_by: what ties a row to a supplier.
        max_age_days: an answer older than this says nothing about today.
        key: columns that tell rows apart; a row with the same key is a newer version.
        columns: by name, in the order in which they are shown.
        as_of_column: the column that says when a row was true.
        required_source: without it there is no list.
        repeats: rows with the same key are several things and not versions of one.
        required_any: groups of columns of which one must have a value.
        about: what it is and what it is for.
        obtained: which authority or system has it, and on what ground.
        absent: what a missing row means here, for people.
        deliver: how often, and how much of it.
        formats: what it can be delivered as; names in ``data/reference/formats.yaml``.
        examples: synthetic rows, as texts that someone would write.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(pattern="^[a-z][a-z_]*$")
    title: Texts
    absence: Literal["complete", "answers", "own"]
    keyed_by: Literal["orgnr", "supplier", "none"]
    max_age_days: int = Field(gt=0)
    key: tuple[str, ...]
    columns: dict[str, Column]
    as_of_column: str = "as_of"
    required_source: bool = False
    repeats: bool = False
    required_any: tuple[tuple[str, ...], ...] = ()
    about: Texts | None = None
    obtained: Texts | None = None
    absent: Texts | None = None
    deliver: Texts | None = None
    formats: tuple[str, ...] = ("table",)
    examples: tuple[dict[str, str], ...] = ()

    @model_validator(mode="after")
    def _known_columns(self) -> "Contract":
        known = set(self.columns) | set(SYSTEM_COLUMNS)
        named = set(self.key) | {name for group in self.required_any for name in group}
        named |= {column.not_before for column in self.columns.values() if column.not_before}
        named |= {self.as_of_column} | {name for row in self.examples for name in row}
        if unknown := named - known:
            raise ValueError(f"{self.source}: unknown columns {sorted(unknown)}")
        return self

    @model_validator(mode="after")
    def _one_meaning_per_name(self) -> "Contract":
        meant: dict[str, str] = {fold(name): name for name in self.columns}
        for name, column in self.columns.items():
            for alias in column.aliases:
                if meant.setdefault(fold(alias), name) != name:
                    raise ValueError(f"{alias!r} would be both {name} and {meant[fold(alias)]}")
        return self

    @property
    def value_columns(self) -> dict[str, str]:
        """Every stored column of the source with its DuckDB type, ``as_of`` left out.

        A date column whose precision is kept has a companion ``<name>_is_month`` (BOOLEAN); a
        column that notes wrong check digits has ``<name>_is_wrong`` (BOOLEAN, null where the file
        has no such column).
        """
        stored: dict[str, str] = {}
        for name, column in self.columns.items():
            if name == "as_of":
                continue
            stored[name] = column.sql_type
            if column.precision:
                stored[f"{name}_is_month"] = "BOOLEAN"
            if column.notes_wrong:
                stored[f"{name}_is_wrong"] = "BOOLEAN"
        return stored


def read_contract(path: Path) -> Contract:
    """Read one contract file.

    Raises:
        ContractFileError: it is no YAML, not a contract, or not called like its source.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            loaded = yaml.load(stream, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, stricter
        contract = Contract.model_validate(loaded)
    except ValidationError as error:
        raise ContractFileError(_told_plainly(path, error)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractFileError(f"contract {path.name} is not well-formed YAML: {error}") from error
    if contract.source != path.stem:
        raise ContractFileError(
            f"contract {path.name}: its source is {contract.source!r}; name the file "
            f"{contract.source}.yaml or correct the source"
        )
    return contract


def _told_plainly(path: Path, error: ValidationError) -> str:
    """One line for each thing that is wrong: the file, the place in it, and what."""
    lines = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place = ".".join(str(part) for part in each["loc"]) or "the whole"
        lines.append(f"contract {path.name}, {place}: {each['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


@cache
def all_contracts() -> dict[str, Contract]:
    """Every source's contract by source name, in alphabetical order.

    Raises:
        ContractFileError: a file is not a contract.
    """
    contracts = (read_contract(path) for path in sorted(CONTRACTS_DIR.glob("*.yaml")))
    return {contract.source: contract for contract in contracts}
