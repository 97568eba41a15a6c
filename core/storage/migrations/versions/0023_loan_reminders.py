"""When both sides of a loan are reminded that it is due."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from core.storage.migrations.columns import instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("loans", Column("remind_at", instant()))
