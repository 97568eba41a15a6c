"""What falls due with boosts in one organization: ends, and the word of it an hour before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.overrides.states import OverrideState
from core.storage.tables import overrides


@dataclass(frozen=True, slots=True)
class DueBoost:
    """A boost that ends, or of whose end its owner hears."""

    at: datetime
    override_id: str
    is_end: bool


async def boosts_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[DueBoost]:
    """Soonest first."""
    found = await connection.execute(
        select(overrides.c.id, overrides.c.warn_at, overrides.c.ends_at).where(
            overrides.c.organization_id == organization_id,
            overrides.c.state == OverrideState.ACTIVE.value,
            or_(overrides.c.warn_at <= until, overrides.c.ends_at <= until),
        )
    )
    due: list[DueBoost] = []
    for row in found:
        if row.warn_at is not None and row.warn_at <= until:
            due.append(DueBoost(row.warn_at, row.id, is_end=False))
        if row.ends_at <= until:
            due.append(DueBoost(row.ends_at, row.id, is_end=True))
    return sorted(due, key=lambda item: (item.at, item.override_id))
