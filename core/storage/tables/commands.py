"""What the deployment is, and which commands were run."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, Index, SmallInteger, String, Table

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

deployment = Table(
    "deployment",
    metadata,
    Column("only", SmallInteger, primary_key=True, autoincrement=False),
    Column("is_demo", Boolean, nullable=False),
    Column("clock_offset_seconds", BigInteger, nullable=False),
    CheckConstraint('"only" = 1', name="one_row"),
)
"""What this database is: a demo's engine clock may be moved, any other's may not."""

commands = Table(
    "commands",
    metadata,
    organization(),
    identifier("actor_id", key=True),
    identifier("id", key=True),
    Column("name", String(100), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("outcome", JSON),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
    Index(None, "organization_id", "actor_id", "at"),
)
"""The idempotency keys: one row per command, with its receipt or its refusal, until nobody repeats it any more."""
