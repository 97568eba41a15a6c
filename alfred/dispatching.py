"""What brings news to people: the dispatcher with every channel of this house, beside the jobs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from alfred.clocks import WallClock
from alfred.slacking import slack_channels
from alfred.teams import Line, teams_channels
from alfred.wiring import House, office_of
from core.notify.channel import Channel
from core.notify.dispatcher import Dispatcher
from core.notify.in_app import InApp

if TYPE_CHECKING:
    from bot.slack.workspaces import Workspaces


def channels_of(house: House, *, workspaces: Workspaces | None, teams: Line | None) -> tuple[Channel, ...]:
    """All of them: who turns events into deliveries must know every channel, whichever it delivers by itself."""
    wall = WallClock()
    in_app = InApp(house.database, wall=wall)
    slack = () if house.settings.slack is None else slack_channels(office_of(house), workspaces, wall=wall)
    return in_app, *slack, *(() if house.settings.teams is None else teams_channels(house, teams, wall=wall))


def dispatcher_of(house: House, *, workspaces: Workspaces | None = None, teams: Line | None = None) -> Dispatcher:
    """A dispatcher on the wall clock. Without workspaces it brings nothing to Slack, without a line nothing to Teams:
    another process does.
    """
    channels = channels_of(house, workspaces=workspaces, teams=teams)
    return Dispatcher(house.database, channels, wall=WallClock(), jitter=random.SystemRandom().random)


@asynccontextmanager
async def running_dispatcher(house: House, *, workspaces: Workspaces | None, teams: Line | None) -> AsyncIterator[None]:
    """Run it while the block does; what is under way at the end may finish."""
    running = asyncio.create_task(dispatcher_of(house, workspaces=workspaces, teams=teams).run(), name="dispatcher")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
