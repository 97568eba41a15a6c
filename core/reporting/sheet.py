"""A person's balance sheet: plain data for every front end. Amounts are credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BoostBalance:
    """A temporary boost: credits free on it, and when it ends."""

    id: str
    available: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectBalance:
    """A project's budget, which pays for calls that name the project."""

    id: str
    name: str
    available: int


@dataclass(frozen=True, slots=True)
class PoolBalance:
    """The team pool: credits free on it, and `reach`, what this person may still draw this month."""

    team_id: str
    team_name: str
    available: int
    is_auto_draw: bool
    reach: int


@dataclass(frozen=True, slots=True)
class Expiring:
    """Free personal credits by the last day on which they can be spent."""

    expires_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class NextRefresh:
    """The quota's next refresh: when, how much, and as it was typed."""

    at: datetime
    amount: int
    typed: str


@dataclass(frozen=True, slots=True)
class MonthUsage:
    """This month's calls, their credits and their exact price in USD. `boosted` of the credits were paid by boosts."""

    calls: int
    credits: int
    cost_usd: Decimal
    boosted: int


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """Everything a person can spend from, in credits. `available` is what a call without a project could hold now."""

    user_id: str
    handle: str
    name: str
    available: int
    personal: int
    held: int
    owed: int
    boosts: tuple[BoostBalance, ...]
    projects: tuple[ProjectBalance, ...]
    pool: PoolBalance | None
    expiring: tuple[Expiring, ...]
    refresh: NextRefresh | None
    month: MonthUsage
