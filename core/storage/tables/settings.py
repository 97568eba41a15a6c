"""What people and organizations have chosen."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

notice_choices = Table(
    "notice_choices",
    metadata,
    organization(),
    identifier("owner_id", key=True),
    Column("news", String(32), primary_key=True),
    Column("ways", JSON, nullable=False),
)
"""By which ways somebody hears of a kind of news. The owner is a person, or the organization for who chose nothing."""

personal_settings = Table(
    "personal_settings",
    metadata,
    organization(),
    identifier("user_id", key=True),
    Column("leaderboard", String(16), nullable=False),
)
"""What else somebody has chosen; a row from the first choice on."""

status_rules = Table(
    "status_rules",
    metadata,
    organization(),
    Column("sync", String(16), nullable=False),
    Column("words", JSON(none_as_null=True)),
    Column("emoji", JSON(none_as_null=True)),
)
"""What an organization does with chat statuses; without words of its own the built-in ones mean away."""

team_channels = Table(
    "team_channels",
    metadata,
    organization(),
    identifier("team_id", key=True),
    Column("platform", String(16), primary_key=True),
    identifier("workspace_id"),
    identifier("conversation_id"),
    identifier("connected_by"),
    Column("connected_at", Instant, nullable=False),
    Column("shut_at", Instant),
)
"""Where a team is told together, one channel on each platform. `shut_at`: since then the bot is not let in."""
