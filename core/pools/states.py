"""The words of a draw."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.access.matrix import Role
from core.approvals.states import Deadlines, Tiers


class DrawState(StrEnum):
    """A draw is paid at once or waits for a decision; it ends once."""

    PENDING = "pending"
    COMPLETED = "completed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


TIERS: Final[Tiers] = ((Role.TEAM_LEAD,), (Role.DEPT_MANAGER,))
"""Who decides about larger draws, at the team; in the end a super admin."""

DEADLINES: Final = Deadlines.of_sla(timedelta(hours=24))
