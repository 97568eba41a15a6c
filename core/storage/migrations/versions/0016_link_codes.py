"""One-time codes by which chat accounts become somebody's, and wrong ones counted."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, Integer, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "link_codes",
        organization(),
        Column("digest", String(64), primary_key=True),
        identifier("user_id"),
        Column("expires_at", instant(), nullable=False),
        Index(None, "organization_id", "user_id"),
    )
    op.create_table(
        "link_tries",
        organization(),
        Column("account", String(64), primary_key=True),
        Column("tries", Integer, nullable=False),
        Column("ends_at", instant(), nullable=False),
    )
