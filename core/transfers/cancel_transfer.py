"""A sender takes back what still waits for approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import withdraw
from core.approvals.reading import place_of, refuse_decided
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import TransferCancelled
from core.transfers.pending import Pending, give_back, pending_of
from core.transfers.people import lock_parties
from core.transfers.states import TransferState


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The receipt; `amount` is free again."""

    group_id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTransfer:
    """`transfer_id` is a transfer or its group; what was asked for together is cancelled together."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    transfer_id: str

    async def place(self, tx: Transaction) -> Place:
        """The sender's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Cancelled:
        """Refuses what is not this sender's, never waited, or is decided."""
        pending = await pending_of(tx, self.actor.id, transfer_id=self.transfer_id)
        await refuse_decided(tx, pending.approval)
        await lock_parties(tx, {pending.sender_id, *pending.recipients})
        # Nothing below may refuse.
        await give_back(tx, pending, state=TransferState.CANCELLED)
        await withdraw(tx, pending.approval)
        tell_cancelled(tx, pending)
        amount = pending.approval.amount
        tx.record(
            AuditNote(
                Happened.TRANSFER_CANCELLED,
                place_of(pending.approval),
                subject_id=pending.group_id,
                amount=amount,
                details={"approval": pending.approval.id},
            )
        )
        return Cancelled(pending.group_id, amount)


def tell_cancelled(tx: Transaction, pending: Pending) -> None:
    """One event per recipient."""
    for row in pending.rows:
        tx.emit(
            TransferCancelled(
                transfer_id=row.id,
                group_id=pending.group_id,
                sender_id=pending.sender_id,
                recipient_id=row.recipient_id,
                amount=row.amount,
            )
        )
