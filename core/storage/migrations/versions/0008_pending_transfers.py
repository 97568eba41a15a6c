"""Credits set aside until somebody has decided, and what a transfer waits for."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, String, Text, text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "reservations",
        organization(),
        identifier("id", key=True),
        identifier("account"),
        Column("amount", BigInteger, nullable=False),
        Column("pieces", Text, nullable=False),
        Column("state", String(16), nullable=False),
        Column("made_at", instant(), nullable=False),
        Column("ended_at", instant()),
        Index(
            "ix_reservations_open",
            "organization_id",
            "account",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )
    for name in ("approval_id", "reservation_id"):
        op.add_column("transfers", identifier(name, optional=True))
    op.create_index("ix_transfers_organization_id_approval_id", "transfers", ["organization_id", "approval_id"])
