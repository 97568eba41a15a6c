"""Draws from team pools, and what pools are filled up to."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, Index, String, Text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "draws",
        organization(),
        identifier("id", key=True),
        identifier("team_id"),
        identifier("requester_id"),
        Column("month", Date, nullable=False),
        Column("asked", BigInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("state", String(16), nullable=False),
        Column("asked_at", instant(), nullable=False),
        Column("ended_at", instant()),
        identifier("approval_id", optional=True),
        identifier("reservation_id", optional=True),
        identifier("allowance_reservation_id", optional=True),
        identifier("operation_id", optional=True),
        Index(None, "organization_id", "requester_id", "month"),
        Index(None, "organization_id", "team_id", "month"),
        Index(None, "organization_id", "approval_id"),
    )
    op.create_table(
        "pool_quotas",
        organization(),
        identifier("team_id", key=True),
        Column("amount", BigInteger, nullable=False),
        Column("typed", String(64), nullable=False),
        Column("counts_from", instant(), nullable=False),
        Column("served_to", instant(), nullable=False),
        Column("is_short", Boolean, nullable=False),
    )
