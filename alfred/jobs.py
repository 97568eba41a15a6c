"""What runs beside the requests: the jobs that fall due, the sweeper of holds, the sealer of the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alfred.wiring import House
from core.jobs.scheduler import Jobs


@asynccontextmanager
async def running_jobs(house: House) -> AsyncIterator[None]:
    """Run them while the block does."""
    jobs = Jobs(house.engine, database=house.database, book=house.book, clock=house.clock, sealer=house.sealer)
    jobs.start()
    try:
        yield
    finally:
        await jobs.stop()
