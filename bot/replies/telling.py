"""How one organization is told things: its units, its time zone, and the names behind ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.directory.units import Metering, Units


@dataclass(frozen=True)
class Telling:
    """Amounts in the organization's units, times in the person's zone. `names`: user id -> handle."""

    units: Units
    zone: ZoneInfo
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def with_names(self, names: Mapping[str, str]) -> Telling:
        """The same, knowing these people, too."""
        return replace(self, names={**self.names, **names})

    def amount(self, amount: int) -> str:
        """`45,000 tokens`, `$12.34`."""
        return self.units.show(amount)

    def figure(self, amount: int) -> str:
        """`45,000`, `$12.34`: for tables whose title names the unit."""
        return f"{amount:,}" if self.units.metering is Metering.TOKENS else self.units.show(amount)

    def moment(self, at: datetime) -> str:
        """`Fri 20 Feb 2026, 00:00 (Europe/Berlin)`."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date())}, {local:%H:%M} ({self.zone.key})"

    def clock(self, at: datetime) -> str:
        """`15:46`, for what is over soon."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def end(self, at: datetime) -> str:
        """`by the end of Fri 20 Feb 2026` where a day ends then, else `on` and the moment."""
        last = self._last_day(at)
        return f"on {self.moment(at)}" if last is None else f"by the end of {self.day(last)}"

    def since(self, at: datetime) -> str:
        """`Fri 20 Feb 2026` where that day begins then, else the moment."""
        local = at.astimezone(self.zone)
        return self.day(local.date()) if local.time() == time.min else self.moment(at)

    def until(self, at: datetime) -> str:
        """`until the end of Fri 20 Feb 2026` where a day ends then, else `until` and the moment."""
        last = self._last_day(at)
        return f"until {self.moment(at)}" if last is None else f"until the end of {self.day(last)}"

    def _last_day(self, at: datetime) -> date | None:
        """The day that ends then; None in the middle of one."""
        local = at.astimezone(self.zone)
        return local.date() - timedelta(days=1) if local.time() == time.min else None

    def day(self, day: date) -> str:
        """`Fri 20 Feb 2026`, whatever the server's locale."""
        return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"

    def person(self, user_id: str) -> str:
        """`@bob`, or the id where the name is not known."""
        return f"@{self.names[user_id]}" if user_id in self.names else user_id


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
