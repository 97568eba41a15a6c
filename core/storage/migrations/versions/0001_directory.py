"""The commands, and the organizations with their people."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)

from core.storage.migrations.columns import exact, identifier, instant, organization

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "deployment",
        Column("only", SmallInteger, primary_key=True, autoincrement=False),
        Column("is_demo", Boolean, nullable=False),
        Column("clock_offset_seconds", BigInteger, nullable=False),
        CheckConstraint('"only" = 1', name="one_row"),
    )
    op.create_table(
        "commands",
        organization(),
        identifier("actor_id", key=True),
        identifier("id", key=True),
        Column("name", String(100), nullable=False),
        Column("content_hash", String(64), nullable=False),
        Column("outcome", JSON),
        Column("at", instant(), nullable=False),
    )
    op.create_table(
        "organizations",
        organization(),
        Column("name", String(200), nullable=False),
        Column("time_zone", String(64), nullable=False),
        Column("metering", String(16), nullable=False),
        Column("credits_per_usd", exact()),
        Column("custom_units", JSON, nullable=False),
        Column("email_domains", JSON, nullable=False),
        Column("created_at", instant(), nullable=False),
    )
    op.create_table(
        "nodes",
        organization(),
        identifier("id", key=True),
        Column("kind", String(16), nullable=False),
        identifier("parent_id", optional=True),
        Column("path", Text, nullable=False),
        Column("name", String(200), nullable=False),
        Column("archived_at", instant()),
        Column("created_at", instant(), nullable=False),
        Index(None, "organization_id", "parent_id"),
    )
    op.create_table(
        "users",
        organization(),
        identifier("id", key=True),
        Column("handle", String(64), nullable=False),
        Column("name", String(200), nullable=False),
        Column("email", String(320)),
        identifier("home_id"),
        Column("seniority", String(16), nullable=False),
        Column("is_service", Boolean, nullable=False, server_default=false()),
        Column("deactivated_at", instant()),
        Column("created_at", instant(), nullable=False),
        UniqueConstraint("organization_id", "handle"),
        Index(None, "organization_id", "home_id"),
        Index(None, "organization_id", "email"),
    )
    op.create_table(
        "project_members", organization(), identifier("project_id", key=True), identifier("user_id", key=True)
    )
    op.create_table(
        "chat_workspaces",
        organization(),
        Column("platform", String(16), primary_key=True),
        identifier("workspace_id", key=True),
        Index(None, "platform", "workspace_id", unique=True),
    )
    op.create_table(
        "chat_identities",
        organization(),
        Column("platform", String(16), primary_key=True),
        identifier("workspace_id", key=True),
        identifier("external_id", key=True),
        identifier("user_id"),
        Column("linked_at", instant(), nullable=False),
    )
    op.create_table(
        "api_keys",
        organization(),
        identifier("id", key=True),
        identifier("user_id"),
        Column("name", String(100), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("hint", String(16), nullable=False),
        Column("environment", String(16), nullable=False),
        Column("created_at", instant(), nullable=False),
        Column("expires_at", instant()),
        Column("revoked_at", instant()),
        Index(None, "digest", unique=True),
        Index(None, "organization_id", "user_id"),
    )
    op.create_table(
        "roles",
        organization(),
        identifier("user_id", key=True),
        Column("role", String(32), primary_key=True),
        identifier("scope_id", key=True),
        Column("starts_at", instant()),
        Column("ends_at", instant()),
        Column("granted_at", instant(), nullable=False),
    )
