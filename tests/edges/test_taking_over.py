"""Looking for what others left, until the server stops."""

from __future__ import annotations

import asyncio

from alfred.taking_over import taking_over


class Slow:
    """A desk that answers when it may."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.answered = 0

    async def take_over(self) -> None:
        """One that was left."""
        self.has_begun.set()
        await self.may_end.wait()
        self.answered += 1


async def test_what_is_being_answered_when_the_server_stops_is_answered_and_then_no_more_is_looked_for() -> None:
    desk = Slow()
    async with taking_over(desk, of="Slack"):
        await desk.has_begun.wait()
        asyncio.get_running_loop().call_soon(desk.may_end.set)
    assert desk.answered == 1
