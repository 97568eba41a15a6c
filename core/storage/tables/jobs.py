"""What the jobs have done."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

job_runs = Table(
    "job_runs",
    metadata,
    organization(),
    identifier("command_id", key=True),
    Column("job", String(32), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("ran_at", Instant, nullable=False),
    Column("refused", String(64)),
    Index(None, "organization_id", "job", "ran_at"),
)
"""One row per thing that fell due, by the engine clock; `refused` is the reason when it was not done."""
