"""Quotas, grants and transfers."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, Index, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "quotas",
        organization(),
        identifier("owner_id", key=True),
        Column("amount", BigInteger, nullable=False),
        Column("typed", String(64), nullable=False),
        Column("period", String(16), nullable=False),
        Column("anchor", Date, nullable=False),
        Column("rollover", String(16), nullable=False),
        Column("hard_limit", Boolean, nullable=False),
        Column("valid_until", Date),
        Column("counts_from", instant(), nullable=False),
        Column("set_at", instant(), nullable=False),
    )
    op.create_table(
        "grants",
        organization(),
        identifier("owner_id", key=True),
        Column("window_start", instant(), primary_key=True),
        Column("window_end", instant(), nullable=False),
        identifier("parent_id", optional=True),
        Column("quota", BigInteger, nullable=False),
        Column("granted", BigInteger, nullable=False),
        Column("expires_on", Date, nullable=False),
        Column("at", instant(), nullable=False),
    )
    op.create_table(
        "transfers",
        organization(),
        identifier("id", key=True),
        identifier("group_id"),
        identifier("sender_id"),
        identifier("recipient_id"),
        Column("amount", BigInteger, nullable=False),
        Column("state", String(16), nullable=False),
        Column("asked_at", instant(), nullable=False),
        Column("completed_at", instant()),
        Column("reversed_at", instant()),
        identifier("operation_id", optional=True),
        Index(None, "organization_id", "sender_id", "asked_at"),
        Index(None, "organization_id", "recipient_id", "completed_at"),
        Index(None, "organization_id", "group_id"),
    )
