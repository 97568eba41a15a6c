"""Who received credits thanks for them once."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from core.storage.migrations.columns import instant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("transfers", Column("thanked_at", instant()))
