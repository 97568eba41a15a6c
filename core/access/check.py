"""Whether an actor may do something in a place: decided from the database, never from what a payload claims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from core.access.matrix import MATRIX, OPERATOR_MAY, SYSTEM_MAY, Permission, Reach, Role
from core.refusals import Because, Refused, refuse
from core.storage.tables import organizations, roles, users
from core.storage.transaction import Actor, ActorKind, Place, Transaction


async def require(tx: Transaction, *, needs: str, place: Place) -> None:
    """Raise Refused unless the actor has the permission in the place; note the roles they act in."""
    permission = Permission(needs)
    if tx.actor.kind is ActorKind.USER:
        held = await _roles_of_active(tx)
    else:
        await _require_organization(tx, permission)
        held = []
    tx.actor_roles = tuple(sorted({role.value for role, _ in held}))
    if not carries(held, needs=needs, place=place, actor=tx.actor):
        raise Refused(refuse(Because.NOT_ALLOWED, needs=permission.value))


async def allows(tx: Transaction, *, needs: str, place: Place) -> bool:
    """Whether an actor that `require` has let in has one more permission in a place."""
    held = await roles_of(tx) if tx.actor.kind is ActorKind.USER else []
    return carries(held, needs=needs, place=place, actor=tx.actor)


def carries(held: Iterable[tuple[Role, str]], *, needs: str, place: Place, actor: Actor) -> bool:
    """Whether an actor with these (role, scope) pairs has a permission in a place; jobs and operators have none."""
    permission = Permission(needs)
    if actor.kind is not ActorKind.USER:
        return permission in (OPERATOR_MAY if actor.kind is ActorKind.OPERATOR else SYSTEM_MAY)
    return any(reaches(permission, role, scope_id=scope_id, place=place, actor_id=actor.id) for role, scope_id in held)


def reaches(permission: Permission, role: Role, *, scope_id: str, place: Place, actor_id: str) -> bool:
    """Whether a role held at a scope carries the permission to the place."""
    reach = MATRIX[permission].get(role)
    if reach is Reach.OWN:
        return place.person == actor_id
    return reach is Reach.SCOPE and (scope_id in place.path or place.person == actor_id)


async def roles_of(tx: Transaction, user_id: str | None = None) -> list[tuple[Role, str]]:
    """The (role, scope) pairs that a person, by default the actor, holds now."""
    held = await tx.execute(
        select(roles.c.role, roles.c.scope_id).where(
            roles.c.organization_id == tx.organization_id,
            roles.c.user_id == (user_id or tx.actor.id),
            *counts_at(tx.now),
        )
    )
    return [(Role(row.role), row.scope_id) for row in held]


def counts_at(moment: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What is true of the rows of roles that count at a moment: in [starts_at, ends_at), open where there is none."""
    return (
        or_(roles.c.starts_at.is_(None), roles.c.starts_at <= moment),
        or_(roles.c.ends_at.is_(None), roles.c.ends_at > moment),
    )


async def _roles_of_active(tx: Transaction) -> list[tuple[Role, str]]:
    """What the actor holds now, in one statement with whether they are still here: it is asked of every deed."""
    counts = and_(roles.c.organization_id == users.c.organization_id, roles.c.user_id == users.c.id, *counts_at(tx.now))
    found = await tx.execute(
        select(users.c.deactivated_at, roles.c.role, roles.c.scope_id)
        .join_from(users, roles, counts, isouter=True)
        .where(users.c.organization_id == tx.organization_id, users.c.id == tx.actor.id)
    )
    rows = found.all()
    if not rows:
        raise Refused(refuse(Because.UNKNOWN_USER, user=tx.actor.id))
    if rows[0].deactivated_at is not None:
        raise Refused(refuse(Because.INACTIVE_USER, user=tx.actor.id))
    return [(Role(row.role), row.scope_id) for row in rows if row.role is not None]


async def _require_organization(tx: Transaction, permission: Permission) -> None:
    if permission is Permission.OPERATE:
        return  # the organization may be the one that is about to be created
    found = await tx.execute(
        select(organizations.c.organization_id).where(organizations.c.organization_id == tx.organization_id)
    )
    if found.one_or_none() is None:
        raise Refused(refuse(Because.UNKNOWN_ORGANIZATION, organization=tx.organization_id))
