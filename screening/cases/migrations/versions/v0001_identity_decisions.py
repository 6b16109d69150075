"""Decisions about who is who, append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSAL = "decisions are kept as they were made: withdraw instead"

_SQLITE = [
    f"""
    CREATE TRIGGER identity_decisions_no_{verb} BEFORE {verb} ON identity_decisions
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
    """
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    f"""
    CREATE FUNCTION identity_decisions_are_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
    """,
    """
    CREATE TRIGGER identity_decisions_kept BEFORE UPDATE OR DELETE OR TRUNCATE
    ON identity_decisions EXECUTE FUNCTION identity_decisions_are_kept()
    """,
]


def upgrade() -> None:
    """Make the table and the triggers that keep it append-only."""
    op.create_table(
        "identity_decisions",
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("left_key", sa.String(200), nullable=False),
        sa.Column("right_key", sa.String(200), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("withdraws", sa.Integer),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("probability", sa.Float),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("evidence_hash", sa.String(64)),
        sa.ForeignKeyConstraint(
            ["withdraws"],
            ["identity_decisions.decision_id"],
            name="fk_identity_decisions_withdraws_identity_decisions",
        ),
        sa.UniqueConstraint("withdraws", name="uq_identity_decisions_withdraws"),
        sa.CheckConstraint(
            "kind IN ('company', 'person', 'listed')", name="ck_identity_decisions_kind"
        ),
        sa.CheckConstraint(
            "decision IN ('same', 'not_same', 'unsure', 'withdrawn')",
            name="ck_identity_decisions_decision",
        ),
        sa.CheckConstraint("left_key <> right_key", name="ck_identity_decisions_two_keys"),
        sa.CheckConstraint(
            "(decision = 'withdrawn') = (withdraws IS NOT NULL)",
            name="ck_identity_decisions_withdraws_something",
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name="ck_identity_decisions_probability"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_identity_decisions_kind_left_key_right_key",
        "identity_decisions",
        ["kind", "left_key", "right_key"],
    )
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)
