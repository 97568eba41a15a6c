"""Absences, and what was moved for them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Date, Index, Integer, String, text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "absences",
        organization(),
        identifier("id", key=True),
        identifier("user_id"),
        Column("source", String(32), nullable=False),
        Column("reason", String(16), nullable=False),
        Column("starts_at", instant(), nullable=False),
        Column("ends_at", instant(), nullable=False),
        Column("plan", JSON, nullable=False),
        Column("wait_hours", Integer, nullable=False),
        identifier("delegate_id", optional=True),
        Column("state", String(16), nullable=False),
        Column("set_at", instant(), nullable=False),
        Column("version", Integer, nullable=False),
        Column("ended_at", instant()),
        Index(None, "organization_id", "user_id"),
        Index(
            "ix_absences_open",
            "organization_id",
            "ends_at",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )
    op.create_table(
        "absence_days",
        organization(),
        identifier("user_id", key=True),
        Column("day", Date, primary_key=True),
        identifier("absence_id"),
        Column("share", BigInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        identifier("operation_id", optional=True),
        Column("at", instant(), nullable=False),
        Index(None, "organization_id", "absence_id"),
    )
    op.create_table(
        "absence_parts",
        organization(),
        identifier("user_id", key=True),
        Column("day", Date, primary_key=True),
        identifier("account", key=True),
        Column("expires_on", Date, primary_key=True),
        identifier("absence_id"),
        Column("amount", BigInteger, nullable=False),
        Column("returned", BigInteger, nullable=False),
        Column("at", instant(), nullable=False),
        Index(None, "organization_id", "absence_id"),
        Index(None, "organization_id", "account"),
    )
