"""How a team's pool stands: what it has, how it is filled, who drew how much this month. The whole team sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import func, select

from core.access.check import allows
from core.access.matrix import Permission
from core.access.places import node_place, user_place
from core.directory.policies import pool_policy
from core.directory.tree import Node, node
from core.ledger.accounts import Account, Kind, account_id
from core.ledger.reading import read_accounts
from core.policy.periods import start_of
from core.policy.pool import JUNIOR_REQUESTS, PoolPolicy
from core.pools.quotas import PoolQuota, next_filling, pool_quota
from core.pools.request_draw import requests_in
from core.pools.states import DrawState
from core.pools.teams import Drawer, active_team, read_drawer, team_of
from core.spending.allowances import Allowance, allowance_on, room_left
from core.storage.tables import accounts, approvals, draws, users
from core.storage.transaction import Actor, ActorKind, Place, Transaction


@dataclass(frozen=True, slots=True)
class DrewLine:
    """What one person has drawn this month: `by_calls` in auto-draw, `by_request` after asking."""

    user_id: str
    handle: str
    by_calls: int
    by_request: int

    @property
    def total(self) -> int:
        """Both."""
        return self.by_calls + self.by_request


@dataclass(frozen=True, slots=True)
class WaitingDraw:
    """A request that nobody has decided."""

    draw_id: str
    approval_id: str
    handle: str
    amount: int
    reason: str
    expires_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class FilledTo:
    """What the pool is filled up to, from whose budget, how often, and when next."""

    amount: int
    typed: str
    schedule: str
    source: str
    next_at: datetime


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """What the one who looks may still draw; `requests_left` for juniors alone."""

    left: int
    limit: int
    resets: datetime
    requests_left: int | None


@dataclass(frozen=True, slots=True)
class PoolView:
    """`drew` is empty for those who see money but no personal detail; `own` is None for who cannot draw here."""

    team_id: str
    team: str
    available: int
    held: int
    is_auto_draw: bool
    reason_above: int
    filling: FilledTo | None
    drawn: int
    drew: tuple[DrewLine, ...]
    waiting: tuple[WaitingDraw, ...]
    own: OwnRoom | None
    may_manage: bool
    budget: int | None
    """What the team's budget could put in, for those who may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOverview:
    """Of a team, by default the one where the actor is at home."""

    needs: ClassVar[str] = Permission.SEE_USAGE
    organization_id: str
    actor: Actor
    team_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The team; to everybody at home there it is their own affair."""
        if self.actor.kind is not ActorKind.USER:
            return await node_place(tx, self.team_id or tx.organization_id)
        own = await user_place(tx, self.actor.id)
        if self.team_id is None or self.team_id == own.path[-1]:
            return own
        return await node_place(tx, self.team_id)

    async def answer(self, tx: Transaction) -> PoolView:
        """Read. Refuses what is no team (NO_POOL when nobody named one)."""
        drawer = await read_drawer(tx, self.actor.id) if self.actor.kind is ActorKind.USER else None
        team = await self._team(tx, drawer)
        policy = await pool_policy(tx.connection, tx.organization_id, team_id=team.id)
        books = await _accounts(tx, team)
        pool = books[account_id(Kind.POOL, team.id)]
        place = await self.place(tx)
        sees_people = await allows(tx, needs=Permission.SEE_PERSONAL_DETAIL, place=place)
        manages = await allows(tx, needs=Permission.MANAGE_POOL, place=place)
        month = tx.today.replace(day=1)
        drew = await _drew(tx, team, month=month)
        is_own = drawer is not None and drawer.home_id == team.id
        return PoolView(
            team.id,
            team.name,
            pool.free_on(tx.today),
            pool.held,
            policy.is_auto_draw,
            policy.draw_limits.require_justification_over,
            await _filling(tx, team, policy=policy),
            sum(line.total for line in drew),
            drew if sees_people else (),
            await _waiting(tx, team) if sees_people else (),
            await _own(tx, drawer, policy=policy) if drawer is not None and is_own else None,
            manages,
            books[account_id(Kind.BUDGET, team.id)].free_on(tx.today) if manages else None,
        )

    async def _team(self, tx: Transaction, drawer: Drawer | None) -> Node:
        if self.team_id is not None:
            return await active_team(tx, self.team_id)
        return await team_of(tx, drawer) if drawer is not None else await active_team(tx, tx.organization_id)


async def _accounts(tx: Transaction, team: Node) -> Mapping[str, Account]:
    """The team's budget and pool."""
    return await read_accounts(tx.connection, tx.organization_id, accounts.c.owner_id == team.id)


