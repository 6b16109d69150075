"""The frames that pass into and out of scoring, each described once."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from screening.scoring.judgements import CASE_SCHEMA
from screening.scoring.policy import Policy
from screening.scoring.rule_face import RuleFace

MONEY = pl.Decimal(18, 2)

#: What scoring takes: one row per rule, supplier and subject, from the rule engine.
FOUND_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "rule_version": pl.Int64,
    "area": pl.String,
    "kind": pl.String,
    "severity": pl.String,
    "supplier_id": pl.String,
    "subject_id": pl.String,
    "amount_sek": MONEY,
    "match_confidence": pl.Float64,
    "evidence": pl.List(pl.Int64),
    "detail": pl.String,
    "summary_sv": pl.String,
    "summary_en": pl.String,
}

#: What scoring takes about suppliers.
SUPPLIER_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "orgnr": pl.String,
    "supplier_no": pl.String,
    "name": pl.String,
    "is_sole_trader": pl.Boolean,
    "spend_12m_sek": MONEY,
    "criticality": pl.Int64,
    "match_method": pl.String,
    "match_confidence": pl.Float64,
}

#: How many rules found something, found nothing, or could not be checked, per supplier.
OUTCOME_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "found": pl.Int64,
    "clear": pl.Int64,
    "not_checked": pl.Int64,
}

#: Findings as scored. ``points_raw`` is before the area's cap, ``points`` what was granted under
#: it: granted points sum exactly to the supplier's total. ``still_open`` is true where the finding
#: was made this week, false where last week's is gone, null where its rule could not be checked.
#: ``first_seen`` is the as-of day on which this supplier first had this finding without a break.
#: What people decided about it stands in ``judgements.CASE_SCHEMA``: ``severity`` is the one that
#: counts, ``points_by_rule`` what ``points_raw`` would be had nobody decided anything (null where
#: nobody did), ``case_since`` the as-of day on which it first had this status by this decision.
FINDING_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "rule_id": pl.String,
    "rule_version": pl.Int64,
    "area": pl.String,
    "kind": pl.String,
    "severity": pl.String,
    "subject_id": pl.String,
    "points": pl.Int64,
    "points_raw": pl.Int64,
    "amount_sek": MONEY,
    "match_confidence": pl.Float64,
    "evidence": pl.List(pl.Int64),
    "detail": pl.String,
    "summary_sv": pl.String,
    "summary_en": pl.String,
    "first_seen": pl.Date,
    "still_open": pl.Boolean,
    **CASE_SCHEMA,
    "points_by_rule": pl.Int64,
    "case_since": pl.Date,
}

#: Suppliers as scored. ``rank`` is null for those not on the list. ``amount_sek`` is the largest
#: amount of its open risk findings (not their sum: several findings are often about one invoice).
#: ``priority`` = score x money_factor x criticality_factor. ``band_reason`` is a key in
#: ``data/messages/scoring.yaml``. Findings that are put aside count in nothing but ``rules_found``
#: and ``findings_set_aside``; ``case_status`` has each ``judgements.STATUSES`` that one of its open
#: findings has, joined by `` | ``.
RANKED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "rank": pl.Int64,
    "supplier_id": pl.String,
    "orgnr": pl.String,
    "supplier_no": pl.String,
    "name": pl.String,
    "is_sole_trader": pl.Boolean,
    "band": pl.String,
    "band_reason": pl.String,
    "score": pl.Decimal(5, 2),
    "points": pl.Int64,
    "money_factor": pl.Decimal(5, 3),
    "criticality_factor": pl.Decimal(4, 2),
    "priority": pl.Decimal(9, 2),
    "change": pl.String,
    "rank_before": pl.Int64,
    "points_before": pl.Int64,
    "first_listed": pl.Date,
    "amount_sek": MONEY,
    "exposure_sek_12m": MONEY,
    "criticality": pl.Int64,
    "findings_open": pl.Int64,
    "findings_new": pl.Int64,
    "findings_set_aside": pl.Int64,
    "reasons_sv": pl.String,
    "reasons_en": pl.String,
    "action_sv": pl.String,
    "action_en": pl.String,
    "rules_found": pl.Int64,
    "rules_clear": pl.Int64,
    "rules_not_checked": pl.Int64,
    "match_method": pl.String,
    "match_confidence": pl.Float64,
    "case_status": pl.String,
}

#: When each supplier was first and last on a published list (as-of days).
HISTORY_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "first_listed": pl.Date,
    "last_listed": pl.Date,
}

#: Suppliers on the last list and not on this one. ``is_cleared`` is false where at least one of
#: its findings is gone only because the rule could not be checked this week; ``is_set_aside`` is
#: true where it is still found what was, and put aside by what people decided.
LEFT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "name": pl.String,
    "is_sole_trader": pl.Boolean,
    "band_before": pl.String,
    "rank_before": pl.Int64,
    "points_before": pl.Int64,
    "is_cleared": pl.Boolean,
    "is_set_aside": pl.Boolean,
}

#: What would bring a supplier below a band or off the list: see ``way_off``.
WAY_OFF_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "target": pl.String,
    "rule_ids": pl.List(pl.String),
    "points_after": pl.Int64,
    "band_after": pl.String,
}


@dataclass(frozen=True)
class PreviousWeek:
    """The newest published list of an earlier ISO week, as it was published.

    ``ranked`` and ``findings`` as in ``RANKED_SCHEMA`` and ``FINDING_SCHEMA`` (columns that this
    version does not know are ignored, those that it misses are null); ``supplier_history`` covers
    every list up to and including that one.
    """

    as_of: date
    week: str
    ranked: pl.DataFrame
    findings: pl.DataFrame
    supplier_history: pl.DataFrame


@dataclass(frozen=True)
class ScoredWeek:
    """One week's list with everything that explains it.

    ``ranked`` are the suppliers on the list, in order; ``unlisted`` all others, by supplier_id,
    with the same columns; ``left`` those that were on the last list and are gone.
    """

    as_of: date
    week: str
    previous_week: str | None
    policy: Policy
    rules: dict[str, RuleFace]
    ranked: pl.DataFrame
    unlisted: pl.DataFrame
    findings: pl.DataFrame
    supplier_history: pl.DataFrame
    left: pl.DataFrame
    way_off: pl.DataFrame


def fitted(frame: pl.DataFrame, schema: dict[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """``frame`` with exactly the columns of ``schema``: others dropped, missing ones null, cast.

    A frame that has none of them is taken for an empty one.
    """
    present = set(frame.columns) & set(schema)
    if not present:  # literals alone would make a row of nulls
        return pl.DataFrame(schema=schema)
    return frame.select(
        (pl.col(name) if name in present else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
