"""What people and organizations have chosen."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from core.storage.tables.columns import identifier, metadata, organization

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
