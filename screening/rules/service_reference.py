"""The reference of services that need a permit: a typed model, read from YAML, and its tables.

The words live in ``data/reference/permit_types.yaml``; its head explains how they match. Account
numbers differ between municipalities, so an override file of the same shape can add accounts and
words of one's own.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from screening.places import REFERENCE_DIR
from screening.strict_yaml import plain_yaml

#: Letters of Swedish texts without their marks, whether a mark is part of the letter or follows it.
_BARE_LETTERS = {
    **dict.fromkeys("åäáàâ", "a"),
    **dict.fromkeys("öóòôø", "o"),
    **dict.fromkeys("éèêë", "e"),
    **dict.fromkeys("üúù", "u"),
    **dict.fromkeys("íìï", "i"),
    "æ": "ae",
    "\N{COMBINING RING ABOVE}": "",
    "\N{COMBINING DIAERESIS}": "",
    "\N{COMBINING ACUTE ACCENT}": "",
    "\N{COMBINING GRAVE ACCENT}": "",
}


class ServiceReferenceError(ValueError):
    """The reference file of services, or an override of it, cannot be used; says why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Part):
    """A title in Swedish and English."""

    sv: str
    en: str


class PermitType(_Part):
    """One kind of service that needs a permit, and the texts that show it."""

    title: Title
    law: str
    since: date | None = None
    verified: date | Literal[False] = False
    aliases: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()


class LabourHeavy(_Part):
    """Texts of services whose cost is mostly pay."""

    accounts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()


class ServiceReference(_Part):
    """The whole reference: permit types by code, what is no care at all, labour-heavy services."""

    types: dict[str, PermitType]
    not_words: tuple[str, ...] = ()
    labour_heavy: LabourHeavy = Field(default_factory=LabourHeavy)

    def permit_types(self) -> pl.DataFrame:
        """One row per permit type: ``permit_type, title_sv, title_en, law, since``."""
        rows = [
            (code, kind.title.sv, kind.title.en, kind.law, kind.since)
            for code, kind in self.types.items()
        ]
        schema = {
            "permit_type": pl.String,
            "title_sv": pl.String,
            "title_en": pl.String,
            "law": pl.String,
            "since": pl.Date,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def aliases(self) -> pl.DataFrame:
        """One row per way of writing a permit type: ``alias`` (plain form), ``permit_type``."""
        rows = [
            (name, code)
            for code, kind in self.types.items()
            for name in (code, code.replace("_", " "), kind.title.sv, kind.title.en, *kind.aliases)
        ]
        frame = pl.DataFrame(
            rows, schema={"alias": pl.String, "permit_type": pl.String}, orient="row"
        )
        plain = frame.with_columns(alias=plain_text(pl.col("alias")).str.strip_chars())
        return plain.unique(maintain_order=True)


def plain_text(text: pl.Expr) -> pl.Expr:
    """Lower case, no diacritics, anything but letters and digits one space, a space at each end."""
    bare = text.str.to_lowercase().str.replace_many(_BARE_LETTERS)
    words = bare.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars(" ")
    return pl.concat_str(pl.lit(" "), words, pl.lit(" "))


def read_reference(*paths: Path) -> ServiceReference:
    """Read a reference file, and override files after it, which add to its lists.

    Raises:
        ServiceReferenceError: a file is missing, is not YAML or does not fit the model, or an
            override names an unknown permit type.
    """
    merged: dict[str, object] = {}
    for path in paths:
        try:
            loaded = plain_yaml(path.read_text(encoding="utf-8")) or {}
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise ServiceReferenceError(f"{path.name}: cannot be read: {error}") from error
        if not isinstance(loaded, dict):
            raise ServiceReferenceError(f"{path.name}: holds no fields (types, not_words ...)")
        unknown = set(_mapping(loaded.get("types"))) - set(_mapping(merged.get("types")))
        if merged and unknown:
            raise ServiceReferenceError(
                f"{path.name}: unknown permit type {', '.join(sorted(unknown))}"
            )
        merged = _added(merged, loaded)
    try:
        return ServiceReference.model_validate(merged)
    except ValidationError as error:
        names = ", ".join(path.name for path in paths)
        raise ServiceReferenceError(f"{names}: {error}") from error


@cache
def shipped_reference() -> ServiceReference:
    """The reference that ships with vaksam."""
    return read_reference(REFERENCE_DIR / "permit_types.yaml")


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}


def _added(base: object, extra: object) -> dict[str, object]:
    """``base`` with ``extra`` laid over it: lists are joined, mappings merged, values replaced."""
    merged = _mapping(base)
    for key, value in _mapping(extra).items():
        held = merged.get(key)
        if isinstance(value, dict):
            merged[key] = _added(held, value)
        elif isinstance(value, list) and isinstance(held, list):
            merged[key] = [*held, *value]
        else:
            merged[key] = value
    return merged
