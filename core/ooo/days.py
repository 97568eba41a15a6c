"""The days away on which credits move, and the moment of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.policy.periods import day_of, start_of

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysAway:
    """An absence [starts_at, ends_at) in a zone. Credits move once on each day, from `wait_hours` after its start on.

    The hours are counted on the wall clock, so that a day of 23 or 25 hours is a day.
    """

    starts_at: datetime
    ends_at: datetime
    wait_hours: int
    zone: ZoneInfo

    @property
    def ready_at(self) -> datetime:
        """When the first share moves, if that is before the end."""
        return (self.starts_at.astimezone(self.zone) + timedelta(hours=self.wait_hours)).astimezone(UTC)

    @property
    def first_day(self) -> date:
        """The day of the first share."""
        return day_of(self.ready_at, self.zone)

    def moment(self, day: date) -> datetime | None:
        """When the share of a day moves; None on days that are not away long enough."""
        at = max(start_of(day, self.zone), self.ready_at)
        return at if at < self.ends_at and day_of(at, self.zone) == day else None

    def moments(self) -> Iterator[tuple[date, datetime]]:
        """Every day on which a share moves, with its moment, oldest first."""
        day = self.first_day
        while start_of(day, self.zone) < self.ends_at:
            at = self.moment(day)
            if at is not None:
                yield day, at
            day += _ONE_DAY

    def nth(self, day: date) -> int:
        """How many days after the first share, counted from 0."""
        return (day - self.first_day).days
