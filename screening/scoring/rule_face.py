"""What scoring and reports need to know about a rule, however the rule itself is modelled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from screening.rules.model import Rule, Texts


@dataclass(frozen=True)
class RuleFace:
    """The side of a rule that readers of the list see.

    ``title``, ``action`` and ``why`` hold a text per language (``sv``, ``en``); ``points`` is the
    rule's own points where it states them, else the policy's points for ``severity`` count.
    """

    id: str
    version: int
    title: Mapping[str, str]
    action: Mapping[str, str]
    severity: str
    area: str
    kind: str = "risk"
    points: int | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    false_positives: tuple[Mapping[str, str], ...] = ()


def rule_face(rule: Rule) -> RuleFace:
    """The face of a rule."""
    return RuleFace(
        id=rule.id,
        version=rule.version,
        title=_by_language(rule.title),
        action=_by_language(rule.action),
        severity=rule.severity,
        area=rule.area,
        kind=rule.kind,
        points=rule.points,
        why=_by_language(rule.why),
        false_positives=tuple(_by_language(each) for each in rule.false_positives),
    )


def faces_by_id(rules: Iterable[Rule | RuleFace]) -> dict[str, RuleFace]:
    """Rules as faces, by id."""
    faces = (rule if isinstance(rule, RuleFace) else rule_face(rule) for rule in rules)
    return {face.id: face for face in faces}


def rule_texts(faces: Mapping[str, RuleFace]) -> pl.DataFrame:
    """A row per rule: rule_id, own_points (Int64, nullable), title_sv/en, action_sv/en."""
    ordered = sorted(faces.values(), key=lambda face: face.id)
    columns = {
        "rule_id": [face.id for face in ordered],
        "own_points": [face.points for face in ordered],
        "title_sv": [face.title.get("sv") for face in ordered],
        "title_en": [face.title.get("en") for face in ordered],
        "action_sv": [face.action.get("sv") for face in ordered],
        "action_en": [face.action.get("en") for face in ordered],
    }
    types = {name: pl.Int64 if name == "own_points" else pl.String for name in columns}
    return pl.DataFrame(columns, schema=types)


def _by_language(texts: Texts) -> dict[str, str]:
    return {"sv": texts.sv, "en": texts.en}
