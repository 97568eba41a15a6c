"""What people draw from their team's pool, and how far pools are filled up."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, String, Table, Text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

draws = Table(
    "draws",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("team_id"),
    identifier("requester_id"),
    Column("month", Date, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    identifier("approval_id", optional=True),
    identifier("reservation_id", optional=True),
    identifier("allowance_reservation_id", optional=True),
    identifier("operation_id", optional=True),
    Index(None, "organization_id", "requester_id", "month"),
    Index(None, "organization_id", "team_id", "month"),
    Index(None, "organization_id", "approval_id"),
)
"""Requests for credits of a pool. `month` is the first day of that in which it was asked: its allowance counts.

`amount` is what was paid, 0 until then. While a draw is pending the pool's credits and the allowance are set aside.
"""

pool_quotas = Table(
    "pool_quotas",
    metadata,
    organization(),
    identifier("team_id", key=True),
    Column("amount", BigInteger, nullable=False),
    Column("typed", String(64), nullable=False),
    Column("counts_from", Instant, nullable=False),
    Column("served_to", Instant, nullable=False),
    Column("is_short", Boolean, nullable=False),
)
"""What a pool is filled up to. `served_to` is the last moment at which that was done, or `counts_from`; `is_short`
whether the budget could not fill it then, so that who manages it hears it once.
"""
