"""The audit trail, the outbox, and what may never change."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Text, text

from core.storage.migrations.append_only import make_append_only
from core.storage.migrations.columns import identifier, instant, organization

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "audit_events",
        organization(),
        identifier("id", key=True),
        Column("at", instant(), nullable=False),
        Column("type", String(64), nullable=False),
        Column("actor_kind", String(16), nullable=False),
        identifier("actor_id"),
        identifier("on_behalf_of", optional=True),
        Column("scope", Text, nullable=False),
        identifier("subject_id", optional=True),
        Column("amount", BigInteger),
        Column("details", JSON, nullable=False),
        Column("text_hashes", JSON, nullable=False),
        identifier("request_id"),
        Column("retention_days", Integer, nullable=False),
        Index(None, "organization_id", "at"),
        Index(None, "organization_id", "actor_id", "at"),
        Index(None, "organization_id", "subject_id", "at"),
    )
    op.create_table(
        "audit_texts",
        organization(),
        identifier("event_id", key=True),
        Column("field", String(64), primary_key=True),
        Column("salt", String(32), nullable=False),
        Column("text", Text, nullable=False),
        identifier("about_user_id", optional=True),
    )
    op.create_table(
        "outbox",
        organization(),
        identifier("id", key=True),
        Column("type", String(64), nullable=False),
        Column("payload", JSON, nullable=False),
        Column("at", instant(), nullable=False),
        Column("dispatched_at", instant()),
        Index(
            "ix_outbox_waiting",
            "organization_id",
            "at",
            postgresql_where=text("dispatched_at IS NULL"),
            sqlite_where=text("dispatched_at IS NULL"),
        ),
    )
    make_append_only(["audit_events", "postings"])
