"""A person takes back the boost that they asked for and nobody has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import withdraw
from core.approvals.reading import locked_approval, place_of, refuse_decided
from core.approvals.states import Approval
from core.overrides.ending import OverrideRequestOver, end_asking
from core.overrides.states import OverrideState
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import overrides
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOverride:
    """Who asked takes it back while it waits."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    override_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> OverrideRequestOver:
        """Refuses what the actor did not ask for, or is decided."""
        approval = await self._asked(tx)
        await refuse_decided(tx, approval)
        # Nothing below may refuse.
        await withdraw(tx, approval)
        await end_asking(tx, approval, state=OverrideState.CANCELLED)
        tx.record(
            AuditNote(
                Happened.OVERRIDE_CANCELLED,
                place_of(approval),
                subject_id=approval.subject_id,
                amount=approval.amount,
                details={"approval": approval.id},
            )
        )
        return OverrideRequestOver(approval.subject_id, OverrideState.CANCELLED, approval.amount)

    async def _asked(self, tx: Transaction) -> Approval:
        found = await tx.execute(
            select(overrides.c.approval_id).where(
                overrides.c.organization_id == tx.organization_id,
                overrides.c.id == self.override_id,
                overrides.c.user_id == self.actor.id,
                overrides.c.approval_id.is_not(None),
            )
        )
        approval_id = found.scalar_one_or_none()
        if approval_id is None:
            raise Refused(refuse(Because.UNKNOWN_OVERRIDE, override=self.override_id))
        return await locked_approval(tx, approval_id)
