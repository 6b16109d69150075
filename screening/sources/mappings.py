"""Mapping files: how the export of a system nobody has seen before is read, without Python.

A mapping is a YAML file in ``data/sources/`` or in a folder given with ``--mappings``:

```yaml
name: care-system                  # shown where the mapping is used
source: time_reports
match:                             # when it applies
  headers: [Utförare, Brukare]     # these names are all in the file's header
  file_name: "*tid*.csv"           # and the file's name fits
columns: {Utförare: worker_id, Internkod: ""}   # header: column; "" leaves a column out
constants: {service: hemtjänst}    # a value for every row
date_order: dmy                    # dmy, mdy or ymd
decimal: ","                       # the decimal sign, if the file cannot tell
units: {amount_sek: 0.01}          # SEK per unit: 0.01 for öre, 1000 for tkr
filters:                           # rows that are kept
  - {column: Status, equals: [Klar, Attesterad]}
  - {column: Konto, matches: "^[4-7]"}
value_maps: {source: {M: manuell, T: tagg}}
```
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Literal

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from screening.sources.contracts import all_contracts
from screening.sources.dates import DateOrder
from screening.sources.folding import fold


class MappingFileError(ValueError):
    """A mapping file is not well formed; the text says which file and what is wrong."""


class Match(BaseModel):
    """When a mapping applies: every part that is given must fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    headers: tuple[str, ...] = ()
    file_name: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Match":
        if not self.headers and not self.file_name:
            raise ValueError("match needs headers or file_name")
        return self

    def rank(self, headers: frozenset[str], file_name: str) -> int | None:
        """How closely it fits (more names fit more closely); None where it does not.

        ``headers`` are folded.
        """
        if not {fold(name) for name in self.headers} <= headers:
            return None
        if self.file_name is None:
            return len(self.headers)
        name = PurePosixPath(file_name).name.lower()
        return len(self.headers) + 1 if fnmatch(name, self.file_name.lower()) else None


class RowFilter(BaseModel):
    """Rows that are kept, by the text in one of the file's columns (empty counts as "")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    equals: tuple[str, ...] | None = None
    not_equals: tuple[str, ...] | None = None
    matches: str | None = None

    @field_validator("equals", "not_equals", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    @field_validator("matches")
    @classmethod
    def _is_a_pattern(cls, given: str | None) -> str | None:
        if given is not None:
            pl.Series([""]).str.contains(given)  # raises where it is no pattern
        return given

    @model_validator(mode="after")
    def _has_a_test(self) -> "RowFilter":
        if self.equals is None and self.not_equals is None and self.matches is None:
            raise ValueError("a filter needs equals, not_equals or matches")
        return self

    def keeps(self, header: str) -> pl.Expr:
        """Whether a row is kept; ``header`` is the column's name in the file."""
        text = pl.col(header).str.strip_chars().fill_null("")
        kept = pl.lit(True)
        if self.equals is not None:
            kept = kept & text.is_in(list(self.equals))
        if self.not_equals is not None:
            kept = kept & ~text.is_in(list(self.not_equals))
        if self.matches is not None:
            kept = kept & text.str.contains(self.matches)
        return kept


class Mapping(BaseModel):
    """How the files of one system are read. See the module's text for an example."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    source: str
    match: Match
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal: Literal[",", "."] | None = None
    units: dict[str, Decimal] = Field(default_factory=dict)
    filters: tuple[RowFilter, ...] = ()
    value_maps: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("units", mode="before")
    @classmethod
    def _exact(cls, given: object) -> object:
        # 0.01 in YAML is a binary float; its shortest text is the number that was meant.
        return {k: str(v) for k, v in given.items()} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _known_columns(self) -> "Mapping":
        contract = all_contracts().get(self.source)
        if contract is None:
            raise ValueError(f"there is no source {self.source!r}")
        named = [column for column in self.columns.values() if column]
        named += [*self.constants, *self.units, *self.value_maps]
        if unknown := sorted(set(named) - set(contract.columns)):
            raise ValueError(f"{self.source} has no columns {', '.join(unknown)}")
        numbers = {n for n, c in contract.columns.items() if c.type in ("amount", "decimal")}
        if wrong := sorted(set(self.units) - numbers):
            raise ValueError(f"units are for amounts and decimals, not for {', '.join(wrong)}")
        return self


def read_mapping(path: Path) -> Mapping:
    """Read one mapping file.

    Raises:
        MappingFileError: it is no YAML, or not a mapping.
    """
    try:
        return Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (
        yaml.YAMLError,
        ValidationError,
        UnicodeDecodeError,
        pl.exceptions.PolarsError,
    ) as error:
        raise MappingFileError(f"mapping {path.name}: {error}") from error


def load_mappings(folders: Iterable[Path]) -> list[Mapping]:
    """Every mapping in the folders, in their order and by file name within each.

    Raises:
        MappingFileError: a file is not a mapping.
    """
    return [read_mapping(path) for folder in folders for path in sorted(folder.glob("*.yaml"))]


def best_mapping(
    mappings: Sequence[Mapping], source: str, headers: Iterable[str], file_name: str = ""
) -> Mapping | None:
    """The mapping of a source that fits a file most closely; of equals the last one loaded.

    So a folder of one's own, loaded after the one that ships, wins.
    """
    names = frozenset(fold(header) for header in headers)
    fitting = [
        (rank, place, mapping)
        for place, mapping in enumerate(mappings)
        if mapping.source == source and (rank := mapping.match.rank(names, file_name)) is not None
    ]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None
