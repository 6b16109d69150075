"""Mapping files: how the export of a system nobody has seen before is read, without Python.

A mapping is a YAML file in ``data/sources/`` or in a folder given with ``--mappings``:

```yaml
name: care-system                  # shown where the mapping is used
source: time_reports
match:                             # when it applies
  headers: [Utförare, Brukare]     # these names are all in the file's header
  file_name: "*tid*.csv"           # and the file's name fits
sheet: Besök                       # the sheet of a workbook, if it is not the first that fits
header: 4                          # the header's row, if it is not found; none if there is none
columns:
  Utförare: worker_id              # header: column
  Namn: [client_id, service]       # one column of the file may be several
  Internkod: ""                    # left out, without a warning
  "7": unit                        # by place, counted from 1, where the header is none
ignored: [Löpnr, Skapad av]        # more columns to leave out without a warning
constants: {service: hemtjänst}    # a value for every row
date_order: dmy                    # dmy, mdy or ymd
decimal: ","                       # the decimal sign, if the file cannot tell
units: {amount_sek: 0.01}          # SEK per unit: 0.01 for öre, 1000 for tkr, a rate of exchange
origin: care-system                # what rows say they came from; by default canonical
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
from typing import Annotated, Literal

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from screening.sources.contracts import all_contracts
from screening.sources.dates import DateOrder
from screening.sources.folding import fold
from screening.sources.mapping_errors import MappingFileError, mistake
from screening.strict_yaml import StrictLoader

__all__ = [
    "Mapping",
    "MappingFileError",
    "Match",
    "RowFilter",
    "best_mapping",
    "load_mappings",
    "read_mapping",
]

#: What the readers call formats of their own; a mapping may not pass for one.
_TAKEN_ORIGINS = ("bolagsverket", "scb", "ledger", "peppol", "svefaktura", "bods")


class Match(BaseModel):
    """When a mapping applies: every part that is given must fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    headers: tuple[str, ...] = ()
    file_name: str | None = None

    @field_validator("headers", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        if isinstance(given, str):
            return (given,)
        return [str(each) for each in given] if isinstance(given, list) else given

    @model_validator(mode="after")
    def _says_something(self) -> "Match":
        if not self.headers and not self.file_name:
            raise mistake("match_says_nothing")
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

    @field_validator("column", mode="before")
    @classmethod
    def _by_name_or_place(cls, given: object) -> object:
        return str(given) if isinstance(given, int) else given

    @field_validator("equals", "not_equals", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        if isinstance(given, list | tuple):
            return [_text(each) for each in given]
        return given if given is None else (_text(given),)

    @field_validator("matches")
    @classmethod
    def _is_a_pattern(cls, given: str | None) -> str | None:
        if given is not None:
            try:
                pl.Series([""]).str.contains(given)
            except pl.exceptions.PolarsError as error:
                raise mistake("not_a_pattern", pattern=given) from error
        return given

    @model_validator(mode="after")
    def _has_a_test(self) -> "RowFilter":
        if self.equals is None and self.not_equals is None and self.matches is None:
            raise mistake("filter_says_nothing")
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
    sheet: str | None = None
    header: Annotated[int, Field(ge=1)] | Literal["none"] | None = None
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    constants: dict[str, str] = Field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal: Literal[",", "."] | None = None
    units: dict[str, Decimal] = Field(default_factory=dict)
    filters: tuple[RowFilter, ...] = ()
    value_maps: dict[str, dict[str, str]] = Field(default_factory=dict)
    origin: Annotated[str, Field(pattern="^[a-z][a-z0-9_-]*$")] | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it says where in a file the table is."""
        return self.sheet is not None or self.header is not None

    @property
    def renames(self) -> dict[str, tuple[str, ...]]:
        """Header -> the columns that it holds; none where it is left out."""
        return dict.fromkeys(self.ignored, ()) | self.columns

    @field_validator("columns", mode="before")
    @classmethod
    def _by_name_or_place(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {
            str(header): () if held in ("", None) else (held,) if isinstance(held, str) else held
            for header, held in given.items()
        }

    @field_validator("header", mode="before")
    @classmethod
    def _none_is_a_word(cls, given: object) -> object:
        return given.strip().lower() if isinstance(given, str) else given

    @field_validator("ignored", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        if isinstance(given, str):
            return (given,)
        return [str(each) for each in given] if isinstance(given, list) else given

    @field_validator("constants", mode="before")
    @classmethod
    def _as_written(cls, given: object) -> object:
        # YAML reads 2026-01-01, 12 and yes as something else than texts; they were meant as texts.
        if not isinstance(given, dict):
            return given
        words = {True: "ja", False: "nej"}
        return {k: words[v] if isinstance(v, bool) else str(v) for k, v in given.items()}

    @field_validator("value_maps", mode="before")
    @classmethod
    def _texts(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {
            column: {_text(k): _text(v) for k, v in values.items()}
            if isinstance(values, dict)
            else values
            for column, values in given.items()
        }

    @field_validator("units", mode="before")
    @classmethod
    def _exact(cls, given: object) -> object:
        # 0.01 in YAML is a binary float; its shortest text is the number that was meant.
        return {k: str(v) for k, v in given.items()} if isinstance(given, dict) else given

    @field_validator("units")
    @classmethod
    def _more_than_nothing(cls, given: dict[str, Decimal]) -> dict[str, Decimal]:
        for column, factor in given.items():
            if not factor.is_finite() or factor <= 0:
                raise mistake("unit_not_positive", column=column)
        return given

    @field_validator("origin")
    @classmethod
    def _of_its_own(cls, given: str | None) -> str | None:
        if given in _TAKEN_ORIGINS:
            raise mistake("origin_taken", origin=given)
        return given

    @model_validator(mode="after")
    def _known_columns(self) -> "Mapping":
        contract = all_contracts().get(self.source)
        if contract is None:
            raise mistake("unknown_source", list(all_contracts()), name=self.source)
        named = {
            "columns": [column for held in self.columns.values() for column in held],
            "constants": list(self.constants),
            "units": list(self.units),
            "value_maps": list(self.value_maps),
        }
        for key, columns in named.items():
            for column in columns:
                if column not in contract.columns:
                    raise mistake(
                        "unknown_column",
                        list(contract.columns),
                        name=column,
                        key=key,
                        source=self.source,
                    )
        for column in self.units:
            if contract.columns[column].type not in ("amount", "decimal"):
                raise mistake("unit_of_no_number", column=column)
        return self

    @model_validator(mode="after")
    def _found_by_its_file(self) -> "Mapping":
        # Any file has a first and a second column, so places alone would fit everything.
        if self.header == "none" and self.match.file_name is None:
            raise mistake("header_none_needs_file_name")
        return self


def _text(given: object) -> str:
    return ("true" if given else "false") if isinstance(given, bool) else str(given)


def read_mapping(path: Path) -> Mapping:
    """Read one mapping file.

    Raises:
        MappingFileError: it is no YAML, or not a mapping.
    """
    try:
        written = path.read_text(encoding="utf-8-sig")
        loaded = yaml.load(written, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, stricter
        return Mapping.model_validate(loaded)
    except ValidationError as error:
        raise MappingFileError.of_fields(path.name, error, list(Mapping.model_fields)) from error
    except UnicodeDecodeError as error:
        raise MappingFileError(path.name, [("", "not_utf8", {})]) from error
    except yaml.YAMLError as error:
        raise MappingFileError.of_yaml(path.name, error) from error


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

    So a folder of one's own, loaded after the one that ships, wins. Mappings that say where in a
    file the table is are left to `screening.sources.placed_tables`: they come first.
    """
    names = frozenset(fold(header) for header in headers)
    fitting = [
        (rank, place, mapping)
        for place, mapping in enumerate(mappings)
        if mapping.source == source
        and not mapping.is_placed
        and (rank := mapping.match.rank(names, file_name)) is not None
    ]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None
