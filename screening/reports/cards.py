"""What the page says about each supplier: one card with findings, evidence and the way off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.card_evidence import Evidence, evidence_by_source, evidence_in_words
from screening.reports.case_words import status_words
from screening.reports.readable import ReadableWeek, area_name, band_name
from screening.reports.way_steps import WayStep, way_steps
from screening.scoring.judgements import PUT_ASIDE
from screening.scoring.policy import BANDS
from screening.scoring.rule_face import RuleFace


@dataclass(frozen=True)
class FindingLine:
    """One finding on a card, in words."""

    title: str
    summary: str
    severity: str
    amount: str
    points: str
    remarks: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    since: str
    is_new: bool
    note: str
    status: str
    status_style: str
    why: str
    innocent: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One supplier of the list, in words."""

    rank: int
    anchor: str
    name: str
    numbers: tuple[str, ...]
    band: str
    band_style: str
    change: str
    change_style: str
    points: str
    total: str
    before: str
    because: str
    priority: str
    score: str
    score_share: str
    amount: str
    exposure: str
    outcomes: str
    match: str
    reasons: tuple[str, ...]
    new_findings: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    way: tuple[WayStep, ...]
    closed: tuple[str, ...]
    unknown: tuple[str, ...]


def cards(week: ReadableWeek, limit: int) -> list[Card]:
    """Cards of the suppliers ranked ``limit`` or better, and of any further one in band ``hög``."""
    shown = week.suppliers.filter((pl.col("rank") <= limit) | (pl.col("band") == BANDS[0]))
    ids = shown.select("supplier_id", "rank")
    # Ids are compared unmasked: two masked ones could be alike.
    whole = week.week.findings.with_row_index("finding").select(
        pl.col("finding").cast(pl.Int64), whole_id="supplier_id"
    )
    ranks = week.week.ranked.select(whole_id="supplier_id", place="rank")
    findings = (
        week.findings.filter(pl.col("kind") == "risk")
        .join(whole, on="finding")
        .join(ranks, on="whole_id")
        .filter(pl.col("place").is_in(ids.get_column("rank").implode()))
        .join(evidence_by_source(week), on="finding", how="left", maintain_order="left")
        .sort("finding")
    )
    ways = (
        week.week.way_off.rename({"supplier_id": "whole_id"})
        .join(ranks, on="whole_id")
        .filter(pl.col("place").is_in(ids.get_column("rank").implode()))
    )
    by_place = _grouped(findings)
    way_by_place = _grouped(ways)
    return [
        _card(row, by_place.get(row["rank"], []), way_by_place.get(row["rank"], []), week)
        for row in shown.to_dicts()
    ]


