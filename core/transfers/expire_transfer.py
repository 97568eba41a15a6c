"""Nobody decided in time: what was set aside is the sender's again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.approvals.decide import end
from core.approvals.reading import place_of, refuse_unless_over
from core.approvals.states import ApprovalState
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import TransferExpired
from core.transfers.pending import give_back, pending_by_approval
from core.transfers.people import lock_parties
from core.transfers.states import TransferState


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """The receipt."""

    group_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireTransfer:
    """Once per request, by a job with the deadline as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> TransferEnded:
        """Refuses a request that is decided, or has time left."""
        pending = await pending_by_approval(tx, self.approval_id)
        await refuse_unless_over(tx, pending.approval)
        await lock_parties(tx, {pending.sender_id, *pending.recipients})
        # Nothing below may refuse.
        await give_back(tx, pending, state=TransferState.EXPIRED)
        await end(tx, pending.approval, state=ApprovalState.EXPIRED)
        for row in pending.rows:
            tx.emit(
                TransferExpired(
                    transfer_id=row.id,
                    group_id=pending.group_id,
                    sender_id=pending.sender_id,
                    recipient_id=row.recipient_id,
                    amount=row.amount,
                )
            )
        tx.record(
            AuditNote(
                Happened.TRANSFER_EXPIRED,
                place_of(pending.approval),
                subject_id=pending.group_id,
                amount=pending.approval.amount,
                details={"approval": pending.approval.id},
            )
        )
        return TransferEnded(pending.group_id, pending.approval.amount)
