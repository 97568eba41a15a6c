"""Nobody decided in time: what was set aside is the pool's again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.approvals.decide import end
from core.approvals.reading import place_of, refuse_unless_over
from core.approvals.states import ApprovalState
from core.pools.pending import give_back, pending_draw
from core.pools.states import DrawState
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class DrawExpired:
    """The receipt."""

    draw_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireDraw:
    """Once per request, by a job with the deadline as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> DrawExpired:
        """Refuses a request that is decided, or has time left."""
        pending = await pending_draw(tx, self.approval_id)
        await refuse_unless_over(tx, pending.approval)
        # Nothing below may refuse.
        await give_back(tx, pending, state=DrawState.EXPIRED)
        await end(tx, pending.approval, state=ApprovalState.EXPIRED)
        tx.record(
            AuditNote(
                Happened.DRAW_EXPIRED,
                place_of(pending.approval),
                subject_id=pending.row.id,
                amount=pending.row.asked,
                details={"approval": pending.approval.id},
            )
        )
        return DrawExpired(pending.row.id, pending.row.asked)
