"""Decisions about findings: snoozed, explained, overridden; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_REFUSAL = "decisions are kept as they were made: withdraw instead"

_SQLITE = [
    f"""
    CREATE TRIGGER finding_decisions_no_{verb} BEFORE {verb} ON finding_decisions
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    f"""
    CREATE FUNCTION finding_decisions_are_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
    """,
    """
    CREATE TRIGGER finding_decisions_kept BEFORE UPDATE OR DELETE OR TRUNCATE
    ON finding_decisions EXECUTE FUNCTION finding_decisions_are_kept()
    """,
]


def upgrade() -> None:
    """Make the table and the triggers that keep it append-only."""
    op.create_table(
        "finding_decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("supplier_key", sa.String(200), nullable=False),
        sa.Column("rule_id", sa.String(100), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("withdraws", sa.Integer),
        sa.Column("until", sa.Date),
        sa.Column("severity", sa.String(16)),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("evidence_hash", sa.String(64)),
        sa.ForeignKeyConstraint(
            ["withdraws"],
            ["finding_decisions.decision_id"],
            name="fk_finding_decisions_withdraws_finding_decisions",
        ),
        sa.UniqueConstraint("withdraws", name="uq_finding_decisions_withdraws"),
        sa.CheckConstraint(
            "decision IN ('snooze', 'explain', 'override', 'withdrawn')",
            name="ck_finding_decisions_decision",
        ),
        sa.CheckConstraint(
            "(decision = 'withdrawn') = (withdraws IS NOT NULL)",
            name="ck_finding_decisions_withdraws_something",
        ),
        sa.CheckConstraint(
            "(decision = 'override') = (severity IS NOT NULL)",
            name="ck_finding_decisions_override_severity",
        ),
        sa.CheckConstraint(
            "decision <> 'snooze' OR until IS NOT NULL", name="ck_finding_decisions_snooze_ends"
        ),
        sa.CheckConstraint(
            "until IS NULL OR until >= decided_on", name="ck_finding_decisions_ends_later"
        ),
        sa.CheckConstraint(
            "decision = 'withdrawn' OR reason IS NOT NULL",
            name="ck_finding_decisions_has_a_reason",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_finding_decisions_supplier_key_rule_id",
        "finding_decisions",
        ["supplier_key", "rule_id"],
    )
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)
