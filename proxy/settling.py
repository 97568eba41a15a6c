"""Calls that have begun are ended whatever their callers do: every call runs in a task of its own.

A settlement that meets a database that is away goes on in the background. It does not stop at the hold's expiry: what
was spent is then booked as a late settlement. Only the end of the process stops it, and says what was not booked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final, TypeVar

from core.refusals import Refused
from core.spending.calls import Authorised, Call, Settled
from core.spending.spending import Spending
from core.storage.faults import StorageUnavailable
from core.storage.retry import Pause
from core.storage.transaction import Clock

T = TypeVar("T")

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries to reach the database."""

log = logging.getLogger(__name__)


class Settling:
    """Ends calls. `ttl` is how long a hold lives, and by how much the hold of a long call is extended."""

    def __init__(self, spending: Spending, *, clock: Clock, pause: Pause, ttl: timedelta) -> None:
        self.ttl: Final = ttl
        self._spending: Final = spending
        self._clock: Final = clock
        self._pause: Final = pause
        self._tasks: Final[set[asyncio.Task[Any]]] = set()

    async def carry(self, call: Coroutine[Any, Any, T]) -> T:
        """Run a call to its end, also when whoever waits for it goes away."""
        task = self._start(call)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_say_failure)
            raise

    async def settle(self, authorised: Authorised, *, actual: int, call: Call) -> Settled | None:
        """Book what a call cost; None when the database is away: then it is booked as soon as it is back."""
        try:
            return await self._spending.settle(authorised, actual=actual, call=call)
        except StorageUnavailable:
            self._start(self._settle_later(authorised, actual=actual, call=call))
        except Refused as refused:
            self._say_unbooked(authorised, actual=actual, why=refused.refusal.because.value)
        return None

    async def release(self, authorised: Authorised) -> None:
        """Give a hold back; when the database is away it ends by itself at its expiry."""
        try:
            await self._spending.release(authorised)
        except (StorageUnavailable, Refused) as error:
            log.info("a hold was left to expire", extra={"request_id": authorised.hold_id, "error": str(error)})

    async def extend(self, authorised: Authorised) -> None:
        """Let a long call's hold live on; when that fails the call is settled late, not lost."""
        try:
            await self._spending.extend(authorised, until=self._clock.now() + self.ttl)
        except (StorageUnavailable, Refused) as error:
            log.info("a hold was not extended", extra={"request_id": authorised.hold_id, "error": str(error)})

    async def drain(self, seconds: float) -> None:
        """Wait for the calls that are under way; what is left then is cancelled."""
        try:
            async with asyncio.timeout(seconds):
                await self._end_all()
        except TimeoutError:
            late = set(self._tasks)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _end_all(self) -> None:
        while self._tasks:  # a call that ends may leave a settlement that waits for the database
            await asyncio.wait(set(self._tasks))

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _settle_later(self, authorised: Authorised, *, actual: int, call: Call) -> None:
        log.warning("a settlement waits for the database", extra={"request_id": authorised.hold_id})
        try:
            await self._settle_until_booked(authorised, actual=actual, call=call)
        except asyncio.CancelledError:
            self._say_unbooked(authorised, actual=actual, why="the process ended")
            raise

    async def _settle_until_booked(self, authorised: Authorised, *, actual: int, call: Call) -> None:
        wait = FIRST_PAUSE
        is_booked = False
        while not is_booked:
            await self._pause(wait)
            wait = min(LONGEST_PAUSE, wait * 2)
            is_booked = await self._settle_again(authorised, actual=actual, call=call)

    async def _settle_again(self, authorised: Authorised, *, actual: int, call: Call) -> bool:
        try:
            await self._spending.settle(authorised, actual=actual, call=call)
        except StorageUnavailable:
            return False
        except Refused as refused:
            self._say_unbooked(authorised, actual=actual, why=refused.refusal.because.value)
        return True

    def _say_unbooked(self, authorised: Authorised, *, actual: int, why: str) -> None:
        log.error(
            "a call was not booked: %s",
            why,
            extra={
                "request_id": authorised.hold_id,
                "organization_id": authorised.principal.organization_id,
                "user_id": authorised.principal.user_id,
                "credits": actual,
            },
        )


def _say_failure(task: asyncio.Task[Any]) -> None:
    """Nobody waits for this call any more, so nobody else tells how it failed."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.warning("a call that its caller left ended with %s", type(error).__name__)
