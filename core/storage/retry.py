"""Running a whole transaction again while it meets faults that pass.

PostgreSQL 13.5 asks for it after serialization failures and deadlocks. After a connection lost at COMMIT the outcome is
unknown; because everything that runs here carries an id, running it again reads the outcome if there is one.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import asyncpg
import sqlalchemy.exc

from core.storage.faults import Fault, fault_of, unavailable

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]
"""Waits for seconds between two tries."""

TRIES: Final = 12
"""About three seconds in all; whoever loses that often against others is told to come back."""
LOST_CONNECTIONS: Final = 2
"""A server that restarted breaks one connection; one that refuses the second time is away."""
CONFLICTS: Final = 3
"""Who met a row that another wrote first sees it the next time; a conflict that stays is a defect of the caller."""
DATABASE_ERRORS: Final = (
    sqlalchemy.exc.SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.Error,
    OSError,
)

log = logging.getLogger(__name__)


class Persistence:
    """Runs transactions to an end. `faults` counts what was met, by kind, for metrics."""

    def __init__(self, pause: Pause) -> None:
        self._pause: Final = pause
        self.faults: Final[Counter[Fault]] = Counter()

    async def run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Run until it commits. Raises StorageUnavailable when the database stays away, contended or full."""
        met: Counter[Fault] = Counter()
        while True:
            try:
                return await attempt()
            except DATABASE_ERRORS as error:
                await self._weigh(error, met)

    async def _weigh(self, error: Exception, met: Counter[Fault]) -> None:
        """Wait before the next try, or raise."""
        fault = fault_of(error)
        if fault is None:
            raise error
        self.faults[fault] += 1
        met[fault] += 1
        if met[Fault.CONFLICT] == CONFLICTS:
            raise error
        if fault is Fault.FULL or met[Fault.AWAY] > LOST_CONNECTIONS or met.total() == TRIES:
            raise unavailable(fault) from error
        log.info("a transaction is run again", extra={"fault": fault.name, "attempt": met.total()})
        await self._pause(min(0.5, 0.002 * 2 ** met.total()))
