"""Small tables for the tests of scoring, and the strategies that make many of them."""

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

from screening.scoring import PreviousWeek, RuleFace, ScoredWeek, rank, read_policy
from screening.scoring.policy import SEVERITIES

AS_OF = date(2026, 11, 20)
NEXT = date(2026, 11, 27)
POLICY = read_policy()
AREAS = tuple(POLICY.area_caps)
SUPPLIERS = ("5599000001", "5599000002", "lev:30001", "namn:ab12")

#: Three rules in each area, one of them with points of its own.
FACES = [
    RuleFace(
        id=f"{area}-{place}",
        version=1,
        title={"sv": f"Regel {area} {place}", "en": f"Rule {area} {place}"},
        action={"sv": f"Fråga om {area} {place}", "en": f"Ask about {area} {place}"},
        severity=SEVERITIES[(place + shift) % 4],
        area=area,
        points=33 if place == 2 else None,
    )
    for shift, area in enumerate(AREAS)
    for place in range(3)
]


def finding(supplier_id: str, face: RuleFace, **values: object) -> dict[str, object]:
    base = {
        "rule_id": face.id,
        "rule_version": face.version,
        "area": face.area,
        "kind": face.kind,
        "severity": face.severity,
        "supplier_id": supplier_id,
        "subject_id": None,
        "amount_sek": None,
        "match_confidence": 1.0,
        "evidence": [1],
        "detail": None,
        "summary_sv": None,
        "summary_en": None,
    }
    return base | values


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    texts = ("rule_id", "area", "kind", "severity", "supplier_id", "subject_id", "detail")
    overrides = dict.fromkeys((*texts, "summary_sv", "summary_en"), pl.String) | {
        "rule_version": pl.Int64,
        "amount_sek": pl.Decimal(18, 2),
        "match_confidence": pl.Float64,
        "evidence": pl.List(pl.Int64),
    }
    return pl.DataFrame(rows, schema=overrides)


def suppliers(spend: dict[str, int] | None = None, critical: dict[str, int] | None = None):
    return pl.DataFrame(
        [
            {
                "supplier_id": each,
                "orgnr": each if each.isdigit() else None,
                "name": f"Bolag {each[-2:]}",
                "spend_12m_sek": Decimal((spend or {}).get(each, 100_000)),
                "criticality": (critical or {}).get(each),
            }
            for each in SUPPLIERS
        ],
        schema_overrides={"criticality": pl.Int64, "spend_12m_sek": pl.Decimal(18, 2)},
    )


def week(
    rows: list[dict[str, object]],
    previous: PreviousWeek | None = None,
    as_of: date = AS_OF,
    **values: object,
) -> ScoredWeek:
    given = {
        "rules": FACES,
        "policy": POLICY,
        "previous": previous,
        "as_of": as_of,
        "people": suppliers(),
    } | values
    people = given.pop("people")
    counts = people.select("supplier_id", found=1, clear=2, not_checked=3)
    return rank(people, frame(rows), counts, **given)


def published(scored: ScoredWeek) -> PreviousWeek:
    return PreviousWeek(
        as_of=scored.as_of,
        week=scored.week,
        ranked=scored.ranked,
        findings=scored.findings,
        supplier_history=scored.supplier_history,
    )


def findings_of_a_week(max_size: int = 14) -> st.SearchStrategy[list[dict[str, object]]]:
    """Findings as a run makes them: a rule finds a supplier at most once."""
    one = st.builds(
        lambda supplier_id, face, amount, confidence: finding(
            supplier_id, face, amount_sek=amount, match_confidence=confidence
        ),
        st.sampled_from(SUPPLIERS),
        st.sampled_from(FACES),
        st.none() | st.integers(-10_000, 50_000_000).map(Decimal),
        st.sampled_from([1.0, 0.95, 0.8, 0.799, 0.5, 0.01]),
    )
    return st.lists(
        one, max_size=max_size, unique_by=lambda row: (row["supplier_id"], row["rule_id"])
    )
