"""What will move if nobody does anything else: the days' shares over credits that expire and are refreshed."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ShareDay:
    """A day away: its share, and when the period that it belongs to began."""

    day: date
    at: datetime
    share: int
    period_start: datetime | None


@dataclass(frozen=True, slots=True)
class Refill:
    """What a refresh will bring."""

    at: datetime
    amount: int
    expires_on: date


@dataclass(slots=True)
class Outlook:
    """What somebody has, by expiry, and what of it is a gift of the present period, which began at `period_start`."""

    slices: list[tuple[date, int]]
    gifts: int
    period_start: datetime | None
    refills: list[Refill] = field(default_factory=list)

    def moves(self, days: Iterable[ShareDay]) -> list[tuple[ShareDay, int]]:
        """How much moves on each day, the oldest first. Uses the outlook up."""
        return [(day, self._move(day)) for day in days]

    def _move(self, day: ShareDay) -> int:
        while self.refills and self.refills[0].at <= day.at:
            refill = self.refills.pop(0)
            insort(self.slices, (refill.expires_on, refill.amount))
        self.slices = [part for part in self.slices if part[0] >= day.day]
        gifts = self.gifts if day.period_start == self.period_start else 0
        amount = min(day.share, max(0, sum(left for _, left in self.slices) - gifts))
        self._take(amount)
        return amount

    def _take(self, amount: int) -> None:
        left: list[tuple[date, int]] = []
        for expires_on, there in self.slices:
            taken = min(there, amount)
            amount -= taken
            if there > taken:
                left.append((expires_on, there - taken))
        self.slices = left
