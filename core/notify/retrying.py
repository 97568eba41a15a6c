"""When a failed delivery is tried again; pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

Schedule = tuple[timedelta, ...]
"""The waits between tries: one try more than there are waits."""

Jitter = Callable[[], float]
"""Chance from 0 to 1, so that those who failed together do not come back together."""

SPREAD: Final = 0.2
"""A wait grows by at most this part of itself."""
LONGEST_WAIT: Final = timedelta(hours=24)
"""Whatever a receiver asks for."""


def doubling(*, first: timedelta, longest: timedelta, tries: int) -> Schedule:
    """Waits that double from `first` and are never longer than `longest`."""
    return tuple(min(first * 2**number, longest) for number in range(tries - 1))


def wait_after(
    attempt: int, schedule: Schedule, *, jitter: Jitter, retry_after: timedelta | None = None
) -> timedelta | None:
    """How long to wait after try number `attempt` (from 1) has failed; None when it was the last one.

    `retry_after` is what the receiver asked for, and can only make the wait longer.
    """
    if attempt > len(schedule):
        return None
    wait = schedule[attempt - 1] * (1 + SPREAD * jitter())
    return wait if retry_after is None else max(wait, min(retry_after, LONGEST_WAIT))
