"""The ledger."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)

from core.storage.migrations.columns import exact, identifier, instant, organization

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "accounts",
        organization(),
        identifier("id", key=True),
        Column("kind", String(16), nullable=False),
        Column("unit", String(16), nullable=False),
        identifier("owner_id"),
        Column("credits", BigInteger, nullable=False),
        Column("debits", BigInteger, nullable=False),
        Column("held", BigInteger, nullable=False),
        Column("unbacked", BigInteger, nullable=False),
        Column("owed", BigInteger, nullable=False),
        Column("slices", Text, nullable=False),
        Column("next_expiry", Date),
        Column("floor", BigInteger, nullable=False),
        identifier("closed_to", optional=True),
        Column("ends_at", instant()),
        Column("period_base", BigInteger, nullable=False),
        Column("period_spent", BigInteger, nullable=False),
        Column("marks_told", SmallInteger, nullable=False),
        Column("period_began", instant()),
        Column("version", BigInteger, nullable=False),
        CheckConstraint(
            "credits >= 0 AND debits >= 0 AND held >= 0 AND unbacked >= 0 AND owed >= 0", name="no_negatives"
        ),
        CheckConstraint("floor <= 0", name="floor"),
        # Neither may look like a way to the primary key's rows: a planner without statistics would take it.
        Index(None, "owner_id", "organization_id"),
        Index(
            "ix_accounts_due",
            "organization_id",
            "next_expiry",
            postgresql_where=text("next_expiry IS NOT NULL"),
            sqlite_where=text("next_expiry IS NOT NULL"),
        ),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "postings",
        organization(),
        identifier("operation_id", key=True),
        Column("line", Integer, primary_key=True, autoincrement=False),
        identifier("debit_account"),
        identifier("credit_account"),
        Column("amount", BigInteger, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("expires_taken", Date),
        Column("expires_given", Date),
        identifier("actor_id"),
        Column("at", instant(), nullable=False),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("debit_account <> credit_account", name="two_accounts"),
        Index(None, "organization_id", "credit_account", "at"),
    )
    op.create_table(
        "holds",
        organization(),
        identifier("id", key=True),
        Column("contents", String(600), nullable=False),
        Column("state", String(16), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("lines", Text, nullable=False),
        Column("answer", Text),
        Column("created_at", instant(), nullable=False),
        Column("expires_at", instant(), nullable=False),
        Column("ended_at", instant()),
        Index(
            "ix_holds_open",
            "organization_id",
            "expires_at",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )
    op.create_table(
        "usage",
        organization(),
        identifier("id", key=True),
        identifier("user_id"),
        identifier("key_id", optional=True),
        identifier("team_id", optional=True),
        identifier("department_id", optional=True),
        identifier("project_id", optional=True),
        Column("environment", String(16), nullable=False),
        Column("provider", String(64), nullable=False),
        Column("model", String(200), nullable=False),
        Column("endpoint", String(64), nullable=False),
        Column("status", String(16), nullable=False),
        Column("input_tokens", BigInteger, nullable=False),
        Column("cached_tokens", BigInteger, nullable=False),
        Column("output_tokens", BigInteger, nullable=False),
        Column("reasoning_tokens", BigInteger, nullable=False),
        Column("credits", BigInteger, nullable=False),
        Column("cost_usd", exact()),
        Column("sources", Text, nullable=False),
        Column("overrun", BigInteger, nullable=False),
        Column("is_late", Boolean, nullable=False),
        Column("is_estimated", Boolean, nullable=False),
        Column("latency_ms", Integer, nullable=False),
        Column("first_byte_ms", Integer),
        Column("tags", Text, nullable=False),
        Column("at", instant(), nullable=False),
        Index(None, "organization_id", "user_id", "at"),
        Index(None, "organization_id", "at"),
    )
