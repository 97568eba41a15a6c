"""Quotas and what each period was given."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, SmallInteger, String, Table, text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

quotas = Table(
    "quotas",
    metadata,
    organization(),
    identifier("owner_id", key=True),
    Column("amount", BigInteger, nullable=False),
    Column("typed", String(64), nullable=False),
    Column("period", String(16), nullable=False),
    Column("anchor", Date, nullable=False),
    Column("rollover", String(16), nullable=False),
    Column("hard_limit", Boolean, nullable=False),
    Column("valid_until", Date),
    Column("counts_from", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("told_of", Instant),
    Column("told_percent", SmallInteger),
)
"""What a node or a user is given each period; `counts_from` is the first moment that a refresh may serve.

Of the period of a team or department that begins at `told_of`, its managers have heard that `told_percent` are spent.
"""

grants = Table(
    "grants",
    metadata,
    organization(),
    identifier("owner_id", key=True),
    Column("window_start", Instant, primary_key=True),
    Column("window_end", Instant, nullable=False),
    identifier("parent_id", optional=True),
    Column("quota", BigInteger, nullable=False),
    Column("granted", BigInteger, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Index(
        "ix_grants_owing",
        "organization_id",
        "parent_id",
        postgresql_where=text("quota > granted"),
        sqlite_where=text("quota > granted"),
    ),
)
"""One row per (owner, period) however often the refresh runs; `quota - granted` is the shortfall still owed."""
