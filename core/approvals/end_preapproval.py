"""What was agreed to in advance must be asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import user_place
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import preapprovals
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class PreapprovalEnded:
    """The receipt."""

    preapproval_id: str
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPreapproval:
    """Ends one of the actor's, from now on; what it has let through stays."""

    needs: ClassVar[str] = Permission.DECIDE
    id: str
    organization_id: str
    actor: Actor
    preapproval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> PreapprovalEnded:
        """Refuses what is not the actor's, or has ended."""
        ended = await tx.execute(
            update(preapprovals)
            .where(
                preapprovals.c.organization_id == tx.organization_id,
                preapprovals.c.id == self.preapproval_id,
                preapprovals.c.approver_id == self.actor.id,
                preapprovals.c.ends_at > tx.now,
            )
            .values(ends_at=tx.now)
        )
        if not ended.rowcount:
            raise Refused(refuse(Because.UNKNOWN_PREAPPROVAL, preapproval=self.preapproval_id))
        tx.record(AuditNote(Happened.PREAPPROVAL_ENDED, await self.place(tx), subject_id=self.preapproval_id))
        return PreapprovalEnded(self.preapproval_id, tx.now)
