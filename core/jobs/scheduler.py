"""When jobs run. Each tick works everything off that is due; a tick that fails is made up for by the next one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.audit.sealer import Sealer
from core.jobs.due import Runner, run_due
from core.jobs.housekeeping import Chore, note_chore, waiting_for
from core.jobs.retention import Retention, prune_records
from core.ledger.book import Book
from core.ledger.prune import prune
from core.spending.sweep import sweep
from core.storage.database import Database
from core.storage.faults import StorageUnavailable
from core.storage.retry import Persistence
from core.storage.transaction import Clock

DUE_EVERY_SECONDS: Final = 15
SWEEP_EVERY_SECONDS: Final = 5
SWEEP_AT_ONCE: Final = 500
SEAL_EVERY_SECONDS: Final = 60
PRUNE_EVERY_SECONDS: Final = 3_600

Tick = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


class Jobs:
    """The jobs of one process. Several processes may run them: what one has done the others find done."""

    def __init__(
        self,
        engine: Runner,
        *,
        database: Database,
        book: Book,
        clock: Clock,
        wall: Clock,
        sealer: Sealer,
        keep: Retention,
    ) -> None:
        self._engine: Final = engine
        self._database: Final = database
        self._book: Final = book
        self._clock: Final = clock
        self._wall: Final = wall
        self._sealer: Final = sealer
        self._keep: Final = keep
        self._persistence: Final = Persistence(asyncio.sleep)
        self._scheduler: Final = AsyncIOScheduler(timezone=UTC)
        self._ticks: Final[set[asyncio.Task[Any]]] = set()
        self._is_stopping = False

    def start(self) -> None:
        """Begin to tick in the running loop, at once for the first time."""
        self._every(DUE_EVERY_SECONDS, self.work_off)
        self._every(SWEEP_EVERY_SECONDS, self.sweep)
        self._every(SEAL_EVERY_SECONDS, self.seal)
        self._every(PRUNE_EVERY_SECONDS, self.prune)
        self._scheduler.start()

    async def stop(self) -> None:
        """Break off what is going on, which loses nothing, and begin no more ticks."""
        self._is_stopping = True
        self._scheduler.pause()
        ticks = tuple(self._ticks)
        for tick in ticks:
            tick.cancel()
        await asyncio.gather(*ticks, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the scheduler shuts down in the loop's next round

    async def work_off(self) -> None:
        """Everything that is due now."""
        await run_due(self._engine, self._database, until=self._clock.now())

    async def sweep(self) -> None:
        """End every hold whose time is over."""
        now = self._clock.now()
        waiting = await waiting_for(self._database, Chore.SWEEP, now=now)
        if waiting:
            while await sweep(self._database, self._book, now=now, limit=SWEEP_AT_ONCE) == SWEEP_AT_ONCE:
                pass
        await note_chore(self._database, Chore.SWEEP, done=waiting, now=now)

    async def seal(self) -> None:
        """Put every audit event that waits under a signed head."""
        now = self._clock.now()
        waiting = await waiting_for(self._database, Chore.SEAL, now=now)
        await self._sealer.seal_all(now=now)
        await note_chore(self._database, Chore.SEAL, done=waiting, now=now)

    async def prune(self) -> None:
        """Delete the rows of holds whose ids are refused by their age, and records that are kept for so long only."""
        while await prune(self._database, now=self._clock.now()):
            pass
        while await prune_records(self._database, self._keep, now=self._clock.now(), wall=self._wall.now()):
            pass

    def _every(self, seconds: int, work: Tick) -> None:
        self._scheduler.add_job(self._tick, args=[work], misfire_grace_time=None)
        self._scheduler.add_job(
            self._tick,
            "interval",
            args=[work],
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    async def _tick(self, work: Tick) -> None:
        tick = asyncio.current_task()
        assert tick is not None
        self._ticks.add(tick)
        try:
            await self._persistence.run(work)
        except StorageUnavailable as fault:
            log.warning("the database is away; jobs wait", extra={"code": fault.code})
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
        finally:
            self._ticks.discard(tick)
