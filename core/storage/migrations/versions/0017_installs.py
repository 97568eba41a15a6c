"""Where the chat app is installed."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Index, Integer, String, Text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "chat_installs",
        organization(),
        Column("platform", String(16), primary_key=True),
        identifier("workspace_id", key=True),
        Column("name", String(200), nullable=False),
        Column("is_org_wide", Boolean, nullable=False),
        identifier("bot_user_id", optional=True),
        Column("scopes", Text, nullable=False),
        Column("sealed_token", Text, nullable=False),
        Column("sealed_refresh_token", Text),
        Column("expires_at", instant()),
        Column("generation", Integer, nullable=False),
        Column("leased_until", instant()),
        Column("installed_at", instant(), nullable=False),
        Index(None, "platform", "workspace_id", unique=True),
        Index(None, "platform", "expires_at"),
    )
    op.create_table(
        "install_states",
        organization(),
        Column("digest", String(64), primary_key=True),
        identifier("begun_by"),
        identifier("workspace_id", optional=True),
        Column("expires_at", instant(), nullable=False),
        Index(None, "digest", unique=True),
    )
