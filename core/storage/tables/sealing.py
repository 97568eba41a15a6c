"""What makes the audit trail tamper-evident: the events that wait, their seals in a chain, and signed blocks."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

audit_unsealed = Table("audit_unsealed", metadata, organization(), identifier("event_id", key=True))
"""Written with the event, deleted with its sealing, so that an event which commits late is not passed over."""

audit_seals = Table(
    "audit_seals",
    metadata,
    organization(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    identifier("event_id"),
    Column("event_hash", String(64), nullable=False),
    Column("link", String(64), nullable=False),
    Index(None, "organization_id", "event_id", unique=True),
)
"""Append-only. Event number n of an organization, from 1 without gaps; `link` chains it to all before it."""

audit_blocks = Table(
    "audit_blocks",
    metadata,
    organization(),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("events", BigInteger, nullable=False),
    Column("link", String(64), nullable=False),
    Column("sealed_at", Instant, nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
)
"""Append-only. A signed head: so many `events` were sealed up to here, and `link` is the last one's."""
