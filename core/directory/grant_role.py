"""A person gets a role at a scope, for good or for a time; granting again replaces the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission, Role
from core.access.places import node_place
from core.directory.role_keeping import refuse_last_super_admin, refuse_own_gain
from core.directory.texts import aware, wrong
from core.directory.tree import Person, active_person, gate, home
from core.storage.audit_types import Happened
from core.storage.inserting import insert_into
from core.storage.tables import roles
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """The receipt."""

    user_id: str
    role: str
    scope_id: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class GrantRole:
    """In [starts_at, ends_at); without them from now on and for good."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    role: Role
    scope_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The scope: nobody grants beyond where they may."""
        return await node_place(tx, self.scope_id)

    async def execute(self, tx: Transaction) -> RoleGranted:
        """Refuses a grant to oneself, a scope that takes no roles, and a time that has no length."""
        refuse_own_gain(tx, self.user_id)
        self._check_time(tx)
        await gate(tx)
        scope = await home(tx, self.scope_id)
        self._check_kind(await active_person(tx, self.user_id))
        is_top = self.role is Role.SUPER_ADMIN and scope.id == tx.organization_id
        if is_top and (self.starts_at or self.ends_at):
            await refuse_last_super_admin(tx, self.user_id)
        # Nothing below may refuse.
        await self._write(tx)
        tx.record(
            AuditNote(
                Happened.ROLE_GRANTED,
                Place(scope.path, self.user_id),
                subject_id=self.user_id,
                details={
                    "role": self.role.value,
                    "scope": scope.id,
                    "starts_at": self.starts_at,
                    "ends_at": self.ends_at,
                },
            )
        )
        return RoleGranted(self.user_id, self.role.value, scope.id, self.starts_at, self.ends_at)

    def _check_time(self, tx: Transaction) -> None:
        starts, ends = aware(self.starts_at, field="starts_at"), aware(self.ends_at, field="ends_at")
        if ends is not None and ends <= max(starts or tx.now, tx.now):
            raise wrong("ends_at", "it should lie after the start and in the future")

    def _check_kind(self, person: Person) -> None:
        if person.is_service is not (self.role is Role.SERVICE_ACCOUNT):
            raise wrong("role", "a service account has the role service_account, and only that")

    async def _write(self, tx: Transaction) -> None:
        window = {"starts_at": self.starts_at, "ends_at": self.ends_at, "granted_at": tx.now}
        row = {
            "organization_id": tx.organization_id,
            "user_id": self.user_id,
            "role": self.role.value,
            "scope_id": self.scope_id,
        }
        await tx.execute(
            insert_into(tx.connection, roles)
            .values(**row, **window)
            .on_conflict_do_update(index_elements=list(row), set_=window)
        )
