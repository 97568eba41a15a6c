"""Where chat platforms take what is said unasked."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "chat_conversations",
        organization(),
        Column("platform", String(16), primary_key=True),
        identifier("workspace_id", key=True),
        Column("conversation_id", String(255), primary_key=True),
        Column("kind", String(16), nullable=False),
        identifier("external_id", optional=True),
        Column("service_url", String(500), nullable=False),
        Column("bot_id", String(200), nullable=False),
        Column("seen_at", instant(), nullable=False),
        Column("unreachable_at", instant()),
        Index(None, "organization_id", "platform", "workspace_id", "external_id"),
    )
