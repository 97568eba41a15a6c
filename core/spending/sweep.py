"""Ending the holds whose time is over: of processes that died, and of calls that nobody settled."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.ledger.book import Book
from core.ledger.ending import ExpireHold
from core.ledger.holds import HoldState
from core.policy.periods import day_of
from core.storage.database import Database
from core.storage.tables import holds, organizations


async def sweep(database: Database, book: Book, *, now: datetime, limit: int = 500) -> int:
    """Expire at most `limit` open holds that are due; return how many were found. Safe with several workers."""
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(holds.c.organization_id, holds.c.id, organizations.c.time_zone)
            .join(organizations, organizations.c.organization_id == holds.c.organization_id)
            .where(holds.c.state == HoldState.OPEN.value, holds.c.expires_at <= now)
            .order_by(holds.c.expires_at, holds.c.id)
            .limit(limit)
        )
        due = found.all()
    for organization_id, hold_id, time_zone in due:
        await book.submit(ExpireHold(organization_id, hold_id, now, day_of(now, ZoneInfo(time_zone))))
    return len(due)
