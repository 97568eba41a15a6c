"""How an event's background becomes a way of telling."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.replies.telling import Telling
from core.directory.units import Metering, Units
from core.notify.background import Background


def telling_of(background: Background) -> Telling:
    """Amounts and times as the organization has them, and the names of those who are mentioned."""
    units = Units(Metering(background.metering), background.credits_per_usd, background.custom_units)
    return Telling(units, ZoneInfo(background.time_zone), background.people)
