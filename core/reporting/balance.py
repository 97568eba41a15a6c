"""What a person has: every account they can spend from, what is in flight, what expires, and what it cost so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, func, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.quotas import quota_of
from core.directory.create_user import Seniority
from core.directory.policies import pool_policy
from core.directory.tree import NodeKind
from core.ledger.accounts import NEVER, Account, Kind, account_id, owner_of, spent_of
from core.ledger.reading import read_accounts
from core.policy.periods import start_of
from core.reporting.sheet import (
    BalanceSheet,
    BoostBalance,
    Expiring,
    MonthUsage,
    NextRefresh,
    PoolBalance,
    ProjectBalance,
)
from core.reporting.used import used_in_all
from core.spending.allowances import allowance_on, room_left
from core.storage.tables import accounts, nodes, postings, project_members, usage, users
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A person's balance sheet."""

    needs: ClassVar[str] = Permission.SEE_USAGE
    organization_id: str
    actor: Actor
    user_id: str

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair, at home."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> BalanceSheet:
        """Read it."""
        found = await tx.execute(
            select(users).where(users.c.organization_id == tx.organization_id, users.c.id == self.user_id)
        )
        person = found.one()
        projects = await _projects(tx, person.id)
        team = await _team(tx, person.home_id)
        books = await _accounts(tx, person, nodes_paid_from=[*projects, *([team] if team else [])])
        own = books[account_id(Kind.PERSONAL, person.id)]
        personal = 0 if own.closed_to else own.free_on(tx.today)
        boosts = _boosts(books.values(), tx)
        pool = await _pool(books, tx, person=person, team=team) if team else None
        reach = pool.reach if pool and pool.is_auto_draw else 0
        return BalanceSheet(
            user_id=person.id,
            handle=person.handle,
            name=person.name,
            available=personal + sum(boost.available for boost in boosts) + reach,
            personal=personal,
            held=sum(account.held for account in books.values() if account.kind in {Kind.PERSONAL, Kind.BOOST}),
            owed=own.owed,
            boosts=boosts,
            projects=tuple(_project(books, tx, node=node) for node in projects),
            pool=pool,
            expiring=_expiring(own, tx),
            refresh=await _refresh(tx, person.id),
            month=await _month(tx, person.id),
        )


async def _projects(tx: Transaction, user_id: str) -> list[Row[Any]]:
    found = await tx.execute(
        select(nodes.c.id, nodes.c.name)
        .join(
            project_members,
            (project_members.c.organization_id == nodes.c.organization_id)
            & (project_members.c.project_id == nodes.c.id),
        )
        .where(
            nodes.c.organization_id == tx.organization_id,
            nodes.c.archived_at.is_(None),
            project_members.c.user_id == user_id,
        )
        .order_by(nodes.c.name, nodes.c.id)
    )
    return list(found.all())


async def _team(tx: Transaction, home_id: str) -> Row[Any] | None:
    found = await tx.execute(
        select(nodes.c.id, nodes.c.name).where(
            nodes.c.organization_id == tx.organization_id, nodes.c.id == home_id, nodes.c.kind == NodeKind.TEAM.value
        )
    )
    return found.one_or_none()


async def _accounts(tx: Transaction, person: Row[Any], *, nodes_paid_from: Iterable[Row[Any]]) -> Mapping[str, Account]:
    """The person's own accounts, and the budgets and pools of the nodes."""
    owners = [person.id, *(node.id for node in nodes_paid_from)]
    return await read_accounts(tx.connection, tx.organization_id, accounts.c.owner_id.in_(owners))


def _boosts(books: Iterable[Account], tx: Transaction) -> tuple[BoostBalance, ...]:
    live = [
        BoostBalance(owner_of(account.id), account.free_on(tx.today), account.ends_at)
        for account in books
        if account.kind is Kind.BOOST and account.closed_to is None and account.ends_at and account.ends_at > tx.now
    ]
    return tuple(sorted(live, key=lambda boost: (boost.ends_at, boost.id)))


def _project(books: Mapping[str, Account], tx: Transaction, *, node: Row[Any]) -> ProjectBalance:
    return ProjectBalance(node.id, node.name, books[account_id(Kind.BUDGET, node.id)].free_on(tx.today))


async def _pool(
    books: Mapping[str, Account], tx: Transaction, *, person: Row[Any], team: Row[Any]
) -> PoolBalance | None:
    pool = books.get(account_id(Kind.POOL, team.id))
    if pool is None:
        return None
    allowance = allowance_on(team.id, person.id, day=tx.today)
    account, source = books.get(allowance.account), books.get(allowance.source)
    policy = await pool_policy(tx.connection, tx.organization_id, team_id=team.id)
    monthly = policy.monthly_limit(is_junior=person.seniority == Seniority.JUNIOR)
    room = room_left(account, source, monthly=monthly, today=tx.today) if account and source else monthly
    free = pool.free_on(tx.today)
    return PoolBalance(team.id, team.name, free, policy.is_auto_draw, min(free, room))


def _expiring(own: Account, tx: Transaction) -> tuple[Expiring, ...]:
    parts = [part for part in own.slices if tx.today <= part.expires_on < NEVER and part.free > 0]
    return tuple(Expiring(part.expires_on, part.free) for part in parts)


async def _refresh(tx: Transaction, user_id: str) -> NextRefresh | None:
    quota = await quota_of(tx, user_id)
    window = None if quota is None else quota.next_window(tx.zone, after=tx.now)
    return None if quota is None or window is None else NextRefresh(window.start, quota.amount, quota.typed)


async def _month(tx: Transaction, user_id: str) -> MonthUsage:
    """This month's calls."""
    month = start_of(tx.today.replace(day=1), tx.zone)
    total = await used_in_all(tx, usage.c.user_id == user_id, usage.c.at >= month)
    boosted = await _boosted(tx, user_id) if total.calls else 0
    return MonthUsage(total.calls, total.credits, total.cost_usd, boosted)


async def _boosted(tx: Transaction, user_id: str) -> int:
    """What boosts have paid this month, those that are over included."""
    found = await tx.execute(
        select(accounts.c.id).where(
            accounts.c.organization_id == tx.organization_id,
            accounts.c.owner_id == user_id,
            accounts.c.kind == Kind.BOOST.value,
        )
    )
    sinks = sorted(map(spent_of, found.scalars()))
    if not sinks:
        return 0
    paid = await tx.execute(
        select(func.coalesce(func.sum(postings.c.amount), 0)).where(
            postings.c.organization_id == tx.organization_id,
            postings.c.credit_account.in_(sinks),
            postings.c.at >= start_of(tx.today.replace(day=1), tx.zone),
        )
    )
    return int(paid.scalar_one())
