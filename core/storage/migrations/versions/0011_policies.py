"""Policy documents, version by version."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Integer, String, Text

from core.storage.migrations.append_only import make_append_only
from core.storage.migrations.columns import identifier, instant, organization

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "policies",
        organization(),
        identifier("scope_id", key=True),
        Column("kind", String(32), primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, nullable=False),
        Column("document", JSON, nullable=False),
        Column("changes", JSON, nullable=False),
        identifier("author_id"),
        Column("applied_at", instant(), nullable=False),
    )
    make_append_only(["policies"])
