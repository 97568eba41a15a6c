"""A person takes back what they asked of the pool and nobody has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import withdraw
from core.approvals.reading import place_of, refuse_decided
from core.pools.pending import draw_by, give_back
from core.pools.states import DrawState
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class DrawCancelled:
    """The receipt; the pool has `amount` again."""

    draw_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDraw:
    """`draw_id` is a draw or its request."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    draw_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> DrawCancelled:
        """Refuses what is not this person's, never waited, or is decided."""
        pending = await draw_by(tx, self.actor.id, draw_id=self.draw_id)
        await refuse_decided(tx, pending.approval)
        # Nothing below may refuse.
        await give_back(tx, pending, state=DrawState.CANCELLED)
        await withdraw(tx, pending.approval)
        tx.record(
            AuditNote(
                Happened.DRAW_CANCELLED,
                place_of(pending.approval),
                subject_id=pending.row.id,
                amount=pending.row.asked,
                details={"approval": pending.approval.id},
            )
        )
        return DrawCancelled(pending.row.id, pending.row.asked)
