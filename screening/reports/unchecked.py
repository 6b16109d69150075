"""What could not be checked this week, rule by rule, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from screening.messages import Language, MissingMessageError, text
from screening.reports.manifest import Manifest, RuleRun
from screening.reports.readable import source_title
from screening.scoring.rule_face import RuleFace


@dataclass(frozen=True)
class UncheckedRule:
    """A rule that could not be checked for some or all suppliers, for one reason."""

    rule_id: str
    title: str
    status: str
    suppliers: int
    reason: str


def unchecked_rules(
    manifest: Manifest,
    not_checked: pl.DataFrame | None,
    faces: Mapping[str, RuleFace],
    language: Language,
) -> list[UncheckedRule]:
    """Rules and reasons: failed rules first, then those that miss most suppliers.

    Args:
        manifest: its rules say how many suppliers each missed.
        not_checked: rule_id, supplier_id, reason (a key of the texts of rules), source,
            column_names. Where it says nothing about a rule, the manifest's own reason stands.
        faces: titles.
        language: of titles and reasons.
    """
    reasons = _reasons_by_rule(not_checked, language)
    masked = manifest.without_personal_numbers()
    concerned = [rule for rule in masked.rules if rule.status != "run" or rule.not_checked]
    ordered = sorted(
        concerned, key=lambda rule: (rule.status != "failed", -rule.not_checked, rule.id)
    )
    return [
        UncheckedRule(
            rule_id=rule.id,
            title=_title(rule.id, faces, language),
            status=text(f"reports.status_{rule.status}", language),
            suppliers=suppliers,
            reason=reason,
        )
        for rule in ordered
        for reason, suppliers in _reasons(rule, reasons, language)
    ]


def _reasons(
    rule: RuleRun, known: Mapping[str, list[tuple[str, int]]], language: Language
) -> list[tuple[str, int]]:
    """What the pairs say; a failed rule's own message says more than they do."""
    own = rule.reason or text("reports.not_checked_default", language)
    if rule.status == "failed":
        return [(own, rule.not_checked)]
    return known.get(rule.id) or [(own, rule.not_checked)]


def _reasons_by_rule(
    not_checked: pl.DataFrame | None, language: Language
) -> dict[str, list[tuple[str, int]]]:
    if not_checked is None or not {"reason", "source"} <= set(not_checked.columns):
        return {}
    if "column_names" not in not_checked.columns:  # of an older list
        not_checked = not_checked.with_columns(column_names=pl.lit(None, dtype=pl.String))
    counts = (
        not_checked.group_by("rule_id", pl.col("reason").cast(pl.String), "source", "column_names")
        .agg(suppliers=pl.len())
        .sort("reason", "source", "column_names")
        .sort("rule_id", "suppliers", descending=[False, True], maintain_order=True)
    )
    by_rule: dict[str, list[tuple[str, int]]] = {}
    for rule_id, reason, source, columns, suppliers in counts.iter_rows():
        said = _in_words(reason, source, columns, language)
        by_rule.setdefault(rule_id, []).append((said, suppliers))
    return by_rule


def _in_words(reason: str, source: str | None, columns: str | None, language: Language) -> str:
    title = source_title(source, language) if source else None
    try:
        return text(f"rules.{reason}", language, source=title, columns=columns)
    except (MissingMessageError, KeyError):
        return f"{reason}: {title}" if title else reason


def _title(rule_id: str, faces: Mapping[str, RuleFace], language: Language) -> str:
    face = faces.get(rule_id)
    return face.title.get(language, rule_id) if face else rule_id
