"""Requests that somebody must decide, what was asked about them, and who decides for whom."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, SmallInteger, String, Table, Text, text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

approvals = Table(
    "approvals",
    metadata,
    organization(),
    identifier("id", key=True),
    Column("subject_kind", String(16), nullable=False),
    identifier("subject_id"),
    identifier("requester_id"),
    Column("gainers", JSON, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("tiers", JSON, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("is_chain", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("remind_at", Instant),
    Column("escalate_at", Instant),
    Column("expires_at", Instant, nullable=False),
    Column("decided_at", Instant),
    identifier("decided_by", optional=True),
    identifier("decided_for", optional=True),
    Column("granted", BigInteger),
    Column("conditions", JSON, nullable=False),
    Index(None, "organization_id", "subject_id"),
    Index(None, "organization_id", "requester_id", "asked_at"),
    Index(
        "ix_approvals_open",
        "organization_id",
        "expires_at",
        postgresql_where=text("state = 'open'"),
        sqlite_where=text("state = 'open'"),
    ),
)
"""One row per request. `tiers` is JSON `[[role, …], …]`, of which `tier` (from 0) and those before it are asked."""

approval_votes = Table(
    "approval_votes",
    metadata,
    organization(),
    identifier("approval_id", key=True),
    Column("tier", SmallInteger, primary_key=True, autoincrement=False),
    identifier("voter_id"),
    identifier("voted_for", optional=True),
    Column("granted", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)
"""The tiers of a chain that have agreed."""

approval_questions = Table(
    "approval_questions",
    metadata,
    organization(),
    identifier("approval_id", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    identifier("asked_by"),
    Column("question", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", Text),
    Column("answered_at", Instant),
)
"""What approvers wanted to know, and what the requester said; the request stays open meanwhile."""

delegations = Table(
    "delegations",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("delegator_id"),
    identifier("delegate_id"),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    identifier("absence_id", optional=True),
    Column("created_at", Instant, nullable=False),
    Index(None, "organization_id", "delegator_id"),
    Index(None, "organization_id", "delegate_id"),
)
"""Who decides in whose place, and until when; `absence_id` where it came with an absence."""

preapprovals = Table(
    "preapprovals",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("approver_id"),
    Column("subject_kind", String(16), nullable=False),
    Column("most", BigInteger, nullable=False),
    Column("people", JSON),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "organization_id", "approver_id"),
)
"""What an approver has said yes to in advance: up to `most` credits each time, for `people` (ids) or anybody."""
