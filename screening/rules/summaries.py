"""What findings say in words: the rule's template, filled from each finding's fields.

Made as Polars expressions, one per rule and language, so that a hundred thousand findings take no
longer to write than one.
"""

import re
from collections.abc import Mapping
from typing import Literal

import polars as pl

from screening.messages import Language
from screening.rules.code_words import code_words
from screening.rules.model import Rule

#: How a field is written out. ``other`` (a struct, a list of structs) is not, and shows as a dash.
FieldKind = Literal["number", "boolean", "text", "numbers", "texts", "other"]

#: Fields of every finding, beside those of its detail.
OWN_FIELDS: dict[str, FieldKind] = {
    "supplier_id": "text",
    "subject_id": "text",
    "amount_sek": "number",
    "match_confidence": "number",
}

#: Stands for a value that is missing.
EN_DASH = "–"
#: Between groups of three digits: narrow, and a line never breaks there.
NARROW_SPACE = "\u202f"
#: As wide as the digits, and no line breaks after it.
MINUS = "\u2212"

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS: dict[Language, tuple[str, str]] = {"sv": ("ja", "nej"), "en": ("yes", "no")}
_POINT: dict[Language, str] = {"sv": ",", "en": "."}
_DECIMALS = 2
_EXACT = pl.Decimal(38, 6)


def placeholders(template: str) -> list[str]:
    """The names in ``{name}`` of a template, in order of appearance."""
    return [name.strip() for name in _PLACEHOLDER.findall(template)]


def summary(rule: Rule, fields: Mapping[str, FieldKind], language: Language) -> pl.Expr:
    """A sentence per finding: the rule's ``summary`` filled, or its title where it has none.

    An expression (String, never null) on a frame with ``detail`` (JSON) and the columns of
    :data:`OWN_FIELDS`. ``fields`` says how each field of the detail is written.
    """
    return filled((rule.summary or rule.title)[language], fields, language)


def filled(template: str, fields: Mapping[str, FieldKind], language: Language) -> pl.Expr:
    """``template`` with each ``{name}`` replaced by the value as a reader writes it.

    A sum in a field that ends in ``_sek`` is ``125 000``, with no decimals; other numbers have at
    most two, with a comma in Swedish. Days are ``2026-11-20``, lists are joined by commas. What
    is missing, or is no field at all, is an en dash: a sentence never fails.
    """
    parts: list[pl.Expr] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        parts.append(pl.lit(template[end : match.start()]))
        parts.append(_shown(match.group(1).strip(), fields, language))
        end = match.end()
    parts.append(pl.lit(template[end:]))
    return pl.concat_str(parts)


def _shown(name: str, fields: Mapping[str, FieldKind], language: Language) -> pl.Expr:
    if name in fields and _FIELD.fullmatch(name):
        kind, raw = fields[name], pl.col("detail").str.json_path_match(f"$.{name}")
        raw = pl.when(raw != "null").then(raw)
    elif name in OWN_FIELDS:
        kind, raw = OWN_FIELDS[name], pl.col(name).cast(pl.String)
    else:
        return pl.lit(EN_DASH)
    return _written(name, kind, raw, language).replace("", None).fill_null(EN_DASH)


def _written(name: str, kind: FieldKind, raw: pl.Expr, language: Language) -> pl.Expr:
    decimals = 0 if name.endswith("_sek") else _DECIMALS
    if kind == "number":
        return _number(raw, decimals, language)
    if kind == "boolean":
        yes, no = _WORDS[language]
        return raw.replace_strict({"true": yes, "false": no}, default=None)
    if kind == "text":
        return _in_words(_text(raw), name, language)
    if kind == "numbers":
        entries = raw.str.json_decode(pl.List(pl.Float64)).list.drop_nulls()
        element = _number(pl.element().cast(pl.String), decimals, language)
        return entries.list.eval(element).list.join(", ", ignore_nulls=True)
    if kind == "texts":
        entries = raw.str.json_decode(pl.List(pl.String)).list.drop_nulls()
        words = _text(pl.element()).replace(code_words(name, language))
        return entries.list.eval(words).list.join(", ", ignore_nulls=True)
    return pl.lit(None, dtype=pl.String)


def _text(raw: pl.Expr) -> pl.Expr:
    """Text as it is; a moment without its seconds."""
    is_moment = raw.str.contains(r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?$")
    return pl.when(is_moment).then(raw.str.slice(0, 16).str.replace("T", " ")).otherwise(raw)


def _in_words(written: pl.Expr, name: str, language: Language) -> pl.Expr:
    """Codes, one or several separated by commas, as what they are called."""
    words = code_words(name, language)
    if not words:
        return written
    return written.str.split(", ").list.eval(pl.element().replace(words)).list.join(", ")


def _number(raw: pl.Expr, decimals: int, language: Language) -> pl.Expr:
    exact = pl.coalesce(
        raw.cast(_EXACT, strict=False),
        raw.cast(pl.Float64, strict=False).cast(_EXACT, strict=False),
    ).round(decimals)
    digits = exact.abs().cast(pl.String)
    whole = digits.str.extract(r"^(\d+)")
    grouped = (
        whole.str.reverse()
        .str.replace_all(r"(\d{3})", f"${{1}}{NARROW_SPACE}")
        .str.reverse()
        .str.strip_chars_start(NARROW_SPACE)
    )
    rest = digits.str.extract(r"\.(\d*?)0*$").fill_null("")
    sign = pl.when(exact < 0).then(pl.lit(MINUS)).otherwise(pl.lit(""))
    point = pl.when(rest != "").then(pl.lit(_POINT[language])).otherwise(pl.lit(""))
    return pl.concat_str([sign, grouped, point, rest])
