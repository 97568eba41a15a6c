"""Nobody decided about a boost in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.approvals.decide import end
from core.approvals.reading import locked_approval_of, place_of, refuse_unless_over
from core.approvals.states import ApprovalState, Subject
from core.overrides.ending import OverrideRequestOver, end_asking
from core.overrides.states import OverrideState
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOverrideRequest:
    """Once per request, by a job with the deadline as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> OverrideRequestOver:
        """Refuses a request that is decided, or has time left."""
        approval = await locked_approval_of(tx, self.approval_id, subject=Subject.OVERRIDE)
        await refuse_unless_over(tx, approval)
        # Nothing below may refuse.
        await end(tx, approval, state=ApprovalState.EXPIRED)
        await end_asking(tx, approval, state=OverrideState.EXPIRED)
        tx.record(
            AuditNote(
                Happened.OVERRIDE_EXPIRED,
                place_of(approval),
                subject_id=approval.subject_id,
                amount=approval.amount,
                details={"approval": approval.id},
            )
        )
        return OverrideRequestOver(approval.subject_id, OverrideState.EXPIRED, approval.amount)
