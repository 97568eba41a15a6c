"""Sending that Teams puts up with: paced per conversation, and tried again where it says "later".

Limits per bot and conversation: Microsoft, "Optimize your bot with rate limiting in Teams", send to conversation.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.teams.heard import Conversation
from bot.teams.port import ChatPort, Json, Unsent

WINDOWS: Final = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))
"""At most so many messages in so many seconds."""
LATER: Final = frozenset({412, 429, 502, 503, 504})
TRIES: Final = 4
FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 30.0

Pause = Callable[[float], Awaitable[None]]
_Result = TypeVar("_Result")


class Paced:
    """A port in front of another. `monotonic` counts seconds, `jitter` draws from 0 to 1."""

    def __init__(
        self, port: ChatPort, *, monotonic: Callable[[], float], jitter: Callable[[], float], pause: Pause
    ) -> None:
        self._port: Final = port
        self._monotonic: Final = monotonic
        self._jitter: Final = jitter
        self._pause: Final = pause
        self._sent: Final[defaultdict[str, deque[float]]] = defaultdict(deque)
        self._lines: Final[defaultdict[str, asyncio.Lock]] = defaultdict(asyncio.Lock)

    async def send(self, to: Conversation, activity: Json) -> str:
        """Post a message; its id. Raises Unsent."""
        return await self._in_line(to.conversation_id, lambda: self._port.send(to, activity))

    async def update(self, to: Conversation, activity: Json, *, message_id: str) -> None:
        """Put another in its place. Raises Unsent."""
        await self._in_line(to.conversation_id, lambda: self._port.update(to, activity, message_id=message_id))

    async def open_personal(self, via: Conversation, account_id: str) -> Conversation:
        """The conversation with one person. Raises Unsent."""
        return await self._in_line("", lambda: self._port.open_personal(via, account_id))

    async def member(self, of: Conversation, account_id: str) -> Json:
        """What Teams knows of somebody; nobody waits for messages before that. Raises Unsent."""
        return await self._port.member(of, account_id)

    async def _in_line(self, thread: str, call: Callable[[], Awaitable[_Result]]) -> _Result:
        """One at a time in each conversation, so that what was said first also stands first."""
        async with self._lines[thread]:
            return await self._tried(thread, call)

    async def _tried(self, thread: str, call: Callable[[], Awaitable[_Result]]) -> _Result:
        for attempt in range(1, TRIES):
            try:
                return await self._once(thread, call)
            except Unsent as fault:
                wait = self._wait(fault, attempt)
            await self._pause(wait)
        return await self._once(thread, call)

    async def _once(self, thread: str, call: Callable[[], Awaitable[_Result]]) -> _Result:
        while (wait := self._until_room(thread)) > 0:
            await self._pause(wait)
        self._sent[thread].append(self._monotonic())
        return await call()

    def _until_room(self, thread: str) -> float:
        """Seconds until every window has room."""
        now, sent = self._monotonic(), self._sent[thread]
        longest = WINDOWS[-1][1]
        while sent and now - sent[0] >= longest:
            sent.popleft()
        full = (sent[-most] + seconds - now for most, seconds in WINDOWS if len(sent) >= most)
        return max(full, default=0.0)

    def _wait(self, fault: Unsent, attempt: int) -> float:
        """Seconds before another try. Raises what cannot be mended by one."""
        if fault.status not in LATER:  # without an answer nobody knows whether it arrived
            raise fault
        if fault.retry_after is not None:
            return min(fault.retry_after, LONGEST_WAIT_SECONDS)
        return min(FIRST_WAIT_SECONDS * float(2 ** (attempt - 1)), LONGEST_WAIT_SECONDS) * (0.5 + self._jitter() / 2)
