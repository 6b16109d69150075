"""How to read the list, in sentences made from the policy that was in force."""

from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.scoring.policy import Policy


def reading_guide(policy: Policy, language: Language) -> list[str]:
    """The paragraphs of *How to read the list*. Every number in them is the policy's own."""
    high, elevated, weights = policy.bands.high, policy.bands.elevated, policy.priority
    return [
        text("reports.caution", language),
        text("reports.read_points", language),
        text("reports.read_score", language, half=policy.score.half_at),
        text(
            "reports.read_bands",
            language,
            confidence=written.percent(high.critical_confidence, language),
            high_areas=high.high_areas,
            high_points=high.points,
            medium_areas=elevated.medium_areas,
            elevated_points=elevated.points,
        ),
        text(
            "reports.read_priority",
            language,
            money_low=written.number(weights.money.lowest, language, 1),
            money_high=written.number(weights.money.highest, language, 1),
            criticality_high=written.number(weights.criticality[4], language, 2),
        ),
        text("reports.read_change", language),
        text("reports.read_outcomes", language),
        text("reports.read_own", language),
        text("reports.read_privacy", language),
    ]


def decisions_guide(policy: Policy, language: Language) -> str:
    """When a finding that somebody put aside comes back. The numbers are the policy's own."""
    return text(
        "judgements.read_decisions",
        language,
        rows=written.percent(policy.casework.rows_share, language),
        amount=written.percent(policy.casework.amount_share, language),
    )
