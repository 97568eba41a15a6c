"""Credits that people send."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

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
    Column("thanked_at", Instant),
    Index(None, "organization_id", "sender_id", "asked_at"),
    Index(None, "organization_id", "recipient_id", "completed_at"),
    Index(None, "organization_id", "group_id"),
    Index(None, "organization_id", "approval_id"),
)
"""One row per recipient; a group was sent at once. `operation_id` leads to the postings of a completed transfer,
`approval_id` to whoever had to agree, and `reservation_id` to what is held for a pending group as a whole.
"""

credit_requests = Table(
    "credit_requests",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("requester_id"),
    identifier("colleague_id"),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    identifier("group_id", optional=True),
    Index(None, "organization_id", "requester_id", "asked_at"),
    Index(None, "organization_id", "colleague_id", "asked_at"),
    Index(
        "ix_credit_requests_open",
        "organization_id",
        "expires_at",
        postgresql_where=text("state = 'open'"),
        sqlite_where=text("state = 'open'"),
    ),
)
"""What people ask colleagues for. `group_id` is what a yes sent."""

loans = Table(
    "loans",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("group_id"),
    identifier("lender_id"),
    identifier("borrower_id"),
    Column("amount", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", Instant),
    Column("lent_at", Instant),
    Column("collected_at", Instant),
    identifier("operation_id", optional=True),
    Column("remind_at", Instant),
    Index(None, "organization_id", "group_id"),
    Index(None, "organization_id", "borrower_id", "state"),
    Index(None, "organization_id", "lender_id", "state"),
)
"""Sendings that come back: at `due_at`, or without one when the borrower's quota refreshes. `collected_at` is the last
due moment or refresh at which something was taken back, or could have been. `remind_at` is when both sides hear that it
is due, None once they have.
"""
