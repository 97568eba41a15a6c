"""The words of an absence."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """What made it known."""

    MANUAL_STATUS = "manual_status"
    CHAT_STATUS = "chat_status"
    CALENDAR_INTEGRATION = "calendar_integration"
    INACTIVITY_DAYS = "inactivity_days"


class Reason(StrEnum):
    """Why somebody is away; nobody has to say more."""

    VACATION = "vacation"
    SICK = "sick"
    LEAVE = "leave"
    OTHER = "other"


class AbsenceState(StrEnum):
    """An absence is open from when it is set, also before it begins."""

    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"
    MERGED = "merged"
