"""What a rule file holds, checked field by field.

One YAML file is one :class:`Rule`: what is asked, on which sources, with which query, why it
matters, what to do about a finding, and the rule's own test cases. Unknown fields are refused, so
a misspelt field never passes for a missing one.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

Kind = Literal["risk", "control", "quality"]
Severity = Literal["critical", "high", "medium", "low"]
Area = Literal[
    "permits",
    "tax",
    "ownership",
    "company",
    "payments",
    "invoices",
    "delivery",
    "contracts",
    "authority",
    "incidents",
    "purchasing",
    "quality",
]

#: Name of the parameter that every query may use without declaring it: the run's day.
AS_OF = "as_of"

_IDENTIFIER = r"^[a-z][a-z0-9_]*$"
_FORBIDDEN = ConfigDict(extra="forbid", frozen=True)

Scalar = bool | int | float | str | date
ParameterValue = Scalar | tuple[Scalar, ...]
#: What a cell of a case's table may hold.
Cell = Scalar | datetime | None
#: What a case may state about a finding: a cell, a list (evidence), or fields of the detail.
Stated = Cell | tuple[Cell, ...] | dict[str, Cell | tuple[Cell, ...]]
Identifier = Annotated[str, Field(pattern=_IDENTIFIER, max_length=60)]
#: Characters of format that change how other text looks: they turn it around, or hide in it.
_HIDING = frozenset("\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff") | {
    chr(number) for number in range(0x202A, 0x202F)
}


def has_hidden_characters(text: str) -> bool:
    """Whether a text holds control characters, or such as turn or hide the text around them."""
    return any(
        character in _HIDING
        or (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t")
        for character in text
    )


def _seen(text: str) -> str:
    if has_hidden_characters(text):
        raise ValueError("holds characters that cannot be seen, or that turn the text around")
    return text


Sentence = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_seen)]
#: The most cases that one rule may carry; people write a tenth.
_MOST_CASES = 200


class Texts(BaseModel):
    """One text in both languages; neither may be left out."""

    model_config = _FORBIDDEN

    sv: Sentence
    en: Sentence

    def __getitem__(self, language: Literal["sv", "en"]) -> str:
        return self.sv if language == "sv" else self.en


class Law(BaseModel):
    """A law or source behind the rule. ``verified`` is the day someone checked it, or false."""

    model_config = _FORBIDDEN

    text: Sentence
    verified: date | Literal[False]


class DatedValue(BaseModel):
    """A parameter's value from a day on."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    valid_from: date = Field(alias="from")
    value: ParameterValue


def _as_expected(value: object) -> object:
    """A bare supplier id in ``expect`` is short for ``{supplier_id: ...}``."""
    if isinstance(value, str):
        return {"supplier_id": value}
    if isinstance(value, Mapping):
        named = {key: entry for key, entry in value.items() if key != "supplier_id"}
        return {"supplier_id": value.get("supplier_id"), "values": named}
    return value


class Expected(BaseModel):
    """A finding that a case expects: its supplier, and the columns that the case states."""

    model_config = _FORBIDDEN

    supplier_id: str = Field(min_length=1)
    values: dict[str, Stated] = Field(default_factory=dict)


#: Columns of which one is enough.
ColumnGroup = tuple[str, ...]


def _as_group(value: object) -> object:
    """A bare column name is a group of one."""
    return (value,) if isinstance(value, str) else value


class Need(BaseModel):
    """A source that the rule's answer rests on.

    Attributes:
        max_age_days: how old its newest data may be.
        columns: without which there is nothing to ask. Where no row has a value in one of them,
            the rule is not asked. Of a group of columns one is enough.
        columns_per_supplier: without which silence says nothing. Where none of a supplier's rows
            has a value in one of them, the rule is not checked for the supplier, unless it finds
            something all the same.
    """

    model_config = _FORBIDDEN

    max_age_days: Annotated[int, Field(gt=0, le=36_500)]
    columns: tuple[Annotated[ColumnGroup, BeforeValidator(_as_group)], ...] = ()
    columns_per_supplier: tuple[Annotated[ColumnGroup, BeforeValidator(_as_group)], ...] = ()

    @model_validator(mode="after")
    def _each_column_once(self) -> Self:
        named = [name for group in self.groups for name in group]
        if not all(self.groups):
            raise ValueError("columns: a group without any column")
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"columns: {twice[0]!r} stands there twice")
        return self

    @property
    def groups(self) -> tuple[ColumnGroup, ...]:
        """Every group of columns, in the order in which they are written."""
        return (*self.columns, *self.columns_per_supplier)


