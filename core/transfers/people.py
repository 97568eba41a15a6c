"""The people of a transfer, locked, and who could approve one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from core.access.matrix import Role
from core.directory.tree import node
from core.storage.tables import roles, users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Party:
    """One person of a transfer."""

    id: str
    handle: str
    home_id: str
    is_active: bool


async def lock_parties(tx: Transaction, ids: Iterable[str]) -> dict[str, Party]:
    """The people with these ids, their rows locked in the order of their ids; unknown ids are left out.

    Every sum over a person's transfers is read under this lock, so that no other transfer can change it meanwhile.
    """
    rows = (
        select(users.c.id, users.c.handle, users.c.home_id, users.c.deactivated_at)
        .where(users.c.organization_id == tx.organization_id, users.c.id.in_(sorted(set(ids))))
        .order_by(users.c.id)
    )
    found = await tx.execute(rows.with_for_update() if tx.locks_rows else rows)
    return {row.id: Party(row.id, row.handle, row.home_id, row.deactivated_at is None) for row in found}


async def approvers_of(
    tx: Transaction, sender: Party, *, named: tuple[str, ...], gainers: frozenset[str]
) -> tuple[str, ...]:
    """Handles of the people who could approve what this person sends: the roles that are named, else super admins."""
    path = (await node(tx, sender.home_id)).path
    for wanted in (named, (Role.SUPER_ADMIN.value,)):
        handles = await _holders(tx, wanted, scopes=path, besides=gainers | {sender.id})
        if handles:
            return handles
    return ()


async def _holders(
    tx: Transaction, wanted: tuple[str, ...], *, scopes: tuple[str, ...], besides: frozenset[str]
) -> tuple[str, ...]:
    found = await tx.execute(
        select(users.c.handle)
        .join(roles, (roles.c.organization_id == users.c.organization_id) & (roles.c.user_id == users.c.id))
        .where(
            users.c.organization_id == tx.organization_id,
            users.c.deactivated_at.is_(None),
            users.c.id.not_in(sorted(besides)),
            roles.c.role.in_(wanted),
            roles.c.scope_id.in_(scopes),
            or_(roles.c.starts_at.is_(None), roles.c.starts_at <= tx.now),
            or_(roles.c.ends_at.is_(None), roles.c.ends_at > tx.now),
        )
        .distinct()
        .order_by(users.c.handle)
    )
    return tuple(found.scalars())
