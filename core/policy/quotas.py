"""A quota, and the periods that it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from core.policy.periods import Period, Rollover, Schedule, Window

_INSTANT: Final = timedelta(microseconds=1)
"""The resolution of stored times."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What an owner is given each period. A period is served when it begins at `counts_from` or later."""

    owner_id: str
    amount: int
    typed: str
    period: Period
    anchor: date
    rollover: Rollover
    hard_limit: bool
    valid_until: date | None
    counts_from: datetime

    def schedule(self, zone: ZoneInfo) -> Schedule:
        """Its calendar."""
        return Schedule(self.period, self.anchor, zone)

    def serves(self, window: Window) -> bool:
        """Whether a refresh grants anything for this period."""
        is_valid = self.valid_until is None or window.first_day <= self.valid_until
        return is_valid and window.start >= self.counts_from

    def next_window(self, zone: ZoneInfo, *, after: datetime | None) -> Window | None:
        """The first period to serve that begins after a moment (None: after nothing); None when there is no other."""
        earliest = self.counts_from - _INSTANT
        moment = earliest if after is None else max(after, earliest)
        window = _window_after(self.schedule(zone), moment)
        return window if self.serves(window) else None


@lru_cache(maxsize=4096)
def _window_after(schedule: Schedule, moment: datetime) -> Window:
    """The first window that begins after a moment. Most quotas share their calendar, so jobs ask the same again."""
    current = schedule.window_at(moment)
    window = schedule.window(0 if current is None else current.index + 1)
    while window.start >= window.end:  # a day that the zone skipped
        window = schedule.window(window.index + 1)
    return window


def quota_from(row: Row[Any]) -> Quota:
    """Read a row."""
    return Quota(
        row.owner_id,
        row.amount,
        row.typed,
        Period(row.period),
        row.anchor,
        Rollover.parse(row.rollover),
        row.hard_limit,
        row.valid_until,
        row.counts_from,
    )
