"""A team at a glance: its budget, what it used, its pool, and how each of its people stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import Row, func, select

from core.access.check import allows
from core.access.holders import holders
from core.access.matrix import Permission, Role
from core.access.places import path_text
from core.allocation.quotas import quota_of
from core.directory.policies import pool_policy
from core.directory.tree import Node, NodeKind, active_node
from core.ledger.accounts import Account, Kind, account_id
from core.ledger.reading import read_accounts
from core.policy.periods import start_of
from core.refusals import Because, Refused, refuse
from core.reporting.team_sheet import MemberLine, PlaceBelow, TeamPool, TeamQuota, TeamSheet, Used
from core.reporting.used import used_in_all
from core.reporting.who_is_away import away_now
from core.storage.tables import accounts, nodes, usage, users
from core.storage.transaction import Actor, Place, Transaction

_LEADS: Final = (Role.TEAM_LEAD, Role.DEPT_MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamOverview:
    """A team, department or the organization. Its own people may ask, and who may see usage there.

    What single people have and used is told only to those who may see personal detail there.
    """

    needs: ClassVar[str] = Permission.SEE_USAGE
    organization_id: str
    actor: Actor
    node_id: str

    async def place(self, tx: Transaction) -> Place:
        """The place; the affair of everybody who is at home there."""
        found = await active_node(tx, self.node_id)
        home = await tx.execute(
            select(users.c.home_id).where(users.c.organization_id == tx.organization_id, users.c.id == self.actor.id)
        )
        return Place(found.path, self.actor.id if home.scalar_one_or_none() == found.id else None)

    async def answer(self, tx: Transaction) -> TeamSheet:
        """Refuses a project: its people are at home elsewhere."""
        found = await active_node(tx, self.node_id)
        if found.kind is NodeKind.PROJECT:
            raise Refused(refuse(Because.WRONG_PARENT, node=found.id, kind=found.kind.value))
        people = await _people(tx, found.id)
        below = await _below(tx, found.id)
        books = await _books(tx, [found.id, *(row.id for row in (*people, *below))])
        quota, since = await _quota(tx, found.id)
        used_by = await _used_by(tx, [row.id for row in people], since=since)
        detail = await allows(tx, needs=Permission.SEE_PERSONAL_DETAIL, place=Place(found.path))
        members = await _members(tx, people, node=found, books=books, used_by=used_by if detail else None)
        return TeamSheet(
            node_id=found.id,
            kind=found.kind.value,
            name=found.name,
            budget=_free(books, account_id(Kind.BUDGET, found.id), on=tx.today),
            quota=quota,
            used=await _used(tx, found, since=since),
            pool=await _pool(tx, found, books=books),
            held_by_people=sum(_free(books, account_id(Kind.PERSONAL, row.id), on=tx.today) for row in people),
            members=members,
            below=await _places(tx, below, books=books),
        )


async def _people(tx: Transaction, node_id: str) -> Sequence[Row[Any]]:
    found = await tx.execute(
        select(users.c.id, users.c.handle, users.c.name, users.c.is_service)
        .where(
            users.c.organization_id == tx.organization_id,
            users.c.home_id == node_id,
            users.c.deactivated_at.is_(None),
        )
        .order_by(users.c.is_service, users.c.handle)
    )
    return found.all()


async def _below(tx: Transaction, node_id: str) -> Sequence[Row[Any]]:
    found = await tx.execute(
        select(nodes.c.id, nodes.c.kind, nodes.c.name)
        .where(
            nodes.c.organization_id == tx.organization_id,
            nodes.c.parent_id == node_id,
            nodes.c.archived_at.is_(None),
            nodes.c.kind != NodeKind.PROJECT.value,
        )
        .order_by(nodes.c.kind, nodes.c.name)
    )
    return found.all()


async def _books(tx: Transaction, owners: Iterable[str]) -> Mapping[str, Account]:
    kinds = [kind.value for kind in (Kind.PERSONAL, Kind.BUDGET, Kind.POOL)]
    theirs = (accounts.c.owner_id.in_(sorted(owners)), accounts.c.kind.in_(kinds))
    return await read_accounts(tx.connection, tx.organization_id, *theirs)


def _free(books: Mapping[str, Account], account: str, *, on: date) -> int:
    found = books.get(account)
    return 0 if found is None or found.closed_to else found.free_on(on)


async def _quota(tx: Transaction, node_id: str) -> tuple[TeamQuota | None, datetime]:
    """The quota, and since when its period runs; without one the calendar's month."""
    month = start_of(tx.today.replace(day=1), tx.zone)
    quota = await quota_of(tx, node_id)
    if quota is None:
        return None, month
    present = quota.schedule(tx.zone).window_at(tx.now)
    following = quota.next_window(tx.zone, after=tx.now)
    told = TeamQuota(quota.amount, quota.period.value, None if following is None else following.start)
    return told, month if present is None else present.start


