"""Who holds a role: the people whom a decision can be put to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core.access.check import counts_at
from core.access.matrix import Role
from core.storage.tables import roles, users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Holder:
    """An active person with the role by which they hold it."""

    user_id: str
    handle: str
    role: Role


async def holders(tx: Transaction, wanted: Iterable[Role], *, scopes: Iterable[str]) -> list[Holder]:
    """Active people who now hold one of the roles at one of the scopes, by handle; each person once."""
    found = await tx.execute(
        select(users.c.id, users.c.handle, roles.c.role)
        .join(roles, (roles.c.organization_id == users.c.organization_id) & (roles.c.user_id == users.c.id))
        .where(
            users.c.organization_id == tx.organization_id,
            users.c.deactivated_at.is_(None),
            roles.c.role.in_([role.value for role in wanted]),
            roles.c.scope_id.in_(list(scopes)),
            *counts_at(tx.now),
        )
        .order_by(users.c.handle, roles.c.role)
    )
    once: dict[str, Holder] = {}
    for row in found:
        once.setdefault(row.id, Holder(row.id, row.handle, Role(row.role)))
    return list(once.values())
