"""Who is away, and what was moved of their credits, where to, and what of it came back."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, String, Table, text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

absences = Table(
    "absences",
    metadata,
    organization(),
    identifier("id", key=True),
    identifier("user_id"),
    Column("source", String(32), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("plan", JSON, nullable=False),
    Column("wait_hours", Integer, nullable=False),
    identifier("delegate_id", optional=True),
    Column("state", String(16), nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("ended_at", Instant),
    Index(None, "organization_id", "user_id"),
    Index(
        "ix_absences_open",
        "organization_id",
        "ends_at",
        postgresql_where=text("state = 'open'"),
        sqlite_where=text("state = 'open'"),
    ),
)
"""One row per absence. `plan` is JSON `[{"days": 3 or null, "parts": [[to, percent], …]}, …]`. `set_at` is when its
days were last changed, `version` how often: what a job found due before is not due afterwards.
"""

absence_days = Table(
    "absence_days",
    metadata,
    organization(),
    identifier("user_id", key=True),
    Column("day", Date, primary_key=True),
    identifier("absence_id"),
    Column("share", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    identifier("operation_id", optional=True),
    Column("at", Instant, nullable=False),
    Index(None, "organization_id", "absence_id"),
)
"""One row per person and day away, however often the job runs: `amount` of the day's `share` moved."""

absence_parts = Table(
    "absence_parts",
    metadata,
    organization(),
    identifier("user_id", key=True),
    Column("day", Date, primary_key=True),
    identifier("account", key=True),
    Column("expires_on", Date, primary_key=True),
    identifier("absence_id"),
    Column("amount", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "organization_id", "absence_id"),
    Index(None, "organization_id", "account"),
)
"""Where a day's share went, by the expiry of its credits, and how much of it has come back."""

chat_statuses = Table(
    "chat_statuses",
    metadata,
    organization(),
    identifier("user_id", key=True),
    Column("is_away", Boolean, nullable=False),
    Column("ends_at", Instant),
    Column("said_at", Instant, nullable=False),
    identifier("suggestion_id", optional=True),
)
"""What a person's chat status last said about being away, never in its own words; `said_at` is the platform's clock."""
