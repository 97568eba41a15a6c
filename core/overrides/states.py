"""Where a boost stands."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.approvals.states import Deadlines


class OverrideState(StrEnum):
    """`pending → active | rejected | expired | cancelled`; `active → ended | revoked`."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ENDED = "ended"
    REVOKED = "revoked"


DEADLINES: Final = Deadlines(timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=24))

COUNTED_FOR: Final = timedelta(hours=168)
"""How long a boost counts, from its beginning, when the tier of the same person's next one is found."""

WARNED_BEFORE: Final = timedelta(hours=1)
"""How long before its end a person hears that a boost ends; of shorter ones than twice that only the end."""
