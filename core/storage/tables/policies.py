"""Policy documents, every version of them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from core.storage.tables.columns import identifier, metadata, organization
from core.storage.types import Instant

policies = Table(
    "policies",
    metadata,
    organization(),
    identifier("scope_id", key=True),
    Column("kind", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("document", JSON, nullable=False),
    Column("changes", JSON, nullable=False),
    identifier("author_id"),
    Column("applied_at", Instant, nullable=False),
)
"""Append-only: the highest version of a kind at a place counts. `document` is what the author's `text` says of it.

`changes` is field → [before, after] against the version before.
"""
