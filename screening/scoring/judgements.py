"""What people decided about findings: from single decisions to what holds on a day.

A decision is about one supplier and one rule, and about what the rule had found when it was made:

======== ==================================================================================
snooze   nothing is done until a day: no points meanwhile
explain  a reason holds, the supplier's or ours: no points while the evidence is the same
override a person judges it otherwise: the finding weighs as much as the severity they give
======== ==================================================================================

What holds:

- The newest decision on a supplier and rule counts. One that was withdrawn never was: the one
  before it counts again. What was decided or withdrawn after the day of the run does not count.
- A decision ends after its last day (``until``).
- A snooze, an explanation and an override that lowers a severity end when there is more behind
  the finding than when they were made (``MORE``). Less behind it, and the same figures told anew,
  change nothing. The comparison is always with what was decided on, never with last week: what
  grows slowly returns as surely as what grows at once.
- An override that raises a severity stays when there is more: that would be a strange reason to
  take the finding less seriously. It is told that there is more.
- A finding that returns has the points of its rule again.

Nothing here looks at how a decision came to be; a frame is all that passes from ``cases`` to a run.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from screening.scoring.policy import SEVERITIES, Casework

_MONEY = pl.Decimal(18, 2)

#: The frame of decisions that runs are given. ``decision`` is snooze, explain, override or
#: withdrawn; ``withdraws`` the decision_id that a withdrawal takes back; ``until`` the last day on
#: which it holds (null: no last day); ``severity`` what an override gives. From ``rule_version`` on
#: what the rule said when it was decided; ``rows`` are hashes of what the rows of evidence said.
DECISIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "decision_id": pl.Int64,
    "supplier_key": pl.String,
    "rule_id": pl.String,
    "decision": pl.String,
    "withdraws": pl.Int64,
    "decided_on": pl.Date,
    "until": pl.Date,
    "severity": pl.String,
    "decided_by": pl.String,
    "reason": pl.String,
    "rule_version": pl.Int64,
    "rule_severity": pl.String,
    "subject": pl.String,
    "amount_sek": _MONEY,
    "match_confidence": pl.Float64,
    "said_hash": pl.String,
    "rows": pl.List(pl.String),
}

#: What is behind each finding now. ``supplier_key`` is what decisions call the supplier,
#: ``said_hash`` a hash of the finding's detail, ``rows`` as in ``DECISIONS``.
STATES: dict[str, pl.DataType | type[pl.DataType]] = {
    "supplier_id": pl.String,
    "rule_id": pl.String,
    "supplier_key": pl.String,
    "said_hash": pl.String,
    "rows": pl.List(pl.String),
}

#: What a decision makes of a finding, null where nobody decided anything. ``case_status``: snoozed,
#: explained, overridden, or returned: what was decided holds no more. ``case_kind`` the decision
#: itself. ``case_changed`` why it returned, or what is more behind an override that stays:
#: ``until`` or one of ``MORE``. ``case_new_rows`` and ``case_amount_sek``: rows of evidence that
#: were not there, and the amount that was, when it was decided. ``severity_by_rule`` where a person
#: gave another severity.
CASE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "case_status": pl.String,
    "case_kind": pl.String,
    "case_decision": pl.Int64,
    "case_by": pl.String,
    "case_on": pl.Date,
    "case_until": pl.Date,
    "case_reason": pl.String,
    "case_changed": pl.String,
    "case_new_rows": pl.Int64,
    "case_amount_sek": _MONEY,
    "severity_by_rule": pl.String,
}

#: Every status of a finding that somebody decided about, those first that ask for a look.
STATUSES = ("returned", "overridden", "explained", "snoozed")
#: With these a finding gives no points and is no reason for a place on the list.
PUT_ASIDE = ("explained", "snoozed")

#: What can be more behind a finding than there was: another version of the rule that says another
#: thing; another subject; a larger amount; further rows; the supplier more surely the right one;
#: other figures, where a finding has no rows that could tell.
MORE = ("version", "subject", "amount", "rows", "match", "said")

_KEY = ["supplier_id", "rule_id"]
_GRAVITY = {severity: place for place, severity in enumerate(reversed(SEVERITIES))}


def no_decisions() -> pl.DataFrame:
    """The frame of an installation in which nobody decided anything about findings yet."""
    return pl.DataFrame(schema=DECISIONS)


@dataclass(frozen=True)
class Judgements:
    """What a run is given: ``decisions`` (``DECISIONS``) and ``states`` (``STATES``)."""

    decisions: pl.DataFrame = field(default_factory=no_decisions)
    states: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STATES))


def standing(decisions: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The decision that counts for each supplier and rule on a day: columns ``DECISIONS``.

    Made by then, not withdrawn by then, the newest of its supplier and rule; by supplier and rule.
    Whether it still holds depends on the finding, and is not asked here.
    """
    made = decisions.select(pl.col(name).cast(kind) for name, kind in DECISIONS.items()).filter(
        pl.col("decided_on") <= as_of
    )
    taken_back = made.filter(pl.col("decision") == "withdrawn").select(decision_id="withdraws")
    return (
        made.filter(pl.col("decision") != "withdrawn")
        .join(taken_back, on="decision_id", how="anti")
        .sort("decided_on", "decision_id", descending=True)
        .unique(["supplier_key", "rule_id"], keep="first", maintain_order=True)
        .sort("supplier_key", "rule_id")
    )


