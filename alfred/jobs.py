"""What runs beside the requests: the jobs that fall due, the sweeper of holds, the sealer of the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alfred.clocks import WallClock
from alfred.wiring import House
from core.jobs.scheduler import Jobs


def jobs_of(house: House) -> Jobs:
    """The jobs of this process, none of which runs yet."""
    return Jobs(
        house.engine,
        database=house.database,
        book=house.book,
        clock=house.clock,
        wall=WallClock(),
        sealer=house.sealer,
        keep=house.settings.retention.periods(),
    )


@asynccontextmanager
async def running_jobs(house: House) -> AsyncIterator[None]:
    """Run them while the block does."""
    jobs = jobs_of(house)
    jobs.start()
    try:
        yield
    finally:
        await jobs.stop()
