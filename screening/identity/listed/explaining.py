"""Why a subject is, or is not, taken for the one on a list: rows for people."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import duckdb
import polars as pl

from screening.identity.listed.evidence import PARTS
from screening.messages import Language, text
from screening.warehouse.exchange import to_polars

#: From here on a pair that is no match is unsure; below, it is none.
UNSURE_FROM = 0.2

#: Parts that are told of companies only where they add something.
_OF_PERSONS = ("birth", "alone", "rivals")

#: Parts whose level says what was found.
_LEVELLED = ("birth", "number", "contact", "place", "legal_form")


class ExplainedPart(NamedTuple):
    """One part of the evidence: what it is, what was found, what it adds (log odds)."""

    part: str
    title: str
    said: str
    log_odds: float


def _said(part: str, features: Mapping[str, object], name: object, language: Language) -> str:
    if part in _LEVELLED:
        return text(f"listed.{part}_{features[f'{part}_level']}", language)
    if part == "base":
        return text(f"listed.base_{features['kind']}", language)
    if part in ("alone", "rivals"):
        return text(f"listed.{part}_{'some' if features[part] else 'none'}", language)
    if name is None:
        return text("listed.name_nothing", language)
    counts = {key: value for key, value in features.items() if isinstance(value, int)}
    return text(f"listed.name_{features['kind']}", language, name=name, **counts)


def explained(match: Mapping[str, object], language: Language) -> tuple[ExplainedPart, ...]:
    """Each part of the evidence of a row of ``identity.listed_matches``, in their order.

    The contributions add up to the row's ``log_odds`` (rounded to two decimals each). Parts that
    do not concern the kind of subject are left out. Of the subject nothing is told.
    """
    features = json.loads(str(match["features"]))
    without = ("legal_form", "rivals") if features["kind"] == "person" else _OF_PERSONS
    return tuple(
        ExplainedPart(
            part,
            text(f"listed.part_{part}", language),
            _said(part, features, match["matched_name"], language),
            float(features[part]),
        )
        for part in PARTS
        if part not in without or features[part]
    )


def conclusion(match: Mapping[str, object], language: Language) -> str:
    """One sentence or two: what comes out, how sure, whether it holds, what a person decided."""
    probability = float(str(match["probability"]))
    kind = "match" if match["is_match"] else "unsure" if probability >= UNSURE_FROM else "none"
    shown = f"{probability:.2f}".replace(".", "," if language == "sv" else ".")
    said = [text(f"listed.said_{kind}", language, probability=shown)]
    if match["decision"] is not None:
        said.append(text(f"listed.decided_{match['decision']}", language))
    if not match["is_in_force"]:
        said.append(text("listed.not_in_force", language))
    return " ".join(said)


def matches_of(connection: duckdb.DuckDBPyConnection, *keys: str) -> pl.DataFrame:
    """Rows of ``identity.listed_matches`` of some subjects or entries, the surest first.

    Args:
        connection: the warehouse.
        keys: a subject's key, supplier_id, organisationsnummer or person key, or an entry's id.
            None gives all.
    """
    found = to_polars(connection.sql("SELECT * FROM identity.listed_matches"))
    columns = ("subject_key", "supplier_id", "orgnr", "person_key", "entry_id")
    if keys:
        found = found.filter(pl.any_horizontal(pl.col(name).is_in(keys) for name in columns))
    return found.sort(
        ["log_odds", "subject_key", "entry_id", "ref"], descending=[True, False, False, False]
    )