def decisions_hash(decisions: pl.DataFrame, as_of: date) -> str:
    """One hash over the decisions that count on a day; empty text where there are none.

    A decision that was withdrawn by then leaves no trace in it: the list is what it was before.
    """
    held = standing(decisions, as_of).with_columns(pl.col("rows").list.sort())
    return hashlib.sha256(repr(held.rows()).encode()).hexdigest() if held.height else ""


def judged(
    found: pl.DataFrame, judgements: Judgements, casework: Casework, as_of: date
) -> pl.DataFrame:
    """Findings with what people decided: ``CASE_SCHEMA`` added, ``severity`` as it counts.

    Args:
        found: findings of a run, as in ``week.FOUND_SCHEMA``.
        judgements: the decisions, and what is behind the findings.
        casework: how much more is too much more.
        as_of: the run's day.
    """
    held = standing(judgements.decisions, as_of)
    if held.is_empty():
        return found.with_columns(
            pl.lit(None).cast(kind).alias(name) for name, kind in CASE_SCHEMA.items()
        )
    states = judgements.states.select(pl.col(name).cast(kind) for name, kind in STATES.items())
    decided = held.select(
        "supplier_key", "rule_id", *(pl.col(name).alias(f"then_{name}") for name in _THEN)
    )
    now = found.group_by(_KEY).agg(
        now_amount=pl.col("amount_sek").max(),
        now_confidence=pl.col("match_confidence").fill_nan(None).fill_null(1.0).max(),
        now_subject=subject(),
    )
    known = (
        now.join(states, on=_KEY)
        .join(decided, on=["supplier_key", "rule_id"])
        .with_columns(
            new_rows=pl.col("rows").list.set_difference("then_rows").list.len().cast(pl.Int64),
            # Neither many old rows that are gone nor many further ones hide what is new.
            row_count=pl.min_horizontal(
                pl.col("rows").list.n_unique(), pl.col("then_rows").list.n_unique()
            ).cast(pl.Int64),
            then_has_rows=pl.col("then_rows").list.len() > 0,
        )
        .drop("supplier_key", "rows", "then_rows")
    )
    told = found.join(known, on=_KEY, how="left", maintain_order="left").with_columns(
        changed=_changed(casework, as_of)
    )
    return told.with_columns(case_status=_status()).select(
        *(pl.col(name) for name in found.columns if name != "severity"),
        severity=_severity(),
        case_status="case_status",
        case_kind="then_decision",
        case_decision="then_decision_id",
        case_by="then_decided_by",
        case_on="then_decided_on",
        case_until="then_until",
        case_reason="then_reason",
        case_changed="changed",
        case_new_rows="new_rows",
        case_amount_sek="then_amount_sek",
        severity_by_rule=pl.when(_severity() != pl.col("severity")).then(pl.col("severity")),
    )


