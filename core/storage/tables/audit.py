"""The audit trail and the outbox."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, Text, text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

audit_events = Table(
    "audit_events",
    metadata,
    organization(),
    identifier("id", key=True),
    Column("at", Instant, nullable=False),
    Column("type", String(64), nullable=False),
    Column("actor_kind", String(16), nullable=False),
    identifier("actor_id"),
    identifier("on_behalf_of", optional=True),
    Column("scope", Text, nullable=False),
    identifier("subject_id", optional=True),
    Column("amount", BigInteger),
    Column("details", JSON, nullable=False),
    Column("text_hashes", JSON, nullable=False),
    identifier("request_id"),
    Column("retention_days", Integer, nullable=False),
    Column("actor_roles", String(128)),
    Index(None, "organization_id", "at"),
    Index(None, "organization_id", "actor_id", "at"),
    Index(None, "organization_id", "subject_id", "at"),
)
"""Append-only. Ids and salted hashes only: what names a person lies in `audit_texts`.

`actor_roles` are those that a person held then, in one text; NULL for jobs, operators, and what happened before they
were noted.
"""

audit_texts = Table(
    "audit_texts",
    metadata,
    organization(),
    identifier("event_id", key=True),
    Column("field", String(64), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("text", Text, nullable=False),
    identifier("about_user_id", optional=True),
)
"""The readable words of an event; deleted when the person they belong to is erased, the event stays valid."""

outbox = Table(
    "outbox",
    metadata,
    organization(),
    identifier("id", key=True),
    Column("type", String(64), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("dispatched_at", Instant),
    Index(
        "ix_outbox_waiting",
        "organization_id",
        "at",
        postgresql_where=text("dispatched_at IS NULL"),
        sqlite_where=text("dispatched_at IS NULL"),
    ),
    Index(None, "dispatched_at"),
)
"""What somebody may want to hear, written with the change that it tells of."""
