"""Temporary boosts."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, String, Text, text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "overrides",
        organization(),
        identifier("id", key=True),
        identifier("user_id"),
        Column("state", String(16), nullable=False),
        Column("asked", BigInteger, nullable=False),
        Column("amount", BigInteger),
        Column("hours", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("asked_at", instant(), nullable=False),
        identifier("approval_id", optional=True),
        identifier("granted_by", optional=True),
        identifier("budget_id", optional=True),
        Column("starts_at", instant()),
        Column("ends_at", instant()),
        Column("warn_at", instant()),
        Column("ended_at", instant()),
        Column("returned", BigInteger),
        Index(None, "organization_id", "user_id", "asked_at"),
        Index(
            "ix_overrides_active",
            "organization_id",
            "ends_at",
            postgresql_where=text("state = 'active'"),
            sqlite_where=text("state = 'active'"),
        ),
    )
