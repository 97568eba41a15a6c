"""Organizations, their tree, their people, and how those are known from outside."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, false

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Exact, Instant

organizations = Table(
    "organizations",
    metadata,
    organization(),
    Column("name", String(200), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("metering", String(16), nullable=False),
    Column("credits_per_usd", Exact),
    Column("custom_units", JSON, nullable=False),
    Column("email_domains", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""An organization's settings. Its row is also its gate: locked by the deeds that need one order (sends, refresh)."""

nodes = Table(
    "nodes",
    metadata,
    organization(),
    identifier("id", key=True),
    Column("kind", String(16), nullable=False),
    identifier("parent_id", optional=True),
    Column("path", Text, nullable=False),
    Column("name", String(200), nullable=False),
    Column("archived_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index(None, "organization_id", "parent_id"),
)
"""The tree organization → department → team → project. `path` is the ids from the root, each followed by '/'."""

users = Table(
    "users",
    metadata,
    organization(),
    identifier("id", key=True),
    Column("handle", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320)),
    identifier("home_id"),
    Column("seniority", String(16), nullable=False),
    Column("is_service", Boolean, nullable=False, server_default=false()),
    Column("deactivated_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("organization_id", "handle"),
    Index(None, "organization_id", "home_id"),
    Index(None, "organization_id", "email"),
)
"""People and service accounts. `home_id` is the team, else the department, else the organization."""

project_members = Table(
    "project_members", metadata, organization(), identifier("project_id", key=True), identifier("user_id", key=True)
)

chat_workspaces = Table(
    "chat_workspaces",
    metadata,
    organization(),
    Column("platform", String(16), primary_key=True),
    identifier("workspace_id", key=True),
    Index(None, "platform", "workspace_id", unique=True),
)
"""Which organization a Slack workspace or Teams tenant belongs to."""

chat_identities = Table(
    "chat_identities",
    metadata,
    organization(),
    Column("platform", String(16), primary_key=True),
    identifier("workspace_id", key=True),
    identifier("external_id", key=True),
    identifier("user_id"),
    Column("linked_at", Instant, nullable=False),
)

link_codes = Table(
    "link_codes",
    metadata,
    organization(),
    Column("digest", String(64), primary_key=True),
    identifier("user_id"),
    Column("expires_at", Instant, nullable=False),
    Index(None, "organization_id", "user_id"),
)
"""One-time codes that were not used yet: their HMAC-SHA256 digests."""

link_tries = Table(
    "link_tries",
    metadata,
    organization(),
    Column("account", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("ends_at", Instant, nullable=False),
)
"""Wrong codes of a chat account, by its digest, until `ends_at`."""

api_keys = Table(
    "api_keys",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("user_id"),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("hint", String(16), nullable=False),
    Column("environment", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Index(None, "digest", unique=True),
    Index(None, "organization_id", "user_id"),
)
"""API keys: only the HMAC-SHA256 digest is kept; `hint` is the prefix and the last four characters."""

roles = Table(
    "roles",
    metadata,
    organization(),
    identifier("user_id", key=True),
    Column("role", String(32), primary_key=True),
    identifier("scope_id", key=True),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("granted_at", Instant, nullable=False),
)
"""Roles at scopes (a node), possibly for a time."""
