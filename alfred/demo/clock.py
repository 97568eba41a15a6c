"""The clock of a demo, which can be moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from alfred.clocks import EngineClock, read_deployment
from alfred.stop import Exit, Stop
from core.jobs.due import Runner, run_due
from core.storage.database import Database
from core.storage.tables import deployment


@dataclass(frozen=True, slots=True)
class Advanced:
    """What time it is in the demo now, and the ids of the commands that fell due."""

    now: datetime
    done: tuple[str, ...]

    @property
    def told(self) -> str:
        """In a sentence."""
        return f"It is {self.now:%A, %Y-%m-%d %H:%M} UTC in the demo now; {_count(len(self.done))} fell due."


async def let_pass(by: timedelta, engine: Runner, *, database: Database, clock: EngineClock) -> Advanced:
    """Move the clock, also that of the database, and do what falls due. Raises Stop on any other database."""
    clock.offset = await move_clock(database, by)
    now = clock.now()
    return Advanced(now, tuple(await run_due(engine, database, until=now)))


async def move_clock(database: Database, by: timedelta) -> timedelta:
    """Move a demo's clock; return how far it is ahead now. Raises Stop on any other database."""
    seconds = int(by.total_seconds())
    async with database.begin() as connection:
        moved = await connection.execute(
            update(deployment)
            .where(deployment.c.is_demo)
            .values(clock_offset_seconds=deployment.c.clock_offset_seconds + seconds)
        )
    if not moved.rowcount:
        raise Stop("Only a demo's clock can be moved, and this database is none.", code=Exit.REFUSED)
    _, offset = await read_deployment(database)
    return offset


def _count(number: int) -> str:
    return "1 thing" if number == 1 else f"{number} things" if number else "nothing"
