"""What finds the periods of which a part is still owed, each time that jobs look."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index(
        "ix_grants_owing",
        "grants",
        ["organization_id", "parent_id"],
        postgresql_where=text("quota > granted"),
        sqlite_where=text("quota > granted"),
    )
