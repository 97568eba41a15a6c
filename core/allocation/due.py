"""What falls due in one organization: periods that began, shortfalls that can be paid, credits whose day is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import Kind, account_id
from core.ledger.reading import read_accounts
from core.policy.periods import day_of, start_of
from core.policy.quotas import quota_from
from core.storage.tables import accounts, grants, nodes, postings, quotas, users

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueRefresh:
    """A period began at `at` right below a parent; `depth` counts from the organization's own quota, 0.

    `first` is the smallest id of those who were not served yet.
    """

    at: datetime
    parent_id: str | None
    depth: int
    first: str


@dataclass(frozen=True, slots=True)
class DueShortfall:
    """A parent that owes has had credits since `at`."""

    at: datetime
    parent_id: str
    version: int


@dataclass(frozen=True, slots=True)
class DueExpiry:
    """Credits on an account were good until the day before `at`."""

    at: datetime
    account: str
    version: int


async def refreshes_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> list[DueRefresh]:
    """The next period of every quota whose beginning is reached, top-down and soonest first."""
    served = (
        select(func.max(grants.c.window_start))
        .where(grants.c.organization_id == quotas.c.organization_id, grants.c.owner_id == quotas.c.owner_id)
        .scalar_subquery()
    )
    found = await connection.execute(
        select(quotas, served.label("served"))
        .where(quotas.c.organization_id == organization_id)
        .order_by(quotas.c.owner_id)
    )
    windows = ((row.owner_id, quota_from(row).next_window(zone, after=row.served)) for row in found)
    begun = {owner: window.start for owner, window in windows if window is not None and window.start <= until}
    parents = await _parents(connection, organization_id) if begun else {}
    due: dict[tuple[datetime, str | None], DueRefresh] = {}
    for owner, start in begun.items():
        if owner in parents:
            parent_id, depth = parents[owner]
            due.setdefault((start, parent_id), DueRefresh(start, parent_id, depth, owner))
    return sorted(due.values(), key=lambda item: (item.at, item.depth, item.parent_id or ""))


async def _parents(connection: AsyncConnection, organization_id: str) -> Mapping[str, tuple[str | None, int]]:
    """Active owner → its active parent, and how deep that stands."""
    found = await connection.execute(
        select(nodes.c.id, nodes.c.parent_id, nodes.c.path).where(
            nodes.c.organization_id == organization_id, nodes.c.archived_at.is_(None)
        )
    )
    rows = found.all()
    depth = {row.id: row.path.count("/") for row in rows}
    people = await connection.execute(
        select(users.c.id, users.c.home_id).where(
            users.c.organization_id == organization_id, users.c.deactivated_at.is_(None)
        )
    )
    parents: dict[str, tuple[str | None, int]] = {organization_id: (None, 0)}
    parents |= {row.id: (row.parent_id, depth[row.parent_id]) for row in rows if row.parent_id in depth}
    return parents | {row.id: (row.home_id, depth[row.home_id]) for row in people if row.home_id in depth}


async def shortfalls_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> list[DueShortfall]:
    """Parents that owed a part of a period when they last received credits, and have some of them free."""
    found = (
        await connection.execute(
            select(grants).where(grants.c.organization_id == organization_id, grants.c.quota > grants.c.granted)
        )
    ).all()
    parents = await _parents(connection, organization_id) if found else {}
    owing: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in found:
        if row.parent_id is not None and parents.get(row.owner_id, ("", 0))[0] == row.parent_id:
            owing[row.parent_id].append(row)
    due = await _funded(connection, organization_id, owing=owing, zone=zone) if owing else []
    return sorted((item for item in due if item.at <= until), key=lambda item: (item.at, item.parent_id))


async def _funded(
    connection: AsyncConnection, organization_id: str, *, owing: Mapping[str, list[Row[Any]]], zone: ZoneInfo
) -> list[DueShortfall]:
    budgets = {account_id(Kind.BUDGET, parent_id): parent_id for parent_id in owing}
    received = (
        select(func.max(postings.c.at))
        .where(postings.c.organization_id == organization_id, postings.c.credit_account == accounts.c.id)
        .scalar_subquery()
    )
    ours = accounts.c.id.in_(sorted(budgets))
    last = await connection.execute(
        select(accounts.c.id, received.label("at")).where(accounts.c.organization_id == organization_id, ours)
    )
    at = {row.id: row.at for row in last if row.at is not None}
    books = await read_accounts(connection, organization_id, ours)
    due = []
    for budget, parent_id in budgets.items():
        going_on = [row.at for row in owing[parent_id] if budget in at and row.window_end > at[budget]]
        if going_on and books[budget].free_on(day_of(at[budget], zone)):
            due.append(DueShortfall(max(at[budget], *going_on), parent_id, books[budget].version))
    return due


async def expiry_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> DueExpiry | None:
    """The first account of the soonest day that is over."""
    found = await connection.execute(
        select(accounts.c.id, accounts.c.next_expiry, accounts.c.version)
        .where(accounts.c.organization_id == organization_id, accounts.c.next_expiry < day_of(until, zone))
        .order_by(accounts.c.next_expiry, accounts.c.id)
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else DueExpiry(start_of(row.next_expiry + _ONE_DAY, zone), row.id, row.version)
