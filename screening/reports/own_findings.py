"""What the rules found about ourselves: how we buy and follow up, and how good our own data are.

Findings of kind control and quality name a supplier, for it is there that one looks, but they say
nothing of it: they give no points, put nobody on the list and stand in sections of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.card_evidence import Evidence, evidence_by_source, evidence_in_words
from screening.reports.manifest import Manifest
from screening.reports.readable import ReadableWeek
from screening.scoring.judgements import is_put_aside
from screening.scoring.rule_face import RuleFace
from screening.scoring.week import ScoredWeek

OwnKind = Literal["control", "quality"]
#: In the order in which they are told.
OWN_KINDS: tuple[OwnKind, ...] = ("control", "quality")
#: Findings shown of each rule on the page; all of them are in the workbook.
FINDINGS_SHOWN = 10


@dataclass(frozen=True)
class OwnFinding:
    """One finding, in words; ``supplier`` is where to look."""

    supplier: str
    summary: str
    amount: str
    since: str
    is_new: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class OwnRule:
    """What one rule found about ourselves. ``found``, ``new`` and ``gone`` are findings."""

    anchor: str
    title: str
    why: str
    action: str
    innocent: tuple[str, ...]
    found: int
    new: int
    gone: int
    findings: tuple[OwnFinding, ...]
    more: str


@dataclass(frozen=True)
class OwnSection:
    """A section of the page: all rules of one kind that found something, and how it stands."""

    anchor: str
    heading: str
    note: str
    answer: str
    unchecked: str
    rules: tuple[OwnRule, ...]


def own_in_short(week: ScoredWeek, language: Language) -> tuple[str, ...]:
    """A line for each kind that there are rules of: how many open findings, and most of what."""
    titles = {face.id: face.title[language] for face in week.rules.values()}
    counts = week.findings.filter(_is_open()).group_by("kind", "rule_id").len()
    lines = []
    for kind in OWN_KINDS:
        rules = [face.id for face in week.rules.values() if face.kind == kind]
        most = counts.filter(pl.col("kind") == kind).sort(
            "len", "rule_id", descending=[True, False]
        )
        if not rules:
            continue
        heading = text(f"reports.own_{kind}", language)
        if most.is_empty():
            lines.append(f"{heading}: {text('reports.own_none', language)}")
            continue
        said = text(
            "reports.own_short",
            language,
            found=written.number(most["len"].sum(), language),
            rules=most.height,
            all=len(rules),
            title=titles.get(most["rule_id"][0], most["rule_id"][0]),
            count=written.number(most["len"][0], language),
        )
        lines.append(f"{heading}: {said}")
    return tuple(lines)


def _is_new(week: ReadableWeek) -> pl.Expr:
    """First seen now, where there was a list before on which it could have been seen."""
    return (pl.col("first_seen") == week.week.as_of) & pl.lit(week.week.previous_week is not None)


def _is_open() -> pl.Expr:
    return pl.col("still_open").fill_null(value=False) & ~is_put_aside()


def own_open(week: ReadableWeek, kind: OwnKind) -> pl.DataFrame:
    """Open findings of a kind, by rule, the largest amounts first; not what people put aside."""
    return week.findings.filter((pl.col("kind") == kind) & _is_open()).sort(
        ["rule_id", "amount_sek", "supplier_id", "finding"],
        descending=[False, True, False, False],
        nulls_last=True,
    )


def own_sections(week: ReadableWeek, manifest: Manifest) -> list[OwnSection]:
    """A section for each kind that there are rules of."""
    kinds = {face.kind for face in week.week.rules.values()}
    return [_section(week, manifest, kind) for kind in OWN_KINDS if kind in kinds]


def _section(week: ReadableWeek, manifest: Manifest, kind: OwnKind) -> OwnSection:
    language, faces = week.language, week.week.rules
    found = own_open(week, kind)
    of_kind = week.findings.filter(pl.col("kind") == kind)
    gone = dict(of_kind.filter(~pl.col("still_open")).group_by("rule_id").len().iter_rows())
    # What is new comes first: that is what one looks for.
    shown = (
        found.with_columns(is_new=_is_new(week))
        .sort(["rule_id", "is_new"], descending=[False, True], maintain_order=True)
        .with_columns(turn=pl.int_range(pl.len()).over("rule_id"))
        .filter(pl.col("turn") < FINDINGS_SHOWN)
        .join(evidence_by_source(week), on="finding", how="left", maintain_order="left")
    )
    counted = found.group_by("rule_id").agg(found=pl.len(), new=_is_new(week).sum())
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for row in shown.to_dicts():
        by_rule.setdefault(row["rule_id"], []).append(row)
    rules = [
        _rule(rule_id, (count, new, gone.get(rule_id, 0)), by_rule[rule_id], faces, week)
        for rule_id, count, new in counted.sort("found", "rule_id", descending=[True, False]).rows()
    ]
    return OwnSection(
        anchor=f"egen-{kind}",
        heading=text(f"reports.own_{kind}", language),
        note=text(f"reports.own_{kind}_note", language),
        answer=_answer(week, kind, found, sum(gone.values())),
        unchecked=_unchecked(week, manifest, kind),
        rules=tuple(rules),
    )


def _answer(week: ReadableWeek, kind: OwnKind, found: pl.DataFrame, gone: int) -> str:
    """How many, by how many rules; and what has come and gone where there was a list before."""
    language = week.language
    aside = week.findings.filter((pl.col("kind") == kind) & is_put_aside()).height
    if found.is_empty():
        said = text("reports.own_none", language)
    else:
        said = text(
            "reports.own_answer",
            language,
            found=written.number(found.height, language),
            rules=found.get_column("rule_id").n_unique(),
            all=sum(face.kind == kind for face in week.week.rules.values()),
        )
    if aside:
        said = f"{said} {text('reports.own_aside', language, count=aside)}"
    if week.week.previous_week is None:
        return said
    new = found.filter(_is_new(week)).height
    return f"{said} {text('reports.own_news', language, new=new, gone=gone)}"


def _unchecked(week: ReadableWeek, manifest: Manifest, kind: OwnKind) -> str:
    """The rules of the kind that nobody could be checked by: silence is then no good news."""
    faces = week.week.rules
    titles = [
        faces[rule.id].title[week.language]
        for rule in manifest.rules
        if rule.status != "run" and rule.id in faces and faces[rule.id].kind == kind
    ]
    if not titles:
        return ""
    return text("reports.own_unchecked", week.language, titles="; ".join(sorted(titles)))


def _rule(
    rule_id: str,
    counts: tuple[int, int, int],
    findings: Sequence[Mapping[str, Any]],
    faces: Mapping[str, RuleFace],
    week: ReadableWeek,
) -> OwnRule:
    language, face = week.language, faces.get(rule_id)
    found, new, gone = counts
    beyond = found - len(findings)
    return OwnRule(
        anchor=f"regel-{rule_id}",
        title=findings[0]["title"],
        why=face.why.get(language, "") if face else "",
        action=findings[0]["action"] or "",
        innocent=tuple(each[language] for each in face.false_positives) if face else (),
        found=found,
        new=new,
        gone=gone,
        findings=tuple(_finding(each, week) for each in findings),
        more=text("reports.own_more", language, count=written.number(beyond, language))
        if beyond
        else "",
    )


def _finding(row: Mapping[str, Any], week: ReadableWeek) -> OwnFinding:
    language = week.language
    return OwnFinding(
        supplier=row["name"] or row["supplier_id"],
        summary=row["summary"],
        amount=written.sek(row["amount_sek"], language),
        since=row["first_seen"].isoformat(),
        is_new=row["is_new"],
        evidence=tuple(evidence_in_words(each, language) for each in row["evidence"] or ()),
    )
