"""Credits that people send."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

transfers = Table(
    "transfers",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("group_id"),
    identifier("sender_id"),
    identifier("recipient_id"),
    Column("amount", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("completed_at", Instant),
    Column("reversed_at", Instant),
    identifier("operation_id", optional=True),
    identifier("approval_id", optional=True),
    identifier("reservation_id", optional=True),
    Index(None, "organization_id", "sender_id", "asked_at"),
    Index(None, "organization_id", "recipient_id", "completed_at"),
    Index(None, "organization_id", "group_id"),
    Index(None, "organization_id", "approval_id"),
)
"""One row per recipient; a group was sent at once. `operation_id` leads to the postings of a completed transfer,
`approval_id` to whoever had to agree, and `reservation_id` to what is held for a pending group as a whole.
"""
