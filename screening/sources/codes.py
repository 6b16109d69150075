"""Coded values: booleans, codes of a contract's or a reference table's list, postal codes."""

from functools import cache
from typing import Any

import polars as pl

from screening.parsed import Parsed, parsed_from
from screening.places import REFERENCE_DIR
from screening.sources.contracts import Column
from screening.sources.folding import fold, folded
from screening.strict_yaml import plain_yaml

_TRUE = ("ja", "j", "true", "sant", "1", "x", "yes", "y")
_FALSE = ("nej", "n", "false", "falskt", "0", "no")
_CROSS = "x"
_POSTAL_CODE = r"^(?:(?i:SE?)[- ]?)?([0-9]{3})\s?([0-9]{2})$"


def has_crosses_only(raw: pl.Series) -> bool | None:
    """Whether a column of yes/no has only ``x`` and empty cells; None where all are empty.

    In such a column an empty cell means no; in any other it means that nothing was said.
    """
    given = folded(raw.drop_nulls().unique())
    given = given.filter(given != "")
    return bool((given == _CROSS).all()) if given.len() else None


def booleans(raw: pl.Series, *, empty_is_false: bool = False) -> Parsed:
    """Yes and no in Swedish, English, digits and crosses. Problems: ``not_a_boolean``."""
    meanings = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    frame = raw.to_frame("text").with_columns(folded(raw).alias("key"))
    empty = pl.col("text").is_null() | (pl.col("text") == "")
    frame = frame.with_columns(
        value=pl.col("key").replace_strict(meanings, default=None, return_dtype=pl.Boolean)
    ).with_columns(
        problem=pl.when(~empty & pl.col("value").is_null()).then(pl.lit("not_a_boolean"))
    )
    if empty_is_false:
        frame = frame.with_columns(value=pl.when(empty).then(False).otherwise("value"))
    return parsed_from(frame)


def codes(raw: pl.Series, vocabulary: dict[str, str]) -> Parsed:
    """Codes of a vocabulary (folded spelling -> code). Problems: ``unknown_code``.

    With an empty vocabulary every value is kept in its folded spelling.
    """
    frame = raw.to_frame("text").with_columns(folded(raw).alias("key"))
    empty = pl.col("text").is_null() | (pl.col("text") == "")
    known = (
        pl.col("key").replace_strict(vocabulary, default=None, return_dtype=pl.String)
        if vocabulary
        else pl.when(~empty).then("key")
    )
    return parsed_from(
        frame.with_columns(value=known).with_columns(
            problem=pl.when(~empty & pl.col("value").is_null()).then(pl.lit("unknown_code"))
        )
    )


def vocabulary_of(column: Column) -> dict[str, str]:
    """Every folded spelling of a column's codes -> code; empty where any value will do."""
    spellings: dict[str, str] = {}
    if column.reference:
        spellings |= reference_spellings(column.reference)
    for code, aliases in (column.values or {}).items():
        spellings |= {fold(spelling): code for spelling in (code, *aliases)}
    return spellings


@cache
def reference_titles(name: str) -> dict[str, tuple[dict[str, str], tuple[str, ...]]]:
    """The types in ``data/reference/<name>.yaml``: code -> titles by language, other spellings.

    Empty where there is no such table.
    """
    path = REFERENCE_DIR / f"{name}.yaml"
    if not path.is_file():
        return {}
    table: dict[str, dict[str, Any]] = plain_yaml(path.read_text(encoding="utf-8"))["types"]
    return {
        code: (
            {language: str(title) for language, title in (described.get("title") or {}).items()},
            tuple(map(str, described.get("aliases") or ())),
        )
        for code, described in table.items()
    }


@cache
def reference_spellings(name: str) -> dict[str, str]:
    """Every folded spelling of the types in ``data/reference/<name>.yaml`` -> code.

    A type is spelled by its code, its titles and its aliases. Empty where there is no such table.
    """
    table = reference_titles(name)
    spellings: dict[str, str] = {}
    for code, (titles, aliases) in table.items():
        for spelling in (*titles.values(), *aliases):
            spellings.setdefault(fold(spelling), code)
    return spellings | {fold(code): code for code in table}


def postal_codes(raw: pl.Series) -> Parsed:
    """Swedish postal codes as five digits. Problems: ``not_a_postal_code``."""
    frame = raw.to_frame("text").with_columns(
        value=pl.col("text").str.extract(_POSTAL_CODE, 1)
        + pl.col("text").str.extract(_POSTAL_CODE, 2)
    )
    wrong = (pl.col("text") != "") & pl.col("value").is_null()
    return parsed_from(frame.with_columns(problem=pl.when(wrong).then(pl.lit("not_a_postal_code"))))
