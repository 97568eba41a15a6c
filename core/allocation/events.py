"""What the outbox hears about credits that flow down the tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsIssued:
    """The organization's budget got new credits."""

    name: ClassVar[str] = "credits.issued"
    amount: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationMade:
    """A node's budget or a person got credits from the budget above; a withdrawal has a negative amount."""

    name: ClassVar[str] = "allocation.made"
    owner_id: str
    parent_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What one owner got of the quota of a period. `expires_on` is the last day on which it can be spent."""

    owner_id: str
    quota: int
    granted: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaRefreshed:
    """A period began for these owners. Without a parent the owner is the organization."""

    name: ClassVar[str] = "quota.refreshed"
    parent_id: str | None
    period_start: datetime
    grants: tuple[Granted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaShort:
    """A budget could not pay the quotas below it; its managers hear it once, at the refresh that found it."""

    name: ClassVar[str] = "quota.short"
    parent_id: str
    period_start: datetime
    wanted: int
    granted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLow:
    """Of what a team or department had this period, with all below it, `percent` are spent; 100 is all of it."""

    name: ClassVar[str] = "budget.low"
    owner_id: str
    percent: int
    spent: int
    left: int
    period_ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallGranted:
    """A budget received credits and paid what it still owed of this period's quotas; `granted` is what came now."""

    name: ClassVar[str] = "quota.shortfall_granted"
    parent_id: str
    grants: tuple[Granted, ...]
