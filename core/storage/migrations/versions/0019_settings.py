"""By which ways people want to hear of what, and whether leaderboards may show them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, String

from core.storage.migrations.columns import identifier, organization

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "notice_choices",
        organization(),
        identifier("owner_id", key=True),
        Column("news", String(32), primary_key=True),
        Column("ways", JSON, nullable=False),
    )
    op.create_table(
        "personal_settings",
        organization(),
        identifier("user_id", key=True),
        Column("leaderboard", String(16), nullable=False),
    )
