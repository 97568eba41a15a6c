"""Up to which threshold the managers of a team or department have heard how much of a period is spent."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, SmallInteger

from core.storage.migrations.columns import instant

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("quotas", Column("told_of", instant()))
    op.add_column("quotas", Column("told_percent", SmallInteger))
