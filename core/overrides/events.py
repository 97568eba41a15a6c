"""What people and integrations hear of temporary boosts. `reason` and `note` are somebody's own words, or empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideStarted:
    """A boost can be spent from now on. `amount` may be less than was `asked`."""

    name: ClassVar[str] = "override.started"
    override_id: str
    user_id: str
    amount: int
    asked: int
    granted_by: str
    on_behalf_of: str | None
    ends_at: datetime
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRejected:
    """Somebody said no."""

    name: ClassVar[str] = "override.rejected"
    override_id: str
    user_id: str
    amount: int
    decided_by: str
    on_behalf_of: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePassedUp:
    """Somebody said yes, but the budget at their scope is short: `approvers` are asked as well."""

    name: ClassVar[str] = "override.passed_up"
    override_id: str
    user_id: str
    amount: int
    decided_by: str
    budget_id: str
    available: int
    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRequestEnded:
    """Nobody decided in time (`expired`), or the request was taken back (`cancelled`)."""

    name: ClassVar[str] = "override.request_ended"
    override_id: str
    user_id: str
    amount: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideEndsSoon:
    """A boost ends within the hour; `left` is free on it."""

    name: ClassVar[str] = "override.ends_soon"
    override_id: str
    user_id: str
    amount: int
    left: int
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideEnded:
    """A boost's time is over. `in_flight` is held by calls; what they do not cost goes back when they end."""

    name: ClassVar[str] = "override.ended"
    override_id: str
    user_id: str
    granted_by: str
    amount: int
    used: int
    returned: int
    in_flight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRevoked:
    """A boost was closed before its time."""

    name: ClassVar[str] = "override.revoked"
    override_id: str
    user_id: str
    amount: int
    used: int
    returned: int
    in_flight: int
    revoked_by: str
    note: str
