"""A role at a scope ends now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, select, update

from core.access.matrix import Permission, Role
from core.access.places import node_place
from core.directory.role_keeping import refuse_last_super_admin
from core.directory.tree import gate, node, person
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import roles
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """The receipt."""

    user_id: str
    role: str
    scope_id: str


@dataclass(frozen=True, kw_only=True)
class RevokeRole:
    """Also a role that has not begun yet; also one's own, unless nobody else could run the organization."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    role: Role
    scope_id: str

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The scope."""
        return await node_place(tx, self.scope_id)

    async def execute(self, tx: Transaction) -> RoleRevoked:
        """Refuses a role that is not held and the last super admin."""
        await gate(tx)
        scope = await node(tx, self.scope_id)
        await person(tx, self.user_id)
        held = (
            roles.c.organization_id == tx.organization_id,
            roles.c.user_id == self.user_id,
            roles.c.role == self.role.value,
            roles.c.scope_id == self.scope_id,
            or_(roles.c.ends_at.is_(None), roles.c.ends_at > tx.now),
        )
        if (await tx.execute(select(roles.c.role).where(*held))).one_or_none() is None:
            raise Refused(refuse(Because.UNKNOWN_ROLE, role=self.role.value, scope=self.scope_id))
        if self.role is Role.SUPER_ADMIN and self.scope_id == tx.organization_id:
            await refuse_last_super_admin(tx, self.user_id)
        # Nothing below may refuse.
        await tx.execute(update(roles).where(*held).values(ends_at=tx.now))
        tx.record(
            AuditNote(
                Happened.ROLE_REVOKED,
                Place(scope.path, self.user_id),
                subject_id=self.user_id,
                details={"role": self.role.value, "scope": self.scope_id},
            )
        )
        return RoleRevoked(self.user_id, self.role.value, self.scope_id)