def _grouped(frame: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    parts = frame.partition_by("place", as_dict=True, maintain_order=True)
    return {int(key[0]): part.to_dicts() for key, part in parts.items()}


def _card(
    row: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    ways: Sequence[Mapping[str, Any]],
    week: ReadableWeek,
) -> Card:
    language, faces = week.language, week.week.rules
    shown = [each for each in findings if each["still_open"]]
    open_risk = [each for each in shown if each["case_status"] not in PUT_ASIDE]
    band = band_name(row["band"], language)
    news = [each["title"] for each in open_risk if _is_new(each, week)]
    return Card(
        rank=row["rank"],
        anchor=f"leverantor-{row['rank']}",
        name=row["name"] or row["supplier_id"],
        numbers=_numbers(row, language),
        band=band,
        band_style=("high", "elevated", "low")[BANDS.index(row["band"])],
        change=text(f"scoring.change_{row['change']}", language),
        change_style=row["change"],
        points=text(
            "reports.points_line",
            language,
            points=written.number(row["points"], language),
            score=written.number(row["score"], language, 2),
        ),
        total=written.number(row["points"], language),
        before=_before(row, language),
        because=text(
            "reports.band_because",
            language,
            band=band.lower(),
            reason=text(f"scoring.{row['band_reason']}", language),
        ),
        priority=text(
            "reports.priority_line",
            language,
            priority=written.number(row["priority"], language, 2),
            score=written.number(row["score"], language, 2),
            money=written.number(row["money_factor"], language, 3),
            criticality=written.number(row["criticality_factor"], language, 2),
        ),
        score=written.number(row["score"], language, 1),
        score_share=f"{row['score']:.2f}",
        amount=written.sek(row["amount_sek"], language),
        exposure=written.sek(row["exposure_sek_12m"], language),
        outcomes=text(
            "reports.outcome_line",
            language,
            found=row["rules_found"],
            clear=row["rules_clear"],
            not_checked=row["rules_not_checked"],
        ),
        match=_match(row, language),
        reasons=tuple(each["title"] for each in open_risk),
        new_findings=tuple(news),
        findings=tuple(_line(each, faces.get(each["rule_id"]), week) for each in shown),
        way=way_steps(open_risk, ways, language),
        closed=tuple(each["title"] for each in findings if each["still_open"] is False),
        unknown=tuple(each["title"] for each in findings if each["still_open"] is None),
    )


def _numbers(row: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    labelled = (
        ("reports.col_orgnr", written.orgnr(row["orgnr"])),
        ("reports.col_supplier_no", row["supplier_no"]),
    )
    found = tuple(f"{text(key, language)} {value}" for key, value in labelled if value)
    return found or (row["supplier_id"],)


def _before(row: Mapping[str, Any], language: Language) -> str:
    if row["points_before"] is None or row["points_before"] == row["points"]:
        return ""
    return text("reports.points_before", language, before=row["points_before"])


def _match(row: Mapping[str, Any], language: Language) -> str:
    if row["match_method"] == "reviewed":
        return text("reports.match_line_reviewed", language)
    if row["match_method"] != "name" or row["match_confidence"] is None:
        return ""
    confidence = written.percent(row["match_confidence"], language)
    return text("reports.match_line", language, confidence=confidence)


def _is_new(finding: Mapping[str, Any], week: ReadableWeek) -> bool:
    """First seen now, or back now, where there was a list before on which it could have been."""
    if week.week.previous_week is None:
        return False
    return finding["first_seen"] == week.week.as_of or _is_back(finding, week)


def _is_back(finding: Mapping[str, Any], week: ReadableWeek) -> bool:
    """A decision about it held on the last list, and holds no more."""
    is_back = finding["case_status"] == "returned"
    return is_back and bool(finding["case_since"] == week.week.as_of)


def _line(finding: Mapping[str, Any], face: RuleFace | None, week: ReadableWeek) -> FindingLine:
    language = week.language
    summary, title, status = finding["summary"], finding["title"], finding["case_status"]
    return FindingLine(
        title=title,
        summary="" if summary == title else summary,
        severity=text(f"scoring.severity_{finding['severity']}", language),
        amount=written.sek(finding["amount_sek"], language),
        points=written.number(finding["points"], language),
        remarks=_remarks(finding, language),
        evidence=tuple(evidence_in_words(each, language) for each in finding["evidence"] or ()),
        since=text("reports.since", language, day=finding["first_seen"].isoformat()),
        is_new=_is_new(finding, week) and not _is_back(finding, week),
        note=finding["case_note"] or "",
        status=status_words(status, language) if status else "",
        status_style=status or "",
        why=face.why.get(language, "") if face else "",
        innocent=tuple(each[language] for each in face.false_positives) if face else (),
    )


def _remarks(finding: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """What made the points less than the severity alone would give."""
    remarks = []
    by_rule = finding["points_by_rule"]
    if by_rule is not None and by_rule != finding["points_raw"]:
        remarks.append(text("judgements.without_decision", language, points=by_rule))
    confidence = finding["match_confidence"]
    if confidence is not None and confidence < 1:
        share = written.percent(confidence, language)
        remarks.append(text("reports.unsure", language, confidence=share))
    if finding["points"] < finding["points_raw"]:
        remarks.append(
            text(
                "reports.capped",
                language,
                granted=finding["points"],
                raw=finding["points_raw"],
                area=area_name(finding["area"], language),
            )
        )
    return tuple(remarks)
