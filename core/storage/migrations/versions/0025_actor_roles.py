"""In which roles somebody acted."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("audit_events", Column("actor_roles", String(128)))
