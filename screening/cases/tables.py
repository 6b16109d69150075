"""The tables of ``cases.db``, as SQLAlchemy knows them; ``migrations/`` makes and changes them."""

from datetime import UTC, datetime

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment, kept in UTC by every database, and told with its time zone."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


#: Append-only: triggers refuse UPDATE and DELETE. A withdrawal is a row of its own.
#: ``decision_id`` number of the decision; ``kind``, ``left_key``, ``right_key`` the pair, as in
#: ``identity.reviewed``; ``decision`` same, not_same, unsure, withdrawn; ``withdraws`` what a
#: withdrawal takes back; ``decided_on`` the day in Sweden from which it counts; ``recorded_at`` the
#: moment; ``decided_by`` and ``reason`` as given; ``probability`` (0-1) and ``evidence`` what the
#: machine said then; ``evidence_hash`` tells whether the records have changed since.
identity_decisions = sa.Table(
    "identity_decisions",
    metadata,
    sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("left_key", sa.String(200), nullable=False),
    sa.Column("right_key", sa.String(200), nullable=False),
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column(
        "withdraws", sa.Integer, sa.ForeignKey("identity_decisions.decision_id"), unique=True
    ),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("recorded_at", UtcTime, nullable=False),
    sa.Column("decided_by", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("probability", sa.Float),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("evidence_hash", sa.String(64)),
    sa.CheckConstraint("kind IN ('company', 'person', 'listed')", name="kind"),
    sa.CheckConstraint("decision IN ('same', 'not_same', 'unsure', 'withdrawn')", name="decision"),
    sa.CheckConstraint("left_key <> right_key", name="two_keys"),
    sa.CheckConstraint(
        "(decision = 'withdrawn') = (withdraws IS NOT NULL)", name="withdraws_something"
    ),
    sa.CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    sa.Index(None, "kind", "left_key", "right_key"),
    sqlite_autoincrement=True,
)

#: Append-only as well. ``supplier_key`` and ``rule_id`` what it is about; ``decision`` snooze,
#: explain, override, withdrawn; ``until`` the last day on which it holds; ``severity`` what an
#: override gives; ``evidence`` what the rule said then (``finding_decisions.OnFinding``), and
#: ``evidence_hash`` one hash over what later runs compare with it.
finding_decisions = sa.Table(
    "finding_decisions",
    metadata,
    sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("supplier_key", sa.String(200), nullable=False),
    sa.Column("rule_id", sa.String(100), nullable=False),
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("withdraws", sa.Integer, sa.ForeignKey("finding_decisions.decision_id"), unique=True),
    sa.Column("until", sa.Date),
    sa.Column("severity", sa.String(16)),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("recorded_at", UtcTime, nullable=False),
    sa.Column("decided_by", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("evidence_hash", sa.String(64)),
    sa.CheckConstraint(
        "decision IN ('snooze', 'explain', 'override', 'withdrawn')", name="decision"
    ),
    sa.CheckConstraint(
        "(decision = 'withdrawn') = (withdraws IS NOT NULL)", name="withdraws_something"
    ),
    sa.CheckConstraint(
        "(decision = 'override') = (severity IS NOT NULL)", name="override_severity"
    ),
    sa.CheckConstraint("decision <> 'snooze' OR until IS NOT NULL", name="snooze_ends"),
    sa.CheckConstraint("until IS NULL OR until >= decided_on", name="ends_later"),
    sa.CheckConstraint("decision = 'withdrawn' OR reason IS NOT NULL", name="has_a_reason"),
    sa.Index(None, "supplier_key", "rule_id"),
    sqlite_autoincrement=True,
)
