"""Somebody decides for themselves again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import or_, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.events import DelegationEnded
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import delegations
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class EndedDelegations:
    """The receipt."""

    delegation_ids: tuple[str, ...]
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDelegation:
    """Ends one delegation of the actor's, or without an id all of them, from now on."""

    needs: ClassVar[str] = Permission.OWN_DELEGATE
    id: str
    organization_id: str
    actor: Actor
    delegation_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> EndedDelegations:
        """Refuses when nothing of the kind is there."""
        ended = await end_delegations(tx, self.actor.id, only=self.delegation_id)
        if not ended:
            raise Refused(refuse(Because.UNKNOWN_DELEGATION, delegation=self.delegation_id))
        tx.record(
            AuditNote(
                Happened.DELEGATION_ENDED, await self.place(tx), subject_id=self.actor.id, details={"ended": ended}
            )
        )
        return EndedDelegations(ended, tx.now)


async def end_delegations(
    tx: Transaction, user_id: str, *, only: str | None = None, as_delegate: bool = False
) -> tuple[str, ...]:
    """End what a person has delegated (also what others have to them), now or to come; return the ids."""
    living = [
        delegations.c.organization_id == tx.organization_id,
        or_(delegations.c.ends_at.is_(None), delegations.c.ends_at > tx.now),
        or_(delegations.c.delegator_id == user_id, delegations.c.delegate_id == user_id)
        if as_delegate
        else delegations.c.delegator_id == user_id,
    ]
    living += [] if only is None else [delegations.c.id == only]
    found = (await tx.execute(select(delegations).where(*living).order_by(delegations.c.id))).all()
    if found:
        await tx.execute(update(delegations).where(*living).values(ends_at=tx.now))
    for row in found:
        ended = DelegationEnded(delegation_id=row.id, delegator_id=row.delegator_id, delegate_id=row.delegate_id)
        tx.emit(ended)
    return tuple(row.id for row in found)
