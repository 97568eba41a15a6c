"""What was acknowledged before it was answered."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Index, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "backlog",
        organization(),
        identifier("id", key=True),
        Column("platform", String(16), nullable=False),
        identifier("workspace_id"),
        Column("kind", String(16), nullable=False),
        Column("payload", JSON, nullable=False),
        Column("heard_at", instant(), nullable=False),
        Column("leased_until", instant(), nullable=False),
        Index(None, "platform", "leased_until"),
    )
