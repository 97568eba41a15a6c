"""Seals over the audit trail. What was written before waits for its seal like what comes after."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, String

from core.storage.migrations.append_only import make_append_only
from core.storage.migrations.columns import identifier, instant, organization

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table("audit_unsealed", organization(), identifier("event_id", key=True))
    op.create_table(
        "audit_seals",
        organization(),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        identifier("event_id"),
        Column("event_hash", String(64), nullable=False),
        Column("link", String(64), nullable=False),
        Index(None, "organization_id", "event_id", unique=True),
    )
    op.create_table(
        "audit_blocks",
        organization(),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("events", BigInteger, nullable=False),
        Column("link", String(64), nullable=False),
        Column("sealed_at", instant(), nullable=False),
        Column("public_key", String(64), nullable=False),
        Column("signature", String(128), nullable=False),
    )
    op.execute("INSERT INTO audit_unsealed (organization_id, event_id) SELECT organization_id, id FROM audit_events")
    make_append_only(["audit_seals", "audit_blocks"])
