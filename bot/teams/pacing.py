"""Sending that Teams puts up with: paced per conversation, and tried again where it says "later".

Limits per bot and conversation: Microsoft, "Optimize your bot with rate limiting in Teams".
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bot.teams.heard import Conversation, thread_of
from bot.teams.port import ChatPort, Json, Unsent

Windows = tuple[tuple[int, float], ...]

WINDOWS: Final[Windows] = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))
"""At most so many messages, or new conversations, in so many seconds."""
LOOKS: Final[Windows] = ((14, 1.0), (16, 2.0), (120, 30.0), (3_600, 3_600.0))
"""The same of questions who is in a conversation."""
LATER: Final = frozenset({412, 429, 502, 503, 504})
TRIES: Final = 4
FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 30.0

Pause = Callable[[float], Awaitable[None]]
_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Line:
    """What went through lately, by the second, oldest first; and whose turn it is."""

    windows: Windows
    sent: deque[float] = field(default_factory=deque)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def until_room(self, now: float) -> float:
        """Seconds until every window has room."""
        while not self.is_over(now) and self._is_past(self.sent[0], now):
            self.sent.popleft()
        full = (self.sent[-most] + seconds - now for most, seconds in self.windows if len(self.sent) >= most)
        return max(full, default=0.0)

    def is_over(self, now: float) -> bool:
        """Whether nothing in it matters any more."""
        return not self.sent or self._is_past(self.sent[-1], now)

    def _is_past(self, moment: float, now: float) -> bool:
        return now - moment >= self.windows[-1][1]


class Paced:
    """A port in front of another. `monotonic` counts seconds, `jitter` draws from 0 to 1."""

    def __init__(
        self, port: ChatPort, *, monotonic: Callable[[], float], jitter: Callable[[], float], pause: Pause
    ) -> None:
        self._port: Final = port
        self._monotonic: Final = monotonic
        self._jitter: Final = jitter
        self._pause: Final = pause
        # By conversation, the idlest first.
        self.lines: Final[OrderedDict[str, _Line]] = OrderedDict()

    async def send(self, to: Conversation, activity: Json) -> str:
        """Post a message; its id. Raises Unsent."""
        return await self._in_turn(thread_of(to), lambda: self._port.send(to, activity))

    async def update(self, to: Conversation, activity: Json, *, message_id: str) -> None:
        """Put another in its place. Raises Unsent."""
        await self._in_turn(thread_of(to), lambda: self._port.update(to, activity, message_id=message_id))

    async def open_personal(self, via: Conversation, account_id: str) -> Conversation:
        """The conversation with one person. Raises Unsent."""
        return await self._in_turn(f"with {account_id}", lambda: self._port.open_personal(via, account_id))

    async def member(self, of: Conversation, account_id: str) -> Json:
        """What Teams knows of somebody; nobody waits for messages before that. Raises Unsent."""
        line = self._line(f"members of {thread_of(of)}", LOOKS)
        return await self._tried(line, lambda: self._port.member(of, account_id))

    async def _in_turn(self, name: str, call: Callable[[], Awaitable[_Result]]) -> _Result:
        """One at a time in each conversation, so that what was said first also stands first."""
        line = self._line(name, WINDOWS)
        async with line.turn:
            return await self._tried(line, call)

    async def _tried(self, line: _Line, call: Callable[[], Awaitable[_Result]]) -> _Result:
        for attempt in range(1, TRIES):
            try:
                return await self._once(line, call)
            except Unsent as fault:
                wait = self._wait(fault, attempt)
            await self._pause(wait)
        return await self._once(line, call)

    async def _once(self, line: _Line, call: Callable[[], Awaitable[_Result]]) -> _Result:
        while (wait := line.until_room(self._monotonic())) > 0:
            await self._pause(wait)
        line.sent.append(self._monotonic())
        return await call()

    def _line(self, name: str, windows: Windows) -> _Line:
        """The conversation's line. Those that nothing went through for an hour are forgotten, the idlest first."""
        now = self._monotonic()
        line = self.lines.setdefault(name, _Line(windows))
        self.lines.move_to_end(name)
        while (idlest := next(iter(self.lines.values()))) is not line and idlest.is_over(now):
            if idlest.turn.locked():
                break
            self.lines.popitem(last=False)
        return line

    def _wait(self, fault: Unsent, attempt: int) -> float:
        """Seconds before another try. Raises what cannot be mended by one, or not soon."""
        if fault.status not in LATER:  # without an answer nobody knows whether it arrived
            raise fault
        if fault.retry_after is None:
            return min(FIRST_WAIT_SECONDS * float(2 ** (attempt - 1)), LONGEST_WAIT_SECONDS) * (
                0.5 + self._jitter() / 2
            )
        if fault.retry_after > LONGEST_WAIT_SECONDS:
            raise fault
        return fault.retry_after
