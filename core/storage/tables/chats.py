"""Where chat platforms take what is said unasked, and what they brought that is still to be answered."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, String, Table

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

chat_conversations = Table(
    "chat_conversations",
    metadata,
    organization(),
    Column("platform", String(16), primary_key=True),
    identifier("workspace_id", key=True),
    Column("conversation_id", String(255), primary_key=True),
    Column("kind", String(16), nullable=False),
    identifier("external_id", optional=True),
    Column("service_url", String(500), nullable=False),
    Column("bot_id", String(200), nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("unreachable_at", Instant),
    identifier("member_id", optional=True),
    Index(None, "organization_id", "platform", "workspace_id", "external_id"),
)
"""A conversation that the bot was part of, as the platform last described it; times are the wall clock's.

`external_id` is whose it is; None where several people are; `member_id` is how they are named within
messages there. `unreachable_at`: the bot was taken away there.
"""

backlog = Table(
    "backlog",
    metadata,
    organization(),
    identifier("id", key=True),
    Column("platform", String(16), nullable=False),
    identifier("workspace_id"),
    Column("kind", String(16), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("leased_until", Instant, nullable=False),
    Index(None, "platform", "leased_until"),
)
"""What was acknowledged before it was answered, until it is; after `leased_until` another process answers. Times are
the wall clock's."""
