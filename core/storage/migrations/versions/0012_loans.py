"""Sendings that come back."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, String

from core.storage.migrations.columns import identifier, instant, organization

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "loans",
        organization(),
        identifier("id", key=True),
        identifier("group_id"),
        identifier("lender_id"),
        identifier("borrower_id"),
        Column("amount", BigInteger, nullable=False),
        Column("returned", BigInteger, nullable=False),
        Column("state", String(16), nullable=False),
        Column("due_at", instant()),
        Column("lent_at", instant()),
        Column("collected_at", instant()),
        identifier("operation_id", optional=True),
        Index(None, "organization_id", "group_id"),
        Index(None, "organization_id", "borrower_id", "state"),
        Index(None, "organization_id", "lender_id", "state"),
    )
