"""Temporary boosts, from the asking to the end."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

overrides = Table(
    "overrides",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("user_id"),
    Column("state", String(16), nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("amount", BigInteger),
    Column("hours", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    identifier("approval_id", optional=True),
    identifier("granted_by", optional=True),
    identifier("budget_id", optional=True),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("warn_at", Instant),
    Column("ended_at", Instant),
    Column("returned", BigInteger),
    Index(None, "organization_id", "user_id", "asked_at"),
    Index(
        "ix_overrides_active",
        "organization_id",
        "ends_at",
        postgresql_where=text("state = 'active'"),
        sqlite_where=text("state = 'active'"),
    ),
)
"""One row per boost; its account is `boost:` and the id. `amount` is what was granted, out of the budget of the node
`budget_id`; `hours` is what was asked until it is granted, then what was granted. `returned` is what was free at its
end; what calls held then comes back when they end.
"""
