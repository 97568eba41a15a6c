"""Deleting the rows of holds that ended long ago: their ids are refused by age, so nothing can repeat them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from core.ledger.hold_ids import HOLD_LIFE, first_id_at
from core.ledger.holds import HoldState
from core.storage.database import Database
from core.storage.tables import holds, organizations

CLOCKS_DIFFER: Final = timedelta(days=1)
"""A process whose clock is late must not take an id whose row another has pruned."""


async def prune(database: Database, *, now: datetime, limit: int = 1_000) -> int:
    """Delete at most `limit` ended holds of the first organization that has some; return how many.

    Call again until it returns 0. Open holds stay: the sweeper ends them first. Safe with several workers.
    """
    bound = first_id_at(now - HOLD_LIFE - CLOCKS_DIFFER)
    async with database.snapshot() as connection:
        found = await connection.execute(select(organizations.c.organization_id).order_by("organization_id"))
        names = list(found.scalars())
    for name in names:
        pruned = await _prune_one(database, name, bound=bound, limit=limit)
        if pruned:
            return pruned
    return 0


async def _prune_one(database: Database, organization_id: str, *, bound: str, limit: int) -> int:
    old = (
        select(holds.c.id)
        .where(holds.c.organization_id == organization_id, holds.c.id < bound, holds.c.state != HoldState.OPEN.value)
        .order_by(holds.c.id)
        .limit(limit)
    )
    async with database.snapshot() as connection:
        ids = list((await connection.execute(old)).scalars())
    if not ids:
        return 0
    async with database.begin() as connection:
        gone = await connection.execute(
            delete(holds).where(holds.c.organization_id == organization_id, holds.c.id.in_(ids))
        )
        return gone.rowcount