def _as_need(value: object) -> object:
    """A bare number is how many days old the source may be."""
    return value if isinstance(value, Mapping | Need) else {"max_age_days": value}


class Case(BaseModel):
    """One test of the rule: small tables in, findings out.

    ``given`` holds rows per view; a view that is not given is empty, a column that is not given is
    null. An empty ``expect`` says that the rule stays silent.
    """

    model_config = _FORBIDDEN

    name: Sentence
    as_of: date
    given: dict[str, tuple[dict[str, Cell | tuple[int, ...]], ...]]
    parameters: dict[Identifier, ParameterValue] = Field(default_factory=dict)
    expect: tuple[Annotated[Expected, BeforeValidator(_as_expected)], ...] = ()

    @model_validator(mode="after")
    def _each_supplier_once(self) -> Self:
        named = [finding.supplier_id for finding in self.expect]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"expects {', '.join(twice)} twice; a supplier has one finding a rule")
        return self


class Rule(BaseModel):
    """A rule as its file says it. See ``docs/rules.md`` for every field in words."""

    model_config = _FORBIDDEN

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
    number: int | None = Field(default=None, ge=1, le=9999)
    version: int = Field(ge=1)
    title: Texts
    kind: Kind
    area: Area
    subject: Literal["supplier"] = "supplier"
    severity: Severity
    points: int | None = Field(default=None, ge=1, le=1000)
    why: Texts
    law: tuple[Law, ...] = ()
    needs: dict[Identifier, Annotated[Need, BeforeValidator(_as_need)]] = Field(min_length=1)
    parameters: dict[Identifier, ParameterValue | tuple[DatedValue, ...]] = Field(
        default_factory=dict
    )
    query: str = Field(min_length=1)
    summary: Texts | None = None
    action: Texts
    false_positives: tuple[Texts, ...] = ()
    cases: tuple[Case, ...] = Field(default=(), max_length=_MOST_CASES)

    @field_validator("parameters", mode="before")
    @classmethod
    def _dated_or_plain(cls, parameters: object) -> object:
        """Read lists of mappings as dated values, so that errors name ``from`` and ``value``."""
        if not isinstance(parameters, Mapping):
            return parameters
        return {name: _read_parameter(name, given) for name, given in parameters.items()}

    @model_validator(mode="after")
    def _parameters_are_consistent(self) -> Self:
        if AS_OF in self.parameters:
            raise ValueError(f"parameters: {AS_OF} is the run's day and cannot be declared")
        for name, given in self.parameters.items():
            dated = [entry for entry in _entries(given) if isinstance(entry, DatedValue)]
            days = [entry.valid_from for entry in dated]
            if len(set(days)) < len(days):
                raise ValueError(f"parameters.{name}: two values from the same day")
            if len({_kind_of(entry.value) for entry in dated}) > 1:
                raise ValueError(f"parameters.{name}: values of different types")
        return self

    @model_validator(mode="after")
    def _cases_fit(self) -> Self:
        names = [case.name for case in self.cases]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"cases: two cases are called {twice[0]!r}")
        for case in self.cases:
            if unknown := sorted(set(case.parameters) - set(self.parameters)):
                raise ValueError(
                    f"cases: {case.name!r} sets the parameter {unknown[0]!r}, "
                    "which the rule does not declare"
                )
        return self


def _entries(given: ParameterValue | tuple[DatedValue, ...]) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else (given,)


def _read_parameter(name: str, given: object) -> object:
    if isinstance(given, list | tuple):
        mappings = [isinstance(entry, Mapping) for entry in given]
        if not given:
            raise ValueError(f"parameters.{name}: an empty list")
        if all(mappings):
            return tuple(DatedValue.model_validate(entry) for entry in given)
        if any(mappings):
            raise ValueError(f"parameters.{name}: mixes plain values and dated values")
        if len({_kind_of(entry) for entry in given}) > 1:
            raise ValueError(f"parameters.{name}: values of different types")
        return tuple(given)
    if isinstance(given, Mapping):
        raise ValueError(  # noqa: TRY004 - pydantic collects ValueError
            f"parameters.{name}: give a value, or a list of {{from, value}}"
        )
    return given


def _kind_of(value: object) -> str:
    """Numbers are one kind; a truth value is not a number."""
    if isinstance(value, tuple | list):
        return "list of " + "/".join(sorted({_kind_of(entry) for entry in value}))
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
