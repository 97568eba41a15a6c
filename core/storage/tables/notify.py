"""What leaves the outbox: deliveries, what people received, and where copies of a request stand."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

deliveries = Table(
    "deliveries",
    metadata,
    organization(),
    identifier("event_id", key=True),
    Column("channel", String(32), primary_key=True),
    identifier("recipient_id", key=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("error", String(500)),
    Column("ended_at", Instant),
    Index(
        "ix_deliveries_waiting",
        "channel",
        "due_at",
        postgresql_where=text("state = 'waiting'"),
        sqlite_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_deliveries_leased",
        "channel",
        "leased_until",
        postgresql_where=text("leased_until IS NOT NULL"),
        sqlite_where=text("leased_until IS NOT NULL"),
    ),
)
"""One event on its way to one recipient by one channel. Times are the wall clock's."""

inbox = Table(
    "inbox",
    metadata,
    organization(),
    identifier("user_id", key=True),
    identifier("event_id", key=True),
    Column("received_at", Instant, nullable=False),
    Column("read_at", Instant),
    Index(None, "organization_id", "user_id", "received_at"),
    Index(None, "organization_id", "event_id"),
)
"""What a person received in Alfred itself; the words are made from the event in the outbox when they look."""

message_copies = Table(
    "message_copies",
    metadata,
    organization(),
    identifier("request_id", key=True),
    Column("platform", String(16), primary_key=True),
    identifier("workspace_id", key=True),
    identifier("conversation_id", key=True),
    identifier("message_id", key=True),
    identifier("user_id", optional=True),
    Column("sent_at", Instant, nullable=False),
)
"""Every message that shows a request, so that its decision can be shown in all of them."""
