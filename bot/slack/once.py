"""Slack delivers an event again when it did not hear from us in time: what was done is not done again.

Slack, "The Events API": three retries, at once, after one minute and after five; `event_id` is the same. This memory
spares work in one process and is gone with it; what an event changes is safe beyond that, because its command carries
the event's id.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.response import BoltResponse

REMEMBERED: Final = 10_000
"""Events. A workspace that sends more within the six minutes of Slack's retries repeats work at worst."""

_DONE: Final = 200
_LAST_GOOD: Final = 299


class Once:
    """Answers each event once; a repetition hears what became of the first, and tries again where that failed."""

    def __init__(self) -> None:
        self._done: Final[OrderedDict[str, None]] = OrderedDict()
        self._under_way: Final[dict[str, asyncio.Task[BoltResponse]]] = {}

    async def answer(self, event_id: str, work: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        """The answer of `work`, or that it is done already."""
        if event_id in self._under_way:
            first = await asyncio.shield(self._under_way[event_id])
            return BoltResponse(status=first.status)
        if event_id in self._done:
            return BoltResponse(status=_DONE)
        task = asyncio.ensure_future(work())
        self._under_way[event_id] = task
        try:
            answer = await task
        finally:
            del self._under_way[event_id]
        if answer.status <= _LAST_GOOD:
            self._remember(event_id)
        return answer

    def _remember(self, event_id: str) -> None:
        self._done[event_id] = None
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
