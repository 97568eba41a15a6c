"""The windows of a quota, and how long what was granted in one lives.

All of it follows from (period, anchor, time zone) and the moment asked about: nothing is
counted, so nothing drifts. Windows are half-open, [start, end), and tile time from the anchor on.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

_ONE_DAY: Final = timedelta(days=1)
_ONE_SECOND: Final = timedelta(seconds=1)
_EARLIEST_ANCHOR: Final = date(1970, 1, 1)
_LATEST_ANCHOR: Final = date(2999, 12, 31)


class Period(StrEnum):
    """How often a quota is granted anew."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


_DAYS: Final = {Period.DAILY: 1, Period.WEEKLY: 7}
_MONTHS: Final = {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.YEARLY: 12}


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The organization's day that `moment` (aware) belongs to; never goes back as time goes on.

    It is the calendar's date except where clocks are set back across midnight (St. John's,
    2010): a day that has begun stays, or a day's expiry and limits would come round twice.
    """
    assert moment.tzinfo is not None, "a moment without a time zone has no day"
    local = moment.astimezone(zone).date()
    tomorrow = local + _ONE_DAY
    return tomorrow if moment >= start_of(tomorrow, zone) else local


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of `day` in `zone`.

    Midnight where there is one, the earlier where there are two, else the first instant after
    the gap; a day that `zone` skipped altogether (Apia, 30 December 2011) starts with the next.
    """
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    instant = midnight.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant
    # In a gap fold=1 lies before the jump and fold=0 at it or after it (PEP 495).
    return _first_instant_of(day, zone, before=midnight.replace(fold=1).astimezone(UTC), after=instant)


def _first_instant_of(day: date, zone: ZoneInfo, *, before: datetime, after: datetime) -> datetime:
    """Bisects to the second, the resolution of zone offsets."""
    while after - before > _ONE_SECOND:
        middle = before + (after - before) // _ONE_SECOND // 2 * _ONE_SECOND
        if middle.astimezone(zone).date() < day:
            before = middle
        else:
            after = middle
    return after


@dataclass(frozen=True)
class Window:
    """One period of a schedule: [start, end) in UTC, `first_day` to `last_day` inclusive; `index` counts from 0."""

    start: datetime
    end: datetime
    first_day: date
    last_day: date
    index: int
    schedule: "Schedule" = field(repr=False)

    @property
    def days(self) -> int:
        """Calendar days; the day of a clock change counts as one."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True)
class Schedule:
    """A quota's calendar: a new window every `period` from the local day `anchor` in `zone`.

    Month ends clamp, always from the anchor: 31 January, 28 February, 31 March.
    Raises ValueError for an anchor outside the years 1970 to 2999.
    """

    period: Period
    anchor: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if not _EARLIEST_ANCHOR <= self.anchor <= _LATEST_ANCHOR:
            raise ValueError("a quota cannot begin before 1970 or after 2999")

    def window_at(self, moment: datetime) -> Window | None:
        """The window that contains `moment` (aware); None before the anchor's day."""
        day = day_of(moment, self.zone)
        return None if day < self.anchor else self.window(self._index_on(day))

    def windows_between(self, after: datetime, until: datetime) -> list[Window]:
        """The windows that began in (after, until], oldest first; both moments aware.

        A day that the zone skipped has no instant and so no daily window.
        """
        current = self.window_at(after)
        index = 0 if current is None else current.index + 1
        begun = []
        while (window := self.window(index)).start <= until:
            if window.start < window.end:
                begun.append(window)
            index += 1
        return begun

    def window(self, index: int) -> Window:
        """The window number `index`, 0 being the one that begins on the anchor."""
        first_day = self._first_day(index)
        next_day = self._first_day(index + 1)
        return Window(
            start=start_of(first_day, self.zone),
            end=start_of(next_day, self.zone),
            first_day=first_day,
            last_day=next_day - _ONE_DAY,
            index=index,
            schedule=self,
        )

    def _first_day(self, index: int) -> date:
        if self.period in _DAYS:
            return self.anchor + index * _DAYS[self.period] * _ONE_DAY
        years, month = divmod(self.anchor.month - 1 + index * _MONTHS[self.period], 12)
        year, month = self.anchor.year + years, month + 1
        return date(year, month, min(self.anchor.day, monthrange(year, month)[1]))

    def _index_on(self, day: date) -> int:
        if self.period in _DAYS:
            return (day - self.anchor).days // _DAYS[self.period]
        months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        index = months // _MONTHS[self.period]
        return index if self._first_day(index) <= day else index - 1


class RolloverKind(StrEnum):
    """Until when granted credits live."""

    DAYS = "days"
    """`count` days from the grant."""
    NONE = "none"
    """Until the period ends."""
    CAP = "cap"
    """Until `count` further periods have ended."""


class RolloverError(ValueError):
    """A text that is not a rollover rule, or a count out of range."""


@dataclass(frozen=True)
class Rollover:
    """How long granted credits live; written `90 days`, `none`, `cap 2`.

    `count` is 1 to 3,650 days or 1 to 120 periods, and 0 for `none`. Raises RolloverError.
    """

    kind: RolloverKind
    count: int

    def __post_init__(self) -> None:
        fewest, most = _COUNTS[self.kind]
        if not fewest <= self.count <= most:
            raise RolloverError(f"a rollover of {self.kind} takes a number from {fewest} to {most:,}")

    @classmethod
    def parse(cls, text: str) -> "Rollover":
        """The rule written in `text`, whatever its case and spacing. Raises RolloverError."""
        match text.lower().split():
            case ["none"]:
                return NO_ROLLOVER
            case [count, "day" | "days"]:
                return cls(RolloverKind.DAYS, _count(count))
            case ["cap", count]:
                return cls(RolloverKind.CAP, _count(count))
        raise RolloverError("a rollover is written: 90 days, none, or cap 2")

    def __str__(self) -> str:
        """The text that `parse` reads back."""
        match self.kind:
            case RolloverKind.NONE:
                return "none"
            case RolloverKind.CAP:
                return f"cap {self.count}"
            case RolloverKind.DAYS:
                return "1 day" if self.count == 1 else f"{self.count} days"


_COUNTS: Final = {RolloverKind.DAYS: (1, 3650), RolloverKind.NONE: (0, 0), RolloverKind.CAP: (1, 120)}

NO_ROLLOVER: Final = Rollover(RolloverKind.NONE, 0)
DEFAULT_ROLLOVER: Final = Rollover(RolloverKind.DAYS, 90)


def expires_on(rollover: Rollover, granted: Window, *, grant_day: date) -> date:
    """The last day on which credits granted in `granted` on its local day `grant_day` can be spent."""
    match rollover.kind:
        case RolloverKind.DAYS:
            return grant_day + rollover.count * _ONE_DAY
        case RolloverKind.NONE:
            return granted.last_day
        case RolloverKind.CAP:
            return granted.schedule.window(granted.index + rollover.count).last_day


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004 - digits of the largest count
        raise RolloverError("a rollover is written: 90 days, none, or cap 2")
    return int(text)
