"""What brings news to people: the dispatcher with every channel of this house, beside the jobs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from alfred.clocks import WallClock
from alfred.slacking import slack_channels
from alfred.wiring import House, office_of
from core.notify.channel import Channel
from core.notify.dispatcher import Dispatcher
from core.notify.in_app import InApp

if TYPE_CHECKING:
    from bot.slack.workspaces import Workspaces


def channels_of(house: House, *, workspaces: Workspaces | None) -> tuple[Channel, ...]:
    """All of them: who turns events into deliveries must know every channel, whichever it delivers by itself."""
    wall = WallClock()
    in_app = InApp(house.database, wall=wall)
    if house.settings.slack is None:
        return (in_app,)
    return in_app, *slack_channels(office_of(house), workspaces, wall=wall)


def dispatcher_of(house: House, *, workspaces: Workspaces | None = None) -> Dispatcher:
    """A dispatcher on the wall clock. Without workspaces it brings nothing to Slack: another process does."""
    channels = channels_of(house, workspaces=workspaces)
    return Dispatcher(house.database, channels, wall=WallClock(), jitter=random.SystemRandom().random)


@asynccontextmanager
async def running_dispatcher(house: House, *, workspaces: Workspaces | None) -> AsyncIterator[None]:
    """Run it while the block does; what is under way at the end may finish."""
    running = asyncio.create_task(dispatcher_of(house, workspaces=workspaces).run(), name="dispatcher")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
