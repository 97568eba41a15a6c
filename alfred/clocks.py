"""The two clocks. Deeds and jobs follow the engine clock; signatures, leases and timeouts follow the wall clock.

The engine clock is the wall clock plus the offset in the `deployment` row, which only a demo may have.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from core.storage.database import Database
from core.storage.retry import DATABASE_ERRORS
from core.storage.tables import deployment
from core.storage.transaction import Clock

NOTICE_SECONDS: Final = 0.5
"""How often a running demo looks whether somebody moved its clock."""

log = logging.getLogger(__name__)


class WallClock:
    """What the machine says, in UTC."""

    def now(self) -> datetime:
        """An aware time."""
        return datetime.now(UTC)


class EngineClock:
    """Wall clock plus offset. It never goes back: while a wall clock that was set back catches up, it stands still."""

    def __init__(self, wall: Clock, *, offset: timedelta = timedelta()) -> None:
        self._wall: Final = wall
        self._latest = wall.now() + offset
        self.offset = offset

    def now(self) -> datetime:
        """An aware UTC time, never earlier than the one before."""
        self._latest = max(self._latest, self._wall.now() + self.offset)
        return self._latest


class SteppedClock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it was put at."""
        return self.at


async def read_deployment(database: Database) -> tuple[bool, timedelta]:
    """Whether this database is a demo, and its clock's offset."""
    async with database.snapshot() as connection:
        row = (await connection.execute(select(deployment))).one_or_none()
    if row is None:
        return False, timedelta()
    return row.is_demo, timedelta(seconds=row.clock_offset_seconds) if row.is_demo else timedelta()


@asynccontextmanager
async def following(database: Database, wall: Clock) -> AsyncIterator[EngineClock]:
    """The engine clock of a database; while the block runs a demo's clock follows its row within a second."""
    is_demo, offset = await read_deployment(database)
    clock = EngineClock(wall, offset=offset)
    if not is_demo:
        yield clock
        return
    follower = asyncio.create_task(_follow(clock, database), name="demo clock")
    try:
        yield clock
    finally:
        follower.cancel()
        with suppress(asyncio.CancelledError):
            await follower


async def _follow(clock: EngineClock, database: Database) -> None:
    while True:
        await asyncio.sleep(NOTICE_SECONDS)
        try:
            _, clock.offset = await read_deployment(database)
        except DATABASE_ERRORS as error:
            log.warning("the demo clock cannot be read: %s", type(error).__name__)
