"""How much a team or department has spent in its period, with everybody and everything below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Row, Select, Subquery, case, cast, func, literal, select
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
    periods = [(row, quota_from(row).schedule(zone).window_at(at)) for row in found]
    begun = [(row, period) for row, period in periods if period is not None]
    use = await uses_of(connection, organization_id, since={row.path: period.start for row, period in begun})
    return [
        DueWarning(row.owner_id, period, use[row.path].percent)
        for row, period in begun
        if use[row.path].percent > told_of(row, period=period)
    ]


def watched(organization_id: str) -> Select[Any]:
    """Quotas with the paths of the places that they are of."""
    at = (nodes.c.organization_id == quotas.c.organization_id) & (nodes.c.id == quotas.c.owner_id)
    return select(quotas, nodes.c.path).join(nodes, at).where(quotas.c.organization_id == organization_id)


def told_of(row: Row[Any], *, period: Window) -> int:
    """The threshold that was told of a period."""
    percent: int = row.told_percent if row.told_of == period.start else 0
    return percent


async def uses_of(
    connection: AsyncConnection, organization_id: str, *, since: Mapping[str, datetime]
) -> dict[str, BudgetUse]:
    """By path, what was spent there and below since a moment, and is left; two statements for however many."""
    if not since:
        return {}
    starts = sorted(set(since.values()))
    spent = (await connection.execute(_spent(organization_id, starts))).all()
    # Where nothing was spent it does not matter what is left.
    left = (await connection.execute(_left(organization_id))).all() if spent else []
    return {
        path: BudgetUse(
            sum(row[1 + starts.index(start)] for row in spent if row.path.startswith(path)),
            sum(row.left for row in left if row.path.startswith(path)),
        )
        for path, start in since.items()
    }


def _left(organization_id: str) -> Select[Any]:
    """The credits at each place, the people who are at home there included."""
    owners = _owners(organization_id)
    balance = accounts.c.credits - accounts.c.debits
    own = (accounts.c.organization_id == organization_id) & (accounts.c.owner_id == owners.c.id)
    return (
        select(owners.c.path, _whole(case((balance > 0, balance), else_=0)).label("left"))
        .join(accounts, own)
        .where(accounts.c.kind.in_(HOLDING))
        .group_by(owners.c.path)
    )


def _spent(organization_id: str, starts: Sequence[datetime]) -> Select[Any]:
    """What each place has spent since each of these moments, soonest first."""
    owners = _owners(organization_id)
    sink = literal(f"{Kind.SPENT.value}:").concat(owners.c.id)
    own = (postings.c.organization_id == organization_id) & (postings.c.credit_account == sink)
    return (
        select(owners.c.path, *(_whole(case((postings.c.at >= start, postings.c.amount), else_=0)) for start in starts))
        .join(postings, own)
        .where(postings.c.at >= starts[0], postings.c.kind.in_(SPENDING))
        .group_by(owners.c.path)
    )


def _owners(organization_id: str) -> Subquery:
    """Places, and people with the place where they are at home."""
    at_home = (users.c.organization_id == nodes.c.organization_id) & (users.c.home_id == nodes.c.id)
    places = select(nodes.c.path, nodes.c.id).where(nodes.c.organization_id == organization_id)
    people = select(nodes.c.path, users.c.id).join(users, at_home).where(nodes.c.organization_id == organization_id)
    return places.union_all(people).subquery()


def _whole(number: ColumnElement[int]) -> ColumnElement[int]:
    """A sum as a whole number; Postgres sums as NUMERIC."""
    return cast(func.sum(number), BigInteger)
