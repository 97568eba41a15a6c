"""How much a team or department has spent in its period, with everybody and everything below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.directory.tree import NodeKind
from core.ledger.accounts import Kind
from core.ledger.books import PostingKind
from core.ledger.settling import EXHAUSTED, PERCENTS
from core.policy.periods import Window
from core.policy.quotas import quota_from
from core.storage.tables import accounts, nodes, postings, quotas, users

WATCHED: Final = (NodeKind.TEAM.value, NodeKind.DEPARTMENT.value)
HOLDING: Final = (Kind.BUDGET.value, Kind.PERSONAL.value, Kind.POOL.value)
"""Whose credits count; boosts are reported apart."""
SPENDING: Final = (PostingKind.SPEND.value, PostingKind.OVERRUN.value, PostingKind.LATE.value)


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """Credits: what was spent since the period began, and what is left. Together they are what there was."""

    spent: int
    left: int

    @property
    def percent(self) -> int:
        """The highest threshold that is reached, 0 before the first."""
        if not self.spent:
            return 0
        reached = (one for one in PERCENTS if self.spent * 100 >= (self.spent + self.left) * one)
        return EXHAUSTED if self.left == 0 else max(reached, default=0)


@dataclass(frozen=True, slots=True)
class DueWarning:
    """A place has reached a threshold of which its managers have not heard in this period."""

    owner_id: str
    period: Window
    percent: int


async def warnings_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, at: datetime
) -> list[DueWarning]:
    """By place, those with a quota of their own, which says what their period is."""
    found = await connection.execute(
        watched(organization_id)
        .where(nodes.c.archived_at.is_(None), nodes.c.kind.in_(WATCHED))
        .order_by(quotas.c.owner_id)
    )
    due = [await _due(connection, row, zone=zone, at=at) for row in found.all()]
    return [item for item in due if item is not None]


def watched(organization_id: str) -> Select[Any]:
    """Quotas with the paths of the places that they are of."""
    at = (nodes.c.organization_id == quotas.c.organization_id) & (nodes.c.id == quotas.c.owner_id)
    return select(quotas, nodes.c.path).join(nodes, at).where(quotas.c.organization_id == organization_id)


async def _due(connection: AsyncConnection, row: Row[Any], *, zone: ZoneInfo, at: datetime) -> DueWarning | None:
    period = quota_from(row).schedule(zone).window_at(at)
    if period is None:
        return None
    use = await use_of(connection, row.organization_id, path=row.path, since=period.start)
    return DueWarning(row.owner_id, period, use.percent) if use.percent > told_of(row, period=period) else None


def told_of(row: Row[Any], *, period: Window) -> int:
    """The threshold that was told of a period."""
    percent: int = row.told_percent if row.told_of == period.start else 0
    return percent


async def use_of(connection: AsyncConnection, organization_id: str, *, path: str, since: datetime) -> BudgetUse:
    """Of the place at a path and all below it, as they are now."""
    below = nodes.c.path.startswith(path, autoescape=True)
    at_home = (users.c.organization_id == nodes.c.organization_id) & (users.c.home_id == nodes.c.id)
    places = select(nodes.c.id).where(nodes.c.organization_id == organization_id, below)
    people = select(users.c.id).join(nodes, at_home).where(nodes.c.organization_id == organization_id, below)
    owners = places.union_all(people).subquery()
    balance = accounts.c.credits - accounts.c.debits
    left = await connection.scalar(
        select(func.coalesce(func.sum(case((balance > 0, balance), else_=0)), 0)).where(
            accounts.c.organization_id == organization_id,
            accounts.c.owner_id.in_(select(owners.c.id)),
            accounts.c.kind.in_(HOLDING),
        )
    )
    sinks = select(literal(f"{Kind.SPENT.value}:").concat(owners.c.id))
    spent = await connection.scalar(
        select(func.coalesce(func.sum(postings.c.amount), 0)).where(
            postings.c.organization_id == organization_id,
            postings.c.credit_account.in_(sinks),
            postings.c.at >= since,
            postings.c.kind.in_(SPENDING),
        )
    )
    return BudgetUse(int(spent or 0), int(left or 0))
