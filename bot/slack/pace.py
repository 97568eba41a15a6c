"""How fast we may speak: about one message a second in each conversation, a few at once.

Slack, "Rate limits": `chat.postMessage` 1 per second per channel, short bursts allowed. Pure but for its memory; the
method is the generic cell rate algorithm (ATM Forum, Traffic Management 4.0).
"""

from __future__ import annotations

from typing import Final

REMEMBERED: Final = 10_000
"""Lines; those that nobody waits in are forgotten beyond that."""


class Pace:
    """Turns in lines that do not wait for each other. Times are seconds of one monotonic clock."""

    def __init__(self, *, every: float = 1.0, burst: int = 3) -> None:
        self._every: Final = every
        self._ahead: Final = (burst - 1) * every
        self._next: Final[dict[str, float]] = {}

    def wait(self, line: str, *, now: float) -> float:
        """How long somebody who comes now would wait."""
        return max(0.0, self._next.get(line, now) - self._ahead - now)

    def take(self, line: str, *, now: float) -> float:
        """Take a turn; return how long to wait for it. Who comes later waits longer."""
        self._forget(now)
        wait = self.wait(line, now=now)
        self._next[line] = max(self._next.get(line, now), now) + self._every
        return wait

    def hold(self, line: str, *, until: float) -> None:
        """Nobody's turn comes before that."""
        self._next[line] = max(self._next.get(line, until), until + self._ahead)

    def _forget(self, now: float) -> None:
        if len(self._next) > REMEMBERED:
            for line in [line for line, at in self._next.items() if at <= now]:
                del self._next[line]
