"""A person moves to another team or department, with their personal credits, keys and projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, select, update

from core.access.check import require
from core.access.matrix import Permission
from core.access.places import node_place, user_place
from core.directory.pending import follow_person
from core.directory.role_keeping import refuse_own_gain
from core.directory.tree import active_person, gate, home
from core.storage.audit_types import Happened
from core.storage.tables import roles, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class EndedRole:
    """A role that ended with the move."""

    role: str
    scope_id: str


@dataclass(frozen=True, slots=True)
class UserMoved:
    """The receipt."""

    user_id: str
    from_id: str
    to_id: str
    ended_roles: tuple[EndedRole, ...]


@dataclass(frozen=True, kw_only=True)
class MoveUser:
    """Who moves somebody must manage people at both ends, and cannot move themselves: another team is another pool."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    home_id: str

    needs: ClassVar[str] = Permission.MANAGE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """The old home."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> UserMoved:
        """Refuses a home where nobody can live. Roles at scopes that the person leaves end."""
        refuse_own_gain(tx, self.user_id)
        await gate(tx)
        mover = await active_person(tx, self.user_id)
        new = await home(tx, self.home_id)
        old = await node_place(tx, mover.home_id)
        await require(tx, needs=self.needs, place=old)
        await require(tx, needs=self.needs, place=new.place)
        # Nothing below may refuse.
        left = tuple(node for node in old.path if node not in new.path)
        await follow_person(tx, mover.id, path=new.path)
        ended = await _end_roles(tx, mover.id, scopes=left)
        person = (users.c.organization_id == tx.organization_id, users.c.id == mover.id)
        await tx.execute(update(users).where(*person).values(home_id=new.id))
        tx.record(
            AuditNote(
                Happened.USER_MOVED,
                Place(new.path, mover.id),
                subject_id=mover.id,
                details={
                    "before": {"home": mover.home_id},
                    "after": {"home": new.id},
                    "ended_roles": [f"{role.role} at {role.scope_id}" for role in ended],
                },
            )
        )
        return UserMoved(mover.id, mover.home_id, new.id, ended)


async def _end_roles(tx: Transaction, user_id: str, *, scopes: tuple[str, ...]) -> tuple[EndedRole, ...]:
    held = (
        roles.c.organization_id == tx.organization_id,
        roles.c.user_id == user_id,
        roles.c.scope_id.in_(scopes),
        or_(roles.c.ends_at.is_(None), roles.c.ends_at > tx.now),
    )
    rows = await tx.execute(
        select(roles.c.role, roles.c.scope_id).where(*held).order_by(roles.c.role, roles.c.scope_id)
    )
    ended = tuple(EndedRole(row.role, row.scope_id) for row in rows)
    await tx.execute(update(roles).where(*held).values(ends_at=tx.now))
    return ended
