"""One thing that falls due, and what goes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from core.storage.transaction import Actor, Command

ACTOR: Final = Actor.system("jobs")


class Rank(IntEnum):
    """What goes first among things that fall due at one moment. Only the order counts, not the numbers."""

    EXPIRE = 0
    REQUEST_END = 10
    REQUEST_REMINDER = 11
    REQUEST_ESCALATION = 12
    REFRESH = 20
    SHORTFALL = 21
    LOAN = 30
    LOAN_REMINDER = 31
    POOL = 40
    BOOST_END = 50
    BOOST_WARNING = 51
    OOO_RETURN = 60
    OOO_SILENCE = 65
    OOO_SHARE = 70
    BUDGET_USE = 80


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do. Those that agree in all but the command do not depend on each other."""

    at: datetime
    rank: Rank
    depth: int
    command: Command[Any]

    @property
    def order(self) -> tuple[datetime, Rank, int]:
        """Soonest first, then by rank, then from the top of the tree down."""
        return (self.at, self.rank, self.depth)