async def _filling(tx: Transaction, team: Node, *, policy: PoolPolicy) -> FilledTo | None:
    quota: PoolQuota | None = await pool_quota(tx, team.id)
    if quota is None or team.parent_id is None:
        return None
    parent = await node(tx, team.parent_id)
    schedule = policy.replenishment.schedule
    next_at = next_filling(schedule, after=max(quota.served_to, tx.now), zone=tx.zone)
    return FilledTo(quota.amount, quota.typed, schedule.value, parent.name, next_at)


async def _drew(tx: Transaction, team: Node, *, month: date) -> tuple[DrewLine, ...]:
    """Most first. What was used of the allowances is what was drawn; the rest of it than requests were calls."""
    marks = (f"{Kind.USED.value}:{team.id}/", f"/{month:%Y-%m}")
    used = await tx.execute(
        select(accounts.c.owner_id, (accounts.c.credits - accounts.c.debits).label("amount"), users.c.handle)
        .join(users, (users.c.organization_id == accounts.c.organization_id) & (users.c.id == accounts.c.owner_id))
        .where(
            accounts.c.organization_id == tx.organization_id,
            accounts.c.kind == Kind.USED.value,
            accounts.c.id.startswith(marks[0], autoescape=True),
            accounts.c.id.endswith(marks[1], autoescape=True),
            accounts.c.credits > accounts.c.debits,
        )
    )
    asked = await tx.execute(
        select(draws.c.requester_id, func.sum(draws.c.amount).label("amount"))
        .where(
            draws.c.organization_id == tx.organization_id,
            draws.c.team_id == team.id,
            draws.c.month == month,
            draws.c.state == DrawState.COMPLETED.value,
        )
        .group_by(draws.c.requester_id)
    )
    by_request = {row.requester_id: int(row.amount) for row in asked}
    lines = [_drew_line(row.owner_id, row.handle, used=row.amount, asked=by_request) for row in used]
    return tuple(sorted(lines, key=lambda line: (-line.total, line.handle)))


def _drew_line(user_id: str, handle: str, *, used: int, asked: Mapping[str, int]) -> DrewLine:
    by_request = asked.get(user_id, 0)
    return DrewLine(user_id, handle, used - by_request, by_request)


async def _waiting(tx: Transaction, team: Node) -> tuple[WaitingDraw, ...]:
    found = await tx.execute(
        select(draws, users.c.handle, approvals.c.expires_at)
        .join(users, (users.c.organization_id == draws.c.organization_id) & (users.c.id == draws.c.requester_id))
        .join(
            approvals,
            (approvals.c.organization_id == draws.c.organization_id) & (approvals.c.id == draws.c.approval_id),
        )
        .where(
            draws.c.organization_id == tx.organization_id,
            draws.c.team_id == team.id,
            draws.c.state == DrawState.PENDING.value,
            approvals.c.expires_at > tx.now,
        )
        .order_by(approvals.c.expires_at, draws.c.id)
    )
    return tuple(
        WaitingDraw(
            row.id, row.approval_id, row.handle, row.asked, row.reason, row.expires_at, row.requester_id == tx.actor.id
        )
        for row in found
    )


async def _own(tx: Transaction, drawer: Drawer, *, policy: PoolPolicy) -> OwnRoom:
    allowance = allowance_on(drawer.home_id, drawer.id, day=tx.today)
    limit = policy.monthly_limit(is_junior=drawer.is_junior)
    made = await requests_in(tx, drawer.id, month=allowance.month)
    return OwnRoom(
        await _room(tx, allowance, limit=limit),
        limit,
        start_of(allowance.next_month, tx.zone),
        max(0, JUNIOR_REQUESTS - made) if drawer.is_junior else None,
    )


async def _room(tx: Transaction, allowance: Allowance, *, limit: int) -> int:
    ids = (allowance.account, allowance.source)
    books = await read_accounts(tx.connection, tx.organization_id, accounts.c.id.in_(ids))
    if allowance.account not in books:
        return limit
    return room_left(books[allowance.account], books[allowance.source], monthly=limit, today=tx.today)
