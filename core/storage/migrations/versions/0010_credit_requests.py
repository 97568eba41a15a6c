"""What people ask colleagues for."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, String, Text, text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "credit_requests",
        organization(),
        identifier("id", key=True),
        identifier("requester_id"),
        identifier("colleague_id"),
        Column("amount", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("state", String(16), nullable=False),
        Column("asked_at", instant(), nullable=False),
        Column("expires_at", instant(), nullable=False),
        Column("ended_at", instant()),
        identifier("group_id", optional=True),
        Index(None, "organization_id", "requester_id", "asked_at"),
        Index(None, "organization_id", "colleague_id", "asked_at"),
        Index(
            "ix_credit_requests_open",
            "organization_id",
            "expires_at",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )
