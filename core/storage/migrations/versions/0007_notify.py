"""Deliveries, the inbox, copies of requests, and what the jobs have done."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, Integer, String, text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "deliveries",
        organization(),
        identifier("event_id", key=True),
        Column("channel", String(32), primary_key=True),
        identifier("recipient_id", key=True),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due_at", instant(), nullable=False),
        Column("leased_until", instant()),
        Column("error", String(500)),
        Column("ended_at", instant()),
        Index(
            "ix_deliveries_waiting",
            "channel",
            "due_at",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_deliveries_leased",
            "channel",
            "leased_until",
            postgresql_where=text("leased_until IS NOT NULL"),
            sqlite_where=text("leased_until IS NOT NULL"),
        ),
    )
    op.create_table(
        "inbox",
        organization(),
        identifier("user_id", key=True),
        identifier("event_id", key=True),
        Column("received_at", instant(), nullable=False),
        Column("read_at", instant()),
        Index(None, "organization_id", "user_id", "received_at"),
    )
    op.create_table(
        "message_copies",
        organization(),
        identifier("request_id", key=True),
        Column("platform", String(16), primary_key=True),
        identifier("workspace_id", key=True),
        identifier("conversation_id", key=True),
        identifier("message_id", key=True),
        identifier("user_id", optional=True),
        Column("sent_at", instant(), nullable=False),
    )
    op.create_table(
        "job_runs",
        organization(),
        identifier("command_id", key=True),
        Column("job", String(32), nullable=False),
        Column("due_at", instant(), nullable=False),
        Column("ran_at", instant(), nullable=False),
        Column("refused", String(64)),
        Index(None, "organization_id", "job", "ran_at"),
    )
