"""The channels where teams are told together."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "team_channels",
        organization(),
        identifier("team_id", key=True),
        Column("platform", String(16), primary_key=True),
        identifier("workspace_id"),
        identifier("conversation_id"),
        identifier("connected_by"),
        Column("connected_at", instant(), nullable=False),
        Column("shut_at", instant()),
    )
