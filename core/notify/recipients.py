"""The people behind an audience, from the directory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access.matrix import Role
from core.notify.audience import Audience
from core.storage.tables import nodes, roles, users

MANAGERS: Final = (Role.TEAM_LEAD, Role.DEPT_MANAGER, Role.FINANCE_ADMIN, Role.SUPER_ADMIN)
"""Who manages a node: those with one of these roles there, else at the next node above that has some."""


@dataclass(frozen=True, slots=True)
class Directory:
    """An organization's people; `at` decides which roles they held."""

    connection: AsyncConnection
    organization_id: str
    at: datetime

    async def people_in(self, audience: Audience) -> tuple[str, ...]:
        """The ids of active people, without service accounts, each once, in order."""
        wanted = set(audience.people)
        if audience.roles:
            held = await self._holders(audience.roles, scopes=[self.organization_id])
            wanted |= {user_id for _, user_id in held}
        for node_id in audience.managers_of:
            wanted |= await self._managers(node_id)
        for node_id in audience.members_of:
            wanted |= await self._members(node_id)
        wanted -= set(audience.besides)
        for node_id in audience.besides_managers_of:
            wanted -= await self._managers(node_id)
        return await self._reachable(wanted) if wanted else ()

    async def _members(self, node_id: str) -> set[str]:
        found = await self.connection.execute(
            select(users.c.id).where(users.c.organization_id == self.organization_id, users.c.home_id == node_id)
        )
        return set(found.scalars())

    async def _managers(self, node_id: str) -> set[str]:
        found = await self.connection.execute(
            select(nodes.c.path).where(nodes.c.organization_id == self.organization_id, nodes.c.id == node_id)
        )
        path = found.scalar_one().rstrip("/").split("/")
        held = await self._holders(MANAGERS, scopes=path)
        nearest = max((path.index(scope_id) for scope_id, _ in held), default=0)
        return {user_id for scope_id, user_id in held if scope_id == path[nearest]}

    async def _holders(self, wanted: Iterable[Role], *, scopes: list[str]) -> list[tuple[str, str]]:
        """(scope, active person) of everybody who holds one of the roles at one of the scopes."""
        found = await self.connection.execute(
            select(roles.c.scope_id, roles.c.user_id)
            .join(users, (users.c.organization_id == roles.c.organization_id) & (users.c.id == roles.c.user_id))
            .where(
                roles.c.organization_id == self.organization_id,
                users.c.deactivated_at.is_(None),
                roles.c.role.in_([role.value for role in wanted]),
                roles.c.scope_id.in_(scopes),
                or_(roles.c.starts_at.is_(None), roles.c.starts_at <= self.at),
                or_(roles.c.ends_at.is_(None), roles.c.ends_at > self.at),
            )
        )
        return [(row.scope_id, row.user_id) for row in found]

    async def _reachable(self, wanted: Iterable[str]) -> tuple[str, ...]:
        found = await self.connection.execute(
            select(users.c.id)
            .where(
                users.c.organization_id == self.organization_id,
                users.c.id.in_(sorted(wanted)),
                users.c.deactivated_at.is_(None),
                users.c.is_service.is_(False),
            )
            .order_by(users.c.id)
        )
        return tuple(found.scalars())
