"""What chat statuses say about being away, and what organizations do with them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Boolean, Column, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "chat_statuses",
        organization(),
        identifier("user_id", key=True),
        Column("is_away", Boolean, nullable=False),
        Column("ends_at", instant()),
        Column("said_at", instant(), nullable=False),
        identifier("suggestion_id", optional=True),
    )
    op.create_table(
        "status_rules",
        organization(),
        Column("sync", String(16), nullable=False),
        Column("words", JSON),
        Column("emoji", JSON),
    )
