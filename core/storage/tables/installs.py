"""Where the chat app is installed, with its sealed tokens, and the installations that are under way."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

chat_installs = Table(
    "chat_installs",
    metadata,
    organization(),
    Column("platform", String(16), primary_key=True),
    identifier("workspace_id", key=True),
    Column("name", String(200), nullable=False),
    Column("is_org_wide", Boolean, nullable=False),
    identifier("bot_user_id", optional=True),
    Column("scopes", Text, nullable=False),
    Column("sealed_token", Text, nullable=False),
    Column("sealed_refresh_token", Text),
    Column("expires_at", Instant),
    Column("generation", Integer, nullable=False),
    Column("leased_until", Instant),
    Column("installed_at", Instant, nullable=False),
    Index(None, "platform", "workspace_id", unique=True),
    Index(None, "platform", "expires_at"),
)
"""One per workspace, or enterprise where `is_org_wide`. Tokens are sealed for their row (core.storage.vault); whoever
renews one holds the lease, and writes only what follows `generation`. Times are the wall clock's."""

install_states = Table(
    "install_states",
    metadata,
    organization(),
    Column("digest", String(64), primary_key=True),
    identifier("begun_by"),
    identifier("workspace_id", optional=True),
    Column("expires_at", Instant, nullable=False),
    Index(None, "digest", unique=True),
)
"""Installations that somebody began in a browser: SHA-256 of the state and of the browser's cookie. `workspace_id` is
the only one that may be installed, where the link named one. Times are the wall clock's."""
