"""What the outbox hears about team pools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFunded:
    """The team's budget has put credits into the pool; `by_id` is who said so."""

    name: ClassVar[str] = "pool.funded"
    team_id: str
    by_id: str
    amount: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolWithdrawn:
    """Credits of the pool went back to the team's budget."""

    name: ClassVar[str] = "pool.withdrawn"
    team_id: str
    by_id: str
    amount: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolReplenished:
    """The pool was filled up to its quota, or as far as the budget above went."""

    name: ClassVar[str] = "pool.replenished"
    team_id: str
    parent_id: str
    amount: int
    quota: int
    available: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolShort:
    """The budget above could not fill the pool; told once, until it could again."""

    name: ClassVar[str] = "pool.short"
    team_id: str
    parent_id: str
    missing: int
    quota: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequested:
    """Somebody asks for credits of the pool, and somebody else is to decide."""

    name: ClassVar[str] = "draw.requested"
    draw_id: str
    approval_id: str
    team_id: str
    requester_id: str
    amount: int
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCompleted:
    """Credits of the pool came to somebody who had asked. `amount` may be less than `asked`; the pool has
    `available` left.
    """

    name: ClassVar[str] = "draw.completed"
    draw_id: str
    team_id: str
    requester_id: str
    amount: int
    available: int
    asked: int
    reason: str
    decided_by: str | None
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawEnded:
    """A request came to nothing (`rejected`, `expired`, `cancelled`); the pool has the credits again."""

    name: ClassVar[str] = "draw.ended"
    draw_id: str
    team_id: str
    requester_id: str
    amount: int
    state: str
    decided_by: str | None
