"""The formats that are read and the ways in which values are written, described as data.

``data/reference/formats.yaml`` and ``data/reference/value_types.yaml``; the pages of
``docs/sources/`` come from them, and the tests hold them against what the readers do.
"""

from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field

from screening.places import REFERENCE_DIR
from screening.sources.contracts import ColumnType, Texts
from screening.strict_yaml import StrictLoader


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValueType(_Described):
    """How values of one contract type may be written.

    Attributes:
        title: its name for people.
        forms: written forms that are read, the usual one first.
        wrong: reasons for quarantine, each with a text that gives it.
        note: what else holds.
    """

    title: Texts
    forms: tuple[str, ...] = ()
    wrong: dict[str, str] = Field(default_factory=dict)
    note: Texts | None = None


class FieldOrigin(_Described):
    """Where in a format a column's value comes from. ``field`` is as the publisher calls it."""

    field: str
    columns: tuple[str, ...]
    note: Texts | None = None


class Variant(_Described):
    """A way in which one publisher writes a format."""

    name: str
    note: Texts


class Format(_Described):
    """A format that is read.

    Attributes:
        title: its name for people.
        publisher: who publishes it, or which program writes it.
        recognised: by what it is known; never by the file's name.
        origin: what rows of the format bear in their column ``origin``.
        fields: from which field which column comes.
        quirks: what is handled that a reader would not expect.
        variants: how single publishers write it.
        reasons: why a file of this format, or a record in it, may go to quarantine.
    """

    title: Texts
    publisher: Texts
    recognised: Texts
    origin: str
    fields: tuple[FieldOrigin, ...] = ()
    quirks: tuple[Texts, ...] = ()
    variants: tuple[Variant, ...] = ()
    reasons: tuple[str, ...] = ()


_Model = TypeVar("_Model", bound=_Described)


def _read(path: Path, model: type[_Model]) -> dict[str, _Model]:
    with path.open(encoding="utf-8") as stream:
        loaded = yaml.load(stream, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, stricter
    return {str(name): model.model_validate(described) for name, described in loaded.items()}


@cache
def value_types() -> dict[ColumnType, ValueType]:
    """Every contract type with its written forms."""
    return _read(REFERENCE_DIR / "value_types.yaml", ValueType)  # type: ignore[return-value]


@cache
def formats() -> dict[str, Format]:
    """Every format that is read, by the name that contracts use."""
    return _read(REFERENCE_DIR / "formats.yaml", Format)