def subject() -> pl.Expr:
    """What a rule's findings about one supplier are about, as one text, whatever their order."""
    return pl.col("subject_id").drop_nulls().unique().sort().str.join("\n")


def is_put_aside() -> pl.Expr:
    """Whether a finding counts for nothing, as long as a decision holds."""
    return pl.col("case_status").is_in(PUT_ASIDE).fill_null(value=False)


_THEN = (
    "decision",
    "decision_id",
    "decided_by",
    "decided_on",
    "until",
    "reason",
    "severity",
    "rule_version",
    "rule_severity",
    "subject",
    "amount_sek",
    "match_confidence",
    "said_hash",
    "rows",
)


def _changed(casework: Casework, as_of: date) -> pl.Expr:
    """Why a decision is not what it was: ``until``, one of ``MORE``, or null where all is the same.

    Rows are counted in whole ones: a fifth of nine is one, and of fewer than five none.
    """
    before = pl.col("then_amount_sek").cast(pl.Float64)
    most = before + casework.amount_share * before.abs()
    amount = pl.col("now_amount").cast(pl.Float64)
    says_other = pl.col("said_hash").ne_missing(pl.col("then_said_hash"))
    is_other_version = pl.col("rule_version") != pl.col("then_rule_version")
    surer = pl.col("now_confidence") - pl.col("then_match_confidence").fill_null(1.0)
    return (
        pl.when(pl.col("then_decision").is_null())
        .then(None)
        .when(pl.col("then_until") < as_of)
        .then(pl.lit("until"))
        .when(
            is_other_version & (says_other | (pl.col("severity") != pl.col("then_rule_severity")))
        )
        .then(pl.lit("version"))
        .when(pl.col("now_subject") != pl.col("then_subject").fill_null(""))
        .then(pl.lit("subject"))
        .when(amount.is_not_null() & (before.is_null() | (amount > most + 0.005)))
        .then(pl.lit("amount"))
        .when(pl.col("new_rows") > (casework.rows_share * pl.col("row_count") + 1e-9).floor())
        .then(pl.lit("rows"))
        .when(surer > casework.match_step + 1e-9)
        .then(pl.lit("match"))
        .when(~pl.col("then_has_rows") & says_other)
        .then(pl.lit("said"))
    )


def _gravity(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(_GRAVITY, default=None, return_dtype=pl.Int64)


def _is_raising() -> pl.Expr:
    """An override to more than the rule had, that has not ended by its last day."""
    return (
        (pl.col("then_decision") == "override")
        & (_gravity("then_severity") > _gravity("then_rule_severity"))
        & pl.col("changed").ne_missing("until")
    )


def _status() -> pl.Expr:
    holding = {"snooze": "snoozed", "explain": "explained", "override": "overridden"}
    holds = pl.col("changed").is_null() | _is_raising()
    return (
        pl.when(pl.col("then_decision").is_null())
        .then(None)
        .when(holds)
        .then(pl.col("then_decision").replace_strict(holding, default=None))
        .otherwise(pl.lit("returned"))
    )


def _severity() -> pl.Expr:
    """The severity that counts: an override's; one that was to raise is never below the rule's."""
    is_less = _gravity("then_severity") < _gravity("severity")
    return (
        pl.when(pl.col("case_status").ne_missing("overridden") | (_is_raising() & is_less))
        .then(pl.col("severity"))
        .otherwise(pl.col("then_severity"))
    )
