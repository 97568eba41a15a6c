"""The dispatcher: events become deliveries, deliveries are made, each channel in a lane of its own.

Any number of workers may run one. Nothing that fails here loses anything: a lease runs out and somebody delivers again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from core.notify.channel import Channel, NobodyThere, Undelivered
from core.notify.fan_out import fan_out
from core.notify.leases import LEASE, Leased, delivered, failed, lease, skipped
from core.notify.retrying import Jitter, wait_after
from core.storage.database import Database
from core.storage.faults import StorageUnavailable
from core.storage.retry import Pause, Persistence
from core.storage.transaction import Clock

EVENTS_AT_ONCE: Final = 100
UNDER_WAY: Final = 64
"""Deliveries of one channel at a time; each to another recipient."""
REFILL: Final = UNDER_WAY // 4
"""How much room there must be before more are taken: one transaction for many."""
LOOK_EVERY_SECONDS: Final = 0.25
"""How long a lane rests that found nothing; half of it is the ordinary delay."""
REST_SECONDS: Final = 5.0
"""How long everything rests while the database is away."""

Step = Callable[[], Awaitable[int]]

log = logging.getLogger(__name__)


class Dispatcher:
    """Brings what is in the outbox to people. `wall` is the wall clock, `jitter` draws from 0 to 1."""

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        *,
        wall: Clock,
        jitter: Jitter,
        pause: Pause = asyncio.sleep,
    ) -> None:
        assert all(channel.patience < LEASE for channel in channels), "a try ends before its lease does"
        self._database: Final = database
        self._channels: Final = {channel.name: channel for channel in channels}
        self._wall: Final = wall
        self._jitter: Final = jitter
        self._pause: Final = pause
        self._persistence: Final = Persistence(pause)
        self._under_way: Final[dict[str, set[asyncio.Task[None]]]] = {name: set() for name in self._channels}

    async def run(self) -> None:
        """Work until cancelled; what is under way then may finish, which each channel's patience bounds."""
        lanes = (
            self._lane(partial(self._begin, channel), under_way=self._under_way[name])
            for name, channel in self._channels.items()
        )
        try:
            await asyncio.gather(self._lane(self.fan_out, under_way=set()), *lanes)
        finally:
            await self._settled()

    async def fan_out(self) -> int:
        """Turn waiting events into deliveries; return how many there were. Raises StorageUnavailable."""
        return await self._persistence.run(
            lambda: fan_out(
                self._database, channels=tuple(self._channels.values()), wall=self._wall.now(), limit=EVENTS_AT_ONCE
            )
        )

    async def work_off(self, *names: str) -> None:
        """Deliver everything that is due now, by these channels or all, and come back. Raises StorageUnavailable."""
        while await self.fan_out():
            pass
        for name in names or tuple(self._channels):
            while await self._begin(self._channels[name]):
                await self._settled()

    async def _lane(self, step: Step, *, under_way: set[asyncio.Task[None]]) -> None:
        while True:
            try:
                count = await step()
            except StorageUnavailable as fault:
                log.warning("the database is away; messages wait", extra={"code": fault.code})
                await self._pause(REST_SECONDS)
            except Exception:
                log.exception("the dispatcher met a defect; it goes on")  # as a server does after a bad request
                await self._pause(REST_SECONDS)
            else:
                await (self._pause(0) if count else self._rest(under_way))

    async def _rest(self, under_way: set[asyncio.Task[None]]) -> None:
        """Until something has ended that was under way, which makes room, or it is time to look anyway."""
        pause = asyncio.ensure_future(self._pause(LOOK_EVERY_SECONDS))
        try:
            await asyncio.wait({pause, *under_way}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pause.cancel()

    async def _begin(self, channel: Channel) -> int:
        """Begin as many deliveries as there is room for; return how many."""
        under_way = self._under_way[channel.name]
        room = UNDER_WAY - len(under_way)
        if room < REFILL:
            return 0
        taken = await self._persistence.run(
            lambda: lease(self._database, channel.name, wall=self._wall.now(), limit=room)
        )
        for leased in taken:
            task = asyncio.create_task(self._deliver(channel, leased), name=f"deliver by {channel.name}")
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        return len(taken)

    async def _deliver(self, channel: Channel, leased: Leased) -> None:
        try:
            await self._write_down(channel, leased, fault=await self._tried(channel, leased))
        except StorageUnavailable as fault:
            log.warning("a delivery cannot be written down; it comes again", extra={"code": fault.code})

    async def _tried(self, channel: Channel, leased: Leased) -> Undelivered | NobodyThere | None:
        """One try, and what kept it from arriving."""
        if leased.attempt > len(channel.schedule) + 1:
            return Undelivered("its worker ended during the last try", is_final=True)
        try:
            async with asyncio.timeout(channel.patience.total_seconds()):
                await channel.deliver(leased.message)
        except (Undelivered, NobodyThere) as fault:
            return fault
        except TimeoutError:
            return Undelivered(f"no answer within {channel.patience.total_seconds():g} s")
        except StorageUnavailable:
            raise
        except Exception as error:
            log.exception("a channel failed", extra={"channel": channel.name, "event": leased.message.event_id})
            return Undelivered(f"defect: {type(error).__name__}")
        return None

    async def _write_down(self, channel: Channel, leased: Leased, *, fault: Undelivered | NobodyThere | None) -> None:
        wall = self._wall.now()
        if fault is None:
            await self._persistence.run(lambda: delivered(self._database, leased, wall=wall))
            return
        if isinstance(fault, NobodyThere):
            await self._persistence.run(lambda: skipped(self._database, leased, reason=fault.reason, wall=wall))
            return
        again_at = self._again_at(channel, leased, fault=fault, wall=wall)
        log.warning(
            "not delivered" if again_at else "not delivered, and not tried again",
            extra={"channel": channel.name, "event": leased.message.event_id, "reason": fault.reason},
        )
        await self._persistence.run(
            lambda: failed(self._database, leased, error=fault.reason, again_at=again_at, wall=wall)
        )

    def _again_at(self, channel: Channel, leased: Leased, *, fault: Undelivered, wall: datetime) -> datetime | None:
        if fault.is_final:
            return None
        wait = wait_after(leased.attempt, channel.schedule, jitter=self._jitter, retry_after=fault.retry_after)
        return None if wait is None else wall + wait

    async def _settled(self) -> None:
        """Wait for what is under way."""
        tasks = [task for under_way in self._under_way.values() for task in under_way]
        await asyncio.gather(*tasks)
