"""The words of an approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.access.matrix import Role


class Subject(StrEnum):
    """What is asked for."""

    TRANSFER = "transfer"
    DRAW = "draw"
    OVERRIDE = "override"


class ApprovalState(StrEnum):
    """A request is decided once."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long after the asking each thing happens."""

    remind: timedelta
    escalate: timedelta
    expire: timedelta

    @classmethod
    def of_sla(cls, sla: timedelta) -> Deadlines:
        """Reminder at half the SLA, the next tier at two thirds, rejection at its end."""
        return cls(sla / 2, sla * 2 / 3, sla)


HOURS: Final = "hours"
"""Under which name a request says, among its conditions, for how long it asks."""
REMIND: Final = "remind_after_seconds"
"""Under which name a chain says, among its conditions, how long after its asking a tier is reminded."""

Tiers = tuple[tuple[Role, ...], ...]
"""Roles by tier, first asked first. Every list ends in super_admin."""


def ending_in_super_admin(tiers: Tiers) -> Tiers:
    """The tiers with super_admin as the last one."""
    return tiers if tiers and Role.SUPER_ADMIN in tiers[-1] else (*tiers, (Role.SUPER_ADMIN,))


def only(gainers: frozenset[str]) -> str | None:
    """The one who gains; None where several do."""
    return next(iter(gainers)) if len(gainers) == 1 else None


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may decide: as themselves, for somebody who has delegated to them, or by breaking the glass."""

    user_id: str
    handle: str
    role: Role
    on_behalf_of: str | None = None
    breaks_glass: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    """A yes that a chain has already; `voted_for` is in whose place it was said."""

    voter_id: str
    voted_for: str | None
    granted: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a chain has come, in handles: who has agreed, first first, of how many, and who is asked now."""

    agreed: tuple[str, ...]
    must_agree: int
    asked_now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """A request as it stands. `tier` counts from 0: it and, unless `is_chain`, those before it are asked.

    `amount` is what was asked for, `votes` what a chain has agreed to so far, first tier first. `hours` is for how long
    an open request asks, where that is part of it; the tiers of a chain may have made it shorter. `remind` is how long
    after its asking a further tier of a chain is reminded.
    """

    id: str
    subject: Subject
    subject_id: str
    requester_id: str
    gainers: frozenset[str]
    amount: int
    reason: str
    path: tuple[str, ...]
    tiers: Tiers
    tier: int
    is_chain: bool
    state: ApprovalState
    asked_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    votes: tuple[Vote, ...] = ()
    hours: int | None = None
    remind: timedelta | None = None

    @property
    def agreed(self) -> frozenset[str]:
        """Who has said yes in a chain, and in whose place: nobody counts for two tiers."""
        return frozenset(name for vote in self.votes for name in (vote.voter_id, vote.voted_for) if name is not None)

    @property
    def voters(self) -> tuple[str, ...]:
        """Who has said yes in a chain, first first."""
        return tuple(vote.voter_id for vote in self.votes)

    @property
    def most(self) -> int:
        """What can still be granted: in a chain no more than anybody has agreed to."""
        return min((vote.granted for vote in self.votes), default=self.amount)

    @property
    def must_agree(self) -> int:
        """How many people must say yes, one after the other."""
        return len(self.tiers) if self.is_chain else 1

    @property
    def never(self) -> frozenset[str]:
        """Who cannot decide, whatever role they have."""
        return self.gainers | {self.requester_id} | self.agreed

    @property
    def asked_roles(self) -> tuple[tuple[Role, ...], ...]:
        """The roles that may decide now; the next entry where nobody with one of the entry before can act."""
        if self.is_chain:
            return (self.tiers[self.tier], (Role.SUPER_ADMIN,))
        flat = [tuple(role for tier in self.tiers[: last + 1] for role in tier) for last in range(len(self.tiers))]
        return tuple(flat[self.tier :])

    @property
    def is_last_tier(self) -> bool:
        """Whether a yes decides."""
        return not self.is_chain or self.tier + 1 == len(self.tiers)
