"""Columns as the revisions write them. Revisions are history: what stands here is never changed, only added to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Numeric, String
from sqlalchemy.types import TypeEngine


def identifier(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """An id, ours or a platform's."""
    return Column(name, String(255), primary_key=key, nullable=optional and not key)


def organization() -> Column[str]:
    """The first column of every primary key."""
    return identifier("organization_id", key=True)


def instant() -> TypeEngine[Any]:
    """An aware UTC time."""
    return DateTime(timezone=True)


def exact() -> TypeEngine[Any]:
    """A decimal that is never a float."""
    return Numeric(38, 18).with_variant(String(64), "sqlite")
