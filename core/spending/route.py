"""Who pays for a call, in order: boosts, the named project, personal, then the team pool.

A route is only a plan and may be two seconds old: closed accounts, ended boosts and balances are decided under the
lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.directory.create_user import Seniority
from core.directory.policies import pool_policy
from core.directory.principals import Principal
from core.directory.tree import NodeKind
from core.ledger.accounts import Kind, account_id
from core.ledger.holds import Source
from core.refusals import Because, Refused, refuse
from core.storage.tables import accounts, nodes, project_members, users


@dataclass(frozen=True, slots=True)
class PoolReach:
    """The team pool that a person's calls fall through to, up to `monthly` credits in a month."""

    team_id: str
    user_id: str
    monthly: int


@dataclass(frozen=True, slots=True)
class Route:
    """The paying accounts before the pool, the pool if spending may fall through to it, and who owes the rest."""

    sources: tuple[Source, ...]
    personal: str
    project_id: str | None
    pool: PoolReach | None


async def find_route(connection: AsyncConnection, principal: Principal, *, project: str | None, now: datetime) -> Route:
    """Read who pays. Raises Refused for a project that does not exist or that the person is not in."""
    boosts = await _boosts(connection, principal, now=now)
    project_id = await _project(connection, principal, named=project) if project is not None else None
    personal = account_id(Kind.PERSONAL, principal.user_id)
    budget = (account_id(Kind.BUDGET, project_id),) if project_id is not None else ()
    sources = tuple(Source(name) for name in (*boosts, *budget, personal))
    return Route(sources, personal, project_id, await _pool(connection, principal))


async def _boosts(connection: AsyncConnection, principal: Principal, *, now: datetime) -> list[str]:
    found = await connection.execute(
        select(accounts.c.id)
        .where(
            accounts.c.organization_id == principal.organization_id,
            accounts.c.owner_id == principal.user_id,
            accounts.c.kind == Kind.BOOST.value,
            accounts.c.closed_to.is_(None),
            accounts.c.ends_at > now,
        )
        .order_by(accounts.c.ends_at, accounts.c.id)
    )
    return list(found.scalars())


async def _project(connection: AsyncConnection, principal: Principal, *, named: str) -> str:
    found = await connection.execute(
        select(nodes.c.id)
        .join(
            project_members,
            (project_members.c.organization_id == nodes.c.organization_id)
            & (project_members.c.project_id == nodes.c.id),
        )
        .where(
            nodes.c.organization_id == principal.organization_id,
            nodes.c.kind == NodeKind.PROJECT.value,
            nodes.c.archived_at.is_(None),
            or_(nodes.c.id == named, nodes.c.name == named),
            project_members.c.user_id == principal.user_id,
        )
        .order_by(nodes.c.id)
    )
    project_id: str | None = found.scalars().first()
    if project_id is None:
        raise Refused(refuse(Because.UNKNOWN_NODE, node=named[:100]))
    return project_id


async def _pool(connection: AsyncConnection, principal: Principal) -> PoolReach | None:
    """The team's pool, where the policy lets spending fall through to it."""
    if principal.team_id is None:
        return None
    policy = await pool_policy(connection, principal.organization_id, team_id=principal.team_id)
    if not policy.is_auto_draw:
        return None
    found = await connection.execute(
        select(users.c.seniority).where(
            users.c.organization_id == principal.organization_id, users.c.id == principal.user_id
        )
    )
    monthly = policy.monthly_limit(is_junior=found.scalar_one() == Seniority.JUNIOR)
    return PoolReach(principal.team_id, principal.user_id, monthly)
