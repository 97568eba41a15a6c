"""What brings news to people: the dispatcher with every channel of this house, beside the jobs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alfred.clocks import WallClock
from alfred.wiring import House
from core.notify.channel import Channel
from core.notify.dispatcher import Dispatcher
from core.notify.in_app import InApp


def channels_of(house: House) -> tuple[Channel, ...]:
    """All of them: who turns events into deliveries must know every channel, whichever it delivers by itself."""
    return (InApp(house.database, wall=WallClock()),)


def dispatcher_of(house: House) -> Dispatcher:
    """A dispatcher on the wall clock."""
    return Dispatcher(house.database, channels_of(house), wall=WallClock(), jitter=random.SystemRandom().random)


@asynccontextmanager
async def running_dispatcher(house: House) -> AsyncIterator[None]:
    """Run it while the block does; what is under way at the end may finish."""
    running = asyncio.create_task(dispatcher_of(house).run(), name="dispatcher")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