async def _used(tx: Transaction, node: Node, *, since: datetime) -> Used:
    """Of everybody who was at home there or below when they called."""
    wanted = [usage.c.at >= since]
    if node.kind is not NodeKind.ORGANIZATION:
        below = select(nodes.c.id).where(
            nodes.c.organization_id == tx.organization_id,
            nodes.c.path.startswith(path_text(node.path), autoescape=True),
        )
        wanted.append(func.coalesce(usage.c.team_id, usage.c.department_id).in_(below))
    total = await used_in_all(tx, *wanted)
    return Used(since, total.calls, total.credits, total.cost_usd)


async def _used_by(tx: Transaction, people: Sequence[str], *, since: datetime) -> Mapping[str, int]:
    found = await tx.execute(
        select(usage.c.user_id, func.sum(usage.c.credits).label("credits"))
        .where(usage.c.organization_id == tx.organization_id, usage.c.user_id.in_(people), usage.c.at >= since)
        .group_by(usage.c.user_id)
    )
    return {row.user_id: int(row.credits) for row in found}


async def _pool(tx: Transaction, node: Node, *, books: Mapping[str, Account]) -> TeamPool | None:
    if node.kind is not NodeKind.TEAM:
        return None
    policy = await pool_policy(tx.connection, tx.organization_id, team_id=node.id)
    return TeamPool(_free(books, account_id(Kind.POOL, node.id), on=tx.today), policy.is_auto_draw)


async def _members(
    tx: Transaction,
    people: Sequence[Row[Any]],
    *,
    node: Node,
    books: Mapping[str, Account],
    used_by: Mapping[str, int] | None,
) -> tuple[MemberLine, ...]:
    leads = {holder.user_id for holder in await holders(tx, _LEADS, scopes=[node.id])}
    ids = [row.id for row in people]
    away, boosts = await away_now(tx, ids), await _boosts(tx, ids)
    return tuple(
        MemberLine(
            user_id=row.id,
            handle=row.handle,
            name=row.name,
            is_lead=row.id in leads,
            is_service=row.is_service,
            away=away.get(row.id),
            boost_until=boosts.get(row.id),
            available=None if used_by is None else _free(books, account_id(Kind.PERSONAL, row.id), on=tx.today),
            used=None if used_by is None else used_by.get(row.id, 0),
        )
        for row in people
    )


async def _boosts(tx: Transaction, people: Sequence[str]) -> Mapping[str, datetime]:
    found = await tx.execute(
        select(accounts.c.owner_id, func.max(accounts.c.ends_at).label("ends_at"))
        .where(
            accounts.c.organization_id == tx.organization_id,
            accounts.c.kind == Kind.BOOST.value,
            accounts.c.owner_id.in_(people),
            accounts.c.closed_to.is_(None),
            accounts.c.ends_at > tx.now,
        )
        .group_by(accounts.c.owner_id)
    )
    return {row.owner_id: row.ends_at for row in found}


async def _places(
    tx: Transaction, below: Sequence[Row[Any]], *, books: Mapping[str, Account]
) -> tuple[PlaceBelow, ...]:
    found = await tx.execute(
        select(users.c.home_id, func.count().label("people"))
        .where(
            users.c.organization_id == tx.organization_id,
            users.c.home_id.in_([row.id for row in below]),
            users.c.deactivated_at.is_(None),
            users.c.is_service.is_(False),
        )
        .group_by(users.c.home_id)
    )
    people = Counter({row.home_id: row.people for row in found})
    return tuple(
        PlaceBelow(
            node_id=row.id,
            kind=row.kind,
            name=row.name,
            budget=_free(books, account_id(Kind.BUDGET, row.id), on=tx.today),
            pool=_free(books, account_id(Kind.POOL, row.id), on=tx.today),
            people=people[row.id],
        )
        for row in below
    )
