"""A person names somebody who decides in their place for a time, never more than they may themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import insert

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.events import DelegationMade
from core.directory.texts import aware, wrong
from core.directory.tree import active_person
from core.storage.audit_types import Happened
from core.storage.tables import delegations
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Delegated:
    """The receipt."""

    delegation_id: str
    delegate_id: str
    handle: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """In [starts_at, ends_at); without them from now on and until it is ended."""

    needs: ClassVar[str] = Permission.OWN_DELEGATE
    id: str
    organization_id: str
    actor: Actor
    delegate_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Delegated:
        """Refuses oneself, service accounts, who has left, and a time that has no length."""
        starts, ends = aware(self.starts_at, field="starts_at"), aware(self.ends_at, field="ends_at")
        starts = max(starts or tx.now, tx.now)
        if ends is not None and ends <= starts:
            raise wrong("ends_at", "it should lie after the start and in the future")
        delegate = await active_person(tx, self.delegate_id)
        if delegate.id == self.actor.id:
            raise wrong("delegate_id", "it should be somebody else")
        if delegate.is_service:
            raise wrong("delegate_id", "a service account decides nothing")
        # Nothing below may refuse.
        delegation_id = tx.new_id("dlg")
        row: dict[str, Any] = {
            "delegator_id": self.actor.id,
            "delegate_id": delegate.id,
            "starts_at": starts,
            "ends_at": ends,
        }
        await tx.execute(
            insert(delegations).values(organization_id=tx.organization_id, id=delegation_id, created_at=tx.now, **row)
        )
        tx.emit(DelegationMade(delegation_id=delegation_id, **row))
        tx.record(AuditNote(Happened.DELEGATION_MADE, await self.place(tx), subject_id=delegation_id, details=row))
        return Delegated(delegation_id, delegate.id, delegate.handle, starts, ends)
