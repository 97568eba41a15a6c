"""Time and ids for tests: the one stands until it is moved, the others are the same in every run."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import uuid_utils
from typeid import TypeID

MONDAY: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When Acme begins: a Monday, 10:00 in Berlin, four weeks before summer time."""


class StandingClock:
    """Time that passes only when a test says so."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """Where it stands."""
        return self.at

    def advance(self, **by: float) -> None:
        """Let time pass: `advance(days=3, hours=1)`."""
        self.at += timedelta(**by)


class CountedIds:
    """TypeIDs that are the same in every run: the clock's time and a counter in place of chance."""

    def __init__(self, clock: StandingClock, *, first: int = 1) -> None:
        self._clock = clock
        self._next = count(first)

    def __call__(self, prefix: str) -> str:
        """The next id; ids sort by when they were made."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        number = (milliseconds << 80) | (7 << 76) | (2 << 62) | next(self._next)
        return str(TypeID.from_uuid(uuid_utils.UUID(str(uuid.UUID(int=number))), prefix))
