"""Whose key this is, for every call of the proxy: remembered for two seconds, never longer."""

from __future__ import annotations

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.directory.key_reading import KeyHolder, Principal, read_holder
from core.directory.keys import Secret, unknown_key
from core.storage.database import Database
from core.storage.retry import Pause, Persistence

__all__ = ["Principal", "Principals"]

MOST_REMEMBERED: Final = 10_000
"""Keys, known and unknown together: a flood of invented keys pushes out the oldest, it does not fill the memory."""

TTL_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Remembered:
    holder: KeyHolder | None
    until: float


class Principals:
    """Looks keys up by digest. `monotonic` is the process's clock for forgetting, in seconds."""

    def __init__(
        self,
        database: Database,
        pepper: bytes,
        *,
        monotonic: Callable[[], float],
        ttl: float = TTL_SECONDS,
        most: int = MOST_REMEMBERED,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._database: Final = database
        self._pepper: Final = pepper
        self._monotonic: Final = monotonic
        self._ttl: Final = ttl
        self._most: Final = most
        self._persistence: Final = Persistence(pause)
        self._memory: Final[OrderedDict[str, _Remembered]] = OrderedDict()
        self._asking: Final[dict[str, asyncio.Task[_Remembered]]] = {}

    @property
    def remembered(self) -> int:
        """How many keys are in the memory, for metrics."""
        return len(self._memory)

    async def by_key(self, secret: Secret, *, now: datetime) -> Principal:
        """The holder of a key at the engine clock's `now`.

        Raises Refused (UNKNOWN_KEY, also for a revoked or expired key, then with `state` and the time; INACTIVE_USER;
        NOT_ALLOWED without the right to use the API) and StorageUnavailable.
        """
        digest = secret.digest(self._pepper)
        remembered = self._memory.get(digest)
        if remembered is None or self._monotonic() >= remembered.until:
            remembered = await self._ask(digest)
        holder = remembered.holder
        if holder is None or not hmac.compare_digest(holder.digest, digest):
            raise unknown_key()
        holder.check(now)
        return holder.principal

    async def _ask(self, digest: str) -> _Remembered:
        """One look-up for everybody who waits for the same key; a caller that goes away does not end it."""
        task = self._asking.get(digest)
        if task is None:
            task = self._asking[digest] = asyncio.create_task(self._look_up(digest))
            task.add_done_callback(lambda done: self._answered(digest, done))
        return await asyncio.shield(task)

    def _answered(self, digest: str, done: asyncio.Task[_Remembered]) -> None:
        del self._asking[digest]
        if not done.cancelled():
            done.exception()  # seen here too, for when every caller has gone away

    async def _look_up(self, digest: str) -> _Remembered:
        until = self._monotonic() + self._ttl  # counted from before the reading: what it saw may be that old
        holder = await self._persistence.run(lambda: read_holder(self._database, digest))
        remembered = self._memory[digest] = _Remembered(holder, until)
        self._memory.move_to_end(digest)
        while len(self._memory) > self._most:
            self._memory.popitem(last=False)
        return remembered
